//! BASE-14.

use asc_core::{Cx, Kind, Listing, Resource, ResourceCheck, Unread, Verdict, declare_check, text};

use crate::model::{CredentialReport, Credentials, GET_REPORT, ROOT_USER};

declare_check! {
    /// Users of the console whom a password alone lets in.
    struct UserWithoutMfa {
        id: "BASE-14",
        name: "iam-user-without-mfa",
        service: "iam",
        severity: High,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html",
        maps_to: [
            ("aws-fsbp", "IAM.5"), ("cis-aws-5.0.0", "1.9"), ("cis-aws-3.0.0", "1.10"), ("pci-dss-4.0.1", "8.4.2"),
        ],
        options: [],
        reads: [CredentialReport],
        en: {
            title: "IAM user with a console password and without MFA",
            why: "Passwords are guessed, reused, phished and read over shoulders. A user who signs in with nothing else gives \
                  all its rights to whoever has the password, from anywhere, and nothing in the logs looks unusual.",
            console: "1. Open the user in IAM and choose Security credentials.\n\
                      2. Under Multi-factor authentication choose Assign MFA device; a passkey or security key resists phishing.\n\
                      3. Or, if the user needs no console: choose Manage console access and disable it.\n\
                      4. For people in the long run, use IAM Identity Center, which enforces MFA in one place.",
        },
        ja: {
            title: "コンソールパスワードを持つ IAM ユーザーに MFA がない",
            why: "パスワードは推測、使い回し、フィッシング、のぞき見によって漏れます。パスワードだけでサインインするユーザーの権限は、それを知る者に\
                  どこからでも使われ、ログにも不審な点が残りません。",
            console: "1. IAM でユーザーを開き、[セキュリティ認証情報] を選びます。\n\
                      2. [多要素認証 (MFA)] で [MFA デバイスの割り当て] を選びます。パスキーやセキュリティキーはフィッシングに強い方式です。\n\
                      3. コンソールが不要なユーザーは [コンソールアクセスの管理] で無効にします。\n\
                      4. 長期的には、MFA を一か所で必須にできる IAM Identity Center に移行します。",
        },
        cli: "aws iam create-virtual-mfa-device --virtual-mfa-device-name USER --outfile qr.png --bootstrap-method QRCodePNG\n\
              aws iam enable-mfa-device --user-name USER --serial-number MFA_ARN --authentication-code1 CODE --authentication-code2 NEXT_CODE\n\
              # Or, if the user needs no console:\n\
              aws iam delete-login-profile --user-name USER",
        cloudformation: "# A person has to register the device. What a template can do: deny all but that until it is done.\n\
                         RequireMfa:\n  Type: AWS::IAM::ManagedPolicy\n  Properties:\n    PolicyDocument:\n      Version: \"2012-10-17\"\n      \
                         Statement:\n        - Effect: Deny\n          NotAction: [\"iam:ListMFADevices\", \"iam:CreateVirtualMFADevice\", \"iam:EnableMFADevice\", \"sts:GetSessionToken\"]\n          \
                         Resource: \"*\"\n          Condition:\n            BoolIfExists:\n              aws:MultiFactorAuthPresent: \"false\"",
        terraform: "# A person has to register the device. What Terraform can do: deny all but that until it is done.\n\
                    data \"aws_iam_policy_document\" \"require_mfa\" {\n  statement {\n    effect      = \"Deny\"\n    \
                    not_actions = [\"iam:ListMFADevices\", \"iam:CreateVirtualMFADevice\", \"iam:EnableMFADevice\", \"sts:GetSessionToken\"]\n    \
                    resources   = [\"*\"]\n    condition {\n      test     = \"BoolIfExists\"\n      \
                    variable = \"aws:MultiFactorAuthPresent\"\n      values   = [\"false\"]\n    }\n  }\n}",
    }
}

impl ResourceCheck for UserWithoutMfa {
    type Subject = Credentials;

    async fn subjects(&self, cx: &Cx) -> Listing<Credentials> {
        match cx.get::<CredentialReport>(&()).await {
            Ok(report) => Listing::of(report.iter().filter(|row| signs_in(row)).cloned().collect()),
            Err(why) => Listing::failed(Resource::account(&cx.account().id), why),
        }
    }

    fn resource(&self, user: &Credentials, _: &Cx) -> Resource {
        Resource::new("AWS::IAM::User", &user.arn, None).with_arn(&user.arn)
    }

    async fn evaluate(&self, user: &Credentials, _: &Cx) -> Result<Verdict, Unread> {
        judge(user)
    }
}

/// Whether a row is that of a user who has a password, or may have one. The root user is BASE-13's affair.
fn signs_in(row: &Credentials) -> bool {
    row.user != ROOT_USER && row.password != Some(false)
}

fn judge(user: &Credentials) -> Result<Verdict, Unread> {
    let untold =
        |column: &str| Unread::malformed(GET_REPORT, format!("the report does not tell {column} of {}", user.user));
    match (user.mfa, user.password) {
        (Some(true), _) => {
            Ok(Verdict::pass(text!(en: "Signs in with a second factor.", ja: "MFA が設定されています。")))
        }
        (Some(false), Some(_)) => Ok(Verdict::fail(text!(
            en: "Has a console password and no MFA device: the password is enough.",
            ja: "コンソールパスワードがあり MFA デバイスがないため、パスワードだけでサインインできます。"
        ))),
        (Some(false), None) => Err(untold("password_enabled")),
        (None, _) => Err(untold("mfa_active")),
    }
}

asc_core::declare_manual_fix!(
    UserWithoutMfa,
    en: "The device is in the user's hands; registered for somebody else, it would lock the user out.",
    ja: "MFA デバイスは利用者の手元にあります。他人が登録すると、本人がサインインできなくなります。",
);

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    fn user(password: Option<bool>, mfa: Option<bool>) -> Credentials {
        Credentials { user: "ann".to_owned(), arn: "arn:ann".to_owned(), keys: Vec::new(), password, mfa }
    }

    #[test]
    fn only_those_who_sign_in_are_judged() {
        assert!(signs_in(&user(Some(true), None)) && signs_in(&user(None, None)));
        assert!(!signs_in(&user(Some(false), Some(false))));
        assert!(!signs_in(&Credentials { user: ROOT_USER.to_owned(), ..user(Some(true), Some(false)) }));
    }

    #[test]
    fn a_second_factor_decides_and_what_is_not_told_is_unknown() {
        let status = |password, mfa| judge(&user(password, mfa)).ok().map(|verdict| verdict.status());
        assert_eq!(status(Some(true), Some(true)), Some(Status::Pass));
        assert_eq!(status(Some(true), Some(false)), Some(Status::Fail));
        assert_eq!(status(None, Some(true)), Some(Status::Pass));
        assert_eq!((status(None, Some(false)), status(Some(true), None)), (None, None));
    }
}
