//! Guardrails: what keeps an account the way the checks want it, as one template.
//!
//! A [`Guardrail`] says what it keeps and makes the resources for it: a managed rule of AWS Config, what corrects by itself
//! when the rule finds something, and the least that this needs. [`template`] puts the chosen ones together into a
//! [`Template`], which [`cloudformation`] and [`terraform`] write. Nothing here asks AWS anything; what depends on an
//! account comes in through [`Options`].

mod assemble;
mod basis;
mod bucket;
mod cloudformation;
mod corrected;
mod guardrail;
mod guardrails;
mod prose;
mod purpose;
mod standing;
mod template;
mod terraform;
mod value;

pub use assemble::{UnknownGuardrail, choose, template};
pub use cloudformation::cloudformation;
pub use guardrail::{Existing, Guardrail, Options, Risk, Switch};
pub use guardrails::guardrails;
pub use purpose::Purpose;
pub use standing::{Argument, Compared, Correction, Demand, Runbook, Standing, Trigger};
pub use template::{Condition, Deletion, Output, Parameter, Resource, Section, Template, Test};
pub use terraform::{terraform, unmapped};
pub use value::{Piece, Value, pieces};
