//! `cargo xtask tidy`: the invariants of `docs/architecture.md` and the house rules, checked from manifests and
//! sources.

mod lexer;
mod manifests;
pub(crate) mod musts;
mod papers;
mod sources;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::{conformance, process};

/// A rule that is broken, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Finding {
    place: String,
    text: String,
}

impl Finding {
    fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            text: text.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

/// Checks everything; fails with a list.
pub(crate) fn run() -> Result<()> {
    let root = process::root();
    let packages = manifests::packages(&process::metadata()?)?;
    let mut findings = manifests::check_rooms(&packages);
    findings.extend(manifests::check_workspace(&read(&root.join("Cargo.toml"))?));
    for package in &packages {
        let place = shown(&package.manifest);
        findings.extend(manifests::check_manifest(&place, &read(&package.manifest)?));
    }
    let files = files(root);
    for path in files.iter().filter(|path| has_extension(path, "rs")) {
        let place = shown(path);
        let text = read(path)?;
        findings.extend(sources::check(&place, &text));
        if let Some(warning) = sources::warn_long(&place, &text) {
            println!("warning: {warning}");
        }
    }
    for path in files.iter().filter(|path| papers::is_paper(&shown(path))) {
        findings.extend(papers::check_links(&shown(path), &read(path)?, &|link| {
            path.parent()
                .is_some_and(|folder| folder.join(link).exists())
        }));
    }
    for package in packages.iter().filter(|package| package.is_library()) {
        findings.extend(papers::check_library(&package.name, &|file| {
            package.folder().join(file).is_file()
        }));
    }
    let architecture = read(&root.join("docs/architecture.md"))?;
    findings.extend(papers::check_architecture(
        &architecture,
        packages.iter().map(|package| package.name.as_str()),
    ));
    let attacks = "docs/attacks.md";
    findings.extend(papers::check_attacks(
        attacks,
        &read(&root.join(attacks))?,
        &|link| fs::read_to_string(root.join("docs").join(link)).ok(),
    ));
    let musts = musts::Musts::of(&files)?;
    findings.extend(musts.check()?);
    if !conformance::is_up_to_date(&musts)? {
        let text = "is not what docs/musts and the marks say: cargo xtask conformance";
        findings.push(Finding::new(conformance::PAPER, text));
    }
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!("tidy: {} findings", findings.len());
    }
    println!("tidy: {} packages, {} files", packages.len(), files.len());
    Ok(())
}

/// All files of the workspace that are written by hand, sorted.
fn files(root: &Path) -> Vec<PathBuf> {
    // And what `cargo xtask vectors get` puts at the root.
    const SKIPPED: [&str; 4] = ["target", "corpus", "artifacts", ".git"];
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if !path.is_dir() {
                found.push(path);
            } else if !SKIPPED.contains(&&*name) && path != root.join("vectors") {
                open.push(path);
            }
        }
    }
    found.sort();
    found
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| shown(path))
}

fn shown(path: &Path) -> String {
    let inner = path.strip_prefix(process::root()).unwrap_or(path);
    inner.display().to_string()
}
