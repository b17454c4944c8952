//! Whether a bucket is open to the public: ASC-12, and what other families ask of the buckets they write to.

mod explained;

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Lang, Text, Unread, Verdict, text};
use serde::Serialize;

use self::explained::Explained;
use crate::model::{
    AccessPoint, AccessPointPublic, AccessPoints, AccountBlock, Acl, Block, Bucket, BucketBlock, BucketPolicy, Grant,
    Judged, Located, Ownership, PolicyStatus,
};

/// A way by which the public gets in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// A grant of the ACL.
    Acl(Grant),
    /// The bucket's policy.
    BucketPolicy,
    /// An access point's policy.
    AccessPoint(String),
}

impl Opening {
    fn text(&self) -> Text {
        match self {
            Self::Acl(Grant { group, permission }) => {
                text!(en: "the ACL grants {permission} to {group:?}", ja: "ACL が {group:?} に {permission} を許可")
            }
            Self::BucketPolicy => text!(
                en: "AWS calls the bucket policy public (GetBucketPolicyStatus)",
                ja: "バケットポリシーが公開と判定 (GetBucketPolicyStatus)"
            ),
            Self::AccessPoint(name) => text!(
                en: "the access point {name} has an internet origin and a public policy",
                ja: "アクセスポイント {name} がインターネットから到達でき、ポリシーが公開"
            ),
        }
    }
}

/// What is known of one part that could open a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part<T> {
    /// Not asked, since a setting makes it void.
    Void,
    /// Read.
    Read(T),
    /// Could not be read.
    Unread(Unread),
}

impl<T: Clone> Part<T> {
    fn of(answer: Result<T, Unread>) -> Self {
        match answer {
            Ok(value) => Self::Read(value),
            Err(why) => Self::Unread(why),
        }
    }

    fn why(&self) -> Option<&Unread> {
        if let Self::Unread(why) = self { Some(why) } else { None }
    }
}

/// Everything that decides whether a bucket is public.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    account: Part<Block>,
    bucket: Part<Block>,
    /// Grants to the public, none when ACLs are disabled.
    acl: Part<Vec<Grant>>,
    policy: Part<Judged>,
    /// What the policy engine says of the policy, if there is one and it counts. It decides nothing.
    explained: Option<Explained>,
    /// Names of internet-facing access points with a public policy.
    points: Part<Vec<String>>,
}

/// Whether a bucket is public, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The ways in; none when the bucket is private.
    pub openings: Vec<Opening>,
    /// The account's settings, where they were read.
    pub account: Option<Block>,
    /// The bucket's settings, where they were read.
    pub bucket: Option<Block>,
    /// What the policy engine says of the bucket's policy, if there is one and it counts.
    pub explained: Option<Explained>,
}

impl Exposure {
    /// The verdict "is public" / "is not public", with its evidence.
    pub fn verdict(&self) -> Verdict {
        let verdict = if self.openings.is_empty() {
            Verdict::pass(self.private())
        } else {
            let join = |lang| self.openings.iter().map(|o| o.text().in_lang(lang).to_owned()).collect::<Vec<_>>();
            let (en, ja) = (join(Lang::En).join("; "), join(Lang::Ja).join("、"));
            Verdict::fail(text!(en: "Open to the public: {en}.", ja: "公開されています: {ja}。"))
        };
        let verdict = verdict
            .evidence("openings", &self.openings)
            .evidence("account_block", self.account)
            .evidence("bucket_block", self.bucket);
        match &self.explained {
            Some(explained) => explained.told_by(verdict),
            None => verdict,
        }
    }

    fn private(&self) -> Text {
        let both = |block: Block| block.ignore_public_acls && block.restrict_public_buckets;
        if self.account.is_some_and(both) {
            text!(
                en: "Not public: the account's Block Public Access voids public ACLs and policies.",
                ja: "公開されていません。アカウントのブロックパブリックアクセスが公開 ACL と公開ポリシーを無効にしています。"
            )
        } else if self.bucket.is_some_and(both) {
            text!(
                en: "Not public: the bucket's Block Public Access voids public ACLs and policies.",
                ja: "公開されていません。バケットのブロックパブリックアクセスが公開 ACL と公開ポリシーを無効にしています。"
            )
        } else {
            text!(
                en: "Not public: no ACL, policy or access point that is in force lets the public in.",
                ja: "公開されていません。有効な ACL、ポリシー、アクセスポイントのいずれも公開を許していません。"
            )
        }
    }
}

/// A bucket's exposure. Nothing is asked for it that cannot change the answer.
#[derive(Debug)]
pub struct Exposed;

impl Fact for Exposed {
    type Key = Located;
    type Value = Exposure;
    const READS: &'static [Reads] = &[
        Reads::Of(AccountBlock::READS),
        Reads::Of(BucketBlock::READS),
        Reads::Of(Acl::READS),
        Reads::Of(Ownership::READS),
        Reads::Of(PolicyStatus::READS),
        Reads::Of(BucketPolicy::READS),
        Reads::Of(AccessPoints::READS),
        Reads::Of(AccessPointPublic::READS),
    ];

    async fn read(cx: &Cx, located: &Located) -> Result<Exposure, Unread> {
        gather(cx, located).await?.decide(&located.name)
    }
}

async fn gather(cx: &Cx, located: &Located) -> Result<Parts, Unread> {
    let account = Part::of(cx.get::<AccountBlock>(&()).await.map(|block| *block));
    let mut parts =
        Parts { account, bucket: Part::Void, acl: Part::Void, policy: Part::Void, explained: None, points: Part::Void };
    if !(parts.ignores_acls() && parts.restricts_policies()) {
        let bucket = located.bucket()?;
        parts.bucket = Part::of(cx.get::<BucketBlock>(bucket).await.map(|block| *block));
        let acl = async { if parts.ignores_acls() { Part::Void } else { Part::of(public_grants(cx, bucket).await) } };
        let policy = async {
            if parts.restricts_policies() {
                return (Part::Void, None, Part::Void);
            }
            let ((status, explained), points) =
                asc_core::fact::both(judged(cx, bucket), public_points(cx, bucket)).await;
            (Part::of(status), explained, Part::of(points))
        };
        let (acl, (policy, explained, points)) = asc_core::fact::both(acl, policy).await;
        (parts.acl, parts.policy, parts.explained, parts.points) = (acl, policy, explained, points);
    }
    Ok(parts)
}

/// AWS's answer on the bucket's policy and, where there is a policy, the engine's.
async fn judged(cx: &Cx, bucket: &Bucket) -> (Result<Judged, Unread>, Option<Explained>) {
    let judged = cx.get::<PolicyStatus>(bucket).await.map(|judged| *judged);
    let explained = match judged {
        Ok(Judged::Public) => Explained::read(cx, bucket, true).await,
        Ok(Judged::Private) => Explained::read(cx, bucket, false).await,
        Ok(Judged::NoPolicy) | Err(_) => None,
    };
    (judged, explained)
}

/// Grants to the public, unless the bucket's owner has disabled ACLs; that is asked only when there is such a grant.
async fn public_grants(cx: &Cx, bucket: &Bucket) -> Result<Vec<Grant>, Unread> {
    let grants = cx.get::<Acl>(bucket).await?;
    let public: Vec<_> = grants.iter().filter(|grant| grant.group.is_public()).cloned().collect();
    if !public.is_empty() && !*cx.get::<Ownership>(bucket).await? {
        return Ok(Vec::new());
    }
    Ok(public)
}

fn facing_internet(points: &[AccessPoint], bucket: &Bucket) -> Vec<AccessPoint> {
    points.iter().filter(|point| point.bucket == bucket.name && point.internet).cloned().collect()
}

async fn public_points(cx: &Cx, bucket: &Bucket) -> Result<Vec<String>, Unread> {
    let points = cx.get::<AccessPoints>(&bucket.region).await?;
    let points = facing_internet(&points, bucket);
    let asked = asc_core::fact::at_once(points, |point| async move {
        cx.get::<AccessPointPublic>(&point).await.map(|public| public.then_some(point.name))
    });
    let answers = asked.await;
    let open: Vec<_> = answers.iter().filter_map(|answer| answer.clone().ok().flatten()).collect();
    // One that is proven open decides; only without such a one does it matter that another could not be read.
    match answers.into_iter().find_map(Result::err) {
        Some(why) if open.is_empty() => Err(why),
        _ => Ok(open),
    }
}

impl Parts {
    /// Whether public ACLs are known to be void: `IgnorePublicAcls` at either scope.
    fn ignores_acls(&self) -> bool {
        self.either(|block| block.ignore_public_acls)
    }

    /// Whether public policies are known to be void: `RestrictPublicBuckets` at either scope.
    fn restricts_policies(&self) -> bool {
        self.either(|block| block.restrict_public_buckets)
    }

    fn either(&self, bit: impl Fn(&Block) -> bool) -> bool {
        [&self.account, &self.bucket].into_iter().any(|block| matches!(block, Part::Read(block) if bit(block)))
    }

    /// A bit that could not be read may be on, so it takes both blocks read to prove a way in.
    fn blocks_unread(&self) -> Option<&Unread> {
        self.account.why().or_else(|| self.bucket.why())
    }

    /// Both neutralising bits on: private. One proven way in: public. Anything unread otherwise: unknown.
    fn decide(self, name: &str) -> Result<Exposure, Unread> {
        let mut openings = Vec::new();
        if !self.ignores_acls()
            && let Part::Read(grants) = &self.acl
        {
            openings.extend(grants.iter().cloned().map(Opening::Acl));
        }
        if !self.restricts_policies() {
            if self.policy == Part::Read(Judged::Public) {
                openings.push(Opening::BucketPolicy);
            }
            if let Part::Read(names) = &self.points {
                openings.extend(names.iter().cloned().map(Opening::AccessPoint));
            }
        }
        let known = |part: &Part<Block>| if let Part::Read(block) = part { Some(*block) } else { None };
        let (account, bucket) = (known(&self.account), known(&self.bucket));
        let explained = self.explained.clone();
        let unexplained = self.explained.as_ref().and_then(Explained::why);
        let gone = [self.bucket.why(), self.acl.why(), self.policy.why(), unexplained, self.points.why()];
        if let Some(why) = gone.into_iter().flatten().find(|why| why.gone.as_deref() == Some(name)) {
            return Err(why.clone());
        }
        let closed = self.ignores_acls() && self.restricts_policies();
        let open = !openings.is_empty() && self.blocks_unread().is_none();
        if closed || open {
            return Ok(Exposure { openings, account, bucket, explained });
        }
        let parts = [self.blocks_unread(), self.acl.why(), self.policy.why(), self.points.why()];
        match parts.into_iter().flatten().next() {
            Some(why) => Err(why.clone()),
            None => Ok(Exposure { openings, account, bucket, explained }),
        }
    }
}

#[cfg(test)]
mod tests;
