//! What a template is made of, whatever it is written in.
//!
//! Source: CloudFormation User Guide, "CloudFormation template sections".

use asc_core::Text;

use crate::value::{Value, reference};

/// A parameter of the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its logical id.
    pub name: String,
    /// What it decides, for whoever deploys.
    pub description: Text,
    /// What holds when it is left out.
    pub default: String,
    /// The only values that it takes; any when empty.
    pub allowed: Vec<&'static str>,
}

impl Parameter {
    /// A parameter that is `true` or `false`.
    pub fn flag(name: &str, description: Text, default: bool) -> Self {
        Self::choice(name, description, &["true", "false"], if default { "true" } else { "false" })
    }

    /// A parameter that is one of a few words.
    pub fn choice(name: &str, description: Text, allowed: &[&'static str], default: &str) -> Self {
        Self { name: name.to_owned(), description, default: default.to_owned(), allowed: allowed.to_vec() }
    }

    /// A parameter that takes any text.
    pub fn text(name: &str, description: Text, default: &str) -> Self {
        Self::choice(name, description, &[], default)
    }

    /// Whether it is `true` or `false`.
    pub fn is_flag(&self) -> bool {
        self.allowed == ["true", "false"]
    }
}

/// When something is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Two values are the same.
    Same(Value, Value),
    /// Another condition holds.
    Holds(String),
    /// Something does not hold.
    Not(Box<Test>),
    /// All hold.
    All(Vec<Test>),
    /// At least one holds.
    Any(Vec<Test>),
}

impl Test {
    /// A parameter has this value.
    pub fn is(parameter: &str, value: &str) -> Self {
        Self::Same(reference(parameter), value.into())
    }

    /// A parameter has another value.
    pub fn is_not(parameter: &str, value: &str) -> Self {
        Self::Not(Box::new(Self::is(parameter, value)))
    }

    /// Another condition holds.
    pub fn holds(condition: &str) -> Self {
        Self::Holds(condition.to_owned())
    }

    /// Calls a function with the test and all that is in it.
    pub fn visit<'a>(&'a self, see: &mut dyn FnMut(&'a Self)) {
        see(self);
        match self {
            Self::Same(..) | Self::Holds(_) => {}
            Self::Not(test) => test.visit(see),
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.visit(see)),
        }
    }
}

/// A named condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Its name.
    pub name: String,
    /// When it holds.
    pub test: Test,
}

impl Condition {
    /// A condition.
    pub fn new(name: &str, test: Test) -> Self {
        Self { name: name.to_owned(), test }
    }
}

/// What becomes of a resource when the stack is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deletion {
    /// It goes.
    #[default]
    Delete,
    /// It stays, with what it holds.
    Retain,
}

/// A resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its logical id.
    pub id: String,
    /// Its type: `AWS::Config::ConfigRule`.
    pub kind: &'static str,
    /// Why it is there, in a sentence or two.
    pub comment: Text,
    /// The condition under which it is made.
    pub condition: Option<String>,
    /// What must stand before it, and is made whenever it is.
    pub after: Vec<String>,
    /// What must stand before it where it is made at all: the condition under which it is made, and its id.
    pub waits: Vec<(String, String)>,
    /// What becomes of it with the stack.
    pub deletion: Deletion,
    /// Its properties.
    pub properties: Vec<(String, Value)>,
}

impl Resource {
    /// A resource with its properties, made in any case.
    pub fn new(id: &str, kind: &'static str, comment: Text, properties: Value) -> Self {
        let properties = if let Value::Map(entries) = properties { entries } else { Vec::new() };
        Self {
            id: id.to_owned(),
            kind,
            comment,
            condition: None,
            after: Vec::new(),
            waits: Vec::new(),
            deletion: Deletion::Delete,
            properties,
        }
    }

    /// A property.
    pub fn property(&self, name: &str) -> Option<&Value> {
        self.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Made under a condition only.
    #[must_use]
    pub fn when(self, condition: &str) -> Self {
        Self { condition: Some(condition.to_owned()), ..self }
    }

    /// Made after another resource.
    #[must_use]
    pub fn after(mut self, resource: &str) -> Self {
        self.after.push(resource.to_owned());
        self
    }

    /// Made after another resource, which is made under a condition of its own.
    #[must_use]
    pub fn waits(mut self, condition: &str, resource: &str) -> Self {
        self.waits.push((condition.to_owned(), resource.to_owned()));
        self
    }

    /// Kept when the stack is deleted.
    #[must_use]
    pub fn retained(self) -> Self {
        Self { deletion: Deletion::Retain, ..self }
    }
}

/// What a stack tells when it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its logical id.
    pub name: String,
    /// What it is.
    pub description: Text,
    /// The condition under which there is such a thing.
    pub condition: Option<String>,
    /// The value.
    pub value: Value,
}

/// Parameters, or resources, that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<T> {
    /// What they are about, in a few words.
    pub title: Text,
    /// What they do, in full sentences; may be empty.
    pub about: Text,
    /// The parameters or resources.
    pub members: Vec<T>,
}

/// A whole template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// What it does, in a line.
    pub description: Text,
    /// Its parameters.
    pub parameters: Vec<Section<Parameter>>,
    /// Its conditions.
    pub conditions: Vec<Condition>,
    /// Its resources.
    pub resources: Vec<Section<Resource>>,
    /// What it tells.
    pub outputs: Vec<Output>,
}

impl Template {
    /// The parameter of a name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().flat_map(|section| &section.members).find(|parameter| parameter.name == name)
    }

    /// The resource of a logical id.
    pub fn resource(&self, id: &str) -> Option<&Resource> {
        self.resources.iter().flat_map(|section| &section.members).find(|resource| resource.id == id)
    }
}
