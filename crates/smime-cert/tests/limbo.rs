//! x509-limbo's cases that are not about TLS alone: each has the expected result, or stands in a list with the reason
//! why not.

#![expect(clippy::unwrap_used, reason = "tests")]

use cms_algs::PROVIDER;
use cms_core::ObjectIdentifier;
use cms_core::policy::StandardPolicy;
use cms_core::types::{Certificate, Time};
use serde_json::Value;
use smime_cert::anchor::TrustAnchor;
use smime_cert::crl::CertificateList;
use smime_cert::path::{PathContext, PathRules, Pool, validate};
use smime_cert::purpose::Purpose;
use smime_cert::revocation::{AtHand, Mode, Revocation};
use testkit::vectors::{folder, gunzip, pem};

/// Why cases have another result here, and which.
const EXCEPTIONS: &[(&str, &[&str])] = &[
    (
        "RFC 5280 asks it of authorities, not of those who validate; `lint` reports it",
        &[
            "rfc5280::aki::critical-aki",
            "rfc5280::aki::intermediate-missing-aki",
            "rfc5280::aki::cross-signed-root-missing-aki",
            "rfc5280::san::noncritical-with-empty-subject",
            "rfc5280::serial::too-long",
            "rfc5280::serial::negative",
            "rfc5280::ski::critical-ski",
            "rfc5280::root-non-critical-basic-constraints",
            "crl::crlnumber-critical",
        ],
    ),
    (
        "names of hosts play no part in mail but under name constraints",
        &[
            "rfc5280::san::underscore-dns",
            "rfc5280::san::ip-in-dns",
            "webpki::cn::ipv4-hex-mismatch",
            "webpki::cn::ipv6-uppercase-mismatch",
            "webpki::cn::punycode-not-in-san",
            "webpki::cn::not-in-san",
            "webpki::cn::case-mismatch",
            "webpki::san::mismatch-subdomain-apex-san",
            "webpki::san::mismatch-apex-subdomain-san",
            "webpki::san::public-suffix-wildcard-san",
            "webpki::san::public-suffix-private-namespace-wildcard-san",
            "webpki::san::wildcard-not-in-leftmost-san",
            "webpki::san::wildcard-embedded-ulabel-san",
            "webpki::san::no-san",
            "webpki::san::san-wildcard-only",
            "webpki::san::san-wildcard-only-tld",
        ],
    ),
    (
        "a rule of the CA/Browser Forum for TLS servers",
        &[
            "webpki::aki::root-with-aki-authoritycertserialnumber",
            "webpki::aki::root-with-aki-ski-mismatch",
            "webpki::eku::ee-anyeku",
            "webpki::eku::ee-without-eku",
            "webpki::san::san-critical-with-nonempty-subject",
            "webpki::forbidden-p192-leaf",
            "webpki::forbidden-rsa-not-divisible-by-8-in-root",
            "webpki::forbidden-rsa-key-not-divisible-by-8-in-leaf",
            "webpki::v1-cert",
        ],
    ),
];

fn certificate(text: &Value) -> Result<Certificate, String> {
    let der = pem(text.as_str().unwrap(), None).unwrap();
    Certificate::from_der(&der).map_err(|error| error.to_string())
}

fn all(list: &Value) -> Vec<Certificate> {
    let list = list.as_array().unwrap();
    list.iter()
        .filter_map(|text| certificate(text).ok())
        .collect()
}

fn run(case: &Value) -> Result<(), String> {
    let leaf = certificate(&case["peer_certificate"])?;
    let anchors: Vec<_> = all(&case["trusted_certs"])
        .into_iter()
        .filter_map(|anchor| TrustAnchor::from_certificate(anchor).ok())
        .collect();
    let issuers: Pool = all(&case["untrusted_intermediates"]).into_iter().collect();
    let at = match case["validation_time"].as_str() {
        Some(time) => Time::from_rfc3339(time).ok_or("time")?,
        None => Time::from_rfc3339("2026-11-01T00:00:00Z").unwrap(),
    };
    let lists: Vec<_> = case["crls"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|text| CertificateList::from_der(&pem(text.as_str().unwrap(), None)?).ok())
        .collect();
    let revocation = !case["crls"].as_array().unwrap().is_empty();
    let source = AtHand {
        lists,
        responses: Vec::new(),
    };
    let purpose = match case["extended_key_usage"].get(0).and_then(Value::as_str) {
        Some("clientAuth") => {
            Purpose::SigningFor(ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2"))
        }
        Some("serverAuth") => {
            Purpose::SigningFor(ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1"))
        }
        _ => Purpose::Any,
    };
    let context = PathContext {
        anchors: &anchors,
        issuers: &issuers,
        at,
        purpose,
        rules: &PathRules::DEFAULT,
        revocation: revocation.then_some(Revocation {
            source: &source,
            mode: Mode::Hard,
        }),
        known: None,
        provider: &PROVIDER,
        policy: &StandardPolicy::Default,
    };
    validate(&leaf, &context)
        .map(|_| ())
        .map_err(|error| error.to_string())
}

#[test]
fn every_case_has_the_expected_result() {
    // rfc8550:2.2/1
    let Some(folder) = folder("x509-limbo") else {
        return;
    };
    let text = gunzip(&folder.join("limbo/limbo.json.gz"));
    let cases: Value = serde_json::from_slice(&text).unwrap();
    let cases = cases["testcases"].as_array().unwrap();
    assert_eq!(cases.len(), 102);
    let mut wrong = Vec::new();
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let result = run(case);
        let as_expected = result.is_ok() == (case["expected_result"] == "SUCCESS");
        let exception = EXCEPTIONS.iter().find(|(_, ids)| ids.contains(&id));
        if as_expected == exception.is_some() {
            wrong.push(format!("{id}: {result:?}; {}", case["description"]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let exceptions: usize = EXCEPTIONS.iter().map(|(_, ids)| ids.len()).sum();
    let mut text = format!(
        "Of {} cases of x509-limbo that are not about TLS alone, {} come out as expected. Exceptions:\n\n",
        cases.len(),
        cases.len() - exceptions
    );
    for (reason, ids) in EXCEPTIONS {
        let ids: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
        text += &format!("* {}: {reason}.\n", ids.join(",\n  "));
    }
    testkit::paper::check("limbo", &text, "cargo test -p smime-cert --test limbo");
}
