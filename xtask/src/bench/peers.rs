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

/// Why nothing was measured.
pub(super) const NO_OPENSSL: &str =
    "SKIPPED: pkg-config finds no OpenSSL to link with (Debian: libssl-dev, pkg-config).";

pub(super) fn run(target: &Path) -> Result<Found> {
    let Some(program) = Program::build(target, Backends::Default)? else {
        return Ok(Found::Skipped(NO_OPENSSL));
    };
    let folder = target.join("peers/inputs").display().to_string();
    program.run(&["make", &folder])?;
    let small = lines(&program.run(&["small"])?)?;
    let mut hostile = Vec::new();
    for case in program.run(&["cases"])?.lines() {
        for side in ["ours", "openssl"] {
            hostile.extend(lines(&program.run(&["run", case, side, &folder])?)?);
        }
    }
    Ok(Found::Measured { small, hostile })
}

/// The provider's objects beside the bare primitives; `None` without OpenSSL.
pub(super) fn algorithms(target: &Path) -> Result<Option<Vec<Value>>> {
    let Some(program) = Program::build(target, Backends::Default)? else {
        return Ok(None);
    };
    lines(&program.run(&["algorithms"])?).map(Some)
}

/// The pairs of classes with their times, with the default backends and with the pure-Rust one alone; `None` without
/// OpenSSL.
pub(super) fn timing(target: &Path, samples: u64) -> Result<Option<Vec<Value>>> {
    let mut pairs = Vec::new();
    for backends in [Backends::Default, Backends::Pure] {
        let Some(program) = Program::build(target, backends)? else {
            return Ok(None);
        };
        pairs.extend(lines(&program.run(&["timing", &samples.to_string()])?)?);
    }
    Ok(Some(pairs))
}

/// What `cms-algs` is built with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Backends {
    Default,
    Pure,
}

/// The program of `xtask/peers`.
struct Program(String);

impl Program {
    fn build(target: &Path, backends: Backends) -> Result<Option<Self>> {
        let mut probe = process::command("pkg-config");
        if process::output(probe.args(["--exists", "openssl"])).is_err() {
            return Ok(None);
        }
        let target = target.join("peers");
        let words = [
            "build",
            "--release",
            "--manifest-path",
            "xtask/peers/Cargo.toml",
        ];
        let mut build = process::cargo(&words);
        if backends == Backends::Pure {
            build.arg("--no-default-features");
        }
        process::check(build.env("CARGO_TARGET_DIR", &target))?;
        Ok(Some(Self(
            target.join("release/peers").display().to_string(),
        )))
    }

    fn run(&self, words: &[&str]) -> Result<String> {
        eprintln!("peers {}", words.join(" "));
        process::output(process::command(&self.0).args(words))
    }
}

fn lines(text: &str) -> Result<Vec<Value>> {
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| line.to_owned()))
        .collect()
}
