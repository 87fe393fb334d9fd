//! PKCS #12 that is broken, hostile or our own.

use cms_algs::PROVIDER;
use cms_core::Limits;
use cms_core::ber::{Tag, write};
use cms_core::types::Certificate;
use smime_cert::container::pkcs12::{self, Integrity, Pkcs12};
use smime_cert::container::{ContainerError, load};

use crate::{load_with, random, vector};

fn read(octets: &[u8], password: &str) -> Result<Pkcs12, ContainerError> {
    pkcs12::read(octets, password, &PROVIDER, &Limits::default())
}

/// What a file comes to, for comparing.
fn contents(read: &Pkcs12) -> (Vec<Vec<u8>>, Vec<Certificate>) {
    let keys = read.keys.iter().map(|entry| entry.pkcs8.to_vec()).collect();
    (
        keys,
        read.certificates
            .iter()
            .map(|entry| entry.certificate.clone())
            .collect(),
    )
}

/// Small files with few iterations: 3DES and RC2, AES, PBMAC1, BER.
const SMALL: [(&str, &str); 3] = [
    (
        "rustcrypto-formats/pkcs12/ValidCertificatePathTest1EE_windows_tdes.p12.pfx",
        "password",
    ),
    ("gnutls-pkcs7/pbmac1_256_256.good.p12", "1234"),
    ("nss-interop/Fran-ec.p12", "nss"),
];

#[test]
fn truncated_files_are_refused() {
    for (file, password) in SMALL {
        let Some(octets) = vector(file) else {
            return;
        };
        for len in 0..octets.len() {
            let error = read(&octets[..len], password).unwrap_err();
            assert!(error.offset().is_some(), "{file} {len}: {error:?}");
        }
        assert!(read(&[&octets[..], &[0]].concat(), password).is_err());
    }
}

/// A change is noticed, or it changes nothing.
#[test]
fn changed_octets_are_noticed() {
    for (file, password) in SMALL {
        let Some(octets) = vector(file) else {
            return;
        };
        let original = contents(&read(&octets, password).unwrap());
        let mut limits = Limits::default();
        // Changed iteration counts would make this test slow.
        limits.kdf_iterations = 20_000;
        let mut unnoticed = 0;
        for index in 0..octets.len() {
            for mask in [0x01, 0x80, 0xff] {
                let mut changed = octets.clone();
                changed[index] ^= mask;
                if let Ok(read) = pkcs12::read(&changed, password, &PROVIDER, &limits) {
                    // Only dropping the MAC's SEQUENCE would end in a file without a MAC; no single octet does.
                    assert_ne!(read.integrity, Integrity::Absent, "{file} {index}");
                    assert!(contents(&read) == original, "{file} {index}");
                    unnoticed += 1;
                }
            }
        }
        // The unused salt and iterations beside PBMAC1.
        assert!(unnoticed <= 3 * 16, "{file}: {unnoticed}");
    }
}

fn data(content: &[u8]) -> Vec<u8> {
    write::sequence(&[
        &write::oid(&cms_core::oid::DATA),
        &write::context(0, &write::octet_string(content)),
    ])
}

fn bag(last: u32, value: &[u8]) -> Vec<u8> {
    let oid = cms_core::ObjectIdentifier::new(&format!("1.2.840.113549.1.12.10.1.{last}")).unwrap();
    write::sequence(&[&write::oid(&oid), &write::context(0, value)])
}

fn pfx(version: u64, bags: &[&[u8]], mac: &[u8]) -> Vec<u8> {
    let content = write::sequence(&[&data(&write::sequence(bags))]);
    write::sequence(&[&write::integer(version), &data(&content), mac])
}

fn mac(iterations: &[u8]) -> Vec<u8> {
    let algorithm = cms_core::types::AlgorithmIdentifier::with_null(cms_core::oid::SHA1);
    let info = write::sequence(&[&algorithm.to_der(), &write::octet_string(&[0; 20])]);
    write::sequence(&[&info, &write::octet_string(&[1; 8]), iterations])
}

#[test]
fn iteration_counts_of_the_mac_have_limits() {
    let with = |iterations: &[u8]| read(&pfx(3, &[], &mac(iterations)), "x").unwrap_err();
    assert_eq!(with(&[]), ContainerError::WrongPassword);
    assert_eq!(with(&write::integer(1)), ContainerError::WrongPassword);
    assert!(matches!(
        with(&write::integer(0)),
        ContainerError::Crypto(_)
    ));
    for count in [
        10_000_001,
        u64::from(u32::MAX),
        u64::from(u32::MAX) + 2,
        u64::MAX,
    ] {
        assert!(
            matches!(with(&write::integer(count)), ContainerError::Limit(_)),
            "{count}"
        );
    }
    assert!(with(&write::unsigned(&[1; 40])).offset().is_some());
    assert!(with(&[2, 1, 0xff]).offset().is_some());
}

#[test]
fn all_derivations_together_have_a_limit() {
    let scheme = cms_core::ObjectIdentifier::new("1.2.840.113549.1.12.1.3").unwrap();
    let parameters = write::sequence(&[&write::octet_string(&[1; 8]), &write::integer(1000)]);
    let algorithm = cms_core::types::AlgorithmIdentifier::with(scheme, parameters).to_der();
    let shrouded = bag(
        2,
        &write::sequence(&[&algorithm, &write::octet_string(&[0; 8])]),
    );
    let bags: Vec<&[u8]> = std::iter::repeat_n(shrouded.as_slice(), 40).collect();
    let mut limits = Limits::default();
    limits.kdf_iterations = 1000;
    // With a MAC keys that do not decrypt are skipped; so make one that holds.
    let content = write::sequence(&[&data(&write::sequence(&bags))]);
    let sha1 = cms_core::types::AlgorithmIdentifier::with_null(cms_core::oid::SHA1);
    let digest = PROVIDER
        .password
        .pkcs12_mac(&sha1, "x", &[1], 1, 1, &content)
        .unwrap();
    let info = write::sequence(&[&sha1.to_der(), &write::octet_string(&digest)]);
    let mac = write::sequence(&[&info, &write::octet_string(&[1])]);
    let file = write::sequence(&[&write::integer(3), &data(&content), &mac]);
    let outcome = pkcs12::read(&file, "x", &PROVIDER, &limits);
    assert_eq!(
        outcome.unwrap_err(),
        ContainerError::Limit("iterations of all key derivations")
    );
    limits.kdf_iterations = 10_000;
    let read = pkcs12::read(&file, "x", &PROVIDER, &limits).unwrap();
    assert_eq!(read.unreadable.len(), 40);
}

#[test]
fn nesting_and_number_of_bags_have_limits() {
    let nested = |depth: usize| {
        let mut contents = write::sequence(&[]);
        for _ in 0..depth {
            contents = write::sequence(&[&bag(6, &contents)]);
        }
        pfx(3, &[&bag(6, &contents)], &[])
    };
    assert!(read(&nested(30), "").is_ok());
    assert!(matches!(
        read(&nested(40), "").unwrap_err(),
        ContainerError::Limit(_)
    ));
    assert!(matches!(
        read(&nested(5000), "").unwrap_err(),
        ContainerError::Limit(_)
    ));

    let secret = bag(5, &write::NULL);
    let file = pfx(3, &[&secret, &secret, &secret], &[]);
    let mut limits = Limits::default();
    limits.elements = 3;
    let outcome = pkcs12::read(&file, "", &PROVIDER, &limits);
    assert_eq!(
        outcome.unwrap_err(),
        ContainerError::Limit("number of bags")
    );
    let read = read(&file, "").unwrap();
    assert_eq!(read.unreadable.len(), 3);
    assert_eq!(read.integrity, Integrity::Absent);
    // A file with nothing but what is not read says why.
    assert!(matches!(
        load_with(&file, None).unwrap_err(),
        ContainerError::Unsupported(_)
    ));
    limits.captured = 10;
    let outcome = load(&file, &|| None, &PROVIDER, &limits);
    assert!(matches!(outcome.unwrap_err(), ContainerError::Limit(_)));
}

#[test]
fn other_versions_and_forms_are_refused() {
    for version in [0, 1, 2, 4] {
        assert!(
            read(&pfx(version, &[], &[]), "")
                .unwrap_err()
                .offset()
                .is_some()
        );
    }
    let signed = write::sequence(&[
        &write::oid(&cms_core::oid::SIGNED_DATA),
        &write::context(0, &write::NULL),
    ]);
    let file = write::sequence(&[&write::integer(3), &signed]);
    assert!(matches!(
        read(&file, "").unwrap_err(),
        ContainerError::Unsupported(_)
    ));
    let no_content = write::sequence(&[&write::oid(&cms_core::oid::DATA)]);
    let file = write::sequence(&[&write::integer(3), &no_content]);
    assert!(read(&file, "").unwrap_err().offset().is_some());
    assert!(
        read(&write::tagged(Tag::SET, write::Form::Constructed, &[]), "")
            .unwrap_err()
            .offset()
            .is_some()
    );
}

#[test]
fn what_is_written_is_read() {
    let Some(octets) = vector("rfc9216/08-4.5-pkcs12.pem") else {
        return;
    };
    let loaded = load_with(&octets, Some("alice")).unwrap();
    let keys: Vec<&[u8]> = loaded.keys.iter().map(|key| key.as_slice()).collect();
    for (password, name) in [("pässwörd€🔑", Some("Älice 🔑")), ("", None)] {
        let written = pkcs12::write(
            &keys,
            &loaded.certificates,
            name,
            password,
            &PROVIDER,
            &mut random(),
        )
        .unwrap();
        assert!(cms_core::ber::is_der(&written));
        let read = read(&written, password).unwrap();
        assert_eq!(contents(&read).1, loaded.certificates);
        assert_eq!(
            contents(&read).0,
            keys.iter().map(|key| key.to_vec()).collect::<Vec<_>>()
        );
        assert!(matches!(read.integrity, Integrity::Mac(_)));
        let pairs = read.identities(&PROVIDER);
        assert_eq!(pairs.len(), 2);
        for pair in pairs {
            assert!(pair.key.local_key_id.is_some());
            assert_eq!(pair.key.local_key_id, pair.certificate.local_key_id);
            assert_eq!(pair.key.friendly_name.as_deref(), name);
        }
        // The certificate of the authority is nobody's.
        assert!(
            read.certificates
                .iter()
                .any(|entry| entry.local_key_id.is_none())
        );
        let wrong = self::read(&written, "Wrong").unwrap_err();
        assert_eq!(wrong, ContainerError::WrongPassword);
    }
    let empty = pkcs12::write(&[], &[], None, "x", &PROVIDER, &mut random()).unwrap();
    assert_eq!(
        contents(&read(&empty, "x").unwrap()),
        (Vec::new(), Vec::new())
    );
}

#[test]
fn keys_that_cannot_be_loaded_are_paired_by_local_key_id() {
    let Some(octets) = vector("mimekit/dsa/smime.pfx") else {
        return;
    };
    let read = read(&octets, "no.secret").unwrap();
    assert!(PROVIDER.keys.load(&read.keys[0].pkcs8).is_err());
    assert_eq!(read.identities(&PROVIDER).len(), 1);
}

#[test]
fn secrets_do_not_show() {
    let Some(octets) = vector("nss-interop/Fran.p12") else {
        return;
    };
    let read = read(&octets, "nss").unwrap();
    let shown = format!("{read:?} {:?}", load_with(&octets, Some("nss")).unwrap());
    let key = &read.keys[0].pkcs8;
    let octets = format!("{:?}", &key[30..60]);
    assert!(!shown.contains(octets.trim_matches(['[', ']'])));
    assert!(!shown.contains("pkcs8: ["));
}
