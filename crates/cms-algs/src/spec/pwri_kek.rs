//! Wrapping keys in keys that come from passwords: PWRI-KEK, RFC 3211, section 2.3.
//!
//! Identifier 1.2.840.113549.1.9.16.3.9. Strength: that of the cipher; 24 bits against accident. RFC 8551 does not name
//! it. Test vectors: RFC 3211, section 3.
//!
//! The key, with its length and a check of three octets in front and random octets behind, is encrypted twice in CBC
//! mode, so that every bit of the result depends on every bit of the key. The parameter names the cipher and its IV.

use alloc::vec::Vec;

use cms_core::ber::{Tag, write};
use cms_core::provider::{KeyWrapAlgorithm, Random};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{parameters, raw_cbc};
use crate::backend::BlockCipher;

/// id-alg-PWRI-KEK, written with AES-256-CBC.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct PwriKek;

/// The cipher that the parameters name.
struct Cipher {
    cipher: BlockCipher,
    key_len: usize,
    iv: Vec<u8>,
}

impl Cipher {
    fn decode(algorithm: &AlgorithmIdentifier) -> Result<Self, CryptoError> {
        let malformed = |_| CryptoError::Parameters("PWRI-KEK names no cipher");
        let inner = AlgorithmIdentifier::decode(&parameters::element(algorithm)?);
        let inner = inner.map_err(malformed)?;
        let (cipher, key_len, block_len) = match inner.oid {
            oid::AES128_CBC => (BlockCipher::Aes, 16, 16),
            oid::AES192_CBC => (BlockCipher::Aes, 24, 16),
            oid::AES256_CBC => (BlockCipher::Aes, 32, 16),
            oid::DES_EDE3_CBC => (BlockCipher::TripleDes, 24, 8),
            other => return Err(CryptoError::unsupported_oid(&other)),
        };
        let iv = parameters::element(&inner)?;
        let octets = iv.octets().map_err(malformed)?;
        if iv.tag() != Tag::OCTET_STRING || octets.len() != block_len {
            return Err(CryptoError::Parameters("the IV is not one block"));
        }
        Ok(Self {
            cipher,
            key_len,
            iv: octets.into_owned(),
        })
    }

    fn check_kek(&self, kek: &[u8]) -> Result<(), CryptoError> {
        if kek.len() == self.key_len {
            Ok(())
        } else {
            Err(CryptoError::Key(
                "the key-encryption key has another length",
            ))
        }
    }
}

impl KeyWrapAlgorithm for PwriKek {
    fn oid(&self) -> ObjectIdentifier {
        oid::PWRI_KEK
    }

    fn kek_len(&self, algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError> {
        Cipher::decode(algorithm).map(|cipher| cipher.key_len)
    }

    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        let mut iv = [0; 16];
        random.fill(&mut iv)?;
        let cipher = AlgorithmIdentifier::with(oid::AES256_CBC, write::octet_string(&iv));
        Ok(AlgorithmIdentifier::with(oid::PWRI_KEK, cipher.to_der()))
    }

    /// RFC 3211, 2.3.1.
    fn wrap(
        &self,
        algorithm: &AlgorithmIdentifier,
        kek: &[u8],
        key: &[u8],
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CryptoError> {
        let cipher = Cipher::decode(algorithm)?;
        cipher.check_kek(kek)?;
        let too_long = || CryptoError::Key("PWRI-KEK wraps keys of 3 to 255 octets");
        let len = u8::try_from(key.len()).map_err(|_| too_long())?;
        let check = key.get(..3).ok_or_else(too_long)?;
        let block_len = cipher.iv.len();
        let mut block = Zeroizing::new(alloc::vec![len]);
        block.extend(check.iter().map(|octet| !octet));
        block.extend_from_slice(key);
        // At least two blocks, filled with random octets.
        let padded = block.len().next_multiple_of(block_len).max(2 * block_len);
        let mut padding = alloc::vec![0; padded - block.len()];
        random.fill(&mut padding)?;
        block.extend_from_slice(&padding);
        let once = raw_cbc::encrypt(cipher.cipher, kek, &cipher.iv, &block)?;
        // The second encryption goes on from the last block of the first.
        let (_, last) = once
            .split_at_checked(once.len() - block_len)
            .ok_or(CryptoError::Failed)?;
        raw_cbc::encrypt(cipher.cipher, kek, last, &once)
    }

    /// RFC 3211, 2.3.2.
    fn unwrap(
        &self,
        algorithm: &AlgorithmIdentifier,
        kek: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let cipher = Cipher::decode(algorithm)?;
        cipher.check_kek(kek)?;
        let block_len = cipher.iv.len();
        if wrapped.len() < 2 * block_len || !wrapped.len().is_multiple_of(block_len) {
            return Err(CryptoError::Failed);
        }
        let split = |octets: &[u8]| -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
            octets
                .split_at_checked(octets.len().saturating_sub(block_len))
                .map(|(front, last)| (front.to_vec(), last.to_vec()))
                .ok_or(CryptoError::Failed)
        };
        // The last block of the first encryption, which is the IV of the second.
        let (front, last) = split(wrapped)?;
        let (_, before_last) = split(&front)?;
        let iv = raw_cbc::decrypt(cipher.cipher, kek, &before_last, &last)?;
        let once = raw_cbc::decrypt(cipher.cipher, kek, &iv, wrapped)?;
        let block = raw_cbc::decrypt(cipher.cipher, kek, &cipher.iv, &once)?;
        let (head, rest) = block.split_at_checked(4).ok_or(CryptoError::Failed)?;
        let [len, check @ ..] = head else {
            return Err(CryptoError::Failed);
        };
        let key = rest.get(..usize::from(*len)).ok_or(CryptoError::Failed)?;
        let start = key.get(..3).ok_or(CryptoError::Failed)?;
        let expected: Vec<u8> = check.iter().map(|octet| !octet).collect();
        if bool::from(start.ct_eq(&expected)) {
            Ok(Zeroizing::new(key.to_vec()))
        } else {
            Err(CryptoError::Failed)
        }
    }
}
