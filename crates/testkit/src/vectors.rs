//! Foreign test vectors: found by `SMIME_VECTORS`, else `../shared/vectors` beside the workspace.

use std::path::{Path, PathBuf};

/// The vectors' folder, or `None` with a visible word that `what` is skipped.
#[must_use]
pub fn folder(what: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("SMIME_VECTORS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors"),
    };
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED {what}: no vectors at {}", folder.display());
    None
}

/// All files below a folder, sorted.
///
/// # Panics
/// When a folder cannot be read.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
