//! Exists because cargo takes `links` only from packages with a build script.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
