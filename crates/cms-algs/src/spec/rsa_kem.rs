//! RSA-KEM: RFC 9690 through KEMRecipientInfo, and RFC 5990's older form through KeyTransRecipientInfo, which is read.
//!
//! A random number z below the modulus is encrypted without padding; a KDF makes the shared secret of it.
//!
//! ```text
//! id-rsa-kem-spki 1.2.840.113549.1.9.16.3.14   keys, capabilities, and keyEncryptionAlgorithm of RFC 5990
//! id-kem-rsa      1.0.18033.2.2.4              KEMRecipientInfo.kem
//! RsaKemParameters ::= SEQUENCE { keyDerivationFunction KeyDerivationFunction, keyLength KeyLength }
//! GenericHybridParameters ::= SEQUENCE { kem KeyEncapsulationMechanism, dem DataEncapsulationMechanism }
//! ```
//!
//! Parameters: absent SHOULD be written, and stand for KDF3 with SHA-256 (RFC 9690, 2.3). MUST: KDF3 with SHA-256,
//! AES-128 wrap. Strength: that of the modulus. RFC 8551 does not name it. Vectors: RFC 9690, Appendix C and D.

use alloc::vec::Vec;

use cms_core::ber::{Tag, write};
use cms_core::key::Unwrapped;
use cms_core::provider::{KeyLength, Random, RecipientAlgorithm, WrapRequest, WrappedKey};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{CryptoError, ObjectIdentifier, oid};
use zeroize::Zeroizing;

use super::kem::{self, Encapsulated, Era, Kdf};
use super::key_wrap::KeyWrap;
use super::rsa_transport::Opener;
use super::{parameters, rsa_transport};
use crate::backend::{AWS_FIRST, first};
use crate::hash::Hash;

/// RSA-KEM with KDF3 and SHA-256.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct RsaKem;

/// `RsaKemParameters`: how the shared secret comes out of z, and how long it is.
struct RsaKemParameters {
    kdf: Kdf,
    len: usize,
}

impl RsaKemParameters {
    fn decode(kem: &AlgorithmIdentifier, era: Era) -> Result<Self, CryptoError> {
        let malformed = |_| CryptoError::Parameters("malformed RsaKemParameters");
        let mut fields = parameters::element(kem)?.children();
        let kdf = fields.expect(Tag::SEQUENCE).map_err(malformed)?;
        let kdf = AlgorithmIdentifier::decode(&kdf).map_err(malformed)?;
        let len = fields.expect(Tag::INTEGER).map_err(malformed)?;
        let len = len.u64().map_err(malformed)?;
        fields.finish().map_err(malformed)?;
        let len = usize::try_from(len)
            .ok()
            .filter(|len| (1..=64).contains(len));
        Ok(Self {
            kdf: Kdf::decode(&kdf, era)?,
            len: len.ok_or(CryptoError::Parameters("keyLength is out of range"))?,
        })
    }

    /// The parameters of KEMRecipientInfo.kem: absent ones are the default with the key-encryption key's length.
    fn of_kemri(kem: &AlgorithmIdentifier, kek_len: usize) -> Result<Self, CryptoError> {
        if kem.has_no_parameters() {
            return Ok(Self {
                kdf: Kdf::Kdf3(Hash::Sha256),
                len: kek_len,
            });
        }
        Self::decode(kem, Era::Current)
    }
}

/// The shared secret of KEMRecipientInfo.kemct.
pub(crate) fn decapsulate(
    opener: Opener<'_>,
    algorithm: &AlgorithmIdentifier,
    kemct: &[u8],
    kek_len: usize,
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    if algorithm.oid != oid::KEM_RSA {
        return Err(CryptoError::unsupported_oid(&algorithm.oid));
    }
    let parameters = RsaKemParameters::of_kemri(algorithm, kek_len)?;
    let z = opener.decrypt_raw(kemct)?;
    Ok(parameters.kdf.derive(&z, &[], parameters.len))
}

/// Opens the encryptedKey of RFC 5990, 2.2: the encrypted z, then the wrapped content-encryption key.
pub(super) fn open_key_trans(
    opener: Opener<'_>,
    algorithm: &AlgorithmIdentifier,
    encrypted_key: &[u8],
    cek: KeyLength,
) -> Result<Unwrapped, CryptoError> {
    let malformed = |_| CryptoError::Parameters("malformed GenericHybridParameters");
    let mut fields = parameters::element(algorithm)?.children();
    let kem = fields.expect(Tag::SEQUENCE).map_err(malformed)?;
    let kem = AlgorithmIdentifier::decode(&kem).map_err(malformed)?;
    let dem = fields.expect(Tag::SEQUENCE).map_err(malformed)?;
    let dem = AlgorithmIdentifier::decode(&dem).map_err(malformed)?;
    fields.finish().map_err(malformed)?;
    if kem.oid != oid::KEM_RSA {
        return Err(CryptoError::unsupported_oid(&kem.oid));
    }
    let parameters = RsaKemParameters::decode(&kem, Era::Rfc5990)?;
    let wrap = KeyWrap::decode(&dem)?;
    if parameters.len != wrap.kek_len() {
        return Err(CryptoError::Parameters(
            "keyLength is not what the key wrap takes",
        ));
    }
    let secret = opener.substitute_secret;
    let parts = encrypted_key.split_at_checked(opener.modulus_len);
    let unwrapped = match parts {
        Some((c, wrapped)) => opener
            .decrypt_raw(c)
            .and_then(|z| wrap.unwrap(&parameters.kdf.derive(&z, &[], parameters.len), wrapped)),
        None => Err(CryptoError::Failed),
    };
    rsa_transport::outcome(unwrapped, secret, encrypted_key, cek)
}

impl RecipientAlgorithm for RsaKem {
    /// Keys for RSA-KEM alone, without parameters to obey; an rsaEncryption key when it is asked for, since other
    /// algorithms stand before this one in the provider's table.
    fn serves(&self, key: &SubjectPublicKeyInfo) -> bool {
        let known = [oid::RSA_KEM, oid::RSA_ENCRYPTION].contains(&key.algorithm.oid);
        known && key.algorithm.has_no_parameters()
    }

    fn oid(&self) -> ObjectIdentifier {
        oid::RSA_KEM
    }

    fn wrap(
        &self,
        request: &WrapRequest<'_>,
        random: &mut dyn Random,
    ) -> Result<WrappedKey, CryptoError> {
        let key = request.single()?;
        let (kemct, z) = first(AWS_FIRST, |backend| {
            backend.rsa_encrypt_random(&key.key, random)
        })?;
        let wrap = KeyWrap::for_cek_len(request.cek.len());
        let kdf = Kdf::Kdf3(Hash::Sha256);
        let encapsulated = Encapsulated {
            kem: AlgorithmIdentifier::new(oid::KEM_RSA),
            kemct,
            shared: kdf.derive(&z, &[], wrap.kek_len()),
        };
        kem::wrap(encapsulated, kdf, wrap, request.ukm, request.cek)
    }

    /// rfc9690:C, with AES-128, 192 and 256.
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        let pairs = [
            (Hash::Sha256, KeyWrap::Aes128),
            (Hash::Sha384, KeyWrap::Aes192),
            (Hash::Sha512, KeyWrap::Aes256),
        ];
        let capability = |(hash, wrap): (Hash, KeyWrap)| {
            // The hash without parameters, "preferred".
            let hash = AlgorithmIdentifier::new(hash.oid()).to_der();
            let kdf = AlgorithmIdentifier::with(oid::KDF3, hash).to_der();
            let len = u64::try_from(wrap.kek_len()).unwrap_or_default();
            let parameters = write::sequence(&[&kdf, &write::integer(len)]);
            let kem = AlgorithmIdentifier::with(oid::KEM_RSA, parameters).to_der();
            let hybrid = write::sequence(&[&kem, &wrap.identifier().to_der()]);
            AlgorithmIdentifier::with(oid::RSA_KEM, hybrid)
        };
        pairs.map(capability).to_vec()
    }
}
