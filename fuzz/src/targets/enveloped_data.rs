//! EnvelopedData and AuthEnvelopedData at any chunking, with keys that the seeds are encrypted to.

use std::sync::LazyLock;

use cms_algs::{PROVIDER, PrivateKey};
use cms_core::enveloped::{DecryptContext, EnvelopedDataReader};
use cms_core::key::Identity;
use cms_core::policy::StandardPolicy;

static KEYS: LazyLock<Vec<Identity<PrivateKey>>> = LazyLock::new(crate::identities);

fn decrypt(chunks: &[&[u8]]) -> Option<Vec<u8>> {
    let context = DecryptContext {
        provider: &PROVIDER,
        policy: &StandardPolicy::Legacy,
        keys: Some(&*KEYS),
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
    let _ = reader.report();
    drop(reader);
    Some(content)
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let whole = decrypt(&[data.get(1..).unwrap_or_default()]);
    assert_eq!(whole, decrypt(&crate::chunks(data)));
}
