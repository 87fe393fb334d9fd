//! Lint: certificates with one thing wrong, and pkilint's word on those and on the certificates of the corpora.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests, helpers included"
)]

mod comparison;
mod corpora;
mod draft;
mod exceptions;
mod hostile;
mod mutants;

use std::collections::BTreeSet;

use cms_algs::PROVIDER;
use cms_core::types::Certificate;
use draft::Draft;
use smime_cert::lint::{Generation, Profile, ValidationLevel, lint};

const STRICT: Profile = Profile::new(ValidationLevel::Mailbox, Generation::Strict);

/// What is found on every good certificate.
const USUAL: &str = "pkix.subject_key_identifier_method_1_identified";

fn codes(octets: &[u8], profile: Option<Profile>) -> BTreeSet<&'static str> {
    let certificate = Certificate::from_der(octets).unwrap();
    let findings = lint(&certificate, profile, &PROVIDER);
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn each_change_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for (name, expected, change) in mutants::all() {
        let mut draft = Draft::good();
        change(&mut draft);
        let mut found = codes(&draft.to_der(), Some(STRICT));
        found.remove(USUAL);
        let expected: BTreeSet<_> = expected.iter().copied().collect();
        if found != expected {
            wrong.push(format!("{name}: found {found:#?}, expected {expected:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(mutants::all().count() > 60);
}

#[test]
fn dump() {
    let mut s = String::new();
    for (name, _, change) in mutants::all() {
        let mut draft = Draft::good();
        change(&mut draft);
        s += &draft
            .to_der()
            .iter()
            .map(|o| format!("{o:02x}"))
            .collect::<String>();
        s += &format!(" {name}\n");
    }
    std::fs::write("/tmp/mut.hex", s).unwrap();
}
