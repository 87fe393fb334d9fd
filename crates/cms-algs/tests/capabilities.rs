//! SMIMECapabilities against the octets that RFCs print, and choosing ciphers by them (RFC 8551, 2.5.2 and 2.7.1).

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use cms_algs::PROVIDER;
use cms_core::ber::{Cursor, write};
use cms_core::capabilities::{CipherReason, all, announced, choose_cipher};
use cms_core::policy::StandardPolicy;
use cms_core::types::{AlgorithmIdentifier, CmsAttribute, SmimeCapabilities};
use cms_core::{CmsError, oid};

/// The hexadecimal octets of a line that has nothing else but a comment.
fn octets(line: &str) -> Option<Vec<u8>> {
    let line = line.split("--").next().unwrap_or_default();
    let words: Vec<_> = line.split_whitespace().collect();
    let hex = |word: &&str| word.len() == 2 && word.bytes().all(|one| one.is_ascii_hexdigit());
    if words.is_empty() || !words.iter().all(hex) {
        return None;
    }
    Some(
        words
            .iter()
            .map(|word| u8::from_str_radix(word, 16).unwrap())
            .collect(),
    )
}

/// Every SEQUENCE in a text that begins a line of hexadecimal digits.
fn sequences(text: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut open: Vec<u8> = Vec::new();
    for line in text.lines().filter_map(octets) {
        if open.is_empty() && line.first() != Some(&0x30) {
            continue;
        }
        open.extend(line);
        let wanted = open.get(1).map_or(usize::MAX, |len| 2 + usize::from(*len));
        if open.len() >= wanted {
            found.push(std::mem::take(&mut open));
        }
    }
    found
}

fn capability(octets: &[u8]) -> Option<AlgorithmIdentifier> {
    AlgorithmIdentifier::decode(&Cursor::single(octets, 0).ok()?).ok()
}

#[test]
fn octets_are_those_of_the_rfcs() {
    // rfc3274:1.1/2, rfc8551:2.5.2/4
    let Some(folder) = testkit::vectors::folder("rfc texts") else {
        return;
    };
    let ours = all(&PROVIDER);
    // The RFC, how many of its capabilities are ours, and how many are not: in RFC 5753 those of ECMQV (20), and three
    // whose printed lengths are wrong.
    for (rfc, expected, others) in [
        ("3274", 1, 0),
        ("3560", 4, 0),
        ("4010", 1, 0),
        ("5753", 36, 23),
        ("8103", 1, 0),
        ("8418", 12, 0),
        ("9690", 3, 0),
        ("9709", 1, 0),
    ] {
        let path = folder.join(format!("../rfc/rfc{rfc}.txt"));
        let Ok(text) = std::fs::read_to_string(Path::new(&path)) else {
            eprintln!("SKIPPED rfc{rfc}: its text is not beside the vectors");
            continue;
        };
        let (mut same, mut different) = (0, 0);
        for octets in sequences(&text) {
            match capability(&octets) {
                Some(one) if ours.has(&one) => same += 1,
                other => {
                    eprintln!("rfc{rfc}: {octets:02x?} {other:?}");
                    different += 1;
                }
            }
        }
        assert_eq!((same, different), (expected, others), "rfc{rfc}");
    }
}

fn list(capabilities: &[AlgorithmIdentifier]) -> Option<SmimeCapabilities> {
    Some(SmimeCapabilities(capabilities.to_vec()))
}

fn cipher(oid: cms_core::ObjectIdentifier) -> AlgorithmIdentifier {
    AlgorithmIdentifier::new(oid)
}

#[test]
fn the_first_of_a_recipients_ciphers_is_chosen() {
    // rfc8551:2.5.2/9, 2.7.1/2, 2.7.1/3
    let policy = StandardPolicy::Default;
    let choose = |recipients: &[Option<SmimeCapabilities>]| {
        choose_cipher(recipients, &PROVIDER, &policy)
            .map(|choice| (choice.cipher.oid(), choice.reason))
    };
    // rfc8551:2.7.1.2.
    assert_eq!(
        choose(&[None]).unwrap(),
        (oid::AES256_GCM, CipherReason::Unknown)
    );
    assert_eq!(
        choose(&[None, None]).unwrap(),
        (oid::AES256_GCM, CipherReason::Unknown)
    );
    let empty = list(&[AlgorithmIdentifier::with_null(oid::SHA256_WITH_RSA)]);
    assert_eq!(
        choose(&[empty]).unwrap(),
        (oid::AES256_GCM, CipherReason::Unknown)
    );
    // rfc8551:2.7.1.1.
    let old = list(&[
        cipher(oid::DES_EDE3_CBC),
        cipher(oid::AES128_CBC),
        cipher(oid::AES256_CBC),
    ]);
    let new = list(&[cipher(oid::CHACHA20_POLY1305), cipher(oid::AES256_GCM)]);
    assert_eq!(
        choose(std::slice::from_ref(&old)).unwrap(),
        (oid::AES128_CBC, CipherReason::Announced)
    );
    assert_eq!(
        choose(std::slice::from_ref(&new)).unwrap(),
        (oid::CHACHA20_POLY1305, CipherReason::Announced)
    );
    assert_eq!(
        choose(&[new.clone(), None]).unwrap(),
        (oid::AES256_GCM, CipherReason::AnnouncedOrMandatory)
    );
    assert_eq!(
        choose(&[old.clone(), None]).unwrap(),
        (oid::AES128_CBC, CipherReason::AnnouncedOrMandatory)
    );
    // rfc8551:2.7.3.
    assert!(matches!(
        choose(&[old.clone(), new]),
        Err(CmsError::NoCommonCipher)
    ));
    // What is weak is not used, whatever they prefer (RFC 8551, 2.7.1).
    let weak = list(&[
        cipher(oid::DES_EDE3_CBC),
        AlgorithmIdentifier::with(oid::RC2_CBC, write::integer(40)),
    ]);
    assert!(matches!(choose(&[weak]), Err(CmsError::NoCommonCipher)));
    // Encodings are compared octet for octet: NULL is another capability.
    let null = list(&[
        AlgorithmIdentifier::with_null(oid::AES128_CBC),
        cipher(oid::AES256_CBC),
    ]);
    assert_eq!(
        choose(&[null]).unwrap(),
        (oid::AES256_CBC, CipherReason::Announced)
    );
    // The strict profile writes what is authenticated alone.
    let strict = choose_cipher(&[old], &PROVIDER, &StandardPolicy::Strict);
    assert!(matches!(strict, Err(CmsError::NoCommonCipher)));
}

#[test]
fn what_is_announced_is_current_short_and_read_back() {
    // rfc8551:2.5.2/7, 2.5.2/8
    let announced = announced(&PROVIDER, &StandardPolicy::Default);
    let octets = announced.encode();
    assert!(octets.len() < 1200, "{}", octets.len());
    let again = SmimeCapabilities::decode(&Cursor::single(&octets, 0).unwrap()).unwrap();
    assert_eq!(again, announced);
    for wanted in [
        oid::AES256_GCM,
        oid::AES128_CBC,
        oid::CEK_HKDF_SHA256,
        oid::ZLIB,
    ] {
        assert!(announced.has(&cipher(wanted)), "{wanted}");
    }
    for historic in [oid::DES_EDE3_CBC, oid::DSA_WITH_SHA1, oid::SEED_CBC] {
        assert!(
            !announced.0.iter().any(|one| one.oid == historic),
            "{historic}"
        );
    }
    let choice = choose_cipher(&[Some(announced)], &PROVIDER, &StandardPolicy::Default).unwrap();
    assert_eq!(choice.cipher.oid(), oid::AES256_GCM);
    // Malformed lists.
    for broken in [
        &[0x30, 2, 5, 0][..],
        &[0x31, 0],
        &[0x30, 3, 0x30, 1, 5],
        &[0x30],
    ] {
        let read = Cursor::single(broken, 0).map(|element| SmimeCapabilities::decode(&element));
        assert!(!matches!(read, Ok(Ok(_))), "{broken:02x?}");
    }
}
