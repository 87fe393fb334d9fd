//! Key wrap: AES (RFC 3394, RFC 3565) and Triple-DES (RFC 3217, section 3; reading only).

use alloc::vec::Vec;

use cms_core::provider::{KeyWrapAlgorithm, Random};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::digest::digest;
use super::{parameters, raw_cbc};
use crate::backend::{BlockCipher, PURE, first};
use crate::hash::Hash;

/// id-alg-CMS3DESwrap.
pub(crate) const CMS_3DES_WRAP: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.3.6");

/// A key wrap algorithm.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum KeyWrap {
    /// id-aes128-wrap.
    Aes128,
    /// id-aes192-wrap.
    Aes192,
    /// id-aes256-wrap.
    Aes256,
    /// id-alg-CMS3DESwrap; read-only.
    TripleDes,
}

impl KeyWrap {
    /// AES wrap has absent parameters (RFC 3565, 2.3.2), NULL is accepted; Triple-DES wrap has NULL (RFC 3370, 4.3.1).
    pub(crate) fn decode(algorithm: &AlgorithmIdentifier) -> Result<Self, CryptoError> {
        parameters::none(algorithm)?;
        match algorithm.oid {
            oid::AES128_WRAP => Ok(Self::Aes128),
            oid::AES192_WRAP => Ok(Self::Aes192),
            oid::AES256_WRAP => Ok(Self::Aes256),
            CMS_3DES_WRAP => Ok(Self::TripleDes),
            other => Err(CryptoError::unsupported_oid(&other)),
        }
    }

    pub(crate) fn identifier(self) -> AlgorithmIdentifier {
        match self {
            Self::Aes128 => AlgorithmIdentifier::new(oid::AES128_WRAP),
            Self::Aes192 => AlgorithmIdentifier::new(oid::AES192_WRAP),
            Self::Aes256 => AlgorithmIdentifier::new(oid::AES256_WRAP),
            Self::TripleDes => AlgorithmIdentifier::with_null(CMS_3DES_WRAP),
        }
    }

    /// Octets of the key-encryption key.
    pub(crate) fn kek_len(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
        }
    }

    /// The AES wrap whose key is as long as the content-encryption key (RFC 8551, 2.3).
    pub(crate) fn for_cek_len(len: usize) -> Self {
        match len {
            0..=16 => Self::Aes128,
            17..=24 => Self::Aes192,
            _ => Self::Aes256,
        }
    }

    pub(crate) fn wrap(self, kek: &[u8], cek: &[u8]) -> Result<Vec<u8>, CryptoError> {
        match self {
            Self::TripleDes => Err(CryptoError::Unsupported(
                "writing Triple-DES key wrap".into(),
            )),
            _ => first(PURE, |backend| backend.aes_wrap(kek, cek)),
        }
    }

    pub(crate) fn unwrap(
        self,
        kek: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        match self {
            Self::TripleDes => unwrap_3des(kek, wrapped),
            _ => first(PURE, |backend| backend.aes_unwrap(kek, wrapped)),
        }
    }
}

impl KeyWrapAlgorithm for KeyWrap {
    fn oid(&self) -> ObjectIdentifier {
        (*self).identifier().oid
    }

    fn kek_len(&self, algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError> {
        Self::decode(algorithm).map(Self::kek_len)
    }

    fn identifier(&self, _random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        match self {
            Self::TripleDes => Err(CryptoError::Unsupported(
                "writing Triple-DES key wrap".into(),
            )),
            aes => Ok((*aes).identifier()),
        }
    }

    fn wrap(
        &self,
        _algorithm: &AlgorithmIdentifier,
        kek: &[u8],
        key: &[u8],
        _random: &mut dyn Random,
    ) -> Result<Vec<u8>, CryptoError> {
        (*self).wrap(kek, key)
    }

    fn unwrap(
        &self,
        algorithm: &AlgorithmIdentifier,
        kek: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        Self::decode(algorithm)?.unwrap(kek, wrapped)
    }
}

/// RFC 3217, 3.2: two CBC decryptions, the second over the reversed octets, and a checksum of SHA-1.
fn unwrap_3des(kek: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    const IV: [u8; 8] = [0x4a, 0xdd, 0xa2, 0x2c, 0x79, 0xe8, 0x21, 0x05];
    if wrapped.len() != 40 {
        return Err(CryptoError::Failed);
    }
    let decrypt =
        |iv: &[u8], octets: &[u8]| raw_cbc::decrypt(BlockCipher::TripleDes, kek, iv, octets);
    let mut temp3 = decrypt(&IV, wrapped)?;
    temp3.reverse();
    let (iv, temp1) = temp3.split_at_checked(8).ok_or(CryptoError::Failed)?;
    let cek_icv = decrypt(iv, temp1)?;
    let (cek, icv) = cek_icv.split_at_checked(24).ok_or(CryptoError::Failed)?;
    let checksum = digest(Hash::Sha1, &[cek]);
    let expected = checksum.get(..8).unwrap_or_default();
    if bool::from(expected.ct_eq(icv)) {
        Ok(Zeroizing::new(cek.to_vec()))
    } else {
        Err(CryptoError::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let text: String = text.split_whitespace().collect();
        (0..text.len() / 2)
            .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
            .collect()
    }
    use alloc::string::String;

    #[test]
    fn triple_des_unwrap_rfc3217_section_3_4() {
        let kek = hex("255e0d1c 07b646df b3134cc8 43ba8aa7 1f025b7c 0838251f");
        let wrapped = hex(
            "69010761 8ef092b3 b48ca179 6b234ae9 fa33ebb4 15960403 7db5d6a8 4eb3aac2 768c6327 75a467d4",
        );
        let cek = hex("2923bf85 e06dd6ae 529149f1 f1bae9ea b3a7da3d 860d3e98");
        assert_eq!(*KeyWrap::TripleDes.unwrap(&kek, &wrapped).unwrap(), cek);
        for index in 0..wrapped.len() {
            let mut bad = wrapped.clone();
            bad[index] ^= 1;
            assert!(
                KeyWrap::TripleDes.unwrap(&kek, &bad).is_err(),
                "octet {index}"
            );
        }
    }

    #[test]
    fn aes_wrap_rfc3394_section_4_6() {
        let kek = hex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");
        let cek = hex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F");
        let wrapped =
            hex("28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21");
        assert_eq!(KeyWrap::Aes256.wrap(&kek, &cek).unwrap(), wrapped);
        assert_eq!(*KeyWrap::Aes256.unwrap(&kek, &wrapped).unwrap(), cek);
    }
}
