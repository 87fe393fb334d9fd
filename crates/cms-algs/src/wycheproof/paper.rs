//! The table in `docs/conformance.md`, and the decisions on what Wycheproof calls acceptable.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::string::String;
use std::{format, fs, println};

use serde_json::Value;

use super::{Tally, Verdict};

const TITLE: &str = "## Wycheproof\n";

/// Decisions by flag: whether such a test is accepted, and why. The first flag of a test that stands here counts.
const DECISIONS: &[(&str, Option<bool>, &str)] = &[
    (
        "ZeroSharedSecret",
        Some(false),
        "X25519, X448: the shared secret is all zero (RFC 8418, 2.1 has it refused)",
    ),
    (
        "UnnamedCurve",
        Some(false),
        "ECDH: explicit curve parameters (RFC 5480, 2.1.1 has named curves alone)",
    ),
    (
        "CompressedPoint",
        Some(true),
        "ECDH: a compressed point, which is on the curve (RFC 5480, 2.2 lets it be supported)",
    ),
    (
        "InvalidAsn",
        None,
        "ECDH: a SubjectPublicKeyInfo that is not DER; where BER can be read the secret is the right one",
    ),
    (
        "Twist",
        Some(true),
        "X25519, X448: a point of the twist, which RFC 7748 computes with",
    ),
    (
        "NonCanonicalPublic",
        Some(true),
        "X25519, X448: a coordinate that is not reduced, which RFC 7748, 5 has accepted",
    ),
    (
        "MissingNull",
        Some(false),
        "RSA: a DigestInfo without the NULL (RFC 8017, 9.2 has it there)",
    ),
    (
        "MissingZero",
        Some(false),
        "DSA: a signature whose INTEGERs lack the zero in front, which makes them negative",
    ),
    (
        "ShortKey",
        Some(false),
        "AES wrap: a wrapped key of 8 octets (RFC 3394, 2 has two blocks at least)",
    ),
    (
        "SmallIntegerCiphertext",
        Some(false),
        "OAEP: the ciphertext is the number 0 or 1 (NIST SP 800-56B, 7.1.2.1 has it refused)",
    ),
    (
        "SmallPublicKey",
        Some(true),
        "RSA: a public exponent of 3; the signature holds",
    ),
    (
        "WeakHash",
        None,
        "RSA signatures with SHA-1: made by the key where it is asked; policy refuses to write them",
    ),
    (
        "SmallModulus",
        None,
        "RSA keys below 2048 bits: policy refuses to write with them (RFC 8550, 4.3)",
    ),
];

/// The reason for a verdict on an acceptable test, if it is as decided.
pub(super) fn decision(case: &Value, verdict: Verdict) -> Option<&'static str> {
    let flags = case["flags"].as_array()?;
    let (_, decided, reason) = DECISIONS
        .iter()
        .find(|(flag, ..)| flags.contains(&(*flag).into()))?;
    let accepted = verdict == Verdict::Accepted;
    decided
        .is_none_or(|decided| decided == accepted)
        .then_some(reason)
}

fn paper(tallies: &BTreeMap<&str, Tally>) -> String {
    let mut paper = String::from(TITLE);
    let files: usize = tallies.values().map(|tally| tally.files).sum();
    let count = |tally: &Tally| {
        let acceptable: usize = tally.acceptable.values().map(|(yes, no)| yes + no).sum();
        let not_applicable: usize = tally.not_applicable.values().sum();
        tally.accepted + tally.rejected + acceptable + not_applicable
    };
    let tests: usize = tallies.values().map(count).sum();
    write!(
        paper,
        "\nAll {files} files, {tests} tests, through the objects of the provider; made by\n\
         `SMIME_BLESS=1 cargo test -p cms-algs wycheproof`. Valid tests are accepted and invalid ones rejected,\n\
         every one.\n\n\
         | files beginning so | files | tests | valid | invalid | acceptable: accepted | rejected | not applicable |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    )
    .unwrap();
    for (prefix, tally) in tallies {
        let yes: usize = tally.acceptable.values().map(|(yes, _)| yes).sum();
        let no: usize = tally.acceptable.values().map(|(_, no)| no).sum();
        let not_applicable: usize = tally.not_applicable.values().sum();
        writeln!(
            paper,
            "| `{prefix}` | {} | {} | {} | {} | {yes} | {no} | {not_applicable} |",
            tally.files,
            count(tally),
            tally.accepted,
            tally.rejected,
        )
        .unwrap();
    }
    let mut reasons: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut not_applicable: BTreeMap<&str, usize> = BTreeMap::new();
    for tally in tallies.values() {
        for (reason, (yes, no)) in &tally.acceptable {
            let entry = reasons.entry(reason).or_default();
            entry.0 += yes;
            entry.1 += no;
        }
        for (reason, count) in &tally.not_applicable {
            *not_applicable.entry(reason).or_default() += count;
        }
    }
    paper.push_str("\n### What is called acceptable\n\n| accepted | rejected | reason |\n| --- | --- | --- |\n");
    for (reason, (yes, no)) in reasons {
        writeln!(paper, "| {yes} | {no} | {reason} |").unwrap();
    }
    paper.push_str("\n### Not applicable\n\n| tests | reason |\n| --- | --- |\n");
    for (reason, count) in not_applicable {
        writeln!(paper, "| {count} | {reason} |").unwrap();
    }
    paper
}

/// Compares the section of the paper, or writes it.
pub(super) fn check(tallies: &BTreeMap<&str, Tally>) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/conformance.md");
    let whole = fs::read_to_string(&path).unwrap();
    let at = whole
        .find(&format!("\n{TITLE}"))
        .map_or(whole.len(), |at| at + 1);
    let (head, section) = whole.split_at(at);
    let made = paper(tallies);
    if std::env::var_os("SMIME_BLESS").is_some() {
        let gap = if head.ends_with("\n\n") { "" } else { "\n" };
        fs::write(&path, format!("{head}{gap}{made}")).unwrap();
        return;
    }
    if section != made {
        println!("{made}");
        panic!("docs/conformance.md is not what came out; SMIME_BLESS=1 writes it");
    }
}
