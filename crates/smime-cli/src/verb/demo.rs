//! `smime demo`: the main job from beginning to end, in a temporary store, by the verbs themselves.

mod table;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use cms_algs::SystemRandom;
use cms_core::provider::Random;

use crate::args::{Arguments, Demo};
use crate::outcome::{Failure, Outcome};
use crate::session::Session;

/// The mail that Alice writes.
const MAIL: &str = "From: Alice <alice@example.com>\n\
To: Bob <bob@example.com>\n\
Subject: The first mail\n\
Date: Thu, 01 Jan 2026 12:00:00 +0000\n\
Message-ID: <demo@example.com>\n\
MIME-Version: 1.0\n\
Content-Type: text/plain; charset=utf-8\n\
\n\
Dear Bob,\n\nonly you can read this, and you can be sure that it is mine.\n\nAlice\n";

pub(super) fn run(arguments: &Demo, session: &Session) -> Result<u8, Failure> {
    let folder = Folder::new(arguments.keep.clone())?;
    if let Some(which) = &arguments.alg {
        return table::run(which, &folder, session);
    }
    let at = |name: &str| folder.path.join(name).display().to_string();
    fs::write(folder.path.join("mail.eml"), MAIL)?;
    println!("A mail from Alice to Bob, in {}:", folder.path.display());
    let steps: [(&str, Vec<String>); 8] = [
        (
            "Make a certification authority.",
            words(&["ca", "init", "--name", "Demo CA"]),
        ),
        (
            "It issues an identity for Alice,",
            words(&["ca", "issue", "alice@example.com", "--name", "Alice"]),
        ),
        (
            "and one for Bob.",
            words(&[
                "ca",
                "issue",
                "bob@example.com",
                "--name",
                "Bob",
                "--alg",
                "rsa2048",
            ]),
        ),
        (
            "Alice signs her mail: everyone can still read it.",
            words(&[
                "sign",
                &at("mail.eml"),
                "-s",
                "alice@example.com",
                "-o",
                &at("signed.eml"),
            ]),
        ),
        (
            "Anyone who trusts the CA can verify it.",
            words(&["verify", &at("signed.eml"), "-o", &at("verified.txt")]),
        ),
        (
            "Alice signs and encrypts it to Bob.",
            words(&[
                "encrypt",
                &at("mail.eml"),
                "--sign",
                "alice@example.com",
                "-r",
                "bob@example.com",
                "-o",
                &at("secret.eml"),
            ]),
        ),
        (
            "Without a key one sees only the outside.",
            words(&["inspect", &at("secret.eml")]),
        ),
        (
            "Bob opens it: decrypted, verified, trusted.",
            words(&["open", &at("secret.eml"), "-o", &at("opened.txt")]),
        ),
    ];
    for (text, command) in steps {
        println!("\n{text}\n  $ smime {}", command.join(" "));
        step(&command, &folder.path, session)?;
    }
    let opened = fs::read(folder.path.join("opened.txt"))?;
    let expected = MAIL
        .split_once("\n\n")
        .map(|(_, body)| body.replace('\n', "\r\n"))
        .unwrap_or_default();
    if !opened.ends_with(expected.as_bytes()) {
        return Err(Failure::new(
            Outcome::Bad,
            "demo",
            "the opened mail differs from what Alice wrote",
        ));
    }
    println!("\nWhat Bob reads:\n");
    for line in String::from_utf8_lossy(&opened).lines() {
        println!("  {}", crate::report::escaped(line));
    }
    println!("\nEverything worked. Try it with your own mail: smime id new YOUR@ADDRESS");
    if arguments.keep.is_some() {
        println!("All files and the store are in {}", folder.path.display());
    }
    Ok(0)
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Runs one command as the command line would, in the demo's store, and stops the demo unless it is good.
fn step(command: &[String], folder: &Path, session: &Session) -> Result<(), Failure> {
    run_verb(command, &session.in_store(&folder.join("store"), None))
}

/// Runs one command in a session's store.
fn run_verb(command: &[String], session: &Session) -> Result<(), Failure> {
    let arguments = std::iter::once("smime".to_owned()).chain(command.iter().cloned());
    let arguments =
        Arguments::try_parse_from(arguments).map_err(|error| Failure::usage(error.to_string()))?;
    let inner = session.with_output(arguments.global.output.as_deref());
    let code = super::run(&arguments.verb, &inner)?;
    if code == 0 {
        return Ok(());
    }
    let text = format!("smime {} ended with exit code {code}", command.join(" "));
    Err(Failure::new(Outcome::Bad, "demo", text))
}

/// The demo's folder, removed afterwards unless it is kept.
struct Folder {
    path: PathBuf,
    keep: bool,
}

impl Folder {
    fn new(keep: Option<PathBuf>) -> Result<Self, Failure> {
        let kept = keep.is_some();
        let path = match keep {
            Some(path) => path,
            None => {
                let mut octets = [0; 8];
                SystemRandom.fill(&mut octets)?;
                std::env::temp_dir().join(format!("smime-demo-{}", crate::report::hex(&octets)))
            }
        };
        fs::create_dir_all(&path)?;
        if fs::read_dir(&path)?.next().is_some() {
            let text = format!(
                "{} is not empty; the demo wants a folder of its own",
                path.display()
            );
            return Err(Failure::usage(text));
        }
        Ok(Self { path, keep: kept })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.keep {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
