//! What the corpora reach of each crate, by LLVM's own coverage, which Debian's packages `llvm-N` report.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Target, build, host};
use crate::process;

/// Lines of a crate, and how many of them were run.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Lines {
    pub(super) all: u64,
    pub(super) covered: u64,
}

/// By crate; nothing where there are no tools of the compiler's LLVM.
pub(super) type Covered = BTreeMap<String, Lines>;

/// Replays the corpora and the regressions of targets.
pub(super) fn measure(folder: &Path, targets: &[Target]) -> Result<Covered> {
    let Some(suffix) = tools()? else {
        eprintln!(
            "SKIPPED coverage: no llvm-profdata and llvm-cov of the compiler's LLVM (Debian: llvm-N)"
        );
        return Ok(Covered::new());
    };
    let replayer = build::replayer(folder, &host()?)?;
    let profiles = folder.join("target/coverage/profiles");
    let _ = std::fs::remove_dir_all(&profiles);
    for target in targets {
        let mut command = process::command(&replayer.display().to_string());
        command.arg(target.name);
        let parts = ["corpus", "regressions"].map(|part| folder.join(part).join(target.name));
        command.args(parts.iter().filter(|part| part.is_dir()));
        let profile = profiles.join(format!("{}.profraw", target.name));
        process::output(command.env("LLVM_PROFILE_FILE", profile))
            .context("a target fails over its corpus")?;
    }
    let merged = profiles.join("all.profdata");
    let mut merge = process::command(&format!("llvm-profdata{suffix}"));
    merge.args(["merge", "-sparse", "-o"]).arg(&merged);
    for target in targets {
        merge.arg(profiles.join(format!("{}.profraw", target.name)));
    }
    process::output(&mut merge)?;
    let mut export = process::command(&format!("llvm-cov{suffix}"));
    export
        .args(["export", "-summary-only", "-instr-profile"])
        .arg(&merged)
        .arg(&replayer);
    let report: Value = serde_json::from_str(&process::output(&mut export)?)?;
    let covered = by_crate(&report).context("llvm-cov export")?;
    for (name, lines) in &covered {
        println!(
            "coverage of {name}: {} of {} lines",
            lines.covered, lines.all
        );
    }
    Ok(covered)
}

/// What follows the names of the tools whose release is that of the compiler's LLVM: "-22", or nothing.
fn tools() -> Result<Option<String>> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let text = process::output(process::command(&rustc).arg("-vV"))?;
    let version = text
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: "));
    let major = version
        .and_then(|version| version.split('.').next())
        .context("no LLVM version")?;
    let suffix = format!("-{major}");
    if process::has(&format!("llvm-cov{suffix}")) && process::has(&format!("llvm-profdata{suffix}"))
    {
        return Ok(Some(suffix));
    }
    let plain = process::output(process::command("llvm-cov").arg("--version")).unwrap_or_default();
    Ok(plain
        .contains(&format!("version {major}."))
        .then(String::new))
}

fn by_crate(report: &Value) -> Option<Covered> {
    let mut covered = Covered::new();
    for file in report.pointer("/data/0/files")?.as_array()? {
        let name = file["filename"].as_str()?;
        let Some((_, rest)) = name.split_once("/crates/") else {
            continue;
        };
        let Some((name, inner)) = rest.split_once('/') else {
            continue;
        };
        if !inner.starts_with("src/") || name == "testkit" {
            continue;
        }
        let lines = file.pointer("/summary/lines")?;
        let sum = covered.entry(name.to_owned()).or_default();
        sum.all = sum.all.saturating_add(lines["count"].as_u64()?);
        sum.covered = sum.covered.saturating_add(lines["covered"].as_u64()?);
    }
    Some(covered)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Lines, by_crate};

    #[test]
    fn files_are_summed_by_crate() {
        let file = |name: &str, covered: u64| {
            let lines = json!({"count": 10, "covered": covered});
            json!({"filename": name, "summary": {"lines": lines}})
        };
        let report = json!({"data": [{"files": [
            file("/x/crates/cms-core/src/a.rs", 7),
            file("/x/crates/cms-core/src/b/c.rs", 2),
            file("/x/crates/cms-core/tests/a.rs", 1),
            file("/x/crates/testkit/src/ber.rs", 1),
            file("/registry/der/src/lib.rs", 1),
        ]}]});
        let covered = by_crate(&report).unwrap();
        assert_eq!(covered.len(), 1);
        assert_eq!(
            covered["cms-core"],
            Lines {
                all: 20,
                covered: 9
            }
        );
        assert!(by_crate(&json!({})).is_none());
    }
}
