//! Paths as URI references relative to the repository's root.

use std::fmt::Write;

/// A path as a relative URI reference: forward slashes, percent-encoded; none when the path leads out of the
/// repository or names no file in it.
pub fn relative(path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with('/') || drive {
        return None;
    }
    let mut uri = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !matches!(*segment, "" | ".")) {
        if segment == ".." {
            return None;
        }
        if !uri.is_empty() {
            uri.push('/');
        }
        for byte in segment.bytes() {
            // A colon would be allowed in all but the first segment; encoding it everywhere is simpler and as good.
            if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@".contains(&byte) {
                uri.push(char::from(byte));
            } else {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    (!uri.is_empty()).then_some(uri)
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn encodes_what_a_uri_cannot_hold() {
        assert_eq!(relative("./infra/s3.tf").as_deref(), Some("infra/s3.tf"));
        assert_eq!(relative("in fra\\日.tf").as_deref(), Some("in%20fra/%E6%97%A5.tf"));
        assert_eq!(relative("ab:c#d%.tf").as_deref(), Some("ab%3Ac%23d%25.tf"));
    }

    #[test]
    fn never_leads_out_of_the_repository() {
        for path in ["/etc/passwd", "../x.tf", "a/../../x.tf", "C:\\x.tf", "", "."] {
            assert_eq!(relative(path), None, "{path}");
        }
    }
}
