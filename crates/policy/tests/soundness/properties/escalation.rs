//! Who can climb is found, and every path that is told for certain can be taken.

use asc_policy::escalation::{Outcome, outcomes};
use proptest::prelude::*;

use crate::account::{ALL, Rights, climb, documents, retrace, scenes};
use crate::run::property;

#[test]
fn climbers() {
    let kinds = ["administrator", "safe", "certain path", "open path", "climbs", "several steps", "four steps"];
    property("escalation", &scenes(), &kinds, |scene, tally| {
        let found = outcomes(&scene.account());
        let documents = documents(scene);
        let rights = Rights::new(scene, &documents);
        for at in ALL {
            let climbs = || climb(&rights, at);
            match &found[at] {
                Outcome::Administrator(_) => tally.count("administrator"),
                Outcome::Safe => {
                    tally.count("safe");
                    prop_assert!(!climbs(), "{at} is safe, but can become an administrator");
                }
                Outcome::Path(path) => {
                    if climbs() {
                        tally.count("climbs");
                    }
                    if path.steps.len() > 1 {
                        tally.count("several steps");
                    }
                    if path.steps.len() > 3 {
                        tally.count("four steps");
                    }
                    tally.count(if path.is_certain() { "certain path" } else { "open path" });
                    if path.is_certain() {
                        let taken = retrace(&rights, at, path);
                        prop_assert!(taken.is_ok(), "the path of {at} cannot be taken: {}", taken.unwrap_err());
                    }
                }
                other => prop_assert!(false, "all documents were read, but {at} is {other:?}"),
            }
        }
        Ok(())
    });
}
