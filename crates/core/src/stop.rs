//! A wish to stop, which whoever works for the scan can see and wait for.

use std::sync::Arc;

use tokio::sync::watch;

/// Whether the scan is to stop asking. Clones are handles on the same wish.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// Wishes it. It cannot be taken back.
    pub fn wish(&self) {
        self.0.send_replace(true);
    }

    /// Whether it is wished.
    pub fn is_wished(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is wished.
    pub async fn wished(&self) {
        // The sender lives in this very handle, so the wait cannot fail.
        let _ = self.0.subscribe().wait_for(|wished| *wished).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_hears_of_it_and_who_comes_later_too() {
        let stop = Stop::default();
        let waiting = tokio::spawn({
            let stop = stop.clone();
            async move { stop.wished().await }
        });
        assert!(!stop.is_wished());
        stop.wish();
        waiting.await.unwrap();
        stop.wished().await;
        assert!(stop.is_wished());
    }
}
