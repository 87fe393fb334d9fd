//! GnuTLS's certtool: SignedData alone.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::ours::said;
use crate::interop::bounded::{Line, NATIVE};
use crate::interop::feature::{Act, Form};
use crate::interop::peer::{Answer, Found, Job, Kind, Name, Peer, programs, release};
use crate::process;

struct Certtool {
    name: Name,
    program: PathBuf,
}

pub(crate) fn find(tools: &Path) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for program in programs("certtool", tools) {
        let said =
            process::output(process::command(&program.display().to_string()).arg("--version"))?;
        let version = said
            .lines()
            .next()
            .and_then(|line| line.split_whitespace().last())
            .context("a version")?;
        found.push(Found::Peer(Box::new(Certtool {
            name: Name {
                id: format!("gnutls-{}", release(version)),
                product: "GnuTLS certtool",
                version: version.to_owned(),
                kind: Kind::Paths,
            },
            program,
        })));
    }
    for (number, id) in ["gnutls-3.7", "gnutls-3.8"].into_iter().enumerate() {
        if number >= found.len() {
            let why = "not installed".to_owned();
            found.push(Found::Missing { id, why });
        }
    }
    Ok(found)
}

impl Certtool {
    fn line(&self, verb: &str) -> Line {
        Line::new(&self.program.display().to_string()).word(verb)
    }
}

impl Peer for Certtool {
    fn name(&self) -> &Name {
        &self.name
    }

    fn make(&mut self, job: Job<'_>) -> Result<Answer> {
        match &job.feature.act {
            Act::Sign(sign) => {
                // Ed25519 is signed without attributes, whoever asks.
                let direct = sign.signer() == "erin" && !sign.attributes;
                let attributes =
                    sign.signer() != "erin" && sign.plain(&[Form::Opaque, Form::Detached]);
                if sign.pss || !(direct || attributes) {
                    return Answer::cannot("no option for it");
                }
                let verb = if sign.form == Form::Opaque {
                    "--p7-sign"
                } else {
                    "--p7-detached-sign"
                };
                let mut line = self.line(verb);
                if !direct {
                    line = line
                        .words("--p7-time --hash")
                        .word(&sign.digest.to_uppercase().replace("SHA-", "SHA"));
                }
                let line = line
                    .option("--load-certificate", &job.world.certificate(sign.signer()))
                    .option("--load-privkey", &job.world.key(sign.signer()))
                    .option("--infile", job.input)
                    .word("--outder")
                    .option("--outfile", job.output);
                Answer::of(&line, NATIVE, job)
            }
            Act::CertsOnly => {
                let both = job.world.folder.join("keys/both.crt");
                let mut text = std::fs::read(job.world.certificate("alice"))?;
                text.extend(std::fs::read(job.world.certificate("bob"))?);
                std::fs::write(&both, text)?;
                let line = self
                    .line("--p7-generate")
                    .option("--load-certificate", &both)
                    .word("--outder")
                    .option("--outfile", job.output);
                Answer::of(&line, NATIVE, job)
            }
            _ => Answer::cannot("SignedData alone"),
        }
    }

    fn read(&mut self, job: Job<'_>) -> Result<Answer> {
        let line = |verb: &str| {
            self.line(verb)
                .word("--inder")
                .option("--infile", job.input)
        };
        match &job.feature.act {
            Act::Sign(sign) if !sign.mail() => {
                let mut line = line("--p7-verify")
                    .option("--load-ca-certificate", &job.world.root())
                    .words("--verify-purpose 1.3.6.1.5.5.7.3.4");
                let detached = sign.form == Form::Detached;
                if detached {
                    line = line.option("--load-data", job.content);
                }
                if !sign.certificates {
                    return Answer::cannot("no option for the signer's certificate");
                }
                let verified = said(&line, job)?;
                if verified.outcome != crate::interop::peer::Outcome::Done {
                    return Ok(verified);
                }
                std::fs::remove_file(job.output)?;
                if detached {
                    std::fs::write(job.output, std::fs::read(job.content)?)?;
                    return Ok(verified);
                }
                // Verifying writes no content; another call shows it.
                let show = self
                    .line("--p7-info")
                    .word("--p7-show-data")
                    .word("--inder")
                    .option("--infile", job.input)
                    .option("--outfile", job.output);
                let shown = Answer::of(&show, NATIVE, job)?;
                Ok(Answer {
                    command: format!("{} && {}", verified.command, shown.command),
                    outcome: shown.outcome,
                })
            }
            Act::CertsOnly => said(&line("--p7-info"), job),
            _ => Answer::cannot("SignedData alone"),
        }
    }
}
