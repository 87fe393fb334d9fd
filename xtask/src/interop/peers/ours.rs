//! The command `smime` of this workspace.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::interop::bounded::{Limits, Line, NATIVE};
use crate::interop::feature::{Act, Encrypt, Form, Rsa, Sign, To};
use crate::interop::peer::{Answer, Found, Job, Kind, Name, Outcome, Peer};
use crate::interop::people::{KEK_ID, SIGNER, World};
use crate::process;

/// Its identifier, whatever the version: reports of different days are about the same rows.
pub(crate) const ID: &str = "smime";

/// Whose signatures bring their digest along.
const PURE: [&str; 7] = ["erin", "frank", "ivan", "judy", "kim", "olivia", "peggy"];

struct Ours {
    name: Name,
    program: PathBuf,
    store: PathBuf,
}

pub(crate) fn find(program: &Path, folder: &Path) -> Result<Found> {
    let said = process::output(process::command(&program.display().to_string()).arg("--version"))?;
    let version = said.split_whitespace().nth(1).context("a version")?;
    Ok(Found::Peer(Box::new(Ours {
        name: Name {
            id: ID.to_owned(),
            product: "smime",
            version: version.to_owned(),
            kind: Kind::Paths,
        },
        program: program.to_owned(),
        store: folder.join("store"),
    })))
}

impl Ours {
    fn line(&self, words: &str, job: Job<'_>) -> Line {
        let profile = if legacy(&job.feature.act) {
            "legacy"
        } else {
            "default"
        };
        Line::new(&self.program.display().to_string())
            .words("--no-input --force --profile")
            .word(profile)
            .option("--store", &self.store)
            .words(words)
    }

    fn run(line: &Line, job: Job<'_>) -> Result<Answer> {
        let line = line.clone().option("-o", job.output);
        let line = line.word(&job.input.display().to_string());
        let limits = Limits {
            memory: 4000,
            ..NATIVE
        };
        Answer::of(&line, limits, job)
    }

    fn sign(&self, sign: &Sign, job: Job<'_>) -> Result<Answer> {
        let form = match sign.form {
            Form::Opaque => "--opaque --out-format der",
            Form::Detached => "--detached --out-format der",
            Form::Clear => "--clear --out-format smime",
            Form::Mail => "--opaque --out-format smime",
        };
        let mut line = self.line("sign", job).words(form);
        for signer in &sign.signers {
            line = line.option("-s", &job.world.identity(signer));
        }
        let signer = sign.signer();
        if let Some(issuer) = sign.issuer {
            line = line.option("--certs", &job.world.certificate(issuer));
        }
        if !PURE.contains(&signer) {
            line = line.word("--digest").word(sign.digest);
        }
        for (flag, set) in [
            ("--pss", sign.pss),
            ("--key-id", sign.key_id),
            ("--stream", sign.stream),
            ("--no-attrs", !sign.attributes),
            ("--no-certs", !sign.certificates),
        ] {
            if set {
                line = line.word(flag);
            }
        }
        let made = Self::run(&line, job)?;
        if !sign.countersigned || made.outcome != Outcome::Done {
            return Ok(made);
        }
        let first = job.output.with_extension("first");
        std::fs::rename(job.output, &first)?;
        let line = self
            .line("sign --countersign 0", job)
            .option("-s", &job.world.identity(SIGNER));
        let then = Self::run(
            &line,
            Job {
                input: &first,
                ..job
            },
        )?;
        Ok(Answer {
            command: format!("{} && {}", made.command, then.command),
            outcome: then.outcome,
        })
    }

    fn encrypt(&self, encrypt: &Encrypt, job: Job<'_>) -> Result<Answer> {
        let format = if encrypt.mail { "smime" } else { "der" };
        let mut line = self
            .line("encrypt --out-format", job)
            .word(format)
            .word("--cipher")
            .word(encrypt.cipher);
        for to in &encrypt.to {
            line = recipient(line, *to, job.world);
            if let To::Kek(_, wrap) = to {
                line = line.word("--wrap").word(wrap);
            }
        }
        line = match encrypt.rsa {
            Rsa::V15 => line.words("--rsa v15"),
            Rsa::Oaep(hash) => line.words("--rsa oaep --oaep-hash").word(hash),
            Rsa::Kem => line.words("--rsa kem"),
        };
        if let Some(agreement) = encrypt.agreement {
            line = line.word("--agreement").word(agreement);
        }
        for (flag, set) in [("--key-id", encrypt.key_id), ("--stream", encrypt.stream)] {
            if set {
                line = line.word(flag);
            }
        }
        if encrypt.signed {
            line = line.option("--sign", &job.world.identity(SIGNER));
        }
        Self::run(&line, job)
    }
}

impl Peer for Ours {
    fn name(&self) -> &Name {
        &self.name
    }

    fn make(&mut self, job: Job<'_>) -> Result<Answer> {
        match &job.feature.act {
            Act::Sign(sign) => self.sign(sign, job),
            Act::Encrypt(encrypt) => self.encrypt(encrypt, job),
            Act::Compress { stream, mail } => {
                let format = if *mail { "smime" } else { "der" };
                let mut line = self.line("compress --out-format", job).word(format);
                if *stream {
                    line = line.word("--stream");
                }
                Self::run(&line, job)
            }
            Act::Digest { digest } => {
                Self::run(&self.line("cms digest --digest", job).word(digest), job)
            }
            Act::EncryptData { cipher } => {
                let secret = job.world.secret(key_octets(cipher));
                let line = self.line("cms encrypt-data --cipher", job).word(cipher);
                Self::run(&line.option("--secret-key", &secret), job)
            }
            Act::Mac { mac, to } => {
                let line = self.line("cms mac --mac", job).word(mac);
                Self::run(&recipient(line, *to, job.world), job)
            }
            Act::CertsOnly => {
                let line = self
                    .line("cms certs-only --out-format der", job)
                    .option("-o", job.output);
                let line = line
                    .word(&job.world.certificate("alice").display().to_string())
                    .word(&job.world.certificate("bob").display().to_string());
                Answer::of(&line, NATIVE, job)
            }
            Act::Receipt => Answer::cannot("signed receipts are not made yet"),
        }
    }

    fn read(&mut self, job: Job<'_>) -> Result<Answer> {
        let format = if job.feature.act.mail() {
            "smime"
        } else {
            "der"
        };
        let world = job.world;
        let line = |words: &str| self.line(words, job).word("--in-format").word(format);
        let line = match &job.feature.act {
            Act::Sign(sign) => {
                let mut line = line("verify").option("--ca", &world.root());
                if sign.form == Form::Detached {
                    line = line.option("--content", job.content);
                }
                if !sign.certificates {
                    line = line.option("--certs", &world.certificate(sign.signer()));
                }
                line
            }
            Act::Encrypt(encrypt) if encrypt.signed => {
                let line = line("open").option("--ca", &world.root());
                key(line, encrypt.to.first(), world)
            }
            Act::Encrypt(encrypt) => key(line("decrypt"), encrypt.to.last(), world),
            Act::Compress { .. } => line("decompress"),
            Act::Digest { .. } => line("cms digest --read"),
            Act::EncryptData { cipher } => line("cms encrypt-data --read")
                .option("--secret-key", &world.secret(key_octets(cipher))),
            Act::Mac { to, .. } => key(line("cms mac --read"), Some(to), world),
            Act::CertsOnly => line("inspect"),
            Act::Receipt => return Answer::cannot("signed receipts are not read yet"),
        };
        if matches!(job.feature.act, Act::CertsOnly) {
            let line = line.word(&job.input.display().to_string());
            return said(&line, job);
        }
        Self::run(&line, job)
    }
}

/// Runs a command that says what it found, and writes that.
pub(super) fn said(line: &Line, job: Job<'_>) -> Result<Answer> {
    Answer::checked(line, NATIVE, job, |text| {
        std::fs::write(job.output, text).map_err(|error| error.to_string())
    })
}

/// Octets of a cipher's key.
pub(super) fn key_octets(cipher: &str) -> usize {
    match cipher {
        "aes-128-cbc" => 16,
        "aes-192-cbc" | "des-ede3-cbc" => 24,
        _ => 32,
    }
}

/// Whether the default profile refuses to write it.
fn legacy(act: &Act) -> bool {
    match act {
        Act::Encrypt(encrypt) => {
            encrypt.cipher == "des-ede3-cbc"
                || encrypt.rsa == Rsa::Oaep("sha-1")
                || encrypt.agreement.is_some_and(|name| name.contains("sha1"))
        }
        _ => false,
    }
}

fn recipient(line: Line, to: To, world: &World) -> Line {
    match to {
        To::Person(person) => line.option("-r", &world.certificate(person)),
        To::Password => line
            .word("--password")
            .word(&format!("file:{}", world.password().display())),
        To::Kek(octets, _) => line
            .word("--kek")
            .word(&format!("{KEK_ID}:{}", world.secret(octets).display())),
    }
}

fn key(line: Line, to: Option<&To>, world: &World) -> Line {
    match to {
        Some(To::Person(person)) => line.option("-k", &world.identity(person)),
        Some(To::Kek(..) | To::Password) => match to {
            Some(to) => recipient(line, *to, world),
            None => line,
        },
        None => line,
    }
}
