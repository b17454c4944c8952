//! The simulator over real sockets, and as a process.
#![expect(clippy::unwrap_used, reason = "a test that gets no answer fails")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// A simulator in a process of its own.
struct Running {
    process: Child,
    output: BufReader<std::process::ChildStdout>,
    address: SocketAddr,
}

fn start(options: &[&str]) -> Running {
    let mut process = Command::new(env!("CARGO_BIN_EXE_asc-simulator"))
        .args(["serve", "--latency-ms", "0", "--jitter-ms", "0", "--buckets", "60", "--regions", "4"])
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    let address = said["url"].as_str().unwrap().strip_prefix("http://").unwrap().parse().unwrap();
    Running { process, output, address }
}

impl Running {
    /// Closes its input, which ends it; gives its counters.
    fn stop(mut self) -> Value {
        drop(self.process.stdin.take());
        let mut text = String::new();
        self.output.read_to_string(&mut text).unwrap();
        assert!(self.process.wait().unwrap().success());
        serde_json::from_str(&text).unwrap()
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        stream
    }

    /// Sends a request and reads what comes until the connection ends or nothing more does; says whether it ended as
    /// it should.
    fn ask(&self, region: &str, path: &str, last: bool) -> (String, Result<(), std::io::ErrorKind>) {
        let mut stream = self.connect();
        ask(&mut stream, region, path, last);
        let mut text = Vec::new();
        let ended = stream.read_to_end(&mut text).map(|_| ()).map_err(|error| error.kind());
        (String::from_utf8(text).unwrap(), ended)
    }
}

fn ask(stream: &mut TcpStream, region: &str, path: &str, last: bool) {
    let close = if last { "Connection: close\r\n" } else { "" };
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\n{close}Authorization: AWS4-HMAC-SHA256 \
         Credential=AKID/20260101/{region}/s3/aws4_request, SignedHeaders=host\r\n\r\n"
    )
    .unwrap();
}

fn count(stats: &Value, of: &str) -> u64 {
    stats["calls"].as_array().unwrap().iter().map(|calls| calls[of].as_u64().unwrap()).sum()
}

#[test]
fn connections_are_kept_and_counted() {
    let running = start(&[]);
    let mut stream = running.connect();
    for _ in 0..3 {
        ask(&mut stream, "us-east-1", "/?max-buckets=1", false);
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).unwrap();
        assert!(String::from_utf8_lossy(&bytes[..read]).starts_with("HTTP/1.1 200"));
    }
    assert!(running.ask("us-east-1", "/_simulator/stats", true).0.contains("\"max_in_flight\": 1"));
    assert!(running.ask("us-east-1", "/bucket/object", true).0.starts_with("HTTP/1.1 501"));
    let stats = running.stop();
    assert_eq!((stats["requests"].as_u64(), stats["unknown"].as_u64()), (Some(4), Some(1)));
    assert_eq!((stats["connections"].as_u64(), count(&stats, "answered")), (Some(3), 3));
}

#[test]
fn whoever_asks_too_fast_is_told_so_in_the_services_words() {
    let running = start(&["--limit", "s3=1/2"]);
    let asked: Vec<_> = (0..4).map(|_| running.ask("us-east-1", "/?max-buckets=1", true).0).collect();
    assert!(asked[..2].iter().all(|answer| answer.starts_with("HTTP/1.1 200")));
    assert!(asked[3].starts_with("HTTP/1.1 503") && asked[3].contains("<Code>SlowDown</Code>"), "{}", asked[3]);
    // Another region has tokens of its own.
    assert!(running.ask("us-east-2", "/?max-buckets=1", true).0.starts_with("HTTP/1.1 200"));
    assert!(count(&running.stop(), "throttled") >= 1);
}

#[test]
fn each_fault_is_what_it_is_called() {
    let path = "/?max-buckets=50";
    let spoilt = |fault: &str| {
        let running = start(&["--fault-rate", "1", "--fault", fault]);
        let met = running.ask("us-east-1", path, true);
        assert_eq!(count(&running.stop(), "faulted"), 1);
        met
    };
    let (whole, _) = start(&[]).ask("us-east-1", path, true);
    let body = |text: &str| text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
    assert!(spoilt("internal-error").0.contains("<Code>InternalError</Code>"));
    assert!(spoilt("unavailable").0.starts_with("HTTP/1.1 503"));
    assert_eq!(spoilt("closed").0, "");
    let (text, ended) = spoilt("truncated");
    assert!(ended.is_ok() && text.starts_with("HTTP/1.1 200"));
    assert!(body(&whole).starts_with(&body(&text)) && body(&text).len() < body(&whole).len());
    assert!(text.contains(&format!("content-length: {}\r\n", body(&text).len())), "HTTP takes it for whole");
    let (text, ended) = spoilt("stalled");
    assert!(matches!(ended, Err(std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)), "{ended:?}");
    assert_eq!(body(&text).len(), body(&whole).len() / 2);
    let (text, ended) = spoilt("reset");
    assert_eq!(ended, Err(std::io::ErrorKind::ConnectionReset), "{text}");
}

#[test]
fn a_region_can_be_silent_or_shut_while_others_answer() {
    let running = start(&["--black-hole", "us-east-2", "--refuse", "us-west-1"]);
    let (text, ended) = running.ask("us-east-2", "/?max-buckets=1", true);
    assert!(text.is_empty() && ended.is_err());
    let (text, _) = running.ask("us-west-1", "/?max-buckets=1", true);
    assert!(text.is_empty());
    assert!(running.ask("us-east-1", "/?max-buckets=1", true).0.starts_with("HTTP/1.1 200"));
    assert_eq!(count(&running.stop(), "swallowed"), 1);
}

#[test]
fn the_bare_client_gets_every_planned_answer() {
    let running = start(&[]);
    let shape = ["--buckets", "60", "--regions", "4"];
    let tell = |command: &str, more: &[&str]| -> Value {
        let mut process = Command::new(env!("CARGO_BIN_EXE_asc-simulator"));
        let output = process.arg(command).args(shape).args(more).stdin(Stdio::null()).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let sent = tell("fire", &["--address", &running.address.to_string(), "--connections", "7"]);
    let least = tell("oracle", &[])["least_calls"].as_u64();
    assert_eq!((sent["requests"].as_u64(), sent["failed"].as_u64()), (least, Some(0)));
    let stats = running.stop();
    assert_eq!((Some(count(&stats, "answered")), stats["connections"].as_u64()), (least, Some(7)));
}
