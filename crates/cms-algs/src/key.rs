//! Private keys, in memory and outside.

mod encoding;
pub(crate) mod external;
mod open;
mod sign;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use cms_core::provider::{KeyAlgorithms, Random};
use cms_core::types::SubjectPublicKeyInfo;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use once_cell::race::OnceBox;
use zeroize::Zeroizing;

pub use external::{ExternalError, ExternalKey};

use crate::backend::rust_crypto::dh::{self, DhGroup};
use crate::backend::rust_crypto::ec;
use crate::backend::{
    AWS_FIRST, Answer, Backend, Curve, EcPrivate, KemPrivate, MlKemSet, Montgomery, PurePrivate,
    PureScheme, Refusal, RsaPrivate, SlhDsaSet, first, hmac, refused,
};
use crate::hash::Hash;
use crate::spec::rsa_signature::PssParameters;
use crate::spec::{dh as dh_spec, ecdsa, ml_kem};

/// A private key in memory, or one that stays outside and is asked ([`ExternalKey`]): signs, decrypts, agrees. Zeroized
/// when dropped; loaded by backends when first used.
pub struct PrivateKey {
    material: Material,
    spki: SubjectPublicKeyInfo,
    pss: PssUse,
    /// The privateKey of its PKCS #8 form, as it was read or as it is to be written; empty for external keys.
    encoded: Zeroizing<Vec<u8>>,
    /// What substitutes for keys that could not be unwrapped are derived from.
    substitute_secret: Zeroizing<Vec<u8>>,
}

enum Material {
    Dh {
        group: DhGroup,
        x: Zeroizing<Vec<u8>>,
    },
    Ec {
        curve: Curve,
        scalar: Zeroizing<Vec<u8>>,
        loaded: Slots<dyn EcPrivate>,
    },
    Kem {
        set: MlKemSet,
        /// The seed, or the expanded form of a key without one.
        secret: Zeroizing<Vec<u8>>,
        loaded: Slots<dyn KemPrivate>,
    },
    Montgomery {
        curve: Montgomery,
        scalar: Zeroizing<Vec<u8>>,
    },
    Pure {
        scheme: PureScheme,
        secret: Zeroizing<Vec<u8>>,
        loaded: Slots<dyn PurePrivate>,
    },
    /// Its PKCS #1 form is the encoded one.
    Rsa {
        modulus_len: usize,
        loaded: Slots<dyn RsaPrivate>,
    },
}

/// A key as one backend has loaded it, or why it could not.
type Loaded<T> = Answer<Box<T>>;

/// A slot for each backend, in the order in which they are asked for this kind of key; filled on first use.
type Slots<T> = [OnceBox<Loaded<T>>; AWS_FIRST.len()];

/// When an RSA key signs with PSS.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum PssUse {
    /// PKCS #1 v1.5 signatures.
    Never,
    /// The caller asked for it.
    Chosen,
    /// The key is an id-RSASSA-PSS one, with these parameters where it has any.
    Bound(Option<PssParameters>),
}

/// Kinds of keys that can be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum KeyType {
    /// brainpoolP256r1: signing and key agreement.
    BrainpoolP256r1,
    /// brainpoolP384r1: signing and key agreement.
    BrainpoolP384r1,
    /// Ed25519: signing only.
    Ed25519,
    /// Ed448: signing only.
    Ed448,
    /// ML-DSA-44: signing only.
    MlDsa44,
    /// ML-DSA-65: signing only.
    MlDsa65,
    /// ML-DSA-87: signing only.
    MlDsa87,
    /// ML-KEM-512: key encapsulation only.
    MlKem512,
    /// ML-KEM-768: key encapsulation only.
    MlKem768,
    /// ML-KEM-1024: key encapsulation only.
    MlKem1024,
    /// P-256: signing and key agreement.
    P256,
    /// P-384: signing and key agreement.
    P384,
    /// P-521: signing and key agreement.
    P521,
    /// RSA with a modulus of so many bits, 2048 at least.
    Rsa(usize),
    /// SLH-DSA: signing only.
    SlhDsa(SlhDsaSet),
    /// X25519: key agreement only.
    X25519,
    /// X448: key agreement only.
    X448,
}

/// Every kind of key, with the name that commands give it; the usual ones first.
pub const KEY_TYPES: &[(&str, KeyType)] = &[
    ("p256", KeyType::P256),
    ("p384", KeyType::P384),
    ("p521", KeyType::P521),
    ("brainpoolp256r1", KeyType::BrainpoolP256r1),
    ("brainpoolp384r1", KeyType::BrainpoolP384r1),
    ("rsa2048", KeyType::Rsa(2048)),
    ("rsa3072", KeyType::Rsa(3072)),
    ("rsa4096", KeyType::Rsa(4096)),
    ("ed25519", KeyType::Ed25519),
    ("ed448", KeyType::Ed448),
    ("x25519", KeyType::X25519),
    ("x448", KeyType::X448),
    ("ml-dsa-44", KeyType::MlDsa44),
    ("ml-dsa-65", KeyType::MlDsa65),
    ("ml-dsa-87", KeyType::MlDsa87),
    ("ml-kem-512", KeyType::MlKem512),
    ("ml-kem-768", KeyType::MlKem768),
    ("ml-kem-1024", KeyType::MlKem1024),
    ("slh-dsa-sha2-128s", KeyType::SlhDsa(SlhDsaSet::Sha2_128s)),
    ("slh-dsa-sha2-128f", KeyType::SlhDsa(SlhDsaSet::Sha2_128f)),
    ("slh-dsa-sha2-192s", KeyType::SlhDsa(SlhDsaSet::Sha2_192s)),
    ("slh-dsa-sha2-192f", KeyType::SlhDsa(SlhDsaSet::Sha2_192f)),
    ("slh-dsa-sha2-256s", KeyType::SlhDsa(SlhDsaSet::Sha2_256s)),
    ("slh-dsa-sha2-256f", KeyType::SlhDsa(SlhDsaSet::Sha2_256f)),
    ("slh-dsa-shake-128s", KeyType::SlhDsa(SlhDsaSet::Shake128s)),
    ("slh-dsa-shake-128f", KeyType::SlhDsa(SlhDsaSet::Shake128f)),
    ("slh-dsa-shake-192s", KeyType::SlhDsa(SlhDsaSet::Shake192s)),
    ("slh-dsa-shake-192f", KeyType::SlhDsa(SlhDsaSet::Shake192f)),
    ("slh-dsa-shake-256s", KeyType::SlhDsa(SlhDsaSet::Shake256s)),
    ("slh-dsa-shake-256f", KeyType::SlhDsa(SlhDsaSet::Shake256f)),
];

impl KeyType {
    /// Whether keys of this kind sign.
    #[must_use]
    pub const fn signs(self) -> bool {
        !matches!(
            self,
            Self::X25519 | Self::X448 | Self::MlKem512 | Self::MlKem768 | Self::MlKem1024
        )
    }

    /// Whether content-encryption keys can be encrypted to keys of this kind.
    #[must_use]
    pub const fn encrypts(self) -> bool {
        !matches!(
            self,
            Self::Ed25519
                | Self::Ed448
                | Self::MlDsa44
                | Self::MlDsa65
                | Self::MlDsa87
                | Self::SlhDsa(_)
        )
    }
}

impl PrivateKey {
    /// Makes a key.
    ///
    /// # Errors
    /// RSA keys below 2048 bits or of a size that no backend makes; randomness.
    pub fn generate(key_type: KeyType, random: &mut dyn Random) -> Result<Self, CryptoError> {
        match key_type {
            KeyType::Rsa(bits) => {
                // rfc8551:4.1/3: keys below 2048 bits MUST NOT be generated.
                if !(2048..=8192).contains(&bits) {
                    return Err(CryptoError::Key("RSA keys are made with 2048 to 8192 bits"));
                }
                let pkcs8 = first(AWS_FIRST, |backend| backend.rsa_generate(bits, random))?;
                Self::from_pkcs8(&pkcs8)
            }
            KeyType::P256 => Self::generate_ec(Curve::P256, random),
            KeyType::P384 => Self::generate_ec(Curve::P384, random),
            KeyType::P521 => Self::generate_ec(Curve::P521, random),
            KeyType::BrainpoolP256r1 => Self::generate_ec(Curve::BrainpoolP256r1, random),
            KeyType::BrainpoolP384r1 => Self::generate_ec(Curve::BrainpoolP384r1, random),
            KeyType::Ed25519 => Self::pure(PureScheme::Ed25519, octets(32, random)?),
            KeyType::Ed448 => Self::pure(PureScheme::Ed448, octets(57, random)?),
            KeyType::MlDsa44 => Self::pure(PureScheme::MlDsa44, octets(32, random)?),
            KeyType::MlDsa65 => Self::pure(PureScheme::MlDsa65, octets(32, random)?),
            KeyType::MlDsa87 => Self::pure(PureScheme::MlDsa87, octets(32, random)?),
            KeyType::SlhDsa(kind) => Self::generate_slh_dsa(kind, random),
            KeyType::MlKem512 => Self::kem(MlKemSet::MlKem512, octets(64, random)?),
            KeyType::MlKem768 => Self::kem(MlKemSet::MlKem768, octets(64, random)?),
            KeyType::MlKem1024 => Self::kem(MlKemSet::MlKem1024, octets(64, random)?),
            KeyType::X25519 => Self::montgomery(Montgomery::X25519, octets(32, random)?),
            KeyType::X448 => Self::montgomery(Montgomery::X448, octets(56, random)?),
        }
    }

    pub(crate) fn generate_ec(curve: Curve, random: &mut dyn Random) -> Result<Self, CryptoError> {
        // Random octets are below the order with a chance of more than a half, once the bits above it are cleared.
        for _ in 0..128 {
            let mut scalar = octets(curve.field_len(), random)?;
            if let (Curve::P521, Some(top)) = (curve, scalar.first_mut()) {
                *top &= 1;
            }
            match ec::public_point(curve, &scalar) {
                Ok(point) => return Ok(Self::ec(curve, scalar, point)),
                Err(Refusal::Unsupported) => return Err(CryptoError::Unsupported("curve".into())),
                Err(_) => {}
            }
        }
        Err(CryptoError::Random)
    }

    fn generate_slh_dsa(set: SlhDsaSet, random: &mut dyn Random) -> Result<Self, CryptoError> {
        let scheme = PureScheme::SlhDsa(set);
        // SK.seed, SK.prf and PK.seed; PK.root comes out of them (FIPS 205, 9.1).
        let mut secret = octets(3 * set.n(), random)?;
        let public = first(AWS_FIRST, |backend| backend.pure_private(scheme, &secret))?.public();
        let root = public.get(set.n()..).ok_or(CryptoError::Key("malformed"))?;
        secret.extend_from_slice(root);
        Self::pure(scheme, secret)
    }

    /// Lets an RSA key sign with PSS.
    #[must_use]
    pub fn with_pss(mut self) -> Self {
        if self.pss == PssUse::Never {
            self.pss = PssUse::Chosen;
        }
        self
    }

    /// The public key.
    #[must_use]
    pub fn spki(&self) -> &SubjectPublicKeyInfo {
        &self.spki
    }

    /// The shared secret with a public key of the same kind.
    pub(crate) fn agree(
        &self,
        peer: &SubjectPublicKeyInfo,
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        match &self.material {
            Material::Ec {
                curve,
                scalar,
                loaded,
            } => {
                let (peer_curve, point) = ecdsa::public_key(peer)?;
                if peer_curve != *curve {
                    return Err(CryptoError::Key(
                        "originator and recipient use different curves",
                    ));
                }
                ask(
                    loaded,
                    |backend| backend.ec_private(*curve, scalar, &self.spki.key),
                    |key| key.agree(&point),
                )
            }
            Material::Montgomery { curve, scalar } => {
                if peer.algorithm.oid != self.spki.algorithm.oid {
                    return Err(CryptoError::Key(
                        "originator and recipient use different kinds of keys",
                    ));
                }
                if peer.key.len() != curve.len() {
                    return Err(CryptoError::Key("the originator's key has another length"));
                }
                first(AWS_FIRST, |backend| {
                    backend.montgomery(*curve, scalar, &peer.key)
                })
            }
            Material::Dh { group, x } => {
                if peer.algorithm.oid != oid::DH_PUBLIC_NUMBER
                    || dh_spec::group(&peer.algorithm)? != *group
                {
                    return Err(CryptoError::Key(
                        "originator and recipient use different groups",
                    ));
                }
                let y = dh_spec::number(&peer.key)?;
                dh::agree(group, x, &y).map_err(refused)
            }
            _ => Err(CryptoError::Key("this kind of key cannot agree on keys")),
        }
    }

    /// rfc9690:2.3: a key that is marked for RSA-KEM "MUST NOT also be employed for data encryption or for digital
    /// signatures".
    fn for_rsa_kem_alone(&self, used_for: &ObjectIdentifier) -> Result<(), CryptoError> {
        if self.spki.algorithm.oid == oid::RSA_KEM && *used_for != oid::RSA_KEM {
            return Err(CryptoError::Key(
                "an id-rsa-kem-spki key serves RSA-KEM alone",
            ));
        }
        Ok(())
    }

    /// The shared secret of a KEM ciphertext.
    pub(crate) fn decapsulate(
        &self,
        kem: &ml_kem::MlKem,
        kemct: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        match &self.material {
            Material::Kem {
                set,
                secret,
                loaded,
            } if *set == kem.set => ask(
                loaded,
                |backend| backend.kem_private(*set, secret),
                |key| key.decapsulate(kemct),
            ),
            _ => Err(CryptoError::Key("the key is for another algorithm")),
        }
    }
}

/// Asks backends in order with the key as each has loaded it, loading it on first use.
fn ask<K: ?Sized + Send + Sync, T>(
    loaded: &Slots<K>,
    load: impl Fn(&'static dyn Backend) -> Answer<Box<K>>,
    mut work: impl FnMut(&K) -> Answer<T>,
) -> Result<T, CryptoError> {
    let mut slots = loaded.iter();
    let mut refused = None;
    let result = first(AWS_FIRST, |backend| {
        let slot = slots.next().ok_or(Refusal::Unsupported)?;
        match slot.get_or_init(|| Box::new(load(backend))) {
            Ok(key) => work(key),
            Err(refusal) => {
                refused = Some(refusal.clone());
                Err(Refusal::Unsupported)
            }
        }
    });
    match (result, refused) {
        (Err(CryptoError::Unsupported(_)), Some(Refusal::Key)) => {
            Err(CryptoError::Key("malformed or of unsupported size"))
        }
        (result, _) => result,
    }
}

fn octets(len: usize, random: &mut dyn Random) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let mut octets = Zeroizing::new(alloc::vec![0; len]);
    random.fill(&mut octets)?;
    Ok(octets)
}

/// The secret behind the substitutes of a key.
fn substitute_secret(secret: &[u8]) -> Zeroizing<Vec<u8>> {
    hmac(Hash::Sha256, secret, b"cms implicit rejection")
}

impl cms_core::key::PrivateKey for PrivateKey {
    fn public_key(&self) -> &SubjectPublicKeyInfo {
        &self.spki
    }
}

/// Loading keys, for the provider.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys;

impl KeyAlgorithms for Keys {
    fn load(&self, pkcs8: &[u8]) -> Result<Box<dyn cms_core::key::PrivateKey>, CryptoError> {
        Ok(Box::new(PrivateKey::from_pkcs8(pkcs8)?))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.spki.algorithm.name())
    }
}
