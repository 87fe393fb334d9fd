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
use smime_cert::lint::{Generation, Profile, ValidationLevel, lint, rules};

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
fn every_rule_is_broken_by_a_change() {
    let mut seen = BTreeSet::new();
    for (_, _, change) in mutants::all() {
        let mut draft = Draft::good();
        change(&mut draft);
        for profile in Profile::all() {
            seen.extend(codes(&draft.to_der(), Some(profile)));
        }
    }
    let unseen = rules().map(|rule| rule.code);
    let unseen: Vec<_> = unseen.filter(|code| !seen.contains(code)).collect();
    assert_eq!(unseen, ["rfc5280.not_der"]);
}
