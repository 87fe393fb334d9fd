//! One flipped bit anywhere is noticed, except where nothing covers it; nothing ever panics.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use cms_algs::{PROVIDER, PrivateKey, spec};
use cms_core::CmsError;
use cms_core::ContentForm;
use cms_core::enveloped::EnvelopedDataBuilder;
use cms_core::key::Identity;
use cms_core::policy::StandardPolicy;
use cms_core::provider::ContentCipher;
use cms_core::recipients::Recipient;
use cms_core::signed::{Signer, SignerAttributes};
use cms_core::types::{Attribute, Certificate, SigningTime, Time};
use testkit::keys;

const POLICY: StandardPolicy = StandardPolicy::Default;

fn person(identity: &keys::TestIdentity) -> Identity<PrivateKey> {
    Identity {
        certificate: Certificate::from_der(identity.certificate).unwrap(),
        key: PrivateKey::from_pkcs8(identity.key).unwrap(),
    }
}

/// Ranges of a message in which any flip must be fatal.
fn find(message: &[u8], part: &[u8]) -> std::ops::Range<usize> {
    let start = message
        .windows(part.len())
        .position(|window| window == part)
        .unwrap();
    start..start + part.len()
}

fn flips(message: &[u8], range: std::ops::Range<usize>, mut check: impl FnMut(usize, &[u8])) {
    for index in range {
        for bit in 0..8 {
            let mut bad = message.to_vec();
            bad[index] ^= 1 << bit;
            check(index, &bad);
        }
    }
}

#[test]
fn flips_in_signed_messages_never_verify() {
    for identity in keys::ALL {
        let me = person(&identity);
        for attributes in [
            SignerAttributes::Present {
                signing_time: Some(Time::from_unix(1_700_000_000)),
                others: vec![],
            },
            SignerAttributes::Absent,
        ] {
            let bare = matches!(attributes, SignerAttributes::Absent);
            let signer = Signer::new(me.certificate.clone(), &me.key).with_attributes(attributes);
            let message =
                cms_core::sign(b"a content to be signed", signer, &PROVIDER, &POLICY).unwrap();
            let verified = cms_core::verify(&message, &PROVIDER, &POLICY).unwrap();
            let info = verified.report.signers[0].info.value().unwrap().clone();
            let mut covered = vec![
                find(&message, b"a content to be signed"),
                find(&message, &info.signature),
            ];
            if let Some(attrs) = &info.signed_attrs_octets {
                covered.push(find(&message, attrs));
            }
            assert_eq!(bare, covered.len() == 2);
            for range in covered {
                flips(&message, range, |index, bad| {
                    assert!(
                        cms_core::verify(bad, &PROVIDER, &POLICY).is_err(),
                        "octet {index}"
                    );
                });
            }
            // Elsewhere a flip may not matter (a certificate's own signature is the path's business): no panic, and no
            // other content.
            flips(&message, 0..message.len(), |_, bad| {
                if let Ok(verified) = cms_core::verify(bad, &PROVIDER, &POLICY) {
                    assert_eq!(verified.content, b"a content to be signed");
                }
            });
        }
    }
}

fn encrypted(
    me: &Identity<PrivateKey>,
    cipher: &dyn ContentCipher,
    attrs: Vec<Attribute>,
) -> Vec<u8> {
    let content = b"a secret of some length, more than one block";
    let mut message = Vec::new();
    let mut random = (PROVIDER.random)();
    let form = ContentForm::Definite(u64::try_from(content.len()).unwrap());
    let mut writer = EnvelopedDataBuilder::new(cms_core::oid::DATA)
        .with_recipient(Recipient::new(me.certificate.clone()))
        .with_auth_attributes(attrs)
        .start(cipher, form, &PROVIDER, &POLICY, &mut *random, &mut message)
        .unwrap();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(content, &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    message
}

#[test]
fn flips_in_authenticated_messages_never_decrypt() {
    // rfc5083:2/1
    for identity in [keys::ALICE, keys::BOB, keys::CAROL] {
        let me = person(&identity);
        let attrs = vec![Attribute::of(&SigningTime(Time::from_unix(1_700_000_000)))];
        let message = encrypted(&me, &spec::AES_256_GCM, attrs);
        let plaintext = cms_core::decrypt(&message, &me, &PROVIDER, &POLICY)
            .unwrap()
            .content;
        // From the end of the recipients on everything is covered, structure included; RSA is slow, so that the
        // recipient itself is flipped by one bit an octet.
        let gcm = find(&message, &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2e]);
        flips(&message, gcm.end..message.len(), |index, bad| {
            assert!(
                cms_core::decrypt(bad, &me, &PROVIDER, &POLICY).is_err(),
                "octet {index}"
            );
        });
        for index in 0..gcm.end {
            let mut bad = message.clone();
            bad[index] ^= 0x10;
            if let Ok(decrypted) = cms_core::decrypt(&bad, &me, &PROVIDER, &POLICY) {
                assert_eq!(decrypted.content, plaintext, "octet {index}");
            }
        }
    }
}

#[test]
fn a_wrong_tag_and_a_wrong_wrapped_key_look_the_same() {
    for identity in [keys::ALICE, keys::BOB] {
        let me = person(&identity);
        let message = encrypted(&me, &spec::AES_128_GCM, vec![]);
        let mut tag = message.clone();
        *tag.last_mut().unwrap() ^= 1;
        // The wrapped key ends where authEncryptedContentInfo begins.
        let info = find(
            &message,
            &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1],
        );
        let mut wrapped = message.clone();
        wrapped[info.start - 5] ^= 1;
        for bad in [tag, wrapped] {
            let error = cms_core::decrypt(&bad, &me, &PROVIDER, &POLICY).unwrap_err();
            assert!(matches!(error, CmsError::DecryptFailed), "{error:?}");
        }
    }
}

#[test]
fn flips_in_unauthenticated_messages_never_panic() {
    let me = person(&keys::BOB);
    let message = encrypted(&me, &spec::AES_256_CBC, vec![]);
    let mut changed = 0;
    flips(&message, 0..message.len(), |_, bad| {
        if let Ok(decrypted) = cms_core::decrypt(bad, &me, &PROVIDER, &POLICY) {
            assert!(!decrypted.report.authenticated);
            changed += 1;
        }
    });
    // CBC lets flips through: that is why it is reported as unauthenticated.
    assert!(changed > 0);
}
