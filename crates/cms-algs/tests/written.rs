//! What is written: identifiers octet for octet, the key wrap beside a key agreement, keys from good randomness.

#![expect(clippy::unwrap_used, reason = "tests")]

use cms_algs::{KEY_TYPES, KeyType, PROVIDER, PrivateKey, SystemRandom, spec};
use cms_core::ber::Cursor;
use cms_core::key::SigningKey as _;
use cms_core::provider::{Random, RecipientAlgorithm as _, WrapRequest, WrappedKey};
use cms_core::types::{AlgorithmIdentifier, Certificate, SubjectPublicKeyInfo};
use cms_core::{CryptoError, oid};
use testkit::keys;

fn public_key(identity: &keys::TestIdentity) -> SubjectPublicKeyInfo {
    let certificate = Certificate::from_der(identity.certificate).unwrap();
    certificate.spki().unwrap()
}

#[test]
fn key_transport_has_null() {
    // rfc3370:4.2.1/1, 4.2.1/2
    let request = WrapRequest {
        keys: &[public_key(&keys::ALICE)],
        cek: &[7; 16],
        ukm: None,
    };
    let wrapped = spec::RSAES_PKCS1.wrap(&request, &mut SystemRandom).unwrap();
    let WrappedKey::KeyTrans { algorithm, .. } = wrapped else {
        panic!("no key transport");
    };
    let rsa_encryption = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
    assert_eq!(algorithm.to_der(), rsa_encryption);
}

#[test]
fn rsa_signatures_have_null() {
    // rfc5754:3.2/1
    let key = PrivateKey::from_pkcs8(keys::ALICE.key).unwrap();
    for (digest, last) in [(oid::SHA256, 11), (oid::SHA384, 12), (oid::SHA512, 13)] {
        let scheme = key.scheme(Some(&digest)).unwrap();
        let mut expected = *b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x00\x05\x00";
        expected[12] = last;
        assert_eq!(scheme.signature_algorithm.to_der(), expected);
    }
}

#[test]
fn the_key_wrap_is_as_strong_as_the_cipher() {
    // rfc8551:2.3/4
    let x25519 = PrivateKey::generate(KeyType::X25519, &mut SystemRandom).unwrap();
    for key in [public_key(&keys::BOB), x25519.spki().clone()] {
        let algorithm = PROVIDER.recipient(&key).unwrap();
        for (len, expected) in [
            (16, oid::AES128_WRAP),
            (24, oid::AES192_WRAP),
            (32, oid::AES256_WRAP),
        ] {
            let request = WrapRequest {
                keys: std::slice::from_ref(&key),
                cek: &vec![7; len],
                ukm: None,
            };
            let wrapped = algorithm.wrap(&request, &mut SystemRandom).unwrap();
            let WrappedKey::KeyAgree { algorithm, .. } = wrapped else {
                panic!("no key agreement");
            };
            let wrap = algorithm.parameters.unwrap();
            let wrap = AlgorithmIdentifier::decode(&Cursor::single(&wrap, 0).unwrap());
            assert_eq!(wrap.unwrap(), AlgorithmIdentifier::new(expected));
        }
    }
}

/// A source that has nothing.
struct Empty;

impl Random for Empty {
    fn fill(&mut self, _out: &mut [u8]) -> Result<(), CryptoError> {
        Err(CryptoError::Random)
    }
}

#[test]
fn keys_are_made_of_randomness_or_not_at_all() {
    // rfc8551:4.1/1
    for (name, key_type) in KEY_TYPES {
        // That of larger RSA keys is the same code, and slow.
        if matches!(key_type, KeyType::Rsa(bits) if *bits > 2048) {
            continue;
        }
        let made = PrivateKey::generate(*key_type, &mut Empty);
        assert!(matches!(made, Err(CryptoError::Random)), "{name}");
    }
    for key_type in [KeyType::P256, KeyType::Ed25519, KeyType::X25519] {
        let make = || PrivateKey::generate(key_type, &mut SystemRandom).unwrap();
        assert_ne!(make().spki(), make().spki(), "{key_type:?}");
    }
}
