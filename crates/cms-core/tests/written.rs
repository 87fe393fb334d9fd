//! What fuzzing of the writers found.

use cms::content_info::ContentInfo;
use cms::enveloped_data::EnvelopedData;
use cms_algs::{PROVIDER, spec};
use cms_core::digested::{DigestedDataReader, DigestedDataWriter};
use cms_core::encrypted::{EncryptedDataBuilder, EncryptedDataReader};
use cms_core::enveloped::EnvelopedDataBuilder;
use cms_core::key::SecretKey;
use cms_core::policy::StandardPolicy;
use cms_core::recipients::Recipient;
use cms_core::types::Certificate;
use cms_core::{ContentForm, Limits, Surroundings, oid};
use der::Decode;
use testkit::keys::BOB;

/// RFC 5083, 2.1 wants contentType among the authenticated attributes around anything but id-data; EnvelopedData has
/// none, and what stood there were unprotected attributes that nobody had asked for (RFC 5652, 6.1).
#[test]
fn enveloped_data_around_another_type_has_no_authenticated_attributes() {
    let mut message = Vec::new();
    let mut random = (PROVIDER.random)();
    let mut writer = EnvelopedDataBuilder::new(oid::SIGNED_DATA)
        .with_recipient(Recipient::new(
            Certificate::from_der(BOB.certificate).unwrap(),
        ))
        .start(
            &spec::AES_128_CBC,
            ContentForm::Definite(5),
            &PROVIDER,
            &StandardPolicy::Default,
            &mut *random,
            &mut message,
        )
        .unwrap();
    let mut rest = Vec::new();
    let mut sink = |octets: &[u8]| {
        rest.extend_from_slice(octets);
        Ok(())
    };
    writer.update(b"inner", &mut sink).unwrap();
    writer.finish(&mut sink).unwrap();
    message.extend_from_slice(&rest);
    let info = ContentInfo::from_der(&message).unwrap();
    let enveloped: EnvelopedData = info.content.decode_as().unwrap();
    assert!(enveloped.unprotected_attrs.is_none());
}

/// Ciphertext of one block gives nothing before its end, and content may be empty: both had counted as missing.
#[test]
fn short_detached_content_is_not_missing() {
    let policy = StandardPolicy::Default;
    let key = SecretKey::new(vec![7; 16]);
    let mut random = (PROVIDER.random)();
    let mut message = Vec::new();
    let mut writer = EncryptedDataBuilder::new(oid::DATA)
        .start(
            &key,
            &spec::AES_128_CBC,
            ContentForm::Detached,
            &policy,
            &mut *random,
            &mut message,
        )
        .unwrap();
    let mut ciphertext = Vec::new();
    let mut sink = |octets: &[u8]| {
        ciphertext.extend_from_slice(octets);
        Ok(())
    };
    writer.update(b"short", &mut sink).unwrap();
    let message = writer.finish_detached(&mut sink).unwrap();
    let mut content = Vec::new();
    let mut sink = |octets: cms_core::Unverified<'_>| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    };
    let mut reader = EncryptedDataReader::new(Some(&key), &PROVIDER, &policy, &Limits::DEFAULT);
    reader.push(&message, &mut sink).unwrap();
    reader.push_detached(&ciphertext, &mut sink).unwrap();
    reader.finish(&mut sink).unwrap();
    drop(reader);
    assert_eq!(content, b"short");

    let mut message = Vec::new();
    let writer = DigestedDataWriter::start(
        &oid::DATA,
        &oid::SHA256,
        Surroundings::ContentInfo,
        ContentForm::Detached,
        &PROVIDER,
        &policy,
        &mut message,
    )
    .unwrap();
    let mut sink = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.finish(&mut sink).unwrap();
    let mut reader = DigestedDataReader::new(&PROVIDER, &policy, &Limits::DEFAULT);
    reader.push(&message, &mut |_| Ok(())).unwrap();
    reader.push_detached(b"").unwrap();
    reader.finish().unwrap();
}
