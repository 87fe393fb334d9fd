//! What has to be known before an encoding is shown.

use cms_core::ber::Header;

use super::to_usize;

/// Whether octets are one encoding and nothing else, all the way down.
pub(super) fn is_well_formed(octets: &[u8], depth_limit: usize) -> bool {
    let mut ends: Vec<Option<usize>> = Vec::new();
    let mut position = 0usize;
    loop {
        let bound = ends
            .iter()
            .rev()
            .find_map(|end| *end)
            .unwrap_or(octets.len());
        let Ok(Some(header)) = Header::parse(octets.get(position..bound).unwrap_or_default(), 0)
        else {
            return false;
        };
        let contents = position.saturating_add(to_usize(header.header_len));
        if header.is_end_of_contents() {
            if ends.pop() != Some(None) {
                return false;
            }
            position = contents;
        } else {
            let end = header
                .length
                .map(|length| contents.saturating_add(to_usize(length)));
            if end.is_some_and(|end| end > bound) || ends.len() >= depth_limit {
                return false;
            }
            if header.constructed {
                ends.push(end);
                position = contents;
            } else {
                position = end.unwrap_or(contents);
            }
        }
        while ends.last() == Some(&Some(position)) {
            ends.pop();
        }
        if ends.is_empty() {
            return position == octets.len();
        }
    }
}

/// The header of a type that is primitive where it must be constructed, or the other way round: it can be walked all
/// the same.
pub(super) fn header_of_wrong_form(octets: &[u8], offset: u64) -> Option<Header> {
    let (first, rest) = octets.split_first()?;
    // Identifier and length octets are fewer.
    let mut turned = vec![first ^ CONSTRUCTED];
    turned.extend(rest.iter().take(160));
    let mut header = Header::parse(&turned, offset).ok().flatten()?;
    header.constructed = !header.constructed;
    Some(header)
}

/// The bit of an identifier octet (X.690, 8.1.2.5).
const CONSTRUCTED: u8 = 0x20;
