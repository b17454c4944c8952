//! The body of a block: attributes and blocks in order.

use crate::prose::lines;
use crate::terraform::expression::{Names, aligned};
use crate::value::Value;

#[derive(Clone, Debug)]
enum Row {
    /// An attribute whose expression is known.
    Raw(String),
    /// An attribute with a value.
    Value(Value),
    /// An attribute with a value in JSON.
    Json(Value),
    Block(Body),
}

/// The body of a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Body(Vec<(String, Row)>);

impl Body {
    pub(super) fn raw(&mut self, name: &str, expression: impl Into<String>) {
        self.0.push((name.to_owned(), Row::Raw(expression.into())));
    }

    pub(super) fn value(&mut self, name: &str, value: &Value) {
        self.0.push((name.to_owned(), Row::Value(value.clone())));
    }

    pub(super) fn json(&mut self, name: &str, value: &Value) {
        self.0.push((name.to_owned(), Row::Json(value.clone())));
    }

    pub(super) fn block(&mut self, name: &str, body: Self) {
        self.0.push((name.to_owned(), Row::Block(body)));
    }

    /// In braces; the first line is not indented, the others stand this far in.
    pub(super) fn braced(&self, names: Names, indent: usize) -> String {
        if self.0.is_empty() {
            return "{}".to_owned();
        }
        let inner = indent + 2;
        let is_block = |row: &(String, Row)| matches!(row.1, Row::Block(_));
        let alone = |name: &str| name == "count" || name == "depends_on";
        let apart = |left: &(String, Row), right: &(String, Row)| {
            is_block(left) == is_block(right) && !is_block(left) && !alone(&left.0) && !alone(&right.0)
        };
        let groups = self.0.chunk_by(apart).map(|group| match group {
            [(name, Row::Block(body))] => format!("{}{name} {}\n", " ".repeat(inner), body.braced(names, inner)),
            rows => attributes(names, rows, inner),
        });
        format!("{{\n{}{}}}", groups.collect::<Vec<_>>().join("\n"), " ".repeat(indent))
    }
}

fn attributes(names: Names, rows: &[(String, Row)], indent: usize) -> String {
    let expression = |row: &Row| match row {
        Row::Raw(expression) => expression.clone(),
        Row::Value(value) => names.expression(value, indent),
        Row::Json(value) => format!("jsonencode({})", names.expression(value, indent)),
        Row::Block(_) => String::new(),
    };
    let rows: Vec<_> = rows.iter().map(|(name, row)| (name.clone(), expression(row))).collect();
    lines(aligned(&rows).into_iter().map(|row| format!("{}{row}", " ".repeat(indent))))
}
