//! TimeStampedData at any chunking.

use cms_algs::PROVIDER;
use cms_core::time_stamped::TimeStampedDataReader;

fn read(chunks: &[&[u8]]) -> Option<(Vec<u8>, String)> {
    let mut reader = TimeStampedDataReader::new(&PROVIDER, &crate::limits());
    let mut content = Vec::new();
    let mut sink = |octets: cms_core::Unverified<'_>| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    };
    for chunk in chunks {
        reader.push(chunk, &mut sink).ok()?;
    }
    let mut replay = content.as_slice();
    let report = reader.finish(&mut replay).ok()?;
    let imprint = report.imprint_ok;
    Some((content, format!("{imprint:?}")))
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let whole = read(&[data.get(1..).unwrap_or_default()]);
    assert_eq!(whole, read(&crate::chunks(data)));
}
