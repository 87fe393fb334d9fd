//! Signatures over whole messages, from RustCrypto: EdDSA, ML-DSA, SLH-DSA. HSS/LMS is beside this file.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use cms_core::provider::Random;
use ed25519_dalek::{Signer, Verifier};
use zeroize::Zeroizing;

use super::{Adapter, hss_lms, ml_dsa_key, xof::shake};
use crate::backend::{Answer, PurePrivate, PureScheme, Refusal, SlhDsaSet};

/// Runs an expression with `$P` bound to the parameter set's type.
macro_rules! with_slh_dsa {
    ($set:expr, $P:ident => $body:expr) => {
        with_slh_dsa!(@ $set, $P => $body,
            Sha2_128s Sha2_128f Sha2_192s Sha2_192f Sha2_256s Sha2_256f
            Shake128s Shake128f Shake192s Shake192f Shake256s Shake256f)
    };
    (@ $set:expr, $P:ident => $body:expr, $($name:ident)*) => {
        match $set {
            $(SlhDsaSet::$name => {
                type $P = slh_dsa::$name;
                $body
            })*
        }
    };
}

/// Runs an expression with `$P` bound to the parameter set's type.
macro_rules! with_ml_dsa {
    ($scheme:expr, $P:ident => $body:expr, _ => $other:expr) => {
        match $scheme {
            PureScheme::MlDsa44 => {
                type $P = ml_dsa::MlDsa44;
                $body
            }
            PureScheme::MlDsa65 => {
                type $P = ml_dsa::MlDsa65;
                $body
            }
            PureScheme::MlDsa87 => {
                type $P = ml_dsa::MlDsa87;
                $body
            }
            _ => $other,
        }
    };
}

struct Ed25519(ed25519_dalek::SigningKey);
struct Ed448(ed448_goldilocks::SigningKey);
struct MlDsa<P: ml_dsa::MlDsaParams>(Box<ml_dsa::ExpandedSigningKey<P>>);
struct SlhDsa<P: slh_dsa::ParameterSet>(slh_dsa::SigningKey<P>);

macro_rules! opaque {
    ($name:ident $(, $P:ident: $bound:path)?) => {
        impl$(<$P: $bound>)? fmt::Debug for $name$(<$P>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}
opaque!(Ed25519);
opaque!(Ed448);
opaque!(MlDsa, P: ml_dsa::MlDsaParams);
opaque!(SlhDsa, P: slh_dsa::ParameterSet);

impl PurePrivate for Ed25519 {
    fn public(&self) -> Vec<u8> {
        self.0.verifying_key().to_bytes().to_vec()
    }

    fn sign(&self, message: &[u8], _random: &mut dyn Random) -> Answer<Vec<u8>> {
        Ok(self.0.sign(message).to_bytes().to_vec())
    }
}

impl PurePrivate for Ed448 {
    fn public(&self) -> Vec<u8> {
        self.0.verifying_key().to_bytes().to_vec()
    }

    fn sign(&self, message: &[u8], _random: &mut dyn Random) -> Answer<Vec<u8>> {
        Ok(self.0.sign_raw(message).to_bytes().to_vec())
    }
}

impl<P: ml_dsa::MlDsaParams> PurePrivate for MlDsa<P> {
    fn public(&self) -> Vec<u8> {
        self.0.verifying_key().encode().to_vec()
    }

    /// Hedged (FIPS 204, 3.4), the context empty (RFC 9882, 2).
    fn sign(&self, message: &[u8], random: &mut dyn Random) -> Answer<Vec<u8>> {
        let mut adapter = Adapter::new(random);
        let signature = self
            .0
            .sign_randomized(message, &[], &mut adapter)
            .map_err(|_| Refusal::Failed)?;
        adapter.check()?;
        Ok(signature.encode().to_vec())
    }
}

impl<P: slh_dsa::ParameterSet + Send + Sync> PurePrivate for SlhDsa<P>
where
    slh_dsa::SigningKey<P>: Send + Sync,
{
    fn public(&self) -> Vec<u8> {
        let octets = Zeroizing::new(self.0.to_vec());
        octets
            .split_at_checked(octets.len() / 2)
            .map(|(_, public)| public.to_vec())
            .unwrap_or_default()
    }

    /// Hedged (FIPS 205, 9.2), the context empty (RFC 9814).
    fn sign(&self, message: &[u8], random: &mut dyn Random) -> Answer<Vec<u8>> {
        let mut hedge = alloc::vec![0; self.0.to_bytes().len() / 4];
        random.fill(&mut hedge).map_err(|_| Refusal::Random)?;
        self.0
            .try_sign_with_context(message, &[], Some(&hedge))
            .map(|signature| signature.to_vec())
            .map_err(|_| Refusal::Failed)
    }
}

/// Loads a private key: the seed of EdDSA, the seed or the expanded form of ML-DSA, the octets of SLH-DSA, or the three
/// seeds of a new SLH-DSA key.
pub(super) fn private(scheme: PureScheme, secret: &[u8]) -> Answer<Box<dyn PurePrivate>> {
    match scheme {
        PureScheme::Ed25519 => {
            let seed = <&[u8; 32]>::try_from(secret).map_err(|_| Refusal::Key)?;
            let key = ed25519_dalek::SigningKey::from_bytes(seed);
            Ok(Box::new(Ed25519(key)))
        }
        PureScheme::Ed448 => {
            let key = ed448_goldilocks::SigningKey::try_from(secret).map_err(|_| Refusal::Key)?;
            Ok(Box::new(Ed448(key)))
        }
        PureScheme::SlhDsa(set) => with_slh_dsa!(set, P => {
            let third = secret.len() / 3;
            let key = if secret.len() == 3 * set.n() {
                let (seed, rest) = secret.split_at_checked(third).ok_or(Refusal::Key)?;
                let (prf, public) = rest.split_at_checked(third).ok_or(Refusal::Key)?;
                slh_dsa::SigningKey::<P>::slh_keygen_internal(seed, prf, public)
            } else {
                slh_dsa::SigningKey::<P>::try_from(secret).map_err(|_| Refusal::Key)?
            };
            Ok(Box::new(SlhDsa(key)))
        }),
        PureScheme::HssLms => Err(Refusal::Unsupported),
        _ => with_ml_dsa!(scheme, P => {
            if let Ok(seed) = <&[u8; 32]>::try_from(secret) {
                let key = ml_dsa::ExpandedSigningKey::<P>::from_seed(seed.into());
                return Ok(Box::new(MlDsa::<P>(Box::new(key))));
            }
            ml_dsa_expanded::<P>(scheme, secret)
        }, _ => Err(Refusal::Unsupported)),
    }
}

/// skDecode of FIPS 204, 7.2, with the checks that the crate leaves out.
fn ml_dsa_expanded<P: ml_dsa::MlDsaParams + 'static>(
    scheme: PureScheme,
    secret: &[u8],
) -> Answer<Box<dyn PurePrivate>>
where
    MlDsa<P>: PurePrivate,
{
    ml_dsa_key::check(scheme, secret)?;
    let encoded = secret.try_into().map_err(|_| Refusal::Key)?;
    #[expect(deprecated, reason = "RFC 9881, 6 lets keys have this form alone")]
    let key = ml_dsa::ExpandedSigningKey::<P>::from_expanded(encoded);
    let public = key.verifying_key().encode();
    let tr = shake(256, &[&public], 64);
    if secret.get(64..128) != Some(tr.as_slice()) {
        return Err(Refusal::Key);
    }
    Ok(Box::new(MlDsa::<P>(Box::new(key))))
}

/// The expanded form of an ML-DSA key's seed.
pub(crate) fn ml_dsa_expand(scheme: PureScheme, seed: &[u8; 32]) -> Option<Zeroizing<Vec<u8>>> {
    with_ml_dsa!(scheme, P => {
        let key = ml_dsa::ExpandedSigningKey::<P>::from_seed(seed.into());
        #[expect(deprecated, reason = "compared with what a key container states beside the seed")]
        let expanded = key.to_expanded();
        Some(Zeroizing::new(expanded.to_vec()))
    }, _ => None)
}

pub(super) fn verify(
    scheme: PureScheme,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Answer<()> {
    match scheme {
        PureScheme::Ed25519 => {
            let key = <&[u8; 32]>::try_from(key).map_err(|_| Refusal::Key)?;
            let key = ed25519_dalek::VerifyingKey::from_bytes(key).map_err(|_| Refusal::Key)?;
            let signature =
                ed25519_dalek::Signature::from_slice(signature).map_err(|_| Refusal::Failed)?;
            key.verify(message, &signature).map_err(|_| Refusal::Failed)
        }
        PureScheme::Ed448 => {
            let key = <&[u8; 57]>::try_from(key).map_err(|_| Refusal::Key)?;
            // rfc8032:5.2.2: only the sign may be set in the last octet of a point; the crate overlooks the others.
            let padded = |last: Option<&u8>| last.is_none_or(|last| last & 0x7f != 0);
            if padded(key.last()) || padded(signature.get(56)) {
                return Err(Refusal::Failed);
            }
            let key = ed448_goldilocks::VerifyingKey::from_bytes(key).map_err(|_| Refusal::Key)?;
            let signature =
                ed448_goldilocks::Signature::from_slice(signature).map_err(|_| Refusal::Failed)?;
            key.verify_raw(&signature, message)
                .map_err(|_| Refusal::Failed)
        }
        PureScheme::SlhDsa(set) => with_slh_dsa!(set, P => {
            let key = slh_dsa::VerifyingKey::<P>::try_from(key).map_err(|_| Refusal::Key)?;
            let signature =
                slh_dsa::Signature::<P>::try_from(signature).map_err(|_| Refusal::Failed)?;
            key.try_verify_with_context(message, &[], &signature)
                .map_err(|_| Refusal::Failed)
        }),
        PureScheme::HssLms => hss_lms::verify(key, message, signature),
        _ => with_ml_dsa!(scheme, P => {
            let key = ml_dsa::VerifyingKey::<P>::decode(key.try_into().map_err(|_| Refusal::Key)?);
            let signature = ml_dsa::Signature::<P>::try_from(signature).map_err(|_| Refusal::Failed)?;
            if key.verify_with_context(message, &[], &signature) {
                Ok(())
            } else {
                Err(Refusal::Failed)
            }
        }, _ => Err(Refusal::Unsupported)),
    }
}
