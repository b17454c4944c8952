//! The server: HTTP/1.1 with keep-alive on a port of the loopback interface.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use clap::Args;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::account::{Shape, mix};
use crate::body::{Answer, Wire};
use crate::call::{self, Call};
use crate::faults::{Fault, Faults, identity};
use crate::limits::{Limit, Limits, Preset, refusal};
use crate::stats::{Fate, Stats};
use crate::wire::{self, Reply};

/// Where the counters are served.
pub const STATS_PATH: &str = "/_simulator/stats";

/// How the simulated AWS behaves.
#[derive(Args, Clone, Debug)]
pub struct Behaviour {
    /// The account.
    #[command(flatten)]
    pub shape: Shape,
    /// Milliseconds from a request to its answer, on average.
    #[arg(long, default_value_t = 50)]
    pub latency_ms: u32,
    /// By how much that varies, in milliseconds, evenly on both sides.
    #[arg(long, default_value_t = 10)]
    pub jitter_ms: u32,
    /// Which limits are in force besides those that are given one by one.
    #[arg(long, value_enum, default_value_t)]
    pub limits: Preset,
    /// A limit: `SERVICE[:OPERATION|:*][@account]=RATE[/BURST]`. `s3=100` is shared by all operations of a region,
    /// `s3@account=100` by all regions too; `ec2:*=20/100` gives each operation its own.
    #[arg(long)]
    pub limit: Vec<Limit>,
    /// What goes wrong.
    #[command(flatten)]
    pub faults: Faults,
}

/// A simulated AWS.
#[derive(Debug)]
pub struct World {
    behaviour: Behaviour,
    limits: Mutex<Limits>,
    /// How often a request was made, for those of which it matters.
    made: Mutex<HashMap<u64, u32>>,
    stats: Stats,
    jitter: AtomicU64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// A simulated AWS that behaves so.
    pub fn new(behaviour: Behaviour) -> Self {
        let limits = Mutex::new(Limits::new(&behaviour.limit, behaviour.limits));
        Self { behaviour, limits, made: Mutex::default(), stats: Stats::default(), jitter: AtomicU64::new(0) }
    }

    /// What was asked of it so far.
    pub const fn stats(&self) -> &Stats {
        &self.stats
    }

    /// How often this request was made before; only counted where that makes a difference.
    fn attempt(&self, call: &Call, identity: u64) -> u32 {
        if self.behaviour.faults.fault_rate == 0.0 && call.name() != "GenerateCredentialReport" {
            return 0;
        }
        let mut made = locked(&self.made);
        let times = made.entry(identity).or_default();
        *times += 1;
        *times - 1
    }

    fn latency(&self) -> Duration {
        let Behaviour { latency_ms, jitter_ms, .. } = self.behaviour;
        let roll = mix(self.jitter.fetch_add(1, Ordering::Relaxed)) >> 32;
        let share = f64::from(u32::try_from(roll).unwrap_or_default()) / f64::from(u32::MAX);
        let millis = f64::from(latency_ms) + f64::from(jitter_ms) * (2.0 * share - 1.0);
        Duration::from_secs_f64(millis.max(0.0) / 1_000.0)
    }

    async fn answer(&self, request: Request<Incoming>, reset: &AtomicBool) -> io::Result<Response<Answer>> {
        if request.uri().path() == STATS_PATH {
            let body = serde_json::to_string_pretty(&self.stats.report())?;
            return Ok(whole(&Reply { status: 200, content_type: "application/json", body }, None));
        }
        let _waiting = self.stats.came();
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let call = Call::of(call::Incoming {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            authorization: header(AUTHORIZATION.as_str()),
            target: header("x-amz-target"),
            body: &body,
        });
        let Some(call) = call else {
            self.stats.not_understood();
            return Ok(whole(&wire::error("s3", 501, "NotImplemented"), None));
        };
        let ended = |fate| self.stats.ended(call.operation, call.region, fate);
        if self.behaviour.faults.swallows(call.region()) {
            ended(Fate::Swallowed);
            std::future::pending::<()>().await;
        }
        let admitted = locked(&self.limits).admit(&call, Instant::now());
        tokio::time::sleep(self.latency()).await;
        if !admitted {
            ended(Fate::Throttled);
            let (status, code) = refusal(call.service());
            return Ok(whole(&wire::error(call.service(), status, code), Some(&self.stats)));
        }
        let identity = identity(&call);
        let attempt = self.attempt(&call, identity);
        let Some(fault) = self.behaviour.faults.of(identity, attempt, call.region()) else {
            ended(Fate::Answered);
            return Ok(whole(&wire::answer(&self.behaviour.shape, &call, attempt > 0), Some(&self.stats)));
        };
        ended(Fate::Faulted);
        self.spoilt(&call, fault, identity, attempt, reset)
    }

    fn spoilt(
        &self,
        call: &Call,
        fault: Fault,
        identity: u64,
        attempt: u32,
        reset: &AtomicBool,
    ) -> io::Result<Response<Answer>> {
        let mut reply = wire::answer(&self.behaviour.shape, call, attempt > 0);
        let half = Bytes::copy_from_slice(&reply.body.as_bytes()[..reply.body.len() / 2]);
        let length = reply.body.len();
        Ok(match fault {
            Fault::InternalError => whole(&wire::error(call.service(), 500, "InternalError"), None),
            Fault::Unavailable => whole(&wire::error(call.service(), 503, "ServiceUnavailable"), None),
            Fault::Truncated => {
                let at = self.behaviour.faults.cut(identity, length);
                reply.body.truncate((0..=at).rev().find(|at| reply.body.is_char_boundary(*at)).unwrap_or_default());
                whole(&reply, None)
            }
            Fault::Reset => {
                reset.store(true, Ordering::Relaxed);
                partly(&reply, Answer::breaking(half))
            }
            Fault::Stalled => partly(&reply, Answer::stalling(half)),
            Fault::Closed => {
                reset.store(true, Ordering::Relaxed);
                return Err(io::ErrorKind::ConnectionReset.into());
            }
        })
    }
}

fn response(reply: &Reply, body: Answer) -> Response<Answer> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    headers.insert("x-amzn-requestid", HeaderValue::from_static("simulated"));
    response
}

fn whole(reply: &Reply, stats: Option<&Stats>) -> Response<Answer> {
    if let Some(stats) = stats {
        stats.sent(reply.body.len());
    }
    response(reply, Answer::whole(Bytes::copy_from_slice(reply.body.as_bytes())))
}

/// An answer that promises all of its body and does not keep the promise.
fn partly(reply: &Reply, body: Answer) -> Response<Answer> {
    let mut response = response(reply, body);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(reply.body.len()));
    response
}

/// Binds a free port of the loopback interface, or the given one.
pub async fn bind(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until the runtime ends.
pub async fn serve(world: Arc<World>, listener: TcpListener) -> Infallible {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: some will be free again.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Without it small answers wait for the acknowledgement of the last one; a socket that refuses is slow, not wrong.
        let _ = stream.set_nodelay(true);
        let world = Arc::clone(&world);
        world.stats.connected();
        tokio::spawn(async move {
            let reset = Arc::<AtomicBool>::default();
            let wire = TokioIo::new(Wire::new(stream, Arc::clone(&reset)));
            let service = service_fn(|request| {
                let (world, reset) = (Arc::clone(&world), Arc::clone(&reset));
                async move { world.answer(request, &reset).await }
            });
            // A connection that ends badly is the client's affair, or was meant to.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(wire, service).await;
        });
    }
}
