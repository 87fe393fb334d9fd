//! Tests of all content ciphers alike: values from elsewhere, round trips, and what must be refused.

use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::write;
use cms_core::provider::{CipherKind, ContentCipher, KeyLength};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};

use super::CIPHERS;
use crate::PROVIDER;
use crate::random::SystemRandom;

fn hex(text: &str) -> Vec<u8> {
    let text: String = text.split_whitespace().collect();
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn decrypt(
    algorithm: &AlgorithmIdentifier,
    key: &[u8],
    ciphertext: &[u8],
    aad: &[u8],
    tag: &[u8],
    step: usize,
) -> Result<Vec<u8>, CryptoError> {
    let mut decryptor = PROVIDER.cipher(&algorithm.oid)?.decryptor(algorithm, key)?;
    let mut out = Vec::new();
    for chunk in ciphertext.chunks(step) {
        decryptor.update(chunk, &mut out)?;
    }
    decryptor.finish(aad, tag, &mut out)?;
    Ok(out)
}

fn encrypt(
    cipher: &dyn ContentCipher,
    algorithm: &AlgorithmIdentifier,
    key: &[u8],
    content: &[u8],
    aad: &[u8],
    step: usize,
) -> (Vec<u8>, Vec<u8>) {
    let mut encryptor = cipher.encryptor(algorithm, key).unwrap();
    let mut out = Vec::new();
    for chunk in content.chunks(step) {
        encryptor.update(chunk, &mut out).unwrap();
    }
    let tag = encryptor.finish(aad, &mut out).unwrap();
    (out, tag)
}

#[test]
fn what_is_written_is_read_and_nothing_else() {
    // rfc3370:5.1/1, 5.2/1, 5.2/2, rfc8551:2.7/1, 2.7/2
    let content: Vec<u8> = (0..=255).cycle().take(1000).collect();
    for cipher in CIPHERS {
        let Ok(algorithm) = cipher.identifier(&mut SystemRandom) else {
            continue;
        };
        let key_len = cipher.key_len(&algorithm).unwrap().preferred();
        let key: Vec<u8> = (1..=200).take(key_len).collect();
        for (len, aad) in [(0, 0), (1, 0), (15, 3), (16, 16), (17, 300), (1000, 40)] {
            let (content, aad) = (&content[..len], alloc::vec![0x31; aad]);
            let (ciphertext, tag) = encrypt(*cipher, &algorithm, &key, content, &aad, 1000);
            for step in [1, 7, 16, 33] {
                let (again, same_tag) = encrypt(*cipher, &algorithm, &key, content, &aad, step);
                assert_eq!((&again, &same_tag), (&ciphertext, &tag));
                let found = decrypt(&algorithm, &key, &ciphertext, &aad, &tag, step);
                assert_eq!(found.unwrap(), content, "{cipher:?} {len} {step}");
            }
            let expected = cipher.ciphertext_len(u64::try_from(len).unwrap());
            assert_eq!(u64::try_from(ciphertext.len()).unwrap(), expected);
            assert_eq!(tag.len(), cipher.tag_len(&algorithm).unwrap());
            if cipher.kind() != CipherKind::Aead {
                assert!(decrypt(&algorithm, &key, &ciphertext, &aad, &[0; 16], 9).is_err());
                continue;
            }
            let refused = |ciphertext: &[u8], aad: &[u8], tag: &[u8]| {
                let result = decrypt(&algorithm, &key, ciphertext, aad, tag, 1000);
                assert!(matches!(result, Err(CryptoError::Failed)), "{cipher:?}");
            };
            for index in (0..ciphertext.len()).step_by(13) {
                let mut bad = ciphertext.clone();
                bad[index] ^= 0x80;
                refused(&bad, &aad, &tag);
            }
            for index in 0..tag.len() {
                let mut bad = tag.clone();
                bad[index] ^= 1;
                refused(&ciphertext, &aad, &bad);
            }
            refused(&ciphertext, &[aad.as_slice(), &[0]].concat(), &tag);
            refused(&ciphertext, b"other", &tag);
            refused(&ciphertext, &aad, &tag[..11]);
            refused(&ciphertext, &aad, &[]);
            refused(&ciphertext, &aad, &[tag.as_slice(), &[0]].concat());
        }
        for len in [0, 1, key_len - 1, key_len + 1] {
            let key = alloc::vec![1; len];
            assert!(matches!(
                cipher.encryptor(&algorithm, &key),
                Err(CryptoError::Key(_))
            ));
            let decryptor = cipher.decryptor(&algorithm, &key).err();
            if !cipher.key_len(&algorithm).unwrap().allows(len) {
                assert!(
                    matches!(decryptor, Some(CryptoError::Key(_))),
                    "{cipher:?} {len}"
                );
            }
        }
        for parameters in [
            None,
            Some(alloc::vec![5, 0]),
            Some(write::octet_string(&[0; 5])),
        ] {
            let bad = AlgorithmIdentifier {
                parameters,
                ..algorithm.clone()
            };
            for result in [
                cipher.encryptor(&bad, &key).err(),
                cipher.decryptor(&bad, &key).err(),
            ] {
                assert!(
                    matches!(result, Some(CryptoError::Parameters(_))),
                    "{cipher:?}"
                );
            }
        }
    }
}

#[test]
fn what_is_only_read_is_not_written() {
    for oid in [oid::SEED_CBC, oid::DES_CBC, oid::CAST5_CBC, oid::IDEA_CBC] {
        let cipher = PROVIDER.cipher(&oid).unwrap();
        let identifier = cipher.identifier(&mut SystemRandom);
        assert!(matches!(identifier, Err(CryptoError::Unsupported(_))));
        let algorithm = AlgorithmIdentifier::with(oid, write::octet_string(&[0; 8]));
        let encryptor = cipher.encryptor(&algorithm, &[0; 16]).err();
        assert!(matches!(encryptor, Some(CryptoError::Unsupported(_))));
    }
}

const TEXT: &[u8] = b"Content of a message, 30 octets";

/// `openssl enc` 3.0.19 with the providers legacy and default.
#[test]
fn cbc_values_of_openssl() {
    let cases: [(ObjectIdentifier, &str, &str, &str); 4] = [
        (
            oid::SEED_CBC,
            "00112233445566778899aabbccddeeff",
            "0f0e0d0c0b0a09080706050403020100",
            "9600442b67cdf7cad48e7325dee4f9f7a4ae2c9d118de04d941034c6d997f677",
        ),
        (
            oid::CAST5_CBC,
            "00112233445566778899aabbccddeeff",
            "0f0e0d0c0b0a0908",
            "33e3b2abb7cae0c8e4f1207eab947021c0af86b6cc8a62854c06de9d9eaecefa",
        ),
        (
            oid::CAMELLIA256_CBC,
            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
            "0f0e0d0c0b0a09080706050403020100",
            "9c8b9509f2013271a71dcde7ffeab8606296c88fcd8b3cc3c1cb53eb1f48867f",
        ),
        (
            oid::DES_CBC,
            "0011223344556677",
            "0f0e0d0c0b0a0908",
            "e2e9db29383c251ba8a30c1903a0871ed80951631b4c42462dbd3288c02a4008",
        ),
    ];
    for (oid, key, iv, ciphertext) in cases {
        let mut forms = alloc::vec![write::octet_string(&hex(iv))];
        if oid == oid::CAST5_CBC {
            forms.push(write::sequence(&[&forms[0], &write::integer(128)]));
        }
        for form in forms {
            let algorithm = AlgorithmIdentifier::with(oid, form);
            for step in [1, 8, 32] {
                let found = decrypt(&algorithm, &hex(key), &hex(ciphertext), &[], &[], step);
                assert_eq!(found.unwrap(), TEXT);
            }
            let mut short = hex(key);
            short.pop();
            assert!(decrypt(&algorithm, &short, &hex(ciphertext), &[], &[], 9).is_err());
        }
    }
}

#[test]
fn cast5_parameters() {
    let cipher = PROVIDER.cipher(&oid::CAST5_CBC).unwrap();
    let identifier = |iv: Option<&[u8]>, bits: u64| {
        let iv = iv.map(write::octet_string).unwrap_or_default();
        let parameters = write::sequence(&[&iv, &write::integer(bits)]);
        AlgorithmIdentifier::with(oid::CAST5_CBC, parameters)
    };
    for (bits, len) in [(40, 5), (80, 10), (128, 16)] {
        let algorithm = identifier(None, bits);
        assert_eq!(cipher.key_len(&algorithm).unwrap(), KeyLength::Exact(len));
        assert!(cipher.decryptor(&algorithm, &alloc::vec![1; len]).is_ok());
        assert!(
            cipher
                .decryptor(&algorithm, &alloc::vec![1; len - 1])
                .is_err()
        );
    }
    for bad in [
        identifier(None, 0),
        identifier(None, 32),
        identifier(None, 42),
        identifier(None, 136),
        identifier(Some(&[0; 7]), 128),
        AlgorithmIdentifier::with(oid::CAST5_CBC, write::sequence(&[])),
    ] {
        assert!(matches!(
            cipher.key_len(&bad),
            Err(CryptoError::Parameters(_))
        ));
    }
}

/// rfc3058:2: "If IV is not specified, the first 64 bits of the ciphertext MUST be considered as the initial vector."
#[test]
fn idea_with_its_iv_in_the_ciphertext() {
    let (key, iv) = ([0x42; 16], [0x24; 8]);
    let padded = [TEXT, &[1]].concat();
    let ciphertext =
        super::raw_cbc::encrypt(crate::backend::BlockCipher::Idea, &key, &iv, &padded).unwrap();
    let iv = write::octet_string(&iv);
    for form in [iv.clone(), write::sequence(&[&iv])] {
        let algorithm = AlgorithmIdentifier::with(oid::IDEA_CBC, form);
        let found = decrypt(&algorithm, &key, &ciphertext, &[], &[], 5);
        assert_eq!(found.unwrap(), TEXT);
    }
    let algorithm = AlgorithmIdentifier::with(oid::IDEA_CBC, write::sequence(&[]));
    let ciphertext = [[0x24; 8].as_slice(), &ciphertext].concat();
    for step in [1, 8, 9, 100] {
        let found = decrypt(&algorithm, &key, &ciphertext, &[], &[], step);
        assert_eq!(found.unwrap(), TEXT);
    }
    for len in [0, 7, 8, 15] {
        assert!(decrypt(&algorithm, &key, &ciphertext[..len], &[], &[], 3).is_err());
    }
}

/// RFC 3610, 8, packet vector 1.
#[test]
fn ccm_rfc3610_packet_vector_1() {
    let nonce = write::octet_string(&hex("00000003020100A0A1A2A3A4A5"));
    let parameters = write::sequence(&[&nonce, &write::integer(8)]);
    let algorithm = AlgorithmIdentifier::with(oid::AES128_CCM, parameters);
    let key = hex("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF");
    let content: Vec<u8> = (8..=0x1e).collect();
    let cipher = PROVIDER.cipher(&oid::AES128_CCM).unwrap();
    let aad: Vec<u8> = (0..8).collect();
    let (ciphertext, tag) = encrypt(cipher, &algorithm, &key, &content, &aad, 5);
    assert_eq!(
        ciphertext,
        hex("588C979A61C663D2F066D0C2C0F989806D5F6B61DAC384")
    );
    assert_eq!(tag, hex("17E8D12CFDF926E0"));
}

#[test]
fn ccm_parameters_and_limits() {
    let cipher = PROVIDER.cipher(&oid::AES128_CCM).unwrap();
    let identifier = |nonce: usize, icv: Option<u64>| {
        let nonce = write::octet_string(&alloc::vec![9; nonce]);
        let icv = icv.map(write::integer).unwrap_or_default();
        AlgorithmIdentifier::with(oid::AES128_CCM, write::sequence(&[&nonce, &icv]))
    };
    assert_eq!(cipher.tag_len(&identifier(12, None)).unwrap(), 12);
    for icv in [4, 6, 8, 10, 12, 14, 16] {
        let len = cipher.tag_len(&identifier(7, Some(icv))).unwrap();
        assert_eq!(u64::try_from(len).unwrap(), icv);
    }
    for (nonce, icv) in [
        (6, None),
        (14, None),
        (0, None),
        (12, Some(0)),
        (12, Some(2)),
    ] {
        assert!(cipher.decryptor(&identifier(nonce, icv), &[0; 16]).is_err());
    }
    for icv in [5, 13, 17, 18, 300] {
        assert!(cipher.tag_len(&identifier(12, Some(icv))).is_err());
    }
    // A nonce of 13 octets leaves two for the length.
    let mut encryptor = cipher.encryptor(&identifier(13, None), &[0; 16]).unwrap();
    let mut out = Vec::new();
    encryptor.update(&[0; 65_535], &mut out).unwrap();
    let more = encryptor.update(&[0], &mut out);
    assert!(matches!(more, Err(CryptoError::Limit(_))));
    let mut decryptor = cipher.decryptor(&identifier(7, None), &[0; 16]).unwrap();
    let mebibyte = alloc::vec![0; 1 << 20];
    for _ in 0..64 {
        decryptor.update(&mebibyte, &mut out).unwrap();
    }
    let more = decryptor.update(&[0], &mut out);
    assert!(matches!(more, Err(CryptoError::Limit(_))));
}
