//! Builds: the targets with the coverage that libFuzzer wants, and the replayer with the coverage that LLVM reports.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::process;

/// Builds the targets, or runs clippy over them.
pub(super) fn targets(folder: &Path, host: &str, verb: &str) -> Result<()> {
    const FLAGS: [&str; 8] = [
        "--cfg fuzzing",
        "-Cpasses=sancov-module",
        "-Cllvm-args=-sanitizer-coverage-level=4",
        "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
        "-Cllvm-args=-sanitizer-coverage-pc-table",
        "-Cllvm-args=-sanitizer-coverage-trace-compares",
        "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
        "-Ccodegen-units=1",
    ];
    if !process::has("c++") && !process::has("g++") && std::env::var_os("CXX").is_none() {
        bail!("fuzzing needs a C++ compiler for libFuzzer (Debian: apt-get install g++)");
    }
    // With a target named, the flags do not reach build scripts and macros.
    let mut command = process::cargo(&[verb, "--release", "--bins", "--target", host]);
    command
        .current_dir(folder)
        .arg("--target-dir")
        .arg(folder.join("target"))
        .env("RUSTFLAGS", FLAGS.join(" "))
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    if verb == "clippy" {
        command.args(["--", "-D", "warnings"]);
    }
    process::check(&mut command)
}

/// Builds the replayer so that it writes LLVM's profiles; where it is.
pub(super) fn replayer(folder: &Path, host: &str) -> Result<PathBuf> {
    let target = folder.join("target/coverage");
    let words = [
        "build",
        "--release",
        "--no-default-features",
        "--example",
        "replay",
        "--target",
        host,
    ];
    let mut command = process::cargo(&words);
    command
        .current_dir(folder)
        .arg("--target-dir")
        .arg(&target)
        .env("RUSTFLAGS", "-Cinstrument-coverage --cfg fuzzing")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    process::check(&mut command)?;
    Ok(target.join(host).join("release/examples/replay"))
}
