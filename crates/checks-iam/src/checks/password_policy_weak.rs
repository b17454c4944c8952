//! BASE-02.

use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Runbook, Step};
use asc_core::report::Finding;
use asc_core::{AccountCheck, Cx, Fact, Kind, Operation, Text, Unread, Verdict, declare_check, declare_fix, text};
use serde_json::json;

use crate::model::change::{DELETE_PASSWORD_POLICY, SET_PASSWORD_POLICY};
use crate::model::{IamChange, PasswordPolicy, PasswordPolicyAsSet, PasswordRules, PolicyAsSet};

declare_check! {
    /// Accounts whose passwords may be short, simple, old or used before.
    struct PasswordPolicyWeak {
        id: "BASE-02",
        name: "iam-password-policy-weak",
        service: "iam",
        severity: Medium,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html",
        maps_to: [
            ("aws-fsbp", "IAM.7"), ("cis-aws-5.0.0", "1.7"), ("cis-aws-5.0.0", "1.8"),
            ("cis-aws-3.0.0", "1.8"), ("cis-aws-3.0.0", "1.9"),
        ],
        options: [],
        reads: [PasswordPolicy],
        en: {
            title: "The account's password policy is weak",
            why: "A console password is all that stands between the internet and the rights of a user who has no MFA. Without \
                  a policy of its own the account accepts eight characters, for ever, and the same ones again. The policy \
                  binds users of IAM only: not the root user, and not people who come through IAM Identity Center.",
            console: "1. Open IAM, choose Account settings, and next to Password policy choose Edit.\n\
                      2. Choose Custom: at least 14 characters, and tick all four kinds of characters.\n\
                      3. Turn on password expiration after 90 days or less, and prevent reuse of the last 24 passwords.\n\
                      4. Save. Expiry holds at once: tell the users whose passwords are older.",
        },
        ja: {
            title: "アカウントのパスワードポリシーが弱い",
            why: "MFA を使わないユーザーの権限をインターネットから守るのは、コンソールのパスワードだけです。独自のポリシーがなければ、8 文字のパスワードを\
                  無期限に、繰り返し使えます。なお、このポリシーは IAM ユーザーだけに適用され、ルートユーザーや IAM Identity Center の利用者には適用されません。",
            console: "1. IAM の [アカウント設定] を開き、[パスワードポリシー] の [編集] を選びます。\n\
                      2. [カスタム] を選び、14 文字以上とし、4 種類の文字すべてを必須にします。\n\
                      3. 90 日以内の有効期限を設定し、過去 24 個のパスワードの再利用を禁止します。\n\
                      4. 保存します。有効期限はすぐに適用されるため、古いパスワードのユーザーに知らせます。",
        },
        cli: "aws iam update-account-password-policy --minimum-password-length 14 --require-symbols --require-numbers \\\n  \
              --require-uppercase-characters --require-lowercase-characters --allow-users-to-change-password \\\n  \
              --max-password-age 90 --password-reuse-prevention 24",
        cloudformation: "# CloudFormation has no resource for the password policy; use the CLI, Terraform, or a custom resource.",
        terraform: "resource \"aws_iam_account_password_policy\" \"account\" {\n  minimum_password_length        = 14\n  \
                    require_symbols                = true\n  require_numbers                = true\n  \
                    require_uppercase_characters   = true\n  require_lowercase_characters   = true\n  \
                    allow_users_to_change_password = true\n  max_password_age               = 90\n  \
                    password_reuse_prevention      = 24\n}",
    }
}

/// The fewest characters that will do.
const LENGTH: i32 = 14;
/// The days after which a password should expire at the latest.
const DAYS: i32 = 90;
/// How many former passwords should be remembered; no more than that can be.
const REMEMBERED: i32 = 24;

impl AccountCheck for PasswordPolicyWeak {
    async fn evaluate(&self, cx: &Cx) -> Result<Verdict, Unread> {
        Ok(judge(cx.get::<PasswordPolicy>(&()).await?.as_ref().as_ref()))
    }
}

fn judge(rules: Option<&PasswordRules>) -> Verdict {
    let Some(rules) = rules else {
        return Verdict::fail(text!(
            en: "The account has no password policy: eight characters will do, for ever.",
            ja: "パスワードポリシーが設定されておらず、8 文字のパスワードを無期限に使えます。"
        ))
        .evidence("password_policy", None::<()>);
    };
    let wrong = weaknesses(rules);
    let verdict = if wrong.is_empty() {
        Verdict::pass(text!(
            en: "Passwords must be long, mixed, changed and new.",
            ja: "パスワードには十分な長さ、文字の種類、有効期限、再利用の禁止が求められています。"
        ))
    } else {
        let all = |part: fn(&Text) -> &str, between| wrong.iter().map(part).collect::<Vec<_>>().join(between);
        let (en, ja) = (all(|text| &text.en, "; "), all(|text| &text.ja, "、"));
        Verdict::fail(text!(en: "The password policy is weak: {en}.", ja: "パスワードポリシーが不十分です: {ja}。"))
    };
    verdict.evidence("password_policy", rules)
}

fn weaknesses(rules: &PasswordRules) -> Vec<Text> {
    let mut wrong = Vec::new();
    let length = rules.minimum_length;
    if length < LENGTH {
        wrong.push(text!(
            en: "{length} characters will do ({LENGTH} are asked for)",
            ja: "最小文字数が {length} ({LENGTH} 以上が必要)"
        ));
    }
    for (required, en, ja) in [
        (rules.uppercase, "an uppercase letter", "大文字"),
        (rules.lowercase, "a lowercase letter", "小文字"),
        (rules.numbers, "a number", "数字"),
        (rules.symbols, "a symbol", "記号"),
    ] {
        if !required {
            wrong.push(text!(en: "{en} is not required", ja: "{ja}が必須でない"));
        }
    }
    let reuse = rules.reuse_prevention;
    if reuse < REMEMBERED {
        wrong.push(text!(
            en: "only the last {reuse} passwords cannot be used again ({REMEMBERED} are asked for)",
            ja: "再利用を禁止する世代数が {reuse} ({REMEMBERED} が必要)"
        ));
    }
    match rules.max_age {
        None => wrong.push(text!(en: "passwords never expire", ja: "有効期限がない")),
        Some(days) if days > DAYS => wrong.push(text!(
            en: "passwords expire after {days} days ({DAYS} at most)",
            ja: "有効期限が {days} 日 ({DAYS} 日以内が必要)"
        )),
        Some(_) => {}
    }
    wrong
}

impl Fix for PasswordPolicyWeak {
    const READS: &'static [Reads] = PasswordPolicyAsSet::READS;
    const CALLS: &'static [Operation] = &[SET_PASSWORD_POLICY, DELETE_PASSWORD_POLICY];
    const RUNBOOKS: &'static [&'static Runbook] = &[&Runbook::SET_PASSWORD_POLICY];

    async fn remedy(&self, _: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let before = *run.now.get::<PasswordPolicyAsSet>(&()).await?;
        let policy = strengthened(before);
        if before == Some(policy) {
            let why = text!(en: "The password policy is strong by now.", ja: "パスワードポリシーはすでに十分です。");
            return Ok(Remedy::Nothing { why });
        }
        let back = before
            .map_or(IamChange::DeleteAccountPasswordPolicy, |policy| IamChange::UpdateAccountPasswordPolicy { policy });
        let step = Step {
            says: text!(
                en: "Ask for passwords of at least {LENGTH} characters of all kinds, new after {DAYS} days at most; what is stricter stays.",
                ja: "{LENGTH} 文字以上・全種類の文字・{DAYS} 日以内の変更を求めるパスワードポリシーにします。より厳しい設定は変わりません。"
            ),
            forward: IamChange::UpdateAccountPasswordPolicy { policy }.into(),
            back: vec![back.into()],
            before: json!({ "password_policy": before }),
        };
        let class = class(before, policy);
        Ok(Remedy::Steps { class, steps: vec![step], note: None })
    }
}

declare_fix!(PasswordPolicyWeak);

/// The policy, no part of it weaker than before.
fn strengthened(before: Option<PolicyAsSet>) -> PolicyAsSet {
    PolicyAsSet {
        minimum_length: before.map_or(LENGTH, |policy| policy.minimum_length.max(LENGTH)),
        symbols: true,
        numbers: true,
        uppercase: true,
        lowercase: true,
        // Whose password expires must be able to choose another.
        users_may_change: before.is_none_or(|policy| policy.users_may_change),
        max_age: Some(before.and_then(|policy| policy.max_age).map_or(DAYS, |days| days.min(DAYS))),
        reuse_prevention: Some(REMEMBERED),
        hard_expiry: before.and_then(|policy| policy.hard_expiry),
    }
}

/// What is asked of new passwords interrupts nobody. An age ends old ones at once.
/// Source: IAM User Guide, "Set an account password policy for IAM users".
fn class(before: Option<PolicyAsSet>, after: PolicyAsSet) -> Class {
    if before.is_some_and(|policy| policy.max_age == after.max_age) {
        return Class::Safe;
    }
    let whom = text!(
        en: "users whose password is older than {DAYS} days, who must choose another when they next sign in",
        ja: "パスワードの設定から {DAYS} 日を超えている利用者 (次回サインイン時に変更が必要になります)"
    );
    Class::Careful { whom }
}

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    #[test]
    fn a_fix_weakens_nothing_and_is_careful_only_where_passwords_end() {
        let strict =
            PolicyAsSet { minimum_length: 20, max_age: Some(30), users_may_change: false, ..strengthened(None) };
        assert_eq!(strengthened(Some(strict)), strict);
        let weak = PolicyAsSet { minimum_length: 8, symbols: false, ..strict };
        assert_eq!(strengthened(Some(weak)), PolicyAsSet { minimum_length: 14, ..strict });
        assert_eq!(class(Some(weak), strengthened(Some(weak))), Class::Safe);
        let endless = PolicyAsSet { max_age: None, ..strict };
        assert!(matches!(class(Some(endless), strengthened(Some(endless))), Class::Careful { .. }));
        assert!(matches!(class(None, strengthened(None)), Class::Careful { .. }));
    }

    const GOOD: PasswordRules = PasswordRules {
        minimum_length: 14,
        symbols: true,
        numbers: true,
        uppercase: true,
        lowercase: true,
        max_age: Some(90),
        reuse_prevention: 24,
    };

    #[test]
    fn every_part_counts_and_its_bound_will_do() {
        assert_eq!(judge(Some(&GOOD)).status(), Status::Pass);
        assert_eq!(judge(Some(&PasswordRules { minimum_length: 20, max_age: Some(1), ..GOOD })).status(), Status::Pass);
        for (weak, words) in [
            (PasswordRules { minimum_length: 13, ..GOOD }, "13 characters"),
            (PasswordRules { symbols: false, ..GOOD }, "a symbol is not"),
            (PasswordRules { numbers: false, ..GOOD }, "a number is not"),
            (PasswordRules { uppercase: false, ..GOOD }, "an uppercase letter is not"),
            (PasswordRules { lowercase: false, ..GOOD }, "a lowercase letter is not"),
            (PasswordRules { max_age: Some(91), ..GOOD }, "after 91 days"),
            (PasswordRules { max_age: None, ..GOOD }, "never expire"),
            (PasswordRules { reuse_prevention: 23, ..GOOD }, "the last 23"),
        ] {
            let verdict = judge(Some(&weak));
            assert_eq!(verdict.status(), Status::Fail);
            assert!(verdict.message().en.contains(words), "{}", verdict.message().en);
            assert_eq!(weaknesses(&weak).len(), 1);
        }
        assert_eq!(weaknesses(&PasswordRules::default()).len(), 7);
    }

    #[test]
    fn no_policy_is_a_weak_one() {
        assert_eq!(judge(None).status(), Status::Fail);
    }
}
