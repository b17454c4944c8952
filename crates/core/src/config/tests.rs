use time::macros::datetime;

use super::*;
use crate::report::Finding;
use crate::samples;

fn parse(text: &str) -> Result<Config, SourceError> {
    Config::parse(Path::new("asc.toml"), text, &samples::registry())
}

/// Where and in which words a text is refused.
fn refused(text: &str) -> (usize, usize, String) {
    let error = parse(text).unwrap_err();
    (error.line, error.column, error.message.en)
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (text, line, column, words) in [
        ("[scan]\nregoins = []", 2, 1, "regoins"),
        ("[scan]\nconcurrency = \"many\"", 2, 15, "invalid type"),
        ("[scan]\nchecks = [\"T-01\", \"T-99\"]", 2, 19, "no check"),
        ("[scan]\nconcurrency = 0", 2, 15, "nonzero"),
        ("[scan]\nmax_rps = 0", 2, 11, "nonzero"),
        ("[scan]\nshare = 0", 2, 9, "from 0.01 to 1"),
        ("[scan]\nshare = 1.5", 2, 9, "from 0.01 to 1"),
        ("[scan]\nshare = \"half\"", 2, 9, "invalid type"),
        ("\n[severity]\nT-9 = \"low\"", 3, 1, "no check"),
        ("[severity]\nT-01 = \"worst\"", 2, 8, "unknown variant"),
        ("[checks.T-01]\nrequire_kms = true", 2, 1, "has no option `require_kms` (it has: strict)"),
        ("[checks.T-01]\nstrict = \"yes\"", 2, 10, "invalid type"),
        ("[[mute]]\ncheck = \"T-01\"\nowner = \"o\"\nexpires = 2027-01-01", 1, 1, "reason"),
        ("[[mute]]\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-01-01", 1, 1, "needs a check"),
        ("[[mute]]\ncheck = \"T-01\"\nreason = \"r\"\nowner = \"o\"\nexpires = \"soon\"", 5, 11, "takes a date"),
        ("[[mute]]\nresource = \"a[\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-01-01", 2, 12, "bad glob"),
        ("[scan", 1, 6, ""),
        ("[accounts.prod]\nname = \"prod\"", 1, 11, "twelve digits"),
        ("[[mute]]\naccount = \"prod\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-01-01", 2, 11, "twelve digits"),
        ("[output]\nformt = \"json\"", 2, 1, "formt"),
        ("[output]\nformat = 3", 2, 10, "invalid type"),
        ("[output]\nfiles = \"asc.json\"", 2, 9, "invalid type"),
        ("[output]\nlang = \"fr\"", 2, 8, "unknown variant"),
        ("[iac]\ndirectories = \"infra\"", 2, 15, "invalid type"),
        ("[iac]\nstate = [\"ok\", 1]", 2, 16, "invalid type"),
        ("[iac]\ndirectories = [\"infra\", \"a[\"]", 2, 25, "bad glob"),
        ("[iac]\nstates = []", 2, 1, "states"),
    ] {
        let (at, from, message) = refused(text);
        assert_eq!((at, from), (line, column), "{text}: {message}");
        assert!(message.contains(words), "{text}: {message}");
    }
}

fn finding(id: &str) -> Finding {
    let mut finding = samples::finding("T-01", id);
    finding.resource.arn = Some(format!("arn:aws:s3:::{id}"));
    finding
}

#[test]
fn a_mute_lies_over_what_it_names_until_it_lapses() {
    let text = "[[mute]]\ncheck = \"t-one\"\nresource = \"arn:aws:s3:::web-*\"\nreason = \"a website\"\nowner = \"web\"\nexpires = \"2027-01-31\"";
    let rules = parse(text).unwrap().rules;
    let (before, after) = (datetime!(2027-01-31 23:59 UTC), datetime!(2027-02-01 0:00 UTC));
    let mut muted = finding("web-1");
    assert_eq!(rules.apply(&mut muted, before), None);
    assert_eq!(muted.muted.map(|m| (m.owner, m.expires)), Some(("web".to_owned(), "2027-01-31".to_owned())));
    let mut lapsed = finding("web-1");
    let notice = rules.apply(&mut lapsed, after).unwrap();
    assert!(lapsed.muted.is_none() && notice.en.contains("lapsed on 2027-01-31"));
    let mut other = finding("app-1");
    assert_eq!((rules.apply(&mut other, before), other.muted), (None, None));
    let mut passing = finding("web-1");
    passing.status = crate::Status::Pass;
    assert_eq!((rules.apply(&mut passing, before), passing.muted), (None, None));
}

#[test]
fn a_mute_that_matches_nothing_is_told_of_where_it_could_have_matched() {
    let mute = |what: &str| format!("[[mute]]\n{what}\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-01-31\n");
    let text = mute("check = \"T-01\"\nresource = \"typo-*\"")
        + &mute("account = \"210987654321\"")
        + &mute("resource = \"web-1\"");
    let rules = parse(&text).unwrap().rules;
    let told = |checks: &[&'static str]| rules.idle(&[finding("web-1")], checks, "123456789012");
    assert_eq!(told(&["T-01"]).len(), 1);
    assert!(told(&["T-01"])[0].en.contains("line 1"), "{:?}", told(&["T-01"]));
    assert!(told(&["T-02-01"]).is_empty());
}

#[test]
fn severities_and_options_are_found_by_number_or_name() {
    let config = parse("[severity]\nt-one = \"critical\"\n[checks.T-01]\nstrict = true").unwrap();
    let mut judged = finding("a");
    config.rules.apply(&mut judged, datetime!(2027-01-01 0:00 UTC));
    assert_eq!(judged.severity, Severity::Critical);
    assert_eq!(config.options["T-01"]["strict"], Value::Bool(true));
}

#[test]
fn how_much_is_asked_is_configured() {
    let scan = parse("[scan]\nmax_rps = 20\nshare = 1\nconcurrency = 8").unwrap().scan;
    assert_eq!((scan.max_rps, scan.share, scan.concurrency), (Some(20), Some(1.0), Some(8)));
}

#[test]
fn the_schema_names_every_section() {
    let schema = Config::schema();
    for section in ["scan", "accounts", "mute", "severity", "checks", "output", "iac"] {
        assert!(schema["properties"].get(section).is_some(), "{section}");
    }
}

#[test]
fn what_is_written_and_where_it_lands_is_kept() {
    let text = "[output]\nformat = \"json\"\nfiles = [\"a.sarif\", \"json=b\"]\nlang = \"ja\"\nfail_on = \"high\"\nsarif_incomplete = \"fail\"\n[iac]\ndirectories = [\"infra/*\"]\nstate = [\"a.tfstate\"]\n";
    let Config { output, iac, .. } = parse(text).unwrap();
    let word = |word: &Option<Word>| word.as_ref().map(|word| (word.text.clone(), &text[word.span.clone()]));
    assert_eq!(word(&output.format), Some(("json".to_owned(), "\"json\"")));
    assert_eq!(output.files.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["a.sarif", "json=b"]);
    assert_eq!(output.lang, Some(Lang::Ja));
    assert_eq!(word(&output.fail_on).unwrap().0, "high");
    assert_eq!(word(&output.sarif_incomplete).unwrap().0, "fail");
    assert_eq!((iac.directories, iac.state), (vec!["infra/*".to_owned()], vec!["a.tfstate".to_owned()]));
    assert_eq!(parse("").unwrap().output, Output::default());
}

#[test]
fn what_the_parser_says_has_a_sentence_before_it_in_japanese() {
    for (text, sentence) in [
        ("[scan", "TOML として読み取れません"),
        ("[scan]\nregoins = []", "このキーはありません"),
        ("[[mute]]\ncheck = \"T-01\"", "必要なキーがありません"),
        ("[scan]\nconcurrency = \"many\"", "値の型が違います"),
        ("[severity]\nT-01 = \"worst\"", "指定できない値です"),
    ] {
        let message = parse(text).unwrap_err().message;
        assert_eq!(message.ja, format!("{sentence}: {}", message.en));
    }
}
