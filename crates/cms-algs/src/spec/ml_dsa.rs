//! ML-DSA (FIPS 204): RFC 9882 (CMS) and RFC 9881 (keys).
//!
//! OIDs 2.16.840.1.101.3.4.3.17 to .19; parameters MUST be absent (RFC 9882, 3.3). Pure mode, the context empty,
//! hedged. rfc9882:3.3: SHA-512 MUST be supported beside it and is written; SHAKE256 SHOULD; the others of Table 1 are
//! as strong as the set. Without signed attributes digestAlgorithm is written as SHA-512 and ignored on reading.
//! Strength: NIST categories 2, 3 and 5. RFC 8551 does not name it. Vectors: RFC 9882, Appendix B; lamps-wg;
//! Wycheproof.

use cms_core::oid;

use super::pure::PureSignature;
use crate::backend::PureScheme;
use crate::hash::Hash;

const SOURCE: &str = "must be absent (RFC 9882, 3.3)";

/// ML-DSA-44.
pub const ML_DSA_44: PureSignature = PureSignature {
    oid: oid::ML_DSA_44,
    scheme: PureScheme::MlDsa44,
    digests: &[
        Hash::Sha512,
        Hash::Shake256,
        Hash::Sha256,
        Hash::Sha384,
        Hash::Sha3_256,
        Hash::Sha3_384,
        Hash::Sha3_512,
        Hash::Shake128,
    ],
    signature_len: Some(2420),
    source: SOURCE,
};

/// ML-DSA-65.
pub const ML_DSA_65: PureSignature = PureSignature {
    oid: oid::ML_DSA_65,
    scheme: PureScheme::MlDsa65,
    digests: &[
        Hash::Sha512,
        Hash::Shake256,
        Hash::Sha384,
        Hash::Sha3_384,
        Hash::Sha3_512,
    ],
    signature_len: Some(3309),
    source: SOURCE,
};

/// ML-DSA-87.
pub const ML_DSA_87: PureSignature = PureSignature {
    oid: oid::ML_DSA_87,
    scheme: PureScheme::MlDsa87,
    digests: &[Hash::Sha512, Hash::Shake256, Hash::Sha3_512],
    signature_len: Some(4627),
    source: SOURCE,
};
