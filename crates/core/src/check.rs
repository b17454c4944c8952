//! Checks: what they declare about themselves and how they are run.

use async_trait::async_trait;
use futures::StreamExt;

use crate::context::Cx;
use crate::engine::Sink;
use crate::fact::{Operation, Reads};
use crate::resource::Resource;
use crate::severity::Severity;
use crate::text::{Lang, Text};
use crate::verdict::{Unread, Verdict};

/// How many resources one check judges at a time. What AWS is asked at a time is the door's affair; this bounds memory.
const AT_ONCE: usize = 256;

/// Whether a machine decides, or a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Decided by what AWS says.
    Automatic,
    /// A person's evaluation, good for so many days.
    Manual {
        /// The validity of an evaluation.
        valid_days: u32,
    },
}

/// A control of a published standard that a check answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standard {
    /// The standard: `aws-fsbp`, `cis-aws-3.0`, `pci-dss-4.0`.
    pub name: &'static str,
    /// The control's number in it: `S3.9`.
    pub control: &'static str,
}

/// A key that `[checks.<id>]` takes in the configuration. All options are yes/no and off by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckOption {
    /// The key.
    pub key: &'static str,
    /// What it changes, in English.
    pub en: &'static str,
    /// What it changes, in Japanese.
    pub ja: &'static str,
}

/// A check's prose in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// One line: the bad condition.
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// How to put it right in the console, step by step.
    pub console: &'static str,
}

/// How to put it right by machine; the same in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snippets {
    /// With the AWS CLI.
    pub cli: &'static str,
    /// In CloudFormation (YAML).
    pub cloudformation: &'static str,
    /// In Terraform (HCL).
    pub terraform: &'static str,
}

/// Everything about a check but its logic; made by [`declare_check!`](crate::declare_check!).
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    /// The stable number: `ASC-16`.
    pub id: &'static str,
    /// The name, which states the bad condition: `s3-bucket-without-access-logging`.
    pub name: &'static str,
    /// The service it can be selected by: `s3`.
    pub service: &'static str,
    /// How bad the bad condition is, unless a verdict says otherwise.
    pub severity: Severity,
    /// Who decides.
    pub kind: Kind,
    /// The first version of asc that had it.
    pub since: &'static str,
    /// The page of AWS's documentation to read on.
    pub reference: &'static str,
    /// The standards' controls it answers.
    pub maps_to: &'static [Standard],
    /// What it takes from the configuration.
    pub options: &'static [CheckOption],
    /// What it may call, and what of that only if needed.
    pub reads: &'static [Reads],
    /// English prose.
    pub en: Words,
    /// Japanese prose.
    pub ja: Words,
    /// Corrections for machines.
    pub fix: Snippets,
}

impl Declaration {
    /// The prose in a language.
    pub const fn words(&self, lang: Lang) -> Words {
        lang.pick(self.en, self.ja)
    }

    /// The operations it may call, in order.
    pub fn operations(&self) -> impl Iterator<Item = Operation> + use<> {
        Reads::operations(self.reads).into_keys()
    }
}

/// A check's own number, from which all the rest is found.
pub trait Declared {
    /// The declaration.
    const DECLARATION: Declaration;
}

/// A check as the engine sees it. Write a [`ResourceCheck`]; this comes with it.
#[async_trait]
pub trait Check: Send + Sync {
    /// What it says about itself.
    fn declaration(&self) -> &'static Declaration;

    /// Judges every resource it reaches and hands each verdict to the sink.
    async fn run(&self, cx: &Cx, sink: &Sink);
}

/// The resources a check found, and the places where it could not look.
#[derive(Debug)]
pub struct Listing<R> {
    /// What is to be judged.
    pub found: Vec<R>,
    /// Where the listing failed: the account or a region, and why.
    pub unread: Vec<(Resource, Unread)>,
    /// What is worth knowing, though it is no verdict on anything.
    pub notes: Vec<Text>,
}

impl<R> Listing<R> {
    /// A listing that succeeded.
    pub const fn of(found: Vec<R>) -> Self {
        Self { found, unread: Vec::new(), notes: Vec::new() }
    }

    /// A listing that failed as a whole; the verdict is then about `scope`.
    pub fn failed(scope: Resource, why: Unread) -> Self {
        Self { unread: vec![(scope, why)], ..Self::of(Vec::new()) }
    }
}

/// A check that judges one kind of resource, one at a time.
pub trait ResourceCheck: Declared + Send + Sync + 'static {
    /// What it judges.
    type Subject: Send + Sync + 'static;

    /// Finds what is to be judged.
    fn subjects(&self, cx: &Cx) -> impl Future<Output = Listing<Self::Subject>> + Send;

    /// How a subject appears in findings.
    fn resource(&self, subject: &Self::Subject, cx: &Cx) -> Resource;

    /// Judges one. A fact that cannot be read ends it with `?` and makes the verdict `unknown`.
    fn evaluate(&self, subject: &Self::Subject, cx: &Cx) -> impl Future<Output = Result<Verdict, Unread>> + Send;
}

/// A check that judges the account as a whole, once.
pub trait AccountCheck: Declared + Send + Sync + 'static {
    /// Judges it. A fact that cannot be read ends it with `?` and makes the verdict `unknown`.
    fn evaluate(&self, cx: &Cx) -> impl Future<Output = Result<Verdict, Unread>> + Send;
}

impl<T: AccountCheck> ResourceCheck for T {
    type Subject = ();

    async fn subjects(&self, _: &Cx) -> Listing<()> {
        Listing::of(vec![()])
    }

    fn resource(&self, (): &(), cx: &Cx) -> Resource {
        Resource::account(&cx.account().id)
    }

    async fn evaluate(&self, (): &(), cx: &Cx) -> Result<Verdict, Unread> {
        AccountCheck::evaluate(self, cx).await
    }
}

#[async_trait]
impl<T: ResourceCheck> Check for T {
    fn declaration(&self) -> &'static Declaration {
        &T::DECLARATION
    }

    async fn run(&self, cx: &Cx, sink: &Sink) {
        let Listing { found, unread, notes } = self.subjects(cx).await;
        sink.expect(found.len() + unread.len());
        for note in notes {
            sink.note(note);
        }
        for (scope, why) in unread {
            sink.give(scope, Err(why));
        }
        futures::stream::iter(found)
            .map(|subject| async move {
                let outcome = ResourceCheck::evaluate(self, &subject, cx).await;
                sink.give(self.resource(&subject, cx), outcome);
            })
            .buffer_unordered(AT_ONCE)
            .collect::<()>()
            .await;
    }
}

/// Declares a check and registers it.
///
/// The doc comment and the struct come first, then the fields of [`Declaration`] in their order. A field that is
/// left out does not compile, so no check can lack a translation or a way to put things right. The one exception is
/// `if_needed`, after `reads`: facts that are asked only where another answer leaves something open.
#[macro_export]
macro_rules! declare_check {
    (
        $(#[$attr:meta])*
        $vis:vis struct $check:ident {
            id: $id:literal,
            name: $name:literal,
            service: $service:literal,
            severity: $severity:ident,
            kind: $kind:expr,
            since: $since:literal,
            reference: $reference:literal,
            maps_to: [$(($standard:literal, $control:literal)),* $(,)?],
            options: [$(($key:literal, en: $opt_en:literal, ja: $opt_ja:literal)),* $(,)?],
            reads: [$($fact:ty),* $(,)?],
            $(if_needed: [$($maybe:ty),* $(,)?],)?
            en: { title: $en_title:literal, why: $en_why:literal, console: $en_console:literal $(,)? },
            ja: { title: $ja_title:literal, why: $ja_why:literal, console: $ja_console:literal $(,)? },
            cli: $cli:literal,
            cloudformation: $cloudformation:literal,
            terraform: $terraform:literal $(,)?
        }
    ) => {
        $(#[$attr])*
        #[derive(Debug)]
        $vis struct $check;

        impl $crate::Declared for $check {
            const DECLARATION: $crate::Declaration = $crate::Declaration {
                id: $id,
                name: $name,
                service: $service,
                severity: $crate::Severity::$severity,
                kind: $kind,
                since: $since,
                reference: $reference,
                maps_to: &[$($crate::Standard { name: $standard, control: $control }),*],
                options: &[$($crate::check::CheckOption { key: $key, en: $opt_en, ja: $opt_ja }),*],
                reads: &[
                    $($crate::Reads::Of(<$fact as $crate::Fact>::READS),)*
                    $($($crate::Reads::IfNeeded(<$maybe as $crate::Fact>::READS),)*)?
                ],
                en: $crate::check::Words { title: $en_title, why: $en_why, console: $en_console },
                ja: $crate::check::Words { title: $ja_title, why: $ja_why, console: $ja_console },
                fix: $crate::check::Snippets {
                    cli: $cli,
                    cloudformation: $cloudformation,
                    terraform: $terraform,
                },
            };
        }

        $crate::inventory::submit! { $crate::registry::Registered(&$check) }
    };
}
