//! A simulated AWS account of any size, in a process of its own, for benchmarks and tests of programs that read AWS.
//!
//! ```sh
//! asc-simulator serve --buckets 10000 --latency-ms 50 --limits published
//! # {"url":"http://127.0.0.1:41873","port":41873,"pid":4711}
//! export AWS_ENDPOINT_URL=http://127.0.0.1:41873 AWS_REGION=us-east-1
//! export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
//! aws s3api list-buckets        # or any other client
//! ```
//!
//! **Lifetime.** The first line on standard output says where it listens: on the loopback interface only, on a free port
//! unless one is given. It serves until its standard input is closed, then prints its counters as JSON and ends, so
//! that it never outlives who started it. Run by hand, it ends with Ctrl-D; in the background, give it an input that
//! stays open (`tail -f /dev/null | asc-simulator serve …`).
//!
//! **The account** follows from a seed and counts ([`account::Shape`]); answers are made when they are asked for and
//! stored nowhere. Each kind of thing has a known share of good and bad. Read calls only: what is simulated stands in
//! [`call::OPERATIONS`]; anything else is answered with 501. Region and service come from the credential scope of the
//! `Authorization` header; signatures are not verified.
//!
//! **What is true of it**: `asc-simulator oracle` tells how many verdicts of each status each of asc's checks must give
//! ([`oracle`]), which calls that takes at least ([`plan`]), and how long these take under the limits;
//! `asc-simulator expect` tells the verdicts one by one. Both know nothing of asc but what its checks are called.
//!
//! **How it behaves** ([`server::Behaviour`]): latency with jitter on every answer; limits by token buckets with each
//! service's own refusal ([`limits`]); faults by rate and seed ([`faults`]); regions that never answer or close every
//! connection. Counters of all of it are served as JSON on [`server::STATS_PATH`] ([`stats`]).
//!
//! **To compare with**: `asc-simulator fire` sends the least requests over so many connections and does nothing with the
//! answers, which is what they cost at least; `asc-simulator steady` asks at a fixed rate beside whatever else runs, and
//! tells how many of its calls were throttled ([`client`]).

pub mod account;
mod body;
pub mod call;
pub mod client;
pub mod faults;
pub mod limits;
pub mod oracle;
pub mod plan;
pub mod server;
pub mod stats;
pub mod wire;
