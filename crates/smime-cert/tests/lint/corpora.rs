//! Every certificate of the corpora that stands in a file of its own, in PEM, or in x509-limbo's list.

use std::collections::BTreeMap;
use std::path::Path;

use testkit::vectors::{base64, files, folder, gunzip};

/// Larger files hold mail and lists.
const LARGEST: usize = 100_000;

/// What may be a certificate: where it is first found, and its octets. Each is there once.
pub(crate) fn candidates(what: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let root = folder(what)?;
    let mut names = BTreeMap::new();
    for path in files(&root) {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        let name = name.replace('\\', "/");
        for (index, octets) in of_file(&path).into_iter().enumerate() {
            let name = match index {
                0 => name.clone(),
                index => format!("{name}#{index}"),
            };
            names.entry(octets).or_insert(name);
        }
    }
    let mut all: Vec<_> = names
        .into_iter()
        .map(|(octets, name)| (name, octets))
        .collect();
    all.sort();
    Some(all)
}

fn of_file(path: &Path) -> Vec<Vec<u8>> {
    let octets = match path.ends_with("limbo.json.gz") {
        true => gunzip(path),
        false => std::fs::read(path).unwrap(),
    };
    if octets.first() == Some(&0x30) && octets.len() < LARGEST {
        return vec![octets];
    }
    let text = String::from_utf8_lossy(&octets).replace("\\n", "\n");
    text.split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .filter_map(|after| base64(after.split_once("-----END")?.0))
        .collect()
}
