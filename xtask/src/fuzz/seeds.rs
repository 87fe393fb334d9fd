//! Where seeds come from: the foreign vectors, and messages of our own to the keys of testkit.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::{MAX_LEN, Takes, Target};
use crate::process;

/// An input, and what it can be.
#[derive(Debug)]
pub(super) struct Seed {
    name: String,
    octets: Vec<u8>,
}

/// Inputs to be replayed: as they are, and with an octet for the chunking in front.
#[derive(Debug)]
pub(super) struct Replay {
    pub(super) plain: PathBuf,
    pub(super) chunked: PathBuf,
}

/// Contents of the OBJECT IDENTIFIERs of content types.
const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const ENVELOPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
const DIGESTED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x05";
const ENCRYPTED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06";
const AUTHENTICATED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x02";
const COMPRESSED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09";
const CONTENT_COLLECTION: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x13";
const CONTENT_WITH_ATTRIBUTES: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x14";
const AUTH_ENVELOPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17";
const TIME_STAMPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x1f";

/// Octets of a seed that is taken for choices at most.
const SHORT: usize = 200;

/// How far from the front a ContentInfo has its content type.
const CONTENT_INFO: usize = 24;

/// All seeds.
pub(super) fn collect() -> Result<Vec<Seed>> {
    let mut seeds = own()?;
    let examples = process::root().join("docs/examples");
    for path in testkit::vectors::files(&examples) {
        seeds.push(read(&examples, &path)?);
        seeds.extend(unarmoured(&examples, &path)?);
    }
    if let Some(vectors) = testkit::vectors::root("seeds from the vectors") {
        for path in testkit::vectors::files(&vectors) {
            let size = std::fs::metadata(&path)?.len();
            if usize::try_from(size).is_ok_and(|size| size < MAX_LEN) {
                seeds.push(read(&vectors, &path)?);
            }
        }
    }
    Ok(seeds)
}

/// Writes those that serve a target into its corpus; says how many.
pub(super) fn write(seeds: &[Seed], target: Target, corpus: &Path) -> Result<usize> {
    std::fs::create_dir_all(corpus)?;
    let mut count = 0_usize;
    for seed in seeds.iter().filter(|seed| seed.serves(target.takes)) {
        let path = corpus.join(&seed.name);
        if target.chunked {
            std::fs::write(path, with_chunking(count, &seed.octets))?;
        } else {
            std::fs::write(path, &seed.octets)?;
        }
        count = count.saturating_add(1);
    }
    Ok(count)
}

/// The inputs of the vectors that other implementations' fuzzers found, in `folder`.
pub(super) fn replay(folder: &Path) -> Result<Option<Replay>> {
    let Some(vectors) = testkit::vectors::root("the replay of openssl-fuzz") else {
        return Ok(None);
    };
    let plain = vectors.join("openssl-fuzz");
    if !plain.is_dir() {
        eprintln!("SKIPPED the replay of openssl-fuzz: it is not among the vectors");
        return Ok(None);
    }
    std::fs::create_dir_all(folder)?;
    for (index, path) in testkit::vectors::files(&plain).iter().enumerate() {
        let seed = read(&plain, path)?;
        std::fs::write(folder.join(&seed.name), with_chunking(index, &seed.octets))?;
    }
    Ok(Some(Replay {
        plain,
        chunked: folder.to_owned(),
    }))
}

/// What a file in PEM holds first.
fn unarmoured(base: &Path, path: &Path) -> Result<Option<Seed>> {
    let text = std::fs::read(path)?;
    let octets = testkit::vectors::pem(&String::from_utf8_lossy(&text), None);
    let inner = path
        .strip_prefix(base)
        .unwrap_or(path)
        .with_extension("der");
    let name = inner.to_string_lossy().replace('/', "_");
    Ok(octets.map(|octets| Seed { name, octets }))
}

fn read(base: &Path, path: &Path) -> Result<Seed> {
    let octets = std::fs::read(path).with_context(|| path.display().to_string())?;
    let inner = path.strip_prefix(base).unwrap_or(path);
    let name = inner.to_string_lossy().replace('/', "_");
    Ok(Seed { name, octets })
}

/// Every 64th input is read whole, the others in 1 to 63 octets at a time.
fn with_chunking(index: usize, octets: &[u8]) -> Vec<u8> {
    let mut input = vec![u8::try_from(index % 64).unwrap_or_default()];
    input.extend_from_slice(octets);
    input
}

impl Seed {
    /// Whether one of the words stands in the name of the file.
    fn is_named(&self, words: &[&str]) -> bool {
        let name = self.name.to_ascii_lowercase();
        words.iter().any(|word| name.contains(word))
    }

    fn serves(&self, takes: Takes) -> bool {
        match takes {
            Takes::AnyBer => matches!(self.octets.first(), Some(0x24 | 0x30 | 0x31)),
            Takes::AnyCms => {
                self.octets.starts_with(&[0x30]) && self.holds(b"\x2a\x86\x48\x86\xf7\x0d\x01")
            }
            Takes::AuthenticatedData => self.holds(AUTHENTICATED_DATA),
            Takes::Certificates => {
                self.octets.starts_with(&[0x30, 0x82])
                    && self.is_named(&[".crt", ".cer", ".der", "cert"])
            }
            Takes::Containers => self.is_named(&["p12", "pfx", "p8", "key", "csr", ".pem"]),
            Takes::Status => self.octets.starts_with(&[0x30]) && self.is_named(&["crl", "ocsp"]),
            Takes::Collection => {
                self.holds(CONTENT_COLLECTION) || self.holds(CONTENT_WITH_ATTRIBUTES)
            }
            Takes::CompressedData => self.holds(COMPRESSED_DATA),
            Takes::DigestedData => self.holds(DIGESTED_DATA),
            Takes::EncryptedData => self.holds(ENCRYPTED_DATA),
            Takes::EnvelopedData => self.holds(ENVELOPED_DATA) || self.holds(AUTH_ENVELOPED_DATA),
            Takes::Short => self.octets.len() <= SHORT,
            Takes::TimeStampedData => self.holds(TIME_STAMPED_DATA),
            Takes::Mail => {
                let front = self.octets.get(..4096).unwrap_or(&self.octets);
                let front = String::from_utf8_lossy(front).to_ascii_lowercase();
                front.contains("content-type:") || front.contains("mime-version:")
            }
            Takes::MailAndCms => [Takes::EnvelopedData, Takes::Mail, Takes::SignedData]
                .into_iter()
                .any(|takes| self.serves(takes)),
            Takes::SignedData => self.holds(SIGNED_DATA),
        }
    }

    fn holds(&self, content_type: &[u8]) -> bool {
        let front = self.octets.get(..CONTENT_INFO).unwrap_or(&self.octets);
        front
            .windows(content_type.len())
            .any(|window| window == content_type)
    }
}

/// Messages that the command smime makes for the keys of testkit, so that decryption gets past the keys and
/// signatures hold.
fn own() -> Result<Vec<Seed>> {
    const MAIL: &str = "From: alice@example.com\nTo: bob@example.com\nSubject: seed\nMIME-Version: 1.0\n\
                        Content-Type: text/plain; charset=us-ascii\n\nA seed.\n";
    let smime = process::smime()?;
    let target = process::target_directory()?;
    let folder = target.join("seeds");
    std::fs::create_dir_all(&folder)?;
    let mail = folder.join("mail");
    std::fs::write(&mail, MAIL)?;
    let data = process::root().join("crates/testkit/data");
    let certificate = |name: &str| data.join(format!("{name}.der")).display().to_string();
    let identity = |name: &str| {
        let key = data.join(format!("{name}.key.der"));
        format!("{},{}", certificate(name), key.display())
    };
    let mut seeds = Vec::new();
    let mut make = |name: String, input: &Path, arguments: &[String]| -> Result<PathBuf> {
        let path = folder.join(&name);
        let mut command = process::command(&smime.display().to_string());
        command.args(arguments).arg(input);
        command
            .args(["--quiet", "--no-input", "--force", "-o"])
            .arg(&path);
        process::output(&mut command)?;
        seeds.push(read(&folder, &path)?);
        Ok(path)
    };
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    for name in ["alice", "bob", "carol", "dave"] {
        for (form, options) in [
            ("clear", "sign --clear"),
            ("opaque", "sign --opaque"),
            ("der", "sign --out-format der"),
            ("stream", "sign --out-format der --stream"),
            ("bare", "sign --out-format der --no-attrs --key-id"),
        ] {
            let mut arguments = words(options);
            arguments.extend(["-s".to_owned(), identity(name)]);
            let signed = make(format!("own-{name}-{form}"), &mail, &arguments)?;
            if name == "dave" || !["clear", "opaque"].contains(&form) {
                continue;
            }
            let mut arguments = words("encrypt -r");
            arguments.push(certificate(name));
            make(format!("own-{name}-{form}-encrypted"), &signed, &arguments)?;
        }
        if name == "dave" {
            continue;
        }
        for cipher in ["aes-128-gcm", "aes-256-gcm", "aes-128-cbc", "aes-256-cbc"] {
            for (form, options) in [
                ("der", "encrypt --out-format der"),
                ("v15", "encrypt --out-format der --rsa v15 --key-id"),
                ("stream", "encrypt --out-format der --stream"),
            ] {
                let mut arguments = words(options);
                arguments.extend(["--cipher".to_owned(), cipher.to_owned()]);
                arguments.extend(["-r".to_owned(), certificate(name)]);
                make(format!("own-{name}-{cipher}-{form}"), &mail, &arguments)?;
            }
        }
    }
    Ok(seeds)
}

#[cfg(test)]
mod tests {
    use super::{SIGNED_DATA, Seed, with_chunking};
    use crate::fuzz::Takes;

    #[test]
    fn seeds_go_where_they_serve() {
        let mut octets = b"\x30\x80\x06\x09".to_vec();
        octets.extend_from_slice(SIGNED_DATA);
        let name = String::new();
        let seed = Seed { name, octets };
        let served = |takes| seed.serves(takes);
        assert!(served(Takes::AnyBer) && served(Takes::SignedData) && served(Takes::MailAndCms));
        assert!(!served(Takes::EnvelopedData) && !served(Takes::Mail));
    }

    #[test]
    fn the_chunking_stands_in_front() {
        assert_eq!(with_chunking(65, b"ab"), b"\x01ab");
    }
}
