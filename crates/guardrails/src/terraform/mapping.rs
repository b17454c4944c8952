//! What CloudFormation's types and properties are called in Terraform's provider for AWS.
//!
//! Source: the provider's documentation, release 6, a page a resource.

/// How a property is written.
pub(super) enum How {
    /// As an attribute.
    As(&'static str),
    /// As an attribute that takes JSON.
    Json(&'static str),
    /// As an attribute that takes one thing where CloudFormation takes a list.
    First(&'static str),
    /// As a block with an attribute.
    Wrap(&'static str, &'static str),
    /// As an empty block.
    Empty(&'static str),
    /// As a block, or one for each in a list.
    Block(&'static str, Properties),
    /// As attributes and blocks beside the others.
    Body(Properties),
    /// As a resource of its own, or one for each in a list: its type, and what says which resource it belongs to, by
    /// which attribute of that.
    Own(&'static str, (&'static str, &'static str), &'static How),
    /// As blocks of a remediation's parameters.
    Arguments,
    /// In several ways at once.
    Several(&'static [How]),
    /// Not at all: the provider has no such thing, or does it always.
    Nothing,
}

pub(super) type Properties = &'static [(&'static str, How)];

/// A type.
pub(super) struct Mapping {
    pub(super) kind: &'static str,
    pub(super) resource: &'static str,
    /// The attribute that `!Ref` stands for.
    pub(super) reference: &'static str,
    /// What is given beside the properties; `{}` is the id, in words.
    pub(super) given: &'static [(&'static str, &'static str)],
    /// What the attribute `Arn` has at its end that the provider's has not.
    pub(super) arn_tail: &'static str,
    pub(super) properties: Properties,
}

use How::{Arguments, As, Block, Body, Empty, First, Json, Nothing, Own, Several, Wrap};

const fn plain(kind: &'static str, resource: &'static str, reference: &'static str, properties: Properties) -> Mapping {
    Mapping { kind, resource, reference, given: &[], arn_tail: "", properties }
}

impl Mapping {
    const fn given(self, given: &'static [(&'static str, &'static str)]) -> Self {
        Self { given, ..self }
    }
}

const OF_BUCKET: (&str, &str) = ("bucket", "id");

const BUCKET: Properties = &[
    (
        "BucketEncryption",
        Own(
            "aws_s3_bucket_server_side_encryption_configuration",
            OF_BUCKET,
            &Body(&[(
                "ServerSideEncryptionConfiguration",
                Block(
                    "rule",
                    &[(
                        "ServerSideEncryptionByDefault",
                        Block("apply_server_side_encryption_by_default", &[("SSEAlgorithm", As("sse_algorithm"))]),
                    )],
                ),
            )]),
        ),
    ),
    (
        "PublicAccessBlockConfiguration",
        Own(
            "aws_s3_bucket_public_access_block",
            OF_BUCKET,
            &Body(&[
                ("BlockPublicAcls", As("block_public_acls")),
                ("BlockPublicPolicy", As("block_public_policy")),
                ("IgnorePublicAcls", As("ignore_public_acls")),
                ("RestrictPublicBuckets", As("restrict_public_buckets")),
            ]),
        ),
    ),
    (
        "OwnershipControls",
        Own(
            "aws_s3_bucket_ownership_controls",
            OF_BUCKET,
            &Body(&[("Rules", Block("rule", &[("ObjectOwnership", As("object_ownership"))]))]),
        ),
    ),
    (
        "VersioningConfiguration",
        Own("aws_s3_bucket_versioning", OF_BUCKET, &Block("versioning_configuration", &[("Status", As("status"))])),
    ),
    (
        "LifecycleConfiguration",
        Own(
            "aws_s3_bucket_lifecycle_configuration",
            OF_BUCKET,
            &Body(&[(
                "Rules",
                Block(
                    "rule",
                    &[
                        ("Id", As("id")),
                        ("Status", As("status")),
                        // The provider wants to be told that a rule is for all objects.
                        ("ExpirationInDays", Several(&[Empty("filter"), Wrap("expiration", "days")])),
                    ],
                ),
            )]),
        ),
    ),
];

const REMEDIATION: Properties = &[
    ("ConfigRuleName", As("config_rule_name")),
    ("ResourceType", As("resource_type")),
    ("Automatic", As("automatic")),
    ("MaximumAutomaticAttempts", As("maximum_automatic_attempts")),
    ("RetryAttemptSeconds", As("retry_attempt_seconds")),
    ("TargetType", As("target_type")),
    ("TargetId", As("target_id")),
    ("Parameters", Arguments),
];

const ROLE: Properties = &[
    ("AssumeRolePolicyDocument", Json("assume_role_policy")),
    (
        "Policies",
        Own(
            "aws_iam_role_policy",
            ("role", "name"),
            &Body(&[("PolicyName", As("name")), ("PolicyDocument", Json("policy"))]),
        ),
    ),
];

const EVENT_RULE: Properties = &[
    ("Description", As("description")),
    ("State", As("state")),
    ("EventPattern", Json("event_pattern")),
    (
        "Targets",
        Own(
            "aws_cloudwatch_event_target",
            ("rule", "name"),
            &Body(&[
                ("Id", As("target_id")),
                ("Arn", As("arn")),
                (
                    "InputTransformer",
                    Block(
                        "input_transformer",
                        &[("InputPathsMap", As("input_paths")), ("InputTemplate", As("input_template"))],
                    ),
                ),
            ]),
        ),
    ),
];

const TRAIL: Properties = &[
    ("TrailName", As("name")),
    ("S3BucketName", As("s3_bucket_name")),
    ("IsLogging", As("enable_logging")),
    ("IsMultiRegionTrail", As("is_multi_region_trail")),
    ("IncludeGlobalServiceEvents", As("include_global_service_events")),
    ("EnableLogFileValidation", As("enable_log_file_validation")),
];

const RECORDER: Properties = &[
    ("RoleARN", As("role_arn")),
    (
        "RecordingGroup",
        Block(
            "recording_group",
            &[
                ("AllSupported", As("all_supported")),
                ("IncludeGlobalResourceTypes", As("include_global_resource_types")),
            ],
        ),
    ),
];

const CONFIG_RULE: Properties = &[
    ("Description", As("description")),
    ("Source", Block("source", &[("Owner", As("owner")), ("SourceIdentifier", As("source_identifier"))])),
    ("InputParameters", Json("input_parameters")),
];

const DOCUMENT: Properties = &[
    ("DocumentType", As("document_type")),
    ("DocumentFormat", As("document_format")),
    // The provider makes a new version of a document that has changed.
    ("UpdateMethod", Nothing),
    ("Content", Json("content")),
];

const KEY: Properties = &[
    ("Description", As("description")),
    ("EnableKeyRotation", As("enable_key_rotation")),
    ("KeyPolicy", Json("policy")),
];

const SUBSCRIPTION: Properties =
    &[("TopicArn", As("topic_arn")), ("Protocol", As("protocol")), ("Endpoint", As("endpoint"))];

const LOG_GROUP: Mapping = Mapping {
    arn_tail: ":*",
    ..plain("AWS::Logs::LogGroup", "aws_cloudwatch_log_group", "name", &[("RetentionInDays", As("retention_in_days"))])
        .given(&[("name_prefix", "\"asc-{}-\"")])
};

/// All types that guardrails use.
pub(super) const MAPPINGS: &[Mapping] = &[
    plain(
        "AWS::AccessAnalyzer::Analyzer",
        "aws_accessanalyzer_analyzer",
        "id",
        &[("AnalyzerName", As("analyzer_name")), ("Type", As("type"))],
    ),
    plain("AWS::CloudTrail::Trail", "aws_cloudtrail", "name", TRAIL),
    plain("AWS::Config::ConfigRule", "aws_config_config_rule", "name", CONFIG_RULE).given(&[("name", "\"asc-{}\"")]),
    plain("AWS::Config::ConfigurationRecorder", "aws_config_configuration_recorder", "name", RECORDER),
    plain(
        "AWS::Config::DeliveryChannel",
        "aws_config_delivery_channel",
        "name",
        &[("S3BucketName", As("s3_bucket_name"))],
    ),
    plain("AWS::Config::RemediationConfiguration", "aws_config_remediation_configuration", "id", REMEDIATION),
    plain("AWS::Detective::Graph", "aws_detective_graph", "graph_arn", &[("AutoEnableMembers", Nothing)]),
    plain("AWS::Events::Rule", "aws_cloudwatch_event_rule", "name", EVENT_RULE).given(&[("name", "\"asc-{}\"")]),
    plain(
        "AWS::GuardDuty::Detector",
        "aws_guardduty_detector",
        "id",
        &[("Enable", As("enable")), ("FindingPublishingFrequency", As("finding_publishing_frequency"))],
    ),
    plain("AWS::IAM::Role", "aws_iam_role", "name", ROLE),
    plain(
        "AWS::IAM::ServiceLinkedRole",
        "aws_iam_service_linked_role",
        "name",
        &[("AWSServiceName", As("aws_service_name"))],
    ),
    plain("AWS::KMS::Key", "aws_kms_key", "key_id", KEY),
    LOG_GROUP,
    plain("AWS::S3::Bucket", "aws_s3_bucket", "id", BUCKET).given(&[("bucket_prefix", "\"asc-{}-\"")]),
    plain(
        "AWS::S3::BucketPolicy",
        "aws_s3_bucket_policy",
        "id",
        &[("Bucket", As("bucket")), ("PolicyDocument", Json("policy"))],
    ),
    plain(
        "AWS::SNS::Topic",
        "aws_sns_topic",
        "arn",
        &[("DisplayName", As("display_name")), ("KmsMasterKeyId", As("kms_master_key_id"))],
    )
    .given(&[("name_prefix", "\"asc-{}-\"")]),
    plain(
        "AWS::SNS::TopicPolicy",
        "aws_sns_topic_policy",
        "id",
        &[("Topics", First("arn")), ("PolicyDocument", Json("policy"))],
    ),
    plain("AWS::SNS::Subscription", "aws_sns_topic_subscription", "arn", SUBSCRIPTION),
    plain("AWS::SSM::Document", "aws_ssm_document", "name", DOCUMENT).given(&[("name", "\"asc-{}\"")]),
    plain(
        "AWS::SecurityHub::Hub",
        "aws_securityhub_account",
        "id",
        &[("EnableDefaultStandards", As("enable_default_standards"))],
    ),
    plain(
        "AWS::SecurityHub::Standard",
        "aws_securityhub_standards_subscription",
        "id",
        &[("StandardsArn", As("standards_arn"))],
    ),
];

/// The mapping of a type.
pub(super) fn mapping(kind: &str) -> Option<&'static Mapping> {
    MAPPINGS.iter().find(|mapping| mapping.kind == kind)
}
