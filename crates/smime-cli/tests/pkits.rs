//! NIST's PKITS through the command: every path by `smime cert verify`, every message by `smime verify`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use serde_json::Value;
use support::Scratch;

fn names(case: &Value, field: &str) -> Vec<String> {
    let list = case[field].as_array().unwrap();
    list.iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

struct Suite {
    folder: std::path::PathBuf,
    cases: Vec<Value>,
}

impl Suite {
    fn read() -> Option<Self> {
        let folder = testkit::vectors::corpus("pkits", "PKITS")?;
        let manifest = std::fs::read(folder.join("manifest.json")).unwrap();
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
        let cases = manifest["cases"].as_array().unwrap().clone();
        Some(Self { folder, cases })
    }

    fn path(&self, name: &str) -> String {
        // 4.3.6 has its authority only in its message, in another encoding than the file of this name.
        let name = match name.starts_with("(embedded only)") {
            true => "certs/UIDCACert.crt",
            false => name,
        };
        self.folder.join(name).display().to_string()
    }

    /// Options that both verbs have.
    fn trusting(&self, case: &Value) -> Vec<String> {
        let mut words = vec![
            "--ca".to_owned(),
            self.path(case["trust_anchor"].as_str().unwrap()),
        ];
        for list in names(case, "crls") {
            words.extend(["--crl".to_owned(), self.path(&list)]);
        }
        words.extend(["--purpose", "any", "--profile", "legacy"].map(str::to_owned));
        words.extend(["--at", "2026-01-01T00:00:00Z"].map(str::to_owned));
        let settings = &case["settings"];
        for policy in names(settings, "initial_policy_set") {
            let policy = match policy.as_str() {
                "anyPolicy" => "2.5.29.32.0",
                oid => oid,
            };
            words.extend(["--policy-oid".to_owned(), policy.to_owned()]);
        }
        for (setting, flag) in [
            ("initial_explicit_policy", "--explicit-policy"),
            ("initial_policy_mapping_inhibit", "--inhibit-mapping"),
            ("initial_inhibit_any_policy", "--inhibit-any"),
        ] {
            if settings[setting].as_bool().unwrap() {
                words.push(flag.to_owned());
            }
        }
        words
    }
}

fn run(scratch: &Scratch, words: &[String]) -> (i32, String) {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = scratch.smime(&words);
    let text = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    (output.status.code().unwrap(), text)
}

#[test]
fn cert_verify_has_the_expected_result_for_every_path() {
    let Some(suite) = Suite::read() else { return };
    let scratch = Scratch::new();
    let mut wrong = Vec::new();
    for case in &suite.cases {
        let mut words = vec!["cert".to_owned(), "verify".to_owned()];
        words.push(suite.path(case["ee_cert"].as_str().unwrap()));
        words.extend(suite.trusting(case));
        for certificate in names(case, "certs") {
            words.extend(["--certs".to_owned(), suite.path(&certificate)]);
        }
        let (code, text) = run(&scratch, &words);
        let expected = if case["expected"] == "ok" { 0 } else { 3 };
        if code != expected {
            wrong.push(format!("{} {}: {code} {text}", case["id"], case["title"]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn verify_has_the_expected_result_for_every_message() {
    // rfc5754:2/2, rfc8550:2.3/3, 4.2/1, 4.3/3
    let Some(suite) = Suite::read() else { return };
    let scratch = Scratch::new();
    let mut wrong = Vec::new();
    for case in &suite.cases {
        let file = case["file"].as_str().unwrap();
        let mut words = vec!["verify".to_owned(), suite.path(file)];
        words.extend(suite.trusting(case));
        let (code, text) = run(&scratch, &words);
        let expected = if case["expected"] == "ok" { 0 } else { 3 };
        if code != expected {
            wrong.push(format!("{} {}: {code} {text}", case["id"], case["title"]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
