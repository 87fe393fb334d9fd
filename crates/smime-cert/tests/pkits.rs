//! All 247 tests of NIST's Public Key Interoperability Test Suite, without an exception: each path with the lists and
//! settings that the suite gives for it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::path::Path;

use cms_algs::PROVIDER;
use cms_core::ObjectIdentifier;
use cms_core::policy::StandardPolicy;
use cms_core::types::{Certificate, Time};
use serde_json::Value;
use smime_cert::anchor::TrustAnchor;
use smime_cert::crl::CertificateList;
use smime_cert::extension::ANY_POLICY;
use smime_cert::path::{PathContext, PathRules, Pool, VerifiedPath, validate};
use smime_cert::purpose::Purpose;
use smime_cert::revocation::{AtHand, Mode, Revocation};

fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn names(case: &Value, field: &str) -> Vec<String> {
    let list = case[field].as_array().unwrap();
    list.iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

fn certificate(folder: &Path, name: &str) -> Result<Certificate, String> {
    Certificate::from_der(&read(folder, name)).map_err(|error| format!("{name}: {error}"))
}

fn run(folder: &Path, case: &Value) -> Result<VerifiedPath, String> {
    let leaf = certificate(folder, case["ee_cert"].as_str().unwrap())?;
    let anchor = certificate(folder, case["trust_anchor"].as_str().unwrap())?;
    let anchors = [TrustAnchor::from_certificate(anchor).unwrap()];
    // 4.3.6 has its authority only in its message, in another encoding than the file of this name.
    let issuers: Vec<Certificate> = names(case, "certs")
        .iter()
        .map(|name| match name.starts_with("(embedded only)") {
            true => "certs/UIDCACert.crt",
            false => name,
        })
        .map(|name| certificate(folder, name))
        .collect::<Result<_, _>>()?;
    let issuers: Pool = issuers.into_iter().collect();
    let lists = names(case, "crls")
        .iter()
        .map(|name| CertificateList::from_der(&read(folder, name)).unwrap())
        .collect();
    let settings = &case["settings"];
    let policies: Vec<_> = names(settings, "initial_policy_set")
        .iter()
        .map(|policy| match policy.as_str() {
            "anyPolicy" => ANY_POLICY,
            oid => ObjectIdentifier::new_unwrap(oid),
        })
        .collect();
    let flag = |name: &str| settings[name].as_bool().unwrap();
    let rules = PathRules {
        policies,
        explicit_policy: flag("initial_explicit_policy"),
        inhibit_mapping: flag("initial_policy_mapping_inhibit"),
        inhibit_any_policy: flag("initial_inhibit_any_policy"),
        ..PathRules::DEFAULT
    };
    let source = AtHand {
        lists,
        responses: Vec::new(),
    };
    let context = PathContext {
        anchors: &anchors,
        issuers: &issuers,
        at: Time::from_rfc3339("2026-01-01T00:00:00Z").unwrap(),
        purpose: Purpose::Any,
        rules: &rules,
        revocation: Some(Revocation {
            source: &source,
            mode: Mode::Hard,
        }),
        known: None,
        provider: &PROVIDER,
        policy: &StandardPolicy::Legacy,
    };
    validate(&leaf, &context).map_err(|error| error.to_string())
}

#[test]
fn every_test_has_the_expected_result() {
    // rfc8550:1/2, 2.1/1, 2.1/4, 2.3/3, 4.2/1, 4.3/3, 4.4/1, 4.4/2
    let Some(folder) = testkit::vectors::corpus("pkits", "PKITS") else {
        return;
    };
    let manifest: Value = serde_json::from_slice(&read(&folder, "manifest.json")).unwrap();
    let cases = manifest["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 247);
    let mut wrong = Vec::new();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases {
        let result = run(&folder, case);
        let expected = case["expected"] == "ok";
        if let Err(error) = &result {
            *reasons.entry(error.clone()).or_default() += 1;
        }
        if result.is_ok() != expected {
            wrong.push(format!(
                "{} {}: {:?}, expected {} ({})",
                case["id"],
                case["title"],
                result.map(|_| "valid"),
                case["expected"],
                case["why"]
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    println!("{reasons:#?}");
    let valid = cases.iter().filter(|case| case["expected"] == "ok").count();
    let text = format!(
        "All {} paths of NIST's suite: {valid} are valid and {} are not, each as the suite has it. No exceptions. The\n\
         command runs them as well, by `cert verify` and `verify` (`crates/smime-cli/tests/pkits.rs`).\n",
        cases.len(),
        cases.len() - valid
    );
    testkit::paper::check("pkits", &text, "cargo test -p smime-cert --test pkits");
}
