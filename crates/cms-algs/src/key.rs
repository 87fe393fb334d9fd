//! Private keys in memory.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use cms_core::ber::{Cursor, Tag, write};
use cms_core::key::{RecipientKey, SignatureScheme, SigningKey, Unwrapped};
use cms_core::provider::{KeyAlgorithms, KeyLength, Random, SignatureInput};
use cms_core::types::{
    AlgorithmIdentifier, KeyAgreeRecipientInfo, KeyTransRecipientInfo, SubjectPublicKeyInfo,
};
use cms_core::{CryptoError, ObjectIdentifier, oid};
use once_cell::race::OnceBox;
use zeroize::Zeroizing;

use crate::backend::rust_crypto::ec;
use crate::backend::{
    AWS_FIRST, Answer, Backend, Curve, EcPrivate, PURE, Refusal, RsaPrivate, RsaSignaturePadding,
    first, hmac,
};
use crate::hash::Hash;
use crate::spec::rsa_signature::PssParameters;
use crate::spec::rsa_transport::Opener;
use crate::spec::{ecdh, ecdsa, rsa_signature::RsaPkcs1};

/// A private key in memory: signs, decrypts, agrees. Zeroized when dropped; loaded by backends when first used.
pub struct PrivateKey {
    material: Material,
    spki: SubjectPublicKeyInfo,
    pss: PssUse,
    /// What substitutes for keys that could not be unwrapped are derived from.
    substitute_secret: Zeroizing<Vec<u8>>,
}

enum Material {
    Ec {
        curve: Curve,
        scalar: Zeroizing<Vec<u8>>,
        loaded: Slots<dyn EcPrivate>,
    },
    Ed25519(Zeroizing<[u8; 32]>),
    Rsa {
        pkcs1: Zeroizing<Vec<u8>>,
        modulus_len: usize,
        loaded: Slots<dyn RsaPrivate>,
    },
    X25519(Zeroizing<[u8; 32]>),
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
    /// Ed25519: signing only.
    Ed25519,
    /// P-256: signing and key agreement.
    P256,
    /// P-384: signing and key agreement.
    P384,
    /// RSA with a modulus of so many bits, 2048 at least.
    Rsa(usize),
    /// X25519: key agreement only.
    X25519,
}

impl PrivateKey {
    /// Makes a key.
    ///
    /// # Errors
    /// RSA keys below 2048 bits or of a size that no backend makes; randomness.
    pub fn generate(key_type: KeyType, random: &mut dyn Random) -> Result<Self, CryptoError> {
        match key_type {
            KeyType::Rsa(bits) => {
                // rfc8551:4.1: keys below 2048 bits MUST NOT be generated.
                if !(2048..=8192).contains(&bits) {
                    return Err(CryptoError::Key("RSA keys are made with 2048 to 8192 bits"));
                }
                let pkcs8 = first(AWS_FIRST, |backend| backend.rsa_generate(bits, random))?;
                Self::from_pkcs8(&pkcs8)
            }
            KeyType::P256 => Self::generate_ec(Curve::P256, random),
            KeyType::P384 => Self::generate_ec(Curve::P384, random),
            KeyType::Ed25519 => Self::ed25519(random_32(random)?),
            KeyType::X25519 => Self::x25519(random_32(random)?),
        }
    }

    fn generate_ec(curve: Curve, random: &mut dyn Random) -> Result<Self, CryptoError> {
        // A random string of the order's length is out of range with a chance of at most 2^-32.
        for _ in 0..8 {
            let mut scalar = Zeroizing::new(alloc::vec![0; curve.field_len()]);
            random.fill(&mut scalar)?;
            if let Some(point) = ec::public_point(curve, &scalar) {
                return Ok(Self::ec(curve, scalar, point));
            }
        }
        Err(CryptoError::Random)
    }

    /// Loads a PKCS #8 PrivateKeyInfo, RFC 5958.
    ///
    /// ```text
    /// OneAsymmetricKey ::= SEQUENCE { version Version, privateKeyAlgorithm PrivateKeyAlgorithmIdentifier,
    ///   privateKey OCTET STRING, attributes [0] OPTIONAL, publicKey [1] OPTIONAL }
    /// ```
    ///
    /// # Errors
    /// Malformed keys, unsupported algorithms and curves.
    pub fn from_pkcs8(octets: &[u8]) -> Result<Self, CryptoError> {
        let malformed = |_| CryptoError::Key("malformed PKCS #8");
        let mut fields = Cursor::single(octets, 0).map_err(malformed)?.children();
        fields.expect(Tag::INTEGER).map_err(malformed)?;
        let algorithm = fields.expect(Tag::SEQUENCE).map_err(malformed)?;
        let algorithm = AlgorithmIdentifier::decode(&algorithm).map_err(malformed)?;
        let key = fields.expect(Tag::OCTET_STRING).map_err(malformed)?;
        let key = Zeroizing::new(key.octets().map_err(malformed)?.into_owned());
        match algorithm.oid {
            oid::RSA_ENCRYPTION => Self::from_pkcs1(&key),
            oid::RSASSA_PSS => {
                let bound = match &algorithm.parameters {
                    Some(_) => Some(PssParameters::decode(&algorithm)?),
                    None => None,
                };
                let mut key = Self::from_pkcs1(&key)?;
                key.spki.algorithm = algorithm;
                key.pss = PssUse::Bound(bound);
                Ok(key)
            }
            oid::EC_PUBLIC_KEY => Self::from_sec1_on(&key, ecdsa::curve(&algorithm)?),
            oid::ED25519 => Self::ed25519(curve_private_key(&key)?),
            oid::X25519 => Self::x25519(curve_private_key(&key)?),
            other => Err(CryptoError::unsupported_oid(&other)),
        }
    }

    /// Loads a PKCS #1 RSAPrivateKey, RFC 8017, A.1.2.
    ///
    /// # Errors
    /// Malformed keys.
    pub fn from_pkcs1(octets: &[u8]) -> Result<Self, CryptoError> {
        let malformed = |_| CryptoError::Key("malformed RSAPrivateKey");
        let mut fields = Cursor::single(octets, 0).map_err(malformed)?.children();
        fields.expect(Tag::INTEGER).map_err(malformed)?;
        let n = fields.expect(Tag::INTEGER).map_err(malformed)?;
        let e = fields.expect(Tag::INTEGER).map_err(malformed)?;
        let modulus_len = n.contents().iter().skip_while(|octet| **octet == 0).count();
        let public = write::sequence(&[n.raw(), e.raw()]);
        let algorithm = AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION);
        let material = Material::Rsa {
            pkcs1: Zeroizing::new(octets.to_vec()),
            modulus_len,
            loaded: Default::default(),
        };
        Ok(Self::new(
            material,
            SubjectPublicKeyInfo::new(algorithm, public),
            octets,
        ))
    }

    fn from_sec1_on(octets: &[u8], curve: Curve) -> Result<Self, CryptoError> {
        let malformed = |_| CryptoError::Key("malformed ECPrivateKey");
        let mut fields = Cursor::single(octets, 0).map_err(malformed)?.children();
        fields.expect(Tag::INTEGER).map_err(malformed)?;
        let scalar = fields.expect(Tag::OCTET_STRING).map_err(malformed)?;
        let scalar = Zeroizing::new(scalar.octets().map_err(malformed)?.into_owned());
        // Some writers drop leading zeros (RFC 5915, 3 forbids it).
        let mut padded = Zeroizing::new(alloc::vec![0; curve.field_len()]);
        let missing = padded
            .len()
            .checked_sub(scalar.len())
            .ok_or(CryptoError::Key("elliptic curve scalar is too long"))?;
        for (to, from) in padded.iter_mut().skip(missing).zip(scalar.iter()) {
            *to = *from;
        }
        let point = ec::public_point(curve, &padded)
            .ok_or(CryptoError::Key("elliptic curve scalar is out of range"))?;
        Ok(Self::ec(curve, padded, point))
    }

    fn ec(curve: Curve, scalar: Zeroizing<Vec<u8>>, point: Vec<u8>) -> Self {
        let algorithm = ecdsa::key_identifier(curve);
        let secret = scalar.clone();
        let material = Material::Ec {
            curve,
            scalar,
            loaded: Default::default(),
        };
        Self::new(
            material,
            SubjectPublicKeyInfo::new(algorithm, point),
            &secret,
        )
    }

    fn ed25519(seed: Zeroizing<[u8; 32]>) -> Result<Self, CryptoError> {
        let public = ed25519_dalek::SigningKey::from_bytes(&seed)
            .verifying_key()
            .to_bytes();
        let spki =
            SubjectPublicKeyInfo::new(AlgorithmIdentifier::new(oid::ED25519), public.to_vec());
        let secret = seed.clone();
        Ok(Self::new(Material::Ed25519(seed), spki, &*secret))
    }

    fn x25519(scalar: Zeroizing<[u8; 32]>) -> Result<Self, CryptoError> {
        let private = x25519_dalek::StaticSecret::from(*scalar);
        let public = x25519_dalek::PublicKey::from(&private);
        let algorithm = AlgorithmIdentifier::new(oid::X25519);
        let spki = SubjectPublicKeyInfo::new(algorithm, public.as_bytes().to_vec());
        let secret = scalar.clone();
        Ok(Self::new(Material::X25519(scalar), spki, &*secret))
    }

    fn new(material: Material, spki: SubjectPublicKeyInfo, secret: &[u8]) -> Self {
        Self {
            material,
            spki,
            pss: PssUse::Never,
            substitute_secret: hmac(Hash::Sha256, secret, b"cms implicit rejection"),
        }
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

    /// The PKCS #8 form without public key and attributes.
    #[must_use]
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        let key = Zeroizing::new(match &self.material {
            Material::Rsa { pkcs1, .. } => pkcs1.to_vec(),
            Material::Ec { scalar, .. } => {
                let public = write::context(1, &write::bit_string(&self.spki.key));
                write::sequence(&[&write::integer(1), &write::octet_string(scalar), &public])
            }
            Material::Ed25519(key) | Material::X25519(key) => write::octet_string(&**key),
        });
        let algorithm = self.spki.algorithm.to_der();
        let wrapped = Zeroizing::new(write::octet_string(&key));
        Zeroizing::new(write::sequence(&[&write::integer(0), &algorithm, &wrapped]))
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
                    AWS_FIRST,
                    |backend| backend.ec_private(*curve, scalar, &self.spki.key),
                    |key| key.agree(&point),
                )
            }
            Material::X25519(scalar) => {
                if peer.algorithm.oid != oid::X25519 {
                    return Err(CryptoError::Key(
                        "originator and recipient use different kinds of keys",
                    ));
                }
                let point = <&[u8; 32]>::try_from(peer.key.as_slice())
                    .map_err(|_| CryptoError::Key("an X25519 key has 32 octets"))?;
                first(AWS_FIRST, |backend| backend.x25519(scalar, point))
            }
            _ => Err(CryptoError::Key("this kind of key cannot agree on keys")),
        }
    }
}

/// Asks backends in order with the key as each has loaded it, loading it on first use.
fn ask<K: ?Sized + Send + Sync, T>(
    loaded: &Slots<K>,
    order: &'static [&'static dyn Backend],
    load: impl Fn(&'static dyn Backend) -> Answer<Box<K>>,
    mut work: impl FnMut(&K) -> Answer<T>,
) -> Result<T, CryptoError> {
    let mut slots = loaded.iter();
    let mut refused = None;
    let result = first(order, |backend| {
        let slot = slots.next().ok_or(Refusal::Unsupported)?;
        match slot.get_or_init(|| Box::new(load(backend))) {
            Ok(key) => work(key),
            Err(refusal) => {
                refused = Some(*refusal);
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

fn random_32(random: &mut dyn Random) -> Result<Zeroizing<[u8; 32]>, CryptoError> {
    let mut octets = Zeroizing::new([0; 32]);
    random.fill(&mut *octets)?;
    Ok(octets)
}

/// `CurvePrivateKey ::= OCTET STRING` (RFC 8410, 7).
fn curve_private_key(octets: &[u8]) -> Result<Zeroizing<[u8; 32]>, CryptoError> {
    Cursor::single(octets, 0)
        .ok()
        .filter(|element| element.tag() == Tag::OCTET_STRING)
        .and_then(|element| <[u8; 32]>::try_from(element.contents()).ok())
        .map(Zeroizing::new)
        .ok_or(CryptoError::Key("malformed CurvePrivateKey"))
}

impl SigningKey for PrivateKey {
    fn scheme(&self, digest: Option<&ObjectIdentifier>) -> Result<SignatureScheme, CryptoError> {
        let chosen = match digest {
            Some(oid) => {
                Some(Hash::from_oid(oid).ok_or_else(|| CryptoError::unsupported_oid(oid))?)
            }
            None => None,
        };
        let digest_identifier = |hash: Hash| AlgorithmIdentifier::new(hash.oid());
        match &self.material {
            Material::Rsa { modulus_len, .. } => {
                let len = Some(*modulus_len);
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
                    digest_identifier(hash),
                    algorithm,
                    false,
                    len,
                ))
            }
            Material::Ec { curve, .. } => {
                let hash = chosen.unwrap_or(match curve {
                    Curve::P256 => Hash::Sha256,
                    Curve::P384 => Hash::Sha384,
                });
                Ok(SignatureScheme::new(
                    digest_identifier(hash),
                    ecdsa::Ecdsa::identifier(hash)?,
                    false,
                    None,
                ))
            }
            Material::Ed25519(_) => {
                // rfc8419:2.3: SHA-512 goes with Ed25519.
                if chosen.is_some_and(|hash| hash != Hash::Sha512) {
                    return Err(CryptoError::Parameters(
                        "Ed25519 goes with SHA-512 only (RFC 8419)",
                    ));
                }
                let algorithm = AlgorithmIdentifier::new(oid::ED25519);
                Ok(SignatureScheme::new(
                    digest_identifier(Hash::Sha512),
                    algorithm,
                    true,
                    Some(64),
                ))
            }
            Material::X25519(_) => Err(CryptoError::Key("X25519 keys do not sign")),
        }
    }

    fn sign(
        &self,
        scheme: &SignatureScheme,
        input: SignatureInput<'_>,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CryptoError> {
        let hash = Hash::from_oid(&scheme.digest_algorithm.oid)
            .ok_or_else(|| CryptoError::unsupported_oid(&scheme.digest_algorithm.oid))?;
        match &self.material {
            Material::Rsa { pkcs1, loaded, .. } => {
                let padding = if scheme.signature_algorithm.oid == oid::RSASSA_PSS {
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
                    AWS_FIRST,
                    |backend| backend.rsa_private(pkcs1),
                    |key| key.sign(padding, hash, input, random),
                )
            }
            Material::Ec {
                curve,
                scalar,
                loaded,
            } => ask(
                loaded,
                AWS_FIRST,
                |backend| backend.ec_private(*curve, scalar, &self.spki.key),
                |key| key.sign(hash, input, random),
            ),
            Material::Ed25519(seed) => {
                let SignatureInput::Message(message) = input else {
                    return Err(CryptoError::Parameters(
                        "Ed25519 signs the message, not its digest",
                    ));
                };
                let order = if random.is_system() { AWS_FIRST } else { PURE };
                first(order, |backend| backend.ed25519_sign(seed, message))
            }
            Material::X25519(_) => Err(CryptoError::Key("X25519 keys do not sign")),
        }
    }
}

impl RecipientKey for PrivateKey {
    fn open_key_trans(
        &self,
        info: &KeyTransRecipientInfo,
        cek: KeyLength,
    ) -> Result<Unwrapped, CryptoError> {
        let Material::Rsa { pkcs1, loaded, .. } = &self.material else {
            return Err(CryptoError::Key("key transport needs an RSA key"));
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
                slot.get_or_init(|| Box::new(backend.rsa_private(pkcs1)))
                    .as_ref()
                    .ok()
            })
            .map(|key| &**key);
        let opener = Opener {
            keys: &mut keys,
            substitute_secret: &self.substitute_secret,
        };
        opener.open(&info.key_encryption_algorithm, &info.encrypted_key, cek)
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
