//! Listings that AWS gives page by page.

use std::collections::HashSet;

use asc_core::{Operation, Unread};

/// One page: its items, where the answer had a list of them, and the token of the next page.
pub type Page<T> = (Option<Vec<T>>, Option<String>);

/// Reads a listing to its end. A page without its list is an answer that was not understood, not an empty one; so is
/// a token that was given before, which would otherwise keep the scan going round for ever. `list` is the list's name
/// in the answer.
pub async fn pages<T, Asked>(
    operation: Operation,
    list: &str,
    ask: impl Fn(Option<String>) -> Asked,
) -> Result<Vec<T>, Unread>
where
    Asked: Future<Output = Result<Page<T>, Unread>>,
{
    let (mut all, mut given, mut token) = (Vec::new(), HashSet::new(), None);
    loop {
        let (page, next) = ask(token).await?;
        all.extend(page.ok_or_else(|| Unread::malformed(operation, format!("no {list} in the answer")))?);
        let Some(next) = next.filter(|next| !next.is_empty()) else { return Ok(all) };
        if !given.insert(next.clone()) {
            return Err(Unread::malformed(operation, "the same page again and again"));
        }
        token = Some(next);
    }
}

#[cfg(test)]
mod tests {
    use asc_core::Class;

    use super::*;

    const LIST: Operation = Operation::new("test", "List", "test:List");

    async fn read(next: impl Fn(Option<&str>) -> (Option<Vec<u8>>, Option<&'static str>)) -> Result<Vec<u8>, Class> {
        let ask = |token: Option<String>| {
            let (page, token) = next(token.as_deref());
            async move { Ok((page, token.map(str::to_owned))) }
        };
        pages(LIST, "Things", ask).await.map_err(|why| why.class)
    }

    #[tokio::test]
    async fn a_listing_is_read_to_its_end() {
        let three = |token: Option<&str>| match token {
            None => (Some(vec![1, 2]), Some("b")),
            Some("b") => (Some(vec![]), Some("c")),
            Some(_) => (Some(vec![3]), Some("")),
        };
        assert_eq!(read(three).await, Ok(vec![1, 2, 3]));
        assert_eq!(read(|_| (Some(vec![]), None)).await, Ok(vec![]));
    }

    #[tokio::test]
    async fn an_answer_without_its_list_is_not_an_empty_listing() {
        assert_eq!(read(|_| (None, None)).await, Err(Class::Malformed));
        let second = |token: Option<&str>| token.map_or((Some(vec![1]), Some("b")), |_| (None, None));
        assert_eq!(read(second).await, Err(Class::Malformed));
    }

    #[tokio::test]
    async fn pages_that_go_round_end() {
        assert_eq!(read(|_| (Some(vec![1]), Some("again"))).await, Err(Class::Malformed));
        let circle = |token: Option<&str>| (Some(vec![1]), Some(if token == Some("a") { "b" } else { "a" }));
        assert_eq!(read(circle).await, Err(Class::Malformed));
    }
}
