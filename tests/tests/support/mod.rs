//! What the tests of `asc fix` share.

pub(crate) mod killed;
