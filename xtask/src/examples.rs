//! `cargo xtask examples`: writes `docs/examples` anew, or with `--check` finds out whether it is as it should be.
//!
//! `xtask/example-maker` makes the messages; here the command `smime` adds an annotated dump of each and reads it as
//! its manifest says, and OpenSSL does where it can.

mod index;
mod openssl;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process;

/// Whether files are written or compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    Write,
    Check,
}

/// An example of the manifest.
struct Example<'a> {
    folder: &'a Path,
    entry: &'a Value,
}

pub(crate) fn run(mode: Mode) -> Result<()> {
    let target = process::target_directory()?;
    let made = target.join("examples-made");
    let _ = fs::remove_dir_all(&made);
    make(&target, &made)?;
    let smime = process::smime()?;
    let mut manifest: Value = serde_json::from_slice(&fs::read(made.join("manifest.json"))?)?;
    let list = manifest.get("examples").and_then(Value::as_array);
    let list = list.context("no examples")?.clone();
    let programs = openssl::programs(&target);
    let mut seconds: Vec<String> = Vec::new();
    for entry in &list {
        let example = Example {
            folder: &made,
            entry,
        };
        example.dump(&smime)?;
        example.read(&smime)?;
        let found = openssl::reads(&example, &programs)?;
        seconds.push(found.map_or_else(|| committed(&example, mode), str::to_owned));
    }
    let examples = manifest.get_mut("examples").and_then(Value::as_array_mut);
    if let Some(examples) = examples {
        for (entry, second) in examples.iter_mut().zip(&seconds) {
            entry["second"] = Value::from(second.as_str());
        }
    }
    let text = serde_json::to_string_pretty(&manifest)? + "\n";
    fs::write(made.join("manifest.json"), text)?;
    fs::write(made.join("README.md"), index::page(&manifest)?)?;
    let read = seconds.iter().filter(|second| *second != "none").count();
    println!("{} examples; OpenSSL reads {read} of them", list.len());
    let home = process::root().join("docs/examples");
    match mode {
        Mode::Check => compare(&made, &home),
        Mode::Write => {
            let _ = fs::remove_dir_all(&home);
            copy(&made, &home)
        }
    }
}

/// The second reader of the committed manifest, where the newer OpenSSL that it was is not at hand for a comparison.
fn committed(example: &Example<'_>, mode: Mode) -> String {
    let none = "none".to_owned();
    let text = fs::read_to_string(process::root().join("docs/examples/manifest.json"));
    let Ok(manifest) = serde_json::from_str::<Value>(&text.unwrap_or_default()) else {
        return none;
    };
    let manifest = &manifest;
    let same = |entry: &&Value| entry["name"] == example.entry["name"];
    let entry = manifest["examples"]
        .as_array()
        .into_iter()
        .flatten()
        .find(same);
    let second = entry.and_then(|entry| entry["second"].as_str());
    match second {
        Some(second) if mode == Mode::Check && second == openssl::NEWER => second.to_owned(),
        _ => none,
    }
}

fn make(target: &Path, made: &Path) -> Result<()> {
    let manifest = process::root().join("xtask/example-maker/Cargo.toml");
    let manifest = manifest.display().to_string();
    let build = target.join("examples");
    let words = [
        "build",
        "--release",
        "--locked",
        "--manifest-path",
        &manifest,
    ];
    process::check(process::cargo(&words).env("CARGO_TARGET_DIR", &build))?;
    let maker = build.join("release").join("example-maker");
    process::check(process::command(&maker.display().to_string()).arg(made))
}

impl Example<'_> {
    fn text(&self, field: &str) -> Result<&str> {
        self.entry[field].as_str().context("a text is missing")
    }

    fn file(&self, field: &str) -> Result<PathBuf> {
        Ok(self.folder.join(self.text(field)?))
    }

    fn dump(&self, smime: &Path) -> Result<()> {
        let message = self.file("message")?;
        let mut dump = process::command(&smime.display().to_string());
        dump.arg("dump").arg(&message).arg("--no-input");
        let text = process::output(&mut dump)?;
        // The message is named as in the manifest, not by where it was made.
        let text = text.replace(&message.display().to_string(), self.text("message")?);
        let place = self.folder.join(self.text("name")?).join("dump.txt");
        Ok(fs::write(place, text)?)
    }

    /// Reads it as the manifest says, with every key that may.
    fn read(&self, smime: &Path) -> Result<()> {
        let verb = self.text("verb")?;
        let out = self.folder.join("out");
        let people = |field: &str| -> Vec<String> {
            let names = self.entry.pointer(&format!("/with/{field}"));
            let names = names.and_then(Value::as_array).into_iter().flatten();
            names.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let key = |name: &str| self.folder.join(format!("keys/{name}.pem"));
        let recipients = people("recipients");
        let keys: Vec<Option<PathBuf>> = match recipients.as_slice() {
            [] => vec![None],
            names => names.iter().map(|name| Some(key(name))).collect(),
        };
        for key in keys {
            let mut command = process::command(&smime.display().to_string());
            command
                .args([verb, "--no-input", "--force", "-q"])
                .arg(self.file("message")?);
            if verb != "inspect" {
                command.arg("-o").arg(&out);
            }
            if ["verify", "open"].contains(&verb) {
                command.arg("--ca").arg(self.folder.join("keys/root.pem"));
            }
            if let Some(key) = key {
                command.arg("-k").arg(key);
            }
            if self.entry["content"].is_string() {
                command.arg("--content").arg(self.file("content")?);
            }
            self.secrets(&mut command)?;
            process::check(command.current_dir(self.folder)).with_context(|| {
                format!("smime cannot read {}", self.text("name").unwrap_or("?"))
            })?;
            if verb != "inspect" && fs::read(&out)? != fs::read(self.file("expected")?)? {
                bail!("{}: something else comes out", self.text("name")?);
            }
        }
        let _ = fs::remove_file(out);
        let _ = fs::remove_file(self.folder.join("secret"));
        Ok(())
    }

    /// Passwords and symmetric keys.
    fn secrets(&self, command: &mut std::process::Command) -> Result<()> {
        let with = &self.entry["with"];
        if let Some(password) = with["password"].as_str() {
            command.env("EXAMPLE_PASSWORD", password);
            command.args(["--password", "env:EXAMPLE_PASSWORD"]);
        }
        let secret = self.folder.join("secret");
        if let Some(key) = with["kek"].as_str() {
            fs::write(&secret, unhex(key)?)?;
            let id = with["kek_id"].as_str().context("kek_id")?;
            command
                .arg("--kek")
                .arg(format!("{id}:{}", secret.display()));
        }
        if let Some(key) = with["secret_key"].as_str() {
            fs::write(&secret, unhex(key)?)?;
            command.arg("--secret-key").arg(&secret);
        }
        Ok(())
    }
}

fn unhex(text: &str) -> Result<Vec<u8>> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    let octets = digits.chunks(2).map(|pair| match pair {
        [high, low] => Ok(u8::try_from(high << 4 | low)?),
        _ => bail!("half an octet"),
    });
    octets.collect()
}

/// All files below a folder, by their names from there.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder)?.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let place = to.join(&file);
        fs::create_dir_all(place.parent().context("a place")?)?;
        fs::copy(from.join(&file), place)?;
    }
    Ok(())
}

fn compare(made: &Path, home: &Path) -> Result<()> {
    let (here, there) = (files(made)?, files(home)?);
    if here != there {
        bail!("docs/examples has other files; write it anew with: cargo xtask examples");
    }
    for file in here {
        // What a second implementation reads depends on the machine.
        let by_machine = ["manifest.json", "README.md"]
            .map(PathBuf::from)
            .contains(&file);
        if !by_machine && fs::read(made.join(&file))? != fs::read(home.join(&file))? {
            bail!("docs/examples/{}: is made otherwise now", file.display());
        }
    }
    Ok(())
}
