//! Signing with private keys.

use alloc::vec::Vec;

use cms_core::key::{SignatureScheme, SigningKey};
use cms_core::provider::{Random, SignatureInput};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};

use super::{Material, PrivateKey, PssUse, ask};
use crate::backend::RsaSignaturePadding;
use crate::hash::Hash;
use crate::spec::rsa_signature::{PssParameters, RsaPkcs1, is_pss};
use crate::spec::{ecdsa, pure};

impl SigningKey for PrivateKey {
    fn scheme(&self, digest: Option<&ObjectIdentifier>) -> Result<SignatureScheme, CryptoError> {
        let chosen = match digest {
            Some(oid) => {
                Some(Hash::from_oid(oid).ok_or_else(|| CryptoError::unsupported_oid(oid))?)
            }
            None => None,
        };
        match &self.material {
            Material::Rsa { modulus_len, .. } => self.rsa_scheme(chosen, *modulus_len),
            Material::Ec { curve, .. } => {
                let hash = chosen.unwrap_or_else(|| ecdsa::natural_hash(*curve));
                Ok(SignatureScheme::new(
                    AlgorithmIdentifier::new(hash.oid()),
                    ecdsa::Ecdsa::identifier(hash)?,
                    false,
                    None,
                ))
            }
            Material::Pure { scheme, .. } => {
                let spec = pure::of(*scheme).ok_or(CryptoError::Key("unknown kind of key"))?;
                Ok(SignatureScheme::new(
                    spec.digest_identifier(chosen)?,
                    spec.identifier(),
                    true,
                    spec.signature_len,
                ))
            }
            Material::Dh { .. } | Material::Kem { .. } | Material::Montgomery { .. } => {
                Err(CryptoError::Key("this kind of key does not sign"))
            }
        }
    }

    fn sign(
        &self,
        scheme: &SignatureScheme,
        input: SignatureInput<'_>,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CryptoError> {
        let digest = &scheme.digest_algorithm.oid;
        let hash = Hash::from_oid(digest).ok_or_else(|| CryptoError::unsupported_oid(digest));
        match &self.material {
            Material::Rsa { loaded, .. } => {
                let hash = hash?;
                let padding = if is_pss(&scheme.signature_algorithm.oid) {
                    let parameters = PssParameters::decode(&scheme.signature_algorithm)?;
                    RsaSignaturePadding::Pss {
                        mgf: parameters.mgf,
                        salt_len: parameters.salt_len,
                    }
                } else {
                    RsaSignaturePadding::Pkcs1
                };
                ask(
                    loaded,
                    |backend| backend.rsa_private(&self.encoded),
                    |key| key.sign(padding, hash, input, random),
                )
            }
            Material::Ec {
                curve,
                scalar,
                loaded,
            } => {
                let hash = hash?;
                ask(
                    loaded,
                    |backend| backend.ec_private(*curve, scalar, &self.spki.key),
                    |key| key.sign(hash, input, random),
                )
            }
            Material::Pure {
                scheme,
                secret,
                loaded,
            } => {
                let SignatureInput::Message(message) = input else {
                    return Err(CryptoError::Parameters(
                        "this algorithm signs the message, not its digest",
                    ));
                };
                ask(
                    loaded,
                    |backend| backend.pure_private(*scheme, secret),
                    |key| key.sign(message, random),
                )
            }
            Material::Dh { .. } | Material::Kem { .. } | Material::Montgomery { .. } => {
                Err(CryptoError::Key("this kind of key does not sign"))
            }
        }
    }
}

impl PrivateKey {
    fn rsa_scheme(
        &self,
        chosen: Option<Hash>,
        modulus_len: usize,
    ) -> Result<SignatureScheme, CryptoError> {
        self.for_rsa_kem_alone(&oid::RSA_ENCRYPTION)?;
        let bound = match self.pss {
            PssUse::Bound(bound) => bound,
            _ => None,
        };
        let hash = chosen
            .or_else(|| bound.map(|bound| bound.hash))
            .unwrap_or(Hash::Sha256);
        let algorithm = if self.pss == PssUse::Never {
            RsaPkcs1::identifier(hash)?
        } else {
            let parameters = bound.unwrap_or_else(|| PssParameters::of(hash));
            if parameters.hash != hash {
                return Err(CryptoError::Parameters(
                    "the key's own parameters name another digest",
                ));
            }
            parameters.identifier()
        };
        Ok(SignatureScheme::new(
            // rfc5754:2/3
            AlgorithmIdentifier::new(hash.oid()),
            algorithm,
            false,
            Some(modulus_len),
        ))
    }
}
