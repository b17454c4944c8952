//! The fuzzer's targets (`fuzz/` at the repository's root), run over damaged documents as an ordinary test.

mod bodies;

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Documents to begin from; the fuzzer's corpus holds the same kinds of things.
const SEEDS: [&str; 5] = [
    r#"{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":["*","123456789012"]},"Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}]}"#,
    r#"{"Statement":{"Effect":"Deny","NotPrincipal":"*","NotAction":["iam:?*","*"],"NotResource":"${aws:username, 'x'}"}}"#,
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*a*a*a*b","Resource":"*?*?*"}]}"#,
    r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":false},"ForAllValues:IpAddressIfExists":{"aws:SourceIp":["10.0.0.0/8",1]}}}]}"#,
    "\u{feff}{\"Statement\" :\n\t[ ] }",
];
const PIECES: [&str; 16] =
    ["{", "}", "[", "]", "\"", ":", ",", "*", "?", "${", "\\u", "\n", "true", "1e9", "\u{3042}", "\"Statement\":"];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    #[test]
    fn damaged_documents(
        seed in select(&SEEDS[..]),
        wounds in proptest::collection::vec((any::<Index>(), any::<Index>(), select(&PIECES[..]), 0..12_usize), 0..6),
    ) {
        let mut bytes = seed.as_bytes().to_vec();
        for (at, from, piece, cut) in wounds {
            let at = at.index(bytes.len() + 1);
            let end = (at + cut).min(bytes.len());
            let start = from.index(bytes.len() + 1);
            // Either a piece of grammar or a piece of the document itself.
            let copied = bytes.get(start..(start + cut).min(bytes.len())).unwrap_or_default().to_vec();
            let new = if cut % 2 == 0 { piece.as_bytes().to_vec() } else { copied };
            bytes.splice(at..end, new);
        }
        bodies::decide(&bytes);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        bodies::decide(&bytes);
    }
}

#[test]
fn the_seeds_are_read() {
    let read = SEEDS.iter().filter(|seed| bodies::parse(seed.as_bytes()).is_some()).count();
    assert_eq!(read, SEEDS.len() - 1, "all but the one without a statement");
}
