//! Runs one case: opens its file in process, under the legacy profile, with the keys that it names.

use std::io::{Cursor, Read};
use std::path::Path;

use cms_algs::{PROVIDER, PrivateKey};
use cms_core::key::{KeyRing, SecretKey};
use cms_core::policy::StandardPolicy;
use cms_core::types::Certificate;
use cms_core::{Limits, ber, oid};
use smime_cert::anchor::TrustAnchor;
use smime_cert::container::{Loaded, load};
use smime_cert::path::{PathContext, PathRules, Pool, validate};
use smime_cert::purpose::Purpose;
use smime_msg::format::Format;
use smime_msg::open::{Extent, OpenContext, open_as};
use smime_msg::spool::MemorySpools;

use crate::case::Case;
use crate::{outcome, s_expression};

/// What is found in a file, in the words of `cases.json`.
pub(crate) fn run(folder: &Path, case: &Case) -> String {
    let octets = read(folder, case.file());
    match case.op() {
        "asn1" => asn1(&octets),
        "path" => path(&octets),
        "load" => match container(&octets) {
            Ok(loaded) => format!(
                "{} certificates, {} keys, {} CRLs",
                loaded.certificates.len(),
                loaded.keys.len(),
                loaded.crls.len()
            ),
            Err(error) => format!("! {error}"),
        },
        "open" => open(folder, case, octets),
        other => panic!("{}: unknown op {other}", case.id()),
    }
}

pub(crate) fn read(folder: &Path, name: &str) -> Vec<u8> {
    let path = folder.join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Any ASN.1: a certificate, or one encoding that is read to its end.
fn asn1(octets: &[u8]) -> String {
    if Certificate::from_der(octets).is_ok() {
        return "certificate".into();
    }
    let der = ber::Cursor::single(octets, 0).and_then(|element| ber::to_der(&element));
    match der {
        Ok(der) if der == octets => "der".into(),
        Ok(_) => "ber".into(),
        Err(error) => format!("! {error}"),
    }
}

/// A certificate that is trusted itself: what is left to object to.
fn path(octets: &[u8]) -> String {
    let certificate = match Certificate::from_der(octets) {
        Ok(certificate) => certificate,
        Err(error) => return format!("! {error}"),
    };
    let anchors: Vec<_> = TrustAnchor::from_certificate(certificate.clone())
        .into_iter()
        .collect();
    let context = PathContext {
        anchors: &anchors,
        issuers: &Pool::new(),
        at: certificate.not_before(),
        purpose: Purpose::Any,
        rules: &PathRules::DEFAULT,
        revocation: None,
        known: None,
        provider: &PROVIDER,
        policy: &StandardPolicy::Legacy,
    };
    match validate(&certificate, &context) {
        Ok(_) => "valid".into(),
        Err(error) => format!("! {error}"),
    }
}

fn container(octets: &[u8]) -> Result<Loaded, smime_cert::container::ContainerError> {
    load(octets, &|| None, &PROVIDER, &Limits::DEFAULT)
}

/// Private keys of any file of the corpora.
fn keys(octets: &[u8]) -> Vec<PrivateKey> {
    if octets.starts_with(b"(private-key") {
        return vec![PrivateKey::from_pkcs8(&s_expression::rsa_as_pkcs8(octets)).unwrap()];
    }
    let loaded = container(octets).unwrap();
    assert!(!loaded.keys.is_empty(), "no key");
    let load = |key: &zeroize::Zeroizing<Vec<u8>>| PrivateKey::from_pkcs8(key).unwrap();
    loaded.keys.iter().map(load).collect()
}

fn open(folder: &Path, case: &Case, octets: Vec<u8>) -> String {
    let keys: Vec<_> = case
        .texts("keys")
        .into_iter()
        .flat_map(|name| keys(&read(folder, name)))
        .collect();
    let mut ring = KeyRing::new();
    for key in &keys {
        ring = ring.with_unidentified_key(key);
    }
    if let Some(password) = case.text("password") {
        ring = ring.with_password(SecretKey::new(password.into()));
    }
    if let Some(secret) = case.octets("secret") {
        ring = ring.with_content_encryption_key(SecretKey::new(secret));
    }
    let certificates: Vec<_> = case
        .texts("certs")
        .into_iter()
        .flat_map(|name| container(&read(folder, name)).unwrap().certificates)
        .collect();
    let context = OpenContext {
        provider: &PROVIDER,
        policy: &StandardPolicy::Legacy,
        limits: &Limits::DEFAULT,
        keys: &ring,
        certificates: &certificates,
        spools: &MemorySpools::new(1 << 24),
        trust: None,
    };
    let content = match (case.text("content"), case.text("content_text")) {
        (Some(name), _) => Some(read(folder, name)),
        (None, text) => text.map(|text| text.as_bytes().to_vec()),
    };
    let content: Option<Box<dyn Read>> =
        content.map(|content| -> Box<dyn Read> { Box::new(Cursor::new(content)) });
    let source = Box::new(Cursor::new(octets));
    // Text before the armour does not look like it.
    let format = (case.text("format") == Some("pem")).then_some(Format::Pem);
    let opened = open_as(source, format, Extent::All, content, &context);
    let mut line = outcome::line(&opened);
    if let Some(content) = opened.content {
        let mut octets = Vec::new();
        let mut spool = content.into_spool();
        spool.reader().unwrap().read_to_end(&mut octets).unwrap();
        if let Some(different) = difference(folder, case, &octets) {
            line.push_str(&different);
        }
    }
    line
}

/// How the innermost content differs from what the case says of it.
fn difference(folder: &Path, case: &Case, content: &[u8]) -> Option<String> {
    if let Some(name) = case.text("plaintext")
        && read(folder, name) != content
    {
        return Some(format!(", content is not {name}"));
    }
    let digest = PROVIDER.digest(&oid::SHA256).unwrap().digest(content);
    let digest: String = digest.iter().map(|octet| format!("{octet:02x}")).collect();
    match case.text("plaintext_sha256") {
        Some(expected) if expected != digest => Some(format!(", content has SHA-256 {digest}")),
        _ => None,
    }
}
