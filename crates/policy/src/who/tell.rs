//! Who gets in, as a sentence.

use asc_core::{Lang, Text, text};

use super::{Entrant, Grant, Kind};

impl Entrant {
    /// Whether a service gets in whoever it asks for, by some statement.
    pub fn is_confused_deputy(&self) -> bool {
        self.grants.iter().any(|grant| grant.confused_deputy)
    }

    /// The sentence: who, by which statements, and what narrows that.
    pub fn text(&self) -> Text {
        let Text { en: who, ja: who_ja } = self.who();
        let grants: Vec<_> = self.grants.iter().map(by).collect();
        let all = |lang, between: &str| {
            grants.iter().map(|text| text.in_lang(lang).to_owned()).collect::<Vec<_>>().join(between)
        };
        let (by, by_ja) = (all(Lang::En, "; "), all(Lang::Ja, "、"));
        let told = text!(en: "{who}: {by}.", ja: "{who_ja}: {by_ja}。");
        if !self.is_confused_deputy() {
            return told;
        }
        told.and(&text!(
            en: "No condition on aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths says for whom the \
                 service may ask, so others may get in through it (confused deputy).",
            ja: "aws:SourceArn、aws:SourceAccount、aws:SourceOrgID、aws:SourceOrgPaths のいずれの条件もサービスの呼び出し元を限定していないため、\
                 第三者がこのサービスを経由してアクセスできる可能性があります (混乱した代理)。"
        ))
    }

    fn who(&self) -> Text {
        let name = &self.name;
        match self.kind {
            Kind::Everyone => text!(en: "Everyone", ja: "全員"),
            Kind::Account => text!(en: "Whomever the account {name} allows", ja: "アカウント {name} が許可する全員"),
            Kind::Principal => text!(en: "The principal {name}", ja: "プリンシパル {name}"),
            Kind::CanonicalUser => {
                text!(en: "The account with the canonical user id {name}", ja: "正規ユーザー ID {name} のアカウント")
            }
            Kind::Organization => {
                text!(en: "Every account of the organisation {name}", ja: "組織 {name} の全アカウント")
            }
            Kind::OrganizationalUnit => {
                text!(en: "Every account below {name} in the organisation", ja: "組織内で {name} の下にある全アカウント")
            }
            Kind::Service => text!(en: "The AWS service {name}", ja: "AWS サービス {name}"),
            Kind::IdentityProvider => {
                text!(en: "Whomever the identity provider {name} vouches for", ja: "ID プロバイダー {name} が認証した全員")
            }
            Kind::Source => text!(en: "AWS services that ask for {name}", ja: "{name} の代理で呼び出す AWS サービス"),
            Kind::VpcEndpoint => {
                text!(en: "Everyone who comes through the VPC endpoint {name}", ja: "VPC エンドポイント {name} を経由する全員")
            }
            Kind::Vpc => text!(en: "Everyone who comes from the VPC {name}", ja: "VPC {name} からアクセスする全員"),
            Kind::Addresses => {
                text!(en: "Everyone whose address is in {name}", ja: "IP アドレスが {name} に含まれる全員")
            }
            Kind::AccessPoint => {
                text!(en: "Everyone who comes through access points of {name}", ja: "{name} のアクセスポイントを経由する全員")
            }
            Kind::Unknown => text!(en: "A principal of an unknown kind, {name}", ja: "種類が未知のプリンシパル {name}"),
        }
    }
}

/// By which statement, but whom, and if what.
fn by(grant: &Grant) -> Text {
    let at = grant.statement;
    let sid = grant.sid.as_ref().map(|sid| format!(" ({sid})")).unwrap_or_default();
    let place = text!(en: "statement {at}{sid}", ja: "ステートメント {at}{sid}");
    let place = if grant.except.is_empty() {
        place
    } else {
        let Text { en, ja } = place;
        let except = grant.except.join(", ");
        text!(en: "{en}, but not {except}", ja: "{ja} ({except} を除く)")
    };
    if grant.conditions.is_empty() {
        return place;
    }
    let Text { en, ja } = place;
    let conditions: Vec<_> = grant.conditions.iter().map(ToString::to_string).collect();
    let (all, all_ja) = (conditions.join(" and "), conditions.join(" かつ "));
    text!(en: "{en}, if {all}", ja: "{ja} (条件: {all_ja})")
}
