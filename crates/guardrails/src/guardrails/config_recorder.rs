//! AWS Config itself.

use asc_core::text;

use crate::guardrail::{Guardrail, Part, Switch};

/// The recorder, which every rule brings along anyway; chosen alone, it is all there is.
pub(super) fn config_recorder() -> Guardrail {
    Guardrail {
        key: "config-recorder",
        parameter: "ExistingRecorder",
        title: text!(en: "AWS Config on", ja: "AWS Config の有効化"),
        about: text!(
            en: "Every change of every resource is recorded, and delivered into a bucket that only AWS Config writes to.",
            ja: "すべてのリソースの変更を記録し、AWS Config だけが書き込めるバケットに配信します。"
        ),
        checks: &["BASE-07"],
        switch: Switch::Own,
        account_wide: false,
        on_config: true,
        build: |_| Part::default(),
    }
}
