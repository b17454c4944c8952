//! The seam between the SDK's clients and the network, where everything that all calls share is done.

use std::sync::Arc;
use std::time::Duration;

use asc_core::fact::only_reads;
use asc_core::ledger::Ledger;
use asc_core::progress::Progress;
use asc_core::stop::Stop;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, Metadata};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use tokio::time::{Instant, timeout};

use crate::door::Access;
use crate::pace::Pacer;
use crate::recording::{Exchange, Outcome, Recorder, Recording};
use crate::redact::Secrets;
use crate::request::RequestId;
use crate::response::Answer;
use crate::resume::Resumed;
use crate::retry::{ATTEMPT_TIMEOUT, CALL_DEADLINE, Fate};

/// Marks a client's requests with the service and region they go to. It is an interceptor: put it into the client's
/// configuration, or the seam refuses to carry its requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub(crate) service: String,
    pub(crate) region: String,
}

impl Tag {
    /// The mark of one service's client in one region.
    pub fn new(service: &str, region: &str) -> Self {
        Self { service: service.to_owned(), region: region.to_owned() }
    }
}

#[derive(Clone, Debug)]
struct Tagged {
    tag: Tag,
    operation: String,
}

#[dyn_dispatch_hint]
impl Intercept for Tag {
    fn name(&self) -> &'static str {
        "asc::Tag"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = cfg.load::<Metadata>().map(|metadata| metadata.name().to_owned()).unwrap_or_default();
        context.request_mut().add_extension(Tagged { tag: self.clone(), operation });
        Ok(())
    }
}

/// A request that the replayed recording has no answer to.
#[derive(Debug, thiserror::Error)]
#[error("the recording has no answer to this request")]
pub(crate) struct NotRecorded;

/// A silence that was recorded.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct RecordedSilence(String);

/// A region, or a service in it, that has been given up.
#[derive(Debug, thiserror::Error)]
#[error("nobody answers in {0}")]
struct NobodyThere(String);

/// A call that was given up because the user has broken off.
#[derive(Debug, thiserror::Error)]
#[error("the scan was interrupted")]
pub(crate) struct Interrupted;

/// A client that was made without its [`Tag`].
#[derive(Debug, thiserror::Error)]
#[error("a request without asc_aws::Tag: add the tag to the client's interceptors")]
struct Untagged;

/// A call that may change something, through a door that was opened for reading.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not known to only read, and nothing but `asc fix --apply` and `--undo` may write")]
pub(crate) struct Writes(String);

/// Where answers come from.
#[derive(Debug)]
pub(crate) enum Carrier {
    /// The network; perhaps into a recording, and perhaps going on from another.
    Network { client: SharedHttpClient, recorder: Option<Arc<Recorder>>, resumed: Option<Arc<Resumed>> },
    /// A recording.
    Recording(Arc<Recording>),
}

/// What all calls of a door share.
#[derive(Debug)]
pub(crate) struct Seam {
    pub(crate) carrier: Carrier,
    pub(crate) access: Access,
    pub(crate) pacer: Pacer,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) progress: Arc<Progress>,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) stop: Stop,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recorder")
    }
}

/// The seam as the SDK sees it.
#[derive(Clone, Debug)]
pub(crate) struct SeamClient(pub(crate) Arc<Seam>);

impl HttpClient for SeamClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let network = match &self.0.carrier {
            Carrier::Network { client, .. } => Some(client.http_connector(settings, components)),
            Carrier::Recording(_) => None,
        };
        SharedHttpConnector::new(SeamConnector { seam: Arc::clone(&self.0), network })
    }
}

#[derive(Debug)]
struct SeamConnector {
    seam: Arc<Seam>,
    network: Option<SharedHttpConnector>,
}

impl HttpConnector for SeamConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (seam, network) = (Arc::clone(&self.seam), self.network.clone());
        HttpConnectorFuture::new(async move { seam.call(request, network).await })
    }
}

/// What came of a call, and what it took.
struct Called {
    outcome: Result<Answer, ConnectorError>,
    retried: u64,
    throttled: u64,
}

impl Seam {
    async fn call(
        &self,
        request: HttpRequest,
        network: Option<SharedHttpConnector>,
    ) -> Result<HttpResponse, ConnectorError> {
        let Some(Tagged { tag, operation }) = request.extension::<Tagged>().cloned() else {
            return Err(ConnectorError::user(Box::new(Untagged)));
        };
        if !only_reads(&operation) && self.access == Access::ReadOnly {
            return Err(ConnectorError::user(Box::new(Writes(operation))));
        }
        if self.stop.is_wished() {
            return Err(interrupted());
        }
        let _under_way = self.progress.asking(&tag.service, &tag.region);
        let id = RequestId::of(&tag, &operation, &request);
        let called = match (&self.carrier, network) {
            (Carrier::Network { recorder, resumed, .. }, Some(network)) => {
                let known = resumed.as_ref().and_then(|resumed| resumed.take(&id));
                let (called, exchange) = if let Some(known) = known {
                    (told(&known), recorder.is_some().then_some(known))
                } else {
                    let called = self.until_stopped(&tag, &operation, &request, &network).await?;
                    let exchange = recorder.is_some().then(|| self.exchange(id, &called));
                    (called, exchange)
                };
                if let (Some(recorder), Some(exchange)) = (recorder, exchange) {
                    recorder.add(&exchange);
                }
                called
            }
            (Carrier::Recording(recording), _) => replay(recording, &id),
            (Carrier::Network { .. }, None) => return Err(ConnectorError::user(Box::new(NotRecorded))),
        };
        let denied = called
            .outcome
            .as_ref()
            .is_ok_and(|answer| answer.error_code().is_some_and(|code| crate::failure::is_denied(&code)));
        self.ledger.add(&tag.service, &operation, denied, called.throttled, called.retried);
        called.outcome.and_then(Answer::into_response)
    }

    /// Asks AWS, unless the user breaks off meanwhile; an answer that is there is taken all the same.
    async fn until_stopped(
        &self,
        tag: &Tag,
        operation: &str,
        request: &HttpRequest,
        network: &SharedHttpConnector,
    ) -> Result<Called, ConnectorError> {
        tokio::select! {
            biased;
            called = self.over_network(tag, operation, request, network) => Ok(called),
            () = self.stop.wished() => Err(interrupted()),
        }
    }

    async fn over_network(
        &self,
        tag: &Tag,
        operation: &str,
        request: &HttpRequest,
        network: &SharedHttpConnector,
    ) -> Called {
        let (mut attempts, mut throttled) = (0_u32, 0);
        let mut spent = Duration::ZERO;
        loop {
            let Ok(turn) = self.pacer.turn(&tag.region, &tag.service, operation).await else {
                let outcome = Err(ConnectorError::io(Box::new(NobodyThere(tag.region.clone()))));
                return Called { outcome, retried: attempts.saturating_sub(1).into(), throttled };
            };
            let began = Instant::now();
            let left = CALL_DEADLINE.saturating_sub(spent).min(ATTEMPT_TIMEOUT);
            let patience = turn.patience.unwrap_or(left).min(left);
            let empty_is_whole = !only_reads(operation);
            let outcome = attempt(request, network, patience).await.map(|answer| Answer { empty_is_whole, ..answer });
            spent += began.elapsed();
            attempts += 1;
            let fate = Fate::of(&outcome);
            turn.learn(fate);
            drop(turn);
            throttled += u64::from(fate == Fate::Throttled);
            match fate.pause(attempts) {
                Some(pause) if fate != Fate::Settled && spent + pause < CALL_DEADLINE => {
                    tokio::time::sleep(pause).await;
                    spent += pause;
                }
                _ => return Called { outcome, retried: u64::from(attempts - 1), throttled },
            }
        }
    }

    fn exchange(&self, request: RequestId, called: &Called) -> Exchange {
        let outcome = match &called.outcome {
            Ok(answer) => {
                let body = self.secrets.clean(&answer.body, answer.status >= 400);
                Outcome::Answer { status: answer.status, headers: answer.headers.clone(), body: body.into() }
            }
            Err(error) => Outcome::Silence(crate::failure::describe(error)),
        };
        Exchange { request, outcome, retried: called.retried, throttled: called.throttled }
    }
}

async fn attempt(
    request: &HttpRequest,
    network: &SharedHttpConnector,
    patience: Duration,
) -> Result<Answer, ConnectorError> {
    let Some(request) = request.try_clone() else {
        return Err(ConnectorError::user("a request that cannot be sent twice".into()));
    };
    let call = async { Answer::read(network.call(request).await?).await };
    match timeout(patience, call).await {
        Ok(outcome) => outcome,
        Err(elapsed) => Err(ConnectorError::timeout(elapsed.into())),
    }
}

fn interrupted() -> ConnectorError {
    ConnectorError::other(Box::new(Interrupted), None)
}

fn replay(recording: &Recording, id: &RequestId) -> Called {
    match recording.answer(id) {
        Some(exchange) => told(exchange),
        None => Called { outcome: Err(ConnectorError::other(Box::new(NotRecorded), None)), retried: 0, throttled: 0 },
    }
}

/// A call as it was recorded.
fn told(exchange: &Exchange) -> Called {
    let Exchange { outcome, retried, throttled, .. } = exchange;
    let outcome = match outcome {
        Outcome::Answer { status, headers, body } => {
            Ok(Answer::recorded(*status, headers.clone(), body.clone().into()))
        }
        Outcome::Silence(why) => Err(ConnectorError::other(Box::new(RecordedSilence(why.clone())), None)),
    };
    Called { outcome, retried: *retried, throttled: *throttled }
}

#[cfg(test)]
mod tests {
    use asc_core::clock::Clock;

    use super::*;
    use crate::pace::Manners;
    use crate::recording::Head;

    /// Why a call does not pass, where nothing is recorded.
    async fn refusal(access: Access, operation: &str) -> String {
        let now = Clock::System.now();
        let head = Head { version: "0".to_owned(), started_at: now, region: "us-east-1".to_owned() };
        let progress = Arc::<Progress>::default();
        let seam = Seam {
            carrier: Carrier::Recording(Arc::new(Recording::new(head, now, Vec::new()))),
            access,
            pacer: Pacer::new(Manners::DEFAULT, Arc::clone(&progress)),
            ledger: Arc::default(),
            progress,
            secrets: Arc::default(),
            stop: Stop::default(),
        };
        let mut request = HttpRequest::get("http://127.0.0.1/").unwrap();
        request.add_extension(Tagged { tag: Tag::new("s3", "us-east-1"), operation: operation.to_owned() });
        let refused = crate::failure::describe(&seam.call(request, None).await.unwrap_err());
        assert!(seam.ledger.calls().is_empty() || access == Access::ReadWrite || only_reads(operation));
        refused
    }

    #[tokio::test]
    async fn nothing_that_writes_passes_a_door_that_was_opened_for_reading() {
        // What is not known to read is taken to write: an operation of a check that nobody here knows, and none at all.
        for operation in [
            "PutBucketPolicy",
            "DeleteBucket",
            "RunInstances",
            "AssumeRole",
            "StartAutomationExecution",
            "Frobnicate",
            "",
        ] {
            assert!(refusal(Access::ReadOnly, operation).await.contains("only read"), "{operation}");
            assert!(refusal(Access::ReadWrite, operation).await.contains("no answer"), "{operation}");
        }
        for operation in ["GetBucketPolicy", "ListBuckets", "GetAutomationExecution", "GenerateCredentialReport"] {
            assert!(refusal(Access::ReadOnly, operation).await.contains("no answer"), "{operation}");
        }
    }
}
