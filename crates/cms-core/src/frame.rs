//! What frames every content type on writing.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::ber::Tag;
use crate::ber::write::{self, Form};

/// `SEQUENCE { contentType, [0] {` for contents of a definite length.
pub(crate) fn content_info_header(content_type: &ObjectIdentifier, content_len: u64) -> Vec<u8> {
    let content_type = write::oid(content_type);
    let explicit = write::header(Tag::context(0), Form::Constructed, content_len);
    let total = len_u64(content_type.len() + explicit.len()).saturating_add(content_len);
    let mut out = write::header(Tag::SEQUENCE, Form::Constructed, total);
    out.extend_from_slice(&content_type);
    out.extend_from_slice(&explicit);
    out
}

pub(crate) fn len_u64(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
