//! Checks and facts for this crate's own tests.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::fact::Reads;
use crate::registry::Registry;
use crate::report::{Finding, ResourceEntry, fingerprint};
use crate::{
    Class, Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Severity, Status, Unread, Verdict,
    declare_check, text,
};

pub(crate) const LIST: Operation = Operation::new("test", "List", "test:ListThings");

/// How often the sample fact was read about the thing called `asked-once`.
pub(crate) static ASKED: AtomicU64 = AtomicU64::new(0);

/// A fact about a thing: fails for `denied`, is gone for `gone`, is its length otherwise.
#[derive(Debug)]
pub(crate) struct Length;

impl Fact for Length {
    type Key = String;
    type Value = usize;
    const READS: &'static [Reads] = &[Reads::Call(LIST)];

    async fn read(_: &Cx, key: &String) -> Result<usize, Unread> {
        ASKED.fetch_add(u64::from(key == "asked-once"), Ordering::SeqCst);
        tokio::task::yield_now().await;
        match key.as_str() {
            "denied" => {
                let mut why = Unread::new(LIST, Class::Denied, "no");
                why.aws_code = Some("AccessDenied".into());
                Err(why)
            }
            "gone" => Err(Unread::new(LIST, Class::Refused, "no such thing").of_gone("gone")),
            "crash" => panic!("a check that crashes, on purpose"),
            other => Ok(other.len()),
        }
    }
}

macro_rules! sample {
    ($check:ident, $id:literal, $name:literal, $service:literal, $kind:expr, [$($thing:literal),*]) => {
        declare_check! {
            /// A sample.
            pub(crate) struct $check {
                id: $id,
                name: $name,
                service: $service,
                severity: Medium,
                kind: $kind,
                since: "0.1.0",
                reference: "https://docs.aws.amazon.com/",
                maps_to: [],
                options: [("strict", en: "strict", ja: "厳格")],
                reads: [Length],
                en: { title: "t", why: "w", console: "c" },
                ja: { title: "題", why: "理由", console: "手順" },
                cli: "cli",
                cloudformation: "cfn",
                terraform: "tf",
            }
        }

        impl ResourceCheck for $check {
            type Subject = String;

            async fn subjects(&self, _: &Cx) -> Listing<String> {
                Listing::of([$($thing),*].into_iter().map(str::to_owned).collect())
            }

            fn resource(&self, thing: &String, _: &Cx) -> Resource {
                Resource::new("Test::Thing", thing, Some("eu-west-1"))
            }

            async fn evaluate(&self, thing: &String, cx: &Cx) -> Result<Verdict, Unread> {
                let length = *cx.get::<Length>(thing).await?;
                let message = text!(en: "{length} long", ja: "長さ {length}");
                Ok(match $kind {
                    Kind::Automatic if length > 3 => Verdict::fail(message),
                    Kind::Automatic => Verdict::pass(message),
                    // A person decides, but what is proven bad is bad.
                    Kind::Manual { .. } if length > 5 => Verdict::fail(message),
                    Kind::Manual { .. } => Verdict::manual(message).shifting("age", ASKED.load(Ordering::SeqCst)),
                }
                .evidence("length", length))
            }
        }
    };
}

sample!(One, "T-01", "t-one", "alpha", Kind::Automatic, ["long-one", "abc", "denied", "gone"]);
sample!(Two, "T-02-01", "t-two", "beta", Kind::Manual { valid_days: 180 }, []);
sample!(Crashing, "T-03", "t-crashing", "gamma", Kind::Automatic, ["crash"]);

sample!(Reviewed, "T-04", "t-reviewed", "delta", Kind::Manual { valid_days: 180 }, ["bad-one", "good"]);

/// The first two samples.
pub(crate) fn registry() -> Registry {
    Registry::of([&One as &'static dyn crate::Check, &Two]).unwrap()
}

/// A failed finding of a sample.
pub(crate) fn finding(check: &str, id: &str) -> Finding {
    Finding {
        fingerprint: fingerprint(check, "123456789012", None, "Test::Thing", id),
        check_id: check.to_owned(),
        check_name: "t-one".to_owned(),
        status: Status::Fail,
        severity: Severity::Medium,
        account_id: "123456789012".to_owned(),
        region: None,
        resource: ResourceEntry {
            kind: "Test::Thing".to_owned(),
            id: id.to_owned(),
            arn: None,
            tags: std::collections::BTreeMap::new(),
        },
        message: "m".to_owned(),
        evidence: crate::evidence::Evidence::default(),
        muted: None,
        unknown: None,
        source: None,
    }
}
