//! One document by itself: does it make whoever holds it an administrator of some account?

use std::collections::BTreeSet;

use asc_core::{Text, text};

use super::{Proof, Reach, Realm, admin};
use crate::answer::{Answer, Decision, Reason};
use crate::document::{Patterns, Policy, Statement};

/// Decides for a document without knowing the account: in the partitions that its resources name, or else in any, and
/// in an account that they name or in any other. The reasons are the statements that it takes, each with what it opens.
pub fn decide(policy: &Policy) -> Decision {
    let accounts: BTreeSet<_> =
        parts(policy, 4).filter(|it| is_account(it)).chain(["000000000000".to_owned()]).collect();
    let partitions = PARTITIONS.into_iter().filter(|name| parts(policy, 1).any(|part| part == *name));
    let partitions = Some(partitions.collect()).filter(|named: &Vec<_>| !named.is_empty());
    let partitions = partitions.unwrap_or_else(|| PARTITIONS.to_vec());
    let realms = partitions.iter().flat_map(|name| accounts.iter().map(move |account| Realm::new(name, account)));
    let proofs = realms.filter_map(|realm| admin(&realm, &[policy], None));
    let best = proofs.max_by_key(|proof| (proof.conditions.is_empty(), proof.exact, proof.reach));
    let Some(proof) = best else { return Decision { answer: Answer::No, because: Vec::new() } };
    let because = proof.steps.iter().map(|step| {
        let statement = &policy.statements[step.statement];
        Reason { statement: step.statement, sid: statement.sid.clone(), text: sentence(statement, &proof) }
    });
    Decision { answer: if proof.exact { Answer::Yes } else { Answer::CannotTell }, because: because.collect() }
}

const PARTITIONS: [&str; 3] = ["aws", "aws-cn", "aws-us-gov"];

/// A part of the ARNs that a document's resources name: the partition is 1, the account 4.
fn parts(policy: &Policy, number: usize) -> impl Iterator<Item = String> {
    let resources = policy.statements.iter().filter_map(|statement| statement.resources.as_ref());
    let globs = resources.flat_map(|(Patterns::Only(globs) | Patterns::AllBut(globs))| globs);
    globs.filter_map(move |glob| glob.written().split(':').nth(number).map(str::to_owned))
}

fn is_account(part: &str) -> bool {
    part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit())
}

fn sentence(statement: &Statement, proof: &Proof) -> Text {
    let actions = statement.actions.to_string();
    let resources = statement.resources.as_ref().map_or_else(|| "*".to_owned(), ToString::to_string);
    let conditions: Vec<_> = statement.conditions.iter().map(ToString::to_string).collect();
    let conditions = conditions.join("; ");
    let all = matches!(proof.reach, Reach::Everything);
    match (proof.steps.len(), all, statement.conditions.is_empty()) {
        (1, true, true) => text!(
            en: "Allows every action on every resource: {actions} on {resources}.",
            ja: "すべてのリソースに対するすべての操作を許可しています: {actions} ({resources})。"
        ),
        (1, false, true) => text!(
            en: "Allows all of IAM, and nearly everything else: {actions} on {resources}.",
            ja: "IAM のすべてと、それ以外のほぼすべての操作を許可しています: {actions} ({resources})。"
        ),
        (_, _, true) => text!(
            en: "Opens a part of it: {actions} on {resources}.",
            ja: "その一部を許可しています: {actions} ({resources})。"
        ),
        (_, _, false) => text!(
            en: "Opens it, or a part of it, under a condition: {actions} on {resources}, if {conditions}.",
            ja: "その全部または一部を条件付きで許可しています: {actions} ({resources})、条件 {conditions}。"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(statements: &str) -> (Answer, Vec<(usize, Option<String>, String)>) {
        let decision =
            decide(&Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)).unwrap());
        let because = decision.because.into_iter().map(|it| (it.statement, it.sid, it.text.en));
        (decision.answer, because.collect())
    }

    #[test]
    fn one_document_is_explained_by_its_statements() {
        let read = r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}"#;
        let all = r#"{"Sid":"All","Effect":"Allow","Action":"*","Resource":"*"}"#;
        let told = vec![(1, Some("All".to_owned()), "Allows every action on every resource: * on *.".to_owned())];
        assert_eq!(decided(&format!("{read},{all}")), (Answer::Yes, told));
        assert_eq!(decided(read), (Answer::No, vec![]));
        let halves = r#"{"Effect":"Allow","Action":"iam:*","Resource":"*"},{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#;
        let (answer, because) = decided(halves);
        assert_eq!((answer, because.len()), (Answer::Yes, 2));
        let mfa = all.replace('}', r#","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#);
        assert!(decided(&mfa).1[0].2.ends_with("if Bool aws:MultiFactorAuthPresent = true."));
    }

    #[test]
    fn the_account_need_not_be_known() {
        for resource in ["arn:aws-cn:*", "arn:aws:*:*:123456789012:*", "arn:aws:*"] {
            let statement = format!(r#"{{"Effect":"Allow","Action":"*","Resource":"{resource}"}}"#);
            assert_eq!(decided(&statement).0, Answer::Yes, "{resource}");
        }
    }

    #[test]
    fn a_document_is_for_the_partitions_that_it_names() {
        let all = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
        let deny = |resource: &str| {
            let deny = format!(r#"{{"Effect":"Deny","Action":"iam:PutUserPolicy","Resource":"{resource}"}}"#);
            decided(&format!("{all},{deny}")).0
        };
        assert_eq!(deny("arn:aws:iam::*:user/x"), Answer::No, "part of IAM is denied there");
        assert_eq!(deny("arn:aws:iam::123456789012:user/x"), Answer::Yes, "it is one in every other account");
        assert_eq!(deny("*"), Answer::No);
    }
}
