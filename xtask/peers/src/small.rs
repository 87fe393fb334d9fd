//! Operations on a mail of 10 KB, one process, one core: messages per second of both sides and of the bare primitive.

use std::hint::black_box;
use std::time::{Duration, Instant};

use cms_algs::{PROVIDER, PrivateKey, spec};
use cms_core::key::Identity;
use cms_core::policy::StandardPolicy;
use cms_core::signed::Signer;
use cms_core::types::Certificate;
use openssl::cms::{CMSOptions, CmsContentInfo};
use openssl::pkey::{PKey, Private};
use openssl::stack::Stack;
use openssl::symm::Cipher;
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;
use serde_json::json;
use testkit::keys::{ALICE, BOB, TestIdentity};

const POLICY: StandardPolicy = StandardPolicy::Default;
pub(crate) const SIZE: usize = 10_000;

/// Each measurement takes so long, and the best of so many counts: the machines are noisy.
const DURATION: Duration = Duration::from_millis(400);
const ROUNDS: usize = 5;

/// Runs the alternatives in turn; the most runs per second of each.
pub(crate) fn rates(alternatives: &mut [&mut dyn FnMut()]) -> Vec<f64> {
    let mut best = vec![0.0f64; alternatives.len()];
    for _ in 0..ROUNDS {
        for (work, best) in alternatives.iter_mut().zip(&mut best) {
            let start = Instant::now();
            let mut count = 0u32;
            while start.elapsed() < DURATION {
                for _ in 0..8 {
                    work();
                }
                count += 8;
            }
            *best = best.max(f64::from(count) / start.elapsed().as_secs_f64());
        }
    }
    best
}

struct Person {
    identity: Identity<PrivateKey>,
    x509: X509,
    pkey: PKey<Private>,
}

impl Person {
    fn new(identity: &TestIdentity) -> Self {
        Self {
            identity: Identity {
                certificate: Certificate::from_der(identity.certificate).expect("certificate"),
                key: PrivateKey::from_pkcs8(identity.key).expect("key"),
            },
            x509: X509::from_der(identity.certificate).expect("certificate"),
            pkey: PKey::private_key_from_pkcs8(identity.key).expect("key"),
        }
    }
}

pub(crate) fn run() {
    let content = vec![b'x'; SIZE];
    for (name, identity) in [("RSA-2048", &ALICE), ("P-256", &BOB)] {
        let person = Person::new(identity);
        sign(name, &person, &content);
        verify(name, &person, &content);
        encrypt(name, &person, &content);
        decrypt(name, &person, &content);
    }
}

pub(crate) fn tell(operation: &str, key: &str, rates: &[f64]) {
    let primitive = rates.get(2);
    println!(
        "{}",
        json!({"operation": operation, "key": key, "ours": rates[0], "openssl": rates[1], "primitive": primitive})
    );
}

fn sign(name: &str, person: &Person, content: &[u8]) {
    let key = &person.identity.key;
    let certificate = &person.identity.certificate;
    let mut ours = || {
        let signer = Signer::new(certificate.clone(), key);
        black_box(cms_core::sign(content, signer, &PROVIDER, &POLICY).expect("signed"));
    };
    let mut theirs = || {
        let flags = CMSOptions::BINARY;
        let message = CmsContentInfo::sign(
            Some(&person.x509),
            Some(&person.pkey),
            None,
            Some(content),
            flags,
        );
        black_box(message.expect("signed").to_der().expect("DER"));
    };
    let mut random = (PROVIDER.random)();
    let scheme = cms_core::key::SigningKey::scheme(key, None).expect("scheme");
    let mut primitive = || {
        let input = cms_core::provider::SignatureInput::Message(&content[..100]);
        black_box(
            cms_core::key::SigningKey::sign(key, &scheme, input, &mut *random).expect("signature"),
        );
    };
    tell(
        "sign",
        name,
        &rates(&mut [&mut ours, &mut theirs, &mut primitive]),
    );
}

fn verify(name: &str, person: &Person, content: &[u8]) {
    let signer = Signer::new(person.identity.certificate.clone(), &person.identity.key);
    let message = cms_core::sign(content, signer, &PROVIDER, &POLICY).expect("signed");
    let mut ours = || {
        black_box(cms_core::verify(&message, &PROVIDER, &POLICY).expect("verified"));
    };
    let store = X509StoreBuilder::new().expect("store").build();
    let mut theirs = || {
        let mut info = CmsContentInfo::from_der(&message).expect("message");
        let flags = CMSOptions::BINARY | CMSOptions::NO_SIGNER_CERT_VERIFY;
        let mut out = Vec::new();
        info.verify(None, Some(&store), None, Some(&mut out), flags)
            .expect("verified");
        black_box(out);
    };
    tell(
        "verify, signature only",
        name,
        &rates(&mut [&mut ours, &mut theirs]),
    );
}

fn encrypt(name: &str, person: &Person, content: &[u8]) {
    let certificates = [person.identity.certificate.clone()];
    let rsa = name.starts_with("RSA");
    let mut ours = || {
        use cms_core::ContentForm;
        use cms_core::enveloped::EnvelopedDataBuilder;
        use cms_core::recipients::Recipient;
        let mut recipient = Recipient::new(certificates[0].clone());
        // What OpenSSL does by default.
        if rsa {
            recipient = recipient.with_algorithm(&spec::RSAES_PKCS1);
        }
        let mut random = (PROVIDER.random)();
        let mut message = Vec::with_capacity(content.len() + 1024);
        let form = ContentForm::Definite(u64::try_from(content.len()).expect("length"));
        let mut writer = EnvelopedDataBuilder::new(cms_core::oid::DATA)
            .with_recipient(recipient)
            .start(
                &spec::AES_256_CBC,
                form,
                &PROVIDER,
                &POLICY,
                &mut *random,
                &mut message,
            )
            .expect("encrypted");
        let mut out = |octets: &[u8]| {
            message.extend_from_slice(octets);
            Ok(())
        };
        writer.update(content, &mut out).expect("encrypted");
        writer.finish(&mut out).expect("encrypted");
        black_box(message);
    };
    let mut stack = Stack::new().expect("stack");
    stack.push(person.x509.clone()).expect("stack");
    let mut theirs = || {
        let flags = CMSOptions::BINARY;
        let message = CmsContentInfo::encrypt(&stack, content, Cipher::aes_256_cbc(), flags);
        black_box(message.expect("encrypted").to_der().expect("DER"));
    };
    tell(
        "encrypt AES-256-CBC",
        name,
        &rates(&mut [&mut ours, &mut theirs]),
    );
}

fn decrypt(name: &str, person: &Person, content: &[u8]) {
    let mut stack = Stack::new().expect("stack");
    stack.push(person.x509.clone()).expect("stack");
    let message =
        CmsContentInfo::encrypt(&stack, content, Cipher::aes_256_cbc(), CMSOptions::BINARY)
            .expect("encrypted")
            .to_der()
            .expect("DER");
    let legacy = StandardPolicy::Legacy;
    let mut ours = || {
        black_box(
            cms_core::decrypt(&message, &person.identity, &PROVIDER, &legacy).expect("decrypted"),
        );
    };
    let mut theirs = || {
        let info = CmsContentInfo::from_der(&message).expect("message");
        black_box(info.decrypt(&person.pkey, &person.x509).expect("decrypted"));
    };
    tell(
        "decrypt AES-256-CBC",
        name,
        &rates(&mut [&mut ours, &mut theirs]),
    );
}
