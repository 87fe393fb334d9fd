//! Project Wycheproof's vectors: what they call invalid must fail, what they call valid must come out right, in every
//! backend. What they call acceptable is left to the backends; the files on symmetric algorithms call nothing so.

use std::eprintln;
use std::vec::Vec;

use cms_core::ber::{Cursor, write};
use cms_core::key::{RecipientKey, UnwrapOutcome};
use cms_core::provider::{KeyLength, SignatureInput};
use cms_core::types::{AlgorithmIdentifier, RecipientInfo, SubjectPublicKeyInfo};
use cms_core::{ObjectIdentifier, oid};
use serde_json::Value;

use crate::backend::{Backend, Curve, RING_FIRST, Refusal};
use crate::hash::Hash;
use crate::key::PrivateKey;
use crate::spec::key_wrap::KeyWrap;
use crate::{PROVIDER, spec};

/// Runs every test of the files whose name begins so; counts them.
fn run(names: &[&str], mut test: impl FnMut(&Value, &Value, bool)) {
    let Some(folder) = testkit::vectors::folder("wycheproof") else {
        return;
    };
    let mut count = 0;
    for name in names {
        let path = folder
            .join("wycheproof")
            .join(std::format!("{name}_test.json.gz"));
        let json: Value = serde_json::from_slice(&testkit::vectors::gunzip(&path)).unwrap();
        for group in json["testGroups"].as_array().unwrap() {
            for case in group["tests"].as_array().unwrap() {
                match case["result"].as_str().unwrap() {
                    "valid" => test(group, case, true),
                    "invalid" => test(group, case, false),
                    _ => continue,
                }
                count += 1;
            }
        }
    }
    eprintln!("wycheproof {names:?}: {count} tests");
    assert!(count > 0);
}

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn hash(value: &Value) -> Option<Hash> {
    match value.as_str().unwrap() {
        "SHA-1" => Some(Hash::Sha1),
        "SHA-224" => Some(Hash::Sha224),
        "SHA-256" => Some(Hash::Sha256),
        "SHA-384" => Some(Hash::Sha384),
        "SHA-512" => Some(Hash::Sha512),
        "SHA-512/224" => Some(Hash::Sha512_224),
        "SHA-512/256" => Some(Hash::Sha512_256),
        "SHA3-224" => Some(Hash::Sha3_224),
        "SHA3-256" => Some(Hash::Sha3_256),
        "SHA3-384" => Some(Hash::Sha3_384),
        "SHA3-512" => Some(Hash::Sha3_512),
        "SHAKE128" => Some(Hash::Shake128),
        "SHAKE256" => Some(Hash::Shake256),
        _ => None,
    }
}

fn spki(group: &Value) -> SubjectPublicKeyInfo {
    SubjectPublicKeyInfo::decode(&Cursor::single(&hex(&group["publicKeyDer"]), 0).unwrap()).unwrap()
}

/// Decrypts in steps of some sizes, all with the same result.
fn decrypt(
    algorithm: &AlgorithmIdentifier,
    key: &[u8],
    ciphertext: &[u8],
    aad: &[u8],
    tag: &[u8],
) -> Option<Vec<u8>> {
    let cipher = PROVIDER.cipher(&algorithm.oid).unwrap();
    let mut results = [1, 16, 17, 1000].into_iter().map(|step| {
        let mut decryptor = cipher.decryptor(algorithm, key).ok()?;
        let mut out = Vec::new();
        for chunk in ciphertext.chunks(step) {
            decryptor.update(chunk, &mut out).ok()?;
        }
        decryptor.finish(aad, tag, &mut out).ok()?;
        Some(out)
    });
    let first = results.next().unwrap();
    assert!(results.all(|result| result == first));
    first
}

#[test]
fn aes_gcm() {
    run(&["aes_gcm"], |group, case, valid| {
        let (key, nonce) = (hex(&case["key"]), hex(&case["iv"]));
        let oid = match key.len() {
            16 => oid::AES128_GCM,
            24 => oid::AES192_GCM,
            _ => oid::AES256_GCM,
        };
        assert_eq!(group["tagSize"], 128);
        let parameters = write::sequence(&[&write::octet_string(&nonce), &write::integer(16)]);
        let algorithm = AlgorithmIdentifier::with(oid, parameters);
        let found = decrypt(
            &algorithm,
            &key,
            &hex(&case["ct"]),
            &hex(&case["aad"]),
            &hex(&case["tag"]),
        );
        assert_eq!(found, valid.then(|| hex(&case["msg"])), "{case}");
    });
}

#[test]
fn aes_ccm() {
    run(&["aes_ccm"], |group, case, valid| {
        let (key, nonce) = (hex(&case["key"]), hex(&case["iv"]));
        let oid = match key.len() {
            16 => oid::AES128_CCM,
            24 => oid::AES192_CCM,
            _ => oid::AES256_CCM,
        };
        let icv_len = group["tagSize"].as_u64().unwrap() / 8;
        let parameters = write::sequence(&[&write::octet_string(&nonce), &write::integer(icv_len)]);
        let algorithm = AlgorithmIdentifier::with(oid, parameters);
        let found = decrypt(
            &algorithm,
            &key,
            &hex(&case["ct"]),
            &hex(&case["aad"]),
            &hex(&case["tag"]),
        );
        assert_eq!(found, valid.then(|| hex(&case["msg"])), "{case}");
    });
}

#[test]
fn chacha20_poly1305() {
    run(&["chacha20_poly1305"], |_, case, valid| {
        let nonce = write::octet_string(&hex(&case["iv"]));
        let algorithm = AlgorithmIdentifier::with(oid::CHACHA20_POLY1305, nonce);
        let found = decrypt(
            &algorithm,
            &hex(&case["key"]),
            &hex(&case["ct"]),
            &hex(&case["aad"]),
            &hex(&case["tag"]),
        );
        assert_eq!(found, valid.then(|| hex(&case["msg"])), "{case}");
    });
}

#[test]
fn aes_cbc() {
    run(&["aes_cbc_pkcs5"], |_, case, valid| {
        let key = hex(&case["key"]);
        let oid = match key.len() {
            16 => oid::AES128_CBC,
            24 => oid::AES192_CBC,
            _ => oid::AES256_CBC,
        };
        let algorithm = AlgorithmIdentifier::with(oid, write::octet_string(&hex(&case["iv"])));
        let found = decrypt(&algorithm, &key, &hex(&case["ct"]), &[], &[]);
        assert_eq!(found, valid.then(|| hex(&case["msg"])), "{case}");
    });
}

#[test]
fn aes_wrap() {
    run(&["aes_wrap"], |_, case, valid| {
        let kek = hex(&case["key"]);
        let wrap = match kek.len() {
            16 => KeyWrap::Aes128,
            24 => KeyWrap::Aes192,
            _ => KeyWrap::Aes256,
        };
        let found = wrap
            .unwrap(&kek, &hex(&case["ct"]))
            .ok()
            .map(|key| key.to_vec());
        assert_eq!(found, valid.then(|| hex(&case["msg"])), "{case}");
    });
}

#[test]
fn aes_kwp() {
    run(&["aes_kwp"], |_, case, valid| {
        let kek = hex(&case["key"]);
        let wrap = match kek.len() {
            16 => KeyWrap::Aes128Padded,
            24 => KeyWrap::Aes192Padded,
            _ => KeyWrap::Aes256Padded,
        };
        let found = wrap
            .unwrap(&kek, &hex(&case["ct"]))
            .ok()
            .map(|key| key.to_vec());
        assert_eq!(found, valid.then(|| hex(&case["msg"])), "{case}");
    });
}

/// The MAC in steps of some sizes, all with the same result, cut to the length of the tag.
fn mac(algorithm: &AlgorithmIdentifier, group: &Value, case: &Value, valid: bool) {
    let (key, message) = (hex(&case["key"]), hex(&case["msg"]));
    let object = PROVIDER.mac(&algorithm.oid).unwrap();
    let len = usize::try_from(group["tagSize"].as_u64().unwrap() / 8).unwrap();
    for step in [1, 17, 1000] {
        let found = object.start(algorithm, &key).map(|mut mac| {
            for chunk in message.chunks(step) {
                mac.update(chunk);
            }
            mac.finish()[..len].to_vec()
        });
        assert_eq!(
            found.is_ok_and(|found| found == hex(&case["tag"])),
            valid,
            "{case}"
        );
    }
}

#[test]
fn hmac() {
    for (name, oid) in [
        ("hmac_sha1", oid::HMAC_SHA1),
        ("hmac_sha1", oid::HMAC_SHA1_IETF),
        ("hmac_sha256", oid::HMAC_SHA256),
        ("hmac_sha384", oid::HMAC_SHA384),
        ("hmac_sha512", oid::HMAC_SHA512),
    ] {
        run(&[name], |group, case, valid| {
            mac(&AlgorithmIdentifier::new(oid), group, case, valid);
        });
    }
}

#[test]
fn aes_gmac() {
    run(&["aes_gmac"], |group, case, valid| {
        let oid = match group["keySize"].as_u64().unwrap() {
            128 => oid::AES128_GMAC,
            192 => oid::AES192_GMAC,
            _ => oid::AES256_GMAC,
        };
        let nonce = write::octet_string(&hex(&case["iv"]));
        let parameters = write::sequence(&[&nonce, &write::integer(16)]);
        mac(
            &AlgorithmIdentifier::with(oid, parameters),
            group,
            case,
            valid,
        );
    });
}

#[test]
fn pbkdf2() {
    for (name, prf) in [
        ("pbkdf2_hmacsha1", oid::HMAC_SHA1),
        ("pbkdf2_hmacsha224", oid::HMAC_SHA224),
        ("pbkdf2_hmacsha256", oid::HMAC_SHA256),
        ("pbkdf2_hmacsha384", oid::HMAC_SHA384),
        ("pbkdf2_hmacsha512", oid::HMAC_SHA512),
    ] {
        run(&[name], |_, case, valid| {
            let parameters = write::sequence(&[
                &write::octet_string(&hex(&case["salt"])),
                &write::integer(case["iterationCount"].as_u64().unwrap()),
                &AlgorithmIdentifier::with_null(prf).to_der(),
            ]);
            let algorithm = AlgorithmIdentifier::with(oid::PBKDF2, parameters);
            let len = usize::try_from(case["dkLen"].as_u64().unwrap()).unwrap();
            let derivation = PROVIDER.key_derivation(&oid::PBKDF2).unwrap();
            let found = derivation.derive(&algorithm, &hex(&case["password"]), len);
            assert_eq!(
                found.is_ok_and(|key| *key == hex(&case["dk"])),
                valid,
                "{case}"
            );
        });
    }
}

fn signature(algorithm: &AlgorithmIdentifier, group: &Value, case: &Value, valid: bool) {
    let verifier = PROVIDER.signature(algorithm).unwrap();
    let message = hex(&case["msg"]);
    let mut inputs = std::vec![SignatureInput::Message(&message)];
    let digest;
    if let Ok(Some(oid)) = verifier.digest_algorithm(algorithm, None) {
        digest = PROVIDER.digest(&oid).unwrap().digest(&message);
        inputs.push(SignatureInput::Digest(&digest));
    }
    for input in inputs {
        let result = verifier.verify(algorithm, None, &spki(group), input, &hex(&case["sig"]));
        assert_eq!(result.is_ok(), valid, "{case}: {result:?}");
    }
}

#[test]
fn ecdsa() {
    let names = [
        "ecdsa_secp256r1_sha256",
        "ecdsa_secp256r1_sha512",
        "ecdsa_secp384r1_sha256",
        "ecdsa_secp384r1_sha384",
        "ecdsa_secp384r1_sha512",
    ];
    run(&names, |group, case, valid| {
        let algorithm = spec::ecdsa::Ecdsa::identifier(hash(&group["sha"]).unwrap()).unwrap();
        signature(&algorithm, group, case, valid);
    });
}

#[test]
fn dsa() {
    let names = ["dsa_2048_224_sha256", "dsa_2048_256_sha256"];
    run(&names, |group, case, valid| {
        let algorithm = AlgorithmIdentifier::new(oid::DSA_WITH_SHA256);
        signature(&algorithm, group, case, valid);
    });
}

#[test]
fn ed25519() {
    run(&["ed25519"], |group, case, valid| {
        signature(&AlgorithmIdentifier::new(oid::ED25519), group, case, valid);
    });
}

#[test]
fn rsa_pkcs1_signatures() {
    let names = [
        "rsa_signature_2048_sha224",
        "rsa_signature_2048_sha256",
        "rsa_signature_2048_sha384",
        "rsa_signature_2048_sha512",
        "rsa_signature_3072_sha256",
        "rsa_signature_4096_sha512",
    ];
    run(&names, |group, case, valid| {
        let algorithm =
            spec::rsa_signature::RsaPkcs1::identifier(hash(&group["sha"]).unwrap()).unwrap();
        signature(&algorithm, group, case, valid);
    });
}

#[test]
fn rsa_pss_signatures() {
    let names = [
        "rsa_pss_2048_sha1_mgf1_20",
        "rsa_pss_2048_sha256_mgf1_0",
        "rsa_pss_2048_sha256_mgf1_32",
        "rsa_pss_2048_sha256_mgf1sha1_20",
        "rsa_pss_2048_sha384_mgf1_48",
        "rsa_pss_3072_sha256_mgf1_32",
        "rsa_pss_4096_sha512_mgf1_64",
        "rsa_pss_misc",
    ];
    run(&names, |group, case, valid| {
        let (Some(hash), Some(mgf)) = (hash(&group["sha"]), hash(&group["mgfSha"])) else {
            return;
        };
        let salt_len = usize::try_from(group["sLen"].as_u64().unwrap()).unwrap();
        let parameters = spec::rsa_signature::PssParameters {
            hash,
            mgf,
            salt_len,
        };
        signature(&parameters.identifier(), group, case, valid);
    });
}

#[test]
fn rsa_oaep() {
    let names = [
        "rsa_oaep_2048_sha1_mgf1sha1",
        "rsa_oaep_2048_sha224_mgf1sha1",
        "rsa_oaep_2048_sha256_mgf1sha1",
        "rsa_oaep_2048_sha256_mgf1sha256",
        "rsa_oaep_2048_sha384_mgf1sha384",
        "rsa_oaep_2048_sha512_mgf1sha512",
        "rsa_oaep_3072_sha256_mgf1sha256",
        "rsa_oaep_misc",
    ];
    let mut loaded: Option<(Vec<u8>, PrivateKey)> = None;
    run(&names, |group, case, valid| {
        let (Some(hash), Some(mgf)) = (hash(&group["sha"]), hash(&group["mgfSha"])) else {
            return;
        };
        let pkcs8 = hex(&group["privateKeyPkcs8"]);
        if loaded.as_ref().is_none_or(|(known, _)| *known != pkcs8) {
            loaded = Some((pkcs8.clone(), PrivateKey::from_pkcs8(&pkcs8).unwrap()));
        }
        let label =
            AlgorithmIdentifier::with(oid::P_SPECIFIED, write::octet_string(&hex(&case["label"])));
        let mgf1 = AlgorithmIdentifier::with(
            oid::MGF1,
            AlgorithmIdentifier::with_null(mgf.oid()).to_der(),
        );
        let parameters = write::sequence(&[
            &write::context(0, &AlgorithmIdentifier::with_null(hash.oid()).to_der()),
            &write::context(1, &mgf1.to_der()),
            &write::context(2, &label.to_der()),
        ]);
        let algorithm = AlgorithmIdentifier::with(oid::RSAES_OAEP, parameters);
        let key = &loaded.as_ref().unwrap().1;
        let unwrapped = open(key, &algorithm, &hex(&case["ct"]));
        let found = (unwrapped.1 == UnwrapOutcome::Genuine).then_some(unwrapped.0);
        assert_eq!(found, valid.then(|| hex(&case["msg"])), "{case}");
    });
}

#[test]
fn rsa_pkcs1_decryption_never_tells() {
    let mut loaded: Option<(Vec<u8>, PrivateKey)> = None;
    run(
        &["rsa_pkcs1_2048", "rsa_pkcs1_3072"],
        |group, case, valid| {
            let pkcs8 = hex(&group["privateKeyPkcs8"]);
            if loaded.as_ref().is_none_or(|(known, _)| *known != pkcs8) {
                loaded = Some((pkcs8.clone(), PrivateKey::from_pkcs8(&pkcs8).unwrap()));
            }
            let algorithm = AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION);
            let key = &loaded.as_ref().unwrap().1;
            let (found, outcome) = open(key, &algorithm, &hex(&case["ct"]));
            // Implicit rejection: a substitute, always the same one, and nothing says that it is one.
            assert_eq!(outcome, UnwrapOutcome::Unknown);
            assert_eq!(open(key, &algorithm, &hex(&case["ct"])).0, found);
            assert_eq!(found == hex(&case["msg"]), valid, "{case}");
        },
    );
}

/// Opens a KeyTransRecipientInfo with this algorithm and encrypted key.
fn open(
    key: &PrivateKey,
    algorithm: &AlgorithmIdentifier,
    encrypted_key: &[u8],
) -> (Vec<u8>, UnwrapOutcome) {
    let der = write::sequence(&[
        &write::integer(2),
        &write::context_primitive(0, b"id"),
        &algorithm.to_der(),
        &write::octet_string(encrypted_key),
    ]);
    let info = RecipientInfo::decode(&Cursor::single(&der, 0).unwrap()).unwrap();
    let RecipientInfo::KeyTrans(info) = info else {
        panic!("not a ktri");
    };
    let unwrapped = key
        .open_key_trans(
            &info,
            KeyLength::Between {
                min: 0,
                max: 1024,
                preferred: 1024,
            },
        )
        .unwrap();
    (unwrapped.key.to_vec(), unwrapped.outcome)
}

/// Every backend that has the primitive gives the expected secret, or none.
fn agreement(
    valid: bool,
    expected: &[u8],
    mut ask: impl FnMut(&'static dyn Backend) -> Result<Vec<u8>, Refusal>,
) {
    for backend in RING_FIRST {
        match ask(*backend) {
            Ok(shared) => assert!(valid && shared == expected, "{}", backend.name()),
            Err(Refusal::Unsupported) => {}
            Err(_) => assert!(!valid, "{}", backend.name()),
        }
    }
}

#[test]
fn ecdh() {
    for (name, curve) in [
        ("ecdh_secp256r1_ecpoint", Curve::P256),
        ("ecdh_secp384r1_ecpoint", Curve::P384),
    ] {
        run(&[name], |_, case, valid| {
            let private = hex(&case["private"]);
            let significant: Vec<u8> = private
                .into_iter()
                .skip_while(|octet| *octet == 0)
                .collect();
            let mut scalar = std::vec![0; curve.field_len() - significant.len()];
            scalar.extend(significant);
            let point = crate::backend::rust_crypto::ec::public_point(curve, &scalar).unwrap();
            let peer = hex(&case["public"]);
            // The key's own path takes any point apart first; backends get uncompressed ones.
            let algorithm =
                AlgorithmIdentifier::with(oid::EC_PUBLIC_KEY, write::oid(&named(curve)));
            let peer = spec::ecdsa::public_key(&SubjectPublicKeyInfo::new(algorithm, peer));
            agreement(valid, &hex(&case["shared"]), |backend| match &peer {
                Ok((_, peer)) => Ok(backend
                    .ec_private(curve, &scalar, &point)?
                    .agree(peer)?
                    .to_vec()),
                Err(_) => Err(Refusal::Failed),
            });
        });
    }
}

fn named(curve: Curve) -> ObjectIdentifier {
    match curve {
        Curve::P256 => oid::P256,
        Curve::P384 => oid::P384,
    }
}

#[test]
fn x25519() {
    run(&["x25519"], |_, case, valid| {
        let scalar: [u8; 32] = hex(&case["private"]).try_into().unwrap();
        let peer: [u8; 32] = hex(&case["public"]).try_into().unwrap();
        agreement(valid, &hex(&case["shared"]), |backend| {
            backend.x25519(&scalar, &peer).map(|shared| shared.to_vec())
        });
    });
}

#[test]
fn hkdf() {
    for (name, hash) in [
        ("hkdf_sha256", Hash::Sha256),
        ("hkdf_sha384", Hash::Sha384),
        ("hkdf_sha512", Hash::Sha512),
    ] {
        run(&[name], |_, case, valid| {
            let size = usize::try_from(case["size"].as_u64().unwrap()).unwrap();
            if !valid {
                return;
            }
            let salt = hex(&case["salt"]);
            let found = spec::kdf::hkdf(
                hash,
                &hex(&case["ikm"]),
                Some(&salt),
                &hex(&case["info"]),
                size,
            );
            assert_eq!(*found, hex(&case["okm"]), "{case}");
        });
    }
}
