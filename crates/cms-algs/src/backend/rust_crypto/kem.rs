//! ML-KEM from RustCrypto.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use cms_core::provider::Random;
use ml_kem::kem::{Decapsulate, KeyExport};
use ml_kem::{B32, DecapsulationKey, EncapsulationKey, Seed};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::backend::{Answer, KemPrivate, MlKemSet, Refusal, Secret};

/// Runs an expression with `$P` bound to the parameter set's type.
macro_rules! with_ml_kem {
    ($set:expr, $P:ident => $body:expr) => {
        match $set {
            MlKemSet::MlKem512 => {
                type $P = ml_kem::MlKem512;
                $body
            }
            MlKemSet::MlKem768 => {
                type $P = ml_kem::MlKem768;
                $body
            }
            MlKemSet::MlKem1024 => {
                type $P = ml_kem::MlKem1024;
                $body
            }
        }
    };
}

macro_rules! private {
    ($($name:ident = $P:ty),*) => { $(
        struct $name(Box<DecapsulationKey<$P>>);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }

        impl From<DecapsulationKey<$P>> for Box<dyn KemPrivate> {
            fn from(key: DecapsulationKey<$P>) -> Self {
                Box::new($name(Box::new(key)))
            }
        }

        impl KemPrivate for $name {
            fn public(&self) -> Vec<u8> {
                self.0.encapsulation_key().to_bytes().to_vec()
            }

            fn decapsulate(&self, ciphertext: &[u8]) -> Answer<Secret> {
                let shared = self.0.decapsulate_slice(ciphertext).map_err(|_| Refusal::Failed)?;
                Ok(Zeroizing::new(shared.to_vec()))
            }
        }
    )* };
}
private!(
    Key512 = ml_kem::MlKem512,
    Key768 = ml_kem::MlKem768,
    Key1024 = ml_kem::MlKem1024
);

/// Loads a seed of 64 octets (d and z), or an expanded key, which is checked (FIPS 203, 7.3).
pub(super) fn private(set: MlKemSet, secret: &[u8]) -> Answer<Box<dyn KemPrivate>> {
    with_ml_kem!(set, P => {
        if let Ok(seed) = Seed::try_from(secret) {
            return Ok(DecapsulationKey::<P>::from_seed(seed).into());
        }
        let expanded = secret.try_into().map_err(|_| Refusal::Key)?;
        #[expect(deprecated, reason = "RFC 9935, 6 lets keys have this form alone")]
        let key = DecapsulationKey::<P>::from_expanded(expanded).map_err(|_| Refusal::Key)?;
        // The pairwise consistency test: without a seed, nothing else tells that both halves are of one key
        // (RFC 9935, C.4.1 shows one that is not).
        let (ciphertext, shared) = key.encapsulation_key().encapsulate_deterministic(&B32::from([0x5a; 32]));
        if !bool::from(key.decapsulate(&ciphertext).ct_eq(&shared)) {
            return Err(Refusal::Key);
        }
        Ok(key.into())
    })
}

/// The expanded form of a key's seed.
pub(crate) fn expand(set: MlKemSet, seed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let seed = Seed::try_from(seed).ok()?;
    with_ml_kem!(set, P => {
        #[expect(deprecated, reason = "compared with what a key container states beside the seed")]
        let expanded = {
            use ml_kem::ExpandedKeyEncoding;
            DecapsulationKey::<P>::from_seed(seed).to_expanded_bytes()
        };
        Some(Zeroizing::new(expanded.to_vec()))
    })
}

/// A ciphertext and the secret in it, under a public key that is checked (FIPS 203, 7.2).
pub(super) fn encapsulate(
    set: MlKemSet,
    public: &[u8],
    random: &mut dyn Random,
) -> Answer<(Vec<u8>, Secret)> {
    let mut message = Zeroizing::new([0; 32]);
    random.fill(&mut *message).map_err(|_| Refusal::Random)?;
    with_ml_kem!(set, P => {
        let public = public.try_into().map_err(|_| Refusal::Key)?;
        let key = EncapsulationKey::<P>::new(&public).map_err(|_| Refusal::Key)?;
        let (ciphertext, shared) = key.encapsulate_deterministic(&B32::from(*message));
        Ok((ciphertext.to_vec(), Zeroizing::new(shared.to_vec())))
    })
}
