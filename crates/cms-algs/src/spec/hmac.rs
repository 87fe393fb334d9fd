//! HMAC: RFC 3370, section 3.1 (SHA-1), RFC 8018, B.1.2 (SHA-2) and RFC 9688, section 4 (SHA-3), for AuthenticatedData.
//!
//! * Identifiers: 1.3.6.1.5.5.8.1.2 and 1.2.840.113549.2.7 (SHA-1), 1.2.840.113549.2.{8,…,13} (SHA-224 to SHA-512,
//!   SHA-512/224, SHA-512/256), 2.16.840.1.101.3.4.2.{13,…,16} (SHA3-224 to SHA3-512).
//! * Parameters are absent when written; NULL is accepted (RFC 3370, 3.1; RFC 4231, 3.1).
//! * Strength: the output's bits, and no more than the key's.
//! * RFC 8551 does not name them; HMAC with SHA-1 is still sound.
//! * Test vectors: RFC 4231, 4; Wycheproof (`hmac_sha*`); `openssl mac` 3.0.19 for SHA-512/t and SHA-3.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::provider::{KeyLength, Mac, MacAlgorithm, Random};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use zeroize::Zeroizing;

use super::digest::{digest, start};
use super::parameters;
use crate::hash::Hash;

/// HMAC with a hash function.
#[derive(Clone, Copy, Debug)]
pub struct Hmac {
    hash: Hash,
    oid: ObjectIdentifier,
}

const fn hmac(hash: Hash, oid: ObjectIdentifier) -> Hmac {
    Hmac { hash, oid }
}

/// HMAC with SHA-1, by the identifier of PKCS #5.
pub const HMAC_SHA1: Hmac = hmac(Hash::Sha1, oid::HMAC_SHA1);
/// HMAC with SHA-1, by the identifier that RFC 3370, 6.1 has for CMS.
pub const HMAC_SHA1_IETF: Hmac = hmac(Hash::Sha1, oid::HMAC_SHA1_IETF);
/// HMAC with SHA-224.
pub const HMAC_SHA224: Hmac = hmac(Hash::Sha224, oid::HMAC_SHA224);
/// HMAC with SHA-256.
pub const HMAC_SHA256: Hmac = hmac(Hash::Sha256, oid::HMAC_SHA256);
/// HMAC with SHA-384.
pub const HMAC_SHA384: Hmac = hmac(Hash::Sha384, oid::HMAC_SHA384);
/// HMAC with SHA-512.
pub const HMAC_SHA512: Hmac = hmac(Hash::Sha512, oid::HMAC_SHA512);
/// HMAC with SHA-512/224.
pub const HMAC_SHA512_224: Hmac = hmac(Hash::Sha512_224, oid::HMAC_SHA512_224);
/// HMAC with SHA-512/256.
pub const HMAC_SHA512_256: Hmac = hmac(Hash::Sha512_256, oid::HMAC_SHA512_256);
/// HMAC with SHA3-224.
pub const HMAC_SHA3_224: Hmac = hmac(Hash::Sha3_224, oid::HMAC_SHA3_224);
/// HMAC with SHA3-256.
pub const HMAC_SHA3_256: Hmac = hmac(Hash::Sha3_256, oid::HMAC_SHA3_256);
/// HMAC with SHA3-384.
pub const HMAC_SHA3_384: Hmac = hmac(Hash::Sha3_384, oid::HMAC_SHA3_384);
/// HMAC with SHA3-512.
pub const HMAC_SHA3_512: Hmac = hmac(Hash::Sha3_512, oid::HMAC_SHA3_512);

/// All of them, the default first.
pub(crate) const ALL: [Hmac; 12] = [
    HMAC_SHA256,
    HMAC_SHA384,
    HMAC_SHA512,
    HMAC_SHA224,
    HMAC_SHA512_256,
    HMAC_SHA512_224,
    HMAC_SHA3_256,
    HMAC_SHA3_384,
    HMAC_SHA3_512,
    HMAC_SHA3_224,
    HMAC_SHA1,
    HMAC_SHA1_IETF,
];

/// The hash function of an HMAC identifier (RFC 8018, B.1.1 and B.1.2; RFC 9688, 4).
pub(crate) fn hash(algorithm: &AlgorithmIdentifier) -> Result<Hash, CryptoError> {
    let found = ALL.iter().find(|hmac| hmac.oid == algorithm.oid);
    let found = found.ok_or_else(|| CryptoError::unsupported_oid(&algorithm.oid))?;
    if !algorithm.has_no_parameters() {
        return Err(CryptoError::Parameters("an HMAC has no parameters"));
    }
    Ok(found.hash)
}

impl MacAlgorithm for Hmac {
    fn oid(&self) -> ObjectIdentifier {
        self.oid
    }

    fn identifier(&self, _random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        Ok(AlgorithmIdentifier::new(self.oid))
    }

    /// A key as long as the output is made; any from a byte to 1,024 is taken (RFC 2104, 3).
    fn key_len(&self, algorithm: &AlgorithmIdentifier) -> Result<KeyLength, CryptoError> {
        // rfc3370:6.1/1, 6.1/2, 6.1/3
        parameters::none(algorithm)?;
        // Key wraps take whole blocks of eight octets.
        Ok(KeyLength::Between {
            min: 1,
            max: 1024,
            preferred: self.hash.output_len().next_multiple_of(8),
        })
    }

    fn output_len(&self, algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError> {
        parameters::none(algorithm)?;
        Ok(self.hash.output_len())
    }

    fn start(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn Mac>, CryptoError> {
        if !self.key_len(algorithm)?.allows(key.len()) {
            return Err(CryptoError::Key("an HMAC key has 1 to 1024 octets"));
        }
        let hash = self.hash;
        let mut block = Zeroizing::new(if key.len() > hash.block_len() {
            digest(hash, &[key])
        } else {
            key.to_vec()
        });
        block.resize(hash.block_len(), 0);
        let padded = |pad: u8| -> Zeroizing<Vec<u8>> {
            Zeroizing::new(block.iter().map(|octet| octet ^ pad).collect())
        };
        let mut inner = start(hash);
        inner.update(&padded(0x36));
        Ok(Box::new(Running {
            hash,
            inner,
            outer: padded(0x5c),
        }))
    }
}

/// An HMAC in progress (RFC 2104, 2), over the fastest hash there is.
struct Running {
    hash: Hash,
    inner: Box<dyn cms_core::provider::Digest>,
    outer: Zeroizing<Vec<u8>>,
}

impl Mac for Running {
    fn update(&mut self, octets: &[u8]) {
        self.inner.update(octets);
    }

    fn finish(self: Box<Self>) -> Zeroizing<Vec<u8>> {
        let inner = Zeroizing::new(self.inner.finish());
        Zeroizing::new(digest(self.hash, &[&self.outer, &inner]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, 4.3 (test case 2) and 4.7 (test case 6, a key longer than a block).
    #[test]
    fn rfc4231_cases_2_and_6() {
        let mac = |key: &[u8], parts: &[&[u8]]| {
            let mut mac = HMAC_SHA256
                .start(&AlgorithmIdentifier::new(oid::HMAC_SHA256), key)
                .unwrap();
            for part in parts {
                mac.update(part);
            }
            let hex = |octet: &u8| alloc::format!("{octet:02x}");
            mac.finish()
                .iter()
                .map(hex)
                .collect::<alloc::string::String>()
        };
        assert_eq!(
            mac(b"Jefe", &[b"what do ya want ", b"for nothing?"]),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            mac(
                &[0xaa; 131],
                &[b"Test Using Larger Than Block-Size Key - Hash Key First"]
            ),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}
