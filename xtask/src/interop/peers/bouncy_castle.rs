//! Bouncy Castle: one Java process for all jobs, the driver of the command's own tests.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::interop::bounded::Line;
use crate::interop::driver::{Driver, Order};
use crate::interop::feature::{Act, Encrypt, Rsa, Sign, To};
use crate::interop::peer::{Answer, Found, Job, Kind, Name, Peer, release};
use crate::interop::people::{KEK_ID, PASSWORD, World};
use crate::process;

const SOURCES: &str = "crates/smime-cli/tests/bouncy_castle/java";

/// The classes of the driver; the last is for releases with ML-DSA and ML-KEM alone.
const CLASSES: [&str; 8] = [
    "BouncyCastle",
    "Derivation",
    "Identity",
    "Messages",
    "Opening",
    "Sealing",
    "Signatures",
    "PostQuantum",
];

const JARS: [&str; 3] = ["bcprov", "bcutil", "bcpkix"];

struct BouncyCastle {
    name: Name,
    driver: Driver,
}

/// The release of Debian's packages, and what `--install` put beside it.
pub(crate) fn find(debian: &Path, scratch: &Path) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    let missing = |id, why: &str| Found::Missing {
        id,
        why: why.to_owned(),
    };
    if !process::has("javac") {
        let why = "no javac";
        return Ok(vec![
            missing("bouncy-castle-1.72", why),
            missing("bouncy-castle-1.80", why),
        ]);
    }
    let newer = debian.join("usr/share/java");
    for (id, folder) in [
        ("bouncy-castle-1.72", Path::new("/usr/share/java")),
        ("bouncy-castle-1.80", &newer),
    ] {
        match start(folder, &scratch.join(id))? {
            Some(peer) => found.push(Found::Peer(Box::new(peer))),
            None => found.push(missing(id, "its jars are not installed")),
        }
    }
    Ok(found)
}

fn start(folder: &Path, classes: &Path) -> Result<Option<BouncyCastle>> {
    let jars: Vec<PathBuf> = JARS
        .into_iter()
        .map(|jar| folder.join(format!("{jar}.jar")))
        .collect();
    if !jars.iter().all(|jar| jar.is_file()) {
        return Ok(None);
    }
    let jars: Vec<String> = jars.iter().map(|jar| jar.display().to_string()).collect();
    let path = jars.join(":");
    std::fs::create_dir_all(classes)?;
    let compile = |names: &[&str]| {
        let mut javac = process::command("javac");
        javac.args(["-Xlint:none", "-nowarn", "-encoding", "UTF-8", "-cp", &path]);
        javac.arg("-d").arg(classes);
        let sources = process::root().join(SOURCES);
        javac.args(
            names
                .iter()
                .map(|name| sources.join(format!("{name}.java"))),
        );
        process::output(&mut javac)
    };
    let old = CLASSES.split_last().map_or(&[][..], |(_, old)| old);
    // Without the last, where the release is older than it.
    compile(&CLASSES).or_else(|_| compile(old))?;
    let line = Line::new("java")
        .words("-Xmx512m -XX:TieredStopAtLevel=1 -Xshare:auto -cp")
        .word(&format!("{}:{path}", classes.display()))
        .words("BouncyCastle -");
    let mut driver = Driver::new(line);
    let said = driver.ask("version")?;
    // "1.8" is how 1.80 says it.
    let version = if said == "1.8" {
        "1.80".to_owned()
    } else {
        said
    };
    Ok(Some(BouncyCastle {
        name: Name {
            id: format!("bouncy-castle-{}", release(&version)),
            product: "Bouncy Castle",
            version,
            kind: Kind::Signatures,
        },
        driver,
    }))
}

impl BouncyCastle {
    fn run(&mut self, order: Order, job: Job<'_>) -> Result<Answer> {
        let order = order.file("in", job.input).file("out", job.output);
        self.driver.run(&order, job)
    }

    fn sign(&mut self, sign: &Sign, job: Job<'_>) -> Result<Answer> {
        if sign.mail() {
            return Answer::cannot("its mail classes are not driven");
        }
        if sign.issuer.is_some() {
            return Answer::cannot("its driver has no such field");
        }
        let signer = sign.signer();
        let mut order = Order::new("sign")
            .file("key", &job.world.identity(signer))
            .field("algorithm", &algorithm(signer, sign.digest, sign.pss))
            .flag("direct", !sign.attributes)
            .flag("ski", sign.key_id)
            .flag("ber", sign.stream)
            .flag("bare", !sign.certificates)
            .flag("detached", job.feature.act.detached());
        if let Some(second) = sign.signers.get(1) {
            order = order
                .file("key2", &job.world.identity(second))
                .field("algorithm2", &algorithm(second, sign.digest, false));
        }
        if sign.countersigned {
            order = order
                .file("counter", &job.world.identity("bob"))
                .field("counter-algorithm", "SHA256withECDSA");
        }
        self.run(order, job)
    }

    fn encrypt(&mut self, encrypt: &Encrypt, job: Job<'_>) -> Result<Answer> {
        if encrypt.mail {
            return Answer::cannot("its mail classes are not driven");
        }
        let Some(cipher) = cipher(encrypt.cipher) else {
            return Answer::cannot("it has no such cipher for CMS");
        };
        let Some(to) = encrypt.to.last() else {
            return Answer::cannot("nobody receives");
        };
        let mut order = Order::new("encrypt")
            .field("cipher", cipher)
            .flag("ber", encrypt.stream)
            .flag("ski", encrypt.key_id);
        order = recipient(order, *to, job.world);
        if encrypt.to.len() > 1 {
            order = order.file("rsa-too", &job.world.identity("alice"));
        }
        if let To::Person(person) = to {
            let Some(made) = how(order, encrypt, person) else {
                return Answer::cannot("it has no class for that");
            };
            order = made;
        }
        self.run(order, job)
    }
}

/// As Java names it.
fn algorithm(signer: &str, digest: &str, pss: bool) -> String {
    let named = match signer {
        "erin" => "Ed25519",
        "frank" => "Ed448",
        "ivan" => "ML-DSA-44",
        "judy" => "ML-DSA-65",
        "kim" => "ML-DSA-87",
        "olivia" => "SLH-DSA-SHA2-128F",
        "peggy" => "SLH-DSA-SHAKE-128F",
        _ => "",
    };
    if !named.is_empty() {
        return named.to_owned();
    }
    let digest = digest.to_uppercase().replace("SHA-", "SHA");
    match (signer, pss) {
        ("alice", true) => format!("{digest}withRSAandMGF1"),
        ("alice", false) => format!("{digest}withRSA"),
        _ => format!("{digest}withECDSA"),
    }
}

fn cipher(name: &str) -> Option<&'static str> {
    Some(match name {
        "des-ede3-cbc" => "1.2.840.113549.3.7",
        "aes-128-cbc" => "2.16.840.1.101.3.4.1.2",
        "aes-192-cbc" => "2.16.840.1.101.3.4.1.22",
        "aes-256-cbc" => "2.16.840.1.101.3.4.1.42",
        "aes-128-gcm" => "2.16.840.1.101.3.4.1.6",
        "aes-192-gcm" => "2.16.840.1.101.3.4.1.26",
        "aes-256-gcm" => "2.16.840.1.101.3.4.1.46",
        "aes-128-ccm" => "2.16.840.1.101.3.4.1.7",
        "aes-256-ccm" => "2.16.840.1.101.3.4.1.47",
        "camellia-128-cbc" => "1.2.392.200011.61.1.1.1.2",
        "camellia-256-cbc" => "1.2.392.200011.61.1.1.1.4",
        _ => return None,
    })
}

/// Who receives, or who reads.
fn recipient(order: Order, to: To, world: &World) -> Order {
    match to {
        To::Person(person) => order.file("key", &world.identity(person)),
        To::Password => order.field("password", PASSWORD),
        To::Kek(octets, wrap) => {
            let name = if wrap.starts_with("aes") {
                "AES"
            } else {
                "Camellia"
            };
            let kek = format!("{KEK_ID}:{}", world.secret(octets).display());
            order.field("kek", &kek).field("wrap", name)
        }
    }
}

fn how(order: Order, encrypt: &Encrypt, person: &str) -> Option<Order> {
    const AES_256_WRAP: &str = "2.16.840.1.101.3.4.1.45";
    const HKDF_SHA_256: &str = "1.2.840.113549.1.9.16.3.28";
    Some(match person {
        "alice" => match encrypt.rsa {
            Rsa::V15 => order.field("how", "rsa"),
            Rsa::Oaep(hash) => {
                let hash = hash.to_uppercase();
                order.field("how", "oaep").field("hash", &hash)
            }
            Rsa::Kem => return None,
        },
        "laura" | "mallory" | "niaj" => order
            .field("how", "kem")
            .field("kdf", HKDF_SHA_256)
            .field("wrap", AES_256_WRAP),
        "grace" | "heidi" => return None,
        _ => {
            let scheme = match encrypt.agreement {
                Some("ecdh-std-sha1kdf") => "1.3.133.16.840.63.0.2",
                Some("ecdh-std-sha384kdf") => "1.3.132.1.11.2",
                Some("ecdh-std-sha512kdf") => "1.3.132.1.11.3",
                Some("ecdh-cofactor-sha256kdf") => "1.3.132.1.14.1",
                _ => "1.3.132.1.11.1",
            };
            order.field("how", scheme).field("wrap", AES_256_WRAP)
        }
    })
}

impl Peer for BouncyCastle {
    fn name(&self) -> &Name {
        &self.name
    }

    fn make(&mut self, job: Job<'_>) -> Result<Answer> {
        match &job.feature.act {
            Act::Sign(sign) => self.sign(sign, job),
            Act::Encrypt(encrypt) => self.encrypt(encrypt, job),
            Act::Compress {
                stream,
                mail: false,
            } => {
                if *stream {
                    return Answer::cannot("its compressor has one form");
                }
                self.run(Order::new("compress"), job)
            }
            Act::Mac { to, .. } => {
                let order =
                    recipient(Order::new("mac"), *to, job.world).field("mac", "1.2.840.113549.2.9");
                let order = match to {
                    To::Person("alice") => order.field("how", "rsa"),
                    _ => order
                        .field("how", "1.3.132.1.11.1")
                        .field("wrap", "2.16.840.1.101.3.4.1.45"),
                };
                self.run(order, job)
            }
            Act::CertsOnly => {
                let order = Order::new("certs-only")
                    .file("one", &job.world.certificate("alice"))
                    .file("two", &job.world.certificate("bob"));
                self.run(order, job)
            }
            Act::Compress { .. } => Answer::cannot("its mail classes are not driven"),
            Act::Digest { .. } | Act::EncryptData { .. } | Act::Receipt => {
                Answer::cannot("its driver has no such verb")
            }
        }
    }

    fn read(&mut self, job: Job<'_>) -> Result<Answer> {
        if job.feature.act.mail() {
            return Answer::cannot("its mail classes are not driven");
        }
        let order = match &job.feature.act {
            Act::Sign(sign) => {
                let mut order = Order::new("verify");
                if job.feature.act.detached() {
                    order = order.file("content", job.content);
                }
                if !sign.certificates {
                    order = order.file("certificate", &job.world.certificate(sign.signer()));
                }
                order
            }
            Act::Encrypt(encrypt) => match encrypt.to.last() {
                Some(to) => recipient(Order::new("decrypt"), *to, job.world),
                None => return Answer::cannot("nobody receives"),
            },
            Act::Compress { .. } => Order::new("decompress"),
            Act::Mac { to, .. } => recipient(Order::new("check-mac"), *to, job.world),
            Act::CertsOnly => Order::new("read-certs"),
            Act::Digest { .. } => Order::new("check-digest"),
            Act::EncryptData { .. } | Act::Receipt => {
                return Answer::cannot("its driver has no such verb");
            }
        };
        self.run(order, job)
    }
}
