//! HSS/LMS hash-based signatures, to be verified only: RFC 9708 (CMS; obsoletes RFC 8708), RFC 8554 and RFC 9858.
//!
//! OID 1.2.840.113549.1.9.16.3.17; parameters MUST be absent. Any digest that is as strong as the tree's hash may stand
//! beside it (RFC 9708, 5: the same hash SHOULD be used). Signing needs a state that is never used twice, which a
//! library cannot keep for its callers, and is not done. Strength: that of the hash, 192 or 256 bits. Vectors: RFC
//! 8554, Appendix F.
//!
//! ```text
//! HSS-LMS-HashSig-PublicKey ::= OCTET STRING  -- RFC 8708; RFC 9708, 4 has the octets without this wrapping
//! ```

use cms_core::ber::{Cursor, Tag};
use cms_core::oid;

use super::pure::PureSignature;
use crate::backend::PureScheme;
use crate::hash::Hash;

/// HSS with LMS.
pub const HSS_LMS: PureSignature = PureSignature {
    oid: oid::HSS_LMS,
    scheme: PureScheme::HssLms,
    digests: &[
        Hash::Sha256,
        Hash::Sha384,
        Hash::Sha512,
        Hash::Sha3_256,
        Hash::Sha3_384,
        Hash::Sha3_512,
        Hash::Shake128,
        Hash::Shake256,
    ],
    signature_len: None,
    source: "must be absent (RFC 9708, 4)",
};

/// The key without the OCTET STRING that RFC 8708 put around it. A key begins with a number of levels below 256, so
/// that its first octet is 0 and the two forms cannot be confused.
pub(super) fn unwrapped(key: &[u8]) -> &[u8] {
    match Cursor::single(key, 0) {
        Ok(element) if element.tag() == Tag::OCTET_STRING => element.contents(),
        _ => key,
    }
}
