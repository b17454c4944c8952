//! Values of a template: data, and the functions that CloudFormation works out when it deploys.
//!
//! Source: CloudFormation User Guide, "Intrinsic function reference".

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text as it is.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A yes or no.
    Bool(bool),
    /// A list.
    List(Vec<Value>),
    /// Keys and values, in order.
    Map(Vec<(String, Value)>),
    /// `!Ref`: a parameter, or a resource by its own notion of a reference.
    Ref(String),
    /// `!GetAtt`: an attribute of a resource.
    Att(String, String),
    /// `!Sub`: a text with `${…}` in it.
    Sub(String),
    /// `!If`: by a condition of the template.
    If(String, Box<Value>, Box<Value>),
}

impl Value {
    /// Keys and values, in order.
    pub fn map<K: Into<String>, V: Into<Self>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }

    /// A list.
    pub fn list<V: Into<Self>>(items: impl IntoIterator<Item = V>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// `!If`.
    pub fn either(condition: &str, then: impl Into<Self>, otherwise: impl Into<Self>) -> Self {
        Self::If(condition.to_owned(), Box::new(then.into()), Box::new(otherwise.into()))
    }

    /// Calls a function with the value and all that is in it.
    pub fn visit<'a>(&'a self, see: &mut dyn FnMut(&'a Self)) {
        see(self);
        match self {
            Self::List(items) => items.iter().for_each(|item| item.visit(see)),
            Self::Map(entries) => entries.iter().for_each(|(_, value)| value.visit(see)),
            Self::If(_, then, otherwise) => [then, otherwise].into_iter().for_each(|side| side.visit(see)),
            Self::Text(_) | Self::Number(_) | Self::Bool(_) | Self::Ref(_) | Self::Att(..) | Self::Sub(_) => {}
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

/// `!Ref`.
pub(crate) fn reference(name: &str) -> Value {
    Value::Ref(name.to_owned())
}

/// `!GetAtt`.
pub(crate) fn attribute(resource: &str, name: &str) -> Value {
    Value::Att(resource.to_owned(), name.to_owned())
}

/// `!Sub`.
pub(crate) fn sub(text: &str) -> Value {
    Value::Sub(text.to_owned())
}

/// A piece of a `!Sub`'s text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// As it is.
    Literal(&'a str),
    /// What stands between `${` and `}`.
    Name(&'a str),
}

/// Takes a `!Sub`'s text apart.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, tail)) = after.split_once('}') else { break };
        if !before.is_empty() {
            found.push(Piece::Literal(before));
        }
        found.push(Piece::Name(name));
        rest = tail;
    }
    if !rest.is_empty() {
        found.push(Piece::Literal(rest));
    }
    found
}

/// Builds a [`Value::Map`] as it reads in a template; keys are texts, values anything that becomes a [`Value`].
macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => {
        $crate::value::Value::Map(vec![$((::std::string::String::from($key), $crate::value::Value::from($value))),*])
    };
}

/// Builds a [`Value::List`].
macro_rules! list {
    ($($item:expr),* $(,)?) => {
        $crate::value::Value::List(vec![$($crate::value::Value::from($item)),*])
    };
}

pub(crate) use {list, map};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sub_is_taken_apart() {
        assert_eq!(
            pieces("arn:${AWS::Partition}:s3:::${Bucket}/*"),
            [
                Piece::Literal("arn:"),
                Piece::Name("AWS::Partition"),
                Piece::Literal(":s3:::"),
                Piece::Name("Bucket"),
                Piece::Literal("/*"),
            ]
        );
        assert_eq!(pieces("plain"), [Piece::Literal("plain")]);
        assert_eq!(pieces(""), []);
    }
}
