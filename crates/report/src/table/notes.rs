//! What is worth knowing, though it is no verdict.

use asc_core::report::Report;

use super::COLUMN;
use crate::layout::{BOLD, DIM, PLAIN, Sheet};
use crate::{Emission, escape};

/// Writes every note, with the check that has it and, if there are several, the account.
pub(super) fn write(sheet: &mut Sheet, report: &Report, emission: &Emission<'_>) {
    let many = report.accounts.len() > 1;
    for (check, account, note) in report.notes() {
        sheet.blank();
        sheet.labelled(emission.lang.pick("NOTE", "参考"), BOLD, COLUMN, PLAIN, &escape::terminal(note));
        let heading = if many { format!("{check} {account}") } else { check.to_owned() };
        sheet.paragraph(COLUMN, DIM, &escape::terminal(&heading));
    }
}
