//! Ciphers, key wraps, message authentication codes, and key derivation.

use std::vec::Vec;

use cms_core::ber::write;
use cms_core::types::AlgorithmIdentifier;
use cms_core::{ObjectIdentifier, oid};
use serde_json::Value;

use super::Verdict::{self, Accepted, NotApplicable, Rejected};
use super::hex;
use crate::hash::Hash;
use crate::spec::key_wrap::KeyWrap;
use crate::{PROVIDER, spec};

/// The expected octets, or none; other octets end the test.
fn same(found: Option<Vec<u8>>, expected: &Value, case: &Value) -> Verdict {
    match found {
        Some(found) => {
            assert_eq!(found, hex(expected), "{case}");
            Accepted
        }
        None => Rejected,
    }
}

/// Decrypts in steps of some sizes, all with the same result.
fn decrypt(algorithm: &AlgorithmIdentifier, case: &Value) -> Verdict {
    let octets = |name: &str| {
        case[name]
            .as_str()
            .map(|_| hex(&case[name]))
            .unwrap_or_default()
    };
    let cipher = PROVIDER.cipher(&algorithm.oid).unwrap();
    let mut results = [1, 16, 17, 1000].into_iter().map(|step| {
        let mut decryptor = cipher.decryptor(algorithm, &octets("key")).ok()?;
        let mut out = Vec::new();
        for chunk in octets("ct").chunks(step) {
            decryptor.update(chunk, &mut out).ok()?;
        }
        decryptor
            .finish(&octets("aad"), &octets("tag"), &mut out)
            .ok()?;
        Some(out)
    });
    let first = results.next().unwrap();
    assert!(results.all(|result| result == first));
    same(first, &case["msg"], case)
}

/// One of three by the length of the key.
fn by_key(case: &Value, oids: [ObjectIdentifier; 3]) -> ObjectIdentifier {
    match hex(&case["key"]).len() {
        16 => oids[0],
        24 => oids[1],
        _ => oids[2],
    }
}

fn aead(group: &Value, case: &Value, oids: [ObjectIdentifier; 3]) -> Verdict {
    let tag_len = group["tagSize"].as_u64().unwrap() / 8;
    let nonce = write::octet_string(&hex(&case["iv"]));
    let parameters = write::sequence(&[&nonce, &write::integer(tag_len)]);
    decrypt(
        &AlgorithmIdentifier::with(by_key(case, oids), parameters),
        case,
    )
}

pub(super) fn gcm(group: &Value, case: &Value) -> Verdict {
    aead(
        group,
        case,
        [oid::AES128_GCM, oid::AES192_GCM, oid::AES256_GCM],
    )
}

pub(super) fn ccm(group: &Value, case: &Value) -> Verdict {
    aead(
        group,
        case,
        [oid::AES128_CCM, oid::AES192_CCM, oid::AES256_CCM],
    )
}

pub(super) fn chacha20_poly1305(_group: &Value, case: &Value) -> Verdict {
    let nonce = write::octet_string(&hex(&case["iv"]));
    decrypt(
        &AlgorithmIdentifier::with(oid::CHACHA20_POLY1305, nonce),
        case,
    )
}

pub(super) fn cbc(_group: &Value, case: &Value) -> Verdict {
    let oid = by_key(case, [oid::AES128_CBC, oid::AES192_CBC, oid::AES256_CBC]);
    let iv = write::octet_string(&hex(&case["iv"]));
    decrypt(&AlgorithmIdentifier::with(oid, iv), case)
}

fn unwrap(wraps: [KeyWrap; 3], case: &Value) -> Verdict {
    let kek = hex(&case["key"]);
    let [small, middle, large] = wraps;
    let wrap = match kek.len() {
        16 => small,
        24 => middle,
        _ => large,
    };
    let found = wrap.unwrap(&kek, &hex(&case["ct"]));
    same(found.ok().map(|key| key.to_vec()), &case["msg"], case)
}

pub(super) fn aes_wrap(_group: &Value, case: &Value) -> Verdict {
    unwrap([KeyWrap::Aes128, KeyWrap::Aes192, KeyWrap::Aes256], case)
}

pub(super) fn aes_wrap_padded(_group: &Value, case: &Value) -> Verdict {
    let padded = [
        KeyWrap::Aes128Padded,
        KeyWrap::Aes192Padded,
        KeyWrap::Aes256Padded,
    ];
    unwrap(padded, case)
}

/// The MAC in steps of some sizes, all with the same result, cut to the length of the tag.
fn mac(algorithm: &AlgorithmIdentifier, group: &Value, case: &Value) -> Verdict {
    let (key, message) = (hex(&case["key"]), hex(&case["msg"]));
    let object = PROVIDER.mac(&algorithm.oid).unwrap();
    let len = usize::try_from(group["tagSize"].as_u64().unwrap() / 8).unwrap();
    let mut verdicts = [1, 17, 1000].into_iter().map(|step| {
        let found = object.start(algorithm, &key).map(|mut mac| {
            for chunk in message.chunks(step) {
                mac.update(chunk);
            }
            mac.finish()[..len].to_vec()
        });
        if found.is_ok_and(|found| found == hex(&case["tag"])) {
            Accepted
        } else {
            Rejected
        }
    });
    let first = verdicts.next().unwrap();
    assert!(verdicts.all(|verdict| verdict == first), "{case}");
    first
}

/// The hash in the name of a group's file.
fn file_hash(group: &Value) -> (Hash, ObjectIdentifier) {
    let file = group["file"].as_str().unwrap();
    let part = file.split('_').find(|part| part.contains("sha")).unwrap();
    match part.trim_start_matches("hmac") {
        "sha1" => (Hash::Sha1, oid::HMAC_SHA1),
        "sha224" => (Hash::Sha224, oid::HMAC_SHA224),
        "sha256" => (Hash::Sha256, oid::HMAC_SHA256),
        "sha384" => (Hash::Sha384, oid::HMAC_SHA384),
        _ => (Hash::Sha512, oid::HMAC_SHA512),
    }
}

pub(super) fn hmac(group: &Value, case: &Value) -> Verdict {
    let verdict = mac(&AlgorithmIdentifier::new(file_hash(group).1), group, case);
    if file_hash(group).0 == Hash::Sha1 {
        let other = AlgorithmIdentifier::new(oid::HMAC_SHA1_IETF);
        assert_eq!(mac(&other, group, case), verdict);
    }
    verdict
}

pub(super) fn gmac(group: &Value, case: &Value) -> Verdict {
    let oid = by_key(case, [oid::AES128_GMAC, oid::AES192_GMAC, oid::AES256_GMAC]);
    let nonce = write::octet_string(&hex(&case["iv"]));
    let parameters = write::sequence(&[&nonce, &write::integer(16)]);
    mac(&AlgorithmIdentifier::with(oid, parameters), group, case)
}

pub(super) fn cmac(_group: &Value, _case: &Value) -> Verdict {
    NotApplicable("AES-CMAC is no algorithm of CMS")
}

pub(super) fn hkdf(group: &Value, case: &Value) -> Verdict {
    let size = usize::try_from(case["size"].as_u64().unwrap()).unwrap();
    let hash = file_hash(group).0;
    // rfc5869:2.3: at most 255 blocks; what asks for one here never asks for more than 64 octets.
    if size > 255 * hash.output_len() {
        return Rejected;
    }
    let salt = hex(&case["salt"]);
    let found = spec::kdf::hkdf(
        hash,
        &hex(&case["ikm"]),
        Some(&salt),
        &hex(&case["info"]),
        size,
    );
    same(Some(found.to_vec()), &case["okm"], case)
}

/// `PBKDF2-params` of a test.
fn pbkdf2_parameters(prf: ObjectIdentifier, case: &Value) -> AlgorithmIdentifier {
    let parameters = write::sequence(&[
        &write::octet_string(&hex(&case["salt"])),
        &write::integer(case["iterationCount"].as_u64().unwrap()),
        &AlgorithmIdentifier::with_null(prf).to_der(),
    ]);
    AlgorithmIdentifier::with(oid::PBKDF2, parameters)
}

pub(super) fn pbkdf2(group: &Value, case: &Value) -> Verdict {
    let algorithm = pbkdf2_parameters(file_hash(group).1, case);
    let len = usize::try_from(case["dkLen"].as_u64().unwrap()).unwrap();
    let derivation = PROVIDER.key_derivation(&oid::PBKDF2).unwrap();
    let found = derivation.derive(&algorithm, &hex(&case["password"]), len);
    same(found.ok().map(|key| key.to_vec()), &case["dk"], case)
}

pub(super) fn pbes2(group: &Value, case: &Value) -> Verdict {
    let file = group["file"].as_str().unwrap();
    let cipher = match file {
        file if file.contains("aes_128") => oid::AES128_CBC,
        file if file.contains("aes_192") => oid::AES192_CBC,
        _ => oid::AES256_CBC,
    };
    let derivation = pbkdf2_parameters(file_hash(group).1, case);
    let encryption = AlgorithmIdentifier::with(cipher, write::octet_string(&hex(&case["iv"])));
    let parameters = write::sequence(&[&derivation.to_der(), &encryption.to_der()]);
    let algorithm = AlgorithmIdentifier::with(oid::PBES2, parameters);
    let Ok(password) = std::string::String::from_utf8(hex(&case["password"])) else {
        return NotApplicable("a password that is not UTF-8");
    };
    let ciphertext = hex(&case["ct"]);
    let found = PROVIDER
        .password
        .decrypt(&algorithm, &password, &ciphertext, 1 << 20);
    same(found.ok().map(|key| key.to_vec()), &case["msg"], case)
}
