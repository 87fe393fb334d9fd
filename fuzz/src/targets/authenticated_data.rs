//! AuthenticatedData at any chunking, with every kind of key.

use std::sync::LazyLock;

use cms_algs::{PROVIDER, PrivateKey};
use cms_core::authenticated::AuthenticatedDataReader;
use cms_core::enveloped::DecryptContext;
use cms_core::key::Identity;
use cms_core::policy::StandardPolicy;

static KEYS: LazyLock<Vec<Identity<PrivateKey>>> = LazyLock::new(crate::identities);

fn read(chunks: &[&[u8]]) -> Option<(Vec<u8>, String)> {
    let ring = crate::key_ring(&KEYS);
    let context = DecryptContext {
        provider: &PROVIDER,
        policy: &StandardPolicy::Legacy,
        keys: Some(&ring),
    };
    let mut reader = AuthenticatedDataReader::new(context, &crate::limits());
    let mut content = Vec::new();
    let mut sink = |octets: cms_core::Unverified<'_>| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    };
    for chunk in chunks {
        reader.push(chunk, &mut sink).ok()?;
    }
    let result = reader.finish().is_ok();
    let report = reader.report();
    Some((content, format!("{result} {:?}", report.mac_ok)))
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let whole = read(&[data.get(1..).unwrap_or_default()]);
    assert_eq!(whole, read(&crate::chunks(data)));
}
