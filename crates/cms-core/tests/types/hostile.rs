//! Small messages of every type, broken in every place: flipped, cut, with lengths of 2^31 and numbers that are none.
//! The result is an error with its place, or what was meant.

use crate::support::{POLICY, certificate, context, person, random};
use cms_algs::{PROVIDER, spec};
use cms_core::authenticated::{AuthenticatedDataBuilder, AuthenticatedDataReader};
use cms_core::collection::{CollectionEvent, CollectionReader, with_attributes};
use cms_core::compressed::CompressedDataReader;
use cms_core::digested::DigestedDataReader;
use cms_core::encrypted::{EncryptedDataBuilder, EncryptedDataReader};
use cms_core::enveloped::{EnvelopedDataBuilder, EnvelopedDataReader};
use cms_core::key::{KeyRing, KeyStore, SecretKey};
use cms_core::plain::{DataReader, data};
use cms_core::provider::ContentCipher;
use cms_core::recipients::Recipient;
use cms_core::signed::{SignedDataReader, Signer, VerifyContext, countersign};
use cms_core::types::{Attribute, Certificate, KekIdentifier};
use cms_core::{CmsError, ContentForm, LayerReader, Limits, ObjectIdentifier, oid};
use testkit::keys;

const CONTENT: &[u8] = b"content of some length, more than a block";

/// What an unspoilt message gives.
type Read = fn(&[u8]) -> Result<Vec<u8>, CmsError>;

struct Case {
    name: &'static str,
    message: Vec<u8>,
    read: Read,
    /// Whether no change at all may give other content.
    protected: bool,
}

fn secret() -> SecretKey {
    SecretKey::new(vec![7; 32])
}

fn drain(reader: &mut dyn LayerReader, message: &[u8]) -> Result<Vec<u8>, CmsError> {
    crate::support::drain(reader, &[message], None)
}

fn with_keys<T>(read: impl FnOnce(&dyn KeyStore) -> T) -> T {
    let bob = person(&keys::BOB);
    let ring = KeyRing::new()
        .with_store(&bob)
        .with_key_encryption_key(KekIdentifier::new(vec![1]), secret());
    read(&ring)
}

fn verify(message: &[u8]) -> Result<Vec<u8>, CmsError> {
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    let mut content = Vec::new();
    reader.push(message, &mut |octets| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    })?;
    let others: Vec<Certificate> = vec![certificate(&keys::BOB), certificate(&keys::CAROL)];
    let context = VerifyContext {
        provider: &PROVIDER,
        policy: &POLICY,
        certificates: &others,
    };
    let report = reader.finish(&mut content.as_slice(), &context)?;
    match report.signers.iter().all(|signer| signer.errors.is_empty()) && !report.signers.is_empty()
    {
        true => Ok(content),
        false => Err(CmsError::NoSigner),
    }
}

fn decrypt(message: &[u8]) -> Result<Vec<u8>, CmsError> {
    with_keys(|keys| {
        drain(
            &mut EnvelopedDataReader::new(context(keys), &Limits::DEFAULT),
            message,
        )
    })
}

fn check_mac(message: &[u8]) -> Result<Vec<u8>, CmsError> {
    with_keys(|keys| {
        drain(
            &mut AuthenticatedDataReader::new(context(keys), &Limits::DEFAULT),
            message,
        )
    })
}

fn check_digest(message: &[u8]) -> Result<Vec<u8>, CmsError> {
    drain(
        &mut DigestedDataReader::new(&PROVIDER, &POLICY, &Limits::DEFAULT),
        message,
    )
}

fn decrypt_data(message: &[u8]) -> Result<Vec<u8>, CmsError> {
    let key = secret();
    drain(
        &mut EncryptedDataReader::new(Some(&key), &PROVIDER, &POLICY, &Limits::DEFAULT),
        message,
    )
}

fn decompress(message: &[u8]) -> Result<Vec<u8>, CmsError> {
    drain(
        &mut CompressedDataReader::new(&PROVIDER, &Limits::DEFAULT),
        message,
    )
}

fn read_data(message: &[u8]) -> Result<Vec<u8>, CmsError> {
    drain(&mut DataReader::new(&Limits::DEFAULT), message)
}

fn collected(message: &[u8]) -> Result<Vec<u8>, CmsError> {
    cms_core::contents(message).map(|contents| contents.concat())
}

fn attributed(message: &[u8]) -> Result<Vec<u8>, CmsError> {
    let mut found = Vec::new();
    let mut reader = CollectionReader::new(&oid::CONTENT_WITH_ATTRIBUTES, &Limits::DEFAULT)?;
    reader.push::<CmsError>(message, &mut |event| {
        if let CollectionEvent::Octets(octets) = event {
            found.extend_from_slice(octets);
        }
        Ok(())
    })?;
    reader.finish()?;
    Ok(found)
}

fn signed() -> Vec<u8> {
    let (bob, carol) = (person(&keys::BOB), person(&keys::CAROL));
    let message = cms_core::sign(
        CONTENT,
        Signer::new(bob.certificate.clone(), &bob.key),
        &PROVIDER,
        &POLICY,
    )
    .unwrap();
    let report = cms_core::verify(&message, &PROVIDER, &POLICY)
        .unwrap()
        .report;
    let info = report.signers[0].info.octets();
    let by = Signer::new(carol.certificate.clone(), &carol.key);
    let counter = countersign(info, by, &PROVIDER, &POLICY, &mut *random()).unwrap();
    let prepared = cms_core::signed::SignedDataBuilder::from_report(&report)
        .with_replaced_signer_info(0, counter)
        .unwrap()
        .prepare(&PROVIDER, &POLICY)
        .unwrap();
    let mut digester = prepared.digester();
    digester.update(CONTENT);
    let mut replay = CONTENT;
    let (mut message, epilogue) = prepared
        .sign(
            digester,
            false,
            &mut replay,
            &Limits::DEFAULT,
            &mut *random(),
        )
        .unwrap();
    message.extend_from_slice(CONTENT);
    message.extend_from_slice(&epilogue);
    message
}

fn attributes() -> Vec<Attribute> {
    vec![Attribute::new(
        ObjectIdentifier::new_unwrap("1.2.3.4"),
        vec![5, 0],
    )]
}

fn enveloped(cipher: &dyn ContentCipher, recipient: Recipient<'_>) -> Vec<u8> {
    let mut message = Vec::new();
    let builder = EnvelopedDataBuilder::new(oid::DATA)
        .with_recipient(recipient)
        .with_unprotected_attributes(attributes());
    let form = ContentForm::Definite(CONTENT.len() as u64);
    let mut writer = builder
        .start(
            cipher,
            form,
            &PROVIDER,
            &POLICY,
            &mut *random(),
            &mut message,
        )
        .unwrap();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(CONTENT, &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    message
}

fn authenticated() -> Vec<u8> {
    let mut message = Vec::new();
    let kek = Recipient::key_encryption_key(KekIdentifier::new(vec![1]), secret());
    let form = ContentForm::Definite(CONTENT.len() as u64);
    let mut writer = AuthenticatedDataBuilder::new(oid::DATA)
        .with_recipient(kek)
        .with_auth_attributes(oid::SHA256, attributes())
        .start(
            &spec::HMAC_SHA256,
            form,
            &PROVIDER,
            &POLICY,
            &mut *random(),
            &mut message,
        )
        .unwrap();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(CONTENT, &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    message
}

fn encrypted() -> Vec<u8> {
    let mut message = Vec::new();
    let form = ContentForm::Definite(CONTENT.len() as u64);
    let mut writer = EncryptedDataBuilder::new(oid::DATA)
        .with_unprotected_attributes(attributes())
        .start(
            &secret(),
            &spec::AES_256_CBC,
            form,
            &POLICY,
            &mut *random(),
            &mut message,
        )
        .unwrap();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(CONTENT, &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    message
}

fn cases() -> Vec<Case> {
    let kek = || Recipient::key_encryption_key(KekIdentifier::new(vec![1]), secret());
    let content_info = data(CONTENT);
    let (before, after) = with_attributes(content_info.len() as u64, &attributes()).unwrap();
    let case = |name, message, read: Read, protected| Case {
        name,
        message,
        read,
        protected,
    };
    let made = [
        case("signed", signed(), verify, true),
        case(
            "kari",
            enveloped(&spec::AES_256_CBC, Recipient::new(certificate(&keys::BOB))),
            decrypt,
            false,
        ),
        case("kekri", enveloped(&spec::AES_256_GCM, kek()), decrypt, true),
        case("authenticated", authenticated(), check_mac, true),
        case(
            "digested",
            cms_core::digest(CONTENT, &oid::SHA256, &PROVIDER, &POLICY).unwrap(),
            check_digest,
            false,
        ),
        case("encrypted", encrypted(), decrypt_data, false),
        case(
            "compressed",
            cms_core::compress(CONTENT, &PROVIDER).unwrap(),
            decompress,
            false,
        ),
        case("data", content_info.clone(), read_data, false),
        case(
            "attributed",
            [before, content_info.clone(), after].concat(),
            attributed,
            false,
        ),
        case(
            "collection",
            cms_core::collect(&[&content_info, &content_info]).unwrap(),
            collected,
            false,
        ),
    ];
    for case in &made {
        assert!((case.read)(&case.message).is_ok(), "{}", case.name);
    }
    made.into()
}

/// Checks one broken message.
fn check(case: &Case, broken: &[u8], what: &dyn core::fmt::Display) {
    match (case.read)(broken) {
        Ok(content) => assert!(
            !case.protected || content == CONTENT,
            "{}: {what}",
            case.name
        ),
        Err(CmsError::Decode(error)) => {
            let end = u64::try_from(broken.len()).unwrap();
            assert!(error.offset <= end, "{}: {what}: {error}", case.name);
        }
        Err(_) => {}
    }
}

#[test]
fn every_flipped_octet_is_an_error_or_changes_nothing() {
    for case in cases() {
        for at in 0..case.message.len() {
            for mask in [0x01, 0x20, 0x80, 0xff] {
                let mut broken = case.message.clone();
                broken[at] ^= mask;
                check(&case, &broken, &format_args!("{mask:#x} at {at}"));
            }
        }
    }
}

#[test]
fn every_cut_is_an_error() {
    for case in cases() {
        for end in 0..case.message.len() {
            let result = (case.read)(&case.message[..end]);
            assert!(result.is_err(), "{} cut at {end}", case.name);
        }
    }
}

/// The elements of an encoding with definite lengths: where each starts, its tag octet, its contents.
fn elements(message: &[u8]) -> Vec<(usize, u8, core::ops::Range<usize>)> {
    let mut found = Vec::new();
    let mut open = Vec::from([(0, message.len())]);
    while let Some((mut at, end)) = open.pop() {
        while at < end {
            let (tag, first) = (message[at], message[at + 1]);
            let more = if first < 0x80 {
                0
            } else {
                usize::from(first & 0x7f)
            };
            let len = match more {
                0 => usize::from(first),
                _ => message[at + 2..at + 2 + more]
                    .iter()
                    .fold(0, |len, octet| len << 8 | usize::from(*octet)),
            };
            let contents = at + 2 + more..at + 2 + more + len;
            found.push((at, tag, contents.clone()));
            if tag & 0x20 != 0 {
                open.push((contents.start, contents.end));
            }
            at = contents.end;
        }
    }
    found
}

#[test]
fn lengths_beyond_the_input_are_errors() {
    for case in cases() {
        for (at, _, contents) in elements(&case.message) {
            for len in [
                &[0x84, 0x80, 0, 0, 0][..],
                &[0x84, 0x7f, 0xff, 0xff, 0xff],
                &[0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                &[0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                &[0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0],
                &[0xff, 0xff],
            ] {
                let broken = [&case.message[..=at], len, &case.message[contents.start..]].concat();
                // A part that is kept as octets spoils itself alone, if the lengths around it still hold; a zero behind
                // the message is forgiven.
                let alone = broken.len() <= case.message.len() + 1;
                assert!(
                    alone || (case.read)(&broken).is_err(),
                    "{}: {len:x?} at {at}",
                    case.name
                );
                check(&case, &broken, &format_args!("{len:x?} at {at}"));
            }
        }
    }
}

#[test]
fn numbers_that_are_none_are_errors_or_change_nothing() {
    for case in cases() {
        for (_, tag, contents) in elements(&case.message) {
            if tag != 2 {
                continue;
            }
            let len = contents.len();
            for fill in [0x00, 0x80, 0xff, 0x7f] {
                let mut broken = case.message.clone();
                broken[contents.clone()].fill(fill);
                check(
                    &case,
                    &broken,
                    &format_args!("{fill:#x} in {len} octets at {}", contents.start),
                );
            }
        }
    }
}

#[test]
fn negative_versions_are_errors() {
    for case in cases() {
        let elements = elements(&case.message);
        // The first number, where there is one, is the version of the content.
        let version = elements
            .iter()
            .filter(|(_, tag, contents)| *tag == 2 && contents.len() == 1)
            .min_by_key(|(at, ..)| *at);
        let Some((at, _, contents)) = version else {
            continue;
        };
        for wrong in [0x80, 0xff] {
            let mut broken = case.message.clone();
            broken[contents.start] = wrong;
            let error = (case.read)(&broken);
            assert!(error.is_err(), "{}: version {wrong:#x} at {at}", case.name);
        }
    }
}
