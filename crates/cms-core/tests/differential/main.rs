//! Every CMS object of the foreign corpora, read to its end and compared field by field with what another
//! implementation reads. Known differences stand in a table with their reason; unexpected ones fail, and so does an
//! entry of the table that is not needed any more.

#![expect(clippy::unwrap_used, reason = "tests, helpers included")]

mod facts;
mod ours;
mod rasn;
mod rust_crypto;

use facts::Facts;

/// A file (or the end of its path), a field, and why it differs.
type Difference = (&'static str, &'static str, &'static str);

const RUST_CRYPTO: &[Difference] = &[
    (
        "bc-embedded/ParseTest.contentInfoBytes.der",
        "content",
        CONSTRUCTED,
    ),
    ("rfc4134/3.1.bin", "content", CONSTRUCTED),
];

const RASN: &[Difference] = &[
    (
        "9182a8865796afebb1c4029eed85e77be46b2bf0",
        "recipients",
        UNDECODABLE,
    ),
    (
        "cef0e93f929e27534e01a12d3ab337303d96ed53",
        "signatures",
        "2.528609 are no arcs of any OBJECT IDENTIFIER that we decode",
    ),
    (
        "f00f5c0c3eab0e825629ec60138cd00ef07b3e85",
        "recipients",
        UNDECODABLE,
    ),
];

const UNDECODABLE: &str =
    "a key agreement that we do not decode counts as one recipient, and its keys as none there";

const CONSTRUCTED: &str =
    "the segments of a constructed OCTET STRING are not put together (X.690, 8.7.3)";

/// What our readers cannot read to the end, and why.
const UNREADABLE: &[(&str, &str)] = &[(
    "gnupg/verify-test-sig1.der",
    "its last end-of-contents octets are missing",
)];

/// What fuzzers found: most of it is broken, and what can be read is compared as well.
const BROKEN: &str = "openssl-fuzz/";

/// All ContentInfos among the vectors, in files of their own and in PEM.
fn messages() -> Option<Vec<(String, Vec<u8>)>> {
    let vectors = testkit::vectors::folder("differential tests")?;
    let mut found = Vec::new();
    for path in testkit::vectors::files(&vectors) {
        let name = path.strip_prefix(&vectors).unwrap().display().to_string();
        let octets = std::fs::read(&path).unwrap();
        for (index, octets) in unarmoured(octets).into_iter().enumerate() {
            if octets.first() == Some(&0x30)
                && cms_core::content_type(&octets)
                    .is_ok_and(|oid| oid.is_some_and(|oid| is_read(&oid)))
            {
                let block = if index == 0 {
                    String::new()
                } else {
                    format!("#{index}")
                };
                found.push((format!("{name}{block}"), octets));
            }
        }
    }
    Some(found)
}

fn is_read(content_type: &cms_core::ObjectIdentifier) -> bool {
    *content_type == cms_core::oid::DATA || cms_core::oid::is_cms_layer(content_type)
}

/// The blocks of PEM, or the octets as they are.
fn unarmoured(octets: Vec<u8>) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(&octets);
    if !text.contains("-----BEGIN ") {
        return vec![octets];
    }
    let blocks = text.split("-----BEGIN ").skip(1);
    blocks
        .filter_map(|block| {
            let body = block.split_once("-----")?.1.split("-----END").next()?;
            Some(base64(body))
        })
        .collect()
}

/// Base64 of a body that is not checked otherwise: what is no digit is passed over.
fn base64(text: &str) -> Vec<u8> {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut octets = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for octet in text.bytes() {
        let Some(value) = digits.iter().position(|digit| *digit == octet) else {
            continue;
        };
        bits = bits << 6 | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            octets.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    octets
}

#[test]
fn every_structure_is_read_to_its_end() {
    let Some(messages) = messages() else { return };
    let mut failures = Vec::new();
    for (name, octets) in &messages {
        if name.starts_with(BROKEN) {
            continue;
        }
        let excepted = UNREADABLE.iter().any(|(file, _)| name.ends_with(file));
        match ours::facts(octets) {
            Ok(_) if excepted => failures.push(format!("{name}: is read now")),
            Err(error) if !excepted => failures.push(format!("{name}: {error}")),
            _ => {}
        }
    }
    eprintln!("{} objects, {} excepted", messages.len(), UNREADABLE.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Compares with another reader; says how many objects and fields were compared.
fn compare<E: std::fmt::Display>(
    peer: &str,
    differences: &[Difference],
    read: impl Fn(&[u8]) -> Result<Facts, E>,
) {
    let Some(messages) = messages() else { return };
    let mut used = vec![false; differences.len()];
    let mut failures = Vec::new();
    let (mut objects, mut fields, mut unread) = (0, 0, 0);
    for (name, octets) in &messages {
        let Ok(ours) = ours::facts(octets) else {
            continue;
        };
        let theirs = match read(octets) {
            Ok(facts) => facts,
            Err(error) => {
                unread += 1;
                println!("{peer} cannot read {name}: {error}");
                continue;
            }
        };
        objects += 1;
        fields += theirs.fields();
        for (field, text) in ours.differences(&theirs) {
            let mut known = differences.iter().zip(&mut used);
            match known.find(|((file, known, _), _)| name.ends_with(file) && *known == field) {
                Some((_, used)) => *used = true,
                None => failures.push(format!("{name}: {field}: {text}")),
            }
        }
    }
    for ((file, field, _), used) in differences.iter().zip(used) {
        if !used {
            failures.push(format!("{file}: {field} does not differ any more"));
        }
    }
    eprintln!("{peer}: {objects} objects, {fields} fields, {unread} that it cannot read");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn rust_crypto_cms_reads_the_same() {
    compare("cms", RUST_CRYPTO, rust_crypto::facts);
}

#[test]
fn rasn_cms_reads_the_same() {
    compare("rasn-cms", RASN, rasn::facts);
}
