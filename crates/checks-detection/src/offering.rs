//! Where a service is not offered at all.
//!
//! AWS does not say so itself: the name of the endpoint just does not resolve, as it does not when the network's DNS
//! is down. So it takes both: no answer came, and a table knows that there is nobody to answer. A region that the table
//! does not know, or a service that has come to one of its regions since, is asked like any other.

use asc_core::{Class, Unread, Verdict, text};

/// Where there is no endpoint: service, its name for people, regions or partitions (`cn-` is all of China's).
/// Source: botocore 1.43.11, `endpoints.json`, against "Service endpoints and quotas" in the AWS General Reference.
const NOT_OFFERED: [(&str, &str, &[&str]); 2] = [
    (
        "detective",
        "Amazon Detective",
        &[
            "ap-east-2",
            "ap-northeast-3",
            "ap-south-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-west-1",
            "cn-",
            "eu-central-2",
            "eu-south-2",
            "me-central-1",
            "mx-central-1",
        ],
    ),
    ("inspector2", "Amazon Inspector", &["ap-southeast-6"]),
];

/// The verdict on a region where a service could not be read because it is not there; otherwise the failure itself.
pub fn or_not_offered(region: &str, why: Unread) -> Result<Verdict, Unread> {
    let known = NOT_OFFERED.iter().find(|(service, ..)| *service == why.operation.service);
    let name = known.and_then(|(_, name, regions)| {
        let here = |place: &&str| if place.ends_with('-') { region.starts_with(*place) } else { region == *place };
        regions.iter().any(here).then_some(name)
    });
    match name {
        Some(name) if why.class == Class::Unreachable => Ok(Verdict::not_applicable(text!(
            en: "{name} is not offered in {region}.",
            ja: "{name} は {region} では提供されていません。"
        ))),
        _ => Err(why),
    }
}

#[cfg(test)]
mod tests {
    use asc_core::{Operation, Status};

    use super::*;

    fn of(service: &'static str, region: &str, class: Class) -> Option<Status> {
        let why = Unread::new(Operation::new(service, "List", "a:List"), class, "dns error");
        or_not_offered(region, why).ok().map(|verdict| verdict.status())
    }

    #[test]
    fn silence_where_nobody_is_known_to_be_is_not_applicable() {
        assert_eq!(of("detective", "ca-west-1", Class::Unreachable), Some(Status::NotApplicable));
        assert_eq!(of("detective", "cn-north-1", Class::Unreachable), Some(Status::NotApplicable));
        assert_eq!(of("inspector2", "ap-southeast-6", Class::Unreachable), Some(Status::NotApplicable));
    }

    #[test]
    fn any_other_silence_and_any_answer_is_unknown() {
        assert_eq!(of("detective", "eu-west-1", Class::Unreachable), None);
        assert_eq!(of("detective", "xx-new-1", Class::Unreachable), None);
        assert_eq!(of("guardduty", "ca-west-1", Class::Unreachable), None);
        assert_eq!(of("detective", "ca-west-1", Class::Denied), None);
    }
}
