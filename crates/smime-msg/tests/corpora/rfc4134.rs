//! What RFC 4134 allows to check besides: octets that come out as they went in, and the attributes of its examples.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use cms_algs::PROVIDER;
use cms_core::ber::{self, write};
use cms_core::key::{KeyRing, SecretKey};
use cms_core::policy::StandardPolicy;
use cms_core::report::{Encoding, SignedDataReport};
use cms_core::signed::{SignedDataBuilder, SignedDataReader};
use cms_core::types::{AlgorithmIdentifier, Certificate, SubjectPublicKeyInfo, Time};
use cms_core::{Limits, ObjectIdentifier, oid};
use smime_cert::anchor::TrustAnchor;
use smime_cert::path::{PathFailure, PathRules, Pool};
use smime_cert::purpose::Purpose;
use smime_cert::revocation::AtHand;
use smime_msg::open::{Checking, LayerKind, OpenContext, PathStatus, Trust, open};
use smime_msg::spool::MemorySpools;

use crate::case::unhex;
use crate::run::read;
use crate::s_expression::{integer, remainder};

fn folder() -> Option<PathBuf> {
    Some(testkit::vectors::folder("RFC 4134")?.join("rfc4134"))
}

/// Examples with indefinite lengths.
const IN_BER: [&str; 2] = ["3.1.bin", "4.5.bin"];

const OPAQUE: [&str; 8] = [
    "4.1.bin", "4.2.bin", "4.4.bin", "4.5.bin", "4.6.bin", "4.7.bin", "4.10.bin", "4.11.bin",
];

#[test]
fn der_files_are_der_to_the_octet() {
    let Some(folder) = folder() else { return };
    let mut count = 0;
    for path in testkit::vectors::files(&folder) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let extension = path.extension().unwrap().to_str().unwrap();
        if !["bin", "cer", "crl", "pri"].contains(&extension) || name == "ExContent.bin" {
            continue;
        }
        let octets = read(&folder, name);
        let der = ber::to_der(&ber::Cursor::single(&octets, 0).unwrap()).unwrap();
        assert_eq!(der == octets, !IN_BER.contains(&name), "{name}");
        count += 1;
    }
    // 17 CMS objects, 6 CRLs, 7 certificates, 7 private keys.
    assert_eq!(count, 36);
}

fn unverified(octets: &[u8]) -> (SignedDataReport, Vec<u8>) {
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    let mut content = Vec::new();
    let mut sink = |chunk: cms_core::Unverified<'_>| {
        content.extend_from_slice(chunk.danger_octets());
        Ok(())
    };
    reader.push(octets, &mut sink).unwrap();
    (reader.finish_unverified().unwrap(), content)
}

#[test]
fn signed_data_that_is_written_again_is_its_der_to_the_octet() {
    let Some(folder) = folder() else { return };
    for name in OPAQUE.into_iter().chain(["4.3.bin"]) {
        let octets = read(&folder, name);
        let (report, content) = unverified(&octets);
        let der = ber::to_der(&ber::Cursor::single(&octets, 0).unwrap()).unwrap();
        let in_der = report.encoding == Encoding::Der;
        assert_eq!(in_der, !IN_BER.contains(&name), "{name}");
        let prepared = SignedDataBuilder::from_report(&report)
            .prepare(&PROVIDER, &StandardPolicy::Legacy)
            .unwrap();
        let mut digester = prepared.digester();
        digester.update(&content);
        let mut random = (PROVIDER.random)();
        let mut replay = content.as_slice();
        let (mut message, epilogue) = prepared
            .sign(
                digester,
                report.detached,
                &mut replay,
                &Limits::DEFAULT,
                &mut *random,
            )
            .unwrap();
        if !report.detached {
            message.extend_from_slice(&content);
        }
        message.extend_from_slice(&epilogue);
        assert!(message == der, "{name}");
    }
}

/// RFC 4134, 4.10: an unknown attribute, contentHints, smimeCapabilities, securityLabel, contentReference,
/// smimeEncryptKeyPreference, mlExpansionHistory, equivalentLabels; received in order and kept.
#[test]
fn every_attribute_of_example_4_10_is_there() {
    let Some(folder) = folder() else { return };
    let (report, _) = unverified(&read(&folder, "4.10.bin"));
    let info = report.signers[0].info.value().unwrap();
    let found: Vec<_> = info
        .signed_attrs
        .iter()
        .flat_map(|attrs| attrs.iter())
        .map(|attribute| attribute.oid)
        .collect();
    let expected = [
        "1.2.5555",
        "1.2.840.113549.1.9.3",
        "1.2.840.113549.1.9.4",
        "1.2.840.113549.1.9.15",
        "1.2.840.113549.1.9.16.2.2",
        "1.2.840.113549.1.9.16.2.3",
        "1.2.840.113549.1.9.16.2.4",
        "1.2.840.113549.1.9.16.2.9",
        "1.2.840.113549.1.9.16.2.10",
        "1.2.840.113549.1.9.16.2.11",
    ];
    for text in expected {
        let oid = ObjectIdentifier::new_unwrap(text);
        assert!(found.contains(&oid), "{text} is not in {found:?}");
    }
}

#[test]
fn unprotected_attributes_of_example_7_2_are_reported() {
    let Some(folder) = folder() else { return };
    let key = unhex("737c791f25ead0e04629254352f7dc6291e5cb26917ada32");
    let ring = KeyRing::new().with_content_encryption_key(SecretKey::new(key));
    let context = OpenContext {
        provider: &PROVIDER,
        policy: &StandardPolicy::Legacy,
        limits: &Limits::DEFAULT,
        keys: &ring,
        certificates: &Vec::new(),
        spools: &MemorySpools::new(1 << 20),
        trust: None,
    };
    let opened = open(Box::new(Cursor::new(read(&folder, "7.2.bin"))), &context);
    let LayerKind::Encrypted { report, .. } = &opened.layers[0].kind else {
        panic!("{opened:?}");
    };
    assert_eq!(report.unprotected_attrs.as_ref().unwrap().iter().count(), 1);
}

/// A message of Alice and Diane, whose key has no parameters; `issuer` is among the certificates, and Carl is trusted.
/// Whether each signature holds, and how the paths end.
fn two_signers(folder: &Path, message: Vec<u8>, issuer: Vec<u8>) -> Vec<(bool, String)> {
    let anchor = TrustAnchor::from_der(&read(folder, "CarlDSSSelf.cer")).unwrap();
    let certificates = vec![Certificate::from_der(&issuer).unwrap()];
    let trust = Trust {
        anchors: std::slice::from_ref(&anchor),
        issuers: &Pool::new(),
        at: Time::from_unix(946_684_800),
        purpose: Purpose::Signing,
        rules: &PathRules::DEFAULT,
        sender: None,
        checking: Checking::IfCarried,
        statuses: &AtHand::default(),
        known: None,
    };
    let context = OpenContext {
        provider: &PROVIDER,
        policy: &StandardPolicy::Legacy,
        limits: &Limits::DEFAULT,
        keys: &KeyRing::new(),
        certificates: &certificates,
        spools: &MemorySpools::new(1 << 20),
        trust: Some(&trust),
    };
    let opened = open(Box::new(Cursor::new(message)), &context);
    let LayerKind::Signed {
        report,
        assessments,
        ..
    } = &opened.layers[0].kind
    else {
        panic!("{opened:?}");
    };
    let signers = report.signers.iter().zip(assessments);
    signers
        .map(|(signer, assessment)| {
            let path = match &assessment.path {
                PathStatus::Untrusted(error) => error.to_string(),
                other => other.name().to_owned(),
            };
            (signer.signature_ok == Some(true), path)
        })
        .collect()
}

/// RFC 3279, 2.3.2; RFC 5280, 6.1.4 (d) to (f).
#[test]
fn inherited_parameters_are_those_of_the_path() {
    let Some(folder) = folder() else { return };
    let issuer = read(&folder, "CarlDSSSelf.cer");
    let found = two_signers(&folder, read(&folder, "4.6.bin"), issuer);
    let trusted = (true, "trusted".to_owned());
    assert_eq!(found, [trusted.clone(), trusted]);
}

/// The fields of a SEQUENCE, each whole.
fn fields(octets: &[u8]) -> Vec<Vec<u8>> {
    let mut cursor = ber::Cursor::single(octets, 0).unwrap().children();
    let mut fields = Vec::new();
    while !cursor.is_empty() {
        fields.push(cursor.element().unwrap().raw().to_vec());
    }
    fields
}

fn sequence(fields: &[Vec<u8>]) -> Vec<u8> {
    write::sequence(&fields.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// A certificate with another key.
fn with_key(certificate: &Certificate, key: &SubjectPublicKeyInfo) -> Vec<u8> {
    let mut outer = fields(certificate.octets());
    let mut tbs = fields(&outer[0]);
    for field in &mut tbs {
        if field == certificate.spki_octets() {
            *field = key.to_der();
        }
    }
    outer[0] = sequence(&tbs);
    sequence(&outer)
}

/// Whoever may choose the generator g signs for any public key y: with g = y the private key is 1. Such a g in a forged
/// Carl makes a signature of Diane's hold, and the path unmasks it.
#[test]
fn a_forged_issuer_is_not_confirmed_by_the_path() {
    let Some(folder) = folder() else { return };
    let carl = Certificate::from_der(&read(&folder, "CarlDSSSelf.cer")).unwrap();
    let diane = Certificate::from_der(&read(&folder, "DianeDSSSignByCarlInherit.cer")).unwrap();
    let (carl_key, y) = (carl.spki().unwrap(), diane.spki().unwrap().key);
    let mut domain = fields(carl_key.algorithm.parameters.as_ref().unwrap());
    domain[2].clone_from(&y);
    let algorithm = AlgorithmIdentifier::with(oid::DSA, sequence(&domain));
    let forged_carl = with_key(&carl, &SubjectPublicKeyInfo::new(algorithm, carl_key.key));

    // With k = 1: r = g mod q, and s = z + r mod q.
    let content = b"Diane never said so.";
    let number = |integer: &[u8]| ber::Cursor::single(integer, 0).unwrap().contents().to_vec();
    let q = number(&domain[1]);
    let z = PROVIDER.digest(&oid::SHA1).unwrap().digest(content);
    let r = remainder(&number(&y), &q);
    let s = remainder(&sum(&z, &r), &q);
    let signature = sequence(&[integer(&r), integer(&s)]);

    let (report, _) = unverified(&read(&folder, "4.6.bin"));
    let mut info = fields(report.signers[1].info.octets());
    *info.last_mut().unwrap() = write::octet_string(&signature);
    let prepared = SignedDataBuilder::from_report(&report)
        .with_replaced_signer_info(1, sequence(&info))
        .unwrap()
        .prepare(&PROVIDER, &StandardPolicy::Legacy)
        .unwrap();
    let mut digester = prepared.digester();
    digester.update(content);
    let mut random = (PROVIDER.random)();
    let (prologue, epilogue) = prepared
        .sign(
            digester,
            false,
            &mut content.as_slice(),
            &Limits::DEFAULT,
            &mut *random,
        )
        .unwrap();
    let message = [prologue, content.to_vec(), epilogue].concat();

    let found = two_signers(&folder, message.clone(), forged_carl);
    assert_eq!(
        found[1],
        (true, PathFailure::InheritedParameters.to_string())
    );
    // Under the parameters of the real Carl it does not even hold.
    let found = two_signers(&folder, message, carl.octets().to_vec());
    assert!(!found[1].0);
}

/// The sum of two numbers, one octet longer than the longer.
fn sum(one: &[u8], two: &[u8]) -> Vec<u8> {
    let len = one.len().max(two.len()) + 1;
    let padded = |octets: &[u8]| [vec![0; len - octets.len()], octets.to_vec()].concat();
    let mut carry = 0;
    let mut sum: Vec<u8> = (padded(one).iter().zip(&padded(two)).rev())
        .map(|(one, two)| {
            let total = u16::from(*one) + u16::from(*two) + carry;
            carry = total >> 8;
            total.to_be_bytes()[1]
        })
        .collect();
    sum.reverse();
    sum
}
