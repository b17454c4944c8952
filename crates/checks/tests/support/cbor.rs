//! JSON in CBOR, as CloudWatch speaks it.

use minicbor::Encoder;
use minicbor::encode::Error;
use serde_json::Value;

/// A value in CBOR.
pub(super) fn encode(value: &Value) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(value, &mut encoder).expect("bytes in memory");
    encoder.into_writer()
}

fn write(value: &Value, into: &mut Encoder<Vec<u8>>) -> Result<(), Error<std::convert::Infallible>> {
    match value {
        Value::Null => into.null().map(drop),
        Value::Bool(value) => into.bool(*value).map(drop),
        Value::Number(number) => match number.as_u64() {
            Some(number) => into.u64(number).map(drop),
            None => into.f64(number.as_f64().unwrap_or_default()).map(drop),
        },
        Value::String(text) => into.str(text).map(drop),
        Value::Array(elements) => {
            into.array(elements.len() as u64)?;
            elements.iter().try_for_each(|element| write(element, into))
        }
        Value::Object(fields) => {
            into.map(fields.len() as u64)?;
            fields.iter().try_for_each(|(name, value)| {
                into.str(name)?;
                write(value, into)
            })
        }
    }
}
