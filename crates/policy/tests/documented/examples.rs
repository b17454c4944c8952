//! Policies of the kinds that AWS's documentation shows, with our own names and numbers, and what that page says of
//! them.

use asc_policy::Answer::{self, No, Yes};

/// A page of AWS's documentation.
pub(crate) struct Page {
    pub(crate) title: &'static str,
    pub(crate) url: &'static str,
}

/// A policy of the kind that a page shows.
pub(crate) struct Example {
    pub(crate) page: Page,
    /// What it is for.
    pub(crate) about: &'static str,
    /// Whether the page, or the definition that it gives, calls it public; none if it does not speak of that.
    pub(crate) aws: Option<Answer>,
    /// The statements.
    pub(crate) statements: &'static [&'static str],
}

const fn example(page: Page, about: &'static str, aws: Option<Answer>, statements: &'static [&'static str]) -> Example {
    Example { page, about, aws, statements }
}

const fn page(title: &'static str, url: &'static str) -> Page {
    Page { title, url }
}

const fn s3() -> Page {
    page(
        "S3: Blocking public access, \"The meaning of 'public'\"",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    )
}

const fn dynamodb() -> Page {
    page(
        "DynamoDB: Blocking public access with resource-based policies",
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-bpa-rbp.html",
    )
}

const fn sns() -> Page {
    page(
        "SNS: Example cases for access control",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
    )
}

const fn sqs() -> Page {
    page(
        "SQS: Basic examples of policies",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html",
    )
}

const fn kms() -> Page {
    page("KMS: Condition keys", "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html")
}

const fn lambda() -> Page {
    page("Lambda: Control access to function URLs", "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html")
}

const fn deputy() -> Page {
    page("IAM: The confused deputy problem", "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html")
}

const fn shared() -> Page {
    page(
        "IAM: Identity-provider controls for shared OIDC providers",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
    )
}

pub(crate) const EXAMPLES: &[Example] = &[
    example(
        s3(),
        "Anyone may put objects",
        Some(Yes),
        &[r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::inbox/*"}"#],
    ),
    example(
        s3(),
        "Whoever signs in at a web identity provider may put objects",
        Some(Yes),
        &[
            r#"{"Effect": "Allow", "Principal": {"Federated": "graph.facebook.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::inbox/*"}"#,
        ],
    ),
    example(
        s3(),
        "From VPCs, but from which is left open",
        Some(Yes),
        &[
            r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::inbox/*", "Condition": {"StringLike": {"aws:SourceVpc": "vpc-*"}}}"#,
        ],
    ),
    example(
        s3(),
        "From one VPC",
        Some(No),
        &[
            r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::inbox/*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}}}"#,
        ],
    ),
    example(
        s3(),
        "A service, another account, and everyone",
        Some(Yes),
        &[
            r#"{"Sid": "Trail", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs/*"}"#,
            r#"{"Sid": "Auditors", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"}"#,
            r#"{"Sid": "Everyone", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"}"#,
        ],
    ),
    example(
        s3(),
        "The same without the last statement",
        Some(No),
        &[
            r#"{"Sid": "Trail", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs/*"}"#,
            r#"{"Sid": "Auditors", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"}"#,
        ],
    ),
    example(
        s3(),
        "From half of all addresses",
        Some(Yes),
        &[
            r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*", "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}}"#,
        ],
    ),
    example(
        s3(),
        "From the office's addresses",
        Some(No),
        &[
            r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*", "Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8:1::/48"]}}}"#,
        ],
    ),
    example(
        s3(),
        "In a bucket policy: through any access point of one account",
        Some(No),
        &[
            r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*", "Condition": {"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:eu-west-1:111122223333:accesspoint/*"}}}"#,
        ],
    ),
    example(
        s3(),
        "The same in an access point's own policy",
        Some(Yes),
        &[
            r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:eu-west-1:111122223333:accesspoint/files/object/*", "Condition": {"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:eu-west-1:111122223333:accesspoint/*"}}}"#,
        ],
    ),
    example(
        s3(),
        "The sessions of one role",
        Some(No),
        &[
            r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*", "Condition": {"StringLike": {"aws:userid": "AROA0123456789EXAMPLE:*"}}}"#,
        ],
    ),
    example(
        dynamodb(),
        "Two accounts",
        Some(No),
        &[
            r#"{"Effect": "Allow", "Principal": {"AWS": ["111122223333", "444455556666"]}, "Action": "dynamodb:Query", "Resource": "*"}"#,
        ],
    ),
    example(
        dynamodb(),
        "Everyone, narrowed to one user by a condition",
        Some(No),
        &[
            r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "dynamodb:Query", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/jo"}}}"#,
        ],
    ),
    example(
        page(
            "EFS: Blocking public access, \"The meaning of 'public'\"",
            "https://docs.aws.amazon.com/efs/latest/ug/access-control-block-public-access.html",
        ),
        "Whoever reaches a mount target",
        Some(No),
        &[
            r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "elasticfilesystem:ClientMount", "Condition": {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}}"#,
        ],
    ),
    example(
        sns(),
        "What a new topic has",
        None,
        &[
            r#"{"Sid": "Default", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["sns:Subscribe", "sns:Publish"], "Resource": "arn:aws:sns:eu-west-1:111122223333:news", "Condition": {"StringEquals": {"AWS:SourceOwner": "111122223333"}}}"#,
        ],
    ),
    example(
        sns(),
        "Anyone may subscribe, by HTTPS",
        None,
        &[
            r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Subscribe", "Resource": "arn:aws:sns:eu-west-1:111122223333:news", "Condition": {"StringEquals": {"sns:Protocol": "https"}}}"#,
        ],
    ),
    example(
        sns(),
        "S3 may publish for one bucket of one account",
        None,
        &[
            r#"{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sns:Publish", "Resource": "arn:aws:sns:eu-west-1:111122223333:news", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:files"}, "StringEquals": {"aws:SourceAccount": "111122223333"}}}"#,
        ],
    ),
    example(
        sqs(),
        "What a new queue has: its own account",
        None,
        &[
            r#"{"Sid": "Owner", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sqs:*", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs"}"#,
        ],
    ),
    example(
        sqs(),
        "Everyone may send, at certain times only",
        None,
        &[
            r#"{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:111122223333:jobs", "Condition": {"DateLessThan": {"aws:CurrentTime": "2030-06-30T16:00Z"}}}"#,
        ],
    ),
    example(
        kms(),
        "A key that a service uses for one account's principals",
        None,
        &[
            r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:CallerAccount": "111122223333", "kms:ViaService": "s3.eu-west-1.amazonaws.com"}}}"#,
        ],
    ),
    example(
        kms(),
        "A key that everyone may use through a service",
        None,
        &[
            r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}}"#,
        ],
    ),
    example(
        lambda(),
        "A function URL without authentication",
        Some(Yes),
        &[
            r#"{"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Resource": "arn:aws:lambda:eu-west-1:111122223333:function:hook", "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}}"#,
        ],
    ),
    example(
        lambda(),
        "A function URL for one organisation",
        None,
        &[
            r#"{"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Resource": "arn:aws:lambda:eu-west-1:111122223333:function:hook", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "lambda:FunctionUrlAuthType": "AWS_IAM"}}}"#,
        ],
    ),
    example(
        page(
            "Secrets Manager: Resource-based policies",
            "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html",
        ),
        "A role may read the secret, over one VPC endpoint only",
        None,
        &[
            r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/app"}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}"#,
            r#"{"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*", "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}}}"#,
        ],
    ),
    example(
        deputy(),
        "A service that writes for anybody",
        None,
        &[
            r#"{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs/*"}"#,
        ],
    ),
    example(
        deputy(),
        "The same service, for one trail",
        None,
        &[
            r#"{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs/*", "Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"}}}"#,
        ],
    ),
    example(
        deputy(),
        "The same service, for one organisation",
        None,
        &[
            r#"{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs/*", "Condition": {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}}}"#,
        ],
    ),
    example(
        shared(),
        "A role for every repository at GitHub",
        None,
        &[
            r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}"#,
        ],
    ),
    example(
        shared(),
        "A role for one owner's repositories",
        None,
        &[
            r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}, "StringLike": {"token.actions.githubusercontent.com:sub": "repo:example/*"}}}"#,
        ],
    ),
];
