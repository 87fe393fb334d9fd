//! Nesting: every order of signing, encrypting and compressing in MIME (RFC 8551, 3.6 and 3.7), any type directly in
//! any other, and what stops bombs.

use cms_algs::{PROVIDER, spec};
use cms_core::authenticated::AuthenticatedDataBuilder;
use cms_core::ber::Cursor;
use cms_core::collection::with_attributes;
use cms_core::compressed::definite_prologue;
use cms_core::digested::DigestedDataWriter;
use cms_core::encrypted::EncryptedDataBuilder;
use cms_core::enveloped::EnvelopedDataBuilder;
use cms_core::provider::{CipherKind, ContentCipher};
use cms_core::recipients::Recipient;
use cms_core::signed::SignedDataBuilder;
use cms_core::signed::Signer;
use cms_core::types::Attribute;
use cms_core::{CmsError, ContentForm, Limits, ObjectIdentifier, Surroundings, oid};
use smime_msg::compose::Transport;
use smime_msg::open::{LayerKind, OpenError};
use testkit::keys;

use super::support::{
    MAIL, POLICY, clear, compressed, content, content_key, entity, enveloped, layers, opaque,
    opened, opened_within, person,
};

/// A step of composing in MIME.
#[derive(Clone, Copy, Debug)]
enum Step {
    Clear,
    Opaque,
    Encrypt(&'static dyn ContentCipher),
    Compress,
}

impl Step {
    const ALL: [Self; 5] = [
        Self::Clear,
        Self::Opaque,
        Self::Encrypt(&spec::AES_128_CBC),
        Self::Encrypt(&spec::AES_256_GCM),
        Self::Compress,
    ];

    fn wrap(self, outer: &[u8], inner: &[u8]) -> Vec<u8> {
        match self {
            Self::Clear => clear(outer, inner, &person(&keys::ALICE)),
            Self::Opaque => opaque(outer, inner, &person(&keys::ALICE)),
            Self::Encrypt(cipher) => enveloped(outer, inner, cipher, &person(&keys::BOB)),
            Self::Compress => compressed(outer, inner),
        }
    }

    fn layer(self) -> &'static str {
        match self {
            Self::Clear => "clear good",
            Self::Opaque => "opaque good",
            Self::Encrypt(cipher) if cipher.kind() == CipherKind::Aead => "auth-enveloped-data",
            Self::Encrypt(_) => "enveloped-data",
            Self::Compress => "compressed-data",
        }
    }
}

#[test]
fn every_order_of_three_operations_opens() {
    // rfc8551:3.7/1
    let (outer, entity) = entity(MAIL, Transport::SevenBit);
    let sequences = Step::ALL.iter().flat_map(|a| {
        Step::ALL
            .iter()
            .flat_map(move |b| Step::ALL.iter().map(move |c| [*a, *b, *c]))
    });
    for steps in sequences {
        let [first, second, last] = steps;
        let message = last.wrap(&outer, &second.wrap(b"", &first.wrap(b"", &entity)));
        let opened = opened(&message);
        assert!(opened.error.is_none(), "{steps:?}: {:?}", opened.error);
        let mut expected: Vec<_> = steps.iter().rev().map(|step| step.layer()).collect();
        expected.push("text/plain");
        assert_eq!(layers(&opened), expected, "{steps:?}");
        assert_eq!(content(opened), entity, "{steps:?}");
    }
}

#[test]
fn compressed_mail_is_labelled_and_opens_under_any_label() {
    let (outer, entity) = entity(MAIL, Transport::Binary);
    let message = String::from_utf8(compressed(&outer, &entity)).unwrap();
    assert!(message.contains("smime-type=compressed-data") && message.contains("smime.p7z"));
    for relabelled in [
        message.replace("smime-type=compressed-data", "smime-type=enveloped-data"),
        message.replace("application/pkcs7-mime", "application/x-pkcs7-mime"),
        message.replace("application/pkcs7-mime", "application/octet-stream"),
    ] {
        assert_ne!(relabelled, message);
        let opened = opened(relabelled.as_bytes());
        assert_eq!(
            layers(&opened),
            ["compressed-data", "text/plain"],
            "{relabelled}"
        );
        assert_eq!(content(opened), entity);
    }
}

#[test]
fn bombs_in_mail_release_nothing() {
    let zeros = vec![0; 8 << 20];
    let mut entity = b"Content-Type: application/octet-stream\r\n\r\n".to_vec();
    entity.extend_from_slice(&zeros);
    // Under a signature and encryption too, and as a bomb in a bomb.
    let (alice, bob) = (person(&keys::ALICE), person(&keys::BOB));
    let bomb = compressed(b"", &entity);
    let messages = [
        bomb.clone(),
        opaque(b"", &bomb, &alice),
        enveloped(b"", &bomb, &spec::AES_256_GCM, &bob),
        compressed(b"", &bomb),
    ];
    for message in &messages {
        let stopped = opened(message);
        assert!(
            matches!(stopped.error, Some(OpenError::Cms(CmsError::Limit { .. }))),
            "{:?}",
            stopped.error
        );
        assert!(stopped.content.is_none());
    }
    let mut limits = Limits::DEFAULT;
    limits.inflate_ratio = 2_000;
    let whole = opened_within(&bomb, &limits);
    assert!(whole.error.is_none(), "{:?}", whole.error);
    assert_eq!(content(whole), entity);
    limits.inflated = 1 << 20;
    let stopped = opened_within(&bomb, &limits);
    assert!(stopped.content.is_none() && stopped.error.is_some());
}

#[test]
fn truncated_compressed_mail_releases_nothing() {
    let (outer, entity) = entity(MAIL, Transport::Binary);
    let message = compressed(&outer, &entity);
    let body = message
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    // A last line break, and padding that a decoder may supply, are no loss.
    for end in body..message.len() - 8 {
        let opened = opened(message.get(..end).unwrap());
        assert!(opened.error.is_some(), "{end} of {}", message.len());
        assert!(opened.content.is_none(), "{end}");
    }
}

/// A content type that holds another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Signed,
    Enveloped,
    AuthEnveloped,
    Authenticated,
    Digested,
    Encrypted,
    Compressed,
    Collection,
    WithAttributes,
}

const KINDS: [Kind; 9] = [
    Kind::Signed,
    Kind::Enveloped,
    Kind::AuthEnveloped,
    Kind::Authenticated,
    Kind::Digested,
    Kind::Encrypted,
    Kind::Compressed,
    Kind::Collection,
    Kind::WithAttributes,
];

impl Kind {
    /// A ContentInfo around another.
    fn around(self, inner: &[u8]) -> Vec<u8> {
        match self {
            Self::Collection => cms_core::collect(&[inner]).unwrap(),
            Self::WithAttributes => {
                let attribute = Attribute::new(ObjectIdentifier::new_unwrap("1.2.3.4"), vec![5, 0]);
                let len = u64::try_from(inner.len()).unwrap();
                let (prologue, epilogue) = with_attributes(len, &[attribute]).unwrap();
                [prologue.as_slice(), inner, &epilogue].concat()
            }
            _ => {
                let (content_type, content) = bare(inner);
                self.of(content_type, &content)
            }
        }
    }

    /// A ContentInfo around content of a type.
    fn of(self, content_type: ObjectIdentifier, content: &[u8]) -> Vec<u8> {
        let form = ContentForm::Definite(u64::try_from(content.len()).unwrap());
        let bob = || Recipient::new(person(&keys::BOB).certificate);
        let mut random = (PROVIDER.random)();
        let mut message = Vec::new();
        let mut written = Vec::new();
        let mut out = |octets: &[u8]| {
            written.extend_from_slice(octets);
            Ok(())
        };
        match self {
            Self::Signed => {
                let alice = person(&keys::ALICE);
                let mut writer = SignedDataBuilder::new(content_type)
                    .with_signer(Signer::new(alice.certificate.clone(), &alice.key))
                    .with_certificate(&alice.certificate)
                    .prepare(&PROVIDER, &POLICY)
                    .unwrap()
                    .start(form, &Limits::DEFAULT, &mut message)
                    .unwrap();
                writer.update(content, &mut out).unwrap();
                writer.finish(&mut *random, &mut out).unwrap();
            }
            Self::Enveloped | Self::AuthEnveloped => {
                let cipher: &dyn ContentCipher = if self == Self::Enveloped {
                    &spec::AES_256_CBC
                } else {
                    &spec::AES_256_GCM
                };
                let builder = EnvelopedDataBuilder::new(content_type).with_recipient(bob());
                let mut writer = builder
                    .start(cipher, form, &PROVIDER, &POLICY, &mut *random, &mut message)
                    .unwrap();
                writer.update(content, &mut out).unwrap();
                writer.finish(&mut out).unwrap();
            }
            Self::Authenticated => {
                let mut writer = AuthenticatedDataBuilder::new(content_type)
                    .with_recipient(bob())
                    .start(
                        &spec::HMAC_SHA256,
                        form,
                        &PROVIDER,
                        &POLICY,
                        &mut *random,
                        &mut message,
                    )
                    .unwrap();
                writer.update(content, &mut out).unwrap();
                writer.finish(&mut out).unwrap();
            }
            Self::Digested => {
                let mut writer = DigestedDataWriter::start(
                    &content_type,
                    &oid::SHA256,
                    Surroundings::ContentInfo,
                    form,
                    &PROVIDER,
                    &POLICY,
                    &mut message,
                )
                .unwrap();
                writer.update(content, &mut out).unwrap();
                writer.finish(&mut out).unwrap();
            }
            Self::Encrypted => {
                let mut writer = EncryptedDataBuilder::new(content_type)
                    .start(
                        &content_key(),
                        &spec::AES_256_CBC,
                        form,
                        &POLICY,
                        &mut *random,
                        &mut message,
                    )
                    .unwrap();
                writer.update(content, &mut out).unwrap();
                writer.finish(&mut out).unwrap();
            }
            Self::Compressed => {
                let compression = *PROVIDER.compressions.first().unwrap();
                let mut compressor = compression.compressor();
                let mut octets = Vec::new();
                compressor.update(content, &mut octets).unwrap();
                compressor.finish(&mut octets).unwrap();
                let len = u64::try_from(octets.len()).unwrap();
                message =
                    definite_prologue(&content_type, compression, Surroundings::ContentInfo, len);
                written = octets;
            }
            Self::Collection | Self::WithAttributes => {
                unreachable!("these hold ContentInfos, not octets of a type")
            }
        }
        message.extend_from_slice(&written);
        message
    }

    fn matches(self, kind: &LayerKind) -> bool {
        match (self, kind) {
            (Self::Signed, LayerKind::Signed { assessments, .. }) => {
                assessments.len() == 1 && assessments.iter().all(|one| one.is_good())
            }
            (Self::Enveloped, LayerKind::Enveloped { report, decrypted }) => {
                report.content_type == oid::ENVELOPED_DATA && *decrypted
            }
            (Self::AuthEnveloped, LayerKind::Enveloped { report, decrypted }) => {
                report.content_type == oid::AUTH_ENVELOPED_DATA && *decrypted
            }
            (Self::Authenticated, LayerKind::Authenticated(report)) => report.mac_ok == Some(true),
            (Self::Digested, LayerKind::Digested(report)) => report.digest_ok == Some(true),
            (Self::Encrypted, LayerKind::Encrypted { decrypted, .. }) => *decrypted,
            (Self::Compressed, LayerKind::Compressed(_))
            | (Self::WithAttributes, LayerKind::ContentWithAttributes { .. }) => true,
            (Self::Collection, LayerKind::Collection { contents }) => *contents == 1,
            _ => false,
        }
    }
}

/// The type and the content of a ContentInfo: for data the octets, for others their encoding (RFC 5652, 5.2.1).
fn bare(content_info: &[u8]) -> (ObjectIdentifier, Vec<u8>) {
    let mut fields = Cursor::single(content_info, 0).unwrap().children();
    let content_type = ObjectIdentifier::from_bytes(fields.element().unwrap().contents()).unwrap();
    let content = fields.element().unwrap().contents();
    if content_type == oid::DATA {
        let octets = Cursor::single(content, 0).unwrap().contents().to_vec();
        return (content_type, octets);
    }
    (content_type, content.to_vec())
}

#[test]
fn any_type_stands_directly_in_any_other() {
    let data = cms_core::plain::data(b"innermost");
    for outer in KINDS {
        for middle in KINDS {
            for inner in KINDS {
                let kinds = [outer, middle, inner];
                let message = kinds
                    .iter()
                    .rev()
                    .fold(data.clone(), |message, kind| kind.around(&message));
                let opened = opened(&message);
                assert!(opened.error.is_none(), "{kinds:?}: {:?}", opened.error);
                let found: Vec<_> = opened.layers.iter().map(|layer| &layer.kind).collect();
                // Data in a collection is a layer that can be seen.
                assert!(found.len() == 3 || found.len() == 4, "{kinds:?}: {found:?}");
                for (kind, layer) in kinds.iter().zip(&found) {
                    assert!(kind.matches(layer), "{kinds:?}: {layer:?}");
                }
                if !kinds.contains(&Kind::Collection) {
                    assert_eq!(content(opened), b"innermost", "{kinds:?}");
                }
            }
        }
    }
}

#[test]
fn direct_nesting_is_limited_for_every_type() {
    let limits = Limits::DEFAULT;
    for kind in KINDS {
        let mut message = cms_core::plain::data(b"innermost");
        // Data in a collection is a layer of its own.
        let data = usize::from(matches!(kind, Kind::Collection | Kind::WithAttributes));
        for _ in 0..limits.layers - data {
            message = kind.around(&message);
        }
        let within = opened_within(&message, &limits);
        assert!(within.error.is_none(), "{kind:?}: {:?}", within.error);
        message = kind.around(&message);
        let beyond = opened_within(&message, &limits);
        assert!(
            matches!(beyond.error, Some(OpenError::Layers)),
            "{kind:?}: {:?}",
            beyond.error
        );
        assert!(beyond.content.is_none(), "{kind:?}");
    }
}

#[test]
fn damage_inside_is_found_at_its_layer() {
    let data = cms_core::plain::data(b"innermost");
    for (inner, outer) in [
        (Kind::Digested, Kind::Compressed),
        (Kind::Authenticated, Kind::Digested),
        (Kind::AuthEnveloped, Kind::Compressed),
    ] {
        let mut damaged = inner.around(&data);
        *damaged.last_mut().unwrap() ^= 1;
        let opened = opened(&outer.around(&damaged));
        assert!(opened.error.is_some(), "{inner:?} in {outer:?}");
        assert!(opened.content.is_none(), "{inner:?} in {outer:?}");
        assert_eq!(opened.layers.len(), 2, "{inner:?} in {outer:?}");
        assert!(
            opened
                .layers
                .first()
                .is_some_and(|layer| outer.matches(&layer.kind))
        );
    }
}

#[test]
fn siblings_within_siblings_are_limited_together() {
    let mut message = cms_core::plain::data(b"x");
    for _ in 0..4 {
        let members: Vec<&[u8]> = (0..50).map(|_| message.as_slice()).collect();
        message = Kind::Compressed.around(&cms_core::collect(&members).unwrap());
    }
    assert!(message.len() < 3_000);
    let opened = opened(&message);
    assert!(opened.error.is_some() && opened.content.is_none());
    assert!(opened.layers.len() <= 20_000, "{}", opened.layers.len());
}

#[test]
fn bombs_are_limited_together() {
    // Each alone is within the limit.
    let zeros = vec![0; 1 << 20];
    let bomb = cms_core::compress(&zeros, &PROVIDER).unwrap();
    let message = cms_core::collect(&[bomb.as_slice(); 20]).unwrap();
    let mut limits = Limits::DEFAULT;
    assert!(opened_within(&message, &limits).error.is_none());
    limits.inflated = 10 << 20;
    let stopped = opened_within(&message, &limits);
    assert!(stopped.error.is_some() && stopped.content.is_none());
}

#[test]
fn a_member_that_fails_does_not_hide_its_siblings() {
    let data = cms_core::plain::data(b"innermost");
    let good = Kind::Signed.around(&data);
    let mut bad = Kind::Digested.around(&data);
    *bad.last_mut().unwrap() ^= 1;
    let message = cms_core::collect(&[&bad, &good]).unwrap();
    let opened = opened(&message);
    assert!(matches!(
        opened.error,
        Some(OpenError::Cms(CmsError::DigestMismatch))
    ));
    assert!(opened.content.is_none());
    let last = opened.layers.last().unwrap();
    assert!(Kind::Signed.matches(&last.kind), "{last:?}");
    assert_eq!(last.part, [1]);
}
