//! What IAM answers about principals and what they hold.
//! Source: IAM API Reference, `GetAccountAuthorizationDetails`, `GetPolicy`, `GetPolicyVersion` and
//! `GetInstanceProfile`.

use super::{ACCOUNT, Account, Answer};

const NAMESPACE: &str = "xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"";

/// A user, a group or a role.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    kind: &'static str,
    name: String,
    path: String,
    inline: Vec<(String, String)>,
    attached: Vec<String>,
    groups: Vec<String>,
    boundary: Option<String>,
    /// The trust policy of a role.
    trust: String,
    profile: Option<String>,
}

fn holder(kind: &'static str, name: &str) -> Holder {
    let [name, path] = [name, "/"].map(str::to_owned);
    let (inline, attached, groups) = (Vec::new(), Vec::new(), Vec::new());
    let trust = trust(r#"{"Service":"ec2.amazonaws.com"}"#);
    Holder { kind, name, path, inline, attached, groups, boundary: None, trust, profile: None }
}

pub(crate) fn user(name: &str) -> Holder {
    holder("User", name)
}

pub(crate) fn group(name: &str) -> Holder {
    holder("Group", name)
}

/// A role that EC2 takes.
pub(crate) fn role(name: &str) -> Holder {
    holder("Role", name)
}

impl Holder {
    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:iam::{ACCOUNT}:{}{}{}", self.kind.to_lowercase(), self.path, self.name)
    }

    pub(crate) fn at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// A policy of its own; the statements are given in JSON.
    pub(crate) fn inline(mut self, name: &str, statements: &str) -> Self {
        self.inline.push((name.to_owned(), document(statements)));
        self
    }

    /// A policy of its own, exactly so.
    pub(crate) fn inline_text(mut self, name: &str, text: &str) -> Self {
        self.inline.push((name.to_owned(), text.to_owned()));
        self
    }

    pub(crate) fn attached(mut self, arn: &str) -> Self {
        self.attached.push(arn.to_owned());
        self
    }

    pub(crate) fn within(mut self, group: &str) -> Self {
        self.groups.push(group.to_owned());
        self
    }

    pub(crate) fn bounded_by(mut self, arn: &str) -> Self {
        self.boundary = Some(arn.to_owned());
        self
    }

    /// Whom a role trusts, in JSON.
    pub(crate) fn trusting(mut self, principal: &str) -> Self {
        self.trust = trust(principal);
        self
    }

    /// A role's trust policy, exactly so.
    pub(crate) fn trusting_text(mut self, text: &str) -> Self {
        text.clone_into(&mut self.trust);
        self
    }

    pub(crate) fn in_profile(mut self, profile: &str) -> Self {
        self.profile = Some(profile.to_owned());
        self
    }

    fn xml(&self) -> String {
        let Self { kind, name, path, .. } = self;
        let arn = self.arn();
        let inline = |(name, text): &(String, String)| {
            let text = encoded(text);
            format!("<member><PolicyName>{name}</PolicyName><PolicyDocument>{text}</PolicyDocument></member>")
        };
        let attached = |arn: &String| {
            let name = arn.rsplit('/').next().unwrap_or_default();
            format!("<member><PolicyName>{name}</PolicyName><PolicyArn>{arn}</PolicyArn></member>")
        };
        let inline: String = self.inline.iter().map(inline).collect();
        let attached: String = self.attached.iter().map(attached).collect();
        let boundary = self.boundary.as_ref().map(|arn| {
            format!(
                "<PermissionsBoundary><PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType>\
                 <PermissionsBoundaryArn>{arn}</PermissionsBoundaryArn></PermissionsBoundary>"
            )
        });
        let special = match *kind {
            "User" => {
                let member = |group: &String| format!("<member>{group}</member>");
                let groups: String = self.groups.iter().map(member).collect();
                format!("<GroupList>{groups}</GroupList>")
            }
            "Role" => {
                let trust = encoded(&self.trust);
                let profile = |profile: &String| {
                    format!(
                        "<member><Path>/</Path><InstanceProfileName>{profile}</InstanceProfileName><InstanceProfileId>\
                         AIPACKCEVSQ6C2EXAMPLE</InstanceProfileId><Arn>arn:aws:iam::{ACCOUNT}:instance-profile/{profile}\
                         </Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate><Roles/></member>"
                    )
                };
                let profiles = self.profile.iter().map(profile).collect::<String>();
                format!(
                    "<AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument><InstanceProfileList>{profiles}\
                     </InstanceProfileList><RoleLastUsed><LastUsedDate>2026-10-30T10:00:00Z</LastUsedDate>\
                     <Region>eu-west-1</Region></RoleLastUsed>"
                )
            }
            _ => String::new(),
        };
        let boundary = boundary.unwrap_or_default();
        format!(
            "<member><Path>{path}</Path><{kind}Name>{name}</{kind}Name><{kind}Id>AIDACKCEVSQ6C2EXAMPLE</{kind}Id>\
             <Arn>{arn}</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate>{special}{boundary}<{kind}PolicyList>{inline}\
             </{kind}PolicyList><AttachedManagedPolicies>{attached}</AttachedManagedPolicies></member>"
        )
    }
}

/// A policy that stands by itself.
#[derive(Clone, Debug)]
pub(crate) struct Managed {
    arn: String,
    /// The default version first.
    versions: Vec<String>,
    /// To how many it is attached, and of how many it is the boundary.
    uses: (u32, u32),
}

/// A policy of one version, of these statements.
pub(crate) fn managed(arn: &str, statements: &str) -> Managed {
    Managed { arn: arn.to_owned(), versions: vec![document(statements)], uses: (1, 0) }
}

impl Managed {
    /// It has another version too, which is not the default.
    pub(crate) fn beside(mut self, statements: &str) -> Self {
        self.versions.push(document(statements));
        self
    }

    /// It is attached to so many, and the boundary of so many.
    pub(crate) fn used(mut self, attached: u32, boundary: u32) -> Self {
        self.uses = (attached, boundary);
        self
    }

    fn xml(&self) -> String {
        let Self { arn, versions, uses: (attached, boundary) } = self;
        let name = arn.rsplit('/').next().unwrap_or_default();
        // The default need be neither the newest nor the first.
        let versions = versions.iter().enumerate().rev().map(|(at, text)| {
            let (text, number, default) = (encoded(text), at + 1, at == 0);
            format!(
                "<member><Document>{text}</Document><VersionId>v{number}</VersionId><IsDefaultVersion>{default}\
                 </IsDefaultVersion><CreateDate>2024-01-01T00:00:00Z</CreateDate></member>"
            )
        });
        let versions: String = versions.collect();
        format!(
            "<member><PolicyName>{name}</PolicyName><PolicyId>ANPACKCEVSQ6C2EXAMPLE</PolicyId><Arn>{arn}</Arn>\
             <Path>/</Path><DefaultVersionId>v1</DefaultVersionId><AttachmentCount>{attached}</AttachmentCount>\
             <PermissionsBoundaryUsageCount>{boundary}</PermissionsBoundaryUsageCount><IsAttachable>true</IsAttachable>\
             <PolicyVersionList>{versions}</PolicyVersionList></member>"
        )
    }
}

fn trust(principal: &str) -> String {
    document(&format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}"#))
}

fn document(statements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

/// As IAM encodes documents: RFC 3986.
fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

pub(super) fn result(operation: &str, inner: &str) -> Answer {
    Answer::ok(format!(
        "<{operation}Response {NAMESPACE}><{operation}Result>{inner}</{operation}Result><ResponseMetadata>\
         <RequestId>7a62c49f-347e-4fc4-9331-6e8eEXAMPLE</RequestId></ResponseMetadata></{operation}Response>"
    ))
}

impl Account {
    pub(super) fn iam(self, operation: &str, rest: &str, answer: Answer) -> Self {
        let home = self.home.clone();
        self.post("iam", operation, &home, &format!("Action={operation}&Version=2010-05-08{rest}"), answer)
    }

    /// Who is in the account, and the policies that stand by themselves.
    pub(crate) fn principals(self, holders: &[Holder], policies: &[Managed]) -> Self {
        self.principal_pages(&[(holders, policies)])
    }

    /// The same, page by page.
    pub(crate) fn principal_pages(mut self, pages: &[(&[Holder], &[Managed])]) -> Self {
        for (page, (holders, policies)) in pages.iter().enumerate() {
            let kinds = ["User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy"];
            let filter = |(kind, at): (&str, u8)| format!("&Filter.member.{at}={kind}");
            let filters: String = kinds.into_iter().zip(1..).map(filter).collect();
            let marker = if page == 0 { String::new() } else { format!("&Marker=page-{page}") };
            let request = format!("{filters}&MaxItems=1000{marker}");
            let of = |kind| holders.iter().filter(|h| h.kind == kind).map(Holder::xml).collect::<String>();
            let next = match page + 1 {
                next if next < pages.len() => format!("<IsTruncated>true</IsTruncated><Marker>page-{next}</Marker>"),
                _ => "<IsTruncated>false</IsTruncated>".to_owned(),
            };
            let inner = format!(
                "{next}<UserDetailList>{}</UserDetailList><GroupDetailList>{}</GroupDetailList><RoleDetailList>{}\
                 </RoleDetailList><Policies>{}</Policies>",
                of("User"),
                of("Group"),
                of("Role"),
                policies.iter().map(Managed::xml).collect::<String>()
            );
            let operation = "GetAccountAuthorizationDetails";
            self = self.iam(operation, &request, result(operation, &inner));
        }
        self
    }

    /// What IAM says of a managed policy when it is asked for it alone.
    pub(crate) fn lone_policy(self, arn: &str, statements: &str) -> Self {
        let policy = format!("<Policy><Arn>{arn}</Arn><DefaultVersionId>v3</DefaultVersionId></Policy>");
        let text = encoded(&document(statements));
        let version = format!(
            "<PolicyVersion><Document>{text}</Document><VersionId>v3</VersionId><IsDefaultVersion>true\
             </IsDefaultVersion></PolicyVersion>"
        );
        let arn = encoded(arn);
        self.iam("GetPolicy", &format!("&PolicyArn={arn}"), result("GetPolicy", &policy)).iam(
            "GetPolicyVersion",
            &format!("&PolicyArn={arn}&VersionId=v3"),
            result("GetPolicyVersion", &version),
        )
    }

    /// An instance profile, and the role in it.
    pub(crate) fn instance_profile(self, name: &str, role: Option<&str>) -> Self {
        let role = role.map(|role| {
            format!(
                "<member><Path>/</Path><RoleName>{role}</RoleName><RoleId>AROACKCEVSQ6C2EXAMPLE</RoleId><Arn>\
                 arn:aws:iam::{ACCOUNT}:role/{role}</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate></member>"
            )
        });
        let inner = format!(
            "<InstanceProfile><Path>/</Path><InstanceProfileName>{name}</InstanceProfileName><InstanceProfileId>\
             AIPACKCEVSQ6C2EXAMPLE</InstanceProfileId><Arn>arn:aws:iam::{ACCOUNT}:instance-profile/{name}</Arn>\
             <CreateDate>2024-01-01T00:00:00Z</CreateDate><Roles>{}</Roles></InstanceProfile>",
            role.unwrap_or_default()
        );
        self.with_profile(name, result("GetInstanceProfile", &inner))
    }

    /// What IAM answers about an instance profile.
    pub(crate) fn with_profile(self, name: &str, answer: Answer) -> Self {
        self.iam("GetInstanceProfile", &format!("&InstanceProfileName={name}"), answer)
    }
}
