//! Values and conditions as Terraform writes them.

use crate::prose::{lines, words};
use crate::template::{Parameter, Template, Test};
use crate::terraform::mapping::mapping;
use crate::value::{Piece, Value, pieces};

/// Looks names up in a template.
#[derive(Clone, Copy)]
pub(super) struct Names<'a>(pub(super) &'a Template);

impl Names<'_> {
    /// The resource of a logical id, or its only instance where it is made under a condition.
    pub(super) fn address(self, id: &str) -> Option<String> {
        let resource = self.0.resource(id)?;
        let instance = if resource.condition.is_some() { "[0]" } else { "" };
        Some(format!("{}.{}{instance}", mapping(resource.kind)?.resource, words(id, '_')))
    }

    /// What a name stands for in an expression.
    fn name(self, name: &str) -> String {
        match name {
            "AWS::AccountId" => "data.aws_caller_identity.current.account_id".to_owned(),
            "AWS::Partition" => "data.aws_partition.current.partition".to_owned(),
            "AWS::Region" => "data.aws_region.current.region".to_owned(),
            _ => match (self.address(name), name.split_once('.')) {
                (Some(address), _) => {
                    let reference = self.0.resource(name).and_then(|resource| mapping(resource.kind));
                    format!("{address}.{}", reference.map_or("id", |mapping| mapping.reference))
                }
                (None, Some((id, attribute))) => self.attribute(id, attribute),
                (None, None) => format!("var.{}", words(name, '_')),
            },
        }
    }

    fn attribute(self, id: &str, attribute: &str) -> String {
        format!("{}.{}", self.address(id).unwrap_or_default(), words(attribute, '_'))
    }

    /// What the provider's ARN lacks at its end.
    fn tail(self, id: &str, attribute: &str) -> &'static str {
        let known = self.0.resource(id).filter(|_| attribute == "Arn").and_then(|resource| mapping(resource.kind));
        known.map_or("", |mapping| mapping.arn_tail)
    }

    /// A value as an expression; what has parts goes over several lines, whose first is not indented.
    pub(super) fn expression(self, value: &Value, indent: usize) -> String {
        match value {
            Value::Text(text) if text.contains('\n') => lines_of(text, indent),
            Value::Text(text) => quoted(text),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Ref(name) => self.name(name),
            Value::Att(id, attribute) => match self.tail(id, attribute) {
                "" => self.attribute(id, attribute),
                tail => format!("\"${{{}}}{tail}\"", self.attribute(id, attribute)),
            },
            Value::Sub(text) => {
                let parts = pieces(text).into_iter().map(|piece| match piece {
                    Piece::Literal(text) => escaped(text),
                    Piece::Name(name) => format!("${{{}}}", self.name(name)),
                });
                format!("\"{}\"", parts.collect::<String>())
            }
            Value::If(condition, then, otherwise) => {
                let holds = format!("local.{}", words(condition, '_'));
                match (then.as_ref(), otherwise.as_ref()) {
                    (Value::Bool(true), Value::Bool(false)) => holds,
                    (then, otherwise) => {
                        let (then, otherwise) = (self.expression(then, indent), self.expression(otherwise, indent));
                        format!("{holds} ? {then} : {otherwise}")
                    }
                }
            }
            Value::List(items) if items.is_empty() => "[]".to_owned(),
            Value::List(items) => {
                let rows = items.iter().map(|item| format!("{},", self.expression(item, indent + 2)));
                enclosed("[", rows, "]", indent)
            }
            Value::Map(entries) if entries.is_empty() => "{}".to_owned(),
            Value::Map(entries) => {
                let rows: Vec<_> =
                    entries.iter().map(|(name, value)| (key(name), self.expression(value, indent + 2))).collect();
                enclosed("{", aligned(&rows).into_iter(), "}", indent)
            }
        }
    }

    /// A condition as an expression.
    pub(super) fn condition(self, test: &Test) -> String {
        let side = |value: &Value| self.expression(value, 0);
        match test {
            Test::Same(Value::Ref(name), Value::Text(wanted))
                if self.0.parameter(name).is_some_and(Parameter::is_flag) =>
            {
                format!("{}{}", if wanted == "true" { "" } else { "!" }, self.name(name))
            }
            Test::Same(left, right) => format!("{} == {}", side(left), side(right)),
            Test::Holds(name) => format!("local.{}", words(name, '_')),
            Test::Not(inner) => match inner.as_ref() {
                Test::Same(left, right) => format!("{} != {}", side(left), side(right)),
                other => format!("!({})", self.condition(other)),
            },
            Test::All(tests) => self.joined(tests, " && "),
            Test::Any(tests) => self.joined(tests, " || "),
        }
    }

    fn joined(self, tests: &[Test], between: &str) -> String {
        let parts = tests.iter().map(|test| match test {
            Test::All(_) | Test::Any(_) => format!("({})", self.condition(test)),
            _ => self.condition(test),
        });
        parts.collect::<Vec<_>>().join(between)
    }
}

/// `name = value` in rows; names of neighbours on single lines are made equally wide, as `terraform fmt` does.
pub(super) fn aligned(rows: &[(String, String)]) -> Vec<String> {
    let single = |row: &(String, String)| !row.1.contains('\n');
    let runs = rows.chunk_by(|left, right| single(left) && single(right));
    let wide = |run: &[(String, String)]| run.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let written = runs.flat_map(|run| run.iter().map(move |(name, value)| format!("{name:<0$} = {value}", wide(run))));
    written.collect()
}

fn enclosed(open: &str, rows: impl Iterator<Item = String>, close: &str, indent: usize) -> String {
    let inner = " ".repeat(indent + 2);
    let rows = lines(rows.map(|row| format!("{inner}{row}")));
    format!("{open}\n{rows}{}{close}", " ".repeat(indent))
}

/// A text of several lines, a line a row, so that it can be read.
fn lines_of(text: &str, indent: usize) -> String {
    let rows = text.split('\n').map(|row| format!("{},", quoted(row)));
    enclosed("join(\"\\n\", [", rows, "])", indent)
}

fn key(name: &str) -> String {
    let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_word { name.to_owned() } else { quoted(name) }
}

pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// Without anything that HCL would take for its own.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    text.replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hcl_would_take_for_its_own_is_escaped() {
        assert_eq!(quoted("a \"b\" ${c} %{d} \\"), r#""a \"b\" $${c} %%{d} \\""#);
    }

    #[test]
    fn neighbours_are_aligned() {
        let rows = [("a", "1"), ("long", "2"), ("block", "{\n}"), ("b", "3")];
        let rows = rows.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(aligned(&rows), ["a    = 1", "long = 2", "block = {\n}", "b = 3"]);
    }
}
