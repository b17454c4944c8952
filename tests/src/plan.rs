//! What `asc fix -f json` says of findings.

use serde_json::Value;

/// The entry of a plan, or of what became of it, for a check and a resource.
pub fn entry<'a>(plan: &'a Value, check: &str, resource: &str) -> &'a Value {
    let mut fixes = plan["fixes"].as_array().into_iter().flatten();
    let found = fixes.find(|fix| fix["check_id"] == check && fix["resource"] == resource);
    found.unwrap_or_else(|| panic!("{check} {resource} among {plan:#}"))
}
