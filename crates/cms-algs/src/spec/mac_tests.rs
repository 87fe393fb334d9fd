//! Tests of all message authentication codes alike, and of HMACs within PBKDF2.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::write;
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};

use super::MACS;
use crate::PROVIDER;
use crate::random::SystemRandom;

fn hex(text: &str) -> Vec<u8> {
    let text: String = text.split_whitespace().collect();
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn mac(algorithm: &AlgorithmIdentifier, key: &[u8], content: &[u8], step: usize) -> Vec<u8> {
    let algorithm_object = PROVIDER.mac(&algorithm.oid).unwrap();
    let mut mac = algorithm_object.start(algorithm, key).unwrap();
    for chunk in content.chunks(step) {
        mac.update(chunk);
    }
    let found = mac.finish().to_vec();
    assert_eq!(found.len(), algorithm_object.output_len(algorithm).unwrap());
    found
}

#[test]
fn what_is_written_comes_out_in_any_steps() {
    // rfc3370:6.1/1, 6.1/2
    let content: Vec<u8> = (0..=255).cycle().take(700).collect();
    for object in MACS {
        let algorithm = object.identifier(&mut SystemRandom).unwrap();
        let key_len = object.key_len(&algorithm).unwrap().preferred();
        // Key wraps take whole blocks of eight octets.
        assert!(key_len.is_multiple_of(8) && key_len >= 16);
        let key: Vec<u8> = (1..=200).take(key_len).collect();
        for len in [0, 1, 16, 136, 168, 700] {
            let whole = mac(&algorithm, &key, &content[..len], 1000);
            for step in [1, 15, 64, 137] {
                assert_eq!(
                    mac(&algorithm, &key, &content[..len], step),
                    whole,
                    "{object:?}"
                );
            }
            if len > 0 {
                assert_ne!(mac(&algorithm, &key, &content[1..=len.min(699)], 99), whole);
            }
        }
        for bad in [
            write::integer(1),
            write::octet_string(b"x"),
            write::sequence(&[&[5, 0]]),
        ] {
            let bad = AlgorithmIdentifier::with(object.oid(), bad);
            assert!(object.key_len(&bad).is_err(), "{object:?}");
            assert!(object.output_len(&bad).is_err());
            assert!(object.start(&bad, &key).is_err());
        }
        assert!(matches!(
            object.start(&algorithm, &[]).err(),
            Some(CryptoError::Key(_))
        ));
    }
}

/// rfc3370:6.1/3: "absent … or NULL" for an HMAC. GMAC and KMAC have no such form.
#[test]
fn null_is_read_for_an_hmac_alone() {
    for object in MACS {
        let null = AlgorithmIdentifier::with_null(object.oid());
        let is_hmac = alloc::format!("{object:?}").starts_with("Hmac");
        assert_eq!(object.key_len(&null).is_ok(), is_hmac, "{object:?}");
    }
}

const TEXT: &[u8] = b"Content of a message, 30 octets";

/// `openssl mac` 3.0.19.
#[test]
fn hmac_values_of_openssl() {
    let key: Vec<u8> = (0..20).collect();
    for (oid, expected) in [
        (
            oid::HMAC_SHA512_224,
            "F1E92602AA20C2D3C75889A0162B5DEDEFCC9984A4A3D07CCEDFF898",
        ),
        (
            oid::HMAC_SHA512_256,
            "60448ABFE303EC538C1290F748E2F33CF3B9BD9157289DA62EF82BC024C7B1A1",
        ),
        (
            oid::HMAC_SHA3_224,
            "958B015A191D1A62601118FB1523537E8C853B5CE8DF66A30FE65E51",
        ),
        (
            oid::HMAC_SHA3_256,
            "6190803BB77CE8F44ADF7A3E626C107811D018B599FF40E46EAE2DC37254461F",
        ),
        (
            oid::HMAC_SHA3_384,
            "B7E7C955F3ED89B7CA092D999A16AEE647590F96B919D43CA2322A050B2F0A73\
             D944545BF9E83E20B0FEC57852B97019",
        ),
        (
            oid::HMAC_SHA3_512,
            "BBA10BF5AA7A6E96943EEA5F04BB5A76C3AAD4A6D324A8D3BF836C3202F3CAB8\
             B0D207DDDE0DE684DFA3C309AE8CEDF25E7378CF4226696F4D6E99769E19B036",
        ),
    ] {
        assert_eq!(
            mac(&AlgorithmIdentifier::new(oid), &key, TEXT, 7),
            hex(expected)
        );
    }
}

/// `openssl mac` 3.0.19.
#[test]
fn kmac_and_gmac_values_of_openssl() {
    let key: Vec<u8> = (0x40..0x60).collect();
    let tagged = write::sequence(&[
        &write::integer(192),
        &write::octet_string(b"My Tagged Application"),
    ]);
    for (oid, plain, other) in [
        (
            oid::KMAC128_WITH_SHAKE,
            "CD24D151B90F19374CEC69338AA1E1EEB2F55F47A9450F18F49D129FCB913634",
            "8F01AF43D4C39128BD1706229D73F1C70691054D552C07F7",
        ),
        (
            oid::KMAC256_WITH_SHAKE,
            "05997810CADBF4DF5AD25972D3EF6D5AA70C890FC5B26DFB81F31D947A9C38F3\
             17FC5150142FBE42BC4E5F8E3AC0A6FD19226231CD6AFA45B4021D4E3ED60326",
            "C17BAFAA73D8F3CF95BD87934430638F3E2F4EF2840410D2",
        ),
    ] {
        assert_eq!(
            mac(&AlgorithmIdentifier::new(oid), &key, TEXT, 7),
            hex(plain)
        );
        let empty = AlgorithmIdentifier::with(oid, write::sequence(&[]));
        assert_eq!(mac(&empty, &key, TEXT, 7), hex(plain));
        let with = AlgorithmIdentifier::with(oid, tagged.clone());
        assert_eq!(mac(&with, &key, TEXT, 7), hex(other));
        for bits in [0, 8, 88, 97, 8200, 1 << 40] {
            let bad = write::sequence(&[&write::integer(bits)]);
            let bad = AlgorithmIdentifier::with(oid, bad);
            assert!(PROVIDER.mac(&oid).unwrap().output_len(&bad).is_err());
        }
    }
    let nonce = write::octet_string(&hex("000102030405060708090a0b"));
    for (length, parameters) in [
        (16, write::sequence(&[&nonce, &write::integer(16)])),
        (12, write::sequence(&[&nonce])),
    ] {
        let algorithm = AlgorithmIdentifier::with(oid::AES256_GMAC, parameters);
        let expected = hex("B8446035767D905D477D22C81A92482E");
        assert_eq!(mac(&algorithm, &key, TEXT, 5), expected[..length]);
    }
    for length in [0, 4, 11, 17] {
        let bad = write::sequence(&[&nonce, &write::integer(length)]);
        let bad = AlgorithmIdentifier::with(oid::AES256_GMAC, bad);
        assert!(PROVIDER.mac(&bad.oid).unwrap().output_len(&bad).is_err());
    }
}

/// `openssl kdf` 3.0.19.
#[test]
fn pbkdf2_with_newer_hmacs() {
    let salt = write::octet_string(&hex("0102030405060708"));
    let cases: [(ObjectIdentifier, &str); 6] = [
        (oid::HMAC_SHA512_224, "9ebef009331e32adca660e44"),
        (oid::HMAC_SHA512_256, "570079c13d16684a6e846064"),
        (oid::HMAC_SHA3_224, "cef1083c6f3fb216ad3c3c7a"),
        (oid::HMAC_SHA3_256, "602dc4e3366d2b6e57498cfa"),
        (oid::HMAC_SHA3_384, "5c7b676d3cad06e16c017961"),
        (oid::HMAC_SHA3_512, "735cce93305370bd8daf19cb"),
    ];
    for (oid, start) in cases {
        let prf = AlgorithmIdentifier::with_null(oid).to_der();
        let parameters = write::sequence(&[&salt, &write::integer(3), &prf]);
        let algorithm = AlgorithmIdentifier::with(oid::PBKDF2, parameters);
        let derivation = PROVIDER.key_derivation(&oid::PBKDF2).unwrap();
        assert_eq!(derivation.iterations(&algorithm).unwrap(), 3);
        let key = derivation.derive(&algorithm, b"password", 40).unwrap();
        assert_eq!(key[..12], hex(start));
    }
}

/// RFC 6476, 4.3: the second message. PBKDF2 and PWRI-KEK open the master secret of its password.
#[test]
fn auth_enc_rfc6476_section_4_3() {
    // rfc5083:2.2/1
    let prf = write::sequence(&[
        &write::octet_string(&hex("E7B787DF821D12CC")),
        &write::integer(5000),
    ]);
    let derivation = AlgorithmIdentifier::with(oid::PBKDF2, prf);
    let kek = PROVIDER.key_derivation(&oid::PBKDF2).unwrap();
    let kek = kek.derive(&derivation, b"password", 16).unwrap();
    let aes = |iv: &str| {
        AlgorithmIdentifier::with(oid::AES128_CBC, write::octet_string(&hex(iv))).to_der()
    };
    let wrap = AlgorithmIdentifier::with(oid::PWRI_KEK, aes("11D95C520A3ABF22B23070EFF47D6EF6"));
    let wrapped = hex("18392227C3C22C2AA69F2AB0772475AAD8589CCDBB4CAED30DC2CB1D83946C37");
    let secret = PROVIDER.key_wrap(&oid::PWRI_KEK).unwrap();
    let secret = secret.unwrap(&wrap, &kek, &wrapped).unwrap();
    let mac = AlgorithmIdentifier::with_null(oid::HMAC_SHA1_IETF).to_der();
    let algorithm = |iv: &str| {
        let parameters = write::sequence(&[&aes(iv), &mac]);
        AlgorithmIdentifier::with(oid::AUTH_ENC_128, parameters)
    };
    let open = |iv: &str, ciphertext: &[u8]| {
        let cipher = PROVIDER.cipher(&oid::AUTH_ENC_128).unwrap();
        let mut decryptor: Box<_> = cipher.decryptor(&algorithm(iv), &secret)?;
        let mut out = Vec::new();
        decryptor.update(ciphertext, &mut out)?;
        let tag = hex("88A4C1B2BA781BCAF914B0E5FCD18DF802E2B29E");
        decryptor.finish(&[], &tag, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    };
    let ciphertext = hex("98360F0C796236B52D2D9E1C62851E10");
    let iv = "B7250276843C581BA530E24027EEC306";
    let text: Result<String, CryptoError> = open(iv, &ciphertext);
    // The text ends with a zero octet.
    assert_eq!(text.unwrap(), "Some test data\0");
    let other = "B7250276843C581BA530E24027EEC307";
    assert!(matches!(open(other, &ciphertext), Err(CryptoError::Failed)));
}

#[test]
fn auth_enc_parameters() {
    let cipher = PROVIDER.cipher(&oid::AUTH_ENC_256).unwrap();
    let iv = write::octet_string(&[0; 16]);
    let aes = AlgorithmIdentifier::with(oid::AES256_CBC, iv).to_der();
    let mac = AlgorithmIdentifier::new(oid::HMAC_SHA256).to_der();
    let prf = |salt: &[u8], iterations: u64, hash: ObjectIdentifier| {
        let prf = AlgorithmIdentifier::new(hash).to_der();
        let salt = write::octet_string(salt);
        let parameters = write::sequence(&[&salt, &write::integer(iterations), &prf]);
        let pbkdf2 = AlgorithmIdentifier::with(oid::PBKDF2, parameters);
        write::context(0, &pbkdf2.to_der_contents())
    };
    let identifier =
        |parts: &[&[u8]]| AlgorithmIdentifier::with(oid::AUTH_ENC_256, write::sequence(parts));
    for (good, parts) in [
        (
            true,
            [prf(b"", 1, oid::HMAC_SHA256), aes.clone(), mac.clone()],
        ),
        (
            false,
            [prf(b"s", 1, oid::HMAC_SHA256), aes.clone(), mac.clone()],
        ),
        (
            false,
            [prf(b"", 2, oid::HMAC_SHA256), aes.clone(), mac.clone()],
        ),
        (false, [prf(b"", 1, oid::SHA256), aes.clone(), mac.clone()]),
        (false, [Vec::new(), mac.clone(), aes.clone()]),
        (false, [Vec::new(), aes, Vec::new()]),
        (
            false,
            [
                Vec::new(),
                AlgorithmIdentifier::with(oid::DES_EDE3_CBC, write::octet_string(&[0; 8])).to_der(),
                mac,
            ],
        ),
    ] {
        let [prf, encryption, mac] = &parts;
        let algorithm = identifier(&[prf, encryption, mac]);
        assert_eq!(cipher.tag_len(&algorithm).is_ok(), good);
        assert_eq!(cipher.decryptor(&algorithm, &[1; 32]).is_ok(), good);
    }
}
