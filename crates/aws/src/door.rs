//! The door itself: one account's way to AWS, or to a recording of it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use asc_core::clock::Clock;
use asc_core::ledger::Ledger;
use asc_core::progress::Progress;
use asc_core::stop::Stop;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::service_config::ServiceConfigKey;
use time::OffsetDateTime;

use crate::credentials::Remembered;
use crate::error::DoorError;
use crate::failure::describe;
use crate::pace::{Manners, Pacer};
use crate::recording::{Head, Recorder, Recording, RecordingError};
use crate::redact::Secrets;
use crate::resume::Resumed;
use crate::retry::{CONNECT_TIMEOUT, READ_TIMEOUT};
use crate::seam::{Carrier, Seam, SeamClient, Tag};

/// Where a scan sets out from when no region is configured: the one every account of the commercial partition has.
const DEFAULT_HOME: &str = "us-east-1";

/// Where the answers come from.
#[derive(Debug)]
pub enum Source {
    /// AWS, by the credential chain.
    Aws {
        /// The recording to write, if that is wanted.
        record: Option<PathBuf>,
        /// The recording to go on from, if there is one: what it holds as answered is not asked again.
        resume: Option<Recording>,
    },
    /// A recording.
    Recording(Arc<Recording>),
}

/// What may pass a door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// What only reads. Anything else is refused before it leaves.
    #[default]
    ReadOnly,
    /// Everything.
    ReadWrite,
}

/// How to open a door.
#[derive(Debug)]
pub struct DoorOptions {
    /// Where the answers come from.
    pub source: Source,
    /// What may pass.
    pub access: Access,
    /// How much may be asked.
    pub manners: Manners,
    /// The version of asc, for the recording's head.
    pub version: &'static str,
    /// The ledger to write calls into.
    pub ledger: Arc<Ledger>,
    /// The counters to move.
    pub progress: Arc<Progress>,
    /// The wish to stop asking; calls under way are then given up.
    pub stop: Stop,
}

type Clients = HashMap<(TypeId, String), Arc<dyn Any + Send + Sync>>;

/// One account's way to AWS.
pub struct Door {
    sdk: SdkConfig,
    home: String,
    started: OffsetDateTime,
    recorder: Option<Arc<Recorder>>,
    recording: Option<Arc<Recording>>,
    resumed: Option<Arc<Resumed>>,
    clients: Mutex<Clients>,
}

impl Door {
    /// Loads credentials and settings, or opens the recording. Calls nothing but what the credential chain must.
    pub async fn open(options: DoorOptions) -> Result<Self, DoorError> {
        let DoorOptions { source, access, manners, version, ledger, progress, stop } = options;
        let secrets = Arc::<Secrets>::default();
        let started = Clock::System.now();
        let (base, carrier, started) = match source {
            Source::Aws { record, resume } => {
                let network = network();
                let base = from_chain(&network, &secrets).await?;
                let region = base.region().map_or(DEFAULT_HOME, Region::as_ref).to_owned();
                let head = Head { version: version.to_owned(), started_at: started, region };
                let recorder = record.map(|path| Recorder::create(&path, &head)).transpose()?.map(Arc::new);
                let resumed = resume.map(|recording| Arc::new(Resumed::new(&recording)));
                (base, Carrier::Network { client: network, recorder, resumed }, started)
            }
            Source::Recording(recording) => {
                let base = for_replay(&recording.head.region);
                let started = recording.head.started_at;
                (base, Carrier::Recording(recording), started)
            }
        };
        let (recorder, resumed, recording) = match &carrier {
            Carrier::Network { recorder, resumed, .. } => (recorder.clone(), resumed.clone(), None),
            Carrier::Recording(recording) => (None, None, Some(Arc::clone(recording))),
        };
        let home = base.region().map_or(DEFAULT_HOME, Region::as_ref).to_owned();
        let pacer = Pacer::new(manners, Arc::clone(&progress));
        let seam = Seam { carrier, access, pacer, ledger, progress, secrets, stop };
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build();
        let sdk = base
            .into_builder()
            .http_client(SeamClient(Arc::new(seam)))
            // The seam retries, since only it knows the pace; twice would be too often.
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            // A request that waits for its turn sends nothing meanwhile, which would look like a stalled upload. The
            // seam has deadlines of its own.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        Ok(Self { sdk, home, started, recorder, recording, resumed, clients: Mutex::default() })
    }

    /// The region that the scan sets out from: the configured one.
    pub fn home(&self) -> &str {
        &self.home
    }

    /// When the scan began: now, or when the recording says.
    pub const fn started(&self) -> OffsetDateTime {
        self.started
    }

    /// Refuses an account that is not the one of the recording that the scan goes on from, if there is such a recording.
    pub(crate) fn same_account(&self, present: &str) -> Result<(), DoorError> {
        let Some(resumed) = &self.resumed else { return Ok(()) };
        match resumed.account() {
            Some(recorded) if recorded == present => Ok(()),
            Some(recorded) => {
                Err(DoorError::OtherAccount { recorded: recorded.to_owned(), present: present.to_owned() })
            }
            None => Err(DoorError::NoAccount),
        }
    }

    /// The id of the access key that requests are signed with, where one is known.
    pub async fn key_id(&self) -> Option<String> {
        let credentials = self.sdk.credentials_provider()?.provide_credentials().await.ok()?;
        Some(credentials.access_key_id().to_owned())
    }

    /// The clock of what is read here: the system's, or the recording's.
    pub fn clock(&self) -> Clock {
        self.recording.as_ref().map_or(Clock::System, |recording| Clock::Fixed(recording.head.started_at))
    }

    /// Ends the scan: says when that was, and finishes the recording if one is written.
    pub fn finish(&self) -> Result<OffsetDateTime, RecordingError> {
        if let Some(recording) = &self.recording {
            return Ok(recording.finished_at);
        }
        let now = Clock::System.now();
        if let Some(recorder) = &self.recorder {
            for exchange in self.resumed.iter().flat_map(|resumed| resumed.rest()) {
                recorder.add(&exchange);
            }
            recorder.finish(now)?;
        }
        Ok(now)
    }

    /// A service's client for a region, made when it is first needed. `service` is the name in the ledger and in
    /// recordings; `make` gets the shared configuration and the [`Tag`] to add to the client's interceptors.
    pub fn client<C>(&self, service: &str, region: &str, make: impl FnOnce(&SdkConfig, Tag) -> C) -> C
    where
        C: Clone + Send + Sync + 'static,
    {
        let key = (TypeId::of::<C>(), region.to_owned());
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key).and_then(|client| client.downcast_ref::<C>()) {
            return client.clone();
        }
        let sdk = self.sdk.clone().into_builder().region(Region::new(region.to_owned())).build();
        let client = make(&sdk, Tag::new(service, region));
        clients.insert(key, Arc::new(client.clone()));
        client
    }

    /// Whether a service's requests go to a custom endpoint (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_<SERVICE>`, or
    /// the profile's). `service_id` is the SDK's name of the service, such as `S3`.
    pub fn has_custom_endpoint(&self, service_id: &str) -> bool {
        let key = ServiceConfigKey::builder().service_id(service_id).env("AWS_ENDPOINT_URL").profile("endpoint_url");
        let own = key.build().ok().and_then(|key| self.sdk.service_config()?.load_config(key));
        own.is_some() || self.sdk.endpoint_url().is_some()
    }
}

fn network() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).build_https()
}

async fn from_chain(network: &SharedHttpClient, secrets: &Arc<Secrets>) -> Result<SdkConfig, DoorError> {
    let base = aws_config::defaults(BehaviorVersion::latest()).http_client(network.clone()).load().await;
    let Some(chain) = base.credentials_provider() else { return Err(DoorError::NoCredentials) };
    let remembered = Remembered::new(chain, Arc::clone(secrets));
    remembered.provide_credentials().await.map_err(|error| why_no_credentials(&error))?;
    let region = base.region().map_or(DEFAULT_HOME, Region::as_ref).to_owned();
    let provider = SharedCredentialsProvider::new(remembered);
    Ok(base.into_builder().region(Region::new(region)).credentials_provider(provider).build())
}

/// A configuration that reaches nothing: whatever the environment says of endpoints, a replay is the same everywhere.
fn for_replay(region: &str) -> SdkConfig {
    let nobody = Credentials::new("replay", "replay", None, None, "replay");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(nobody))
        .endpoint_url("https://replay.invalid")
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(SystemTimeSource::new())
        .build()
}

fn why_no_credentials(error: &CredentialsError) -> DoorError {
    let text = format!("{error:?}");
    let detail = describe(error);
    match error {
        CredentialsError::CredentialsNotLoaded(_) => DoorError::NoCredentials,
        // The instance's metadata is what the chain asks last, when nothing else is configured.
        _ if text.to_ascii_lowercase().contains("imds") => DoorError::NoCredentials,
        _ if ["expired", "Expired", "UnauthorizedException"].iter().any(|word| text.contains(word)) => {
            DoorError::Expired(detail)
        }
        _ => DoorError::Credentials(detail),
    }
}
