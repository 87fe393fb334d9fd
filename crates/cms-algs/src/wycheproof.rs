//! Project Wycheproof's vectors: what they call invalid must fail, what they call valid must come out right, in every
//! backend. What they call acceptable is left to the backends.

use std::eprintln;
use std::string::String;
use std::vec::Vec;

use cms_core::ber::{Cursor, write};
use cms_core::key::{RecipientKey, UnwrapOutcome};
use cms_core::oid;
use cms_core::provider::KeyLength;
use cms_core::types::{AlgorithmIdentifier, RecipientInfo};
use serde_json::Value;

use crate::hash::Hash;
use crate::key::PrivateKey;
use crate::spec::key_wrap::KeyWrap;
use crate::{PROVIDER, spec};

mod public_key;

/// What we make of a test.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verdict {
    Accepted,
    Rejected,
    /// It asks for what CMS does not have.
    NotApplicable(&'static str),
}

type Judge = fn(&Value, &Value) -> Verdict;

/// Who judges the files whose name begins so; the first that fits.
const JUDGES: &[(&str, Judge)] = &[
    ("dsa_", public_key::dsa),
    ("ecdh_", public_key::ecdh),
    ("ecdsa_", public_key::ecdsa),
    ("ed25519", public_key::eddsa),
    ("ed448", public_key::eddsa),
    ("mldsa_44_sign", public_key::ml_dsa_sign),
    ("mldsa_65_sign", public_key::ml_dsa_sign),
    ("mldsa_87_sign", public_key::ml_dsa_sign),
    ("mldsa_", public_key::ml_dsa_verify),
    ("mlkem_512_encaps", public_key::ml_kem_encaps),
    ("mlkem_768_encaps", public_key::ml_kem_encaps),
    ("mlkem_1024_encaps", public_key::ml_kem_encaps),
    ("mlkem_512_keygen", public_key::ml_kem_keygen),
    ("mlkem_768_keygen", public_key::ml_kem_keygen),
    ("mlkem_1024_keygen", public_key::ml_kem_keygen),
    ("mlkem_512_semi", public_key::ml_kem_semi_expanded),
    ("mlkem_768_semi", public_key::ml_kem_semi_expanded),
    ("mlkem_1024_semi", public_key::ml_kem_semi_expanded),
    ("mlkem_", public_key::ml_kem),
    ("rsa_oaep_", public_key::oaep),
    ("rsa_three_primes_oaep_", public_key::oaep),
    ("rsa_pkcs1_1024_sig_gen", public_key::rsa_pkcs1_made),
    ("rsa_pkcs1_1536_sig_gen", public_key::rsa_pkcs1_made),
    ("rsa_pkcs1_2048_sig_gen", public_key::rsa_pkcs1_made),
    ("rsa_pkcs1_3072_sig_gen", public_key::rsa_pkcs1_made),
    ("rsa_pkcs1_4096_sig_gen", public_key::rsa_pkcs1_made),
    ("rsa_pkcs1_", public_key::rsa_pkcs1_decryption),
    ("rsa_pss_", public_key::rsa_pss),
    ("rsa_signature_", public_key::rsa_pkcs1),
    ("x25519", public_key::xdh),
    ("x448", public_key::xdh),
];

/// Judges every test of a file, and says what came out.
fn judge_file(name: &str, json: &Value, judge: Judge) -> Vec<String> {
    let mut wrong = Vec::new();
    for group in json["testGroups"].as_array().unwrap() {
        for case in group["tests"].as_array().unwrap() {
            let verdict = judge(group, case);
            let result = case["result"].as_str().unwrap();
            let fits = match verdict {
                Verdict::Accepted => result != "invalid",
                Verdict::Rejected => result != "valid",
                Verdict::NotApplicable(_) => true,
            };
            if !fits {
                wrong.push(std::format!(
                    "{name} {}: {verdict:?}, {result}: {} {}",
                    case["tcId"],
                    case["comment"],
                    case["flags"]
                ));
            }
        }
    }
    wrong
}

#[test]
fn public_keys() {
    let Some(folder) = testkit::vectors::folder("wycheproof") else {
        return;
    };
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder.join("wycheproof")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some((_, judge)) = JUDGES.iter().find(|(prefix, _)| name.starts_with(prefix)) else {
            continue;
        };
        let json: Value = serde_json::from_slice(&testkit::vectors::gunzip(&path)).unwrap();
        let started = std::time::Instant::now();
        wrong.extend(judge_file(name, &json, *judge));
        eprintln!("{name}: {:?}", started.elapsed());
    }
    for line in &wrong {
        eprintln!("{line}");
    }
    assert!(wrong.is_empty());
}

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
