//! Broken certificates: whatever is in them, linting ends with findings.

use std::collections::BTreeSet;

use cms_algs::PROVIDER;
use cms_core::types::Certificate;
use smime_cert::lint::{Finding, Profile, lint};

use crate::draft::Draft;
use crate::{STRICT, corpora, mutants};

/// Lints what is a certificate; whether it was one.
fn survives(octets: &[u8]) -> bool {
    let Ok(certificate) = Certificate::from_der(octets) else {
        return false;
    };
    for profile in [None, Some(STRICT)]
        .into_iter()
        .chain(Profile::all().map(Some))
    {
        let findings = lint(&certificate, profile, &PROVIDER);
        let complete = |finding: &Finding| !finding.text.is_empty() && !finding.location.is_empty();
        assert!(findings.iter().all(complete));
    }
    true
}

/// A generator of pseudo-random numbers (Marsaglia, Xorshift RNGs, 2003).
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }
}

fn drafts() -> impl Iterator<Item = Vec<u8>> {
    mutants::all().map(|(_, _, change)| {
        let mut draft = Draft::good();
        change(&mut draft);
        draft.to_der()
    })
}

#[test]
fn every_file_of_the_corpora_is_survived() {
    let all = corpora::candidates("hostile certificates").unwrap_or_default();
    let read = all.iter().filter(|(_, octets)| survives(octets)).count();
    println!("{read} of {} are certificates", all.len());
    assert!(all.is_empty() || read > 900);
}

#[test]
fn changed_octets_are_survived() {
    let mut random = Xorshift(0x5eed);
    let mut read = 0;
    for octets in drafts() {
        for _ in 0..40 {
            let mut changed = octets.clone();
            for _ in 0..=random.below(3) {
                let place = random.below(changed.len());
                changed[place] ^= u8::try_from(1 + random.below(255)).unwrap();
            }
            read += usize::from(survives(&changed));
        }
    }
    println!("{read} are certificates still");
    assert!(read > 1000, "{read}");
}

/// Each value of an extension cut at each place, within a certificate that is whole.
#[test]
fn truncated_extensions_are_survived() {
    let mut values = BTreeSet::new();
    for octets in drafts() {
        let certificate = Certificate::from_der(&octets).unwrap();
        for extension in certificate.extensions() {
            values.insert((extension.oid.to_string(), extension.value.clone()));
        }
    }
    for (id, value) in values {
        for end in 0..value.len() {
            let mut draft = Draft::good();
            draft.set(&id, value[..end].to_vec());
            assert!(survives(&draft.to_der()));
        }
    }
}
