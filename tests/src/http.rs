//! As much of HTTP/1.1 as talking to an emulator takes.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// No emulator takes this long; one that does is stuck.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request or an answer: its head, with the empty line that ends it, and its body.
#[derive(Clone, Debug)]
pub struct Message {
    /// The first line and the headers.
    pub head: String,
    /// What follows them.
    pub body: Vec<u8>,
}

impl Message {
    /// An answer of this status.
    pub fn answer(status: u16, kind: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} \r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        Self { head, body: body.as_bytes().to_vec() }
    }

    /// Reads a message; what has no length ends with the connection.
    pub fn read(from: &mut TcpStream, is_request: bool) -> io::Result<Self> {
        from.set_read_timeout(Some(PATIENCE))?;
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            let mut chunk = [0; 8192];
            let count = from.read(&mut chunk)?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
        };
        let body = bytes.split_off(end);
        let mut message = Self { head: String::from_utf8_lossy(&bytes).into_owned(), body };
        let length = message.header("content-length").and_then(|length| length.parse().ok());
        match length.or(is_request.then_some(0)) {
            Some(length) => {
                let missing = u64::try_from(length).unwrap_or(0).saturating_sub(message.body.len() as u64);
                from.take(missing).read_to_end(&mut message.body)?;
            }
            None => {
                from.read_to_end(&mut message.body)?;
            }
        }
        Ok(message)
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// The same message with another value of a header, or with none.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: Option<&str>) -> Self {
        let kept = self.head.trim_end().lines().enumerate().filter(|(at, line)| {
            *at == 0 || !line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name))
        });
        let added = value.map(|value| format!("{name}: {value}"));
        let lines = kept.map(|(_, line)| line).chain(added.as_deref()).chain(["", ""]);
        self.head = lines.collect::<Vec<_>>().join("\r\n");
        self
    }

    /// The same message with every occurrence of some text replaced, in head and body.
    #[must_use]
    pub fn replaced(self, from: &str, to: &str) -> Self {
        let body = String::from_utf8_lossy(&self.body).replace(from, to).into_bytes();
        let length = body.len().to_string();
        let had_length = self.header("content-length").is_some();
        let made = Self { head: self.head.replace(from, to), body };
        if had_length { made.with_header("content-length", Some(&length)) } else { made }
    }

    /// Sends the message.
    pub fn write(&self, to: &mut TcpStream) -> io::Result<()> {
        to.write_all(self.head.as_bytes())?;
        to.write_all(&self.body)
    }
}

/// Sends one request to a port of this machine and reads the answer.
pub fn exchange(port: u16, request: Message) -> io::Result<Message> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    request.with_header("connection", Some("close")).write(&mut stream)?;
    Message::read(&mut stream, false)
}

/// Posts to a path; whether the answer was 200.
pub fn post(port: u16, path: &str, body: &str) -> bool {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\n\r\n"
    );
    let request = Message { head, body: body.as_bytes().to_vec() };
    exchange(port, request).is_ok_and(|answer| answer.head.split_whitespace().nth(1) == Some("200"))
}
