//! Other recipients for a message: who is one then reads what those before could.

use std::sync::LazyLock;

use cms_algs::{PROVIDER, PrivateKey};
use cms_core::enveloped::{DecryptContext, EnvelopedDataReader, Readdresser};
use cms_core::key::{Identity, KeyRing, KeyStore};
use cms_core::policy::StandardPolicy;
use cms_core::recipients::{OriginatorInfo, Recipient};

static KEYS: LazyLock<Vec<Identity<PrivateKey>>> = LazyLock::new(crate::identities);

fn context<'a>(keys: &'a dyn KeyStore) -> DecryptContext<'a> {
    DecryptContext {
        provider: &PROVIDER,
        policy: &StandardPolicy::Legacy,
        keys: Some(keys),
    }
}

fn decrypt(message: &[u8], keys: &dyn KeyStore) -> Option<Vec<u8>> {
    let mut reader = EnvelopedDataReader::new(context(keys), &crate::limits());
    let mut content = Vec::new();
    let mut sink = |octets: cms_core::Unverified<'_>| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    };
    reader.push(message, &mut sink).ok()?;
    reader.finish(&mut sink).ok()?;
    drop(reader);
    Some(content)
}

fn readdress(chunks: &[&[u8]], old: &dyn KeyStore) -> Option<Vec<u8>> {
    let (id, key) = crate::key_encryption_key();
    let recipients = vec![Recipient::key_encryption_key(id, key)];
    let originator = OriginatorInfo::new();
    let mut readdresser = Readdresser::new(recipients, originator, context(old), &crate::limits());
    let mut random = (PROVIDER.random)();
    let mut out = Vec::new();
    let mut sink = |octets: &[u8]| {
        out.extend_from_slice(octets);
        Ok(())
    };
    for chunk in chunks {
        readdresser.push(chunk, &mut *random, &mut sink).ok()?;
    }
    readdresser.finish().ok()?;
    Some(out)
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let old = crate::key_ring(&KEYS);
    let Some(message) = readdress(&crate::chunks(data), &old) else {
        return;
    };
    let (id, key) = crate::key_encryption_key();
    let new = KeyRing::new().with_key_encryption_key(id, key);
    let original = data.get(1..).unwrap_or_default();
    if let Some(content) = decrypt(original, &old) {
        assert_eq!(decrypt(&message, &new), Some(content));
    }
}
