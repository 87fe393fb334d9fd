//! OpenSSL's command `cms`, in every release that is there.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::ours::{key_octets, said};
use crate::interop::bounded::{Line, NATIVE};
use crate::interop::feature::{Act, Encrypt, Form, Rsa, Sign, To};
use crate::interop::peer::{Answer, Found, Job, Kind, Name, Outcome, Peer, programs, release};
use crate::interop::people::{KEK_ID, PASSWORD, SIGNER, World, secret_hex};
use crate::process;

struct OpenSsl {
    name: Name,
    program: PathBuf,
}

pub(crate) fn find(tools: &Path) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for program in programs("openssl", tools) {
        let said =
            process::output(process::command(&program.display().to_string()).arg("version"))?;
        let version = said.split_whitespace().nth(1).context("a version")?;
        let name = Name {
            id: format!("openssl-{}", release(version)),
            product: "OpenSSL",
            version: version.to_owned(),
            kind: Kind::Paths,
        };
        found.push(Found::Peer(Box::new(OpenSsl { name, program })));
    }
    for (id, number) in [("openssl-3.0", 0), ("openssl-3.5", 1), ("openssl-4.0", 2)] {
        let there = found
            .iter()
            .any(|peer| matches!(peer, Found::Peer(peer) if peer.name().id == id));
        if !there && number >= found.len() {
            let why = "not installed".to_owned();
            found.push(Found::Missing { id, why });
        }
    }
    Ok(found)
}

impl OpenSsl {
    fn line(&self, verb: &str, job: Job<'_>) -> Line {
        let line = Line::new(&self.program.display().to_string())
            .words("cms")
            .word(verb);
        let line = if job.feature.act.mail() || matches!(job.feature.act, Act::Receipt) {
            line
        } else {
            line.word("-binary")
        };
        line.option("-in", job.input).option("-out", job.output)
    }

    fn old(&self) -> bool {
        self.name.version.starts_with("3.0")
    }

    fn sign(&self, sign: &Sign, job: Job<'_>) -> Result<Answer> {
        if sign.countersigned {
            return Answer::cannot("its command makes no countersignatures");
        }
        let form = match sign.form {
            Form::Opaque => "-nodetach -outform DER",
            Form::Detached => "-outform DER",
            Form::Clear => "-outform SMIME",
            Form::Mail => "-nodetach -outform SMIME",
        };
        let mut line = self.line("-sign", job).words(form);
        // 3.5 has no default digest for pure signatures, and 4.0 none for Ed448.
        line = line.word("-md").word(&sign.digest.replace("sha-", "sha"));
        for signer in &sign.signers {
            line = line
                .option("-signer", &job.world.certificate(signer))
                .option("-inkey", &job.world.key(signer));
            if sign.pss {
                line = line.words("-keyopt rsa_padding_mode:pss");
            }
        }
        if let Some(issuer) = sign.issuer {
            line = line.option("-certfile", &job.world.certificate(issuer));
        }
        for (flag, set) in [
            ("-keyid", sign.key_id),
            ("-stream", sign.stream),
            ("-noattr", !sign.attributes),
            ("-nocerts", !sign.certificates),
        ] {
            if set {
                line = line.word(flag);
            }
        }
        Answer::of(&line, NATIVE, job)
    }

    fn encrypt(&self, encrypt: &Encrypt, job: Job<'_>) -> Result<Answer> {
        let Some(cipher) = cipher(encrypt.cipher) else {
            return Answer::cannot("it has no such cipher for CMS");
        };
        let signed = job.output.with_extension("signed");
        let mut before = None;
        let mut inner = job;
        if encrypt.signed {
            let line = Line::new(&self.program.display().to_string())
                .words("cms -sign -md sha256 -nodetach -outform SMIME")
                .option("-in", job.input)
                .option("-out", &signed)
                .option("-signer", &job.world.certificate(SIGNER))
                .option("-inkey", &job.world.key(SIGNER));
            let first = Answer::of(
                &line,
                NATIVE,
                Job {
                    output: &signed,
                    ..job
                },
            )?;
            if first.outcome != Outcome::Done {
                return Ok(first);
            }
            before = Some(first.command);
            inner.input = &signed;
        }
        let form = if encrypt.mail { "SMIME" } else { "DER" };
        let mut line = self
            .line("-encrypt", inner)
            .word(cipher)
            .word("-outform")
            .word(form);
        for to in &encrypt.to {
            line = match to {
                To::Person(person) => {
                    let line = line.option("-recip", &job.world.certificate(person));
                    key_options(line, encrypt, person)
                }
                To::Password => line.word("-pwri_password").word(PASSWORD),
                To::Kek(octets, wrap) if wrap.starts_with("aes") => line
                    .word("-secretkey")
                    .word(&secret_hex(*octets))
                    .word("-secretkeyid")
                    .word(KEK_ID),
                To::Kek(..) => return Answer::cannot("it wraps with AES and Triple-DES"),
            };
        }
        if encrypt.rsa == Rsa::Kem {
            return Answer::cannot("no option for RSA-KEM");
        }
        for (flag, set) in [("-keyid", encrypt.key_id), ("-stream", encrypt.stream)] {
            if set {
                line = line.word(flag);
            }
        }
        let mut answer = Answer::of(&line, NATIVE, job)?;
        if let Some(before) = before {
            answer.command = format!("{before} && {}", answer.command);
        }
        Ok(answer)
    }

    /// The request, then the receipt for it; the request stays beside the receipt.
    fn receipt(&self, job: Job<'_>) -> Result<Answer> {
        let request = request(job.world);
        let world = job.world;
        let ask = Line::new(&self.program.display().to_string())
            .words(
                "cms -sign -md sha256 -receipt_request_all -receipt_request_to alice@example.com",
            )
            .option("-in", job.input)
            .option("-out", &request)
            .option("-signer", &world.certificate("alice"))
            .option("-inkey", &world.key("alice"));
        let asked = Answer::of(
            &ask,
            NATIVE,
            Job {
                output: &request,
                ..job
            },
        )?;
        if asked.outcome != Outcome::Done {
            return Ok(asked);
        }
        let line = Line::new(&self.program.display().to_string())
            .words("cms -sign_receipt -inform SMIME -outform DER -md sha256")
            .option("-in", &request)
            .option("-out", job.output)
            .option("-signer", &world.certificate("bob"))
            .option("-inkey", &world.key("bob"));
        let made = Answer::of(&line, NATIVE, job)?;
        // Each release's receipt is read with the request it was made for.
        let beside = job.output.with_extension("request");
        let _ = std::fs::rename(&request, beside);
        Ok(Answer {
            command: format!("{} && {}", asked.command, made.command),
            outcome: made.outcome,
        })
    }
}

fn request(world: &World) -> PathBuf {
    world.scratch().join("request.eml")
}

fn key_options(line: Line, encrypt: &Encrypt, person: &str) -> Line {
    if let (Rsa::Oaep(hash), "alice") = (encrypt.rsa, person) {
        let hash = hash.replace("sha-", "sha");
        return line
            .words("-keyopt rsa_padding_mode:oaep")
            .word("-keyopt")
            .word(&format!("rsa_oaep_md:{hash}"))
            .word("-keyopt")
            .word(&format!("rsa_mgf1_md:{hash}"));
    }
    let Some(agreement) = encrypt.agreement else {
        return line;
    };
    let hash = agreement.split('-').next_back().unwrap_or_default();
    let hash = hash.trim_end_matches("kdf");
    let line = line.word("-keyopt").word(&format!("ecdh_kdf_md:{hash}"));
    if agreement.contains("cofactor") {
        line.words("-keyopt ecdh_cofactor_mode:1")
    } else {
        line
    }
}

fn cipher(name: &str) -> Option<&'static str> {
    Some(match name {
        "des-ede3-cbc" => "-des3",
        "aes-128-cbc" => "-aes-128-cbc",
        "aes-192-cbc" => "-aes-192-cbc",
        "aes-256-cbc" => "-aes-256-cbc",
        "camellia-128-cbc" => "-camellia128",
        "camellia-256-cbc" => "-camellia256",
        "aes-128-gcm" => "-aes-128-gcm",
        "aes-192-gcm" => "-aes-192-gcm",
        "aes-256-gcm" => "-aes-256-gcm",
        _ => return None,
    })
}

impl Peer for OpenSsl {
    fn name(&self) -> &Name {
        &self.name
    }

    fn make(&mut self, job: Job<'_>) -> Result<Answer> {
        match &job.feature.act {
            Act::Sign(sign) => self.sign(sign, job),
            Act::Encrypt(encrypt) => self.encrypt(encrypt, job),
            Act::Compress { .. } if self.old() => Answer::cannot("built without zlib"),
            Act::Compress { stream, mail } => {
                let form = if *mail { "SMIME" } else { "DER" };
                let mut line = self.line("-compress", job).word("-outform").word(form);
                if *stream {
                    line = line.word("-stream");
                }
                Answer::of(&line, NATIVE, job)
            }
            Act::Digest { digest } => {
                let digest = digest.replace("sha-", "sha");
                let line = self.line("-digest_create", job).words("-outform DER -md");
                Answer::of(&line.word(&digest), NATIVE, job)
            }
            Act::EncryptData { cipher } => {
                let line = self
                    .line("-EncryptedData_encrypt", job)
                    .words("-outform DER -secretkey")
                    .word(&secret_hex(key_octets(cipher)))
                    .word(&format!("-{cipher}"));
                Answer::of(&line, NATIVE, job)
            }
            Act::Mac { .. } => Answer::cannot("its command has no AuthenticatedData"),
            Act::CertsOnly => {
                let line = Line::new(&self.program.display().to_string())
                    .words("crl2pkcs7 -nocrl -outform DER")
                    .option("-certfile", &job.world.certificate("alice"))
                    .option("-certfile", &job.world.certificate("bob"))
                    .option("-out", job.output);
                Answer::of(&line, NATIVE, job)
            }
            Act::Receipt => self.receipt(job),
        }
    }

    fn read(&mut self, job: Job<'_>) -> Result<Answer> {
        let world = job.world;
        let form = if job.feature.act.mail() {
            "SMIME"
        } else {
            "DER"
        };
        let line = |verb: &str| self.line(verb, job).word("-inform").word(form);
        let line = match &job.feature.act {
            Act::Sign(sign) => {
                let mut line = line("-verify").option("-CAfile", &world.root());
                if sign.form == Form::Detached {
                    line = line.option("-content", job.content);
                }
                if !sign.certificates {
                    line = line.option("-certfile", &world.certificate(sign.signer()));
                }
                line
            }
            Act::Encrypt(encrypt) if encrypt.signed => {
                let inner = job.output.with_extension("inner");
                let first = Line::new(&self.program.display().to_string())
                    .words("cms -decrypt -inform SMIME")
                    .option("-in", job.input)
                    .option("-out", &inner)
                    .option("-recip", &world.certificate("alice"))
                    .option("-inkey", &world.key("alice"));
                let opened = Answer::of(
                    &first,
                    NATIVE,
                    Job {
                        output: &inner,
                        ..job
                    },
                )?;
                if opened.outcome != Outcome::Done {
                    return Ok(opened);
                }
                let line = Line::new(&self.program.display().to_string())
                    .words("cms -verify -inform SMIME")
                    .option("-CAfile", &world.root())
                    .option("-in", &inner)
                    .option("-out", job.output);
                let mut answer = Answer::of(&line, NATIVE, job)?;
                answer.command = format!("{} && {}", opened.command, answer.command);
                return Ok(answer);
            }
            Act::Encrypt(encrypt) => {
                let line = line("-decrypt");
                match encrypt.to.last() {
                    Some(To::Person(person)) => line
                        .option("-recip", &world.certificate(person))
                        .option("-inkey", &world.key(person)),
                    Some(To::Kek(octets, _)) => line
                        .word("-secretkey")
                        .word(&secret_hex(*octets))
                        .word("-secretkeyid")
                        .word(KEK_ID),
                    _ => line.word("-pwri_password").word(PASSWORD),
                }
            }
            Act::Compress { .. } => line("-uncompress"),
            Act::Digest { .. } => line("-digest_verify"),
            Act::EncryptData { cipher } => line("-EncryptedData_decrypt")
                .word("-secretkey")
                .word(&secret_hex(key_octets(cipher))),
            Act::Mac { .. } => return Answer::cannot("its command has no AuthenticatedData"),
            Act::CertsOnly => {
                let line = Line::new(&self.program.display().to_string())
                    .words("pkcs7 -inform DER -print_certs -noout")
                    .option("-in", job.input);
                return said(&line, job);
            }
            Act::Receipt => {
                let line = Line::new(&self.program.display().to_string())
                    .words("cms")
                    .option("-verify_receipt", job.input)
                    .words("-rctform DER -inform SMIME")
                    .option("-in", &job.input.with_extension("request"))
                    .option("-CAfile", &world.root());
                return said(&line, job);
            }
        };
        Answer::of(&line, NATIVE, job)
    }
}
