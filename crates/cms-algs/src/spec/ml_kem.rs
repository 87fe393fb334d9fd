//! ML-KEM (FIPS 203): RFC 9936 (CMS) and RFC 9935 (keys).
//!
//! OIDs 2.16.840.1.101.3.4.4.1 to .3; parameters MUST be absent. Through KEMRecipientInfo: KDF HKDF with SHA-256
//! (MUST), wrap AES-128 with ML-KEM-512 and AES-256 with the others (MUST); a content-encryption key that is longer
//! than the wrap's own key takes the longer wrap. Strength: NIST categories 1, 3 and 5. RFC 8551 does not name it.
//! Vectors: lamps-wg's cms-kyber (RFC 9936, Appendix C), Wycheproof, the PQC hackathon's artifacts.

use alloc::vec::Vec;

use cms_core::provider::{Random, RecipientAlgorithm, WrapRequest, WrappedKey};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{CryptoError, ObjectIdentifier, oid};

use super::kem::{self, Encapsulated, Kdf};
use super::key_wrap::KeyWrap;
use crate::backend::{AWS_FIRST, MlKemSet, first};
use crate::hash::Hash;

/// A parameter set of ML-KEM.
#[derive(Debug)]
pub struct MlKem {
    pub(crate) oid: ObjectIdentifier,
    pub(crate) set: MlKemSet,
}

/// ML-KEM-512.
pub const ML_KEM_512: MlKem = MlKem {
    oid: oid::ML_KEM_512,
    set: MlKemSet::MlKem512,
};
/// ML-KEM-768.
pub const ML_KEM_768: MlKem = MlKem {
    oid: oid::ML_KEM_768,
    set: MlKemSet::MlKem768,
};
/// ML-KEM-1024.
pub const ML_KEM_1024: MlKem = MlKem {
    oid: oid::ML_KEM_1024,
    set: MlKemSet::MlKem1024,
};

/// The set of an identifier.
pub(crate) fn by_oid(oid: &ObjectIdentifier) -> Option<&'static MlKem> {
    [&ML_KEM_512, &ML_KEM_768, &ML_KEM_1024]
        .into_iter()
        .find(|kem| kem.oid == *oid)
}

/// The specification of a set.
pub(crate) const fn of(set: MlKemSet) -> &'static MlKem {
    match set {
        MlKemSet::MlKem512 => &ML_KEM_512,
        MlKemSet::MlKem768 => &ML_KEM_768,
        MlKemSet::MlKem1024 => &ML_KEM_1024,
    }
}

impl MlKem {
    /// Parameters are absent.
    pub(crate) fn check(&self, kem: &AlgorithmIdentifier) -> Result<(), CryptoError> {
        if kem.parameters.is_some() {
            return Err(CryptoError::Parameters("must be absent (RFC 9936, 2.1)"));
        }
        Ok(())
    }
}

impl RecipientAlgorithm for MlKem {
    fn serves(&self, key: &SubjectPublicKeyInfo) -> bool {
        key.algorithm.oid == self.oid && key.algorithm.parameters.is_none()
    }

    fn oid(&self) -> ObjectIdentifier {
        self.oid
    }

    fn wrap(
        &self,
        request: &WrapRequest<'_>,
        random: &mut dyn Random,
    ) -> Result<WrappedKey, CryptoError> {
        let key = request.single()?;
        let (kemct, shared) = first(AWS_FIRST, |backend| {
            backend.kem_encapsulate(self.set, &key.key, random)
        })?;
        let wrap = match (self.set, request.cek.len()) {
            (MlKemSet::MlKem512, ..=16) => KeyWrap::Aes128,
            _ => KeyWrap::Aes256,
        };
        let encapsulated = Encapsulated {
            kem: AlgorithmIdentifier::new(self.oid),
            kemct,
            shared,
        };
        kem::wrap(
            encapsulated,
            Kdf::Hkdf(Hash::Sha256),
            wrap,
            request.ukm,
            request.cek,
        )
    }

    /// rfc9936:3.
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        alloc::vec![AlgorithmIdentifier::new(self.oid)]
    }
}
