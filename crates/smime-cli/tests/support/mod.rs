//! What the tests of the command share.

#![expect(
    dead_code,
    clippy::unwrap_used,
    reason = "each test binary uses a part of it"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own that goes away with the value.
pub(crate) struct Scratch(PathBuf);

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Scratch {
    pub(crate) fn new() -> Self {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// A file name in it, as text.
    pub(crate) fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    pub(crate) fn write(&self, name: &str, octets: &[u8]) -> String {
        let path = self.file(name);
        std::fs::write(&path, octets).unwrap();
        path
    }

    /// Runs `smime` with a store in this folder.
    pub(crate) fn smime(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_smime"))
            .args(arguments)
            .arg("--no-input")
            .env("SMIME_HOME", self.0.join("store"))
            // Servers of tests are on this machine.
            .env("SMIME_ONLINE_LOOPBACK", "1")
            .current_dir(&self.0)
            .output()
            .unwrap()
    }

    /// Runs `smime`, which must end with this code; stdout.
    pub(crate) fn smime_ends(&self, code: i32, arguments: &[&str]) -> Vec<u8> {
        let output = self.smime(arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "smime {}\n{}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    }

    /// Runs OpenSSL, which must succeed.
    pub(crate) fn openssl(&self, arguments: &[&str]) {
        let output = self.openssl_output(arguments);
        assert!(
            output.status.success(),
            "openssl {}\n{}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    pub(crate) fn openssl_output(&self, arguments: &[&str]) -> Output {
        Command::new("openssl")
            .args(arguments)
            .current_dir(&self.0)
            .output()
            .unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Whether OpenSSL is there; if not, says what is skipped.
pub(crate) fn has_openssl(what: &str) -> bool {
    let there = Command::new("openssl")
        .arg("version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("SKIPPED {what}: no openssl");
    }
    there
}

/// SHA-256 in hex.
pub(crate) fn sha256(octets: &[u8]) -> String {
    let digest = cms_algs::PROVIDER
        .digest(&cms_core::oid::SHA256)
        .unwrap()
        .digest(octets);
    digest.iter().map(|octet| format!("{octet:02x}")).collect()
}
