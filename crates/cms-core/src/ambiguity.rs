//! Content that has the form of protected attributes.
//!
//! A signature or MAC is either over the content or over the DER form of attributes, and does not tell which: what was
//! computed over the one can be presented as being over the other (Strenzke, 2023). Attributes always hold
//! messageDigest, those of a countersignature nothing else that must be there (RFC 5652, 5.3, 9.2 and 11.4).

use alloc::vec::Vec;

use crate::ber::{Cursor, Tag};
use crate::oid;
use crate::types::Attributes;

/// Attributes with certificates and timestamps stay far below this; longer ones are known by their header alone.
const KEPT: usize = 1 << 20;

/// Enough for the header of a SET and the tag in it.
const HEADER: usize = 16;

/// Watches content as it passes.
#[derive(Clone)]
pub(crate) struct AttributeWatch {
    /// The content, or its beginning when it is long; nothing once it cannot be attributes.
    kept: Option<Vec<u8>>,
    len: u64,
}

impl AttributeWatch {
    pub(crate) fn new() -> Self {
        Self {
            kept: Some(Vec::new()),
            len: 0,
        }
    }

    /// Takes more content; keeps it if it begins as a SET does.
    pub(crate) fn update(&mut self, content: &[u8]) {
        let before = self.len;
        let more = u64::try_from(content.len()).unwrap_or(u64::MAX);
        self.len = self.len.saturating_add(more);
        let Some(kept) = &mut self.kept else {
            return;
        };
        let first = kept.first().or_else(|| content.first());
        if first.is_some_and(|first| *first != 0x31) {
            self.kept = None;
        } else if self.len <= len_u64(KEPT) {
            kept.extend_from_slice(content);
        } else {
            if before < len_u64(HEADER) {
                kept.extend(content.iter().take(HEADER));
            }
            kept.truncate(HEADER);
            kept.shrink_to_fit();
        }
    }

    /// Whether the content has the form of attributes.
    pub(crate) fn is_attributes(&self) -> bool {
        match &self.kept {
            None => false,
            Some(kept) if self.len <= len_u64(KEPT) => is_attributes(kept),
            Some(start) => is_long_set(start, self.len),
        }
    }
}

/// Whether octets are a SET OF Attribute with messageDigest.
pub(crate) fn is_attributes(octets: &[u8]) -> bool {
    let Ok(element) = Cursor::single(octets, 0) else {
        return false;
    };
    element.tag() == Tag::SET
        && Attributes::decode(&element)
            .is_ok_and(|attributes| attributes.iter().any(|one| one.oid == oid::MESSAGE_DIGEST))
}

/// Whether content of this length begins as a SET of SEQUENCEs of just that length.
fn is_long_set(start: &[u8], len: u64) -> bool {
    let [0x31, first, rest @ ..] = start else {
        return false;
    };
    let octets = usize::from(first & 0x7f);
    let (Some(length), true) = (rest.get(..octets), *first > 0x80 && octets <= 8) else {
        return false;
    };
    let length = length
        .iter()
        .fold(0u64, |length, octet| length << 8 | u64::from(*octet));
    let header = len_u64(octets).saturating_add(2);
    length.saturating_add(header) == len && rest.get(octets) == Some(&0x30)
}

fn len_u64(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::write;
    use crate::types::{Attribute, MessageDigest};

    fn watch(chunks: &[&[u8]]) -> bool {
        let mut watch = AttributeWatch::new();
        for chunk in chunks {
            watch.update(chunk);
        }
        watch.is_attributes()
    }

    #[test]
    fn attributes_of_any_length_are_known_by_their_form() {
        let digest = Attribute::of(&MessageDigest(alloc::vec![1; 32])).to_der();
        let short = write::set_of(alloc::vec![digest.clone()]);
        assert!(watch(&[&short]));
        let (start, rest) = short.split_at(1);
        assert!(watch(&[start, &[], rest]));
        assert!(!watch(&[&short, b"x"]) && !watch(&[b"x", &short]) && !watch(&[start]));
        let big = Attribute::new(oid::DATA, write::octet_string(&alloc::vec![0; 2 * KEPT]));
        let long = write::set_of(alloc::vec![digest, big.to_der()]);
        assert!(watch(&[&long]));
        let chunks: Vec<&[u8]> = long.chunks(7).collect();
        assert!(watch(&chunks));
        assert!(!watch(&[&long, b"x"]));
        assert!(!watch(&[b"1 apple", &alloc::vec![b'.'; 2 * KEPT]]));
    }
}
