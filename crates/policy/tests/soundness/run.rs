//! Many cases of one property, with a count of what they were, so that a property that is empty shows.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Instant;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestError, TestRng, TestRunner};

/// How many cases of each kind there were.
#[derive(Debug, Default)]
pub(crate) struct Tally(RefCell<BTreeMap<String, u64>>);

impl Tally {
    pub(crate) fn count(&self, kind: impl Into<String>) {
        *self.0.borrow_mut().entry(kind.into()).or_default() += 1;
    }
}

/// How many cases of each property: `ASC_CASES`, else `PROPTEST_CASES`, else 10,000.
fn cases() -> u32 {
    let asked = |name| std::env::var(name).ok()?.parse().ok();
    asked("ASC_CASES").or_else(|| asked("PROPTEST_CASES")).unwrap_or(10_000)
}

/// Whether cases were asked for: then they are others each time.
fn is_search() -> bool {
    ["ASC_CASES", "PROPTEST_CASES"].iter().any(|name| std::env::var_os(name).is_some())
}

/// Runs a property. With a thousand cases or more, each of the kinds has to be among them.
#[expect(clippy::print_stdout, reason = "what was covered is for whoever runs the tests with --nocapture")]
pub(crate) fn property<S: Strategy>(
    name: &str,
    strategy: &S,
    kinds: &[&str],
    test: impl Fn(&S::Value, &Tally) -> TestCaseResult,
) where
    S::Value: std::fmt::Debug,
{
    let began = Instant::now();
    let cases = cases();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let tally = Tally::default();
    // An ordinary run has the same cases each time, so that it fails for what was changed; a long one looks for more.
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = if is_search() { TestRunner::new(config) } else { TestRunner::new_with_rng(config, rng) };
    let result = runner.run(strategy, |value| test(&value, &tally));
    let covered: Vec<_> = tally.0.borrow().iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    println!("{name}: {cases} cases, {:.1} s; {}", began.elapsed().as_secs_f64(), covered.join(", "));
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, value)) => panic!("{name}: {reason}\n{value:?}"),
        Err(TestError::Abort(reason)) => panic!("{name}: {reason}"),
    }
    for kind in kinds {
        assert!(cases < 1000 || tally.0.borrow().contains_key(*kind), "{name}: no case was {kind}");
    }
}
