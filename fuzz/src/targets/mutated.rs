//! Valid messages, changed as trees and below ASN.1: whatever was done to a message, content that is called good is the
//! content that went in.

use std::sync::LazyLock;

use crate::mutation::mutate;
use cms_algs::{PROVIDER, PrivateKey, spec};
use cms_core::key::{Identity, SecretKey};
use cms_core::policy::StandardPolicy;
use cms_core::provider::ContentCipher;
use cms_core::recipients::Recipient;
use cms_core::signed::{Signer, SignerAttributes};
use cms_core::types::Certificate;
use cms_core::{ObjectIdentifier, oid};

static KEYS: LazyLock<Vec<Identity<PrivateKey>>> = LazyLock::new(crate::identities);
static MESSAGES: LazyLock<Vec<Message>> = LazyLock::new(messages);

const POLICY: StandardPolicy = StandardPolicy::Legacy;
const CONTENT: &[u8] = b"The content that went in, longer than a block of any cipher.";

/// What reads a message, and whether anything protects its content.
#[derive(Clone, Copy)]
enum Reader {
    Verify,
    Decrypt,
    Digest,
    Mac,
    /// CBC, or a checksum: whatever comes out is not called good.
    Unprotected(fn(&[u8]) -> Option<Vec<u8>>),
}

struct Message {
    octets: Vec<u8>,
    reader: Reader,
}

fn cipher(oid: ObjectIdentifier) -> &'static dyn ContentCipher {
    PROVIDER.cipher(&oid).expect("a cipher of the provider")
}

/// One message of each kind and key.
fn messages() -> Vec<Message> {
    let mut messages = Vec::new();
    let mut add = |octets: Result<Vec<u8>, cms_core::CmsError>, reader| {
        let octets = octets.expect("a good message");
        messages.push(Message { octets, reader });
    };
    for (index, identity) in KEYS.iter().enumerate() {
        let signer = || Signer::new(identity.certificate.clone(), &identity.key);
        let bare = signer().with_attributes(SignerAttributes::Absent);
        for signer in [signer(), bare] {
            add(
                cms_core::sign(CONTENT, signer, &PROVIDER, &POLICY),
                Reader::Verify,
            );
        }
        // Dave's key, the last, signs alone.
        if index > 2 {
            continue;
        }
        let recipients: Vec<Certificate> = vec![identity.certificate.clone()];
        for (oid, reader) in [
            (oid::AES256_GCM, Reader::Decrypt),
            (oid::AES128_CBC, Reader::Unprotected(decrypt)),
        ] {
            let octets = cms_core::encrypt(CONTENT, &recipients, cipher(oid), &PROVIDER, &POLICY);
            add(octets, reader);
        }
        let recipients = vec![Recipient::new(identity.certificate.clone())];
        let mac = &spec::HMAC_SHA256;
        add(
            cms_core::authenticate(CONTENT, recipients, mac, &PROVIDER, &POLICY),
            Reader::Mac,
        );
    }
    add(
        cms_core::digest(CONTENT, &oid::SHA256, &PROVIDER, &POLICY),
        Reader::Digest,
    );
    add(
        cms_core::compress(CONTENT, &PROVIDER),
        Reader::Unprotected(decompress),
    );
    let key = SecretKey::new(crate::EXAMPLE_KEY.to_vec());
    let octets = cms_core::encrypt_data(CONTENT, &key, cipher(oid::AES192_CBC), &PROVIDER, &POLICY);
    add(octets, Reader::Unprotected(decrypt_data));
    messages
}

fn decrypt(message: &[u8]) -> Option<Vec<u8>> {
    let decrypted = cms_core::decrypt(message, &crate::key_ring(&KEYS), &PROVIDER, &POLICY).ok()?;
    Some(decrypted.content)
}

fn decompress(message: &[u8]) -> Option<Vec<u8>> {
    cms_core::decompress(message, &PROVIDER, &crate::limits()).ok()
}

fn decrypt_data(message: &[u8]) -> Option<Vec<u8>> {
    let key = SecretKey::new(crate::EXAMPLE_KEY.to_vec());
    cms_core::decrypt_data(message, &key, &PROVIDER, &POLICY).ok()
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let (&number, script) = data.split_first().unwrap_or((&0, &[]));
    let message = &MESSAGES[usize::from(number) % MESSAGES.len()];
    let octets = mutate(&message.octets, script);
    let good = match message.reader {
        Reader::Verify => cms_core::verify(&octets, &PROVIDER, &POLICY)
            .ok()
            .map(|verified| verified.content),
        Reader::Decrypt => cms_core::decrypt(&octets, &crate::key_ring(&KEYS), &PROVIDER, &POLICY)
            .ok()
            // A script may have made an EnvelopedData of it, which is never called good.
            .filter(|decrypted| decrypted.report.authenticated)
            .map(|decrypted| decrypted.content),
        Reader::Mac => {
            cms_core::check_mac(&octets, &crate::key_ring(&KEYS), &PROVIDER, &POLICY).ok()
        }
        // Nobody but the digest protects it, and a script does not find another content for it.
        Reader::Digest => cms_core::check_digest(&octets, &PROVIDER, &POLICY).ok(),
        Reader::Unprotected(read) => {
            drop(read(&octets));
            None
        }
    };
    // An empty script encodes the message anew, and nothing else.
    if script.len() < 2 && !matches!(message.reader, Reader::Unprotected(_)) {
        assert!(
            good.is_some(),
            "message {number}, {script:?}: not good in another encoding"
        );
    }
    if let Some(content) = good {
        assert_eq!(content, CONTENT, "another content is called good");
    }
}
