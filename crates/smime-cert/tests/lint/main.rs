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
use draft::{ACCESS, CONSTRAINTS, Draft, POLICIES, SKI, oid, seq, universal};
use smime_cert::lint::{Generation, Profile, Severity, ValidationLevel, lint, rules};

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

#[test]
fn policies_name_the_profile() {
    let detect = |draft: &Draft| {
        let certificate = Certificate::from_der(&draft.to_der()).unwrap();
        Profile::detect(&certificate, Generation::Legacy)
    };
    let mut draft = Draft::good();
    assert_eq!(detect(&draft), Some(STRICT));
    for profile in Profile::all() {
        let policy = oid(&profile.policy().to_string());
        draft.set(POLICIES, seq(&[seq(&[policy])]));
        assert_eq!(detect(&draft), Some(profile));
    }
    draft.remove(POLICIES);
    let mailbox = Profile::new(ValidationLevel::Mailbox, Generation::Legacy);
    assert_eq!(detect(&draft), Some(mailbox));
    draft.set_critical(CONSTRAINTS, seq(&[universal(1, [0xff])]));
    assert_eq!(detect(&draft), None);
}

#[test]
fn without_a_profile_the_baseline_requirements_do_not_count() {
    for (name, _, change) in mutants::all() {
        let mut draft = Draft::good();
        change(&mut draft);
        let found = codes(&draft.to_der(), None);
        let baseline = |code: &&str| code.starts_with("cabf.") || code.starts_with("googl.");
        assert!(!found.iter().any(baseline), "{name}: {found:?}");
    }
}

/// A length octet where one is enough, written in two (X.690, 10.1).
#[test]
fn what_is_not_der_is_an_error() {
    let mut octets = Draft::good().to_der();
    let at = octets.len() - 261;
    assert_eq!(octets[at..at + 4], [0x03, 0x82, 0x01, 0x01]);
    octets.splice(at + 1..at + 2, [0x83, 0x00]);
    let length = u16::from_be_bytes([octets[2], octets[3]]) + 1;
    octets[2..4].copy_from_slice(&length.to_be_bytes());
    assert!(codes(&octets, Some(STRICT)).contains("rfc5280.not_der"));
}

#[test]
fn the_gravest_findings_come_first() {
    let mut draft = Draft::good();
    draft.remove(POLICIES);
    draft.set(SKI, universal(4, [7]));
    draft.remove(ACCESS);
    let certificate = Certificate::from_der(&draft.to_der()).unwrap();
    let findings = lint(&certificate, Some(STRICT), &PROVIDER);
    let severities: Vec<_> = findings.iter().map(|finding| finding.severity).collect();
    assert_eq!(
        severities,
        [Severity::Error, Severity::Warning, Severity::Notice]
    );
}
