//! KEMRecipientInfo for any KEM: RFC 9629.
//!
//! ```text
//! shared secret --KDF(info = DER(CMSORIforKEMOtherInfo), kekLength)--> KEK --wrap--> content-encryption key
//! ```
//!
//! KDFs: HKDF with SHA-256, 384 and 512 (RFC 8619, parameters absent; no salt) and KDF2 and KDF3 of ANS X9.44 (RFC
//! 9690, B.1; their parameter is the hash).

use alloc::vec::Vec;

use cms_core::key::Unwrapped;
use cms_core::provider::{KeyLength, WrappedKey};
use cms_core::types::{AlgorithmIdentifier, KemRecipientInfo};
use cms_core::{CryptoError, oid};
use zeroize::Zeroizing;

use super::key_wrap::KeyWrap;
use super::{kdf, parameters, rsa_transport};
use crate::hash::Hash;

/// How the key-encryption key comes out of the shared secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kdf {
    Hkdf(Hash),
    Kdf2(Hash),
    Kdf3(Hash),
}

/// Whose rules hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Era {
    /// Those of RFC 9629 and RFC 9690.
    Current,
    /// Those of RFC 5990, for reading.
    Rfc5990,
}

impl Kdf {
    pub(super) fn decode(algorithm: &AlgorithmIdentifier, era: Era) -> Result<Self, CryptoError> {
        let hkdf = |hash| match &algorithm.parameters {
            // rfc8619:2: "the parameters field MUST be absent".
            None => Ok(Self::Hkdf(hash)),
            Some(_) => Err(CryptoError::Parameters("must be absent (RFC 8619, 2)")),
        };
        match algorithm.oid {
            oid::HKDF_SHA256 => hkdf(Hash::Sha256),
            oid::HKDF_SHA384 => hkdf(Hash::Sha384),
            oid::HKDF_SHA512 => hkdf(Hash::Sha512),
            oid::KDF2 | oid::KDF3 => {
                let hash = AlgorithmIdentifier::decode(&parameters::element(algorithm)?)
                    .map_err(|_| CryptoError::Parameters("malformed"))?;
                let hash = parameters::hash(&hash)?;
                // rfc9690:B.1: "SHA-1 MUST NOT be used"; RFC 5990 allowed it.
                if hash == Hash::Md5 || (hash == Hash::Sha1 && era == Era::Current) {
                    return Err(CryptoError::Parameters(
                        "KDF with a hash that must not be used",
                    ));
                }
                if algorithm.oid == oid::KDF2 {
                    Ok(Self::Kdf2(hash))
                } else {
                    Ok(Self::Kdf3(hash))
                }
            }
            other => Err(CryptoError::unsupported_oid(&other)),
        }
    }

    pub(super) fn identifier(self) -> AlgorithmIdentifier {
        let hash = |hash: Hash| AlgorithmIdentifier::with_null(hash.oid()).to_der();
        match self {
            Self::Hkdf(Hash::Sha384) => AlgorithmIdentifier::new(oid::HKDF_SHA384),
            Self::Hkdf(Hash::Sha512) => AlgorithmIdentifier::new(oid::HKDF_SHA512),
            Self::Hkdf(_) => AlgorithmIdentifier::new(oid::HKDF_SHA256),
            Self::Kdf2(function) => AlgorithmIdentifier::with(oid::KDF2, hash(function)),
            Self::Kdf3(function) => AlgorithmIdentifier::with(oid::KDF3, hash(function)),
        }
    }

    pub(super) fn derive(self, secret: &[u8], info: &[u8], len: usize) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Hkdf(hash) => kdf::hkdf(hash, secret, None, info, len),
            // KDF2 is X9.63's: the counter follows the secret.
            Self::Kdf2(hash) => kdf::x9_63(hash, secret, info, len),
            Self::Kdf3(hash) => kdf::kdf3(hash, secret, info, len),
        }
    }
}

/// What a KEM made for a recipient.
pub(super) struct Encapsulated {
    pub(super) kem: AlgorithmIdentifier,
    pub(super) kemct: Vec<u8>,
    pub(super) shared: Zeroizing<Vec<u8>>,
}

/// Wraps a content-encryption key under an encapsulated secret.
pub(super) fn wrap(
    encapsulated: Encapsulated,
    kdf: Kdf,
    wrap: KeyWrap,
    ukm: Option<&[u8]>,
    cek: &[u8],
) -> Result<WrappedKey, CryptoError> {
    let kek_length = u16::try_from(wrap.kek_len()).unwrap_or(u16::MAX);
    let identifier = wrap.identifier();
    let info = KemRecipientInfo::kdf_info(&identifier, kek_length, ukm);
    let kek = kdf.derive(&encapsulated.shared, &info, wrap.kek_len());
    Ok(WrappedKey::Kem {
        kem: encapsulated.kem,
        kemct: encapsulated.kemct,
        kdf: kdf.identifier(),
        kek_length,
        encrypted_key: wrap.wrap(&kek, cek)?,
        wrap: identifier,
    })
}

/// Unwraps a content-encryption key with the shared secret that a KEM gave, or reports that it gave none.
pub(crate) fn open(
    info: &KemRecipientInfo,
    shared: Result<Zeroizing<Vec<u8>>, CryptoError>,
    cek: KeyLength,
    substitute_secret: &[u8],
) -> Result<Unwrapped, CryptoError> {
    let kdf = Kdf::decode(&info.kdf, Era::Current)?;
    let wrap = KeyWrap::decode(&info.wrap)?;
    // rfc9629:3: kekLength "MUST be consistent with the key-encryption algorithm".
    if usize::from(info.kek_length) != wrap.kek_len() {
        return Err(CryptoError::Parameters(
            "kekLength is not what the key wrap takes (RFC 9629, 3)",
        ));
    }
    let kdf_info = KemRecipientInfo::kdf_info(&info.wrap, info.kek_length, info.ukm.as_deref());
    let unwrapped = shared.and_then(|shared| {
        let kek = kdf.derive(&shared, &kdf_info, wrap.kek_len());
        wrap.unwrap(&kek, &info.encrypted_key)
    });
    rsa_transport::outcome(unwrapped, substitute_secret, &info.encrypted_key, cek)
}
