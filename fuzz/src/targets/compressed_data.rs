//! CompressedData at any chunking: what it inflates to does not depend on it.

use cms_algs::PROVIDER;
use cms_core::compressed::CompressedDataReader;

fn read(chunks: &[&[u8]]) -> Option<(Vec<u8>, String)> {
    let mut reader = CompressedDataReader::new(&PROVIDER, &crate::limits());
    let mut content = Vec::new();
    let mut sink = |octets: cms_core::Unverified<'_>| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    };
    for chunk in chunks {
        reader.push(chunk, &mut sink).ok()?;
    }
    reader.finish().ok()?;
    Some((content, format!("{:?}", reader.report())))
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let whole = read(&[data.get(1..).unwrap_or_default()]);
    assert_eq!(whole, read(&crate::chunks(data)));
}
