//! The simulator's command line; the library says what each command is for.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use asc_simulator::account::{REGIONS, Shape};
use asc_simulator::call::{OPERATIONS, number};
use asc_simulator::limits::{Limit, Limits, Preset};
use asc_simulator::plan::{self, Request};
use asc_simulator::server::{Behaviour, World, bind, serve};
use asc_simulator::{client, oracle};
use clap::{Args, Parser, Subcommand};
use serde_json::json;

/// A simulated AWS account of any size.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until standard input is closed, then prints what was asked.
    Serve {
        #[command(flatten)]
        behaviour: Box<Behaviour>,
        /// The port; 0 is any free one.
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// Tells how many verdicts of each status must be found, and what that takes at least.
    Oracle(Asked),
    /// Tells every verdict that must be found, one JSON array a line: check, region, resource, status.
    Expect(Asked),
    /// Sends the least requests as fast as answers come, and tells how long it took.
    Fire {
        #[command(flatten)]
        asked: Asked,
        /// Where the simulator listens.
        #[arg(long)]
        address: SocketAddr,
        /// How many requests are under way at a time.
        #[arg(long, default_value_t = 64)]
        connections: usize,
    },
    /// Asks at a fixed rate until standard input is closed, and tells what became of it.
    Steady {
        #[command(flatten)]
        asked: Asked,
        /// Where the simulator listens.
        #[arg(long)]
        address: SocketAddr,
        /// Requests a second.
        #[arg(long, default_value_t = 10.0)]
        rate: f64,
    },
}

/// About which account, under which limits.
#[derive(Args)]
struct Asked {
    #[command(flatten)]
    shape: Shape,
    /// Where the scan sets out from.
    #[arg(long, default_value = "us-east-1")]
    home: String,
    /// Which limits are in force besides those that are given one by one.
    #[arg(long, value_enum, default_value_t)]
    limits: Preset,
    /// A limit, as `serve` takes it.
    #[arg(long)]
    limit: Vec<Limit>,
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.and_then(|runtime| runtime.block_on(run(Cli::parse().command)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever started it no longer wants to know.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "asc-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> io::Result<()> {
    match command {
        Command::Serve { behaviour, port } => {
            let (listener, address) = bind(port).await?;
            let world = Arc::new(World::new(*behaviour));
            let (url, port) = (format!("http://{address}"), address.port());
            print(&json!({ "url": url, "port": port, "pid": std::process::id() }))?;
            tokio::select! {
                never = serve(Arc::clone(&world), listener) => match never {},
                () = input_closed() => print(&serde_json::to_value(world.stats().report())?),
            }
        }
        Command::Oracle(asked) => print(&truth(&asked)?),
        Command::Expect(asked) => {
            let mut out = io::BufWriter::new(io::stdout().lock());
            let mut written = Ok(());
            oracle::each(&asked.shape, |oracle::Expected { check, region, resource, status }| {
                let line = json!([check, region, resource, status]);
                if written.is_ok() {
                    written = writeln!(out, "{line}");
                }
            });
            written?;
            out.flush()
        }
        Command::Fire { asked, address, connections } => {
            let requests = plan::requests(&asked.shape, &asked.home);
            print(&serde_json::to_value(client::fire(address, requests, connections).await)?)
        }
        Command::Steady { asked, address, rate } => {
            let request = production(&asked)?;
            print(&serde_json::to_value(client::steady(address, request, rate, input_closed()).await)?)
        }
    }
}

/// What is true of an account.
fn truth(asked: &Asked) -> io::Result<serde_json::Value> {
    let counts = plan::count(&plan::requests(&asked.shape, &asked.home));
    let least_time = Limits::new(&asked.limit, asked.limits).least_time(&counts);
    let least: Vec<_> = counts
        .iter()
        .map(|((operation, region), count)| {
            let (service, name) = OPERATIONS[*operation];
            json!({ "service": service, "operation": name, "region": REGIONS[*region], "count": count })
        })
        .collect();
    Ok(json!({
        "verdicts": serde_json::to_value(oracle::verdicts(&asked.shape))?,
        "least_calls": counts.values().sum::<u64>(),
        "least": least,
        "chains": serde_json::to_value(plan::chains(&asked.shape))?,
        "least_seconds": least_time.as_secs_f64(),
    }))
}

/// What production asks: the policy of a bucket.
fn production(asked: &Asked) -> io::Result<Request> {
    let operation = number("s3", "GetBucketPolicy").ok_or(io::ErrorKind::NotFound)?;
    let path = format!("/{}?policy", asked.shape.bucket(0).name());
    Ok(Request { operation, region: 0, path, target: "", body: String::new() })
}

fn print(line: &serde_json::Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Ends when standard input does. A thread of its own reads it, since reading a terminal or a pipe blocks.
async fn input_closed() {
    let (told, closed) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let (mut input, mut byte) = (io::stdin().lock(), [0; 1024]);
        while matches!(input.read(&mut byte), Ok(1..)) {}
        let _ = told.send(());
    });
    // The sender is dropped only after it has told.
    let _ = closed.await;
}
