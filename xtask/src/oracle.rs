//! `cargo xtask oracle`: random certification paths, judged by `smime-cert` and by crate certval.

use anyhow::Result;

use crate::process;

/// Builds the other implementation, and runs the test that asks it.
pub(crate) fn run() -> Result<()> {
    let folder = process::root().join("xtask/oracle");
    let manifest = folder.join("Cargo.toml").display().to_string();
    let target = process::target_directory()?.join("oracle");
    process::check(
        process::cargo(&[
            "build",
            "--release",
            "--locked",
            "--manifest-path",
            &manifest,
        ])
        .env("CARGO_TARGET_DIR", &target),
    )?;
    let words = [
        "test",
        "--package",
        "smime-cert",
        "--test",
        "oracle",
        "--",
        "--nocapture",
    ];
    process::check(
        process::cargo(&words).env("CERTVAL_ORACLE", target.join("release").join("oracle")),
    )
}
