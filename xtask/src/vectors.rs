//! `cargo xtask vectors`: which foreign test vectors are there, and the tests that read them.

mod get;

use anyhow::{Context as _, Result};

use crate::process;

pub(crate) use get::run as get;

/// Lists the corpora and runs the tests of their runner.
pub(crate) fn run() -> Result<()> {
    let Some(folder) = testkit::vectors::root("cargo xtask vectors") else {
        return Ok(());
    };
    let folder = folder.canonicalize().context("the vectors' folder")?;
    println!("vectors: {}", folder.display());
    let mut corpora = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.is_dir() {
            corpora.push(path);
        }
    }
    corpora.sort();
    for corpus in corpora {
        let name = corpus.file_name().unwrap_or_default().to_string_lossy();
        let files = testkit::vectors::files(&corpus).len();
        let manifest = if corpus.join("manifest.json").is_file() {
            "manifest"
        } else {
            "no manifest"
        };
        println!("  {name:<20} {files:>5} files, {manifest}");
    }
    // With the whole workspace, so that nothing is built a second time with other features.
    let words = ["test", "--workspace", "--test", "corpora"];
    process::check(&mut process::cargo(&words))
}
