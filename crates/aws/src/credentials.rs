//! Credentials, resolved once and remembered while they last.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

use crate::redact::Secrets;

/// How long before they expire credentials are asked for anew.
const MARGIN: Duration = Duration::from_mins(5);

/// Wraps the credential chain: every client of every region shares one resolution, and the recorder learns what it
/// must never write.
#[derive(Debug)]
pub(crate) struct Remembered {
    chain: SharedCredentialsProvider,
    secrets: Arc<Secrets>,
    last: Mutex<Option<Credentials>>,
    one_at_a_time: tokio::sync::Mutex<()>,
}

impl Remembered {
    pub(crate) fn new(chain: SharedCredentialsProvider, secrets: Arc<Secrets>) -> Self {
        Self { chain, secrets, last: Mutex::default(), one_at_a_time: tokio::sync::Mutex::default() }
    }

    fn fresh(&self) -> Option<Credentials> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let fresh = last.expiry().is_none_or(|expiry| expiry > SystemTime::now() + MARGIN);
        fresh.then_some(last)
    }

    async fn resolve(&self) -> aws_credential_types::provider::Result {
        let _guard = self.one_at_a_time.lock().await;
        if let Some(credentials) = self.fresh() {
            return Ok(credentials);
        }
        let credentials = self.chain.provide_credentials().await?;
        self.secrets.learn(credentials.access_key_id());
        self.secrets.learn(credentials.secret_access_key());
        if let Some(token) = credentials.session_token() {
            self.secrets.learn(token);
        }
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(credentials.clone());
        Ok(credentials)
    }
}

impl ProvideCredentials for Remembered {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.resolve())
    }
}
