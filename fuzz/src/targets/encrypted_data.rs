//! EncryptedData at any chunking, under the key of the RFC's examples.

use cms_algs::PROVIDER;
use cms_core::encrypted::EncryptedDataReader;
use cms_core::key::SecretKey;
use cms_core::policy::StandardPolicy;

fn read(chunks: &[&[u8]]) -> Option<(Vec<u8>, String)> {
    let key = SecretKey::new(crate::EXAMPLE_KEY.to_vec());
    let limits = crate::limits();
    let policy = StandardPolicy::Legacy;
    let mut reader = EncryptedDataReader::new(Some(&key), &PROVIDER, &policy, &limits);
    let mut content = Vec::new();
    let mut sink = |octets: cms_core::Unverified<'_>| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    };
    for chunk in chunks {
        reader.push(chunk, &mut sink).ok()?;
    }
    reader.finish(&mut sink).ok()?;
    let report = format!("{:?}", reader.report());
    drop(reader);
    Some((content, report))
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let whole = read(&[data.get(1..).unwrap_or_default()]);
    assert_eq!(whole, read(&crate::chunks(data)));
}
