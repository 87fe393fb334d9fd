//! OpenSSL as the second reader.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Example, unhex};
use crate::process;

/// The release that knows post-quantum algorithms, where `cargo xtask interop --install` put it.
pub(super) const NEWER: &str = "openssl-4.0";

/// The programs that are here.
pub(super) fn programs(target: &Path) -> Vec<(&'static str, PathBuf)> {
    let newer = target.join("interop-peers/bin/openssl-4.0");
    let mut programs = Vec::new();
    if process::has("openssl") {
        programs.push(("openssl", PathBuf::from("openssl")));
    }
    if newer.is_file() {
        programs.push((NEWER, newer));
    }
    programs
}

/// The first program that reads an example with the result of its manifest.
pub(super) fn reads(
    example: &Example<'_>,
    programs: &[(&'static str, PathBuf)],
) -> Result<Option<&'static str>> {
    for (name, program) in programs {
        if reads_with(example, program)? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

fn reads_with(example: &Example<'_>, program: &Path) -> Result<bool> {
    let out = example.folder.join("second");
    let arguments = arguments(example)?;
    let mut good = !arguments.is_empty();
    for arguments in arguments {
        let _ = fs::remove_file(&out);
        let output = Command::new(program)
            .args(arguments)
            .arg("-out")
            .arg(&out)
            .output()
            .context("openssl")?;
        let expected = fs::read(example.file("expected")?)?;
        good &= output.status.success() && fs::read(&out).is_ok_and(|found| found == expected);
    }
    let _ = fs::remove_file(out);
    Ok(good)
}

/// A command line for each key that may read.
fn arguments(example: &Example<'_>) -> Result<Vec<Vec<String>>> {
    let message = example.file("message")?.display().to_string();
    let form = if message.ends_with(".eml") {
        "SMIME"
    } else {
        "PEM"
    };
    let name = example.text("name")?;
    let key = |who: &str| {
        let file = example.folder.join(format!("keys/{who}.pem"));
        file.display().to_string()
    };
    let base = |verb: &str| -> Vec<String> {
        let mut line = ["cms", verb, "-inform", form, "-in", &message]
            .map(str::to_owned)
            .to_vec();
        // OpenSSL makes the content of multipart/signed canonical itself, unless it is told that it is binary.
        if name != "mail-clear-signed" {
            line.push("-binary".to_owned());
        }
        line
    };
    let with = &example.entry["with"];
    let people = |field: &str| -> Vec<&str> {
        let names = with[field].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).collect()
    };
    Ok(match example.text("verb")? {
        "verify" => {
            let mut line = base("-verify");
            line.extend([
                "-CAfile".to_owned(),
                key("root"),
                "-purpose".to_owned(),
                "any".to_owned(),
            ]);
            if example.entry["content"].is_string() {
                line.extend([
                    "-content".to_owned(),
                    example.file("content")?.display().to_string(),
                ]);
            }
            vec![line]
        }
        "decrypt" => {
            let mut lines = Vec::new();
            for who in people("recipients") {
                let mut line = base("-decrypt");
                line.extend(["-recip".to_owned(), key(who)]);
                lines.push(line);
            }
            if let Some(password) = with["password"].as_str() {
                let mut line = base("-decrypt");
                line.extend(["-pwri_password".to_owned(), password.to_owned()]);
                lines.push(line);
            }
            if let Some(secret) = with["kek"].as_str() {
                let mut line = base("-decrypt");
                let id = with["kek_id"].as_str().context("kek_id")?;
                let words = ["-secretkey", secret, "-secretkeyid", id];
                line.extend(words.map(str::to_owned));
                lines.push(line);
            }
            if let Some(secret) = with["secret_key"].as_str() {
                unhex(secret)?;
                let mut line = base("-EncryptedData_decrypt");
                line.extend(["-secretkey".to_owned(), secret.to_owned()]);
                lines.push(line);
            }
            lines
        }
        "inspect" if name.starts_with("data") => vec![base("-data_out")],
        _ if name == "compressed" => vec![base("-uncompress")],
        "inspect" if name == "digested" => vec![base("-digest_verify")],
        _ => Vec::new(),
    })
}
