//! Containers of keys and certificates: files of others, peers, and what must be refused.

#![expect(clippy::unwrap_used, reason = "tests, helpers included")]

mod corpora;
mod keys;
mod peers;
mod pem;
mod pkcs12;

use std::path::PathBuf;
use std::process::Command;

use cms_algs::{PROVIDER, SystemRandom};
use cms_core::Limits;
use smime_cert::container::{ContainerError, Loaded, load};
use zeroize::Zeroizing;

/// A file of the vectors; `None`, said aloud, when there are none.
fn vector(path: &str) -> Option<Vec<u8>> {
    let vectors = std::env::var_os("SMIME_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors"),
        PathBuf::from,
    );
    if !vectors.is_dir() {
        eprintln!("SKIPPED: {} is absent (SMIME_VECTORS)", vectors.display());
        return None;
    }
    match std::fs::read(vectors.join(path)) {
        Ok(octets) => Some(octets),
        Err(error) => {
            eprintln!("SKIPPED: {path}: {error}");
            None
        }
    }
}

fn load_with(octets: &[u8], password: Option<&str>) -> Result<Loaded, ContainerError> {
    let source = || password.map(|password| Zeroizing::new(password.to_owned()));
    load(octets, &source, &PROVIDER, &Limits::default())
}

/// `openssl` with arguments in a directory of its own; `None`, said aloud, without the program.
fn openssl(directory: &std::path::Path, arguments: &[&str]) -> Option<(bool, String)> {
    let Ok(output) = Command::new("openssl")
        .args(arguments)
        .current_dir(directory)
        .output()
    else {
        eprintln!("SKIPPED: no openssl");
        return None;
    };
    let text = [output.stdout, output.stderr].concat();
    Some((
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    ))
}

/// A directory that goes away with the value.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("smime-cert-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn random() -> SystemRandom {
    SystemRandom
}
