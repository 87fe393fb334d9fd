//! `smime cert lint`: exit codes, lines and reports.

#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::Value;

mod support;
use support::Scratch;

/// A store with a CA whose certificates for mailboxes are as the Baseline Requirements want them, and Alice.
fn setup() -> Scratch {
    let s = Scratch::new();
    let words = [
        "ca",
        "init",
        "--crl-url",
        "http://ca.example.com/crl",
        "--issuer-url",
        "http://ca.example.com/ca",
        "--issue-policy",
        "2.23.140.1.5.1.2",
        "-o",
        "ca.pem",
    ];
    s.smime_ends(0, &words);
    s.smime_ends(0, &["ca", "issue", "alice@example.com"]);
    s
}

fn text(stdout: Vec<u8>) -> String {
    String::from_utf8(stdout).unwrap()
}

fn report(stdout: &[u8]) -> Value {
    serde_json::from_slice(stdout).unwrap()
}

fn codes(item: &Value) -> Vec<&str> {
    let findings = item["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

#[test]
fn good_certificates_end_with_0() {
    let s = setup();
    let shown = text(s.smime_ends(0, &["cert", "lint", "alice@example.com", "ca.pem"]));
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines.len(), 2, "{shown}");
    assert!(lines[0].contains("profile mailbox-multipurpose: 0 errors, 0 warnings"));
    assert!(lines[1].contains("profile none: 0 errors, 0 warnings"));
    // How the key identifier was made is told to those who ask for more.
    let shown = text(s.smime_ends(0, &["cert", "lint", "alice@example.com", "-v"]));
    assert!(shown.contains("info"), "{shown}");
}

#[test]
fn errors_end_with_1() {
    let s = setup();
    s.smime_ends(0, &["ca", "issue", "bob@example.com", "--name", "A Name"]);
    let names = ["alice@example.com", "bob@example.com"];
    let words = ["cert", "lint", names[0], names[1], "--json"];
    let report = report(&s.smime_ends(1, &words));
    assert_eq!(report["verb"], "cert");
    assert_eq!(report["exit"], 1);
    assert_eq!(report["verdict"], "bad");
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(items[1]["profile"], "mailbox-multipurpose");
    let unknown = "cabf.smime.common_name_value_unknown_source";
    assert!(!codes(&items[0]).contains(&unknown));
    assert_eq!(codes(&items[1]).first(), Some(&unknown));
    let finding = &items[1]["findings"][0];
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["section"], "BR 7.1.4.2.2 a");
    assert_eq!(finding["location"], "tbsCertificate.subject[0]");
    let output = s.smime(&["cert", "lint", "bob@example.com"]);
    assert!(text(output.stdout).contains(unknown));
    assert!(text(output.stderr).contains("smime explain CODE"));
    assert!(text(s.smime_ends(0, &["explain", unknown])).contains("BR 7.1.4.2.2 a"));
}

#[test]
fn the_generation_can_be_chosen() {
    let s = setup();
    let lint = |generation: &str, code: i32| {
        let words = [
            "cert",
            "lint",
            "alice@example.com",
            "--json",
            "--generation",
        ];
        report(&s.smime_ends(code, &[&words[..], &[generation]].concat()))
    };
    let strict = lint("strict", 1);
    assert_eq!(strict["items"][0]["profile"], "mailbox-strict");
    assert!(codes(&strict["items"][0]).contains(&"cabf.smime.no_required_reserved_policy_oid"));
    let legacy = lint("legacy", 1);
    let sunset = "cabf.smime.legacy_generation_certificate_issued_after_prohibition";
    assert!(codes(&legacy["items"][0]).contains(&sunset));
    let none = lint("none", 0);
    assert_eq!(none["items"][0]["profile"], "none");
    // A CA's certificate is none of a subscriber.
    let words = ["cert", "lint", "ca.pem", "--generation", "strict", "--json"];
    let report = report(&s.smime_ends(1, &words));
    assert!(codes(&report["items"][0]).contains(&"cabf.smime.is_ca_certificate"));
}

#[test]
fn what_is_no_certificate_is_malformed() {
    let s = setup();
    s.write("broken.der", &[0x30, 0x82, 0xff]);
    s.smime_ends(6, &["cert", "lint", "broken.der"]);
    s.smime_ends(2, &["cert", "lint", "nobody@example.com"]);
    s.smime_ends(2, &["cert", "lint"]);
}
