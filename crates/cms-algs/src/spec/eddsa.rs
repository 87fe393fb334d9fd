//! Ed25519 and Ed448: RFC 8419 (CMS) and RFC 8410 (keys).
//!
//! * Identifiers: 1.3.101.112 and 1.3.101.113; parameters MUST be absent (RFC 8410, 3). PureEdDSA without a context.
//! * Digest of signed attributes (RFC 8419, 2.3 and 3.1): SHA-512 beside Ed25519; SHAKE256 with 512 bits beside Ed448,
//!   by `id-shake256-len` with INTEGER 512. That is written by default, also without signed attributes (where 3.2 has
//!   `id-shake256`, and the field says nothing). `id-shake256` of RFC 8702, which OpenSSL alone knows, is written when
//!   it is chosen; both are read.
//! * Strength: 128 and 224 bits. RFC 8551, 2.2: Ed25519 MUST.
//! * Test vectors: Wycheproof (`ed25519`, `ed448`).

use cms_core::oid;

use super::pure::PureSignature;
use crate::backend::PureScheme;
use crate::hash::Hash;

const SOURCE: &str = "must be absent (RFC 8410, 3)";

/// PureEdDSA on edwards25519.
// rfc8551:2.2/2, 2.2/4, rfc8550:4.3/2
pub const ED25519: PureSignature = PureSignature {
    oid: oid::ED25519,
    scheme: PureScheme::Ed25519,
    digests: &[Hash::Sha512],
    signature_len: Some(64),
    source: SOURCE,
};

/// PureEdDSA on edwards448.
pub const ED448: PureSignature = PureSignature {
    oid: oid::ED448,
    scheme: PureScheme::Ed448,
    digests: &[Hash::Shake256],
    signature_len: Some(114),
    source: SOURCE,
};
