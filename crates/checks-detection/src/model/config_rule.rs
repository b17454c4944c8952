//! Rules of AWS Config, and what is done about what they find.

use std::collections::BTreeMap;

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_config::types::{
    ConfigRuleState, EvaluationMode, EvaluationModeConfiguration, Owner, RemediationParameterValue, Scope,
};
use serde::Serialize;
use serde_json::Value;

use super::client::{config, present};

const DESCRIBE_RULES: Operation =
    Operation::new("config", "DescribeConfigRules", "config:DescribeConfigRules").per(Per::Region);
const DESCRIBE_REMEDIATION: Operation =
    Operation::new("config", "DescribeRemediationConfigurations", "config:DescribeRemediationConfigurations")
        .per(Per::Region);

/// The most rules that can be asked about at once.
/// Source: AWS Config API Reference, `DescribeRemediationConfigurations`, `ConfigRuleNames`.
const AT_ONCE: usize = 25;

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfigRule {
    /// Its name.
    pub name: String,
    /// The identifier of the managed rule that it is, such as `S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED`; none for a
    /// rule of somebody's own.
    pub managed: Option<String>,
    /// Whether it is at work: neither being deleted nor holding results alone, nor only asked before something is made.
    pub active: bool,
    /// Whether it looks at one resource only, or at those that carry a tag.
    pub narrowed: bool,
    /// What is said of it.
    pub description: Option<String>,
    /// What it is given, by the names of its parameters; none where that is not what AWS documents.
    pub parameters: Option<BTreeMap<String, String>>,
}

/// The rules of a region.
#[derive(Debug)]
pub struct ConfigRules;

impl Fact for ConfigRules {
    type Key = String;
    type Value = Vec<ConfigRule>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_RULES)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = config(cx, region, DESCRIBE_RULES)?;
        let listed = pages(DESCRIBE_RULES, "ConfigRules", |token| {
            let request = client.describe_config_rules().set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(DESCRIBE_RULES, &e))?;
                Ok((page.config_rules, page.next_token))
            }
        });
        let rules = listed.await?.into_iter().map(|rule| {
            let source = present(DESCRIBE_RULES, rule.source, "Source")?;
            let managed = source.source_identifier.filter(|_| source.owner == Owner::Aws);
            let going = [ConfigRuleState::Deleting, ConfigRuleState::DeletingResults];
            let detective = |modes: Vec<EvaluationModeConfiguration>| {
                modes.is_empty() || modes.iter().any(|one| one.mode == Some(EvaluationMode::Detective))
            };
            Ok(ConfigRule {
                name: present(DESCRIBE_RULES, rule.config_rule_name, "ConfigRuleName")?,
                managed,
                active: rule.config_rule_state.is_none_or(|state| !going.contains(&state))
                    && rule.evaluation_modes.is_none_or(detective),
                narrowed: rule.scope.is_some_and(|scope| is_narrow(&scope)),
                description: rule.description,
                parameters: inputs(rule.input_parameters.as_deref().unwrap_or_default()),
            })
        });
        rules.collect()
    }
}

/// Source: AWS Config API Reference, `Scope`.
fn is_narrow(scope: &Scope) -> bool {
    scope.compliance_resource_id.is_some() || scope.tag_key.is_some()
}

/// What a rule is given: a text that holds JSON. Values are texts, though AWS keeps numbers and flags as somebody wrote them.
/// Source: AWS Config API Reference, `ConfigRule`, `InputParameters`.
fn inputs(json: &str) -> Option<BTreeMap<String, String>> {
    if json.is_empty() {
        return Some(BTreeMap::new());
    }
    let entries: BTreeMap<String, Value> = serde_json::from_str(json).ok()?;
    let text = |value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Some(entries.into_iter().map(|(name, value)| (name, text(value))).collect())
}

/// What is done about what a rule finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remediation {
    /// The document of Systems Manager that is run.
    pub document: String,
    /// Whether it is run without anybody asking.
    pub automatic: bool,
    /// What the document is given, by the names of its parameters.
    #[serde(skip)]
    pub arguments: BTreeMap<String, Argument>,
}

/// What a parameter of a document is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Something about what the rule has found; `RESOURCE_ID` is its id.
    Found(String),
    /// Always the same.
    Fixed(Vec<String>),
}

impl Argument {
    /// Source: AWS Config API Reference, `RemediationParameterValue`.
    fn of(value: RemediationParameterValue) -> Self {
        match value.resource_value {
            Some(found) => Self::Found(found.value.as_str().to_owned()),
            None => Self::Fixed(value.static_value.map(|fixed| fixed.values).unwrap_or_default()),
        }
    }
}

/// The remediations of a region's rules, by the rules' names. The key is the region and the names.
#[derive(Debug)]
pub struct Remediations;

impl Fact for Remediations {
    type Key = (String, Vec<String>);
    type Value = BTreeMap<String, Remediation>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_REMEDIATION)];

    async fn read(cx: &Cx, (region, names): &Self::Key) -> Result<Self::Value, Unread> {
        let client = config(cx, region, DESCRIBE_REMEDIATION)?;
        let mut found = BTreeMap::new();
        for names in names.chunks(AT_ONCE) {
            let request = client.describe_remediation_configurations().set_config_rule_names(Some(names.to_vec()));
            let answer = request.send().await.map_err(|e| unread(DESCRIBE_REMEDIATION, &e))?;
            let listed = answer.remediation_configurations;
            for remediation in present(DESCRIBE_REMEDIATION, listed, "RemediationConfigurations")? {
                let (document, automatic) = (remediation.target_id, remediation.automatic);
                let given = remediation.parameters.unwrap_or_default().into_iter();
                let arguments = given.map(|(name, value)| (name, Argument::of(value))).collect();
                found.insert(remediation.config_rule_name, Remediation { document, automatic, arguments });
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::inputs;

    #[test]
    fn what_a_rule_is_given_is_read_as_text() {
        let given = |json| inputs(json).map(|given| given.into_iter().collect::<Vec<_>>());
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(given(""), Some(vec![]));
        assert_eq!(given("{}"), Some(vec![]));
        assert_eq!(
            given(r#"{"maxAccessKeyAge": "90", "RequireSymbols": true, "MaxPasswordAge": 90}"#),
            Some(vec![pair("MaxPasswordAge", "90"), pair("RequireSymbols", "true"), pair("maxAccessKeyAge", "90")])
        );
        assert_eq!(given("[]"), None);
        assert_eq!(given("maxAccessKeyAge"), None);
    }
}
