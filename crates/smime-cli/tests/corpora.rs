//! Foreign mail and messages through the command: every case ends as `corpora/expectations.json` says, which was
//! settled with second implementations (field `settled_by`). What does not stands in `corpora/exceptions.json` with
//! its reason; an exception that passes fails too.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

mod support;
use support::{Scratch, sha256};

fn read(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpora")
        .join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    serde_json::from_str::<Value>(&text)
        .unwrap()
        .as_array()
        .unwrap()
        .clone()
}

fn texts(case: &Value, key: &str) -> Vec<String> {
    let list = case
        .get(key)
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    list.iter()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

/// An IDENTITY whose files lie in the corpus.
fn located(folder: &Path, name: &str) -> String {
    let paths: Vec<_> = name
        .split(',')
        .map(|part| folder.join(part).display().to_string())
        .collect();
    paths.join(",")
}

struct Runner {
    folder: PathBuf,
    scratch: Scratch,
}

impl Runner {
    fn run(&self, verb: &str, case: &Value, certs: bool, output: Option<&Path>) -> Output {
        let file = self.folder.join(case["file"].as_str().unwrap());
        let mut command = Command::new(env!("CARGO_BIN_EXE_smime"));
        command.arg(verb).arg(&file).args([
            "--profile",
            "legacy",
            "--json",
            "--no-input",
            "--quiet",
        ]);
        command
            .arg("--store")
            .arg(self.scratch.path().join("store"));
        command.args([
            "--at",
            case["at"].as_str().unwrap_or("2020-01-01T00:00:00Z"),
        ]);
        if verb != "decrypt" {
            command.arg("--no-trust");
            for cert in texts(case, "certs").iter().filter(|_| certs) {
                command.args(["--certs", &located(&self.folder, cert)]);
            }
            if let Some(content) = case.get("content").and_then(Value::as_str) {
                command.args(["--content", &located(&self.folder, content)]);
            }
        }
        if verb != "verify" {
            for key in texts(case, "keys") {
                command.args(["-k", &located(&self.folder, &key)]);
            }
        }
        if let Some(password) = case.get("password").and_then(Value::as_str) {
            command
                .args(["--pass", "env:CASE_PASSWORD"])
                .env("CASE_PASSWORD", password);
        }
        if let Some(output) = output {
            let _ = std::fs::remove_file(output);
            command.arg("-o").arg(output);
        }
        command.output().unwrap()
    }

    fn check(&self, case: &Value) -> Result<(), String> {
        match case["op"].as_str().unwrap() {
            "mail" => {
                self.expect("open", case, case, true)?;
                if let Some(without) = case.get("without_certs") {
                    self.expect("open", case, without, false)?;
                }
                // The first layer's plaintext, where encryption is the outermost.
                let layers = texts(case, "layers");
                let digests = texts(case, "decrypted_sha256");
                match (layers.first().map(String::as_str), digests.first()) {
                    (Some("enveloped-data" | "auth-enveloped-data"), Some(digest)) => {
                        self.plaintext(case, digest)
                    }
                    _ => Ok(()),
                }
            }
            "verify" => {
                let output = self.scratch.path().join("verified");
                self.expect("verify", case, case, true)?;
                if let Some(expected) = case.get("content_sha256").and_then(Value::as_str) {
                    self.run("verify", case, true, Some(&output));
                    same(&output, expected)?;
                }
                Ok(())
            }
            "decrypt" => {
                self.expect("decrypt", case, case, true)?;
                match case.get("plaintext_sha256").and_then(Value::as_str) {
                    Some(expected) => self.plaintext(case, expected),
                    None => Ok(()),
                }
            }
            "cert" => self.certificate(case),
            other => Err(format!("unknown op {other}")),
        }
    }

    fn plaintext(&self, case: &Value, expected: &str) -> Result<(), String> {
        let output = self.scratch.path().join("plaintext");
        self.run("decrypt", case, true, Some(&output));
        same(&output, expected)
    }

    fn expect(
        &self,
        verb: &str,
        case: &Value,
        expected: &Value,
        certs: bool,
    ) -> Result<(), String> {
        let output = self.run(verb, case, certs, None);
        let code = output.status.code().ok_or("ended by a signal")?;
        let report: Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)))?;
        if Some(u64::try_from(code).unwrap()) != expected["exit"].as_u64() {
            return Err(format!(
                "{verb}: exit {code}, expected {}: {report}",
                expected["exit"]
            ));
        }
        let found: Vec<String> = report["layers"]
            .as_array()
            .unwrap()
            .iter()
            .map(layer)
            .collect();
        // `verify` and `decrypt` stop at the layer they are for.
        let wanted = texts(expected, "layers");
        let wanted = if verb == "open" {
            wanted
        } else {
            wanted.into_iter().take(1).collect()
        };
        let failed = code == 4 || code == 6;
        if found != wanted && !(failed && wanted.is_empty()) {
            return Err(format!(
                "{verb}: layers {found:?}, expected {wanted:?}: {report}"
            ));
        }
        Ok(())
    }

    /// A certificate is shown.
    fn certificate(&self, case: &Value) -> Result<(), String> {
        let file = self.folder.join(case["file"].as_str().unwrap());
        let output = Command::new(env!("CARGO_BIN_EXE_smime"))
            .args(["cert", "show", "--json", "--no-input"])
            .arg(&file)
            .output()
            .unwrap();
        let report: Value =
            serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
        let items = report["items"].as_array().map_or(0, Vec::len);
        if items == 0 {
            Err(format!("no certificate: {report}"))
        } else {
            Ok(())
        }
    }
}

fn same(path: &Path, expected: &str) -> Result<(), String> {
    let octets = std::fs::read(path).map_err(|error| format!("no output: {error}"))?;
    let found = sha256(&octets);
    if found == expected {
        Ok(())
    } else {
        Err(format!("output {found}, expected {expected}"))
    }
}

/// A layer of the report in the words of the expectations.
fn layer(layer: &Value) -> String {
    let kind = layer["type"].as_str().unwrap();
    match kind {
        "signed-data" => {
            let verdicts: Vec<_> = layer["signers"]
                .as_array()
                .unwrap()
                .iter()
                .map(|signer| signer["verdict"].as_str().unwrap())
                .collect();
            format!("{kind}:{}", verdicts.join(","))
        }
        "mime" => format!("{kind}:{}", layer["media_type"].as_str().unwrap()),
        _ => kind.to_owned(),
    }
}

#[test]
fn corpora() {
    let Some(vectors) = testkit::vectors::folder("corpora") else {
        return;
    };
    let exceptions = read("exceptions.json");
    let mut failures = Vec::new();
    let mut passed = 0;
    for case in read("expectations.json") {
        let id = case["id"].as_str().unwrap().to_owned();
        // Keys and PKCS #12 files are smime-cert's cases (its `tests/containers`).
        if matches!(case["op"].as_str(), Some("skip" | "key" | "pkcs12")) {
            continue;
        }
        let runner = Runner {
            folder: vectors.join(case["corpus"].as_str().unwrap()),
            scratch: Scratch::new(),
        };
        let result = runner.check(&case);
        let excepted = exceptions
            .iter()
            .any(|exception| exception["id"] == id.as_str());
        match (result, excepted) {
            (Ok(()), false) => passed += 1,
            (Ok(()), true) => failures.push(format!("{id}: passes although it is an exception")),
            (Err(_), true) => {}
            (Err(error), false) => failures.push(format!("{id}: {error}")),
        }
    }
    eprintln!(
        "corpora: {passed} cases passed, {} exceptions",
        exceptions.len()
    );
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
