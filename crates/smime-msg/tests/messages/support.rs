//! A mail, people, and what is made and opened with them.

use std::io::{Cursor, Read, Write as _};

use cms_algs::{PROVIDER, PrivateKey};
use cms_core::compressed::CompressedDataWriter;
use cms_core::enveloped::EnvelopedDataBuilder;
use cms_core::io::{EncryptContext, encrypt};
use cms_core::key::{Identity, KeyRing, SecretKey};
use cms_core::policy::StandardPolicy;
use cms_core::provider::ContentCipher;
use cms_core::recipients::Recipient;
use cms_core::signed::{PreparedSignedData, SignedDataBuilder, Signer};
use cms_core::types::Certificate;
use cms_core::{ContentForm, Limits, Surroundings, oid};
use smime_cert::address::AddressMatch;
use smime_cert::anchor::TrustAnchor;
use smime_cert::path::{PathRules, Pool};
use smime_cert::purpose::Purpose;
use smime_cert::revocation::AtHand;
use smime_msg::compose::{self, Transport};
use smime_msg::open::{Checking, LayerKind, OpenContext, Opened, PathStatus, Trust, open};
use smime_msg::spool::MemorySpools;
use testkit::keys::{self, TestIdentity};

pub(crate) const POLICY: StandardPolicy = StandardPolicy::Default;

pub(crate) const MAIL: &str = "From: Alice <alice@example.com>\r\nTo: bob@example.com\r\n\
    Subject: =?utf-8?q?H=C3=A4?=\r\n\
    Date: Thu, 01 Jan 2026 12:00:00 +0000\r\nMessage-ID: <1@example.com>\r\nReferences: <0@example.com>\r\n\
    MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
    Gr\u{fc}\u{df}e\r\nFrom here on.  \r\n";

pub(crate) fn person(identity: &TestIdentity) -> Identity<PrivateKey> {
    Identity {
        certificate: Certificate::from_der(identity.certificate).unwrap(),
        key: PrivateKey::from_pkcs8(identity.key).unwrap(),
    }
}

pub(crate) fn entity(mail: &str, transport: Transport) -> (Vec<u8>, Vec<u8>) {
    let mut entity = Vec::new();
    let outer = compose::entity(&mut Cursor::new(mail), transport, &mut entity).unwrap();
    (outer, entity)
}

pub(crate) fn prepared(me: &Identity<PrivateKey>) -> PreparedSignedData<'_> {
    SignedDataBuilder::new(oid::DATA)
        .with_signer(Signer::new(me.certificate.clone(), &me.key))
        .with_certificate(&me.certificate)
        .prepare(&PROVIDER, &StandardPolicy::Default)
        .unwrap()
}

pub(crate) fn clear(outer: &[u8], entity: &[u8], me: &Identity<PrivateKey>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut random = (PROVIDER.random)();
    let mut source = entity;
    compose::clear_signed(
        outer,
        &mut source,
        prepared(me),
        &mut out,
        &Limits::DEFAULT,
        &mut *random,
    )
    .unwrap();
    out
}

pub(crate) fn opaque(outer: &[u8], entity: &[u8], me: &Identity<PrivateKey>) -> Vec<u8> {
    let mut random = (PROVIDER.random)();
    let mut body = compose::pkcs7_mime(outer, "signed-data", Vec::new()).unwrap();
    let mut source = entity;
    cms_core::io::sign(
        prepared(me),
        ContentForm::Indefinite,
        &mut source,
        &mut body,
        &Limits::DEFAULT,
        &mut *random,
    )
    .unwrap();
    body.finish().unwrap()
}

pub(crate) fn enveloped(
    outer: &[u8],
    entity: &[u8],
    cipher: &dyn ContentCipher,
    to: &Identity<PrivateKey>,
) -> Vec<u8> {
    let mut random = (PROVIDER.random)();
    let mut body = compose::pkcs7_mime(outer, "enveloped-data", Vec::new()).unwrap();
    let builder =
        EnvelopedDataBuilder::new(oid::DATA).with_recipient(Recipient::new(to.certificate.clone()));
    let context = EncryptContext {
        cipher,
        provider: &PROVIDER,
        policy: &StandardPolicy::Default,
    };
    let mut source = entity;
    encrypt(
        builder,
        &context,
        ContentForm::Indefinite,
        &mut source,
        &mut body,
        &mut *random,
    )
    .unwrap();
    body.finish().unwrap()
}

pub(crate) fn compressed(outer: &[u8], entity: &[u8]) -> Vec<u8> {
    let mut body = compose::pkcs7_mime(outer, "compressed-data", Vec::new()).unwrap();
    let compression = *PROVIDER.compressions.first().unwrap();
    let mut message = Vec::new();
    let mut writer = CompressedDataWriter::start(
        &oid::DATA,
        compression,
        Surroundings::ContentInfo,
        &mut message,
    );
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(entity, &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    body.write_all(&message).unwrap();
    body.finish().unwrap()
}

/// The key of every EncryptedData.
pub(crate) fn content_key() -> SecretKey {
    SecretKey::new(vec![7; 32])
}

pub(crate) fn opened(message: &[u8]) -> Opened {
    opened_within(message, &Limits::DEFAULT)
}

pub(crate) fn opened_within(message: &[u8], limits: &Limits) -> Opened {
    let people: Vec<_> = keys::ALL.iter().map(person).collect();
    let keys = KeyRing::new()
        .with_store(&people)
        .with_content_encryption_key(content_key());
    let anchors = [TrustAnchor::from_der(keys::CA).unwrap()];
    let authority = anchors.first().unwrap().certificate().unwrap();
    let at = authority.not_before().plus(86_400);
    let trust = Trust {
        anchors: &anchors,
        issuers: &Pool::new(),
        at,
        purpose: Purpose::Signing,
        rules: &PathRules::DEFAULT,
        sender: None,
        checking: Checking::IfCarried,
        statuses: &AtHand::default(),
        known: None,
    };
    let context = OpenContext {
        provider: &PROVIDER,
        policy: &StandardPolicy::Default,
        limits,
        keys: &keys,
        certificates: &Vec::<Certificate>::new(),
        spools: &MemorySpools::new(1 << 24),
        trust: Some(&trust),
    };
    open(Box::new(Cursor::new(message.to_vec())), &context)
}

/// The layers in short words; a signed one only with a good, trusted signer whose address matches.
pub(crate) fn layers(opened: &Opened) -> Vec<String> {
    opened
        .layers
        .iter()
        .map(|layer| match &layer.kind {
            LayerKind::Signed {
                assessments, form, ..
            } => {
                let good = !assessments.is_empty()
                    && assessments.iter().all(|one| {
                        one.is_good()
                            && matches!(one.path, PathStatus::Trusted(_))
                            && one.address == Some(AddressMatch::Match)
                    });
                format!("{} {}", form.name(), if good { "good" } else { "bad" })
            }
            LayerKind::Enveloped { report, .. } => oid::display(&report.content_type),
            LayerKind::Mime { media_type, .. } => media_type.clone(),
            LayerKind::CertsOnly(_) => "certs-only".into(),
            LayerKind::Compressed(_) => "compressed-data".into(),
            other => format!("{other:?}"),
        })
        .collect()
}

pub(crate) fn content(opened: Opened) -> Vec<u8> {
    let mut out = Vec::new();
    opened
        .content
        .unwrap()
        .into_spool()
        .into_reader()
        .unwrap()
        .read_to_end(&mut out)
        .unwrap();
    out
}

pub(crate) fn with_lf(message: &[u8]) -> Vec<u8> {
    String::from_utf8(message.to_vec())
        .unwrap()
        .replace("\r\n", "\n")
        .into_bytes()
}
