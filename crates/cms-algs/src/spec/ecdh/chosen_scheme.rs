//! Key agreement with a fresh key by a scheme that the caller names, where a recipient wants another one than the
//! default: another KDF hash, or cofactor agreement (RFC 5753, 7.1.4; RFC 8418, 2.1).

use cms_core::provider::{Random, RecipientAlgorithm, WrapRequest, WrappedKey};
use cms_core::types::SubjectPublicKeyInfo;
use cms_core::{CryptoError, ObjectIdentifier, oid};

use super::{Kdf, Originator, SCHEMES, wrap};
use crate::hash::Hash;
use crate::key::KeyType;
use crate::spec::{ecdsa, parameters};

/// An ephemeral-static scheme: on elliptic curves with the X9.63 KDF, with X25519 and X448 with HKDF.
#[derive(Clone, Copy, Debug)]
pub struct ChosenScheme {
    oid: ObjectIdentifier,
    kdf: Kdf,
}

impl ChosenScheme {
    /// The scheme of an identifier.
    ///
    /// # Errors
    /// Identifiers of something else; SHA-1 and Diffie-Hellman, which are only read.
    pub fn new(oid: ObjectIdentifier) -> Result<Self, CryptoError> {
        match parameters::find(SCHEMES, &oid) {
            Some(Kdf::Dh | Kdf::X963(Hash::Sha1)) => Err(CryptoError::Unsupported(
                "this scheme is read and not written".into(),
            )),
            Some(kdf) => Ok(Self { oid, kdf }),
            None => Err(CryptoError::unsupported_oid(&oid)),
        }
    }

    /// The kind of the ephemeral key for a recipient's.
    fn originator(&self, key: &SubjectPublicKeyInfo) -> Option<Originator> {
        match (self.kdf, key.algorithm.oid) {
            (Kdf::X963(_), oid::EC_PUBLIC_KEY) => {
                ecdsa::curve(&key.algorithm).ok().map(Originator::Ec)
            }
            (Kdf::Hkdf(_), oid::X25519) => Some(Originator::Montgomery(KeyType::X25519)),
            (Kdf::Hkdf(_), oid::X448) => Some(Originator::Montgomery(KeyType::X448)),
            _ => None,
        }
    }
}

impl RecipientAlgorithm for ChosenScheme {
    fn serves(&self, key: &SubjectPublicKeyInfo) -> bool {
        self.originator(key).is_some()
    }

    fn oid(&self) -> ObjectIdentifier {
        self.oid
    }

    fn wrap(
        &self,
        request: &WrapRequest<'_>,
        random: &mut dyn Random,
    ) -> Result<WrappedKey, CryptoError> {
        let first = request.keys.first();
        let originator = first.and_then(|key| self.originator(key));
        let originator = originator.ok_or(CryptoError::Key("the scheme is for other keys"))?;
        wrap(self.oid, self.kdf, originator, request, random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::PrivateKey;
    use crate::random::SystemRandom;

    #[test]
    fn schemes_that_are_only_read_and_other_identifiers_are_refused() {
        for oid in [
            oid::ECDH_STD_SHA1,
            oid::ECDH_COFACTOR_SHA1,
            oid::DH_ES,
            oid::MQV_SHA256,
            oid::RSAES_OAEP,
        ] {
            assert!(ChosenScheme::new(oid).is_err(), "{}", oid::display(&oid));
        }
    }

    #[test]
    fn each_kind_of_key_has_its_schemes() {
        let x963 = ChosenScheme::new(oid::ECDH_COFACTOR_SHA512).unwrap();
        let hkdf = ChosenScheme::new(oid::ECDH_HKDF_SHA384).unwrap();
        for (key_type, curve) in [
            (KeyType::P256, true),
            (KeyType::BrainpoolP384r1, true),
            (KeyType::X25519, false),
            (KeyType::X448, false),
        ] {
            let key = PrivateKey::generate(key_type, &mut SystemRandom).unwrap();
            assert_eq!(x963.serves(key.spki()), curve);
            assert_eq!(hkdf.serves(key.spki()), !curve);
            let keys = [key.spki().clone()];
            let request = WrapRequest {
                keys: &keys,
                cek: &[7; 16],
                ukm: None,
            };
            let (right, wrong) = if curve { (x963, hkdf) } else { (hkdf, x963) };
            assert!(right.wrap(&request, &mut SystemRandom).is_ok());
            assert!(wrong.wrap(&request, &mut SystemRandom).is_err());
        }
    }
}
