use cms_core::key::{
    PrivateKey as _, RecipientKey as _, SigningKey as _, UnwrapOutcome, Unwrapped,
};
use cms_core::provider::{KeyLength, RecipientAlgorithm, WrapRequest, WrappedKey};
use cms_core::types::{KeyTransRecipientInfo, RecipientInfo};
use cms_core::{ObjectIdentifier, oid};
use std::string::ToString as _;

use super::*;
use crate::backend::{Backend as _, rust_crypto};
use crate::spec::rsa_transport::{Oaep, RSAES_OAEP, RSAES_PKCS1};
use crate::{KeyType, PROVIDER};

/// A key in memory that plays a token's.
#[derive(Debug)]
struct Token {
    rsa: Option<Box<dyn RsaPrivate>>,
    ec: Option<PrivateKey>,
    /// Whether it gives octets with their padding.
    raw: bool,
    /// Whether it has been pulled out.
    gone: bool,
}

impl Token {
    fn rsa(&self) -> Result<&dyn RsaPrivate, ExternalError> {
        if self.gone {
            return Err(ExternalError::Device("the token is gone".into()));
        }
        Ok(self.rsa.as_deref().unwrap())
    }
}

fn answer<T>(answer: Answer<T>) -> Result<T, ExternalError> {
    answer.map_err(|_| ExternalError::Failed)
}

impl ExternalKey for Token {
    fn rsa_sign_pkcs1(&self, digest_info: &[u8]) -> Result<Vec<u8>, ExternalError> {
        // A token pads whatever it is given; this one takes SHA-256 alone.
        let digest = SignatureInput::Digest(&digest_info[digest_info.len() - 32..]);
        let padding = RsaSignaturePadding::Pkcs1;
        answer(
            self.rsa()?
                .sign(padding, Hash::Sha256, digest, &mut SystemRandom),
        )
    }

    fn rsa_sign_pss(
        &self,
        hash: Hash,
        mgf: Hash,
        salt_len: usize,
        digest: &[u8],
    ) -> Result<Vec<u8>, ExternalError> {
        let padding = RsaSignaturePadding::Pss { mgf, salt_len };
        let digest = SignatureInput::Digest(digest);
        answer(self.rsa()?.sign(padding, hash, digest, &mut SystemRandom))
    }

    fn rsa_decrypt_raw(&self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, ExternalError> {
        if !self.raw {
            return Err(ExternalError::Unsupported);
        }
        let number = answer(self.rsa()?.decrypt_raw(ciphertext))?;
        // Some leave out leading zeros.
        let octets = number.iter().skip_while(|octet| **octet == 0);
        Ok(Zeroizing::new(octets.copied().collect()))
    }

    fn rsa_decrypt_pkcs1(&self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, ExternalError> {
        answer(self.rsa()?.decrypt(RsaEncryptionPadding::Pkcs1, ciphertext))
    }

    fn ecdsa_sign(&self, digest: &[u8]) -> Result<Vec<u8>, ExternalError> {
        let Material::Ec { curve, scalar, .. } = &self.ec.as_ref().unwrap().material else {
            return Err(ExternalError::Unsupported);
        };
        let key = rust_crypto::RustCrypto
            .ec_private(*curve, scalar, &self.ec.as_ref().unwrap().spki.key)
            .unwrap();
        let hash = [Hash::Sha256, Hash::Sha384, Hash::Sha512]
            .into_iter()
            .find(|hash| hash.output_len() == digest.len())
            .unwrap();
        let der = answer(key.sign(hash, SignatureInput::Digest(digest), &mut SystemRandom))?;
        let mut fields = Cursor::single(&der, 0).unwrap().children();
        let mut out = Vec::new();
        for _ in 0..2 {
            let number = fields.element().unwrap().contents();
            let number: Vec<u8> = number.iter().copied().skip_while(|o| *o == 0).collect();
            out.extend_from_slice(&padded(&number, curve.field_len()).unwrap());
        }
        Ok(out)
    }

    fn ecdh(&self, peer: &[u8]) -> Result<Zeroizing<Vec<u8>>, ExternalError> {
        let key = self.ec.as_ref().unwrap();
        let peer = SubjectPublicKeyInfo::new(key.spki.algorithm.clone(), peer.to_vec());
        key.agree(&peer).map_err(|_| ExternalError::Failed)
    }
}

fn token(key: &PrivateKey) -> Token {
    let copy = || PrivateKey::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
    let is_rsa = matches!(key.material, Material::Rsa { .. });
    Token {
        rsa: is_rsa.then(|| rust_crypto::RustCrypto.rsa_private(&key.encoded).unwrap()),
        ec: (!is_rsa).then(copy),
        raw: true,
        gone: false,
    }
}

/// The same key as if it were on a token that gives octets with their padding.
pub(crate) fn outside(key: &PrivateKey) -> PrivateKey {
    PrivateKey::external(&key.spki, Arc::new(token(key))).unwrap()
}

/// A content-encryption key under a public key.
fn wrapped(key: &PrivateKey, algorithm: &dyn RecipientAlgorithm) -> KeyTransRecipientInfo {
    let keys = [key.spki.clone()];
    let request = WrapRequest {
        keys: &keys,
        cek: &[7; 16],
        ukm: None,
    };
    let wrapped = algorithm.wrap(&request, &mut SystemRandom).unwrap();
    let WrappedKey::KeyTrans {
        algorithm,
        encrypted_key,
    } = wrapped
    else {
        panic!("no key transport");
    };
    let der = write::sequence(&[
        &write::integer(2),
        &write::context_primitive(0, b"id"),
        &algorithm.to_der(),
        &write::octet_string(&encrypted_key),
    ]);
    let info = RecipientInfo::decode(&Cursor::single(&der, 0).unwrap()).unwrap();
    let RecipientInfo::KeyTrans(info) = info else {
        panic!("no key transport");
    };
    info
}

fn open(key: Token, spki: &SubjectPublicKeyInfo, info: &KeyTransRecipientInfo) -> Opened {
    PrivateKey::external(spki, Arc::new(key))
        .unwrap()
        .open_key_trans(info, KeyLength::Exact(16))
}

type Opened = Result<Unwrapped, CryptoError>;

fn signs(key: &PrivateKey, digest: Option<&ObjectIdentifier>) {
    let scheme = key.scheme(digest).unwrap();
    let hash = PROVIDER.digest(&scheme.digest_algorithm.oid).unwrap();
    let digest = hash.digest(b"a message");
    for input in [
        SignatureInput::Message(b"a message"),
        SignatureInput::Digest(&digest),
    ] {
        let signature = key.sign(&scheme, input, &mut SystemRandom).unwrap();
        let algorithm = &scheme.signature_algorithm;
        let verifier = PROVIDER.signature(algorithm).unwrap();
        let digest_algorithm = Some(&scheme.digest_algorithm);
        let verify = |message: &[u8]| {
            let input = SignatureInput::Message(message);
            verifier.verify(algorithm, digest_algorithm, &key.spki, input, &signature)
        };
        verify(b"a message").unwrap();
        verify(b"another message").unwrap_err();
    }
}

#[test]
fn signs_with_what_the_token_does() {
    let rsa = PrivateKey::generate(KeyType::Rsa(2048), &mut SystemRandom).unwrap();
    signs(&outside(&rsa), None);
    signs(&outside(&rsa).with_pss(), None);
    signs(&outside(&rsa).with_pss(), Some(&oid::SHA512));
    for kind in [KeyType::P256, KeyType::P384, KeyType::P521] {
        let key = PrivateKey::generate(kind, &mut SystemRandom).unwrap();
        signs(&outside(&key), None);
    }
    // FIPS 186-5, 6.4.1: of a digest that is longer than the order, its first octets.
    let p256 = PrivateKey::generate(KeyType::P256, &mut SystemRandom).unwrap();
    signs(&outside(&p256), Some(&oid::SHA512));
}

#[test]
fn opens_with_what_the_token_does() {
    let key = PrivateKey::generate(KeyType::Rsa(2048), &mut SystemRandom).unwrap();
    let v15 = wrapped(&key, &RSAES_PKCS1);
    let oaep = wrapped(&key, &Oaep::new(Hash::Sha384));
    let padded = || Token {
        raw: false,
        ..token(&key)
    };
    let opened = open(token(&key), &key.spki, &v15).unwrap();
    assert_eq!(opened.key.as_slice(), [7; 16]);
    assert_eq!(opened.outcome, UnwrapOutcome::Unknown);
    let opened = open(padded(), &key.spki, &v15).unwrap();
    assert_eq!(opened.key.as_slice(), [7; 16]);
    assert_eq!(opened.outcome, UnwrapOutcome::Unknown);
    let opened = open(token(&key), &key.spki, &oaep).unwrap();
    assert_eq!(opened.key.as_slice(), [7; 16]);
    assert_eq!(opened.outcome, UnwrapOutcome::Genuine);
    let error = open(padded(), &key.spki, &oaep).unwrap_err();
    assert!(matches!(error, CryptoError::Unsupported(_)), "{error}");
}

#[test]
fn wrong_paddings_show_with_no_token() {
    let key = PrivateKey::generate(KeyType::Rsa(2048), &mut SystemRandom).unwrap();
    for raw in [true, false] {
        let token = || Token { raw, ..token(&key) };
        let mut info = wrapped(&key, &RSAES_PKCS1);
        *info.encrypted_key.last_mut().unwrap() ^= 1;
        let opened = open(token(), &key.spki, &info).unwrap();
        assert_ne!(opened.key.as_slice(), [7; 16]);
        assert_eq!(opened.key.as_slice().len(), 16);
        assert_eq!(opened.outcome, UnwrapOutcome::Unknown);
    }
}

#[test]
fn a_token_that_is_gone_is_an_error_and_no_substitute() {
    let key = PrivateKey::generate(KeyType::Rsa(2048), &mut SystemRandom).unwrap();
    let gone = CryptoError::External("the token is gone".into());
    for raw in [true, false] {
        let token = || Token {
            raw,
            gone: true,
            ..token(&key)
        };
        let error = open(token(), &key.spki, &wrapped(&key, &RSAES_PKCS1)).unwrap_err();
        assert_eq!(error, gone);
        if raw {
            let error = open(token(), &key.spki, &wrapped(&key, &RSAES_OAEP)).unwrap_err();
            assert_eq!(error, gone);
        }
        let outside = PrivateKey::external(&key.spki, Arc::new(token())).unwrap();
        let scheme = outside.scheme(None).unwrap();
        let input = SignatureInput::Message(b"");
        let error = outside.sign(&scheme, input, &mut SystemRandom).unwrap_err();
        assert_eq!(error, gone);
    }
}

#[test]
fn an_external_key_has_no_octets_and_not_every_kind() {
    let key = PrivateKey::generate(KeyType::P256, &mut SystemRandom).unwrap();
    let outside = outside(&key);
    assert_eq!(outside.public_key().key, key.spki.key);
    let text = outside.to_pkcs8().unwrap_err().to_string();
    assert!(text.contains("token"), "{text}");
    let ed25519 = PrivateKey::generate(KeyType::Ed25519, &mut SystemRandom).unwrap();
    let error = PrivateKey::external(&ed25519.spki, Arc::new(token(&key))).unwrap_err();
    assert!(matches!(error, CryptoError::Unsupported(_)), "{error}");
}
