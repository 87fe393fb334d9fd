//! The libraries beside OpenSSL in one process: builds and runs `xtask/peers`.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process;

/// What was measured, or why nothing was.
#[derive(Debug)]
pub(super) enum Found {
    Measured {
        small: Vec<Value>,
        hostile: Vec<Value>,
    },
    Skipped(&'static str),
}

pub(super) fn run(target: &Path) -> Result<Found> {
    let mut probe = process::command("pkg-config");
    if process::output(probe.args(["--exists", "openssl"])).is_err() {
        return Ok(Found::Skipped(
            "SKIPPED: pkg-config finds no OpenSSL to link with (Debian: libssl-dev, pkg-config).",
        ));
    }
    let target = target.join("peers");
    let words = [
        "build",
        "--release",
        "--manifest-path",
        "xtask/peers/Cargo.toml",
    ];
    let mut build = process::cargo(&words);
    process::check(build.env("CARGO_TARGET_DIR", &target))?;
    let program = target.join("release/peers");
    let folder = target.join("inputs");
    let run = |words: &[&str]| -> Result<String> {
        eprintln!("peers {}", words.join(" "));
        let program = program.display().to_string();
        process::output(process::command(&program).args(words))
    };
    let folder = folder.display().to_string();
    run(&["make", &folder])?;
    let small = lines(&run(&["small"])?)?;
    let mut hostile = Vec::new();
    for case in run(&["cases"])?.lines() {
        for side in ["ours", "openssl"] {
            hostile.extend(lines(&run(&["run", case, side, &folder])?)?);
        }
    }
    Ok(Found::Measured { small, hostile })
}

fn lines(text: &str) -> Result<Vec<Value>> {
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| line.to_owned()))
        .collect()
}
