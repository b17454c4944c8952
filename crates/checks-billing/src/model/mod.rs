//! What billing can be asked: the only place that calls its SDKs.

mod delivery;
mod export;
mod report;

pub use delivery::{Defined, Delivery, Kind, LastRun, defined};
pub use export::{ExportDetail, ExportList};
pub use report::Reports;
