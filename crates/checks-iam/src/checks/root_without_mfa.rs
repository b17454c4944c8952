//! BASE-13.

use asc_core::{AccountCheck, Cx, Kind, Unread, Verdict, declare_check, text};

use crate::model::{AccountSummary, CredentialReport, Credentials, ROOT_USER, Summary};

declare_check! {
    /// Root users that a password alone lets in.
    struct RootWithoutMfa {
        id: "BASE-13",
        name: "root-without-mfa",
        service: "iam",
        severity: Critical,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html",
        maps_to: [("cis-aws-5.0.0", "1.4"), ("cis-aws-3.0.0", "1.5"), ("pci-dss-4.0.1", "8.4.2")],
        options: [],
        reads: [AccountSummary, CredentialReport],
        en: {
            title: "The root user has no MFA",
            why: "Whoever learns the root user's password, or gets into its mailbox and resets it, has the account and cannot \
                  be stopped by any policy. A second factor is what keeps a stolen password from being enough. A member \
                  account whose root credentials the organisation has removed has nothing to protect.",
            console: "1. Sign in as the root user, open the account menu and choose Security credentials.\n\
                      2. Under Multi-factor authentication choose Assign MFA device; a security key or passkey resists phishing.\n\
                      3. Register a second device and keep it elsewhere, so that a lost one does not lock you out.\n\
                      4. In an organisation, let IAM's Root access management remove the member accounts' root credentials instead.",
        },
        ja: {
            title: "ルートユーザーに MFA が設定されていない",
            why: "ルートユーザーのパスワードを知った者や、そのメールを乗っ取ってパスワードをリセットした者は、アカウントのすべてを手に入れ、どのポリシーでも\
                  止められません。パスワードが盗まれても侵入を防ぐのが第二要素です。組織がルート認証情報を削除したメンバーアカウントには、守るべき認証情報がありません。",
            console: "1. ルートユーザーでサインインし、アカウントメニューの [セキュリティ認証情報] を開きます。\n\
                      2. [多要素認証 (MFA)] で [MFA デバイスの割り当て] を選びます。セキュリティキーやパスキーはフィッシングに強い方式です。\n\
                      3. 紛失に備えて 2 台目を登録し、別の場所に保管します。\n\
                      4. 組織では、IAM の [ルートアクセス管理] でメンバーアカウントのルート認証情報を削除する方法もあります。",
        },
        cli: "# An MFA device of the root user can only be assigned by the root user, in the console.\n\
              # In an organisation: manage, and remove, the member accounts' root credentials centrally.\n\
              aws iam enable-organizations-root-credentials-management",
        cloudformation: "# CloudFormation cannot assign an MFA device to the root user; use the console.",
        terraform: "# In an organisation: manage, and remove, the member accounts' root credentials centrally.\n\
                    resource \"aws_iam_organizations_features\" \"root\" {\n  enabled_features = [\"RootCredentialsManagement\"]\n}",
    }
}

impl AccountCheck for RootWithoutMfa {
    async fn evaluate(&self, cx: &Cx) -> Result<Verdict, Unread> {
        let summary = cx.get::<AccountSummary>(&()).await.map(|summary| *summary);
        let root = if open(&summary) { root(cx).await } else { None };
        judge(summary, root.as_ref())
    }
}

/// Whether the summary leaves something open that the credential report may tell.
fn open(summary: &Result<Summary, Unread>) -> bool {
    !matches!(
        summary,
        Ok(Summary { root_mfa: Some(true), .. } | Summary { root_mfa: Some(false), root_password: Some(_), .. })
    )
}

/// The root user's row in the report, which is the second source: why it cannot be read is nobody's concern.
async fn root(cx: &Cx) -> Option<Credentials> {
    let report = cx.get::<CredentialReport>(&()).await.ok()?;
    report.iter().find(|row| row.user == ROOT_USER).cloned()
}

/// The verdict by the summary and, as far as that does not tell, by the root user's row in the report.
fn judge(summary: Result<Summary, Unread>, root: Option<&Credentials>) -> Result<Verdict, Unread> {
    let told = summary.as_ref().ok();
    let mfa = told.and_then(|summary| summary.root_mfa).or_else(|| root?.mfa);
    let password = told.and_then(|summary| summary.root_password).or_else(|| root?.password);
    let keys = told.map(|summary| summary.root_access_keys).or_else(|| root.map(|root| !root.keys.is_empty()));
    let verdict = match (mfa, password, keys) {
        (Some(true), ..) => {
            Verdict::pass(text!(en: "The root user has MFA.", ja: "ルートユーザーに MFA が設定されています。"))
        }
        (Some(false), Some(false), Some(false)) => Verdict::not_applicable(text!(
            en: "The root user has neither password nor access key, as where an organisation has removed them: there is nothing to sign in with.",
            ja: "ルートユーザーにはパスワードもアクセスキーもありません (組織がルート認証情報を削除したアカウントなど)。サインインに使えるものがありません。"
        )),
        (Some(false), ..) => Verdict::fail(text!(
            en: "The root user has no MFA: its password is enough.",
            ja: "ルートユーザーに MFA がなく、パスワードだけでサインインできます。"
        )),
        (None, ..) => return Err(summary.err().unwrap_or_else(Summary::without_mfa)),
    };
    Ok(verdict.evidence("mfa", mfa).evidence("password", password))
}

asc_core::declare_manual_fix!(
    RootWithoutMfa,
    en: "The device is in somebody's hands, and only the root user can register its own.",
    ja: "MFA デバイスは人の手元にあり、登録できるのはルートユーザー本人だけです。",
);

#[cfg(test)]
mod tests {
    use asc_core::{Class, Operation, Status};

    use super::*;

    fn told(root_mfa: Option<bool>, root_password: Option<bool>, root_access_keys: bool) -> Summary {
        Summary { root_access_keys, root_mfa, root_password }
    }

    fn row(mfa: Option<bool>, password: Option<bool>) -> Credentials {
        Credentials { user: ROOT_USER.to_owned(), arn: "arn:r".to_owned(), keys: Vec::new(), password, mfa }
    }

    fn denied() -> Result<Summary, Unread> {
        Err(Unread::new(Operation::new("iam", "GetAccountSummary", "iam:GetAccountSummary"), Class::Denied, "no"))
    }

    fn status(summary: Result<Summary, Unread>, root: Option<&Credentials>) -> Option<Status> {
        judge(summary, root).ok().map(|verdict| verdict.status())
    }

    #[test]
    fn without_a_second_factor_a_password_is_too_little() {
        assert_eq!(status(Ok(told(Some(true), Some(true), false)), None), Some(Status::Pass));
        assert_eq!(status(Ok(told(Some(false), Some(true), false)), None), Some(Status::Fail));
        assert_eq!(status(Ok(told(Some(false), None, false)), None), Some(Status::Fail));
        assert_eq!(status(Ok(told(Some(false), Some(false), true)), None), Some(Status::Fail), "a key is a credential");
    }

    #[test]
    fn where_there_is_nothing_to_sign_in_with_there_is_nothing_to_protect() {
        assert_eq!(status(Ok(told(Some(false), Some(false), false)), None), Some(Status::NotApplicable));
        let gone = row(Some(false), Some(false));
        assert_eq!(status(Ok(told(Some(false), None, false)), Some(&gone)), Some(Status::NotApplicable));
        assert_eq!(status(denied(), Some(&gone)), Some(Status::NotApplicable));
    }

    #[test]
    fn the_report_stands_in() {
        assert_eq!(status(denied(), Some(&row(Some(true), None))), Some(Status::Pass));
        assert_eq!(status(denied(), Some(&row(Some(false), None))), Some(Status::Fail));
        assert_eq!(status(Ok(told(None, None, false)), Some(&row(Some(true), None))), Some(Status::Pass));
        assert_eq!((status(denied(), None), status(denied(), Some(&row(None, None)))), (None, None));
        assert_eq!(status(Ok(told(None, Some(true), false)), None), None, "what is not told is not known");
    }
}
