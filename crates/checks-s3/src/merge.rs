//! Adding a statement to a bucket policy, with all that stands there left as it is.

use serde_json::{Value, json};

/// The most that a bucket policy may hold, in bytes.
/// Source: Amazon S3 User Guide, "Policies and permissions in Amazon S3", on the size of bucket policies.
pub const LONGEST: usize = 20 * 1024;

/// Why a statement cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoMerge {
    /// The policy is not what AWS takes for one, so that nothing may be assumed of it.
    NotAPolicy,
    /// It would be longer than AWS allows.
    TooLong,
}

/// Whether two documents say the same, however they are laid out.
pub fn same(one: &str, other: &str) -> bool {
    let read = |text| serde_json::from_str::<Value>(text).ok();
    one == other || read(one).is_some_and(|one| Some(one) == read(other))
}

/// The policy with a further statement, whose `Sid` begins with `sid`; another number follows where that is taken. The
/// policy itself where it has the very statement.
pub fn with_statement(policy: Option<&str>, sid: &str, statement: &Value) -> Result<String, NoMerge> {
    let mut document = match policy {
        Some(text) => serde_json::from_str(text).map_err(|_| NoMerge::NotAPolicy)?,
        None => json!({ "Version": "2012-10-17", "Statement": [] }),
    };
    let statements = document.get_mut("Statement").ok_or(NoMerge::NotAPolicy)?;
    if statements.is_object() {
        *statements = Value::Array(vec![statements.take()]);
    }
    let statements = statements.as_array_mut().ok_or(NoMerge::NotAPolicy)?;
    if let (Some(text), true) = (policy, statements.iter().any(|other| without_sid(other) == without_sid(statement))) {
        return Ok(text.to_owned());
    }
    let taken: Vec<_> = statements.iter().filter_map(|other| other.get("Sid")?.as_str()).collect();
    let numbered = (2_u32..).map(|number| format!("{sid}{number}"));
    let free = std::iter::once(sid.to_owned()).chain(numbered).find(|name| !taken.contains(&name.as_str()));
    let mut added = json!({ "Sid": free });
    if let (Some(fields), Some(rest)) = (added.as_object_mut(), statement.as_object()) {
        fields.extend(rest.clone());
    }
    statements.push(added);
    let merged = document.to_string();
    if merged.len() > LONGEST { Err(NoMerge::TooLong) } else { Ok(merged) }
}

fn without_sid(statement: &Value) -> Value {
    let mut statement = statement.clone();
    if let Some(fields) = statement.as_object_mut() {
        fields.remove("Sid");
    }
    statement
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deny() -> Value {
        json!({ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b" })
    }

    fn merged(policy: &Value) -> Value {
        serde_json::from_str(&with_statement(Some(&policy.to_string()), "Tls", &deny()).unwrap()).unwrap()
    }

    #[test]
    fn a_bucket_without_a_policy_gets_one_of_one_statement() {
        let policy = with_statement(None, "Tls", &deny()).unwrap();
        let policy: Value = serde_json::from_str(&policy).unwrap();
        assert_eq!(policy["Version"], "2012-10-17");
        assert_eq!(
            policy["Statement"],
            json!([{ "Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
            "Resource": "arn:aws:s3:::b" }])
        );
    }

    #[test]
    fn what_stands_in_a_policy_stays_word_for_word() {
        let ours = json!({ "Sid": "Mine", "Effect": "Allow", "Principal": { "AWS": "210987654321" },
            "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/*", "Condition": { "Bool": { "x": "y" } } });
        for statement in [json!([ours]), ours.clone()] {
            let policy = json!({ "Id": "keep", "Version": "2008-10-17", "Statement": statement });
            let merged = merged(&policy);
            assert_eq!((&merged["Id"], &merged["Version"]), (&policy["Id"], &policy["Version"]));
            assert_eq!(merged["Statement"][0], ours);
            assert_eq!(merged["Statement"].as_array().map(Vec::len), Some(2));
        }
    }

    #[test]
    fn a_sid_that_is_taken_is_left_to_its_owner() {
        let other = json!({ "Sid": "Tls", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::b/*" });
        let merged = merged(&json!({ "Version": "2012-10-17", "Statement": [other] }));
        assert_eq!((&merged["Statement"][0], &merged["Statement"][1]["Sid"]), (&other, &json!("Tls2")));
    }

    #[test]
    fn the_same_statement_is_not_added_twice() {
        let once = with_statement(None, "Tls", &deny()).unwrap();
        assert_eq!(with_statement(Some(&once), "Tls", &deny()), Ok(once));
    }

    #[test]
    fn what_is_no_policy_or_would_be_too_long_is_left_alone() {
        for policy in ["", "[]", "{}", r#"{"Statement":"x"}"#, r#"{"Statement":null}"#] {
            assert_eq!(with_statement(Some(policy), "Tls", &deny()), Err(NoMerge::NotAPolicy), "{policy}");
        }
        let long = json!({ "Statement": [], "Id": "x".repeat(LONGEST) }).to_string();
        assert_eq!(with_statement(Some(&long), "Tls", &deny()), Err(NoMerge::TooLong));
    }

    #[test]
    fn layout_makes_no_difference_and_content_does() {
        assert!(same("{\"a\": 1,\n\"b\": 2}", "{\"b\":2,\"a\":1}"));
        assert!(!same("{\"a\":1}", "{\"a\":2}") && !same("{", "[") && same("{", "{"));
    }
}
