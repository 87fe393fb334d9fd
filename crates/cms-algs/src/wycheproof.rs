//! Project Wycheproof's vectors, all files of them, through the objects of the provider: what they call invalid must
//! fail, what they call valid must come out right, and what they call acceptable is decided one way or the other, with
//! the reason. `docs/conformance.md` has the table; `SMIME_BLESS=1 cargo test -p cms-algs wycheproof` writes it.

mod paper;
mod public_key;
mod symmetric;

use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;
use std::{eprintln, thread};

use cms_core::ber::{Cursor, write};
use cms_core::key::{RecipientKey, UnwrapOutcome};
use cms_core::provider::KeyLength;
use cms_core::types::{AlgorithmIdentifier, RecipientInfo};
use serde_json::Value;

use crate::hash::Hash;
use crate::key::PrivateKey;

/// What we make of a test.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verdict {
    Accepted,
    Rejected,
    /// It asks for what CMS does not have.
    NotApplicable(&'static str),
}

/// Judges a test; its group says under `file` where it stands.
type Judge = fn(&Value, &Value) -> Verdict;

/// Who judges the files whose name begins so; the first that fits.
const JUDGES: &[(&str, Judge)] = &[
    ("aes_cbc_", symmetric::cbc),
    ("aes_ccm", symmetric::ccm),
    ("aes_cmac", symmetric::cmac),
    ("aes_gcm", symmetric::gcm),
    ("aes_gmac", symmetric::gmac),
    ("aes_kwp", symmetric::aes_wrap_padded),
    ("aes_wrap", symmetric::aes_wrap),
    ("chacha20_", symmetric::chacha20_poly1305),
    ("dsa_", public_key::dsa),
    ("ecdh_", public_key::ecdh),
    ("ecdsa_", public_key::ecdsa),
    ("ed25519", public_key::eddsa),
    ("ed448", public_key::eddsa),
    ("hkdf_", symmetric::hkdf),
    ("hmac_", symmetric::hmac),
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
    ("pbes2_", symmetric::pbes2),
    ("pbkdf2_", symmetric::pbkdf2),
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

/// What came of the files of one judge.
#[derive(Debug, Default)]
struct Tally {
    files: usize,
    accepted: usize,
    rejected: usize,
    not_applicable: BTreeMap<&'static str, usize>,
    /// By the reason of the decision: accepted, rejected.
    acceptable: BTreeMap<&'static str, (usize, usize)>,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.files += other.files;
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        for (reason, count) in other.not_applicable {
            *self.not_applicable.entry(reason).or_default() += count;
        }
        for (reason, (accepted, rejected)) in other.acceptable {
            let entry = self.acceptable.entry(reason).or_default();
            entry.0 += accepted;
            entry.1 += rejected;
        }
        self.wrong.extend(other.wrong);
    }
}

/// Judges every test of a file.
fn judge_file(name: &str, json: &Value, judge: Judge) -> Tally {
    let mut tally = Tally {
        files: 1,
        ..Tally::default()
    };
    for group in json["testGroups"].as_array().unwrap() {
        let mut group = group.clone();
        let tests = group["tests"].take();
        group["file"] = name.into();
        for case in tests.as_array().unwrap() {
            let verdict = judge(&group, case);
            let result = case["result"].as_str().unwrap();
            match (verdict, result) {
                (Verdict::NotApplicable(reason), _) => {
                    *tally.not_applicable.entry(reason).or_default() += 1;
                }
                (Verdict::Accepted, "valid") => tally.accepted += 1,
                (Verdict::Rejected, "invalid") => tally.rejected += 1,
                (_, "acceptable") => match paper::decision(case, verdict) {
                    Some(reason) => {
                        let entry = tally.acceptable.entry(reason).or_default();
                        if verdict == Verdict::Accepted {
                            entry.0 += 1;
                        } else {
                            entry.1 += 1;
                        }
                    }
                    None => tally.wrong.push(line(name, case, verdict)),
                },
                _ => tally.wrong.push(line(name, case, verdict)),
            }
        }
    }
    tally
}

fn line(name: &str, case: &Value, verdict: Verdict) -> String {
    std::format!(
        "{name} {}: {verdict:?}, {}: {} {}",
        case["tcId"],
        case["result"],
        case["comment"],
        case["flags"]
    )
}

/// Files of the whole collection, which the table in the paper is of.
const FILES: usize = 157;

#[test]
fn every_file() {
    // rfc5754:2/4, rfc8551:4.3/1, 4.5/1, rfc8550:4.3/4, rfc3370:3.1/5
    let Some(folder) = testkit::vectors::corpus("wycheproof", "Wycheproof") else {
        return;
    };
    let mut paths = testkit::vectors::files(&folder);
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "gz"));
    let next = std::sync::atomic::AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let found = thread::scope(|scope| {
        let work = || {
            let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
            while let Some(path) = paths.get(next.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
            {
                let name = path.file_name().unwrap().to_str().unwrap();
                let judge = JUDGES.iter().find(|(prefix, _)| name.starts_with(prefix));
                let (prefix, judge) = judge.unwrap_or_else(|| panic!("nobody judges {name}"));
                let json = serde_json::from_slice(&testkit::vectors::gunzip(path)).unwrap();
                let tally = judge_file(name, &json, *judge);
                tallies.entry(prefix).or_default().add(tally);
            }
            tallies
        };
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut all: BTreeMap<&str, Tally> = BTreeMap::new();
        for handle in handles {
            for (prefix, tally) in handle.join().unwrap() {
                all.entry(prefix).or_default().add(tally);
            }
        }
        all
    });
    let wrong: Vec<_> = found.values().flat_map(|tally| &tally.wrong).collect();
    for line in &wrong {
        eprintln!("{line}");
    }
    assert!(wrong.is_empty(), "{} tests", wrong.len());
    if paths.len() < FILES {
        eprintln!(
            "SKIPPED the table of Wycheproof: {} of {FILES} files are there",
            paths.len()
        );
        return;
    }
    paper::check(&found);
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

/// Opens a KeyTransRecipientInfo with this algorithm and encrypted key.
fn open(
    key: &PrivateKey,
    algorithm: &AlgorithmIdentifier,
    encrypted_key: &[u8],
) -> (Vec<u8>, UnwrapOutcome) {
    let any = KeyLength::Between {
        min: 0,
        max: 1024,
        preferred: 1024,
    };
    open_as(key, algorithm, encrypted_key, any)
}

/// Opens a key transport where a key of some length is expected.
fn open_as(
    key: &PrivateKey,
    algorithm: &AlgorithmIdentifier,
    encrypted_key: &[u8],
    cek: KeyLength,
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
    let unwrapped = key.open_key_trans(&info, cek).unwrap();
    (unwrapped.key.to_vec(), unwrapped.outcome)
}
