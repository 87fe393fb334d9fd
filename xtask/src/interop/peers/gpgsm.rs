//! GnuPG's gpgsm: CMS without MIME, keys in its agent.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::interop::bounded::{End, Line, NATIVE};
use crate::interop::feature::{Act, Form};
use crate::interop::peer::{Answer, Found, Job, Kind, Name, Peer, programs, release};
use crate::interop::people::{PASSWORD, PEOPLE, World};
use crate::process;

struct Gpgsm {
    name: Name,
    program: PathBuf,
    home: PathBuf,
}

pub(crate) fn find(tools: &Path, world: &World) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for program in programs("gpgsm", tools) {
        let said =
            process::output(process::command(&program.display().to_string()).arg("--version"))?;
        let version = said
            .lines()
            .next()
            .and_then(|line| line.split_whitespace().last())
            .context("a version")?;
        let id = format!("gpgsm-{}", release(version));
        // A socket's path is at most 107 octets long.
        let home = std::env::temp_dir().join(format!("interop-{id}-{}", std::process::id()));
        let peer = Gpgsm {
            name: Name {
                id,
                product: "GnuPG gpgsm",
                version: version.to_owned(),
                kind: Kind::Paths,
            },
            program,
            home,
        };
        peer.prepare(world)?;
        found.push(Found::Peer(Box::new(peer)));
    }
    for (number, id) in ["gpgsm-2.2", "gpgsm-2.4"].into_iter().enumerate() {
        if number >= found.len() {
            let why = "not installed".to_owned();
            found.push(Found::Missing { id, why });
        }
    }
    Ok(found)
}

impl Gpgsm {
    fn line(&self) -> Line {
        let mut line = Line::new(&self.program.display().to_string())
            .variable("GNUPGHOME", &self.home)
            .words("--batch --no-tty --yes --pinentry-mode loopback --passphrase-fd 3");
        line.third = Some(PASSWORD.to_owned());
        line
    }

    /// A home with the trusted root, everybody's certificates, and the keys that can be imported.
    fn prepare(&self, world: &World) -> Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let home = &self.home;
        let _ = fs::remove_dir_all(home);
        fs::create_dir_all(home)?;
        fs::set_permissions(home, fs::Permissions::from_mode(0o700))?;
        let agent = self.program.with_file_name(
            self.program
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .replace("gpgsm", "gpg-agent"),
        );
        let settings = format!(
            "disable-crl-checks\ndisable-dirmngr\nagent-program {}\n",
            agent.display()
        );
        fs::write(home.join("gpgsm.conf"), settings)?;
        fs::write(
            home.join("gpg-agent.conf"),
            "allow-loopback-pinentry\nallow-mark-trusted\n",
        )?;
        let mut command = process::command("openssl");
        command.args(["x509", "-noout", "-fingerprint", "-sha1", "-in"]);
        let said = process::output(command.arg(world.root()))?;
        let fingerprint = said.trim().split('=').nth(1).context("a fingerprint")?;
        fs::write(
            home.join("trustlist.txt"),
            format!("{fingerprint} S relax\n"),
        )?;
        let import = |file: &Path| {
            let line = self.line().option("--import", file);
            line.run(NATIVE, &world.scratch())
        };
        import(&world.root())?;
        let old = self.name.version.starts_with("2.2");
        for (person, file) in world.pkcs12(old)? {
            // 2.2 falls over PKCS #12 files with keys on curves.
            if person == "alice" || !old {
                import(&file)?;
            }
        }
        for person in PEOPLE {
            import(&world.certificate(person))?;
        }
        Ok(())
    }

    fn has(&self, person: &str) -> bool {
        person == "alice" || !self.name.version.starts_with("2.2")
    }
}

impl Drop for Gpgsm {
    fn drop(&mut self) {
        let mut agent = process::command("gpgconf");
        agent
            .arg("--homedir")
            .arg(&self.home)
            .args(["--kill", "all"]);
        let _ = process::output(&mut agent);
        let _ = fs::remove_dir_all(&self.home);
    }
}

impl Peer for Gpgsm {
    fn name(&self) -> &Name {
        &self.name
    }

    fn make(&mut self, job: Job<'_>) -> Result<Answer> {
        match &job.feature.act {
            Act::Sign(sign)
                if sign.plain(&[Form::Opaque, Form::Detached])
                    && !sign.pss
                    && ["alice", "bob", "carol", "dave", "quentin"].contains(&sign.signer()) =>
            {
                let verb = if sign.form == Form::Opaque {
                    "--sign"
                } else {
                    "--detach-sign"
                };
                let line = self
                    .line()
                    .word("-u")
                    .word(&format!("{}@example.com", sign.signer()))
                    .word("--digest-algo")
                    .word(&sign.digest.to_uppercase().replace("SHA-", "SHA"))
                    .option("-o", job.output)
                    .option(verb, job.input);
                Answer::of(&line, NATIVE, job)
            }
            Act::Encrypt(encrypt) => {
                let Some(person) = encrypt.plain() else {
                    return Answer::cannot("no option for it");
                };
                let cipher = match encrypt.cipher {
                    "des-ede3-cbc" => "3DES",
                    "aes-128-cbc" => "AES",
                    "aes-192-cbc" => "AES192",
                    "camellia-128-cbc" => "CAMELLIA128",
                    "camellia-256-cbc" => "CAMELLIA256",
                    _ => "AES256",
                };
                let line = self
                    .line()
                    .word("-r")
                    .word(&format!("{person}@example.com"))
                    .word("--cipher-algo")
                    .word(cipher)
                    .option("-o", job.output)
                    .option("--encrypt", job.input);
                Answer::of(&line, NATIVE, job)
            }
            _ => Answer::cannot("no option for it"),
        }
    }

    fn read(&mut self, job: Job<'_>) -> Result<Answer> {
        if job.feature.act.mail() {
            return Answer::cannot("no MIME");
        }
        match &job.feature.act {
            Act::Sign(sign) => {
                let line = self.line().words("--status-fd 1");
                let line = if sign.form == Form::Detached {
                    fs::write(job.output, fs::read(job.content)?)?;
                    line.option("--verify", job.input)
                        .word(&job.content.display().to_string())
                } else {
                    line.option("-o", job.output).option("--verify", job.input)
                };
                let signers = sign.signers.len();
                let answer = Answer::checked(&line, NATIVE, job, |said| {
                    let good = said.matches("[GNUPG:] GOODSIG").count();
                    let trusted = said.matches("[GNUPG:] TRUST_FULLY").count();
                    if good >= signers && trusted >= signers {
                        Ok(())
                    } else {
                        Err(format!("no good and trusted signature: {said}"))
                    }
                })?;
                if answer.outcome != crate::interop::peer::Outcome::Done {
                    let _ = fs::remove_file(job.output);
                }
                Ok(answer)
            }
            Act::Encrypt(encrypt) => {
                match encrypt.to.last() {
                    Some(crate::interop::feature::To::Person(person)) if self.has(person) => {}
                    _ => return Answer::cannot("it has no such key"),
                }
                let line = self.line().option("-o", job.output);
                Answer::of(&line.option("--decrypt", job.input), NATIVE, job)
            }
            Act::CertsOnly => {
                let line = self.line().option("--import", job.input);
                let end = line.run(NATIVE, &job.world.scratch())?;
                if matches!(end, End::Good(_)) {
                    fs::write(job.output, "imported")?;
                }
                Answer::of(&line, NATIVE, job)
            }
            _ => Answer::cannot("no verb for it"),
        }
    }
}
