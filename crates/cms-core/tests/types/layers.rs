//! DigestedData, EncryptedData, AuthenticatedData, CompressedData, collections and Data: every form at every chunking,
//! and what is wrong with them is a named error.

use crate::support::{POLICY, context, drain, position, random};
use cms_algs::{PROVIDER, spec};
use cms_core::authenticated::{AuthenticatedDataBuilder, AuthenticatedDataReader};
use cms_core::ber::{Cursor, Tag, is_der, write};
use cms_core::collection::{CollectionEvent, CollectionReader, with_attributes};
use cms_core::compressed::{CompressedDataReader, CompressedDataWriter};
use cms_core::digested::{DigestedDataReader, DigestedDataWriter};
use cms_core::encrypted::{EncryptedDataBuilder, EncryptedDataReader};
use cms_core::key::{KeyRing, SecretKey};
use cms_core::plain::{DataReader, data};
use cms_core::recipients::Recipient;
use cms_core::report::Encoding;
use cms_core::types::{
    AlgorithmIdentifier, Attribute, AttributeError, Attributes, ContentType, KekIdentifier,
    MessageDigest,
};
use cms_core::{CmsError, ContentForm, Limits, ObjectIdentifier, Surroundings, oid};
use testkit::chunking::chunkings;

pub(crate) const CONTENT: &[u8] =
    b"content of a layer, longer than one block of any cipher or hash function";

/// A message, and what stands beside it.
pub(crate) struct Made {
    pub(crate) message: Vec<u8>,
    beside: Option<Vec<u8>>,
}

pub(crate) const FORMS: [ContentForm; 3] = [
    ContentForm::Definite(CONTENT.len() as u64),
    ContentForm::Indefinite,
    ContentForm::Detached,
];

fn digested(econtent_type: &ObjectIdentifier, form: ContentForm) -> Made {
    let mut message = Vec::new();
    let mut writer = DigestedDataWriter::start(
        econtent_type,
        &oid::SHA384,
        Surroundings::ContentInfo,
        form,
        &PROVIDER,
        &POLICY,
        &mut message,
    )
    .unwrap();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    for chunk in CONTENT.chunks(10) {
        writer.update(chunk, &mut out).unwrap();
    }
    writer.finish(&mut out).unwrap();
    let beside = (form == ContentForm::Detached).then(|| CONTENT.to_vec());
    Made { message, beside }
}

pub(crate) fn secret() -> SecretKey {
    SecretKey::new(vec![7; 32])
}

pub(crate) fn encrypted(form: ContentForm, attributes: Vec<Attribute>) -> Made {
    let (mut message, mut beside) = (Vec::new(), Vec::new());
    let mut writer = EncryptedDataBuilder::new(oid::DATA)
        .with_unprotected_attributes(attributes)
        .start(
            &secret(),
            &spec::AES_256_CBC,
            form,
            &POLICY,
            &mut *random(),
            &mut message,
        )
        .unwrap();
    let detached = form == ContentForm::Detached;
    let mut out = |octets: &[u8]| {
        let to = if detached { &mut beside } else { &mut message };
        to.extend_from_slice(octets);
        Ok(())
    };
    for chunk in CONTENT.chunks(10) {
        writer.update(chunk, &mut out).unwrap();
    }
    if detached {
        let message = writer.finish_detached(&mut out).unwrap();
        return Made {
            message,
            beside: Some(beside),
        };
    }
    writer.finish(&mut out).unwrap();
    Made {
        message,
        beside: None,
    }
}

pub(crate) fn authenticated(
    econtent_type: ObjectIdentifier,
    form: ContentForm,
    attributes: Option<Vec<Attribute>>,
) -> Made {
    let mut message = Vec::new();
    let kek = Recipient::key_encryption_key(KekIdentifier::new(vec![1]), secret());
    let mut builder = AuthenticatedDataBuilder::new(econtent_type).with_recipient(kek);
    if let Some(attributes) = attributes {
        builder = builder.with_auth_attributes(oid::SHA256, attributes);
    }
    let mut writer = builder
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
    for chunk in CONTENT.chunks(10) {
        writer.update(chunk, &mut out).unwrap();
    }
    writer.finish(&mut out).unwrap();
    let beside = (form == ContentForm::Detached).then(|| CONTENT.to_vec());
    Made { message, beside }
}

pub(crate) fn keys() -> KeyRing<'static> {
    KeyRing::new().with_key_encryption_key(KekIdentifier::new(vec![1]), secret())
}

pub(crate) fn attribute() -> Attribute {
    Attribute::new(ObjectIdentifier::new_unwrap("1.2.3.4"), vec![5, 0])
}

pub(crate) fn check_mac(chunks: &[&[u8]], beside: Option<&[u8]>) -> Result<Vec<u8>, CmsError> {
    let keys = keys();
    let mut reader = AuthenticatedDataReader::new(context(&keys), &Limits::DEFAULT);
    drain(&mut reader, chunks, beside)
}

fn check_digest(chunks: &[&[u8]], beside: Option<&[u8]>) -> Result<Vec<u8>, CmsError> {
    let mut reader = DigestedDataReader::new(&PROVIDER, &POLICY, &Limits::DEFAULT);
    drain(&mut reader, chunks, beside)
}

pub(crate) fn decrypt_data(chunks: &[&[u8]], beside: Option<&[u8]>) -> Result<Vec<u8>, CmsError> {
    let key = secret();
    let mut reader = EncryptedDataReader::new(Some(&key), &PROVIDER, &POLICY, &Limits::DEFAULT);
    drain(&mut reader, chunks, beside)
}

fn inflate(chunks: &[&[u8]], limits: &Limits) -> Result<Vec<u8>, CmsError> {
    let mut reader = CompressedDataReader::new(&PROVIDER, limits);
    drain(&mut reader, chunks, None)
}

fn version(message: &[u8]) -> u64 {
    // The first INTEGER within [0] and SEQUENCE.
    let mut info = Cursor::single(message, 0).unwrap().children();
    info.element().unwrap();
    let explicit = info.element().unwrap();
    let layer = explicit.children().element().unwrap();
    layer.children().element().unwrap().u64().unwrap()
}

#[test]
fn every_form_is_read_at_every_chunking() {
    // rfc5652:9.1/6
    type Read = fn(&[&[u8]], Option<&[u8]>) -> Result<Vec<u8>, CmsError>;
    for form in FORMS {
        let cases: [(&str, Made, Read); 4] = [
            ("digested", digested(&oid::DATA, form), check_digest),
            ("encrypted", encrypted(form, Vec::new()), decrypt_data),
            (
                "authenticated",
                authenticated(oid::DATA, form, None),
                check_mac,
            ),
            (
                "authenticated with attributes",
                authenticated(oid::DATA, form, Some(vec![attribute()])),
                check_mac,
            ),
        ];
        for (name, made, read) in cases {
            assert_eq!(
                is_der(&made.message),
                form != ContentForm::Indefinite,
                "{name} {form:?}"
            );
            for chunks in chunkings(&made.message, 3) {
                let content = read(&chunks, made.beside.as_deref()).unwrap();
                assert_eq!(content, CONTENT, "{name} {form:?}");
            }
        }
    }
}

#[test]
fn versions_follow_the_rules() {
    let der = FORMS[0];
    // rfc5652:7/1, 7/2: 0 around id-data, else 2.
    assert_eq!(version(&digested(&oid::DATA, der).message), 0);
    assert_eq!(version(&digested(&oid::TST_INFO, der).message), 2);
    // rfc5652:8/2, 8/3: 2 with unprotectedAttrs, else 0.
    assert_eq!(version(&encrypted(der, Vec::new()).message), 0);
    assert_eq!(version(&encrypted(der, vec![attribute()]).message), 2);
    // rfc5652:9.1/1: 0 without originatorInfo.
    assert_eq!(version(&authenticated(oid::DATA, der, None).message), 0);
    // rfc3274:1.1/1: always 0.
    let compressed = cms_core::compress(CONTENT, &PROVIDER).unwrap();
    assert_eq!(version(&compressed), 0);
    assert!(is_der(&compressed));
}

#[test]
fn authenticated_data_around_other_types_has_attributes() {
    // rfc5652:9.1/4, 9.1/7
    let made = authenticated(oid::TST_INFO, FORMS[0], None);
    let keys = keys();
    let mut reader = AuthenticatedDataReader::new(context(&keys), &Limits::DEFAULT);
    assert_eq!(drain(&mut reader, &[&made.message], None).unwrap(), CONTENT);
    let report = reader.report();
    let attributes = report.auth_attrs.unwrap();
    let types: Vec<_> = attributes.iter().map(|one| one.oid).collect();
    for needed in [
        oid::CONTENT_TYPE,
        oid::MESSAGE_DIGEST,
        oid::CMS_ALGORITHM_PROTECTION,
    ] {
        assert!(types.contains(&needed), "{needed}");
    }
    assert_eq!(report.mac_ok, Some(true));
    assert_eq!(report.digest_algorithm.unwrap().oid, oid::SHA256);
}

#[test]
fn every_flipped_octet_of_authenticated_content_is_noticed() {
    // rfc5652:9.3/3
    for form in [FORMS[0], FORMS[1]] {
        for attributes in [None, Some(vec![attribute()])] {
            let made = authenticated(oid::DATA, form, attributes);
            for index in 0..made.message.len() {
                let mut bad = made.message.clone();
                bad[index] ^= 1;
                // What nothing covers may change (version, kekid, originator): never the content.
                if let Ok(content) = check_mac(&[&bad], None) {
                    assert_eq!(content, CONTENT, "octet {index}");
                }
            }
        }
    }
}

#[test]
fn every_flipped_octet_of_digested_content_is_noticed() {
    let made = digested(&oid::DATA, FORMS[0]);
    let start = position(&made.message, CONTENT);
    for index in start..made.message.len() {
        let mut bad = made.message.clone();
        bad[index] ^= 0x20;
        assert!(check_digest(&[&bad], None).is_err(), "octet {index}");
    }
    let mut bad = made.message;
    bad[start] ^= 1;
    let error = check_digest(&[&bad], None).unwrap_err();
    assert!(matches!(error, CmsError::DigestMismatch), "{error}");
}

#[test]
fn truncated_messages_are_errors_at_every_octet() {
    let compressed = cms_core::compress(CONTENT, &PROVIDER).unwrap();
    for form in [FORMS[0], FORMS[1]] {
        let digested = digested(&oid::DATA, form).message;
        let encrypted = encrypted(form, Vec::new()).message;
        let authenticated = authenticated(oid::DATA, form, None).message;
        for (message, read) in [
            (&digested, check_digest as fn(&[&[u8]], Option<&[u8]>) -> _),
            (&encrypted, decrypt_data),
            (&authenticated, check_mac),
        ] {
            for end in 0..message.len() {
                let error = read(&[&message[..end]], None).unwrap_err();
                assert!(matches!(error, CmsError::Decode(_)), "{end}: {error}");
            }
        }
    }
    for end in 0..compressed.len() {
        assert!(inflate(&[&compressed[..end]], &Limits::DEFAULT).is_err());
    }
}

#[test]
fn content_that_is_detached_must_be_given_and_only_then() {
    let detached = [
        (
            digested(&oid::DATA, ContentForm::Detached),
            check_digest as fn(&[&[u8]], Option<&[u8]>) -> _,
        ),
        (encrypted(ContentForm::Detached, Vec::new()), decrypt_data),
        (
            authenticated(oid::DATA, ContentForm::Detached, None),
            check_mac,
        ),
    ];
    for (made, read) in detached {
        let error = read(&[&made.message], None).unwrap_err();
        assert!(matches!(error, CmsError::DetachedContentMissing), "{error}");
    }
    let embedded = [
        (
            digested(&oid::DATA, FORMS[0]),
            check_digest as fn(&[&[u8]], Option<&[u8]>) -> _,
        ),
        (encrypted(FORMS[0], Vec::new()), decrypt_data),
        (authenticated(oid::DATA, FORMS[0], None), check_mac),
    ];
    for (made, read) in embedded {
        let error = read(&[&made.message], Some(CONTENT)).unwrap_err();
        assert!(matches!(error, CmsError::DetachedAndEmbedded), "{error}");
    }
}

#[test]
fn detached_content_may_be_empty() {
    let mut message = Vec::new();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    let mut prologue = Vec::new();
    let writer = DigestedDataWriter::start(
        &oid::DATA,
        &oid::SHA256,
        Surroundings::ContentInfo,
        ContentForm::Detached,
        &PROVIDER,
        &POLICY,
        &mut prologue,
    )
    .unwrap();
    writer.finish(&mut out).unwrap();
    let digested = [prologue, message].concat();
    let check = |content: &[u8]| {
        let mut reader = DigestedDataReader::new(&PROVIDER, &POLICY, &Limits::DEFAULT);
        let (mut content, mut out) = (content, Vec::new());
        let content: &mut dyn std::io::Read = &mut content;
        cms_core::io::read(
            &mut reader,
            &mut digested.as_slice(),
            Some(content),
            &mut out,
        )
        .map(|()| out)
    };
    assert_eq!(check(b"").unwrap(), b"");
    let error = check(b"x").unwrap_err();
    assert!(matches!(error, CmsError::DigestMismatch), "{error}");
}

#[test]
fn encrypted_data_takes_no_aead_and_no_key_of_another_length() {
    let start = |cipher: &dyn cms_core::provider::ContentCipher, key: &SecretKey| {
        let builder = EncryptedDataBuilder::new(oid::DATA);
        let mut out = Vec::new();
        builder
            .start(
                key,
                cipher,
                ContentForm::Indefinite,
                &POLICY,
                &mut *random(),
                &mut out,
            )
            .map(|_| ())
            .unwrap_err()
    };
    assert!(matches!(
        start(&spec::AES_256_GCM, &secret()),
        CmsError::Misuse(_)
    ));
    let short = SecretKey::new(vec![1; 16]);
    assert!(matches!(
        start(&spec::AES_256_CBC, &short),
        CmsError::Crypto(_)
    ));
    // An AEAD that somebody else put there is refused by policy, not tried.
    let made = encrypted(FORMS[0], Vec::new());
    let mut bad = made.message;
    let at = position(&bad, oid::AES256_CBC.as_bytes());
    let len = oid::AES256_CBC.as_bytes().len();
    bad[at..at + len].copy_from_slice(oid::AES256_GCM.as_bytes());
    let error = decrypt_data(&[&bad], None).unwrap_err();
    assert!(matches!(error, CmsError::Policy(_)), "{error}");
}

#[test]
fn a_wrong_mac_key_and_a_wrong_mac_look_alike() {
    // rfc5652:9.3/1, 9.3/2
    let made = authenticated(oid::DATA, FORMS[0], None);
    let wrong = KeyRing::new()
        .with_key_encryption_key(KekIdentifier::new(vec![1]), SecretKey::new(vec![8; 32]));
    let mut reader = AuthenticatedDataReader::new(context(&wrong), &Limits::DEFAULT);
    let error = drain(&mut reader, &[&made.message], None).unwrap_err();
    assert!(matches!(error, CmsError::MacFailed), "{error}");
    let mut bad = made.message.clone();
    *bad.last_mut().unwrap() ^= 1;
    let error = check_mac(&[&bad], None).unwrap_err();
    assert!(matches!(error, CmsError::MacFailed), "{error}");
}

#[test]
fn algorithm_protection_of_authenticated_data_is_checked() {
    // digestAlgorithm outside says SHA-384; the protected copy still says SHA-256.
    let made = authenticated(oid::DATA, FORMS[0], Some(Vec::new()));
    let mut bad = made.message;
    let at = position(&bad, oid::SHA256.as_bytes());
    let len = oid::SHA256.as_bytes().len();
    bad[at..at + len].copy_from_slice(oid::SHA384.as_bytes());
    let error = check_mac(&[&bad], None).unwrap_err();
    assert!(matches!(error, CmsError::Attribute(..)), "{error}");
}

#[test]
fn authenticated_attributes_need_a_digest_algorithm() {
    // rfc5652:9.1/5
    // [1] digestAlgorithm cut out: authAttrs stand there alone.
    let made = authenticated(oid::DATA, FORMS[1], Some(Vec::new()));
    let mut bad = made.message;
    let oid = oid::SHA256.as_bytes();
    let at = position(&bad, oid) - 4;
    assert_eq!(bad[at], 0xa1);
    bad.drain(at..at + 4 + oid.len());
    let error = check_mac(&[&bad], None).unwrap_err();
    assert!(matches!(error, CmsError::Crypto(_)), "{error}");
}

#[test]
fn compressed_content_is_read_at_every_chunking() {
    // rfc3274:2/1
    let text: Vec<u8> = (0..20_000u32).flat_map(|n| (n / 7).to_le_bytes()).collect();
    let mut streamed = Vec::new();
    let surroundings = Surroundings::ContentInfo;
    let mut writer =
        CompressedDataWriter::start(&oid::DATA, &spec::Zlib, surroundings, &mut streamed);
    let mut out = |octets: &[u8]| {
        streamed.extend_from_slice(octets);
        Ok(())
    };
    for chunk in text.chunks(777) {
        writer.update(chunk, &mut out).unwrap();
    }
    writer.finish(&mut out).unwrap();
    for message in [streamed, cms_core::compress(&text, &PROVIDER).unwrap()] {
        for chunks in chunkings(&message, 5) {
            assert_eq!(inflate(&chunks, &Limits::DEFAULT).unwrap(), text);
        }
    }
    let empty = cms_core::compress(b"", &PROVIDER).unwrap();
    assert_eq!(inflate(&[&empty], &Limits::DEFAULT).unwrap(), b"");
}

#[test]
fn bombs_are_stopped_by_ratio_and_by_size() {
    let bomb = cms_core::compress(&vec![0; 64 << 20], &PROVIDER).unwrap();
    let mut produced = 0;
    let mut reader = CompressedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    let error = reader
        .push(&bomb, &mut |octets| {
            produced += octets.danger_octets().len();
            Ok(())
        })
        .unwrap_err();
    assert!(matches!(error, CmsError::Limit(text) if text.contains("inflate_ratio")));
    assert!(produced < 64 << 20);
    let mut limits = Limits::DEFAULT;
    limits.inflate_ratio = u64::MAX;
    limits.inflated = 1 << 20;
    let error = inflate(&[&bomb], &limits).unwrap_err();
    assert!(matches!(error, CmsError::Limit(text) if text.contains("Limits::inflated")));
    // Little content may inflate to any ratio.
    let small = cms_core::compress(&vec![0; 1 << 20], &PROVIDER).unwrap();
    assert_eq!(inflate(&[&small], &Limits::DEFAULT).unwrap().len(), 1 << 20);
}

#[test]
fn broken_compression_and_octets_behind_it_are_named() {
    let good = cms_core::compress(CONTENT, &PROVIDER).unwrap();
    for index in position(&good, &[0x78]) + 2..good.len() {
        let mut bad = good.clone();
        bad[index] ^= 0x10;
        // Adler-32 covers the content: whatever comes out whole is the content.
        if let Ok(content) = inflate(&[&bad], &Limits::DEFAULT) {
            assert_eq!(content, CONTENT, "octet {index}");
        }
    }
    let mut compressed = Vec::new();
    let mut compressor = PROVIDER.compressions[0].compressor();
    compressor.update(CONTENT, &mut compressed).unwrap();
    compressor.finish(&mut compressed).unwrap();
    compressed.extend_from_slice(b"more");
    let len = compressed.len() as u64;
    let surroundings = Surroundings::ContentInfo;
    let mut message =
        cms_core::compressed::definite_prologue(&oid::DATA, &spec::Zlib, surroundings, len);
    message.extend_from_slice(&compressed);
    let error = inflate(&[&message], &Limits::DEFAULT).unwrap_err();
    assert!(matches!(error, CmsError::BadCompression), "{error}");
}

#[test]
fn collections_keep_their_contents() {
    let members = [
        data(b"one"),
        digested(&oid::DATA, FORMS[1]).message,
        data(b""),
    ];
    let slices: Vec<&[u8]> = members.iter().map(Vec::as_slice).collect();
    let definite = cms_core::collect(&slices).unwrap();
    assert!(matches!(cms_core::collect(&[]), Err(CmsError::Misuse(_))));
    // The same with indefinite lengths.
    let mut indefinite = vec![0x30, 0x80, 6, 11];
    indefinite.extend_from_slice(oid::CONTENT_COLLECTION.as_bytes());
    indefinite.extend_from_slice(&[0xa0, 0x80, 0x30, 0x80]);
    indefinite.extend(members.concat());
    indefinite.extend_from_slice(&[0; 6]);
    for message in [&definite, &indefinite] {
        for chunks in chunkings(message, 9) {
            let mut found: Vec<Vec<u8>> = Vec::new();
            let mut reader =
                CollectionReader::new(&oid::CONTENT_COLLECTION, &Limits::DEFAULT).unwrap();
            for chunk in chunks {
                reader
                    .push::<CmsError>(chunk, &mut |event| {
                        match event {
                            CollectionEvent::Begin(_) => found.push(Vec::new()),
                            CollectionEvent::Octets(octets) => {
                                found.last_mut().unwrap().extend_from_slice(octets);
                            }
                            CollectionEvent::End => {}
                        }
                        Ok(())
                    })
                    .unwrap();
            }
            reader.finish().unwrap();
            assert_eq!(found, members);
        }
        for end in 0..message.len() {
            assert!(cms_core::contents(&message[..end]).is_err(), "{end}");
        }
    }
    assert_eq!(cms_core::contents(&definite).unwrap(), members);
    // A collection of nothing, and one of something else (RFC 4073, 2: SIZE (1..MAX) OF ContentInfo).
    for wrong in [&[][..], &[4, 0][..]] {
        let mut message = vec![0x30, 0x80, 6, 11];
        message.extend_from_slice(oid::CONTENT_COLLECTION.as_bytes());
        message.extend_from_slice(&[0xa0, 0x80, 0x30, 0x80]);
        message.extend_from_slice(wrong);
        message.extend_from_slice(&[0; 6]);
        assert!(cms_core::contents(&message).is_err(), "{wrong:?}");
    }
}

#[test]
fn content_with_attributes_has_one_content_and_attributes() {
    let content = data(CONTENT);
    let attributes = [attribute(), attribute()];
    let (prologue, epilogue) = with_attributes(content.len() as u64, &attributes).unwrap();
    let message = [prologue, content.clone(), epilogue].concat();
    for chunks in chunkings(&message, 11) {
        let mut found = Vec::new();
        let mut reader =
            CollectionReader::new(&oid::CONTENT_WITH_ATTRIBUTES, &Limits::DEFAULT).unwrap();
        for chunk in chunks {
            reader
                .push::<CmsError>(chunk, &mut |event| {
                    if let CollectionEvent::Octets(octets) = event {
                        found.extend_from_slice(octets);
                    }
                    Ok(())
                })
                .unwrap();
        }
        reader.finish().unwrap();
        assert_eq!(found, content);
        assert_eq!(reader.attributes().unwrap().iter().count(), 2);
    }
    // rfc4073:3: "there must be at least one attribute".
    assert!(with_attributes(1, &[]).is_err());
    let mut reader =
        CollectionReader::new(&oid::CONTENT_WITH_ATTRIBUTES, &Limits::DEFAULT).unwrap();
    let alone = cms_core::collect(&[&content]).unwrap();
    let at = position(&alone, oid::CONTENT_COLLECTION.as_bytes());
    let mut alone = alone;
    let len = oid::CONTENT_COLLECTION.as_bytes().len();
    alone[at..at + len].copy_from_slice(oid::CONTENT_WITH_ATTRIBUTES.as_bytes());
    reader.push::<CmsError>(&alone, &mut |_| Ok(())).unwrap();
    assert!(reader.finish().is_err());
}

#[test]
fn data_is_read_in_any_encoding() {
    // rfc5652:2/2
    let mut reader = DataReader::new(&Limits::DEFAULT);
    assert_eq!(
        drain(&mut reader, &[&data(CONTENT)], None).unwrap(),
        CONTENT
    );
    assert_eq!(reader.report().encoding, Encoding::Der);
    let mut ber = vec![0x30, 0x80, 6, 9];
    ber.extend_from_slice(oid::DATA.as_bytes());
    ber.extend_from_slice(&[
        0xa0, 0x80, 0x24, 0x80, 4, 1, b'a', 0x24, 3, 4, 1, b'b', 0, 0, 0, 0, 0, 0,
    ]);
    let mut reader = DataReader::new(&Limits::DEFAULT);
    assert_eq!(drain(&mut reader, &[&ber], None).unwrap(), b"ab");
    assert_eq!(reader.report().encoding, Encoding::Ber);
}

#[test]
fn readers_refuse_other_types_by_name() {
    let made = digested(&oid::DATA, FORMS[0]).message;
    let error = decrypt_data(&[&made], None).unwrap_err();
    assert!(matches!(&error, CmsError::UnexpectedContentType(name) if name == "digested-data"));
    let error = inflate(&[&made], &Limits::DEFAULT).unwrap_err();
    assert!(matches!(error, CmsError::UnexpectedContentType(_)));
}

/// A SET OF Attribute as authAttrs are, with the digest of some other content.
fn attributes_over(content: &[u8]) -> Vec<u8> {
    let digest = PROVIDER.digest(&oid::SHA256).unwrap().digest(content);
    let attributes = Attributes::new(vec![
        Attribute::of(&ContentType(oid::DATA)),
        Attribute::of(&MessageDigest(digest)),
    ]);
    write::tagged(
        Tag::SET,
        write::Form::Constructed,
        &attributes.to_der_contents(),
    )
}

#[test]
fn content_in_the_form_of_attributes_gets_no_mac_without_attributes() {
    let kek = || Recipient::key_encryption_key(KekIdentifier::new(vec![1]), secret());
    let bait = attributes_over(b"Pay Mallory");
    let refused =
        cms_core::authenticate(&bait, vec![kek()], &spec::HMAC_SHA256, &PROVIDER, &POLICY);
    assert!(matches!(refused, Err(CmsError::Misuse(_))), "{refused:?}");
    // Text that begins with the octet of a SET is text.
    let text = b"1 apple";
    assert!(
        cms_core::authenticate(text, vec![kek()], &spec::HMAC_SHA256, &PROVIDER, &POLICY).is_ok()
    );
}

#[test]
fn authenticated_attributes_do_not_pass_for_content() {
    let message = authenticated(oid::DATA, FORMS[0], Some(vec![attribute()])).message;
    assert_eq!(check_mac(&[&message], None).unwrap(), CONTENT);
    // digestAlgorithm and authAttrs taken away, the attributes put in the place of the content.
    let mut info = Cursor::single(&message, 0).unwrap().children();
    let content_type = info.element().unwrap().raw().to_vec();
    let mut fields = info
        .element()
        .unwrap()
        .children()
        .element()
        .unwrap()
        .children();
    let mut attributes = Vec::new();
    let mut kept: Vec<Vec<u8>> = Vec::new();
    while !fields.is_empty() {
        let field = fields.element().unwrap();
        if field.tag() == Tag::context(1) {
            continue;
        }
        if field.tag() == Tag::context(2) {
            attributes = write::tagged(Tag::SET, write::Form::Constructed, field.contents());
            continue;
        }
        kept.push(field.raw().to_vec());
    }
    let place = kept.len() - 2;
    kept[place] = write::sequence(&[
        &write::oid(&oid::DATA),
        &write::context(0, &write::octet_string(&attributes)),
    ]);
    let moved = write::sequence(&[
        &content_type,
        &write::context(0, &write::sequence(&[&kept.concat()])),
    ]);
    let error = check_mac(&[&moved], None).unwrap_err();
    let ambiguous = matches!(error, CmsError::Attribute(_, AttributeError::Ambiguous));
    assert!(ambiguous, "{error}");
}

#[test]
fn the_digest_under_a_mac_meets_the_policy() {
    let message = authenticated(oid::DATA, FORMS[0], Some(Vec::new())).message;
    let sha256 = AlgorithmIdentifier::new(oid::SHA256).to_der_contents();
    let at = position(&message, &write::context(1, &sha256));
    let md5 = oid::MD5.as_bytes();
    let mut weak = message.clone();
    // The identifier of MD5 is one octet shorter; the content tells whether the digest was asked for at all.
    let old = oid::SHA256.as_bytes();
    let start = at + position(&message[at..], old);
    weak.splice(start..start + old.len(), [md5, &[1]].concat());
    let error = check_mac(&[&weak], None).unwrap_err();
    assert!(
        !matches!(error, CmsError::MacFailed),
        "an unknown or refused digest is named: {error}"
    );
}

#[test]
fn collections_have_one_content_type_and_one_content() {
    let data = data(b"x");
    let seq = |members: &[&[u8]]| write::sequence(members);
    let oid = write::oid(&oid::CONTENT_COLLECTION);
    let wrong = [
        seq(&[
            &oid,
            &write::context(0, &[seq(&[&data]), seq(&[&data])].concat()),
        ]),
        seq(&[
            &oid,
            &write::context(0, &seq(&[&data])),
            &write::context(0, &seq(&[&data])),
        ]),
        seq(&[&oid, &oid, &write::context(0, &seq(&[&data]))]),
        seq(&[&write::context(0, &seq(&[&data]))]),
    ];
    for message in wrong {
        let error = cms_core::contents(&message).unwrap_err();
        assert!(matches!(error, CmsError::Decode(_)), "{error}");
    }
    let right = seq(&[&oid, &write::context(0, &seq(&[&data, &data]))]);
    assert_eq!(cms_core::contents(&right).unwrap(), [data.clone(), data]);
}
