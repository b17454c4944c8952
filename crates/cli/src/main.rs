//! The `asc` binary.

fn main() -> std::process::ExitCode {
    asc_cli::main()
}
