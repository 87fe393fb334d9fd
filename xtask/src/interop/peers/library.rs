//! Libraries in other languages, each behind a small program of ours that is told what to do in the standards' terms.

use std::path::Path;

use anyhow::Result;

use crate::interop::bounded::Line;
use crate::interop::driver::{Driver, Order};
use crate::interop::feature::{Act, Encrypt, Form, Rsa, Sign, To};
use crate::interop::install::Places;
use crate::interop::peer::{Answer, Found, Job, Kind, Name, Peer, release};
use crate::process;

struct Library {
    name: Name,
    driver: Driver,
}

/// A library: who it is, and what runs its driver.
struct Candidate {
    /// Without the release.
    id: &'static str,
    product: &'static str,
    kind: Kind,
    line: Option<Line>,
    how: &'static str,
}

/// All that are there; `codecs` is the program of `xtask/codecs`.
pub(crate) fn find(places: &Places, codecs: Option<&Path>, scratch: &Path) -> Vec<Found> {
    let python = places.python().join("bin/python");
    let node = places.node();
    let script = |name: &str| {
        let folder = process::root().join("xtask/src/interop/peers/drivers");
        folder.join(name)
    };
    let in_python = |name: &str| {
        let line = Line::new(&python.display().to_string());
        python
            .is_file()
            .then(|| line.word(&script(name).display().to_string()))
    };
    // A module is looked for from where it stands: next to its packages.
    let in_node = |name: &str, package: &str| {
        let there = node.join("node_modules").join(package).is_dir() && process::has("node");
        there.then(|| in_node(&node, &script(name)))
    };
    let in_rust = |verb: &str| {
        let line = codecs.map(|program| Line::new(&program.display().to_string()));
        line.map(|line| line.word(verb))
    };
    let candidates = [
        Candidate {
            id: "cryptography",
            product: "Python cryptography",
            kind: Kind::Signatures,
            line: in_python("cryptography_driver.py"),
            how: "not installed by pip",
        },
        Candidate {
            id: "asn1crypto",
            product: "Python asn1crypto",
            kind: Kind::Structure,
            line: in_python("asn1crypto_driver.py"),
            how: "not installed by pip",
        },
        Candidate {
            id: "pkijs",
            product: "pkijs",
            kind: Kind::Paths,
            line: in_node("pkijs.mjs", "pkijs"),
            how: "not installed by npm",
        },
        Candidate {
            id: "node-forge",
            product: "node-forge",
            kind: Kind::Signatures,
            line: in_node("forge.mjs", "node-forge"),
            how: "not installed by npm",
        },
        Candidate {
            id: "wolfssl",
            product: "wolfSSL",
            kind: Kind::Signatures,
            line: in_c(&script("wolfssl.c"), scratch),
            how: "not installed, or no C compiler",
        },
        Candidate {
            id: "cms",
            product: "crate cms",
            kind: Kind::Structure,
            line: in_rust("cms"),
            how: "not built",
        },
        Candidate {
            id: "rasn-cms",
            product: "crate rasn-cms",
            kind: Kind::Structure,
            line: in_rust("rasn-cms"),
            how: "not built",
        },
        Candidate {
            id: "cryptographic-message-syntax",
            product: "crate cryptographic-message-syntax",
            kind: Kind::Signatures,
            line: in_rust("cryptographic-message-syntax"),
            how: "not built",
        },
    ];
    candidates.into_iter().map(Candidate::start).collect()
}

/// The driver in C, where the library's headers and a compiler are.
fn in_c(script: &Path, scratch: &Path) -> Option<Line> {
    let header = Path::new("/usr/include/wolfssl/wolfcrypt/pkcs7.h");
    let program = scratch.join("wolfssl");
    let mut compile = process::command("cc");
    compile
        .args(["-O1", "-w", "-o"])
        .arg(&program)
        .arg(script)
        .arg("-lwolfssl");
    let built = header.is_file() && process::output(&mut compile).is_ok();
    built.then(|| Line::new(&program.display().to_string()))
}

/// Runs a copy of the script beside the packages, since that is where node looks for them.
fn in_node(node: &Path, script: &Path) -> Line {
    let beside = |name: &std::ffi::OsStr| node.join(name);
    let protocol = script.with_file_name("protocol.mjs");
    for file in [script, &protocol] {
        let _ = std::fs::copy(file, beside(file.file_name().unwrap_or_default()));
    }
    let copy = beside(script.file_name().unwrap_or_default());
    Line::new("node")
        .word("--max-old-space-size=512")
        .word(&copy.display().to_string())
}

impl Candidate {
    fn start(self) -> Found {
        let Self { id, product, .. } = self;
        let missing = |why: String| Found::Missing { id, why };
        let Some(line) = self.line else {
            return missing(self.how.to_owned());
        };
        let mut driver = Driver::new(line);
        match driver.ask("version") {
            Err(error) => missing(format!("{error:#}")),
            Ok(version) => Found::Peer(Box::new(Library {
                name: Name {
                    id: format!("{id}-{}", release(&version)),
                    product,
                    version,
                    kind: self.kind,
                },
                driver,
            })),
        }
    }
}

fn sign(sign: &Sign, job: Job<'_>) -> Option<Order> {
    if sign.countersigned || sign.issuer.is_some() || sign.signers.len() != 1 {
        return None;
    }
    let form = match sign.form {
        Form::Opaque => "opaque",
        Form::Detached => "detached",
        Form::Clear => "clear",
        Form::Mail => "mail",
    };
    let digest = sign.digest.to_uppercase();
    let order = Order::new("sign")
        .file("cert", &job.world.certificate(sign.signer()))
        .file("key", &job.world.key(sign.signer()))
        .field("who", sign.signer())
        .field("digest", &digest)
        .field("form", form);
    let order = order
        .flag("pss", sign.pss)
        .flag("direct", !sign.attributes)
        .flag("ski", sign.key_id)
        .flag("stream", sign.stream)
        .flag("bare", !sign.certificates);
    Some(order)
}

fn encrypt(encrypt: &Encrypt, job: Job<'_>) -> Option<Order> {
    let [To::Person(person)] = encrypt.to.as_slice() else {
        return None;
    };
    if encrypt.signed || encrypt.rsa == Rsa::Kem {
        return None;
    }
    let rsa = match encrypt.rsa {
        Rsa::Oaep(hash) => hash.to_uppercase(),
        _ => "v15".to_owned(),
    };
    let order = Order::new("encrypt")
        .file("cert", &job.world.certificate(person))
        .field("who", person)
        .field("cipher", encrypt.cipher)
        .field("rsa", &rsa)
        .field("agreement", encrypt.agreement.unwrap_or("default"));
    let order = order
        .flag("ski", encrypt.key_id)
        .flag("stream", encrypt.stream)
        .flag("mail", encrypt.mail);
    Some(order)
}

impl Library {
    fn run(&mut self, order: Option<Order>, job: Job<'_>) -> Result<Answer> {
        let Some(order) = order else {
            return Answer::cannot("its driver has no such verb");
        };
        let order = order.file("in", job.input).file("out", job.output);
        self.driver.run(&order, job)
    }
}

impl Peer for Library {
    fn name(&self) -> &Name {
        &self.name
    }

    fn make(&mut self, job: Job<'_>) -> Result<Answer> {
        if self.name.kind == Kind::Structure {
            return Answer::cannot("it reads the structure alone");
        }
        let order = match &job.feature.act {
            Act::Sign(asked) => sign(asked, job),
            Act::Encrypt(asked) => encrypt(asked, job),
            _ => None,
        };
        self.run(order, job)
    }

    fn read(&mut self, job: Job<'_>) -> Result<Answer> {
        if job.feature.act.mail() {
            return Answer::cannot("no MIME");
        }
        if self.name.kind == Kind::Structure {
            return self.run(Some(Order::new("parse")), job);
        }
        let order = match &job.feature.act {
            Act::Sign(asked) => {
                let mut order = Order::new("verify")
                    .file("root", &job.world.root())
                    .file("cert", &job.world.certificate(asked.signer()));
                if asked.form == Form::Detached {
                    order = order.file("content", job.content);
                }
                Some(order)
            }
            Act::Encrypt(asked) => match asked.to.last() {
                Some(To::Person(person)) => Some(
                    Order::new("decrypt")
                        .file("cert", &job.world.certificate(person))
                        .file("key", &job.world.key(person))
                        .field("who", person),
                ),
                _ => None,
            },
            _ => None,
        };
        self.run(order, job)
    }
}
