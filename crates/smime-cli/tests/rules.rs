//! MUSTs that the command keeps, not the libraries: what a signer says of himself, messages without signers, warnings.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use cms_algs::PROVIDER;
use cms_core::report::SignedDataReport;
use cms_core::signed::SignedDataReader;
use cms_core::types::{Attributes, SmimeCapabilities, SmimeEncryptionKeyPreference};
use cms_core::{Limits, ObjectIdentifier, oid};
use serde_json::Value;
use support::{Scratch, has_openssl};

/// The SignedData of a file.
fn signed_data(s: &Scratch, name: &str) -> SignedDataReport {
    let message = std::fs::read(s.path().join(name)).unwrap();
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    reader.push(&message, &mut |_| Ok(())).unwrap();
    reader.finish_unverified().unwrap()
}

/// How many attributes of a type there are, and values of them all.
fn count(attributes: Option<&Attributes>, oid: &ObjectIdentifier) -> (usize, usize) {
    let all = attributes.into_iter().flat_map(Attributes::iter);
    let found: Vec<_> = all.filter(|one| one.oid == *oid).collect();
    let values = found.iter().map(|one| one.values.len()).sum();
    (found.len(), values)
}

#[test]
fn signers_say_once_what_they_read_and_which_key_decrypts() {
    let s = Scratch::new();
    s.smime_ends(0, &["ca", "init"]);
    s.write("text", b"Hello\n");
    let issue = ["ca", "issue", "bob@example.com", "--split", "--alg", "p384"];
    s.smime_ends(0, &issue);
    s.smime_ends(0, &["ca", "issue", "alice@example.com"]);
    for (name, preferences) in [("bob", 1), ("alice", 0)] {
        let address = format!("{name}@example.com");
        let sign = ["sign", "text", "-s", &address, "--out-format", "der"];
        s.smime_ends(0, &[&sign[..], &["--force", "-o", "signed"]].concat());
        let report = signed_data(&s, "signed");
        let info = report.signers[0].info.value().unwrap();
        let (signed, unsigned) = (info.signed_attrs.as_ref(), info.unsigned_attrs.as_ref());
        // rfc8551:2.5.2/1, 2.5.2/2, 2.5.2/3
        assert_eq!(count(signed, &oid::SMIME_CAPABILITIES), (1, 1));
        assert_eq!(count(unsigned, &oid::SMIME_CAPABILITIES), (0, 0));
        // rfc8551:2.5.3/1, 2.5.3/2, 2.5.3/3
        let preference = oid::ENCRYPTION_KEY_PREFERENCE;
        assert_eq!(count(signed, &preference), (preferences, preferences));
        assert_eq!(count(unsigned, &preference), (0, 0));
        let signed = signed.unwrap();
        assert!(signed.get::<SmimeCapabilities>().unwrap().is_some());
        let preferred = signed.get::<SmimeEncryptionKeyPreference>().unwrap();
        let meant = |one: &SmimeEncryptionKeyPreference| {
            report
                .certificates
                .iter()
                .any(|certificate| one.is(certificate))
        };
        assert!(preferred.as_ref().is_none_or(meant));
    }
}

#[test]
fn certificates_alone_are_a_message_of_data_that_is_not_there() {
    // rfc5652:5.2/1
    let s = Scratch::new();
    s.smime_ends(0, &["id", "new", "alice@example.com"]);
    let words = ["cms", "certs-only", "alice@example.com", "-o", "certs"];
    s.smime_ends(0, &words);
    let report = signed_data(&s, "certs");
    assert_eq!(report.econtent_type, oid::DATA);
    assert!(report.signers.is_empty() && report.detached);
    assert_eq!(report.certificates.len(), 1);
}

#[test]
fn short_keys_are_warned_of() {
    // rfc8550:6/1, rfc8551:6/1
    if !has_openssl("short_keys_are_warned_of") {
        return;
    }
    let s = Scratch::new();
    s.write("text", b"Hello\n");
    let codes = |report: &[u8]| -> Vec<String> {
        let report: Value = serde_json::from_slice(report).unwrap();
        let warnings = report["warnings"].as_array().unwrap().iter();
        let codes = warnings.map(|warning| warning["code"].as_str().unwrap().to_owned());
        codes.collect()
    };
    for (bits, expected) in [("1024", true), ("2048", false)] {
        let newkey = format!("rsa:{bits}");
        #[rustfmt::skip]
        let request = [
            "req", "-x509", "-newkey", &newkey, "-nodes", "-subj", "/CN=bob", "-days", "9",
            "-addext", "subjectAltName=email:bob@example.com", "-keyout", "key.pem", "-out", "cert.pem",
        ];
        s.openssl(&request);
        #[rustfmt::skip]
        let sign = [
            "cms", "-sign", "-in", "text", "-text", "-signer", "cert.pem", "-inkey", "key.pem",
            "-from", "bob@example.com", "-out", "mail.eml",
        ];
        s.openssl(&sign);
        let legacy = ["--ca", "cert.pem", "--profile", "legacy", "--json"];
        let verify = [&["verify", "mail.eml"], &legacy[..]].concat();
        let found = codes(&s.smime_ends(0, &verify));
        assert_eq!(found.contains(&"weak-key".into()), expected, "{found:?}");
        let verify = [&["cert", "verify", "cert.pem"], &legacy[..]].concat();
        let found = codes(&s.smime_ends(0, &verify));
        assert_eq!(found.contains(&"weak-key".into()), expected, "{found:?}");
    }
}
