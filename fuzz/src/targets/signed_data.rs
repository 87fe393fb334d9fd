//! SignedData at any chunking: content and verdicts do not depend on it.

use cms_algs::PROVIDER;
use cms_core::policy::StandardPolicy;
use cms_core::signed::{NoReplay, SignedDataReader, VerifyContext};

fn read<'a>(chunks: &[&[u8]]) -> Option<(SignedDataReader<'a>, Vec<u8>)> {
    let mut reader = SignedDataReader::new(&PROVIDER, &crate::limits());
    let mut content = Vec::new();
    for chunk in chunks {
        let mut sink = |octets: cms_core::Unverified<'_>| {
            content.extend_from_slice(octets.danger_octets());
            Ok(())
        };
        reader.push(chunk, &mut sink).ok()?;
    }
    Some((reader, content))
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let whole = read(&[data.get(1..).unwrap_or_default()]);
    let chunked = read(&crate::chunks(data));
    assert_eq!(whole.is_some(), chunked.is_some());
    let (Some((whole, content)), Some((chunked, same))) = (whole, chunked) else {
        return;
    };
    assert_eq!(content, same);
    let certificates = Vec::new();
    let context = VerifyContext {
        provider: &PROVIDER,
        policy: &StandardPolicy::Legacy,
        certificates: &certificates,
    };
    let verified = whole.finish(&mut NoReplay, &context);
    let unverified = chunked.finish_unverified();
    if let (Ok(verified), Ok(unverified)) = (verified, unverified) {
        assert_eq!(verified.signers.len(), unverified.signers.len());
        assert_eq!(verified.content_len, unverified.content_len);
    }
}
