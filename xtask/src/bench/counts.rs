//! Instructions of a handful of small jobs, counted by callgrind: they do not depend on what else a machine does, so
//! that they guard against regressions where times cannot.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::process;

/// More or less than this, in thousandths, is a change.
const TOLERATED: u64 = 30;

/// A job: its name, and arguments of the command; words with a slash are files of `docs/examples`.
const JOBS: [(&str, &str); 8] = [
    (
        "verify RSA-2048",
        "verify --ca keys/root.pem signed-rsa2048/message.pem",
    ),
    (
        "verify P-256",
        "verify --ca keys/root.pem signed-p256/message.pem",
    ),
    (
        "verify a mail",
        "verify --ca keys/root.pem mail-clear-signed/message.eml",
    ),
    (
        "decrypt to RSA-2048",
        "decrypt -k keys/alice.pem enveloped-rsa2048/message.pem",
    ),
    (
        "decrypt to P-256",
        "decrypt -k keys/bob.pem enveloped-p256/message.pem",
    ),
    (
        "open a triple-wrapped mail",
        "open --ca keys/root.pem -k keys/alice.pem mail-triple-wrapped/message.eml",
    ),
    ("decompress", "decompress compressed/message.pem"),
    ("dump two signers", "dump signed-two-signers/message.pem"),
];

/// Whether counts are written or compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    Write,
    Check,
}

type Counts = BTreeMap<String, u64>;

/// Counts every job.
pub(crate) fn run(mode: Mode) -> Result<()> {
    if !process::has("valgrind") {
        eprintln!("SKIPPED the counts of instructions: no valgrind");
        return Ok(());
    }
    let path = process::root().join("docs/performance/counts.json");
    let smime = process::smime()?;
    let here = conditions()?;
    if mode == Mode::Check {
        let before: &Value = &serde_json::from_str(&fs::read_to_string(&path)?)?;
        if before["conditions"] != here {
            // Another compiler or processor counts otherwise; there is nothing to hold its counts against.
            eprintln!(
                "SKIPPED the counts of instructions: they are of {}, this is {here}",
                before["conditions"]
            );
            return Ok(());
        }
        return compare(before, &count(&smime)?);
    }
    let counts = count(&smime)?;
    let value = json!({"schema": "smime.counts/1", "conditions": here, "counts": counts});
    fs::write(path, serde_json::to_string_pretty(&value)? + "\n")?;
    Ok(())
}

/// What counts depend on beside the code: the compiler, valgrind, and the processor's instructions that libraries
/// choose by.
fn conditions() -> Result<Value> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let rustc = process::output(process::command(&rustc).arg("--version"))?;
    let valgrind = process::output(process::command("valgrind").arg("--version"))?;
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let flags = processor
        .lines()
        .find(|line| line.starts_with("flags"))
        .unwrap_or_default();
    let chosen = ["aes", "avx2", "bmi2", "adx", "sha_ni"];
    let flags: Vec<&str> = chosen
        .into_iter()
        .filter(|flag| flags.split_whitespace().any(|found| found == *flag))
        .collect();
    Ok(json!({"rustc": rustc.trim(), "valgrind": valgrind.trim(), "processor": flags.join(" ")}))
}

fn count(smime: &Path) -> Result<Counts> {
    let examples = process::root().join("docs/examples");
    let mut counts = Counts::new();
    for (name, words) in JOBS {
        let count = instructions(smime, &examples, words).with_context(|| name.to_owned())?;
        println!("{name}: {count} instructions");
        counts.insert(name.to_owned(), count);
    }
    Ok(counts)
}

fn instructions(smime: &Path, examples: &Path, words: &str) -> Result<u64> {
    let words = words.split(' ').map(|word| {
        let file: PathBuf = examples.join(word);
        if word.contains('/') {
            file.display().to_string()
        } else {
            word.to_owned()
        }
    });
    let mut command = process::command("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(smime)
        .args(words);
    command.args(["--no-input", "--quiet", "--at", "2026-06-01T00:00:00Z"]);
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{}: {said}", output.status);
    }
    let count = said
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, count) = count.with_context(|| format!("callgrind does not say how many: {said}"))?;
    count.trim().parse().context("a number")
}

/// Fails where a job takes more, or less, than it did.
fn compare(before: &Value, now: &Counts) -> Result<()> {
    let changed = changed(&before["counts"], now);
    if changed.is_empty() {
        return Ok(());
    }
    bail!(
        "instructions changed; where that is meant, `cargo xtask bench counts --write`:\n{}",
        changed.join("\n")
    )
}

fn changed(before: &Value, now: &Counts) -> Vec<String> {
    let mut changed = Vec::new();
    for (name, count) in now {
        let Some(old) = before[name].as_u64() else {
            changed.push(format!("{name}: {count}, not counted before"));
            continue;
        };
        if count.abs_diff(old).saturating_mul(1000) > old.saturating_mul(TOLERATED) {
            changed.push(format!("{name}: {count}, before {old}"));
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Counts, changed};

    #[test]
    fn three_percent_either_way_are_tolerated() {
        let before = json!({"a": 1000, "b": 1000, "c": 1000});
        let now = |a, b, c| {
            Counts::from([
                ("a".to_owned(), a),
                ("b".to_owned(), b),
                ("c".to_owned(), c),
            ])
        };
        assert!(changed(&before, &now(1030, 970, 1000)).is_empty());
        assert_eq!(changed(&before, &now(1031, 969, 1000)).len(), 2);
        assert_eq!(changed(&json!({"a": 1, "b": 1}), &now(1, 1, 1)).len(), 1);
    }
}
