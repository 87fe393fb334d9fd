//! Opening what was encrypted to private keys.

use cms_core::CryptoError;
use cms_core::key::{RecipientKey, Unwrapped};
use cms_core::provider::KeyLength;
use cms_core::types::{
    KemRecipientInfo, KeyAgreeRecipientInfo, KeyTransRecipientInfo, SubjectPublicKeyInfo,
};

use super::{Material, PrivateKey, PssUse};
use crate::backend::AWS_FIRST;
use crate::spec::ecdh;
use crate::spec::rsa_transport::Opener;
use crate::spec::{kem, ml_kem, rsa_kem};

impl PrivateKey {
    /// Runs `work` with the loaded forms of an RSA key.
    fn with_opener<T>(
        &self,
        work: impl FnOnce(Opener<'_>) -> Result<T, CryptoError>,
    ) -> Result<T, CryptoError> {
        let Material::Rsa {
            modulus_len,
            loaded,
        } = &self.material
        else {
            return Err(CryptoError::Key("this needs an RSA key"));
        };
        if matches!(self.pss, PssUse::Bound(_)) {
            return Err(CryptoError::Key("an id-RSASSA-PSS key only signs"));
        }
        // ring cannot decrypt and is not loaded for nothing.
        let mut keys = AWS_FIRST
            .iter()
            .zip(loaded)
            .filter(|(backend, _)| backend.name() != "ring")
            .filter_map(|(backend, slot)| {
                slot.get_or_init(|| alloc::boxed::Box::new(backend.rsa_private(&self.encoded)))
                    .as_ref()
                    .ok()
            })
            .map(|key| &**key);
        work(Opener {
            keys: &mut keys,
            substitute_secret: &self.substitute_secret,
            external: self.encoded.is_empty(),
            modulus_len: *modulus_len,
        })
    }
}

impl RecipientKey for PrivateKey {
    fn open_key_trans(
        &self,
        info: &KeyTransRecipientInfo,
        cek: KeyLength,
    ) -> Result<Unwrapped, CryptoError> {
        let algorithm = &info.key_encryption_algorithm;
        self.for_rsa_kem_alone(&algorithm.oid)?;
        self.with_opener(|opener| opener.open(algorithm, &info.encrypted_key, cek))
    }

    fn open_key_agree(
        &self,
        info: &KeyAgreeRecipientInfo,
        index: usize,
        originator: Option<&SubjectPublicKeyInfo>,
        cek: KeyLength,
    ) -> Result<Unwrapped, CryptoError> {
        ecdh::open(self, info, index, originator, cek, &self.substitute_secret)
    }

    fn open_kem(&self, info: &KemRecipientInfo, cek: KeyLength) -> Result<Unwrapped, CryptoError> {
        let shared = match ml_kem::by_oid(&info.kem.oid) {
            Some(spec) => {
                spec.check(&info.kem)?;
                self.decapsulate(spec, &info.kemct)
            }
            None => self.with_opener(|opener| {
                let kek_len = usize::from(info.kek_length);
                rsa_kem::decapsulate(opener, &info.kem, &info.kemct, kek_len)
            }),
        };
        kem::open(info, shared, cek, &self.substitute_secret)
    }
}
