//! Messages composed and opened: every order of layers, both line ends, labels right and wrong.

#![expect(clippy::unwrap_used, reason = "tests")]

mod nesting;
mod rules;
mod support;

use std::io::Cursor;

use cms_algs::{PROVIDER, spec};
use cms_core::ContentForm;
use cms_core::enveloped::EnvelopedDataBuilder;
use cms_core::policy::StandardPolicy;
use cms_core::provider::ContentCipher;
use cms_core::recipients::Recipient;
use cms_core::signed::Signer;
use cms_core::types::{Certificate, Time};
use cms_core::{Limits, oid};
use smime_msg::compose::{self, ComposeError, Transport};
use smime_msg::open::{Form, LayerKind};
use testkit::keys;

use support::{
    MAIL, clear, content, entity, enveloped, layers, opaque, opened, opened_within, person, with_lf,
};

#[test]
fn outer_headers_stay_and_content_headers_move_inside() {
    let (outer, entity) = entity(MAIL, Transport::Binary);
    let outer = String::from_utf8(outer).unwrap();
    for name in [
        "From: Alice <alice@example.com>",
        "To:",
        "Subject:",
        "Date:",
        "Message-ID:",
        "References:",
    ] {
        assert!(outer.contains(name), "{name}");
    }
    assert!(!outer.to_ascii_lowercase().contains("content-") && !outer.contains("MIME-Version"));
    assert!(entity.starts_with(b"Content-Type: text/plain; charset=utf-8\r\n"));
    let message = clear(outer.as_bytes(), &entity, &person(&keys::ALICE));
    assert_eq!(
        String::from_utf8_lossy(&message)
            .matches("MIME-Version")
            .count(),
        1
    );
}

#[test]
fn clear_signed_mail_is_seven_bit_and_survives_local_line_ends() {
    // rfc8551:3.1.1/1, 3.1.3/1
    let (outer, entity) = entity(MAIL, Transport::SevenBit);
    assert!(entity.is_ascii() && !entity.windows(6).any(|window| window == b"\nFrom "));
    for name in [&keys::ALICE] {
        let message = clear(&outer, &entity, &person(name));
        assert!(message.is_ascii());
        for form in [message.clone(), with_lf(&message)] {
            let opened = opened(&form);
            assert!(opened.error.is_none(), "{:?}", opened.error);
            assert_eq!(layers(&opened), ["clear good", "text/plain"]);
        }
    }
}

#[test]
fn triple_wrapped_mail_opens_in_every_form() {
    // rfc8551:3.5/1
    let (alice, bob) = (person(&keys::ALICE), person(&keys::BOB));
    let (outer, entity) = entity(MAIL, Transport::SevenBit);
    let inner: [Vec<u8>; 2] = [clear(b"", &entity, &alice), opaque(b"", &entity, &alice)];
    for inner in &inner {
        let ciphers: [&dyn ContentCipher; 2] = [&spec::AES_256_GCM, &spec::AES_128_CBC];
        for cipher in ciphers {
            let middle = enveloped(b"", inner, cipher, &bob);
            for message in [
                clear(&outer, &middle, &alice),
                opaque(&outer, &middle, &alice),
            ] {
                for form in [message.clone(), with_lf(&message)] {
                    let opened = opened(&form);
                    assert!(opened.error.is_none(), "{:?}", opened.error);
                    let found = layers(&opened);
                    assert_eq!(found.len(), 4, "{found:?}");
                    assert!(
                        found.iter().filter(|layer| layer.ends_with("good")).count() == 2,
                        "{found:?}"
                    );
                    assert_eq!(content(opened), entity);
                }
            }
        }
    }
}

#[test]
fn cms_nests_without_mime() {
    let (alice, bob) = (person(&keys::ALICE), person(&keys::BOB));
    let policy = StandardPolicy::Default;
    let signed = cms_core::sign(
        b"data",
        Signer::new(alice.certificate.clone(), &alice.key),
        &PROVIDER,
        &policy,
    )
    .unwrap();
    // The content of EnvelopedData is the bare SignedData, not its ContentInfo.
    let bare = cms_core::ber::Cursor::single(&signed, 0)
        .unwrap()
        .children();
    let mut bare = bare;
    bare.element().unwrap();
    let bare = bare.element().unwrap().contents().to_vec();
    let mut message = Vec::new();
    let mut random = (PROVIDER.random)();
    let mut writer = EnvelopedDataBuilder::new(oid::SIGNED_DATA)
        .with_recipient(Recipient::new(bob.certificate))
        .start(
            &spec::AES_256_GCM,
            ContentForm::Indefinite,
            &PROVIDER,
            &policy,
            &mut *random,
            &mut message,
        )
        .unwrap();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(&bare, &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    let opened = opened(&message);
    assert!(opened.error.is_none(), "{:?}", opened.error);
    assert!(matches!(
        opened.layers.get(1).map(|layer| &layer.kind),
        Some(LayerKind::Signed {
            form: Form::Opaque,
            ..
        })
    ));
    assert_eq!(content(opened), b"data");
}

#[test]
fn labels_may_be_old_missing_or_wrong() {
    // rfc8551:3.2.1/1
    let (alice, bob) = (person(&keys::ALICE), person(&keys::BOB));
    let (outer, entity) = entity(MAIL, Transport::SevenBit);
    let text = |message: Vec<u8>| String::from_utf8(message).unwrap();
    let clear = text(clear(&outer, &entity, &alice));
    let opaque = text(opaque(&outer, &entity, &alice));
    let enveloped = text(enveloped(&outer, &entity, &spec::AES_256_GCM, &bob));
    let relabelled = [
        clear.replace(
            "application/pkcs7-signature",
            "application/x-pkcs7-signature",
        ),
        clear.replace("micalg=sha-256", "micalg=sha1"),
        clear.replace("micalg=sha-256", "micalg=unknown"),
        clear.replace("micalg=sha-256", "micalg=\"sha1,sha256\""),
        clear.replace(" micalg=sha-256;", ""),
        opaque.replace("application/pkcs7-mime", "application/x-pkcs7-mime"),
        opaque.replace("application/pkcs7-mime", "application/octet-stream"),
        opaque.replace("smime-type=signed-data", "smime-type=enveloped-data"),
        enveloped.replace("application/pkcs7-mime", "application/octet-stream"),
        enveloped.replace("smime-type=enveloped-data", "smime-type=signed-data"),
        enveloped.replace(
            "Content-Transfer-Encoding: base64",
            "Content-Transfer-Encoding: 7bit",
        ),
    ];
    for message in relabelled {
        assert!(
            message != clear && message != opaque && message != enveloped,
            "nothing was relabelled"
        );
        let opened = opened(message.as_bytes());
        assert!(opened.error.is_none(), "{:?}\n{message}", opened.error);
        assert!(layers(&opened).first().unwrap().ends_with("good") || layers(&opened).len() == 2);
    }
    let unnamed = opaque
        .replace("application/pkcs7-mime", "application/octet-stream")
        .replace("smime.p7m", "x.bin");
    assert_eq!(
        layers(&opened(unnamed.as_bytes())),
        ["application/octet-stream"]
    );
}

#[test]
fn changed_mail_is_bad_and_foreign_senders_do_not_match() {
    // rfc8550:3/6
    let alice = person(&keys::ALICE);
    let (outer, entity) = entity(MAIL, Transport::SevenBit);
    let message = String::from_utf8(clear(&outer, &entity, &alice)).unwrap();
    let (head, body) = message.split_once("\r\n\r\n").unwrap();
    let changed = format!(
        "{head}\r\n\r\n{}",
        body.replacen("text/plain", "text/plaim", 1)
    );
    assert_eq!(
        layers(&opened(changed.as_bytes())).first().unwrap(),
        "clear bad"
    );
    let foreign = message.replace(
        "From: Alice <alice@example.com>",
        "From: Alice <mallory@example.com>",
    );
    assert_eq!(
        layers(&opened(foreign.as_bytes())).first().unwrap(),
        "clear bad"
    );
    // Several authors without a Sender are nobody: one of them could speak for the others.
    for header in [
        "From: Alice <alice@example.com>, mallory@example.com",
        "From: Alice <alice@example.com>\r\nFrom: mallory@example.com",
        "From: mallory@example.com, Alice <alice@example.com>\r\nSender: mallory@example.com",
        // What readers disagree on, and what none can read.
        "From: <mallory@example.com> <alice@example.com>",
        "From: mallory@example.com: alice@example.com;",
        "From: <mallory@example.com:alice@example.com>",
        "From: mallory@example.com (c) <alice@example.com>",
        "From: \"alice@example.com\" <>",
        "From: =?utf-8?q?alice=40example.com?=",
        "From: mallory@example.com HTTP/1.1\r\nFrom: Alice <alice@example.com>",
    ] {
        let several = message.replace("From: Alice <alice@example.com>", header);
        assert_eq!(
            layers(&opened(several.as_bytes())).first().unwrap(),
            "clear bad",
            "{header}"
        );
    }
    let sender = message.replace(
        "From: Alice <alice@example.com>",
        "From: team@example.com\r\nSender: alice@example.com",
    );
    assert_eq!(
        layers(&opened(sender.as_bytes())).first().unwrap(),
        "clear good"
    );
    // The display name does not count.
    let display = message.replace(
        "From: Alice <alice@example.com>",
        "From: \"alice@example.com\" <mallory@example.com>",
    );
    assert_eq!(
        layers(&opened(display.as_bytes())).first().unwrap(),
        "clear bad"
    );
}

#[test]
fn a_signature_without_a_header_is_compared_with_the_sender_inside() {
    let alice = person(&keys::ALICE);
    let sign = |content: &str| {
        let signer = Signer::new(alice.certificate.clone(), &alice.key);
        cms_core::sign(
            content.as_bytes(),
            signer,
            &PROVIDER,
            &StandardPolicy::Default,
        )
        .unwrap()
    };
    let foreign = MAIL.replace("From: Alice <alice@", "From: Alice <mallory@");
    assert_eq!(layers(&opened(&sign(MAIL))), ["opaque good", "text/plain"]);
    assert_eq!(
        layers(&opened(&sign(&foreign))),
        ["opaque bad", "text/plain"]
    );
}

#[test]
fn what_follows_a_signed_part_is_told() {
    let alice = person(&keys::ALICE);
    let (outer, entity) = entity(MAIL, Transport::SevenBit);
    let message = String::from_utf8(clear(&outer, &entity, &alice)).unwrap();
    let boundary = message
        .split("boundary=")
        .nth(1)
        .unwrap()
        .split('"')
        .nth(1)
        .unwrap()
        .to_owned();
    let closing = format!("--{boundary}--");
    let third = format!("--{boundary}\r\nContent-Type: text/plain\r\n\r\nevil\r\n{closing}");
    for (changed, code) in [
        (message.replace(&closing, &third), "extra-parts"),
        (format!("{message}evil\r\n"), "text-after-parts"),
        (message.replace(&closing, ""), "missing-close-delimiter"),
        (
            message.replace(
                "Content-Type: application/pkcs7-signature; name=smime.p7s",
                "Content-Type: text/html",
            ),
            "foreign-signature-part",
        ),
    ] {
        let opened = opened(changed.as_bytes());
        let Some(LayerKind::Signed { report, .. }) = opened.layers.first().map(|layer| &layer.kind)
        else {
            panic!("not signed: {:?}", opened.error);
        };
        let codes: Vec<_> = report
            .deviations
            .iter()
            .map(|deviation| deviation.code)
            .collect();
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
}

#[test]
fn text_is_canonical_before_it_is_encoded_and_binary_stays() {
    // rfc8551:3.1.1/3, 3.1.1/4, 3.1.2/1, 3.1.3/1
    let body = "Gr\u{fc}\u{df}e\nzwei\n";
    let (_, entity) = entity(body, Transport::SevenBit);
    assert!(entity.ends_with(b"\r\n\r\nGr=C3=BC=C3=9Fe\r\nzwei\r\n"));
    let typed = format!("Content-Type: text/plain; charset=utf-8\n\n{body}");
    let (_, entity) = self::entity(&typed, Transport::SevenBit);
    let encoded = entity
        .split(|octet| *octet == b'\n')
        .nth(3)
        .unwrap()
        .trim_ascii_end()
        .to_vec();
    assert_eq!(
        encoded, b"R3LDvMOfZQ0KendlaQ0K",
        "base64 of the text with CRLF"
    );
    let binary =
        "Content-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\na\nb";
    let (_, entity) = self::entity(binary, Transport::Binary);
    assert!(entity.ends_with(b"\r\n\r\na\nb"));
    let (_, entity) = self::entity(binary, Transport::SevenBit);
    assert!(
        entity.ends_with(b"\r\n\r\nYQpi\r\n"),
        "{:?}",
        String::from_utf8_lossy(&entity)
    );
    let child = format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n{binary}\n--b--\n");
    let (_, entity) = self::entity(&child, Transport::Binary);
    assert!(entity.windows(4).any(|window| window == b"\na\nb"));
    let refused = compose::entity(
        &mut Cursor::new(child),
        Transport::SevenBit,
        &mut Vec::new(),
    );
    assert!(matches!(refused, Err(ComposeError::NotSevenBit)));
}

#[test]
fn truncated_mail_is_never_good() {
    let alice = person(&keys::ALICE);
    let (outer, entity) = entity(MAIL, Transport::SevenBit);
    let message = clear(&outer, &entity, &alice);
    let signature = message
        .windows(20)
        .position(|window| window == b"application/pkcs7-si")
        .unwrap();
    let last = message
        .windows(20)
        .rposition(|window| window == b"application/pkcs7-si")
        .unwrap();
    assert!(last > signature);
    for end in (0..last + 600).step_by(7) {
        let opened = opened(message.get(..end).unwrap());
        let good = layers(&opened).iter().any(|layer| layer.ends_with("good"));
        assert!(!good, "{end}");
    }
}

#[test]
fn parts_of_a_multipart_are_origins_of_their_own() {
    // rfc8551:6/3
    let (alice, bob) = (person(&keys::ALICE), person(&keys::BOB));
    let (_, entity) = entity(MAIL, Transport::SevenBit);
    let signed = String::from_utf8(clear(b"", &entity, &alice)).unwrap();
    let secret = String::from_utf8(enveloped(
        b"",
        b"Content-Type: text/plain\r\n\r\nsecret",
        &spec::AES_256_GCM,
        &bob,
    ))
    .unwrap();
    let mixed = format!(
        "From: alice@example.com\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=outer\r\n\r\n\
         --outer\r\nContent-Type: text/plain\r\n\r\n<img src=\"http://evil/\r\n\
         --outer\r\n{secret}\r\n--outer\r\n{signed}\r\n--outer--\r\n"
    );
    let opened = opened(mixed.as_bytes());
    assert!(opened.error.is_none(), "{:?}", opened.error);
    assert_eq!(
        layers(&opened),
        [
            "multipart/mixed",
            "text/plain",
            "auth-enveloped-data",
            "text/plain",
            "clear good",
            "text/plain"
        ]
    );
    // What is released is the mail as it came: nothing decrypted is joined to its neighbours (RFC 8551, 6).
    assert!(!content(opened).windows(6).any(|window| window == b"secret"));
}

#[test]
fn input_that_is_no_text_is_refused_and_eight_bit_multiparts_too() {
    let compose = |input: &[u8]| {
        compose::entity(
            &mut Cursor::new(input.to_vec()),
            Transport::SevenBit,
            &mut Vec::new(),
        )
    };
    assert!(matches!(compose(b"nul \0"), Err(ComposeError::NotText)));
    assert!(matches!(compose(b"latin \xe4"), Err(ComposeError::NotText)));
    assert!(compose("utf-8 \u{e4}".as_bytes()).is_ok());
    let multipart = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n\u{e4}\n--b--\n";
    assert!(matches!(
        compose(multipart.as_bytes()),
        Err(ComposeError::NotSevenBit)
    ));
}

#[test]
fn nesting_is_limited() {
    let alice = person(&keys::ALICE);
    let mut message = b"Content-Type: text/plain\r\n\r\nx".to_vec();
    for _ in 0..6 {
        message = opaque(b"", &message, &alice);
    }
    assert!(opened(&message).error.is_none());
    let mut limits = Limits::DEFAULT;
    limits.layers = 3;
    let opened = opened_within(&message, &limits);
    assert!(matches!(
        opened.error,
        Some(smime_msg::open::OpenError::Layers)
    ));
    assert!(opened.content.is_none());
}

/// Foreign fuzzing corpora: whatever they do, opening ends, within its limits.
#[test]
fn fuzzing_corpora_end_without_panic() {
    let Some(vectors) = testkit::vectors::folder("fuzzing_corpora_end_without_panic") else {
        return;
    };
    let mut count = 0;
    for path in testkit::vectors::files(&vectors.join("openssl-fuzz")) {
        let octets = std::fs::read(&path).unwrap();
        let _ = opened(&octets);
        let _ = Certificate::from_der(&octets);
        let _ = cms_core::ber::is_der(&octets);
        count += 1;
    }
    assert!(count > 2000, "{count} files");
    let text = format!(
        "All {count} inputs that OpenSSL's fuzzing found, as messages and as certificates: each ends in a report or\n\
         an error, without a panic. Nothing else is expected of them.\n"
    );
    let command = "cargo test -p smime-msg --test messages fuzzing_corpora";
    testkit::paper::check("openssl-fuzz", &text, command);
}

#[test]
fn signing_time_is_reported_as_claimed() {
    let bob = person(&keys::BOB);
    let time = Time::from_unix(1_767_268_800);
    let signer = Signer::new(bob.certificate.clone(), &bob.key).with_attributes(
        cms_core::signed::SignerAttributes::Present {
            signing_time: Some(time),
            others: vec![],
        },
    );
    let message = cms_core::sign(b"x", signer, &PROVIDER, &StandardPolicy::Default).unwrap();
    let opened = opened(&message);
    let Some(LayerKind::Signed { report, .. }) = opened.layers.first().map(|layer| &layer.kind)
    else {
        panic!("not signed");
    };
    assert_eq!(report.signers.first().unwrap().signing_time, Some(time));
}
