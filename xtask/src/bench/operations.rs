//! The operations that are measured, as commands of smime and of openssl, and their inputs.

use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::same_content;
use crate::process;

/// An operation on the large file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Operation {
    Sign,
    Verify,
    Encrypt(Cipher),
    Decrypt(Cipher),
    VerifyMail,
    VerifyOpaqueMail,
    VerifyWithoutOutput,
}

/// A content cipher.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Cipher {
    Cbc,
    Gcm,
}

impl Cipher {
    fn name(self) -> &'static str {
        match self {
            Self::Cbc => "aes-256-cbc",
            Self::Gcm => "aes-256-gcm",
        }
    }
}

impl Operation {
    /// In this order: what one writes, a later one reads.
    pub(super) const ALL: [Self; 9] = [
        Self::Sign,
        Self::Verify,
        Self::VerifyWithoutOutput,
        Self::Encrypt(Cipher::Cbc),
        Self::Decrypt(Cipher::Cbc),
        Self::Encrypt(Cipher::Gcm),
        Self::Decrypt(Cipher::Gcm),
        Self::VerifyMail,
        Self::VerifyOpaqueMail,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sign => "sign, DER",
            Self::Verify => "verify, DER",
            Self::Encrypt(Cipher::Cbc) => "encrypt AES-256-CBC, DER",
            Self::Decrypt(Cipher::Cbc) => "decrypt AES-256-CBC, DER",
            Self::Encrypt(Cipher::Gcm) => "encrypt AES-256-GCM, DER",
            Self::Decrypt(Cipher::Gcm) => "decrypt AES-256-GCM, DER",
            Self::VerifyMail => "verify multipart/signed",
            Self::VerifyOpaqueMail => "verify base64 opaque",
            Self::VerifyWithoutOutput => "verify, DER, no output",
        }
    }

    /// The multiple of hashing that is to be reached.
    pub(super) fn target(self) -> f64 {
        match self {
            Self::Sign | Self::Verify => 1.5,
            Self::VerifyWithoutOutput => 1.15,
            Self::Encrypt(Cipher::Cbc) | Self::VerifyOpaqueMail => 2.5,
            Self::Decrypt(Cipher::Cbc) => 1.0,
            Self::Encrypt(Cipher::Gcm) | Self::Decrypt(Cipher::Gcm) => 1.4,
            Self::VerifyMail => 2.0,
        }
    }
}

/// Programs, keys and inputs.
#[derive(Debug)]
pub(super) struct Bench {
    smime: PathBuf,
    folder: PathBuf,
    openssl: bool,
}

const MEBIBYTE: usize = 1 << 20;

/// 70 columns and the line end; 14,563 of them are 1 MiB.
const LINE: &str = "The quick brown fox jumps over the lazy dog, again and again, forever.\r\n";

const LINES: usize = MEBIBYTE / LINE.len();

const MAIL_HEADER: &str = "From: bench@example.com\r\nTo: bench@example.com\r\nSubject: bench\r\n\
                           MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n";

impl Bench {
    /// Makes keys in `folder`.
    pub(super) fn new(smime: PathBuf, folder: PathBuf) -> Result<Self> {
        let openssl = process::has("openssl");
        let bench = Self {
            smime,
            folder,
            openssl,
        };
        if openssl {
            bench.keys_by_openssl()?;
        } else {
            bench.keys_by_smime()?;
        }
        Ok(bench)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// `program` with words; files are named as seen from the folder.
    fn words(program: &str, text: &str) -> Vec<String> {
        let mut words = vec![program.to_owned()];
        words.extend(text.split(' ').map(str::to_owned));
        words
    }

    fn smime_words(&self, text: &str) -> Vec<String> {
        Self::words(&self.smime.display().to_string(), text)
    }

    fn execute(&self, words: &[String]) -> Result<()> {
        let (program, arguments) = words.split_first().context("no program")?;
        let mut command = process::command(program);
        process::output(command.args(arguments).current_dir(&self.folder)).map(drop)
    }

    fn keys_by_openssl(&self) -> Result<()> {
        const EXTENSIONS: &str = "basicConstraints=critical,CA:FALSE\n\
                                  keyUsage=critical,digitalSignature,keyEncipherment\n\
                                  extendedKeyUsage=emailProtection\n\
                                  subjectAltName=email:bench@example.com\n";
        std::fs::write(self.folder.join("extensions"), EXTENSIONS)?;
        for text in [
            "req -x509 -newkey rsa:2048 -nodes -sha256 -days 30 -subj /CN=Bench-CA -keyout ca.key -out ca.pem",
            "req -newkey rsa:2048 -nodes -sha256 -subj /CN=Bench -keyout key.pem -out request.pem",
            "x509 -req -sha256 -days 30 -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial \
             -extfile extensions -out cert.pem",
        ] {
            self.execute(&Self::words("openssl", text))?;
        }
        Ok(())
    }

    fn keys_by_smime(&self) -> Result<()> {
        let store = self.folder.join("store");
        if store.exists() {
            std::fs::remove_dir_all(&store)?;
        }
        for text in [
            "--no-input --store store ca init --alg rsa2048",
            "--no-input --store store ca issue bench@example.com --alg rsa2048",
            "--no-input --store store id export bench@example.com --force --pem identity.pem",
        ] {
            self.execute(&self.smime_words(text))?;
        }
        Ok(())
    }

    /// Makes a random file and a signed mail of `mebibytes`.
    pub(super) fn make_inputs(&self, mebibytes: u64) -> Result<()> {
        let mut random = File::open("/dev/urandom")?;
        let mut data = File::create(self.folder.join("data"))?;
        let mut block = vec![0_u8; MEBIBYTE];
        let mut mail = BufWriter::new(File::create(self.folder.join("mail"))?);
        mail.write_all(MAIL_HEADER.as_bytes())?;
        for _ in 0..mebibytes {
            random.read_exact(&mut block)?;
            data.write_all(&block)?;
            for _ in 0..LINES {
                mail.write_all(LINE.as_bytes())?;
            }
        }
        mail.flush()?;
        data.sync_all()?;
        let identity = self.identity();
        for (form, name) in [("--clear", "mail.signed"), ("--opaque", "mail.opaque")] {
            let text = format!("sign mail {identity} {form} --force -o {name}");
            self.execute(&self.smime_words(&text))?;
        }
        Ok(())
    }

    /// What nothing can go below: one pass of hash or cipher over the same file, and one write of it.
    pub(super) fn floor(&self, operation: Operation) -> Vec<Vec<String>> {
        const KEY: &str = "-K 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff \
                           -iv 00112233445566778899aabbccddeeff";
        let copy = "bs=128k status=none of=copy";
        let texts = match operation {
            Operation::Sign | Operation::Verify => {
                vec![
                    ("openssl", "dgst -sha256 data".to_owned()),
                    ("dd", format!("if=data {copy}")),
                ]
            }
            Operation::VerifyWithoutOutput => vec![("openssl", "dgst -sha256 data".to_owned())],
            Operation::VerifyMail | Operation::VerifyOpaqueMail => {
                vec![
                    ("openssl", "dgst -sha256 mail".to_owned()),
                    ("dd", format!("if=mail {copy}")),
                ]
            }
            Operation::Encrypt(Cipher::Cbc) => {
                vec![(
                    "openssl",
                    format!("enc -aes-256-cbc {KEY} -in data -out copy"),
                )]
            }
            Operation::Decrypt(Cipher::Cbc) => {
                vec![(
                    "openssl",
                    format!("enc -d -nopad -aes-256-cbc {KEY} -in data -out copy"),
                )]
            }
            Operation::Encrypt(Cipher::Gcm) | Operation::Decrypt(Cipher::Gcm) => {
                vec![(
                    "openssl",
                    format!("enc -aes-256-ctr {KEY} -in data -out copy"),
                )]
            }
        };
        if !self.openssl {
            return Vec::new();
        }
        let words = texts
            .iter()
            .map(|(program, text)| Self::words(program, text));
        words.collect()
    }

    fn identity(&self) -> &'static str {
        if self.openssl {
            "-s cert.pem,key.pem"
        } else {
            "-s identity.pem"
        }
    }

    /// Hashing what the operation is about.
    pub(super) fn digest(&self, operation: Operation) -> Option<Vec<String>> {
        let text = match operation {
            Operation::VerifyMail => "dgst -sha256 mail",
            Operation::VerifyOpaqueMail => "dgst -sha256 mail",
            _ => "dgst -sha256 data",
        };
        self.openssl.then(|| Self::words("openssl", text))
    }

    /// The operation by the command smime.
    pub(super) fn smime(&self, operation: Operation) -> Vec<String> {
        let store = if self.openssl { "" } else { " --store store" };
        let (anchor, recipient, key) = if self.openssl {
            (" --ca ca.pem", "-r cert.pem", "-k cert.pem,key.pem")
        } else {
            ("", "-r identity.pem", "-k identity.pem")
        };
        let identity = self.identity();
        let text = match operation {
            Operation::Sign => {
                format!("sign data {identity} --out-format der --opaque -o signed")
            }
            Operation::Verify => format!("verify signed{anchor} -o content"),
            Operation::Encrypt(cipher) => {
                let name = cipher.name();
                format!("encrypt data {recipient} --cipher {name} --out-format der -o {name}")
            }
            Operation::Decrypt(cipher) => format!("decrypt {} {key} -o content", cipher.name()),
            Operation::VerifyMail => format!("verify mail.signed{anchor} -o content"),
            Operation::VerifyOpaqueMail => format!("verify mail.opaque{anchor} -o content"),
            Operation::VerifyWithoutOutput => format!("verify signed{anchor}"),
        };
        let text = format!("{text} --force --no-input --quiet{store}");
        self.smime_words(&text)
    }

    /// The operation by openssl.
    pub(super) fn openssl(&self, operation: Operation) -> Option<Vec<String>> {
        let text = match operation {
            Operation::Sign => {
                "cms -sign -binary -nodetach -stream -outform DER -in data -signer cert.pem \
                                -inkey key.pem -out openssl"
                    .to_owned()
            }
            Operation::Verify => {
                "cms -verify -binary -inform DER -in signed -CAfile ca.pem -out openssl".to_owned()
            }
            Operation::Encrypt(cipher) => format!(
                "cms -encrypt -binary -stream -outform DER -{} -in data -out openssl cert.pem",
                cipher.name()
            ),
            Operation::Decrypt(cipher) => format!(
                "cms -decrypt -binary -inform DER -in {} -recip cert.pem -inkey key.pem -out openssl",
                cipher.name()
            ),
            Operation::VerifyMail => {
                "cms -verify -in mail.signed -CAfile ca.pem -out openssl".to_owned()
            }
            Operation::VerifyOpaqueMail => {
                "cms -verify -in mail.opaque -CAfile ca.pem -out openssl".to_owned()
            }
            Operation::VerifyWithoutOutput => {
                "cms -verify -binary -inform DER -in signed -CAfile ca.pem -out /dev/null"
                    .to_owned()
            }
        };
        self.openssl.then(|| Self::words("openssl", &text))
    }

    /// What an operation wrote is what it should be, as far as it is the input again.
    pub(super) fn check(&self, operation: Operation) -> Result<()> {
        match operation {
            Operation::Verify | Operation::Decrypt(_) => {
                same_content(&self.folder.join("data"), &self.folder.join("content"))
            }
            _ => Ok(()),
        }
    }
}
