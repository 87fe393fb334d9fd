//! SLH-DSA (FIPS 205), all twelve parameter sets: RFC 9814 (CMS) and RFC 9909 (keys).
//!
//! OIDs 2.16.840.1.101.3.4.3.20 to .31; parameters MUST be absent. Pure mode, the context empty, hedged.
//! Beside it the digest is the set's own: SHA-256 for SHA2-128, SHA-512 for SHA2-192 and SHA2-256, SHAKE128 for
//! SHAKE-128, SHAKE256 for the other SHAKE sets. On reading any digest that is as strong is accepted, and a
//! messageDigest by SHAKE256 of 256 bits as well (the published example has one, where RFC 8702, 3.1 has 512).
//! Strength: NIST categories 1, 3 and
//! 5. RFC 8551 does not name it. Vectors: lamps-wg's x509-slhdsa, the example of RFC 9814, the PQC hackathon's
//! artifacts.

use cms_core::oid;

use super::pure::PureSignature;
use crate::backend::{PureScheme, SlhDsaSet};
use crate::hash::Hash;

const SOURCE: &str = "must be absent (RFC 9814)";

const SHA2_SMALL: &[Hash] = &[
    Hash::Sha256,
    Hash::Sha512,
    Hash::Sha384,
    Hash::Sha3_256,
    Hash::Sha3_384,
    Hash::Sha3_512,
    Hash::Shake128,
    Hash::Shake256,
];
const SHA2_LARGE: &[Hash] = &[Hash::Sha512, Hash::Sha3_512, Hash::Shake256];
const SHAKE_SMALL: &[Hash] = &[
    Hash::Shake128,
    Hash::Shake256,
    Hash::Sha256,
    Hash::Sha384,
    Hash::Sha512,
    Hash::Sha3_256,
    Hash::Sha3_384,
    Hash::Sha3_512,
];
const SHAKE_LARGE: &[Hash] = &[Hash::Shake256, Hash::Sha512, Hash::Sha3_512];

const fn set(
    oid: cms_core::ObjectIdentifier,
    set: SlhDsaSet,
    digests: &'static [Hash],
    signature_len: usize,
) -> PureSignature {
    PureSignature {
        oid,
        scheme: PureScheme::SlhDsa(set),
        digests,
        signature_len: Some(signature_len),
        source: SOURCE,
    }
}

/// SLH-DSA-SHA2-128s.
pub const SLH_DSA_SHA2_128S: PureSignature = set(
    oid::SLH_DSA_SHA2_128S,
    SlhDsaSet::Sha2_128s,
    SHA2_SMALL,
    7856,
);

/// SLH-DSA-SHA2-128f.
pub const SLH_DSA_SHA2_128F: PureSignature = set(
    oid::SLH_DSA_SHA2_128F,
    SlhDsaSet::Sha2_128f,
    SHA2_SMALL,
    17088,
);

/// SLH-DSA-SHA2-192s.
pub const SLH_DSA_SHA2_192S: PureSignature = set(
    oid::SLH_DSA_SHA2_192S,
    SlhDsaSet::Sha2_192s,
    SHA2_LARGE,
    16224,
);

/// SLH-DSA-SHA2-192f.
pub const SLH_DSA_SHA2_192F: PureSignature = set(
    oid::SLH_DSA_SHA2_192F,
    SlhDsaSet::Sha2_192f,
    SHA2_LARGE,
    35664,
);

/// SLH-DSA-SHA2-256s.
pub const SLH_DSA_SHA2_256S: PureSignature = set(
    oid::SLH_DSA_SHA2_256S,
    SlhDsaSet::Sha2_256s,
    SHA2_LARGE,
    29792,
);

/// SLH-DSA-SHA2-256f.
pub const SLH_DSA_SHA2_256F: PureSignature = set(
    oid::SLH_DSA_SHA2_256F,
    SlhDsaSet::Sha2_256f,
    SHA2_LARGE,
    49856,
);

/// SLH-DSA-SHAKE-128s.
pub const SLH_DSA_SHAKE_128S: PureSignature = set(
    oid::SLH_DSA_SHAKE_128S,
    SlhDsaSet::Shake128s,
    SHAKE_SMALL,
    7856,
);

/// SLH-DSA-SHAKE-128f.
pub const SLH_DSA_SHAKE_128F: PureSignature = set(
    oid::SLH_DSA_SHAKE_128F,
    SlhDsaSet::Shake128f,
    SHAKE_SMALL,
    17088,
);

/// SLH-DSA-SHAKE-192s.
pub const SLH_DSA_SHAKE_192S: PureSignature = set(
    oid::SLH_DSA_SHAKE_192S,
    SlhDsaSet::Shake192s,
    SHAKE_LARGE,
    16224,
);

/// SLH-DSA-SHAKE-192f.
pub const SLH_DSA_SHAKE_192F: PureSignature = set(
    oid::SLH_DSA_SHAKE_192F,
    SlhDsaSet::Shake192f,
    SHAKE_LARGE,
    35664,
);

/// SLH-DSA-SHAKE-256s.
pub const SLH_DSA_SHAKE_256S: PureSignature = set(
    oid::SLH_DSA_SHAKE_256S,
    SlhDsaSet::Shake256s,
    SHAKE_LARGE,
    29792,
);

/// SLH-DSA-SHAKE-256f.
pub const SLH_DSA_SHAKE_256F: PureSignature = set(
    oid::SLH_DSA_SHAKE_256F,
    SlhDsaSet::Shake256f,
    SHAKE_LARGE,
    49856,
);
