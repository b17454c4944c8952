//! `docs/policies.md`: policies of the kinds that AWS documents, and what the engine says of each. The page is made
//! here, so that it says what the engine says; `ASC_BLESS=1` writes it anew.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]

#[path = "documented/examples.rs"]
mod examples;

use std::fmt::Write as _;
use std::path::Path;

use asc_policy::public::public;
use asc_policy::who::lets_in;
use asc_policy::{Answer, Policy};

use examples::{EXAMPLES, Example};

fn parse(example: &Example) -> Policy {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, example.statements.join(","));
    Policy::parse(&text).unwrap()
}

const fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "public",
        Answer::No => "not public",
        Answer::CannotTell => "cannot tell",
    }
}

#[test]
fn what_aws_says_of_its_examples_the_engine_says_too() {
    for example in EXAMPLES {
        let decision = public(&parse(example));
        if let Some(aws) = example.aws {
            assert_eq!(decision.answer, aws, "{}: {:?}", example.about, decision.because);
        }
        assert_ne!(decision.answer, Answer::CannotTell, "{}: {:?}", example.about, decision.because);
    }
}

#[test]
fn the_page_says_what_the_engine_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policies.md");
    let fresh = page();
    if std::env::var_os("ASC_BLESS").is_some() {
        std::fs::write(file, fresh).unwrap();
    } else {
        let present = std::fs::read_to_string(file).unwrap_or_default();
        assert!(present == fresh, "docs/policies.md is stale: ASC_BLESS=1 cargo test -p asc-policy --test documented");
    }
}

const HEAD: &str = "# What asc says of documented policies

Made by `crates/policy/tests/documented.rs`; do not edit. The policies are of the kinds that AWS's documentation shows,
with names and numbers of our own. \"AWS\" is what the page, or the definition that it gives, says; where it stands for
nothing, the page does not speak of public access.
";

fn page() -> String {
    let mut page = String::from(HEAD);
    page.push_str("\n| policy | AWS | asc |\n|---|---|---|\n");
    for (at, example) in EXAMPLES.iter().enumerate() {
        let (number, about, aws) = (at + 1, example.about, example.aws.map_or("–", word));
        let asc = word(public(&parse(example)).answer);
        writeln!(page, "| [{number}. {about}](#{number}) | {aws} | {asc} |").unwrap();
    }
    for (at, example) in EXAMPLES.iter().enumerate() {
        section(&mut page, at + 1, example);
    }
    page
}

fn section(page: &mut String, number: usize, example: &Example) {
    let policy = parse(example);
    let decision = public(&policy);
    let Example { about, page: source, statements, .. } = example;
    writeln!(page, "\n## <a id=\"{number}\"></a>{number}. {about}\n").unwrap();
    writeln!(page, "Source: [{}]({}).\n\n```json", source.title, source.url).unwrap();
    for statement in *statements {
        writeln!(page, "{statement}").unwrap();
    }
    page.push_str("```\n\n");
    writeln!(page, "**{}**", word(decision.answer)).unwrap();
    page.push('\n');
    for reason in &decision.because {
        writeln!(page, "- Statement {}: {}", reason.statement, reason.text.en).unwrap();
    }
    page.push_str("\nWho gets in:\n\n");
    for entrant in lets_in(&policy) {
        writeln!(page, "- `{}`. {}", entrant.name, entrant.text().en).unwrap();
    }
}
