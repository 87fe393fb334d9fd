//! Files of the examples: keys, messages, a manifest.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use smime_cert::container::pem;

use crate::example::{Example, Expect, Form};
use crate::people::People;

pub(crate) fn write(folder: &Path, people: &People, list: &[Example]) -> Result<()> {
    let keys = folder.join("keys");
    fs::create_dir_all(&keys)?;
    fs::write(
        keys.join("root.pem"),
        pem::encode("CERTIFICATE", people.root.octets()),
    )?;
    fs::write(
        keys.join("root-key.pem"),
        pem::encode("PRIVATE KEY", &people.root_key.to_pkcs8()?),
    )?;
    for person in &people.all {
        let text = pem::encode("CERTIFICATE", person.identity.certificate.octets())
            + &pem::encode("PRIVATE KEY", &person.identity.key.to_pkcs8()?);
        fs::write(keys.join(format!("{}.pem", person.name)), text)?;
    }
    let mut entries = Vec::new();
    for example in list {
        let place = folder.join(&example.name);
        fs::create_dir_all(&place)?;
        let message = match example.form {
            Form::Cms => {
                let text = pem::encode("CMS", &example.message);
                fs::write(place.join("message.pem"), text)?;
                "message.pem"
            }
            Form::Mail => {
                fs::write(place.join("message.eml"), &example.message)?;
                "message.eml"
            }
        };
        if let Some(content) = &example.content {
            fs::write(place.join("content"), content)?;
        }
        fs::write(place.join("expected"), &example.plain)?;
        entries.push(entry(example, message));
    }
    let people: Vec<Value> = people
        .all
        .iter()
        .map(|person| json!({"name": person.name, "key": person.kind, "file": format!("keys/{}.pem", person.name)}))
        .collect();
    let manifest = json!({
        "schema": "smime.examples/1",
        "time": "2026-01-01T00:00:00Z",
        "anchor": "keys/root.pem",
        "people": people,
        "examples": entries,
    });
    let text = serde_json::to_string_pretty(&manifest)? + "\n";
    fs::write(folder.join("manifest.json"), text).context("manifest")?;
    Ok(())
}

fn entry(example: &Example, message: &str) -> Value {
    let (verb, detail) = match &example.expect {
        Expect::Signed(who) => ("verify", json!({"signers": who})),
        Expect::Encrypted(who) => ("decrypt", json!({"recipients": who})),
        Expect::Password(password) => ("decrypt", json!({"password": password})),
        Expect::Kek(id, key) => ("decrypt", json!({"kek_id": id, "kek": key})),
        Expect::Key(key) => ("decrypt", json!({"secret_key": key})),
        Expect::Authenticated(who) => ("open", json!({"recipients": who})),
        Expect::Readable => ("inspect", json!({})),
        Expect::Layers(who) => ("open", json!({"recipients": who})),
    };
    json!({
        "name": example.name,
        "title": example.title,
        "source": example.source,
        "look": example.look,
        "message": format!("{}/{message}", example.name),
        "content": example.content.as_ref().map(|_| format!("{}/content", example.name)),
        "verb": verb,
        "with": detail,
        "expected": format!("{}/expected", example.name),
    })
}
