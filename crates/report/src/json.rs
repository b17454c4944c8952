//! The report itself, as programs read it.

use std::io::{self, BufWriter, Write};

use asc_core::report::Report;

use crate::{Emission, Emitter};

/// `-f json`.
pub(crate) struct Json;

impl Emitter for Json {
    fn emit(&self, report: &Report, _: &Emission<'_>, out: &mut dyn Write) -> io::Result<()> {
        // The serializer writes token by token, which on an unbuffered file would be a system call each.
        let mut out = BufWriter::new(out);
        serde_json::to_writer_pretty(&mut out, report)?;
        out.write_all(b"\n")?;
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use asc_core::Lang;
    use asc_core::report::{Report, schema};
    use serde_json::Value;

    use crate::{Format, samples};

    #[test]
    fn a_rich_report_validates_and_survives_the_round_trip() {
        let report = samples::report(Lang::Ja);
        let text = samples::emitted(Format::Json, &report, &samples::emission(Lang::Ja, 80));
        assert!(text.ends_with("}\n"));
        let value: Value = serde_json::from_str(&text).unwrap();
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    }

    #[test]
    fn the_schema_is_not_indifferent() {
        let text = samples::emitted(Format::Json, &samples::report(Lang::En), &samples::emission(Lang::En, 80));
        let mut value: Value = serde_json::from_str(&text).unwrap();
        value["findings"][0]["status"] = "broken".into();
        assert!(!jsonschema::is_valid(&schema(), &value));
    }
}
