//! What the dump shows, and that nothing stops it but the limits.

use std::path::Path;
use std::time::{Duration, Instant};

use cms_core::ber::{Tag, write};

use super::grammar::Type;
use super::grammar::certificate::Certificate;
use super::grammar::cms::ContentInfo;
use super::*;
use crate::outcome::Outcome;

const DEPTH: usize = 128;

fn object(octets: &[u8], root: Option<&'static Type>) -> Object {
    let mut object = objects(octets, Some(InFormat::Der)).unwrap().remove(0);
    object.root = root.or(object.root);
    object
}

fn shown(object: Object, options: Options) -> (String, Option<Failure>) {
    let mut out = Vec::new();
    let failure = lines(&[object], DEPTH, options, Paint::Plain, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), failure)
}

fn dump(octets: &[u8]) -> (String, Option<Failure>) {
    shown(object(octets, None), Options::default())
}

/// SignedData as a streaming sender writes it: indefinite lengths, content in two segments, no signer.
fn streamed() -> Vec<u8> {
    let mut octets = vec![
        0x30, 0x80, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2,
    ];
    octets.extend([0xa0, 0x80, 0x30, 0x80, 2, 1, 1, 0x31, 0, 0x30, 0x80]);
    octets.extend([
        6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1, 0xa0, 0x80,
    ]);
    octets.extend([
        0x24, 0x80, 4, 2, b'H', b'i', 4, 0x81, 1, b'!', 0, 0, 0, 0, 0, 0,
    ]);
    octets.extend([0x31, 0, 0, 0, 0, 0, 0, 0]);
    octets
}

/// Compares with a file of this folder; `SMIME_BLESS` writes it anew.
fn golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/dump/tests")
        .join(name);
    if std::env::var_os("SMIME_BLESS").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(found, expected, "{name}");
}

#[test]
fn streamed_message_is_shown_with_its_segments_and_ends() {
    let (text, failure) = dump(&streamed());
    assert!(failure.is_none(), "{text}");
    golden("streamed.txt", &text);
}

#[test]
fn certificate_is_shown_with_extensions_and_key() {
    let (text, failure) = dump(testkit::keys::ALICE.certificate);
    assert!(failure.is_none());
    golden("certificate.txt", &text);
}

#[test]
fn names_can_be_trees() {
    let options = Options {
        name_tree: true,
        ..Options::default()
    };
    let (text, _) = shown(object(testkit::keys::BOB.certificate, None), options);
    assert!(text.contains("issuer: Name\n"), "{text}");
    assert!(text.contains("value: UTF8String \"Test Root\""), "{text}");
}

#[test]
fn private_keys_are_not_shown() {
    for identity in testkit::keys::ALL {
        let options = Options {
            full: true,
            name_tree: true,
        };
        let octets = &object(identity.key, None).octets;
        let (text, failure) = shown(object(identity.key, None), options);
        assert!(failure.is_none());
        assert!(text.contains("octets, not shown"), "{text}");
        let tail = crate::report::hex(&octets[octets.len() - 16..]);
        assert!(!text.contains(&tail), "{}", identity.name);
    }
    let rsa = [0x30, 12, 2, 1, 0, 2, 1, 0x77, 2, 1, 3, 2, 1, 0x55];
    let (text, _) = dump(&rsa);
    assert!(!text.contains("85") && text.contains("modulus"), "{text}");
}

#[test]
fn values_are_escaped() {
    let octets = write::tagged(
        Tag::UTF8_STRING,
        write::Form::Primitive,
        b"a\x1b[31m\"\xe2\x80\xae",
    );
    let (text, _) = dump(&octets);
    assert!(
        text.contains(r#"UTF8String "a\u{1b}[31m\"\u{202e}""#),
        "{text}"
    );
}

#[test]
fn what_the_type_does_not_expect_is_marked_and_passed() {
    // ContentInfo of data whose content is an INTEGER, in a length of two octets, and zeros behind.
    let octets = [
        0x30, 0x81, 0x10, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1, 0xa0, 3, 2, 1, 5, 0, 0,
    ];
    let (text, failure) = dump(&octets);
    assert!(failure.is_none());
    for part in [
        "ContentInfo  -- length or tag not minimal",
        "INTEGER 5  -- deviates: expected Data",
        "-- deviates: 2 zero octets follow",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn types_in_the_wrong_form_are_walked() {
    // A primitive SEQUENCE, and a constructed INTEGER with one in it.
    let (text, failure) = dump(&[0x31, 7, 0x10, 1, 0, 0x22, 2, 5, 0]);
    assert!(failure.is_none(), "{text}");
    assert_eq!(text.matches("deviates: must be").count(), 2, "{text}");
    assert!(text.ends_with("NULL\n"), "{text}");
}

#[test]
fn every_prefix_shows_the_beginning_and_names_the_break() {
    let options = Options {
        name_tree: true,
        full: true,
    };
    let whole: [(&[u8], &'static Type); 2] = [
        (&streamed(), &ContentInfo),
        (testkit::keys::BOB.certificate, &Certificate),
    ];
    for (octets, root) in whole {
        let (full, failure) = shown(object(octets, Some(root)), options);
        assert!(failure.is_none());
        for len in 1..octets.len() {
            let prefix = &octets[..len];
            let (text, failure) = shown(object(prefix, Some(root)), options);
            let failure = failure.unwrap_or_else(|| panic!("{len} octets are enough"));
            assert_eq!(failure.outcome, Outcome::Malformed);
            let offset = usize::try_from(failure.offset.unwrap()).unwrap();
            assert!(offset <= len, "{len}: {offset}");
            let before = text.trim_end().rfind('\n').map_or(0, |at| at + 1);
            assert!(full.starts_with(&text[..before]), "{len}:\n{text}");
            assert!(text[before..].contains("!! "), "{len}:\n{text}");
        }
    }
}

#[test]
fn deep_nesting_is_a_limit() {
    let mut definite = vec![5, 0];
    while definite.len() < 100_000 {
        let len = u32::try_from(definite.len()).unwrap().to_be_bytes();
        let mut next = vec![0x30, 0x84];
        next.extend(len);
        definite.splice(0..0, next);
    }
    let indefinite = [0x30, 0x80].repeat(1_000_000);
    let octets = [0x24, 0x80].repeat(1_000_000);
    for input in [definite, indefinite, octets] {
        let start = Instant::now();
        let (text, failure) = dump(&input);
        let failure = failure.unwrap();
        assert_eq!(failure.outcome, Outcome::Limit, "{text}");
        assert!(start.elapsed() < Duration::from_secs(5));
        assert!(text.lines().count() < 2 * DEPTH);
    }
}

#[test]
fn report_has_every_node() {
    let mut out = Vec::new();
    let objects = [object(testkit::keys::BOB.certificate, None)];
    let envelope = |_: Option<&Failure>| crate::report::envelope("dump", Outcome::Good, "good");
    report(&objects, DEPTH, Options::default(), envelope, &mut out).unwrap();
    let report: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(report["schema"], "smime.report/1");
    let items = report["items"].as_array().unwrap();
    assert_eq!(items[0]["type"], "Certificate");
    assert_eq!(items[0]["offset"], 0);
    assert_eq!(items[2]["name"], "version");
    assert_eq!(items[2]["depth"], 2);
    let (text, _) = dump(testkit::keys::BOB.certificate);
    assert_eq!(items.len(), text.lines().count());
}

#[test]
fn rfc_4134_examples_fit_their_types() {
    let Some(vectors) = testkit::vectors::folder("dump of the RFC 4134 examples") else {
        return;
    };
    let mut seen = 0;
    for path in testkit::vectors::files(&vectors.join("rfc4134")) {
        let extension = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_content = path.file_name().is_some_and(|name| name == "ExContent.bin");
        if is_content || !["bin", "eml", "cer", "crl", "pri"].contains(&extension.as_str()) {
            continue;
        }
        let objects = objects(&std::fs::read(&path).unwrap(), None).unwrap();
        let mut out = Vec::new();
        let failure = lines(&objects, DEPTH, Options::default(), Paint::Plain, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(failure.is_none(), "{}:\n{text}", path.display());
        assert!(!text.contains("deviates"), "{}:\n{text}", path.display());
        seen += 1;
    }
    assert!(seen > 35, "{seen}");
}

#[test]
fn examples_of_the_rfcs_fit_their_types() {
    // The examples that depart from their own standards.
    const ODD: [&str; 6] = [
        // SecurityCategory with a primitive explicit tag.
        "rfc3114-SecurityLabel",
        "rfc5755-CertificateWithClearance",
        "rfc5917-ClearanceSponsor",
        // A time of 16 digits.
        "rfc5794-EncryptedDataDefaultPad",
        "rfc5794-EncryptedDataBogusPad",
        // The key wrap algorithm as an object identifier alone.
        "rfc8696-KeyAgreePSK",
    ];
    let Some(vectors) = testkit::vectors::folder("dump of the examples in RFCs") else {
        return;
    };
    let mut seen = 0;
    for corpus in ["pyasn1-alt", "pqc-hackathon", "limbo"] {
        for path in testkit::vectors::files(&vectors.join(corpus)) {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let is_object = [".der", ".pem", ".p7m", ".p12"]
                .iter()
                .any(|end| name.ends_with(end));
            if !is_object || ODD.iter().any(|odd| name.starts_with(odd)) {
                continue;
            }
            let objects = objects(&std::fs::read(&path).unwrap(), None).unwrap();
            let mut out = Vec::new();
            let failure =
                lines(&objects, DEPTH, Options::default(), Paint::Plain, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert!(failure.is_none(), "{}:\n{text}", path.display());
            assert!(!text.contains("deviates"), "{}:\n{text}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 300, "{seen}");
}

#[test]
fn fuzzed_inputs_end_as_malformed_or_not_at_all() {
    let Some(vectors) = testkit::vectors::folder("dump of fuzzed inputs") else {
        return;
    };
    for path in testkit::vectors::files(&vectors.join("openssl-fuzz")) {
        let octets = std::fs::read(&path).unwrap();
        let objects = match objects(&octets, None) {
            Ok(objects) => objects,
            Err(failure) => {
                let known = [Outcome::Malformed, Outcome::Limit];
                assert!(known.contains(&failure.outcome), "{}", path.display());
                continue;
            }
        };
        let failure = lines(
            &objects,
            DEPTH,
            Options::default(),
            Paint::Plain,
            &mut io::sink(),
        )
        .unwrap();
        if let Some(failure) = failure {
            let known = [Outcome::Malformed, Outcome::Limit];
            assert!(known.contains(&failure.outcome), "{}", path.display());
        }
    }
}
