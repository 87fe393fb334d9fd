//! Key agreement with the originator's own key instead of an ephemeral one (RFC 5652, 6.2.2).
//!
//! The key is named by its certificate, so that recipients know who can have encrypted: only the two of them. RFC 5753
//! and RFC 8418 describe the ephemeral mode alone; identifiers, KDF and key wrap are theirs all the same. Two static
//! keys always agree on the same secret; what makes the key-encryption key another one for each message is the ukm,
//! which is the entityUInfo of ECC-CMS-SharedInfo. RFC 2631, 2.4 of the same for Diffie-Hellman: "partyAInfo MUST be
//! used (and different for each message)", with 512 bits. It is always drawn here.
//!
//! There is no forward secrecy: who gets the originator's key reads what it wrote.

use alloc::vec::Vec;

use cms_core::provider::{Random, RecipientAlgorithm, WrapRequest, WrappedKey};
use cms_core::types::{OriginatorIdentifierOrKey, SubjectPublicKeyInfo};
use cms_core::{CryptoError, ObjectIdentifier, oid};

use super::{Kdf, Scheme, standard};
use crate::hash::Hash;
use crate::key::PrivateKey;
use crate::spec::ecdsa;

/// Octets of ukm (RFC 2631, 2.1.2).
const UKM_LEN: usize = 64;

/// Key agreement with a key of the originator's own, on an elliptic curve, X25519 or X448.
#[derive(Debug)]
pub struct StaticEcdh<'a> {
    key: &'a PrivateKey,
    originator: OriginatorIdentifierOrKey,
    oid: ObjectIdentifier,
    kdf: Kdf,
}

impl<'a> StaticEcdh<'a> {
    /// With a private key, and how its certificate is named: issuerAndSerialNumber or subjectKeyIdentifier.
    ///
    /// # Errors
    /// Keys that agree on nothing; originatorKey, which is for ephemeral keys.
    pub fn new(
        key: &'a PrivateKey,
        originator: OriginatorIdentifierOrKey,
    ) -> Result<Self, CryptoError> {
        if matches!(originator, OriginatorIdentifierOrKey::OriginatorKey(_)) {
            return Err(CryptoError::Parameters(
                "a static originator is named by its certificate",
            ));
        }
        let (oid, kdf) = match key.spki().algorithm.oid {
            oid::EC_PUBLIC_KEY => standard(ecdsa::curve(&key.spki().algorithm)?),
            oid::X25519 => (oid::ECDH_HKDF_SHA256, Kdf::Hkdf(Hash::Sha256)),
            oid::X448 => (oid::ECDH_HKDF_SHA512, Kdf::Hkdf(Hash::Sha512)),
            _ => return Err(CryptoError::Key("this kind of key cannot agree on keys")),
        };
        Ok(Self {
            key,
            originator,
            oid,
            kdf,
        })
    }
}

impl RecipientAlgorithm for StaticEcdh<'_> {
    /// Whether a key is on the originator's curve.
    fn serves(&self, key: &SubjectPublicKeyInfo) -> bool {
        let own = &self.key.spki().algorithm;
        match (ecdsa::curve(own), ecdsa::curve(&key.algorithm)) {
            (Ok(own), Ok(other)) => own == other,
            _ => key.algorithm.oid == own.oid && own.oid != oid::EC_PUBLIC_KEY,
        }
    }

    fn oid(&self) -> ObjectIdentifier {
        self.oid
    }

    fn wrap(
        &self,
        request: &WrapRequest<'_>,
        random: &mut dyn Random,
    ) -> Result<WrappedKey, CryptoError> {
        // One that comes from elsewhere may have been used before.
        if request.ukm.is_some() {
            return Err(CryptoError::Parameters(
                "with a static originator the ukm is drawn for each message",
            ));
        }
        let mut ukm = alloc::vec![0; UKM_LEN];
        random.fill(&mut ukm)?;
        let shared = request.keys.iter().map(|key| self.key.agree(key));
        let shared = shared.collect::<Result<Vec<_>, _>>()?;
        let scheme = Scheme::new(self.kdf, request.cek);
        let originator = self.originator.clone();
        scheme.wrapped(self.oid, originator, &shared, Some(ukm), request.cek)
    }
}

#[cfg(test)]
mod tests {
    use cms_core::key::UnwrapOutcome;
    use cms_core::provider::KeyLength;
    use cms_core::types::{KeyAgreeRecipientInfo, RecipientEncryptedKey, RecipientIdentifier};

    use super::*;
    use crate::key::KeyType;
    use crate::random::SystemRandom;

    const CEK: [u8; 32] = [7; 32];

    fn key(key_type: KeyType) -> PrivateKey {
        PrivateKey::generate(key_type, &mut SystemRandom).unwrap()
    }

    fn name() -> OriginatorIdentifierOrKey {
        OriginatorIdentifierOrKey::SubjectKeyIdentifier(alloc::vec![1, 2, 3])
    }

    fn wrap(
        agreement: &StaticEcdh<'_>,
        to: &PrivateKey,
        ukm: Option<&[u8]>,
    ) -> Result<WrappedKey, CryptoError> {
        let keys = [to.spki().clone()];
        let request = WrapRequest {
            keys: &keys,
            cek: &CEK,
            ukm,
        };
        agreement.wrap(&request, &mut SystemRandom)
    }

    fn info(wrapped: WrappedKey) -> KeyAgreeRecipientInfo {
        let WrappedKey::KeyAgree {
            originator,
            ukm,
            algorithm,
            encrypted_keys,
        } = wrapped
        else {
            panic!("another kind of recipient");
        };
        let rid = || RecipientIdentifier::SubjectKeyIdentifier(alloc::vec![4]);
        let keys = encrypted_keys.into_iter();
        let keys = keys.map(|key| RecipientEncryptedKey::new(rid(), key));
        KeyAgreeRecipientInfo::new(originator, ukm, algorithm, keys.collect())
    }

    fn opens(
        to: &PrivateKey,
        info: &KeyAgreeRecipientInfo,
        from: Option<&SubjectPublicKeyInfo>,
    ) -> bool {
        let cek = KeyLength::Exact(CEK.len());
        let opened = super::super::open(to, info, 0, from, cek, b"secret");
        opened.is_ok_and(|opened| opened.outcome == UnwrapOutcome::Genuine && *opened.key == CEK)
    }

    #[test]
    fn two_static_keys_agree_on_another_key_each_time() {
        for key_type in [KeyType::P256, KeyType::P384, KeyType::X25519, KeyType::X448] {
            let (own, to, other) = (key(key_type), key(key_type), key(key_type));
            let agreement = StaticEcdh::new(&own, name()).unwrap();
            assert!(agreement.serves(to.spki()));
            let one = info(wrap(&agreement, &to, None).unwrap());
            let mut two = info(wrap(&agreement, &to, None).unwrap());
            assert!(opens(&to, &one, Some(own.spki())));
            assert!(!opens(&to, &one, Some(other.spki())));
            assert!(!opens(&to, &one, None));
            assert_eq!(one.ukm.as_ref().map(Vec::len), Some(UKM_LEN));
            assert_ne!(one.ukm, two.ukm);
            // The ukm alone makes the difference.
            two.ukm.clone_from(&one.ukm);
            assert!(!opens(&to, &two, Some(own.spki())));
        }
    }

    #[test]
    fn a_ukm_from_elsewhere_and_an_ephemeral_key_are_refused() {
        let (own, to) = (key(KeyType::P256), key(KeyType::P256));
        let agreement = StaticEcdh::new(&own, name()).unwrap();
        assert!(wrap(&agreement, &to, Some(&[0; 64])).is_err());
        let ephemeral = OriginatorIdentifierOrKey::OriginatorKey(own.spki().clone());
        assert!(StaticEcdh::new(&own, ephemeral).is_err());
    }

    #[test]
    fn other_curves_and_keys_that_only_sign_are_not_served() {
        let own = key(KeyType::P256);
        let agreement = StaticEcdh::new(&own, name()).unwrap();
        for key_type in [KeyType::P384, KeyType::BrainpoolP256r1, KeyType::X25519] {
            let to = key(key_type);
            assert!(!agreement.serves(to.spki()));
            assert!(wrap(&agreement, &to, None).is_err());
        }
        assert!(StaticEcdh::new(&key(KeyType::Ed25519), name()).is_err());
    }
}
