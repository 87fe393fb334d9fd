//! Key agreement: ECDH with the X9.63 KDF (RFC 5753) or HKDF (RFC 8418), X25519 and X448 (RFC 8418), and for reading
//! Diffie-Hellman (RFC 2631, in `dh.rs`).
//!
//! * Identifiers: dhSinglePass-stdDH 1.3.132.1.11.{0..3} and 1.3.133.16.840.63.0.2 (SHA-1), cofactor
//!   1.3.132.1.14.{0..3} and 1.3.133.16.840.63.0.3, HKDF 1.2.840.113549.1.9.16.3.{19,20,21}. Their parameter is the
//!   KeyWrapAlgorithm.
//! * KDF input: the shared secret and `ECC-CMS-SharedInfo` (RFC 5753, 7.2); with HKDF the ukm is the salt as well.
//! * Written with a fresh ephemeral key for each message, a KDF hash as strong as the curve, and a key wrap as long as
//!   the content-encryption key (RFC 8551, 2.3). Other schemes are in `ecdh/chosen_scheme.rs`, an originator with a
//!   static key in `ecdh/static_originator.rs`. ECMQV is not supported.
//! * Strength: half of the curve's bits. RFC 8551, 2.3: P-256 with SHA-256 and X25519 with HKDF-SHA-256 MUST.
//! * Test vectors: Wycheproof (`ecdh`, `x25519`, `x448`), OpenSSL, corpora.

mod chosen_scheme;
mod static_originator;

use alloc::vec::Vec;

use cms_core::key::Unwrapped;
use cms_core::provider::{KeyLength, Random, RecipientAlgorithm, WrapRequest, WrappedKey};
use cms_core::types::{
    AlgorithmIdentifier, KeyAgreeRecipientInfo, OriginatorIdentifierOrKey, SubjectPublicKeyInfo,
};
use cms_core::{CryptoError, ObjectIdentifier, oid};
use zeroize::Zeroizing;

use super::key_wrap::KeyWrap;
use super::{dh, ecdsa, kdf, parameters, rsa_transport};
use crate::backend::{AWS_FIRST, Curve, Secret, first};
use crate::hash::Hash;
use crate::key::{KeyType, PrivateKey};

pub use chosen_scheme::ChosenScheme;
pub use static_originator::StaticEcdh;

/// dhSinglePass-stdDH with the X9.63 KDF: SHA-256 for P-256, SHA-384 for P-384 (RFC 5753, 7.1.4), AES wrap as
/// long as the content-encryption key.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct EcdhX963;

/// dhSinglePass-stdDH with the X9.63 KDF.
// rfc8551:2.3/1
pub const ECDH_X9_63: EcdhX963 = EcdhX963;

/// X25519 or X448 with HKDF (RFC 8418, 2.2), AES wrap as long as the content-encryption key.
#[derive(Clone, Copy, Debug)]
pub struct MontgomeryHkdf {
    key: ObjectIdentifier,
    key_type: KeyType,
    scheme: ObjectIdentifier,
    hash: Hash,
}

/// X25519 with HKDF-SHA-256.
// rfc8551:2.3/2
pub const X25519_HKDF: MontgomeryHkdf = MontgomeryHkdf {
    key: oid::X25519,
    key_type: KeyType::X25519,
    scheme: oid::ECDH_HKDF_SHA256,
    hash: Hash::Sha256,
};

/// X448 with HKDF-SHA-512.
pub const X448_HKDF: MontgomeryHkdf = MontgomeryHkdf {
    key: oid::X448,
    key_type: KeyType::X448,
    scheme: oid::ECDH_HKDF_SHA512,
    hash: Hash::Sha512,
};

/// How the key-encryption key comes out of the shared secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kdf {
    /// That of RFC 2631.
    Dh,
    Hkdf(Hash),
    X963(Hash),
}

/// Schemes. The cofactor of P-256 and P-384 is 1, so that cofactor agreement is the standard one; the agreement names
/// its KDF, the KDF's parameter the key wrap.
pub(crate) const SCHEMES: &[(ObjectIdentifier, Kdf)] = &[
    (oid::ECDH_STD_SHA1, Kdf::X963(Hash::Sha1)),
    (oid::ECDH_STD_SHA224, Kdf::X963(Hash::Sha224)),
    (oid::ECDH_STD_SHA256, Kdf::X963(Hash::Sha256)),
    (oid::ECDH_STD_SHA384, Kdf::X963(Hash::Sha384)),
    (oid::ECDH_STD_SHA512, Kdf::X963(Hash::Sha512)),
    (oid::ECDH_COFACTOR_SHA1, Kdf::X963(Hash::Sha1)),
    (oid::ECDH_COFACTOR_SHA224, Kdf::X963(Hash::Sha224)),
    (oid::ECDH_COFACTOR_SHA256, Kdf::X963(Hash::Sha256)),
    (oid::ECDH_COFACTOR_SHA384, Kdf::X963(Hash::Sha384)),
    (oid::ECDH_COFACTOR_SHA512, Kdf::X963(Hash::Sha512)),
    (oid::ECDH_HKDF_SHA256, Kdf::Hkdf(Hash::Sha256)),
    (oid::ECDH_HKDF_SHA384, Kdf::Hkdf(Hash::Sha384)),
    (oid::ECDH_HKDF_SHA512, Kdf::Hkdf(Hash::Sha512)),
    // rfc3370:4.1.1/6
    (oid::DH_ES, Kdf::Dh),
    // rfc3370:4.1.2/5
    (oid::DH_SS, Kdf::Dh),
];

/// ECMQV (RFC 5753, 3.2), which is not supported.
const ECMQV: &[ObjectIdentifier] = &[
    oid::MQV_SHA1,
    oid::MQV_SHA224,
    oid::MQV_SHA256,
    oid::MQV_SHA384,
    oid::MQV_SHA512,
];

/// A key encryption algorithm of a KeyAgreeRecipientInfo.
struct Scheme {
    kdf: Kdf,
    wrap: KeyWrap,
    /// As it stands in the message: the octets go into the KDF.
    wrap_identifier: AlgorithmIdentifier,
}

impl Scheme {
    /// With a key wrap as long as the content-encryption key (RFC 8551, 2.3).
    fn new(kdf: Kdf, cek: &[u8]) -> Self {
        let wrap = KeyWrap::for_cek_len(cek.len());
        Self {
            kdf,
            wrap,
            wrap_identifier: wrap.identifier(),
        }
    }

    fn decode(algorithm: &AlgorithmIdentifier) -> Result<Self, CryptoError> {
        let kdf = parameters::find(SCHEMES, &algorithm.oid).ok_or_else(|| {
            // Nobody was seen to write it, and no vector of it is published.
            if ECMQV.contains(&algorithm.oid) {
                return CryptoError::Unsupported("ECMQV: not supported, RFC 5753, 3.2".into());
            }
            CryptoError::unsupported_oid(&algorithm.oid)
        })?;
        // rfc3370:4.1.1/7
        let wrap_identifier = AlgorithmIdentifier::decode(&parameters::element(algorithm)?)
            .map_err(|_| CryptoError::Parameters("KeyWrapAlgorithm is malformed"))?;
        Ok(Self {
            kdf,
            wrap: KeyWrap::decode(&wrap_identifier)?,
            wrap_identifier,
        })
    }

    fn identifier(&self, oid: ObjectIdentifier) -> AlgorithmIdentifier {
        AlgorithmIdentifier::with(oid, self.wrap_identifier.to_der())
    }

    /// The content-encryption key, wrapped for each of these secrets.
    fn wrapped(
        &self,
        oid: ObjectIdentifier,
        originator: OriginatorIdentifierOrKey,
        shared: &[Secret],
        ukm: Option<Vec<u8>>,
        cek: &[u8],
    ) -> Result<WrappedKey, CryptoError> {
        let encrypted_keys = shared.iter().map(|shared| {
            let kek = self.kek(shared, ukm.as_deref());
            self.wrap.wrap(&kek, cek)
        });
        Ok(WrappedKey::KeyAgree {
            encrypted_keys: encrypted_keys.collect::<Result<_, _>>()?,
            algorithm: self.identifier(oid),
            originator,
            ukm,
        })
    }

    fn kek(&self, shared: &[u8], ukm: Option<&[u8]>) -> Zeroizing<Vec<u8>> {
        let len = self.wrap.kek_len();
        let info = kdf::ecc_cms_shared_info(&self.wrap_identifier, ukm, len);
        match self.kdf {
            Kdf::Dh => dh::kek(shared, &self.wrap_identifier.oid, ukm, len),
            Kdf::X963(hash) => kdf::x9_63(hash, shared, &info, len),
            // rfc8418:2.2: "if ukm is provided, then salt = ukm, else salt is not provided".
            Kdf::Hkdf(hash) => kdf::hkdf(hash, shared, ukm, &info, len),
        }
    }
}

/// dhSinglePass-stdDH with the KDF's hash as strong as the curve (RFC 5753, 7.1.4).
fn standard(curve: Curve) -> (ObjectIdentifier, Kdf) {
    let (oid, hash) = match ecdsa::natural_hash(curve) {
        Hash::Sha224 => (oid::ECDH_STD_SHA224, Hash::Sha224),
        Hash::Sha384 => (oid::ECDH_STD_SHA384, Hash::Sha384),
        Hash::Sha512 => (oid::ECDH_STD_SHA512, Hash::Sha512),
        _ => (oid::ECDH_STD_SHA256, Hash::Sha256),
    };
    (oid, Kdf::X963(hash))
}

/// Encrypts to the keys of a request with a fresh ephemeral key of the same kind, used once: for this message, and for
/// these recipients alone.
fn wrap(
    oid: ObjectIdentifier,
    kdf: Kdf,
    originator: Originator,
    request: &WrapRequest<'_>,
    random: &mut dyn Random,
) -> Result<WrappedKey, CryptoError> {
    let scheme = Scheme::new(kdf, request.cek);
    let (originator, shared) = ephemeral(originator, request.keys, random)?;
    scheme.wrapped(
        oid,
        OriginatorIdentifierOrKey::OriginatorKey(originator),
        &shared,
        request.ukm.map(<[u8]>::to_vec),
        request.cek,
    )
}

/// The kind of a fresh originator key.
#[derive(Clone, Copy)]
enum Originator {
    Ec(Curve),
    Montgomery(KeyType),
}

/// A fresh public key, and the secrets that it shares with others.
fn ephemeral(
    kind: Originator,
    keys: &[SubjectPublicKeyInfo],
    random: &mut dyn Random,
) -> Result<(SubjectPublicKeyInfo, Vec<Secret>), CryptoError> {
    let ephemeral = match kind {
        Originator::Montgomery(key_type) => PrivateKey::generate(key_type, random)?,
        Originator::Ec(curve) => {
            let points = keys.iter().map(|key| {
                let (peer, point) = ecdsa::public_key(key)?;
                if peer == curve {
                    Ok(point)
                } else {
                    Err(CryptoError::Key("the recipients use different curves"))
                }
            });
            let points = points.collect::<Result<Vec<_>, _>>()?;
            let fast = first(AWS_FIRST, |backend| {
                backend.ecdh_ephemeral(curve, &points, random)
            });
            // A backend that draws its own randomness does not serve a given source.
            if !matches!(fast, Err(CryptoError::Unsupported(_))) {
                let (point, shared) = fast?;
                let algorithm = ecdsa::key_identifier(curve);
                return Ok((SubjectPublicKeyInfo::new(algorithm, point), shared));
            }
            PrivateKey::generate_ec(curve, random)?
        }
    };
    let shared = keys.iter().map(|key| ephemeral.agree(key));
    let shared = shared.collect::<Result<_, _>>()?;
    Ok((ephemeral.spki().clone(), shared))
}

/// Schemes with a key wrap: AES-128 and AES-256 before the rest, SHA-256 before what is longer, shorter or older.
fn capabilities(wanted: impl Fn(&Kdf) -> bool) -> Vec<AlgorithmIdentifier> {
    let strength = |kdf: &Kdf| match kdf {
        Kdf::X963(hash) | Kdf::Hkdf(hash) => match hash {
            Hash::Sha256 => 0,
            Hash::Sha384 => 1,
            Hash::Sha512 => 2,
            Hash::Sha224 => 3,
            _ => 4,
        },
        Kdf::Dh => 5,
    };
    let mut schemes: Vec<_> = SCHEMES.iter().filter(|(_, kdf)| wanted(kdf)).collect();
    schemes.sort_by_key(|(_, kdf)| strength(kdf));
    let mut list = Vec::new();
    for (oid, _) in &schemes {
        let aes = [KeyWrap::Aes128, KeyWrap::Aes256, KeyWrap::Aes192];
        list.extend(aes.map(|wrap| AlgorithmIdentifier::with(*oid, wrap.identifier().to_der())));
    }
    // Triple-DES wrap has NULL beside SHA-1 alone, as RFC 5753, 6 prints it.
    for (oid, kdf) in &schemes {
        let wrap = match kdf {
            Kdf::X963(Hash::Sha1) => AlgorithmIdentifier::with_null(oid::CMS_3DES_WRAP),
            Kdf::X963(_) => AlgorithmIdentifier::new(oid::CMS_3DES_WRAP),
            _ => continue,
        };
        list.push(AlgorithmIdentifier::with(*oid, wrap.to_der()));
    }
    list
}

impl RecipientAlgorithm for EcdhX963 {
    fn serves(&self, key: &SubjectPublicKeyInfo) -> bool {
        ecdsa::curve(&key.algorithm).is_ok()
    }

    fn oid(&self) -> ObjectIdentifier {
        oid::ECDH_STD_SHA256
    }

    fn wrap(
        &self,
        request: &WrapRequest<'_>,
        random: &mut dyn Random,
    ) -> Result<WrappedKey, CryptoError> {
        let first = request.keys.first();
        let first = first.ok_or(CryptoError::Key("a key agreement needs a key"))?;
        let curve = ecdsa::curve(&first.algorithm)?;
        let (oid, kdf) = standard(curve);
        wrap(oid, kdf, Originator::Ec(curve), request, random)
    }

    /// The scheme with its key wrap (RFC 5753, 6; RFC 8418, 6); those of RFC 5753's tables that are current first.
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        capabilities(|kdf| matches!(kdf, Kdf::X963(_)))
    }
}

impl RecipientAlgorithm for MontgomeryHkdf {
    fn serves(&self, key: &SubjectPublicKeyInfo) -> bool {
        key.algorithm.oid == self.key
    }

    fn oid(&self) -> ObjectIdentifier {
        self.scheme
    }

    fn wrap(
        &self,
        request: &WrapRequest<'_>,
        random: &mut dyn Random,
    ) -> Result<WrappedKey, CryptoError> {
        wrap(
            self.scheme,
            Kdf::Hkdf(self.hash),
            Originator::Montgomery(self.key_type),
            request,
            random,
        )
    }

    /// The scheme with its key wrap (RFC 8418, 6).
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        capabilities(|kdf| matches!(kdf, Kdf::Hkdf(_)))
    }
}

/// Opens one wrapped key of a key agreement with a private key.
pub(crate) fn open(
    key: &PrivateKey,
    info: &KeyAgreeRecipientInfo,
    index: usize,
    originator: Option<&SubjectPublicKeyInfo>,
    cek: KeyLength,
    substitute_secret: &[u8],
) -> Result<Unwrapped, CryptoError> {
    let scheme = Scheme::decode(&info.key_encryption_algorithm)?;
    // Each family has its own schemes, by which policy judges it.
    let finite_field = key.spki().algorithm.oid == oid::DH_PUBLIC_NUMBER;
    if finite_field != (scheme.kdf == Kdf::Dh) {
        return Err(CryptoError::Key("the scheme is for another kind of key"));
    }
    // rfc3370:4.1.1/4, rfc5652:6.2.2/2
    let mut peer = match (&info.originator, originator) {
        (OriginatorIdentifierOrKey::OriginatorKey(key), _) => key.clone(),
        (_, Some(key)) => key.clone(),
        _ => return Err(CryptoError::Key("the originator's certificate is unknown")),
    };
    // rfc5753:3.1.1: the originator's parameters are absent, NULL or the curve; they are the recipient's. So are those
    // of a Diffie-Hellman group (RFC 2631, 2.3).
    let inherits = [oid::EC_PUBLIC_KEY, oid::DH_PUBLIC_NUMBER].contains(&peer.algorithm.oid);
    if inherits && peer.algorithm.has_no_parameters() {
        peer.algorithm = key.spki().algorithm.clone();
    }
    let wrapped = info
        .recipient_encrypted_keys
        .get(index)
        .map(|entry| entry.encrypted_key.as_slice())
        .unwrap_or_default();
    // rfc3370:4.1.1/9
    let unwrapped = key.agree(&peer).and_then(|shared| {
        scheme
            .wrap
            .unwrap(&scheme.kek(&shared, info.ukm.as_deref()), wrapped)
    });
    rsa_transport::outcome(unwrapped, substitute_secret, wrapped, cek)
}

#[cfg(test)]
mod tests {
    use cms_core::ber::{Tag, write};
    use cms_core::types::{RecipientEncryptedKey, RecipientIdentifier};

    use super::*;

    /// Worked out with Python's hmac module from RFC 8418, 2.2 and RFC 5753, 7.2.
    #[test]
    fn hkdf_is_salted_with_the_ukm() {
        let scheme = Scheme {
            kdf: Kdf::Hkdf(Hash::Sha256),
            wrap: KeyWrap::Aes128,
            wrap_identifier: KeyWrap::Aes128.identifier(),
        };
        let shared: Vec<u8> = (0..32).collect();
        let hex = |octets: &[u8]| -> alloc::string::String {
            octets
                .iter()
                .map(|octet| alloc::format!("{octet:02x}"))
                .collect()
        };
        assert_eq!(
            hex(&scheme.kek(&shared, Some(b"ukm-octets"))),
            "5e973114ff71e9d18248eeb8527705bd"
        );
        assert_eq!(
            hex(&scheme.kek(&shared, None)),
            "ede3433e6cfa39325ebb4f399dda2b64"
        );
    }

    /// A Diffie-Hellman key in a group of 1032 bits.
    fn dh_key() -> PrivateKey {
        let group = crate::backend::rust_crypto::dh::tests::odd_group();
        let number = |octets: &[u8]| {
            let contents = [&[0], octets].concat();
            write::tagged(Tag::INTEGER, write::Form::Primitive, &contents)
        };
        let short = |octets: &[u8]| write::tagged(Tag::INTEGER, write::Form::Primitive, octets);
        let domain = [number(&group.p), short(&group.g), number(&group.q)];
        let domain = write::sequence(&[&domain[0], &domain[1], &domain[2]]);
        let pkcs8 = write::sequence(&[
            &write::integer(0),
            &AlgorithmIdentifier::with(oid::DH_PUBLIC_NUMBER, domain).to_der(),
            &write::octet_string(&write::integer(113)),
        ]);
        PrivateKey::from_pkcs8(&pkcs8).unwrap()
    }

    #[test]
    fn static_diffie_hellman_is_read_by_its_identifier() {
        // rfc3370:4.1.2/5
        let key = dh_key();
        let (cek, ukm) = ([5; 16], [3; 64]);
        let zz = key.agree(key.spki()).unwrap();
        let kek = dh::kek(&zz, &oid::AES128_WRAP, Some(&ukm), 16);
        let wrapped = KeyWrap::Aes128.wrap(&kek, &cek).unwrap();
        let open = |arc: &str, originator| {
            let rid = RecipientIdentifier::SubjectKeyIdentifier(alloc::vec![1]);
            let scheme = AlgorithmIdentifier::with(
                ObjectIdentifier::new_unwrap(arc),
                KeyWrap::Aes128.identifier().to_der(),
            );
            let info = KeyAgreeRecipientInfo::new(
                OriginatorIdentifierOrKey::SubjectKeyIdentifier(alloc::vec![1]),
                Some(ukm.to_vec()),
                scheme,
                alloc::vec![RecipientEncryptedKey::new(rid, wrapped.clone())],
            );
            open(&key, &info, 0, originator, KeyLength::Exact(16), b"secret").map(|one| one.key)
        };
        let originator = Some(key.spki());
        let opened = open("1.2.840.113549.1.9.16.3.10", originator).unwrap();
        assert_eq!(*opened, cek);
        let unknown = open("1.2.840.113549.1.9.16.3.11", originator);
        assert!(matches!(unknown, Err(CryptoError::Unsupported(_))));
        // The originator's key is in a certificate, which has to be there.
        let unknown = open("1.2.840.113549.1.9.16.3.10", None);
        assert!(matches!(unknown, Err(CryptoError::Key(_))));
    }

    /// Each family has schemes of its own, by which policy judges it (RFC 2631; RFC 5753).
    #[test]
    fn keys_and_schemes_of_different_families_do_not_mix() {
        let dh = dh_key();
        let p256 = PrivateKey::generate(KeyType::P256, &mut crate::SystemRandom).unwrap();
        for (key, own, other) in [
            (&dh, oid::DH_ES, oid::ECDH_STD_SHA256),
            (&p256, oid::ECDH_STD_SHA256, oid::DH_ES),
            (&p256, oid::ECDH_STD_SHA256, oid::DH_SS),
        ] {
            let opened = |scheme| {
                let rid = RecipientIdentifier::SubjectKeyIdentifier(alloc::vec![1]);
                let entry = RecipientEncryptedKey::new(rid, alloc::vec![0; 24]);
                let originator = OriginatorIdentifierOrKey::OriginatorKey(key.spki().clone());
                let wrap = KeyWrap::Aes128.identifier().to_der();
                let scheme = AlgorithmIdentifier::with(scheme, wrap);
                let entries = alloc::vec![entry];
                let info = KeyAgreeRecipientInfo::new(originator, None, scheme, entries);
                open(key, &info, 0, None, KeyLength::Exact(16), b"secret").map(|_| ())
            };
            // A key that does not unwrap is substituted, which is no error; a scheme for others is one.
            assert_eq!(opened(own), Ok(()));
            let refused = CryptoError::Key("the scheme is for another kind of key");
            assert_eq!(opened(other), Err(refused));
        }
    }
}
