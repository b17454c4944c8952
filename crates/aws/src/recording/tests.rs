use time::macros::datetime;

use super::*;

fn exchange(path: &str, body: &str) -> Exchange {
    let request = RequestId {
        service: "s3".to_owned(),
        operation: "GetBucketAcl".to_owned(),
        region: "eu-west-1".to_owned(),
        path: path.to_owned(),
        query: "acl".to_owned(),
        body: String::new(),
    };
    let headers = vec![("content-type".to_owned(), "application/xml".to_owned())];
    let outcome = Outcome::Answer { status: 200, headers, body: body.to_owned().into() };
    Exchange { request, outcome, retried: 1, throttled: 0 }
}

fn written() -> (Vec<Exchange>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.ascrec");
    let head = Head {
        version: "0.1.0".to_owned(),
        started_at: datetime!(2027-01-01 0:00 UTC),
        region: "eu-west-1".to_owned(),
    };
    let recorder = Recorder::create(&path, &head).unwrap();
    let exchanges = vec![exchange("/a", "<A>日本</A>"), exchange("/b", "<B/>")];
    for exchange in &exchanges {
        recorder.add(exchange);
    }
    assert!(!path.exists(), "a recording appears when it is whole");
    recorder.finish(datetime!(2027-01-01 0:01 UTC)).unwrap();
    (exchanges, std::fs::read(path).unwrap())
}

fn parse(bytes: &[u8]) -> Result<Recording, RecordingError> {
    Recording::parse(Path::new("x.ascrec"), bytes)
}

#[test]
fn what_is_written_is_read() {
    let (exchanges, bytes) = written();
    let recording = parse(&bytes).unwrap();
    assert_eq!(recording.exchanges(), exchanges);
    assert_eq!(recording.finished_at, datetime!(2027-01-01 0:01 UTC));
    assert_eq!(recording.answer(&exchanges[1].request), Some(&exchanges[1]));
    assert_eq!(recording.answer(&exchange("/c", "").request), None);
}

#[test]
fn bodies_are_kept_as_text_where_they_are_text_and_as_they_came_otherwise() {
    for (bytes, kept) in
        [(&b"<A>\xe6\x97\xa5</A>"[..], "\"<A>日</A>\""), (b"\xa1\x61a\x01", r#"{"base64":"oWFhAQ=="}"#)]
    {
        let body = Body::from(bytes.to_vec());
        assert_eq!(serde_json::to_string(&body).unwrap(), kept);
        assert_eq!(serde_json::from_str::<Body>(kept).unwrap(), body);
    }
    assert!(serde_json::from_str::<Body>(r#"{"base64":"?"}"#).is_err());
}

#[test]
fn the_same_request_is_answered_in_turn_and_then_with_the_last_answer() {
    let (first, second) = (exchange("/a", "STARTED"), exchange("/a", "COMPLETE"));
    let (_, bytes) = written();
    let head = parse(&bytes).unwrap().head;
    let recording = Recording::new(head, datetime!(2027-01-01 0:01 UTC), vec![first.clone(), second.clone()]);
    let answers: Vec<_> = (0..3).filter_map(|_| recording.answer(&first.request)).collect();
    assert_eq!(answers, [&first, &second, &second]);
}

/// No damage gives another account: every byte that is changed is noticed, or changes nothing that is read.
#[test]
fn any_damage_is_noticed() {
    let (exchanges, bytes) = written();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        if let Ok(recording) = parse(&damaged) {
            assert_eq!(recording.exchanges(), exchanges, "byte {at}");
        }
    }
    for length in 0..bytes.len() {
        assert!(parse(&bytes[..length]).is_err(), "cut at {length}");
    }
    assert!(parse(&[bytes.as_slice(), b"x"].concat()).is_err(), "something was added");
    assert!(matches!(parse(b"PK something else"), Err(RecordingError::Foreign(_))));
}
