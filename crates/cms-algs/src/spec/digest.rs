//! Message digests: RFC 3370, section 2 (MD5, SHA-1), RFC 5754, section 2 (SHA-2), RFC 9688, section 2 (SHA-3) and
//! RFC 8702, section 3.1 (SHAKE128 with 256 and SHAKE256 with 512 bits).
//!
//! Parameters: MD5 has NULL (RFC 3370, 2.2), all others have none; either is read. Strength: half of the output's bits
//! against collisions. RFC 8551, 2.1: SHA-256 and SHA-512 MUST, SHA-1 and MD5 are historic (Appendix B).
//!
//! rfc5754:2: "Implementations MUST accept SHA2 AlgorithmIdentifiers with absent parameters. Implementations MUST
//! accept SHA2 AlgorithmIdentifiers with NULL parameters. Implementations MUST generate SHA2
//! AlgorithmIdentifiers with absent parameters."

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::provider::{Digest, DigestAlgorithm};
use cms_core::{ObjectIdentifier, oid};

use crate::backend::{RING_FIRST, first};
use crate::hash::Hash;

/// A message digest algorithm.
#[derive(Clone, Copy, Debug)]
pub struct MessageDigest(Hash);

/// MD5, read-only.
pub const MD5: MessageDigest = MessageDigest(Hash::Md5);
/// SHA-1, read-only.
// rfc3370:3.2/3
pub const SHA1: MessageDigest = MessageDigest(Hash::Sha1);
/// SHA-224.
pub const SHA224: MessageDigest = MessageDigest(Hash::Sha224);
/// SHA-256.
// rfc8551:2.1/1
pub const SHA256: MessageDigest = MessageDigest(Hash::Sha256);
/// SHA-384.
pub const SHA384: MessageDigest = MessageDigest(Hash::Sha384);
/// SHA-512.
// rfc8551:2.1/2
pub const SHA512: MessageDigest = MessageDigest(Hash::Sha512);
/// SHA-512/224.
pub const SHA512_224: MessageDigest = MessageDigest(Hash::Sha512_224);
/// SHA-512/256.
pub const SHA512_256: MessageDigest = MessageDigest(Hash::Sha512_256);
/// SHA3-224.
pub const SHA3_224: MessageDigest = MessageDigest(Hash::Sha3_224);
/// SHA3-256.
pub const SHA3_256: MessageDigest = MessageDigest(Hash::Sha3_256);
/// SHA3-384.
pub const SHA3_384: MessageDigest = MessageDigest(Hash::Sha3_384);
/// SHA3-512.
pub const SHA3_512: MessageDigest = MessageDigest(Hash::Sha3_512);
/// SHAKE128 with 256 bits.
pub const SHAKE128: MessageDigest = MessageDigest(Hash::Shake128);
/// SHAKE256 with 512 bits.
pub const SHAKE256: MessageDigest = MessageDigest(Hash::Shake256);

/// SHAKE256 by the name that RFC 8419, 3.1 gives it beside Ed448: `id-shake256-len`, whose parameter 512 the signature
/// algorithm checks.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct Shake256Len;

impl DigestAlgorithm for Shake256Len {
    fn oid(&self) -> ObjectIdentifier {
        oid::SHAKE256_LEN
    }

    fn output_len(&self) -> usize {
        Hash::Shake256.output_len()
    }

    fn start(&self) -> Box<dyn Digest> {
        start(Hash::Shake256)
    }
}

impl DigestAlgorithm for MessageDigest {
    fn oid(&self) -> ObjectIdentifier {
        self.0.oid()
    }

    fn output_len(&self) -> usize {
        self.0.output_len()
    }

    fn start(&self) -> Box<dyn Digest> {
        start(self.0)
    }

    /// The example of RFC 9814 has SHAKE256 with 256 bits where RFC 8702, 3.1 has 512. The shorter output begins the
    /// longer one and resists collisions as SHA-256 does: it is accepted on reading, and never written.
    fn accepts(&self, found: &[u8], stated: &[u8]) -> bool {
        found == stated
            || (self.0 == Hash::Shake256 && stated.len() == 32 && found.starts_with(stated))
    }
}

/// The pure-Rust backend has every hash, so that one always answers.
pub(crate) fn start(hash: Hash) -> Box<dyn Digest> {
    first(RING_FIRST, |backend| backend.digest(hash)).unwrap_or_else(|_| Box::new(Nothing))
}

/// The hash of octets.
pub(crate) fn digest(hash: Hash, parts: &[&[u8]]) -> Vec<u8> {
    let mut digest = start(hash);
    for part in parts {
        digest.update(part);
    }
    digest.finish()
}

/// Stands for a hash that no backend has: its empty output equals no digest.
struct Nothing;

impl Digest for Nothing {
    fn update(&mut self, _octets: &[u8]) {}

    fn fork(&self) -> Box<dyn Digest> {
        Box::new(Self)
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        Vec::new()
    }
}
