//! Filter patterns of CloudWatch Logs: does an event match?
//!
//! Source: Amazon CloudWatch Logs User Guide, "Filter pattern syntax for metric filters". What is not understood (a
//! regular expression, a pattern of columns) is said to be so: whether such a filter matches is then nobody's guess.

use serde_json::Value;

use super::event_pattern::wild;

/// A pattern, parsed.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// One over the fields of JSON: `{ $.eventName = "CreateVpc" }`.
    Json(Test),
    /// One over the words of a line: all of the first, none of the second, and of the third one if there are any.
    Words(Vec<String>, Vec<String>, Vec<String>),
}

/// A condition of a JSON pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// All must hold.
    All(Vec<Test>),
    /// One must hold.
    Any(Vec<Test>),
    /// A field compared with something.
    Field(Vec<Step>, Compare),
}

/// A step into a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key.
    Key(String),
    /// An element by its place.
    At(usize),
    /// Any element.
    Each,
}

/// What a field is compared with, and how.
#[derive(Clone, Debug, PartialEq)]
pub enum Compare {
    /// `=` (or `!=`) a text, in which `*` is anything.
    Text(bool, String),
    /// A number.
    Number(Order, f64),
    /// `IS TRUE`, `IS FALSE`.
    Is(bool),
    /// `IS NULL`.
    Null,
    /// `EXISTS` or `NOT EXISTS`.
    Exists(bool),
}

/// How numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `=`
    Equal,
    /// `!=`
    Other,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Pattern {
    /// Reads a pattern; none when it is not understood.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with('[') {
            return None;
        }
        let Some(inner) = text.strip_prefix('{') else { return words(text) };
        let mut reader = Reader { rest: inner.strip_suffix('}')?.trim_start() };
        let condition = reader.any()?;
        reader.rest.is_empty().then_some(Self::Json(condition))
    }

    /// Whether an event matches.
    pub fn matches(&self, event: &Value) -> bool {
        match self {
            Self::Json(test) => test.holds(event),
            Self::Words(all, none, any) => {
                let line = event.to_string();
                all.iter().all(|word| line.contains(word.as_str()))
                    && !none.iter().any(|word| line.contains(word.as_str()))
                    && (any.is_empty() || any.iter().any(|word| line.contains(word.as_str())))
            }
        }
    }
}

/// Words, each alone or in quotes; `-` excludes one, `?` makes it one of several. No word at all matches every line.
fn words(text: &str) -> Option<Pattern> {
    let (mut all, mut none, mut any) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = text;
    while !rest.is_empty() {
        let (kind, word) = match rest.strip_prefix('-') {
            Some(word) => ('-', word),
            None => rest.strip_prefix('?').map_or(('+', rest), |word| ('?', word)),
        };
        if word.starts_with('%') {
            return None;
        }
        let (word, after) = match word.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => word.split_at(word.find(char::is_whitespace).unwrap_or(word.len())),
        };
        match kind {
            '-' => none.push(word.to_owned()),
            '?' => any.push(word.to_owned()),
            _ => all.push(word.to_owned()),
        }
        rest = after.trim_start();
    }
    Some(Pattern::Words(all, none, any))
}

impl Test {
    fn holds(&self, event: &Value) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(event)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(event)),
            Self::Field(path, compare) => {
                let found = select(event, path);
                match compare {
                    Compare::Exists(wanted) => found.is_empty() != *wanted,
                    compare => found.iter().any(|value| compare.holds(value)),
                }
            }
        }
    }
}

/// Everything that a path leads to.
fn select<'a>(value: &'a Value, path: &[Step]) -> Vec<&'a Value> {
    let Some((step, rest)) = path.split_first() else { return vec![value] };
    match step {
        Step::Key(key) => value.get(key).map(|value| select(value, rest)).unwrap_or_default(),
        Step::At(at) => value.get(at).map(|value| select(value, rest)).unwrap_or_default(),
        Step::Each => value.as_array().into_iter().flatten().flat_map(|value| select(value, rest)).collect(),
    }
}

impl Compare {
    fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Text(equal, pattern) => {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(number) => number.to_string(),
                    _ => return false,
                };
                wild(pattern, &text) == *equal
            }
            Self::Number(order, bound) => {
                let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
                number.is_some_and(|number| order.holds(number, *bound))
            }
            Self::Is(wanted) => value.as_bool() == Some(*wanted),
            Self::Null => value.is_null(),
            Self::Exists(_) => true,
        }
    }
}

impl Order {
    fn holds(self, number: f64, bound: f64) -> bool {
        let equal = (number - bound).abs() < f64::EPSILON;
        match self {
            Self::Equal => equal,
            Self::Other => !equal,
            Self::Less => number < bound,
            Self::AtMost => number <= bound,
            Self::Greater => number > bound,
            Self::AtLeast => number >= bound,
        }
    }
}

/// Reads a JSON pattern from left to right; whatever it has read is followed by no space.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest.trim_start();
        true
    }

    /// Takes a keyword, in any case of letters, which no letter may follow.
    fn word(&mut self, word: &str) -> bool {
        let (Some(start), Some(rest)) = (self.rest.get(..word.len()), self.rest.get(word.len()..)) else {
            return false;
        };
        if !start.eq_ignore_ascii_case(word) || rest.starts_with(char::is_alphanumeric) {
            return false;
        }
        self.rest = rest.trim_start();
        true
    }

    /// Conditions with `||` between them, which binds less than `&&`.
    fn any(&mut self) -> Option<Test> {
        let mut tests = vec![self.all()?];
        while self.take("||") {
            tests.push(self.all()?);
        }
        one_or(tests, Test::Any)
    }

    fn all(&mut self) -> Option<Test> {
        let mut tests = vec![self.one()?];
        while self.take("&&") {
            tests.push(self.one()?);
        }
        one_or(tests, Test::All)
    }

    fn one(&mut self) -> Option<Test> {
        if self.take("(") {
            let test = self.any()?;
            return self.take(")").then_some(test);
        }
        let path = self.path()?;
        let compare = self.compare()?;
        Some(Test::Field(path, compare))
    }

    /// A selector: `$.userIdentity.type`, `$.resources[0].arn`, `$.requestParameters['a b']`.
    fn path(&mut self) -> Option<Vec<Step>> {
        self.rest = self.rest.strip_prefix('$')?;
        let mut path = Vec::new();
        loop {
            if let Some(rest) = self.rest.strip_prefix('.') {
                let key = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '@'));
                let (key, rest) = rest.split_at(rest.find(key).unwrap_or(rest.len()));
                path.push(Step::Key(Some(key).filter(|key| !key.is_empty())?.to_owned()));
                self.rest = rest;
            } else if let Some(rest) = self.rest.strip_prefix('[') {
                let (inner, rest) = rest.split_once(']')?;
                let inner = inner.trim();
                let quoted = inner.strip_prefix('\'').and_then(|key| key.strip_suffix('\''));
                let quoted = quoted.or_else(|| inner.strip_prefix('"').and_then(|key| key.strip_suffix('"')));
                path.push(match (quoted, inner) {
                    (Some(key), _) => Step::Key(key.to_owned()),
                    (None, "*") => Step::Each,
                    (None, at) => Step::At(at.parse().ok()?),
                });
                self.rest = rest;
            } else {
                self.rest = self.rest.trim_start();
                return (!path.is_empty()).then_some(path);
            }
        }
    }

    fn compare(&mut self) -> Option<Compare> {
        if self.word("IS") {
            let is = [("TRUE", Compare::Is(true)), ("FALSE", Compare::Is(false)), ("NULL", Compare::Null)];
            return is.into_iter().find(|(word, _)| self.word(word)).map(|(_, compare)| compare);
        }
        if self.word("NOT") {
            return self.word("EXISTS").then_some(Compare::Exists(false));
        }
        if self.word("EXISTS") {
            return Some(Compare::Exists(true));
        }
        let orders = [
            ("!=", Order::Other),
            ("<=", Order::AtMost),
            (">=", Order::AtLeast),
            ("=", Order::Equal),
            ("<", Order::Less),
            (">", Order::Greater),
        ];
        let (_, order) = orders.into_iter().find(|(token, _)| self.take(token))?;
        let (value, quoted) = self.value()?;
        match (order, value.parse()) {
            (order, Ok(number)) if !quoted => Some(Compare::Number(order, number)),
            (Order::Equal, _) => Some(Compare::Text(true, value)),
            (Order::Other, _) => Some(Compare::Text(false, value)),
            _ => None,
        }
    }

    /// A value in quotes or without, and which of the two.
    fn value(&mut self) -> Option<(String, bool)> {
        if let Some(quoted) = self.rest.strip_prefix('"') {
            let mut escaped = false;
            let end = quoted.find(|c| {
                let end = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                end
            })?;
            self.rest = quoted[end + 1..].trim_start();
            return Some((quoted[..end].to_owned(), true));
        }
        let end = self.rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | '(' | '&' | '|'));
        let (value, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if value.is_empty() || value.starts_with('%') {
            return None;
        }
        self.rest = rest.trim_start();
        Some((value.to_owned(), false))
    }
}

fn one_or(mut tests: Vec<Test>, many: fn(Vec<Test>) -> Test) -> Option<Test> {
    if tests.len() == 1 { tests.pop() } else { Some(many(tests)) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event() -> Value {
        json!({
            "eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com", "errorCode": "Client.UnauthorizedOperation",
            "userIdentity": { "type": "Root" }, "additionalEventData": { "MFAUsed": "No" }, "count": 3, "flag": true,
            "none": null, "list": [{ "k": "a" }, { "k": "b" }], "a b": "c",
        })
    }

    fn matches(pattern: &str) -> Option<bool> {
        Some(Pattern::parse(pattern)?.matches(&event()))
    }

    #[test]
    fn patterns_match_what_they_say() {
        for pattern in [
            "",
            r#"{ $.eventName = "ConsoleLogin" }"#,
            "{$.eventName=ConsoleLogin}",
            r"{ ($.eventName = DeleteTrail) || ($.eventName = ConsoleLogin) }",
            r#"{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }"#,
            r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" || $.flag IS TRUE }"#,
            r#"{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }"#,
            "{ $.count >= 3 && $.count < 4 && $.count != 4 && $.none IS NULL && $.flag IS TRUE }",
            r#"{ $.list[1].k = "b" && $.list[*].k = a && $['a b'] = "c" && $.eventName EXISTS }"#,
            r"{ ($.eventSource = signin.amazonaws.com) && (($.eventName = Console*) || ($.eventName = X)) }",
            r"ConsoleLogin -Delete ?Root ?User",
            r#""Client.UnauthorizedOperation""#,
        ] {
            assert_eq!(matches(pattern), Some(true), "{pattern}");
        }
    }

    #[test]
    fn patterns_match_nothing_else() {
        for pattern in [
            r#"{ $.eventName = "consolelogin" }"#,
            r"{ $.eventName = Console && $.flag IS TRUE }",
            r#"{ $.missing = "*" }"#,
            r#"{ $.missing != "x" }"#,
            r"{ $.userIdentity.type NOT EXISTS }",
            "{ $.count > 3 }",
            "{ $.flag IS FALSE }",
            r"{ $.eventName = A && $.flag IS TRUE || $.eventName = B }",
            r"{ $.eventName = A && ($.flag IS TRUE || $.eventName = B) }",
            "ConsoleLogin -Root",
            "?Nobody ?Nothing",
        ] {
            assert_eq!(matches(pattern), Some(false), "{pattern}");
        }
    }

    #[test]
    fn what_is_not_understood_is_no_pattern() {
        for pattern in [
            "[ip, user, ...]",
            "{ $.eventName = %Console.*% }",
            "%ERROR%",
            "{ $.eventName }",
            "{ $.eventName = }",
            "{ $.eventName = A",
            "{ eventName = A }",
            "{ $.eventName = \"A }",
            "{ ($.eventName = A }",
            "{ $.eventName = A B }",
            "{ $.eventName < A }",
            "{ $.flag IS MAYBE }",
            "{}",
        ] {
            assert_eq!(matches(pattern), None, "{pattern}");
        }
    }
}
