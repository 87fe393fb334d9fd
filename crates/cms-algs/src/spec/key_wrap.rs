//! Key wrap.
//!
//! | wrap | RFC | identifier | parameters | written |
//! |---|---|---|---|---|
//! | AES | 3565, 2.3.2; 3394 | 2.16.840.1.101.3.4.1.{5,25,45} | absent | yes |
//! | AES with padding | 5649 | 2.16.840.1.101.3.4.1.{8,28,48} | absent | yes |
//! | Camellia | 3657, 2.2; 3394 | 1.2.392.200011.61.1.1.3.{2,3,4} | absent | yes |
//! | SEED | 4010, 2.2; 3394 | 1.2.410.200004.7.1.1.1 | absent | no |
//! | Triple-DES | 3217, 3; 3370, 4.3.1 | 1.2.840.113549.1.9.16.3.6 | NULL | no |
//! | RC2 | 3217, 4; 3370, 4.3.2 | 1.2.840.113549.1.9.16.3.7 | INTEGER 58 | no |
//! | CAST-128 | 2984, 2.2 | 1.2.840.113533.7.66.15 | INTEGER 128 | no |
//! | IDEA | 3058, 3 | 1.3.6.1.4.1.188.7.1.1.6 | NULL | no |
//! | Triple-DES for HMAC keys | 3537, 3 | 1.2.840.113549.1.9.16.3.11 | NULL | no |
//! | AES for HMAC keys | 3537, 4 | 1.2.840.113549.1.9.16.3.12 | NULL | no |
//!
//! Where parameters are absent NULL is read, and the other way round. Strength: that of the cipher, and 64 bits against
//! accident. RFC 8551, 2.3: AES MUST with key agreement; the others are not named, Triple-DES and RC2 are historic
//! (Appendix B). Test vectors: RFC 3394, 4; RFC 5649, 6; RFC 3217, 3.4 and 4.4 (that of RC2 with 40
//! effective bits, see the test); RFC 3537, 3.4 and 4.4;
//! Wycheproof (`aes_wrap`, `aes_kwp`). RFC 3657, 4010, 3058 and 2984 have none: round trips of their constructions.

mod checked;

use alloc::vec::Vec;

use cms_core::ber::{Tag, write};
use cms_core::provider::{KeyWrapAlgorithm, Random};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use zeroize::Zeroizing;

use super::parameters;
use crate::backend::{BlockCipher, PURE, first};

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
    /// id-aes128-wrap-pad.
    Aes128Padded,
    /// id-aes192-wrap-pad.
    Aes192Padded,
    /// id-aes256-wrap-pad.
    Aes256Padded,
    /// id-camellia128-wrap.
    Camellia128,
    /// id-camellia192-wrap.
    Camellia192,
    /// id-camellia256-wrap.
    Camellia256,
    /// id-npki-app-cmsSeed-wrap; read-only.
    Seed,
    /// id-alg-CMS3DESwrap; read-only.
    TripleDes,
    /// id-alg-CMSRC2wrap with a key-encryption key of 128 bits; read-only.
    Rc2,
    /// cast5CMSkeywrap; read-only.
    Cast5,
    /// id-alg-CMSIDEAwrap; read-only.
    Idea,
    /// id-alg-HMACwith3DESwrap; read-only.
    HmacTripleDes,
    /// id-alg-HMACwithAESwrap; read-only.
    HmacAes,
}

impl KeyWrap {
    /// All of them, the default for a length of key first.
    pub const ALL: [Self; 16] = [
        Self::Aes256,
        Self::Aes192,
        Self::Aes128,
        Self::Aes256Padded,
        Self::Aes192Padded,
        Self::Aes128Padded,
        Self::Camellia256,
        Self::Camellia192,
        Self::Camellia128,
        Self::Seed,
        Self::TripleDes,
        Self::Rc2,
        Self::Cast5,
        Self::Idea,
        Self::HmacTripleDes,
        Self::HmacAes,
    ];

    const fn object_identifier(self) -> ObjectIdentifier {
        match self {
            Self::Aes128 => oid::AES128_WRAP,
            Self::Aes192 => oid::AES192_WRAP,
            Self::Aes256 => oid::AES256_WRAP,
            Self::Aes128Padded => oid::AES128_WRAP_PAD,
            Self::Aes192Padded => oid::AES192_WRAP_PAD,
            Self::Aes256Padded => oid::AES256_WRAP_PAD,
            Self::Camellia128 => oid::CAMELLIA128_WRAP,
            Self::Camellia192 => oid::CAMELLIA192_WRAP,
            Self::Camellia256 => oid::CAMELLIA256_WRAP,
            Self::Seed => oid::SEED_WRAP,
            Self::TripleDes => oid::CMS_3DES_WRAP,
            Self::Rc2 => oid::CMS_RC2_WRAP,
            Self::Cast5 => oid::CAST5_WRAP,
            Self::Idea => oid::IDEA_WRAP,
            Self::HmacTripleDes => oid::HMAC_3DES_WRAP,
            Self::HmacAes => oid::HMAC_AES_WRAP,
        }
    }

    pub(crate) fn decode(algorithm: &AlgorithmIdentifier) -> Result<Self, CryptoError> {
        let wrap = Self::ALL
            .into_iter()
            .find(|wrap| wrap.object_identifier() == algorithm.oid)
            .ok_or_else(|| CryptoError::unsupported_oid(&algorithm.oid))?;
        match wrap.number() {
            None => parameters::none(algorithm)?,
            Some(number) => {
                let element = parameters::element(algorithm)?;
                if element.tag() != Tag::INTEGER || element.u64().ok() != Some(number) {
                    // rfc3370:4.3/1, 4.3/2, 4.3.2/1: "RC2 128-bit keys MUST be used as key-encryption keys, and they
                    // MUST be used with the RC2ParameterVersion parameter set to 58."
                    return Err(CryptoError::Parameters(
                        "the key-encryption key must have 128 bits",
                    ));
                }
            }
        }
        Ok(wrap)
    }

    /// The parameter, where it is an INTEGER: RC2wrapParameter, cast5CMSkeywrapParameter.
    const fn number(self) -> Option<u64> {
        match self {
            Self::Rc2 => Some(58),
            Self::Cast5 => Some(128),
            _ => None,
        }
    }

    pub(crate) fn identifier(self) -> AlgorithmIdentifier {
        let oid = self.object_identifier();
        match self {
            Self::TripleDes | Self::Idea | Self::HmacTripleDes | Self::HmacAes => {
                AlgorithmIdentifier::with_null(oid)
            }
            _ => match self.number() {
                Some(number) => AlgorithmIdentifier::with(oid, write::integer(number)),
                None => AlgorithmIdentifier::new(oid),
            },
        }
    }

    /// Octets of the key-encryption key.
    pub(crate) fn kek_len(self) -> usize {
        match self {
            Self::Aes128
            | Self::Aes128Padded
            | Self::Camellia128
            | Self::Seed
            | Self::Rc2
            | Self::Cast5
            | Self::Idea => 16,
            Self::Aes192
            | Self::Aes192Padded
            | Self::Camellia192
            | Self::TripleDes
            | Self::HmacTripleDes => 24,
            Self::Aes256 | Self::Aes256Padded | Self::Camellia256 | Self::HmacAes => 32,
        }
    }

    /// rfc3537:4: the identifier does not say which AES.
    fn allows(self, len: usize) -> bool {
        len == self.kek_len() || (self == Self::HmacAes && matches!(len, 16 | 24))
    }

    /// The AES wrap whose key is as long as the content-encryption key (RFC 8551, 2.3).
    pub(crate) fn for_cek_len(len: usize) -> Self {
        // rfc3370:4.1/1, rfc8551:2.3/4, 2.3/5
        match len {
            0..=16 => Self::Aes128,
            17..=24 => Self::Aes192,
            _ => Self::Aes256,
        }
    }

    fn check_kek(self, kek: &[u8]) -> Result<(), CryptoError> {
        if self.allows(kek.len()) {
            Ok(())
        } else {
            Err(CryptoError::Key(
                "the key-encryption key has another length",
            ))
        }
    }

    fn read_only(self) -> CryptoError {
        let name = oid::display(&self.object_identifier());
        CryptoError::Unsupported(alloc::format!("writing {name}").into())
    }

    const fn is_written(self) -> bool {
        matches!(
            self,
            Self::Aes128
                | Self::Aes192
                | Self::Aes256
                | Self::Aes128Padded
                | Self::Aes192Padded
                | Self::Aes256Padded
                | Self::Camellia128
                | Self::Camellia192
                | Self::Camellia256
        )
    }

    pub(crate) fn wrap(self, kek: &[u8], cek: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.check_kek(kek)?;
        match self {
            Self::Aes128 | Self::Aes192 | Self::Aes256 => {
                first(PURE, |backend| backend.key_wrap(BlockCipher::Aes, kek, cek))
            }
            Self::Camellia128 | Self::Camellia192 | Self::Camellia256 => first(PURE, |backend| {
                backend.key_wrap(BlockCipher::Camellia, kek, cek)
            }),
            Self::Aes128Padded | Self::Aes192Padded | Self::Aes256Padded => {
                first(PURE, |backend| backend.padded_key_wrap(kek, cek))
            }
            _ => Err(self.read_only()),
        }
    }

    pub(crate) fn unwrap(
        self,
        kek: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        self.check_kek(kek)?;
        let unwrap = |cipher| first(PURE, |backend| backend.key_unwrap(cipher, kek, wrapped));
        match self {
            Self::Aes128 | Self::Aes192 | Self::Aes256 => unwrap(BlockCipher::Aes),
            Self::Camellia128 | Self::Camellia192 | Self::Camellia256 => {
                unwrap(BlockCipher::Camellia)
            }
            Self::Seed => unwrap(BlockCipher::Seed),
            Self::Aes128Padded | Self::Aes192Padded | Self::Aes256Padded => {
                first(PURE, |backend| backend.padded_key_unwrap(kek, wrapped))
            }
            Self::TripleDes => checked::exact(BlockCipher::TripleDes, kek, wrapped, 24),
            Self::Idea => checked::exact(BlockCipher::Idea, kek, wrapped, 16),
            Self::Rc2 => checked::counted(BlockCipher::Rc2(128), kek, wrapped),
            Self::Cast5 => checked::counted(BlockCipher::Cast5, kek, wrapped),
            Self::HmacTripleDes => checked::counted(BlockCipher::TripleDes, kek, wrapped),
            Self::HmacAes => checked::split_counted(&unwrap(BlockCipher::Aes)?),
        }
    }
}

impl KeyWrapAlgorithm for KeyWrap {
    fn oid(&self) -> ObjectIdentifier {
        self.object_identifier()
    }

    fn kek_len(&self, algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError> {
        Self::decode(algorithm).map(Self::kek_len)
    }

    fn allows_kek(&self, algorithm: &AlgorithmIdentifier, len: usize) -> Result<bool, CryptoError> {
        Self::decode(algorithm).map(|wrap| wrap.allows(len))
    }

    fn identifier(&self, _random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        if self.is_written() {
            Ok((*self).identifier())
        } else {
            Err(self.read_only())
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

#[cfg(test)]
mod tests;
