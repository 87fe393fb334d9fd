//! Every chunking of an input gives the same events, in every reader.

#![expect(clippy::unwrap_used, reason = "tests")]

use cms_algs::{PROVIDER, PrivateKey, spec};
use cms_core::ContentForm;
use cms_core::ber::{Token, Tokenizer};
use cms_core::enveloped::{DecryptContext, EnvelopedDataBuilder, EnvelopedDataReader};
use cms_core::key::Identity;
use cms_core::policy::StandardPolicy;
use cms_core::provider::ContentCipher;
use cms_core::recipients::Recipient;
use cms_core::signed::{SignedDataBuilder, SignedDataReader, Signer, VerifyContext};
use cms_core::types::Certificate;
use cms_core::{Limits, oid};
use proptest::prelude::*;
use testkit::chunking::chunkings;
use testkit::keys;

fn certificate(identity: &keys::TestIdentity) -> Certificate {
    Certificate::from_der(identity.certificate).unwrap()
}

fn key(identity: &keys::TestIdentity) -> PrivateKey {
    PrivateKey::from_pkcs8(identity.key).unwrap()
}

/// A token without its place in the input; neighbouring data is joined.
#[derive(Debug, PartialEq)]
enum Seen {
    Begin(cms_core::ber::Header),
    Data(Vec<u8>),
    End(u64),
}

fn tokens(chunks: &[&[u8]]) -> (Vec<Seen>, Option<cms_core::DecodeError>) {
    let mut tokenizer = Tokenizer::new(&Limits::DEFAULT);
    let mut seen = Vec::new();
    for chunk in chunks {
        let mut input = *chunk;
        loop {
            match tokenizer.next(&mut input) {
                Ok(Some(Token::Begin(header))) => seen.push(Seen::Begin(header)),
                Ok(Some(Token::Data(data))) => match seen.last_mut() {
                    Some(Seen::Data(before)) => before.extend_from_slice(data),
                    _ => seen.push(Seen::Data(data.to_vec())),
                },
                Ok(Some(Token::End(offset))) => seen.push(Seen::End(offset)),
                Ok(Some(other)) => panic!("{other:?}"),
                Ok(None) => break,
                Err(error) => return (seen, Some(error)),
            }
        }
    }
    (seen, None)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    /// Octets that are mostly BER: any of them, at any chunking, give the same tokens and the same error.
    #[test]
    fn tokens_do_not_depend_on_chunks(octets in prop::collection::vec(prop::sample::select(
        vec![0u8, 0, 1, 2, 3, 4, 5, 0x24, 0x30, 0x30, 0x31, 0x80, 0x80, 0x81, 0x82, 0x84, 0xa0, 0x1f, 0xff]), 0..80)) {
        let whole = tokens(&[&octets]);
        for chunks in chunkings(&octets, 7) {
            prop_assert_eq!(&tokens(&chunks), &whole);
        }
    }
}

#[test]
fn a_header_that_reaches_beyond_its_parent_is_told_alike() {
    // Found by the test above: the length octets go on where the parent ended.
    let octets = [0x24, 1, 0, 0xa0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    let (_, error) = tokens(&[&octets]);
    assert_eq!(error.unwrap().kind, cms_core::DecodeErrorKind::BeyondParent);
    assert_eq!(
        tokens(&octets.chunks(1).collect::<Vec<_>>()),
        tokens(&[&octets])
    );
}

/// Messages of every form that we write.
fn signed_messages(content: &[u8]) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    for identity in keys::ALL {
        let key = key(&identity);
        for form in [ContentForm::Indefinite, ContentForm::Detached] {
            let prepared = SignedDataBuilder::new(oid::DATA)
                .with_signer(Signer::new(certificate(&identity), &key))
                .with_certificate(&certificate(&identity))
                .prepare(&PROVIDER, &StandardPolicy::Default)
                .unwrap();
            let mut message = Vec::new();
            let mut writer = prepared
                .start(form, &Limits::DEFAULT, &mut message)
                .unwrap();
            let mut random = (PROVIDER.random)();
            for chunk in content.chunks(100) {
                writer
                    .update(chunk, &mut |out| {
                        message.extend_from_slice(out);
                        Ok(())
                    })
                    .unwrap();
            }
            writer
                .finish(&mut *random, &mut |out| {
                    message.extend_from_slice(out);
                    Ok(())
                })
                .unwrap();
            messages.push(message);
        }
        let signer = Signer::new(certificate(&identity), &key);
        messages
            .push(cms_core::sign(content, signer, &PROVIDER, &StandardPolicy::Default).unwrap());
    }
    messages
}

/// What a reader finds: content, and a digest of the report.
fn read_signed(chunks: &[&[u8]]) -> (Vec<u8>, String) {
    let mut reader = SignedDataReader::new(&PROVIDER, &Limits::DEFAULT);
    let mut content = Vec::new();
    for chunk in chunks {
        reader
            .push(chunk, &mut |octets| {
                content.extend_from_slice(octets.danger_octets());
                Ok(())
            })
            .unwrap();
    }
    let none = Vec::<Certificate>::new();
    let context = VerifyContext {
        provider: &PROVIDER,
        policy: &StandardPolicy::Default,
        certificates: &none,
    };
    let report = match reader.finish(&mut content.as_slice(), &context) {
        Ok(report) => format!(
            "{:?} {:?} {:?}",
            report.encoding, report.econtent_type, report.signers
        ),
        Err(error) => format!("{error:?}"),
    };
    (content, report)
}

#[test]
fn signed_data_reads_alike_at_every_chunking() {
    for len in [0, 1, 127, 128, 1000] {
        let content: Vec<u8> = (0..=255).cycle().take(len).collect();
        for message in signed_messages(&content) {
            let whole = read_signed(&[&message]);
            for chunks in chunkings(&message, 11) {
                assert_eq!(read_signed(&chunks), whole);
            }
        }
    }
}

#[test]
fn enveloped_data_reads_alike_at_every_chunking() {
    let ciphers: [&dyn ContentCipher; 4] = [
        &spec::AES_256_GCM,
        &spec::AES_128_CBC,
        &spec::AES_192_GCM,
        &spec::AES_256_CBC,
    ];
    let policy = StandardPolicy::Default;
    for identity in [keys::ALICE, keys::BOB, keys::CAROL] {
        let me = Identity {
            certificate: certificate(&identity),
            key: key(&identity),
        };
        for cipher in ciphers {
            for len in [0usize, 15, 16, 17, 1000] {
                let content: Vec<u8> = (0..=255).cycle().take(len).collect();
                let forms = [
                    ContentForm::Indefinite,
                    ContentForm::Definite(u64::try_from(len).unwrap()),
                ];
                for form in forms {
                    let mut message = Vec::new();
                    let mut random = (PROVIDER.random)();
                    let mut writer = EnvelopedDataBuilder::new(oid::DATA)
                        .with_recipient(Recipient::new(certificate(&identity)))
                        .start(cipher, form, &PROVIDER, &policy, &mut *random, &mut message)
                        .unwrap();
                    for chunk in content.chunks(100) {
                        writer
                            .update(chunk, &mut |out| {
                                message.extend_from_slice(out);
                                Ok(())
                            })
                            .unwrap();
                    }
                    writer
                        .finish(&mut |out| {
                            message.extend_from_slice(out);
                            Ok(())
                        })
                        .unwrap();
                    for chunks in chunkings(&message, 5) {
                        let context = DecryptContext {
                            provider: &PROVIDER,
                            policy: &policy,
                            keys: Some(&me),
                        };
                        let mut reader = EnvelopedDataReader::new(context, &Limits::DEFAULT);
                        let mut plaintext = Vec::new();
                        let mut sink = |octets: cms_core::Unverified<'_>| {
                            plaintext.extend_from_slice(octets.danger_octets());
                            Ok(())
                        };
                        for chunk in chunks {
                            reader.push(chunk, &mut sink).unwrap();
                        }
                        reader.finish(&mut sink).unwrap();
                        assert_eq!(plaintext, content);
                    }
                }
            }
        }
    }
}

#[test]
fn truncation_at_every_octet_is_an_error() {
    let signed = signed_messages(b"content").remove(0);
    let me = Identity {
        certificate: certificate(&keys::BOB),
        key: key(&keys::BOB),
    };
    let enveloped = cms_core::encrypt(
        b"content",
        &[certificate(&keys::BOB)],
        &spec::AES_256_GCM,
        &PROVIDER,
        &StandardPolicy::Default,
    )
    .unwrap();
    for end in 0..signed.len() {
        assert!(
            cms_core::verify(&signed[..end], &PROVIDER, &StandardPolicy::Default).is_err(),
            "{end}"
        );
    }
    for end in 0..enveloped.len() {
        let result = cms_core::decrypt(&enveloped[..end], &me, &PROVIDER, &StandardPolicy::Default);
        assert!(result.is_err(), "{end}");
    }
}
