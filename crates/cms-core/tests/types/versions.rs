//! Version numbers of recipients as they are written, and messages that nobody could read.

use crate::support::{POLICY, certificate, random};
use cms_algs::{PROVIDER, spec};
use cms_core::authenticated::AuthenticatedDataBuilder;
use cms_core::enveloped::{DecryptContext, EnvelopedDataBuilder, EnvelopedDataReader};
use cms_core::key::SecretKey;
use cms_core::provider::ContentCipher;
use cms_core::recipients::{Recipient, RecipientIdentifierForm};
use cms_core::types::{KekIdentifier, RecipientInfo};
use cms_core::{CmsError, ContentForm, Limits, oid};
use testkit::keys;

/// The version of an EnvelopedData for one recipient, and its RecipientInfo.
fn written(recipient: Recipient<'_>) -> (u64, RecipientInfo) {
    let mut message = Vec::new();
    let writer = EnvelopedDataBuilder::new(oid::DATA)
        .with_recipient(recipient)
        .start(
            &spec::AES_128_CBC,
            ContentForm::Definite(0),
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
    writer.finish(&mut out).unwrap();
    let context = DecryptContext {
        provider: &PROVIDER,
        policy: &POLICY,
        keys: None,
    };
    let mut reader = EnvelopedDataReader::new(context, &Limits::DEFAULT);
    reader.push(&message, &mut |_| Ok(())).unwrap();
    let report = reader.report();
    let info = report.recipients[0].raw().value().unwrap().clone();
    (report.version, info)
}

#[test]
fn key_transport_has_a_version_for_each_identifier() {
    // rfc5652:6.2.1/2
    use RecipientIdentifierForm::{IssuerAndSerialNumber, SubjectKeyIdentifier};
    for (form, expected) in [
        (IssuerAndSerialNumber, (0, 0)),
        (SubjectKeyIdentifier, (2, 2)),
    ] {
        let recipient = Recipient::new(certificate(&keys::ALICE)).with_identifier(form);
        let (version, RecipientInfo::KeyTrans(ktri)) = written(recipient) else {
            panic!("no ktri");
        };
        assert_eq!((version, ktri.version), expected);
    }
}

#[test]
fn key_encryption_keys_have_version_4_and_passwords_version_0() {
    // rfc5652:6.2.3/1, 6.2.4/1
    let secret = || SecretKey::new(vec![7; 16]);
    let kek = Recipient::key_encryption_key(KekIdentifier::new(vec![1]), secret());
    let (_, RecipientInfo::Kek(kekri)) = written(kek) else {
        panic!("no kekri");
    };
    assert_eq!(kekri.version, 4);
    let (_, RecipientInfo::Password(pwri)) = written(Recipient::password(secret())) else {
        panic!("no pwri");
    };
    assert_eq!(pwri.version, 0);
}

#[test]
fn a_message_for_nobody_is_not_written() {
    // rfc5652:6.1/2
    let form = ContentForm::Indefinite;
    let mut out = Vec::new();
    for cipher in [&spec::AES_128_CBC as &dyn ContentCipher, &spec::AES_128_GCM] {
        let builder = EnvelopedDataBuilder::new(oid::DATA);
        let made = builder.start(cipher, form, &PROVIDER, &POLICY, &mut *random(), &mut out);
        assert!(matches!(made, Err(CmsError::Misuse(_))));
    }
    let builder = AuthenticatedDataBuilder::new(oid::DATA);
    let mac = &spec::HMAC_SHA256;
    let made = builder.start(mac, form, &PROVIDER, &POLICY, &mut *random(), &mut out);
    assert!(matches!(made, Err(CmsError::Misuse(_))));
    assert!(out.is_empty());
}
