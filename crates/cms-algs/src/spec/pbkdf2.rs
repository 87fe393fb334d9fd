//! From passwords to key-encryption keys: PBKDF2 (RFC 8018, 5.2; RFC 3211, 2.2).
//!
//! * Identifier: 1.2.840.113549.1.5.12. Parameters: `PBKDF2-params`, required; the PRF is by default HMAC with SHA-1.
//! * Strength: that of the password times the iterations. RFC 8551 does not name it.
//! * Test vectors: RFC 3211, 3; Wycheproof (`pbkdf2_hmac*`); `openssl kdf` 3.0.19.

use alloc::vec::Vec;

use cms_core::provider::{KeyDerivationAlgorithm, Random};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use zeroize::Zeroizing;

use super::password::{Parameters, SALT_LEN, identifier};

/// PBKDF2, written with HMAC-SHA-256 and 600,000 iterations, read with any HMAC.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct Pbkdf2;

impl KeyDerivationAlgorithm for Pbkdf2 {
    fn oid(&self) -> ObjectIdentifier {
        oid::PBKDF2
    }

    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt)?;
        Ok(identifier(&salt))
    }

    fn iterations(&self, algorithm: &AlgorithmIdentifier) -> Result<u64, CryptoError> {
        Ok(Parameters::decode(algorithm, u32::MAX)?.iterations.into())
    }

    fn derive(
        &self,
        algorithm: &AlgorithmIdentifier,
        secret: &[u8],
        len: usize,
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let parameters = Parameters::decode(algorithm, u32::MAX)?;
        if parameters.key_len.is_some_and(|announced| announced != len) {
            return Err(CryptoError::Parameters(
                "keyLength of PBKDF2 is not that of the key-encryption key",
            ));
        }
        Ok(parameters.derive(secret, len))
    }
}
