//! Encryption and integrity under passwords: PKCS #5 (RFC 8018) and PKCS #12 (RFC 7292, RFC 9579).
//!
//! Everything that real containers hold is read, down to RC2 with 40 bits and single DES: a
//! container is the user's own, and policy speaks on messages. Written is PBES2 alone: PBKDF2 with
//! HMAC-SHA-256 and AES-256-CBC. RC4, MD2 and AES-GCM are refused by name. Containers
//! themselves are `smime-cert`'s.

use alloc::vec::Vec;

use cms_core::provider::{PasswordAlgorithms, Random};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, oid};
use zeroize::Zeroizing;

use crate::backend::hmac;
use crate::hash::Hash;
use crate::spec::hmac::hash as hmac_hash;

mod pbes;
mod pkcs12_kdf;

pub(crate) use pbes::{
    MAX_KEY_LEN, Pbkdf2 as Parameters, SALT_LEN, pbkdf2_identifier as identifier,
};

/// All password-based schemes.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "stands in const tables")]
pub struct Passwords;

/// The shortest MAC key that is taken, in octets (RFC 9579, section 9).
const MIN_MAC_KEY_LEN: usize = 20;

impl PasswordAlgorithms for Passwords {
    fn decrypt(
        &self,
        algorithm: &AlgorithmIdentifier,
        password: &str,
        ciphertext: &[u8],
        max_iterations: u32,
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        pbes::decrypt(algorithm, password, ciphertext, max_iterations)
    }

    fn encrypt(
        &self,
        password: &str,
        plaintext: &[u8],
        random: &mut dyn Random,
    ) -> Result<(AlgorithmIdentifier, Vec<u8>), CryptoError> {
        pbes::encrypt(password, plaintext, random)
    }

    fn pkcs12_mac(
        &self,
        algorithm: &AlgorithmIdentifier,
        password: &str,
        salt: &[u8],
        iterations: u32,
        max_iterations: u32,
        content: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        if algorithm.oid == oid::PBMAC1 {
            return pbmac1(algorithm, password, max_iterations, content);
        }
        let hash = Hash::from_oid(&algorithm.oid)
            .ok_or_else(|| CryptoError::unsupported_oid(&algorithm.oid))?;
        if !algorithm.has_no_parameters() {
            return Err(CryptoError::Parameters("a digest has no parameters"));
        }
        let iterations = pbes::check_iterations(iterations, max_iterations)?;
        let key = pkcs12_kdf::derive(
            hash,
            &pkcs12_kdf::bmp_string(password),
            salt,
            iterations,
            pkcs12_kdf::Purpose::Mac,
            hash.output_len(),
        )?;
        Ok(hmac(hash, &key, content).to_vec())
    }
}

/// PBMAC1 (RFC 8018, 7.1) as PKCS #12 has it (RFC 9579). The password is taken as UTF-8: so are the
/// files in RFC 9579's own appendix and those of OpenSSL, whatever section 6 says of BMPStrings.
fn pbmac1(
    algorithm: &AlgorithmIdentifier,
    password: &str,
    max_iterations: u32,
    content: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let (derivation, mac) = pbes::two_algorithms(algorithm)?;
    let derivation = pbes::Derivation::decode(&derivation, max_iterations)?;
    let hash = hmac_hash(&mac)?;
    // rfc9579:5: "Implementations MUST NOT accept PBKDF2 KDF with PBKDF2-params that omit the keyLength field."
    let len = derivation
        .key_len()
        .ok_or(CryptoError::Parameters("PBMAC1 without keyLength"))?;
    // rfc9579:9: "It's RECOMMENDED to reject any KDF parameters that specify key lengths less than 20 octets."
    if len < MIN_MAC_KEY_LEN {
        return Err(CryptoError::Parameters(
            "PBMAC1 with a key of fewer than 20 octets",
        ));
    }
    let key = derivation.derive(password.as_bytes(), len)?;
    Ok(hmac(hash, &key, content).to_vec())
}

#[cfg(test)]
mod tests;
