//! Clients to compare with: one that sends what must be asked as fast as it can and understands nothing of the answers,
//! and one that stands for the account's production, asking steadily beside a scan.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Request as HttpRequest, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::account::REGIONS;
use crate::call::OPERATIONS;
use crate::plan::Request;

/// What became of the requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Sent {
    /// How many were sent.
    pub requests: u64,
    /// How many were told "slower".
    pub throttled: u64,
    /// How many failed in other ways.
    pub failed: u64,
    /// How long it took from the first to the last, in seconds.
    pub seconds: f64,
}

impl Sent {
    fn add(&mut self, answer: io::Result<(StatusCode, Bytes)>) {
        self.requests += 1;
        match answer {
            Ok((status, body)) if status.as_u16() >= 400 && is_throttle(&body) => self.throttled += 1,
            Ok((status, _)) if status.as_u16() < 500 => {}
            Ok(_) | Err(_) => self.failed += 1,
        }
    }

    const fn and(self, other: Self) -> Self {
        Self {
            requests: self.requests + other.requests,
            throttled: self.throttled + other.throttled,
            failed: self.failed + other.failed,
            seconds: self.seconds,
        }
    }
}

fn is_throttle(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    ["SlowDown", "RequestLimitExceeded", "Throttling", "TooManyRequests"].iter().any(|code| text.contains(code))
}

/// A connection, made when it is first needed and again when it has broken.
struct Connection {
    address: SocketAddr,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Connection {
    async fn sender(&mut self) -> io::Result<&mut SendRequest<Full<Bytes>>> {
        let lost = self.sender.as_ref().is_none_or(SendRequest::is_closed);
        if lost {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
            tokio::spawn(connection);
            self.sender = Some(sender);
        }
        self.sender.as_mut().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    async fn send(&mut self, request: &Request) -> io::Result<(StatusCode, Bytes)> {
        let built = built(self.address, request)?;
        let sender = self.sender().await?;
        sender.ready().await.map_err(io::Error::other)?;
        let answer = sender.send_request(built).await.map_err(io::Error::other)?;
        let status = answer.status();
        Ok((status, answer.into_body().collect().await.map_err(io::Error::other)?.to_bytes()))
    }
}

fn built(address: SocketAddr, request: &Request) -> io::Result<HttpRequest<Full<Bytes>>> {
    let (service, region) = (OPERATIONS[request.operation].0, REGIONS[request.region]);
    let service = if service == "s3control" { "s3" } else { service };
    let scope = format!("AWS4-HMAC-SHA256 Credential=AKIASIMULATED/20260101/{region}/{service}/aws4_request");
    let method = if request.body.is_empty() { "GET" } else { "POST" };
    let mut builder = HttpRequest::builder().method(method).uri(&request.path);
    builder = builder.header(HOST, address.to_string()).header(AUTHORIZATION, scope);
    if !request.target.is_empty() {
        builder = builder.header("x-amz-target", request.target).header(CONTENT_TYPE, "application/x-amz-json-1.1");
    }
    builder.body(Full::new(Bytes::copy_from_slice(request.body.as_bytes()))).map_err(io::Error::other)
}

/// Sends requests over so many connections, each one after another, as fast as answers come.
pub async fn fire(address: SocketAddr, requests: Vec<Request>, connections: usize) -> Sent {
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let (mut running, began) = (JoinSet::new(), Instant::now());
    for _ in 0..connections.max(1) {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        running.spawn(async move {
            let (mut connection, mut sent) = (Connection { address, sender: None }, Sent::default());
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                sent.add(connection.send(request).await);
            }
            sent
        });
    }
    let all = running.join_all().await.into_iter().fold(Sent::default(), Sent::and);
    Sent { seconds: began.elapsed().as_secs_f64(), ..all }
}

/// Sends one request so many times a second, whatever becomes of it, until told to stop. Nothing is tried again, so
/// that what is told is what production would have met.
pub async fn steady(address: SocketAddr, request: Request, rate: f64, stop: impl Future<Output = ()>) -> Sent {
    let (mut running, mut sent, began) = (JoinSet::new(), Sent::default(), Instant::now());
    let mut idle: Vec<Connection> = Vec::new();
    let mut tick = tokio::time::interval(Duration::from_secs_f64(1.0 / rate.max(0.01)));
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            _ = tick.tick() => {
                let mut connection = idle.pop().unwrap_or(Connection { address, sender: None });
                let request = request.clone();
                running.spawn(async move {
                    let answer = connection.send(&request).await;
                    (connection, answer)
                });
            }
            Some(Ok((connection, answer))) = running.join_next() => {
                sent.add(answer);
                idle.push(connection);
            }
        }
    }
    Sent { seconds: began.elapsed().as_secs_f64(), ..sent }
}
