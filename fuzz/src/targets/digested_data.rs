//! DigestedData at any chunking: content and verdict do not depend on it.

use cms_algs::PROVIDER;
use cms_core::digested::DigestedDataReader;
use cms_core::policy::StandardPolicy;

fn read(chunks: &[&[u8]]) -> Option<(Vec<u8>, String)> {
    let mut reader = DigestedDataReader::new(&PROVIDER, &StandardPolicy::Legacy, &crate::limits());
    let mut content = Vec::new();
    let mut sink = |octets: cms_core::Unverified<'_>| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    };
    for chunk in chunks {
        reader.push(chunk, &mut sink).ok()?;
    }
    let result = reader.finish();
    Some((content, format!("{result:?} {:?}", reader.report())))
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let whole = read(&[data.get(1..).unwrap_or_default()]);
    assert_eq!(whole, read(&crate::chunks(data)));
}
