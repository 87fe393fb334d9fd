//! Every kind of recipient, with every kind of key: EnvelopedData and AuthEnvelopedData at any chunking.

use std::sync::LazyLock;

use cms_algs::{PROVIDER, PrivateKey};
use cms_core::enveloped::{DecryptContext, EnvelopedDataReader};
use cms_core::key::Identity;
use cms_core::policy::StandardPolicy;

static KEYS: LazyLock<Vec<Identity<PrivateKey>>> = LazyLock::new(crate::identities);

fn decrypt(chunks: &[&[u8]]) -> Option<(Vec<u8>, String)> {
    let mut ring = crate::key_ring(&KEYS);
    for identity in KEYS.iter() {
        ring = ring.with_unidentified_key(&identity.key);
    }
    let context = DecryptContext {
        provider: &PROVIDER,
        policy: &StandardPolicy::Legacy,
        keys: Some(&ring),
    };
    let mut reader = EnvelopedDataReader::new(context, &crate::limits());
    let mut content = Vec::new();
    let mut sink = |octets: cms_core::Unverified<'_>| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    };
    for chunk in chunks {
        reader.push(chunk, &mut sink).ok()?;
    }
    reader.finish(&mut sink).ok()?;
    let recipients = reader.report().recipients;
    let described: Vec<_> = recipients
        .iter()
        .map(|recipient| {
            let algorithm = recipient.algorithm().map(|algorithm| algorithm.name());
            let (kind, id) = (recipient.kind().name(), recipient.id());
            format!("{kind} {id} {algorithm:?} {}", recipient.status.name())
        })
        .collect();
    drop(reader);
    Some((content, described.join(", ")))
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let whole = decrypt(&[data.get(1..).unwrap_or_default()]);
    assert_eq!(whole, decrypt(&crate::chunks(data)));
}
