//! Who takes part: the people of `docs/examples/keys`, in the forms that the peers want them in.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::authority;
use crate::process;

/// Who signs what is then encrypted.
pub(crate) const SIGNER: &str = "bob";

/// The password of messages and of PKCS #12 files.
pub(crate) const PASSWORD: &str = "interop";

/// The identifier of the shared keys, in hexadecimal.
pub(crate) const KEK_ID: &str = "c0ffee";

/// Everybody with a certificate.
pub(crate) const PEOPLE: [&str; 18] = [
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "kim",
    "laura", "mallory", "niaj", "olivia", "peggy", "quentin", "rupert",
];

/// Who is also in PKCS #12.
const IN_PKCS12: [&str; 5] = ["alice", "bob", "carol", "dave", "quentin"];

/// The folder of a run, and the keys in it.
#[derive(Debug)]
pub(crate) struct World {
    /// `target/interop`.
    pub(crate) folder: PathBuf,
}

impl World {
    /// Writes everybody's keys below a folder.
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        let keys = folder.join("keys");
        fs::create_dir_all(&keys)?;
        fs::create_dir_all(folder.join("scratch"))?;
        let source = process::root().join("docs/examples/keys");
        for person in PEOPLE {
            let text = fs::read_to_string(source.join(format!("{person}.pem")))
                .with_context(|| format!("the keys of {person}"))?;
            let (certificate, key) = text
                .split_once("-----BEGIN PRIVATE KEY-----")
                .context("a certificate, then a key")?;
            fs::write(keys.join(format!("{person}.pem")), &text)?;
            fs::write(keys.join(format!("{person}.crt")), certificate)?;
            let key = format!("-----BEGIN PRIVATE KEY-----{key}");
            fs::write(keys.join(format!("{person}.key")), key)?;
        }
        fs::copy(source.join("root.pem"), keys.join("root.pem"))?;
        fs::copy(source.join("root.pem"), keys.join("root.crt"))?;
        fs::copy(source.join("root-key.pem"), keys.join("root.key"))?;
        authority::make(&keys)?;
        let world = Self {
            folder: folder.to_owned(),
        };
        for octets in [16, 24, 32] {
            fs::write(world.secret(usize::from(octets)), secret(octets))?;
        }
        fs::write(keys.join("password"), PASSWORD)?;
        Ok(world)
    }

    /// Certificate and key.
    pub(crate) fn identity(&self, person: &str) -> PathBuf {
        self.file(&format!("{person}.pem"))
    }

    pub(crate) fn certificate(&self, person: &str) -> PathBuf {
        self.file(&format!("{person}.crt"))
    }

    pub(crate) fn key(&self, person: &str) -> PathBuf {
        self.file(&format!("{person}.key"))
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.file("root.pem")
    }

    /// A secret of so many octets.
    pub(crate) fn secret(&self, octets: usize) -> PathBuf {
        self.file(&format!("secret-{octets}"))
    }

    /// A file with [`PASSWORD`].
    pub(crate) fn password(&self) -> PathBuf {
        self.file("password")
    }

    pub(crate) fn scratch(&self) -> PathBuf {
        self.folder.join("scratch")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join("keys").join(name)
    }

    /// PKCS #12 files, with old encryption or new, of those whom old peers can import; made by OpenSSL.
    pub(crate) fn pkcs12(&self, old: bool) -> Result<Vec<(&'static str, PathBuf)>> {
        let mut made = Vec::new();
        for person in IN_PKCS12 {
            let path = self.file(&format!("{person}{}.p12", if old { ".old" } else { "" }));
            let mut command = process::command("openssl");
            command.args(["pkcs12", "-export", "-name", person, "-passout"]);
            command.arg(format!("pass:{PASSWORD}"));
            command.arg("-in").arg(self.identity(person));
            command.arg("-certfile").arg(self.root());
            command.arg("-out").arg(&path);
            if old {
                let words = "-legacy -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1";
                command.args(words.split(' '));
            }
            process::output(&mut command)?;
            made.push((person, path));
        }
        if made.is_empty() {
            bail!("nobody is in PKCS #12");
        }
        Ok(made)
    }
}

/// A shared key of so many octets: 0, 1, 2 and so on.
fn secret(octets: u8) -> Vec<u8> {
    (0..octets).collect()
}

/// [`secret`] in hexadecimal.
pub(crate) fn secret_hex(octets: usize) -> String {
    let octets = u8::try_from(octets).unwrap_or_default();
    let digits = secret(octets);
    digits.iter().map(|octet| format!("{octet:02x}")).collect()
}
