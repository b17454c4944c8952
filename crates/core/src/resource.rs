//! What a verdict is about.

use std::collections::BTreeMap;

/// One resource of an account: a bucket, a trail, a region, the account itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resource {
    /// The CloudFormation type name, such as `AWS::S3::Bucket`; `AWS::Region` and `AWS::Account` for those.
    pub kind: &'static str,
    /// The id people know it by: a bucket's name, a trail's ARN, a region's name, an account's number.
    pub id: String,
    /// Its ARN, where it has one.
    pub arn: Option<String>,
    /// The region it lives in; none for what is global.
    pub region: Option<String>,
    /// Its tags, where they came with the facts that were read anyway.
    pub tags: BTreeMap<String, String>,
}

impl Resource {
    /// A resource of a kind, with neither ARN nor tags.
    pub fn new(kind: &'static str, id: impl Into<String>, region: Option<&str>) -> Self {
        Self { kind, id: id.into(), arn: None, region: region.map(str::to_owned), tags: BTreeMap::new() }
    }

    /// The account itself.
    pub fn account(id: &str) -> Self {
        Self::new("AWS::Account", id, None)
    }

    /// A region of the account.
    pub fn region(name: &str) -> Self {
        Self::new("AWS::Region", name, Some(name))
    }

    /// The same resource with its ARN.
    #[must_use]
    pub fn with_arn(mut self, arn: impl Into<String>) -> Self {
        self.arn = Some(arn.into());
        self
    }
}
