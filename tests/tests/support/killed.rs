//! A run of `asc fix` that is killed at each of its writes.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]

use std::sync::MutexGuard;
use std::time::Duration;

use asc_tests::seed::seed;
use asc_tests::{Asc, Emulator, Proxy};
use serde_json::Value;

/// All of the account that a fix may change.
pub(crate) fn dump(moto: &Emulator) -> Value {
    serde_json::from_str(&seed(moto, "dump")).unwrap()
}

/// The name of the only journal in the directory.
pub(crate) fn journal(asc: &Asc) -> String {
    let found: Vec<_> = asc.files().into_iter().filter(|name| name.starts_with("asc-fix-")).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

/// Applies the fixes to a seeded account and kills the program at its first write, at its second, and so on, before
/// AWS has heard of it and after it was carried out. Undoes each, and looks for what is left over. There must be so
/// many writes at least.
pub(crate) fn killed_at_any_write(
    turn: fn() -> MutexGuard<'static, Emulator>,
    account: &str,
    words: &str,
    least: usize,
) {
    for carried_out in [false, true] {
        for number in 0.. {
            let moto = turn();
            seed(&moto, account);
            let before = dump(&moto);
            let proxy = Proxy::before(moto.port()).stalling_write(number, carried_out);
            let here = Asc::at(&proxy.url()).everything().with_baseline();
            let mut running = here.start(&format!("fix {words} --apply --yes --careful --no-progress"));
            while !proxy.has_stalled() && !running.has_ended() {
                std::thread::sleep(Duration::from_millis(10));
            }
            let stalled = proxy.has_stalled();
            if stalled {
                running.signal("KILL");
            }
            let run = running.end();
            if !stalled {
                assert!(run.code < 2 && number >= least, "only {number} writes were made: {run}");
                break;
            }
            drop(proxy);
            // The same person, on a good line again.
            let name = journal(&here);
            let there = Asc::at(&moto.url()).file(&name, here.read(&name));
            let words = format!("fix --undo {name} --yes");
            if there.run(&words).code == 3 {
                // What was logged meanwhile, a person deletes.
                seed(&moto, "fix_empty");
                let _ = there.exits(0, &words);
            }
            assert_eq!(dump(&moto), before, "killed at write {number}, carried out: {carried_out}");
        }
    }
}
