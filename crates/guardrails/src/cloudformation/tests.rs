use super::*;
use crate::value::{attribute, list, map, reference, sub};

fn written(value: &Value) -> String {
    let mut yaml = String::new();
    line(&mut yaml, 0, "Key", value);
    yaml
}

#[test]
fn quotes_stand_where_yaml_would_read_something_else() {
    for (text, expected) in [
        ("AES256", "AES256"),
        ("s3:PutObject", "s3:PutObject"),
        ("2012-10-17", "\"2012-10-17\""),
        ("off", "\"off\""),
        ("true", "\"true\""),
        ("*", "\"*\""),
        ("{{ BucketName }}", "\"{{ BucketName }}\""),
        ("say \"it\"", "'say \"it\"'"),
        ("a: b", "\"a: b\""),
        ("", "\"\""),
        ("$.Payload", "\"$.Payload\""),
        ("AWS::S3::Bucket", "AWS::S3::Bucket"),
    ] {
        assert_eq!(scalar(text), expected);
    }
}

#[test]
fn functions_are_written_in_short_form() {
    assert_eq!(written(&reference("A")), "Key: !Ref A\n");
    assert_eq!(written(&attribute("A", "Arn")), "Key: !GetAtt A.Arn\n");
    assert_eq!(written(&sub("${A}/*")), "Key: !Sub \"${A}/*\"\n");
    assert_eq!(written(&Value::either("C", sub("${A}"), "b")), "Key: !If\n  - C\n  - !Sub \"${A}\"\n  - b\n");
    assert_eq!(written(&Value::either("C", reference("A"), "b")), "Key: !If [C, !Ref A, b]\n");
}

#[test]
fn parts_stand_further_in() {
    let value = map! { "A" => list![map! { "B" => 1, "C" => list!["d"] }, "e"], "F" => map! {} };
    assert_eq!(written(&value), "Key:\n  A:\n    - B: 1\n      C:\n        - d\n    - e\n  F: {}\n");
}

#[test]
fn several_lines_are_kept_as_they_are() {
    assert_eq!(written(&"a\n\n  b\n".into()), "Key: |\n  a\n\n    b\n");
}
