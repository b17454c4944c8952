//! Arbitrary bytes; what is done with them stands beside the tests.
#![no_main]

#[allow(dead_code, reason = "each target uses one of them")]
#[path = "../../crates/policy/tests/fuzzing/bodies.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    bodies::decide(bytes);
});
