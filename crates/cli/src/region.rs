//! Recognises a slip of the fingers in a region's name.

use crate::problem::Problem;

/// The regions of the three partitions. It only serves to recognise a slip of the fingers: a region that is not
/// listed here and resembles none of these is taken at its word.
const REGIONS: &str = "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 \
    ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 \
    ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 \
    eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 \
    us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2";

/// Refuses a region that is another one's letters in the wrong order.
pub(crate) fn known(given: &str) -> Result<(), Problem> {
    let letters = |region: &str| -> Vec<char> {
        let mut letters: Vec<_> = region.chars().collect();
        letters.sort_unstable();
        letters
    };
    // Two letters swapped, or all there in another order: a slip. A new number at the end is a new region.
    match REGIONS.split(' ').find(|region| letters(region) == letters(given)) {
        Some(nearest) if nearest != given => Err(Problem::Region(given.to_owned(), nearest)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_region_is_told_from_a_new_region() {
        assert!(matches!(known("us-esat-1"), Err(Problem::Region(_, "us-east-1"))));
        for region in REGIONS.split(' ').chain(["ap-northeast-9", "local"]) {
            assert!(known(region).is_ok(), "{region}");
        }
    }
}
