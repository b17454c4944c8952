//! What a person at a terminal sees and is asked.

use asc_tests::Asc;
use asc_tests::emulator::moto;
use asc_tests::seed::seed;

#[test]
fn an_evaluation_is_asked_for_word_by_word() {
    let moto = moto();
    seed(&moto, "attest");
    let asc = Asc::at(&moto.url()).everything();
    let answers = [("Evaluated by", "Sato"), ("found, and decided", "versions kept 90 days"), ("[y/N]", "y")];
    let run = asc.at_terminal("attest ASC-15", &answers);
    assert_eq!(run.code, 0, "{run}");
    let written = String::from_utf8_lossy(&asc.read("asc-attestations.toml")).into_owned();
    assert!(written.contains("evaluator = \"Sato\"") && written.contains("versions kept 90 days"), "{written}");
}

#[test]
fn colours_and_progress_are_for_terminals_alone() {
    let moto = moto();
    seed(&moto, "denied");
    let asc = Asc::at(&moto.url());
    let words = "scan -f table --region us-east-1 --fail-on never";
    let screen = asc.at_terminal(words, &[]).stdout;
    assert!(screen.contains("\u{1b}[3") && screen.contains("\u{1b}[2K"), "{screen}");
    let file = asc.run(words);
    assert!(!file.stdout.contains('\u{1b}') && !file.stderr.contains('\u{1b}'), "{file}");
    let plain = asc.env("NO_COLOR", "1").at_terminal(&format!("{words} --no-progress"), &[]).stdout;
    assert!(!plain.contains('\u{1b}'), "{plain}");
}
