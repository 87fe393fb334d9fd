//! NSS's cmsutil, with a database of its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::ours::said;
use crate::interop::bounded::{Limits, Line, NATIVE};
use crate::interop::feature::{Act, Content, Form, To};
use crate::interop::peer::{Answer, Found, Job, Kind, Name, Peer, programs};
use crate::interop::people::{PASSWORD, PEOPLE, World};

struct Nss {
    name: Name,
    program: PathBuf,
    database: String,
}

/// Whose keys its database takes.
const HOLDERS: [&str; 4] = ["alice", "bob", "carol", "dave"];

pub(crate) fn find(tools: &Path, debian: &Path, world: &World) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for program in programs("cmsutil", tools) {
        let file = program.file_name().unwrap_or_default().to_string_lossy();
        let suffix = file.trim_start_matches("cmsutil").to_owned();
        // It tells no version; the library beside it does.
        let version = library(if program.starts_with(tools) {
            debian
        } else {
            Path::new("/")
        });
        let folder = world.folder.join(format!("nss{suffix}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let peer = Nss {
            name: Name {
                id: format!("nss-{version}"),
                product: "NSS cmsutil",
                version,
                kind: Kind::Paths,
            },
            database: format!("sql:{}", folder.display()),
            program,
        };
        peer.prepare(world, &suffix)?;
        found.push(Found::Peer(Box::new(peer)));
    }
    for (number, id) in ["nss-3.87", "nss-3.110"].into_iter().enumerate() {
        if number >= found.len() {
            let why = "not installed".to_owned();
            found.push(Found::Missing { id, why });
        }
    }
    Ok(found)
}

/// What libnss3 says of itself: "3.87" of "Header: NSS 3.87.1".
fn library(root: &Path) -> String {
    let octets = fs::read(root.join("usr/lib/x86_64-linux-gnu/libnss3.so"));
    let octets = octets.unwrap_or_default();
    let text = String::from_utf8_lossy(&octets);
    let version = text.split("NSS ").skip(1).find_map(|rest| {
        let digits: String = rest
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        digits.starts_with("3.").then_some(digits)
    });
    crate::interop::peer::release(&version.unwrap_or_else(|| "unknown".to_owned()))
}

impl Nss {
    fn line(&self, verb: &str) -> Line {
        Line::new(&self.program.display().to_string())
            .word(verb)
            .word("-d")
            .word(&self.database)
    }

    fn prepare(&self, world: &World, suffix: &str) -> Result<()> {
        let scratch = world.scratch();
        let tool = |name: &str| {
            let program = self.program.with_file_name(format!("{name}{suffix}"));
            Line::new(&program.display().to_string())
        };
        let database = ["-d", &self.database];
        let with = |line: Line| database.iter().fold(line, |line, word| line.word(word));
        with(tool("certutil").word("-N"))
            .word("--empty-password")
            .run(NATIVE, &scratch)?;
        with(tool("certutil").word("-A"))
            .words("-n root -t CT,C,C -a")
            .option("-i", &world.root())
            .run(NATIVE, &scratch)?;
        for (person, file) in world.pkcs12(false)? {
            if HOLDERS.contains(&person) {
                with(tool("pk12util"))
                    .option("-i", &file)
                    .word("-W")
                    .word(PASSWORD)
                    .word("-K")
                    .word("")
                    .run(NATIVE, &scratch)?;
            }
        }
        for person in PEOPLE {
            if !HOLDERS.contains(&person) {
                with(tool("certutil").word("-A"))
                    .word("-n")
                    .word(person)
                    .words("-t ,, -a")
                    .option("-i", &world.certificate(person))
                    .run(NATIVE, &scratch)?;
            }
        }
        Ok(())
    }
}

impl Peer for Nss {
    fn name(&self) -> &Name {
        &self.name
    }

    fn make(&mut self, job: Job<'_>) -> Result<Answer> {
        match &job.feature.act {
            Act::Sign(sign)
                if sign.plain(&[Form::Opaque, Form::Detached])
                    && !sign.pss
                    && sign.digest == "sha-256"
                    && HOLDERS.contains(&sign.signer()) =>
            {
                let mut line = self.line("-S").word("-N").word(sign.signer()).word("-G");
                if sign.form == Form::Detached {
                    line = line.word("-T");
                }
                let line = line.option("-i", job.input).option("-o", job.output);
                Answer::of(&line, NATIVE, job)
            }
            // It chooses the cipher: AES-128 for RSA with 2048 bits.
            Act::Encrypt(encrypt)
                if job.feature.content != Content::Empty && encrypt.cipher == "aes-128-cbc" =>
            {
                let Some(person) = encrypt.plain() else {
                    return Answer::cannot("no option for it");
                };
                let line = self
                    .line("-E")
                    .word("-r")
                    .word(&format!("{person}@example.com"))
                    .option("-i", job.input)
                    .option("-o", job.output);
                Answer::of(&line, NATIVE, job)
            }
            Act::CertsOnly => {
                let line = self
                    .line("-O")
                    .words("-r alice@example.com,bob@example.com")
                    .option("-o", job.output);
                Answer::of(&line, NATIVE, job)
            }
            _ => Answer::cannot("no option for it"),
        }
    }

    fn read(&mut self, job: Job<'_>) -> Result<Answer> {
        if job.feature.act.mail() {
            return Answer::cannot("no MIME");
        }
        let limits = Limits {
            memory: 2000,
            ..NATIVE
        };
        let line = self.line("-D").option("-i", job.input);
        match &job.feature.act {
            Act::Sign(sign) => {
                // 4 is the signer of mail: its purpose is checked.
                let mut line = line.words("-u 4").option("-o", job.output);
                if sign.form == Form::Detached {
                    line = line.option("-c", job.content);
                }
                Answer::of(&line, limits, job)
            }
            Act::Encrypt(encrypt) => match encrypt.to.last() {
                Some(To::Person(person)) if HOLDERS.contains(person) => {
                    Answer::of(&line.option("-o", job.output), limits, job)
                }
                _ => Answer::cannot("it has no such key"),
            },
            Act::Digest { .. } => Answer::of(&line.option("-o", job.output), limits, job),
            Act::CertsOnly => said(&line.words("-n -h 1"), job),
            _ => Answer::cannot("no verb for it"),
        }
    }
}
