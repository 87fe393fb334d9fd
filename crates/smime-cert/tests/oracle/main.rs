//! Random certification paths, judged by this crate and by crate certval, which is another implementation of RFC 5280,
//! section 6. The program `xtask/oracle` runs it; `cargo xtask oracle` builds that and runs this test.
//!
//! A path is valid for both or for neither, except for what [`excuse`] lists.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod cases;
mod tree;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use cms_algs::PROVIDER;
use cms_core::policy::StandardPolicy;
use cms_core::types::Certificate;
use serde_json::{Value, json};
use smime_cert::anchor::TrustAnchor;
use smime_cert::path::{PathContext, PathFailure, Pool, validate};
use smime_cert::purpose::Purpose;

use cases::{Case, Keys, case, start};

/// Paths that are judged, unless `ORACLE_CASES` says how many.
const CASES: u64 = 4_000;

fn ours(case: &Case) -> Result<(), PathFailure> {
    let anchors = [TrustAnchor::from_certificate(case.anchor.clone()).unwrap()];
    let (end, issuers) = case.chain.split_last().unwrap();
    let issuers: Pool = issuers.iter().cloned().collect();
    let context = PathContext {
        anchors: &anchors,
        issuers: &issuers,
        at: start(),
        purpose: Purpose::Any,
        rules: &case.rules,
        revocation: None,
        known: None,
        provider: &PROVIDER,
        policy: &StandardPolicy::Default,
    };
    validate(end, &context)
        .map(|_| ())
        .map_err(|error| error.reason)
}

fn line(case: &Case) -> Value {
    let hex = |certificate: &Certificate| -> String {
        let octets = certificate.octets().iter();
        octets.map(|octet| format!("{octet:02x}")).collect()
    };
    json!({
        "anchor": hex(&case.anchor),
        "chain": case.chain.iter().map(hex).collect::<Vec<_>>(),
        "at": start().unix(),
        "policies": case.rules.policies.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "explicit": case.rules.explicit_policy,
        "inhibit_mapping": case.rules.inhibit_mapping,
        "inhibit_any": case.rules.inhibit_any_policy,
    })
}

/// Why both may differ; the RFC's word decides.
fn excuse(case: &Case, ours: &Result<(), PathFailure>, why: &str) -> Option<&'static str> {
    match ours {
        Ok(()) if why.contains("NullPolicySet") && tree::has_a_wanted_branch(case) => Some(
            "certval loses a policy where two are mapped to one; the tree of RFC 5280 keeps it",
        ),
        Err(PathFailure::NameConstraints(name)) if name == "A@EXAMPLE.com" && why.is_empty() => {
            Some("RFC 5280, 7.5: local parts match exactly, but excluded ones here without case")
        }
        _ => None,
    }
}

#[test]
fn random_paths_are_judged_alike() {
    let Some(program) = std::env::var_os("CERTVAL_ORACLE") else {
        eprintln!("SKIPPED random paths beside certval: no CERTVAL_ORACLE; cargo xtask oracle");
        return;
    };
    let count = std::env::var("ORACLE_CASES").ok();
    let count = count.map_or(CASES, |count| count.parse().unwrap());
    let keys = Keys::new();
    let cases: Vec<Case> = (1..=count).map(|seed| case(seed, &keys)).collect();
    let mut oracle = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = oracle.stdin.take().unwrap();
    let lines: Vec<u8> = cases
        .iter()
        .flat_map(|case| format!("{}\n", line(case)).into_bytes())
        .collect();
    let writer = std::thread::spawn(move || stdin.write_all(&lines).unwrap());
    let output = oracle.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), cases.len());
    let (mut valid, mut excused, mut wrong) = (0, BTreeMap::new(), Vec::new());
    for (seed, (case, answer)) in (1u64..).zip(cases.iter().zip(&answers)) {
        let found = ours(case);
        let why = answer["why"].as_str().unwrap();
        valid += u64::from(found.is_ok());
        if answer["valid"].as_bool().unwrap() == found.is_ok() {
            continue;
        }
        match excuse(case, &found, why) {
            Some(reason) => *excused.entry(reason).or_insert(0u32) += 1,
            None => wrong.push(format!("seed {seed}: we say {found:?}, certval {why:?}")),
        }
    }
    println!("{count} paths, {valid} valid; excused: {excused:?}");
    // Enough of both kinds, or the test says nothing.
    assert!(valid > count / 10 && valid < count / 10 * 9, "{valid}");
    assert!(
        wrong.is_empty(),
        "{}: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(30)]
    );
}
