//! What a run has to say about itself: what could not be read, what did not fit, and what else is worth knowing.

use asc_core::report::Finding;
use asc_core::{Lang, Status};
use serde_sarif::sarif::{
    Message, MultiformatMessageString, Notification, ReportingConfiguration, ReportingDescriptor,
    ReportingDescriptorReference,
};

use super::results::MOST_RESULTS;
use super::rules::Rules;
use super::{bag, number, plain, sentence};

/// A verdict that could not be given.
const UNREAD: &str = "could-not-be-read";
/// Something that was left out of the run.
const CUT: &str = "cut-short";

/// Something worth knowing that is no verdict.
const NOTE: &str = "worth-knowing";

/// The most unknown verdicts that are named one by one; the file must stay below the size that GitHub takes.
const MOST_UNREAD: usize = 5000;

/// The kinds of notifications, in the order of [`reference`]'s numbers.
pub(super) fn descriptors(lang: Lang) -> Vec<ReportingDescriptor> {
    let descriptor = |id: &str, name: &str, level: &str, text: &str| {
        let text = MultiformatMessageString::builder().text(text).build();
        ReportingDescriptor::builder()
            .id(id)
            .name(name)
            .short_description(text.clone())
            .full_description(text.clone())
            // GitHub's schema wants help of every descriptor, also where there is no more to say.
            .help(text)
            .default_configuration(ReportingConfiguration::builder().level(level).build())
            .build()
    };
    let unread = lang.pick(
        "A verdict could not be given, because something could not be read.",
        "読み取れない情報があったため、判定できませんでした。",
    );
    let cut =
        lang.pick("Something did not fit into the run and was left out.", "収まりきらないため、一部を省略しました。");
    let note = lang.pick(
        "Something is worth knowing, though it is no verdict on any resource.",
        "どのリソースの判定でもありませんが、知っておくべきことがあります。",
    );
    vec![
        descriptor(UNREAD, "CouldNotBeRead", "error", unread),
        descriptor(CUT, "CutShort", "warning", cut),
        descriptor(NOTE, "WorthKnowing", "note", note),
    ]
}

/// The notifications of a run.
pub(super) fn of(findings: &[&Finding], cut: usize, lang: Lang, rules: &Rules) -> Vec<Notification> {
    let unknown: Vec<_> = findings.iter().filter(|f| f.status == Status::Unknown).collect();
    let mut notifications: Vec<_> = unknown.iter().take(MOST_UNREAD).map(|f| unread(f, lang, rules)).collect();
    if let Some(more) = unknown.len().checked_sub(MOST_UNREAD).filter(|more| *more > 0) {
        notifications.push(notice(match lang {
            Lang::En => {
                format!("{more} more verdicts could not be given; only the first {MOST_UNREAD} are listed here.")
            }
            Lang::Ja => {
                format!("ほかに {more} 件を判定できませんでした。ここには最初の {MOST_UNREAD} 件のみを示します。")
            }
        }));
    }
    if cut > 0 {
        notifications.push(notice(match lang {
            Lang::En => format!(
                "{cut} alerts of the least severity were left out, because a run holds at most {MOST_RESULTS} results."
            ),
            Lang::Ja => {
                format!("1 回の実行で扱える結果は {MOST_RESULTS} 件までのため、重大度の低い {cut} 件を省略しました。")
            }
        }));
    }
    notifications
}

/// A check's note as a notification.
pub(super) fn note(check: &str, note: &str, lang: Lang, rules: &Rules) -> Notification {
    let text = sentence(lang, format!("{}: {}", plain(check), plain(note)));
    let mut notification = Notification::builder()
        .descriptor(reference(NOTE, 2))
        .level("note")
        .message(Message::builder().text(text).build())
        .build();
    notification.associated_rule = rules.reference(check);
    notification
}

fn reference(id: &str, index: usize) -> ReportingDescriptorReference {
    ReportingDescriptorReference::builder().id(id).index(number(index)).build()
}

fn notice(text: String) -> Notification {
    Notification::builder()
        .descriptor(reference(CUT, 1))
        .level("warning")
        .message(Message::builder().text(text).build())
        .build()
}

fn unread(finding: &Finding, lang: Lang, rules: &Rules) -> Notification {
    let mut facts = Vec::new();
    if let Some(unknown) = &finding.unknown {
        facts.push(plain(&unknown.operation));
        facts.extend(unknown.aws_code.as_deref().map(plain));
        if let Some(action) = &unknown.missing_action {
            let action = plain(action);
            facts.push(match lang {
                Lang::En => format!("missing action {action}"),
                Lang::Ja => format!("不足しているアクション {action}"),
            });
        }
    }
    let place = finding.region.as_deref().map(|region| format!(" ({})", plain(region))).unwrap_or_default();
    let facts = if facts.is_empty() { String::new() } else { format!(" [{}]", facts.join(", ")) };
    let (check, id, message) = (plain(&finding.check_id), plain(&finding.resource.id), plain(&finding.message));
    let text = sentence(lang, format!("{check} '{id}'{place}{facts}: {message}"));
    let mut notification = Notification::builder()
        .descriptor(reference(UNREAD, 0))
        .level("error")
        .message(Message::builder().text(text).build())
        .properties(bag([
            ("fingerprint", finding.fingerprint.as_str().into()),
            ("resourceType", finding.resource.kind.as_str().into()),
            ("resourceId", finding.resource.id.as_str().into()),
        ]))
        .build();
    notification.associated_rule = rules.reference(&finding.check_id);
    notification
}
