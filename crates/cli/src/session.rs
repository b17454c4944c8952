//! The runtime that work runs on, and what Ctrl-C and SIGTERM do to it.
//!
//! The first one is a wish: nothing more is asked, and what there is is told. The second one ends the program at once.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use asc_aws::DoorError;
use asc_core::stop::Stop;
use tokio::runtime::Runtime;

use crate::Exit;
use crate::problem::Problem;

/// How long tasks may take to let go of what they hold when the user has lost patience.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A runtime that listens.
pub(crate) struct Session {
    runtime: Option<Runtime>,
    /// The user wishes the work to stop.
    stop: Stop,
    /// The user wishes the program to end.
    end: Stop,
    phase: Arc<Mutex<Phase>>,
}

/// What the program is doing, which decides what a signal does.
#[derive(Debug, Default)]
enum Phase {
    /// Work runs, and lets go of its files by itself.
    #[default]
    Works,
    /// Files are written; these are half written.
    Writes(Vec<PathBuf>),
    /// A person is asked something.
    Asks,
}

impl Session {
    /// Starts the runtime and listens from now on.
    pub(crate) fn start() -> Result<Self, Problem> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Problem::Runtime)?;
        let (stop, end, phase) = (Stop::default(), Stop::default(), Arc::<Mutex<_>>::default());
        runtime.spawn(listen(stop.clone(), end.clone(), Arc::clone(&phase)));
        Ok(Self { runtime: Some(runtime), stop, end, phase })
    }

    /// The wish to stop, for the work to heed.
    pub(crate) fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Whether the user has broken off.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.stop.is_wished()
    }

    /// Does work to its end. Gives none when the user broke off and there is nothing to tell of.
    pub(crate) fn run<T>(&self, work: impl Future<Output = Result<T, Problem>>) -> Result<Option<T>, Problem> {
        let Some(runtime) = &self.runtime else { return Ok(None) };
        runtime.block_on(async {
            tokio::select! {
                outcome = work => match outcome {
                    Err(Problem::Door(DoorError::Interrupted)) => Ok(None),
                    outcome => outcome.map(Some),
                },
                () = self.end.wished() => Ok(None),
            }
        })
    }

    /// Files are written from now on. Whoever ends the program then removes what is half written. False if the user
    /// has ended it by now.
    pub(crate) fn writes(&self, files: Vec<PathBuf>) -> bool {
        self.enter(Phase::Writes(files));
        !self.end.is_wished()
    }

    /// Work runs from now on, after a person was asked.
    pub(crate) fn works(&self) {
        self.enter(Phase::Works);
    }

    /// A person is asked from now on; the first signal is answer enough.
    pub(crate) fn asks(&self) {
        self.enter(Phase::Asks);
    }

    fn enter(&self, phase: Phase) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Calls that are still under way are given up, not waited for; but what holds a half-written recording is, so
        // that nothing is left behind.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(LAST_WORDS);
        }
    }
}

async fn listen(stop: Stop, end: Stop, phase: Arc<Mutex<Phase>>) {
    let Ok(mut signals) = Signals::new() else { return };
    loop {
        signals.next().await;
        let again = stop.is_wished();
        stop.wish();
        match &*phase.lock().unwrap_or_else(PoisonError::into_inner) {
            Phase::Works if again => end.wish(),
            Phase::Writes(files) if again => {
                for file in files {
                    // One that is in its place by now, or could not be removed, is nobody's concern any more.
                    let _ = std::fs::remove_file(file);
                }
                std::process::exit(Exit::Incomplete as i32);
            }
            Phase::Asks => std::process::exit(Exit::Incomplete as i32),
            Phase::Works | Phase::Writes(_) => {}
        }
    }
}

/// Ctrl-C, and SIGTERM where there is such a thing.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Listens. A signal that cannot be listened for keeps its usual effect, which ends the program.
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
