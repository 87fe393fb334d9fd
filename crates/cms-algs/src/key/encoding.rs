//! Private keys read and written: PKCS #8 (RFC 5958), PKCS #1 (RFC 8017), SEC 1 (RFC 5915), CurvePrivateKey (RFC 8410),
//! ML-DSA (RFC 9881), ML-KEM (RFC 9935) and SLH-DSA (RFC 9909).

use alloc::vec::Vec;

use cms_core::ber::{Cursor, Tag, write};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{CryptoError, oid};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Material, PrivateKey, PssUse, substitute_secret};
use crate::backend::rust_crypto::{dh, ec, kem, montgomery, pure};
use crate::backend::{AWS_FIRST, Curve, MlKemSet, Montgomery, PureScheme, first};
use crate::spec::rsa_signature::PssParameters;
use crate::spec::{dh as dh_spec, ecdsa, ml_kem, pure as pure_spec};

impl PrivateKey {
    /// Loads a PKCS #8 PrivateKeyInfo, RFC 5958.
    ///
    /// ```text
    /// OneAsymmetricKey ::= SEQUENCE { version Version, privateKeyAlgorithm PrivateKeyAlgorithmIdentifier,
    ///   privateKey OCTET STRING, attributes [0] OPTIONAL, publicKey [1] OPTIONAL }
    /// ```
    ///
    /// # Errors
    /// Malformed keys, unsupported algorithms and curves, forms of one key that contradict each other.
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
            oid::RSA_KEM => {
                let mut key = Self::from_pkcs1(&key)?;
                key.spki.algorithm = algorithm;
                Ok(key)
            }
            oid::RSASSA_PSS | oid::RSASSA_PSS_SHAKE128 | oid::RSASSA_PSS_SHAKE256 => {
                let unbound = algorithm.oid == oid::RSASSA_PSS && algorithm.parameters.is_none();
                let bound = if unbound {
                    None
                } else {
                    Some(PssParameters::decode(&algorithm)?)
                };
                let mut key = Self::from_pkcs1(&key)?;
                key.spki.algorithm = algorithm;
                key.pss = PssUse::Bound(bound);
                Ok(key)
            }
            oid::EC_PUBLIC_KEY => Self::from_sec1_on(&key, ecdsa::curve(&algorithm)?),
            oid::DH_PUBLIC_NUMBER => Self::from_dh(&algorithm, key),
            oid::X25519 => Self::montgomery(Montgomery::X25519, curve_private_key(&key)?),
            oid::X448 => Self::montgomery(Montgomery::X448, curve_private_key(&key)?),
            other => {
                if algorithm.parameters.is_some() {
                    return Err(CryptoError::Parameters(
                        "must be absent in this kind of key",
                    ));
                }
                if let Some(kem) = ml_kem::by_oid(&other) {
                    return Self::from_ml_kem(kem.set, key);
                }
                match pure_spec::by_oid(&other).map(|pure| pure.scheme) {
                    Some(scheme @ (PureScheme::Ed25519 | PureScheme::Ed448)) => {
                        Self::pure(scheme, curve_private_key(&key)?)
                    }
                    Some(scheme @ PureScheme::SlhDsa(set)) if key.len() == 4 * set.n() => {
                        Self::pure(scheme, key)
                    }
                    Some(PureScheme::SlhDsa(_)) => {
                        Err(CryptoError::Key("an SLH-DSA key has another length"))
                    }
                    Some(PureScheme::HssLms) | None => Err(CryptoError::unsupported_oid(&other)),
                    Some(scheme) => Self::from_ml_dsa(scheme, key),
                }
            }
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
        // rfc3370:3.2/1, 3.2/2
        let public = write::sequence(&[n.raw(), e.raw()]);
        let algorithm = AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION);
        let material = Material::Rsa {
            modulus_len,
            loaded: Default::default(),
        };
        let spki = SubjectPublicKeyInfo::new(algorithm, public);
        Ok(Self::new(material, spki, octets, octets.to_vec()))
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
            .map_err(|_| CryptoError::Key("elliptic curve scalar is out of range"))?;
        Ok(Self::ec(curve, padded, point))
    }

    pub(super) fn ec(curve: Curve, scalar: Zeroizing<Vec<u8>>, point: Vec<u8>) -> Self {
        let spki = SubjectPublicKeyInfo::new(ecdsa::key_identifier(curve), point);
        let secret = scalar.clone();
        let public = write::context(1, &write::bit_string(&spki.key));
        let encoded =
            write::sequence(&[&write::integer(1), &write::octet_string(&secret), &public]);
        let material = Material::Ec {
            curve,
            scalar,
            loaded: Default::default(),
        };
        Self::new(material, spki, &secret, encoded)
    }

    pub(super) fn montgomery(
        curve: Montgomery,
        scalar: Zeroizing<Vec<u8>>,
    ) -> Result<Self, CryptoError> {
        let public = montgomery::public(curve, &scalar)
            .map_err(|_| CryptoError::Key("malformed CurvePrivateKey"))?;
        let oid = match curve {
            Montgomery::X25519 => oid::X25519,
            Montgomery::X448 => oid::X448,
        };
        let spki = SubjectPublicKeyInfo::new(AlgorithmIdentifier::new(oid), public);
        let secret = scalar.clone();
        let encoded = write::octet_string(&secret);
        let material = Material::Montgomery { curve, scalar };
        Ok(Self::new(material, spki, &secret, encoded))
    }

    /// A key of RFC 3279, 2.3.3: the private number is an INTEGER.
    fn from_dh(
        algorithm: &AlgorithmIdentifier,
        key: Zeroizing<Vec<u8>>,
    ) -> Result<Self, CryptoError> {
        let group = dh_spec::group(algorithm)?;
        let x = dh_spec::number(&key)?;
        let y = dh::public(&group, &x)
            .map_err(|_| CryptoError::Key("Diffie-Hellman group of unsupported size"))?;
        let spki = dh_spec::spki(algorithm.clone(), &y);
        let secret = x.clone();
        Ok(Self::new(
            Material::Dh { group, x },
            spki,
            &secret,
            key.to_vec(),
        ))
    }

    /// A key that signs messages, in the shortest form of its scheme: a seed, or the octets of SLH-DSA.
    pub(super) fn pure(
        scheme: PureScheme,
        secret: Zeroizing<Vec<u8>>,
    ) -> Result<Self, CryptoError> {
        let encoded = match scheme {
            PureScheme::Ed25519 | PureScheme::Ed448 => write::octet_string(&secret),
            PureScheme::SlhDsa(_) | PureScheme::HssLms => secret.to_vec(),
            _ => write::context_primitive(0, &secret),
        };
        Self::pure_encoded(scheme, secret, encoded)
    }

    fn pure_encoded(
        scheme: PureScheme,
        secret: Zeroizing<Vec<u8>>,
        encoded: Vec<u8>,
    ) -> Result<Self, CryptoError> {
        let spec = pure_spec::of(scheme).ok_or(CryptoError::Key("unknown kind of key"))?;
        let public = first(AWS_FIRST, |backend| backend.pure_private(scheme, &secret))?.public();
        // The second half of an SLH-DSA key is its public key.
        if let PureScheme::SlhDsa(set) = scheme
            && secret.get(2 * set.n()..) != Some(public.as_slice())
        {
            return Err(CryptoError::Key("the public half belongs to another key"));
        }
        let spki = SubjectPublicKeyInfo::new(spec.identifier(), public);
        let substitute = secret.clone();
        let material = Material::Pure {
            scheme,
            secret,
            loaded: Default::default(),
        };
        Ok(Self::new(material, spki, &substitute, encoded))
    }

    fn from_ml_dsa(scheme: PureScheme, key: Zeroizing<Vec<u8>>) -> Result<Self, CryptoError> {
        let forms = Forms::read(&key)?;
        let encoded = key.to_vec();
        match (&forms.seed, &forms.expanded) {
            (Some(seed), expanded) => {
                let exact = <&[u8; 32]>::try_from(seed.as_slice())
                    .map_err(|_| CryptoError::Key("an ML-DSA seed has 32 octets"))?;
                let own = pure::ml_dsa_expand(scheme, exact);
                forms.agree(own.as_deref(), expanded.as_deref())?;
                Self::pure_encoded(scheme, seed.clone(), encoded)
            }
            (None, Some(expanded)) if expanded.len() != 32 => {
                Self::pure_encoded(scheme, expanded.clone(), encoded)
            }
            _ => Err(CryptoError::Key("malformed ML-DSA private key")),
        }
    }

    pub(super) fn kem(set: MlKemSet, seed: Zeroizing<Vec<u8>>) -> Result<Self, CryptoError> {
        let encoded = write::context_primitive(0, &seed);
        Self::kem_encoded(set, seed, encoded)
    }

    fn kem_encoded(
        set: MlKemSet,
        secret: Zeroizing<Vec<u8>>,
        encoded: Vec<u8>,
    ) -> Result<Self, CryptoError> {
        let public = first(AWS_FIRST, |backend| backend.kem_private(set, &secret))?.public();
        let algorithm = AlgorithmIdentifier::new(ml_kem::of(set).oid);
        let spki = SubjectPublicKeyInfo::new(algorithm, public);
        let substitute = secret.clone();
        let material = Material::Kem {
            set,
            secret,
            loaded: Default::default(),
        };
        Ok(Self::new(material, spki, &substitute, encoded))
    }

    fn from_ml_kem(set: MlKemSet, key: Zeroizing<Vec<u8>>) -> Result<Self, CryptoError> {
        let forms = Forms::read(&key)?;
        let encoded = key.to_vec();
        match (&forms.seed, &forms.expanded) {
            (Some(seed), expanded) => {
                let own = kem::expand(set, seed)
                    .ok_or(CryptoError::Key("an ML-KEM seed has 64 octets"))?;
                forms.agree(Some(&own), expanded.as_deref())?;
                Self::kem_encoded(set, seed.clone(), encoded)
            }
            (None, Some(expanded)) if expanded.len() != 64 => {
                Self::kem_encoded(set, expanded.clone(), encoded)
            }
            _ => Err(CryptoError::Key("malformed ML-KEM private key")),
        }
    }

    fn new(
        material: Material,
        spki: SubjectPublicKeyInfo,
        secret: &[u8],
        encoded: Vec<u8>,
    ) -> Self {
        Self {
            material,
            spki,
            pss: PssUse::Never,
            encoded: Zeroizing::new(encoded),
            substitute_secret: substitute_secret(secret),
        }
    }

    /// The PKCS #8 form without attributes.
    ///
    /// # Errors
    /// An external key does not leave its token.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        if self.encoded.is_empty() {
            return Err(CryptoError::Key("the private key does not leave its token"));
        }
        let algorithm = self.spki.algorithm.to_der();
        let wrapped = Zeroizing::new(write::octet_string(&self.encoded));
        let parts: [&[u8]; 3] = [&write::integer(0), &algorithm, &wrapped];
        Ok(Zeroizing::new(write::sequence(&parts)))
    }
}

/// The forms of one post-quantum private key.
///
/// ```text
/// ML-DSA-44-PrivateKey ::= CHOICE { seed [0] OCTET STRING (SIZE (32)), expandedKey OCTET STRING (SIZE (2560)),
///   both SEQUENCE { seed OCTET STRING (SIZE (32)), expandedKey OCTET STRING (SIZE (2560)) } }
/// ```
/// RFC 9881, section 6; RFC 9935, section 6 has the same shape.
struct Forms {
    seed: Option<Zeroizing<Vec<u8>>>,
    expanded: Option<Zeroizing<Vec<u8>>>,
}

impl Forms {
    fn read(octets: &[u8]) -> Result<Self, CryptoError> {
        let malformed = |_| CryptoError::Key("malformed private key");
        let element = Cursor::single(octets, 0).map_err(malformed)?;
        let copy = |octets: &[u8]| Some(Zeroizing::new(octets.to_vec()));
        if element.header().constructed != (element.tag() == Tag::SEQUENCE) {
            return Err(CryptoError::Key("malformed private key"));
        }
        let (seed, expanded) = match element.tag() {
            tag if tag == Tag::context(0) => (copy(element.contents()), None),
            Tag::OCTET_STRING => (None, copy(element.contents())),
            Tag::SEQUENCE => {
                let mut fields = element.children();
                let seed = fields.expect(Tag::OCTET_STRING).map_err(malformed)?;
                let expanded = fields.expect(Tag::OCTET_STRING).map_err(malformed)?;
                fields.finish().map_err(malformed)?;
                (copy(seed.contents()), copy(expanded.contents()))
            }
            _ => return Err(CryptoError::Key("malformed private key")),
        };
        Ok(Self { seed, expanded })
    }

    /// rfc9881:6 and rfc9935:6: where both forms are there, the expanded one MUST be the seed's.
    fn agree(&self, own: Option<&Vec<u8>>, stated: Option<&Vec<u8>>) -> Result<(), CryptoError> {
        match (own, stated) {
            (Some(own), Some(stated)) if !bool::from(own.ct_eq(stated)) => Err(CryptoError::Key(
                "the seed and the expanded key are not of one key",
            )),
            _ => Ok(()),
        }
    }
}

/// `CurvePrivateKey ::= OCTET STRING` (RFC 8410, 7).
fn curve_private_key(octets: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    Cursor::single(octets, 0)
        .ok()
        .filter(|element| element.tag() == Tag::OCTET_STRING && !element.header().constructed)
        .map(|element| Zeroizing::new(element.contents().to_vec()))
        .ok_or(CryptoError::Key("malformed CurvePrivateKey"))
}
