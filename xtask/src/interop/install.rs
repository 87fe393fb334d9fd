//! `cargo xtask interop --install`: the peers that Debian, PyPI, npm and crates.io offer, into `target/interop-peers`,
//! where the adapters look for them. What cannot be had is said, and the rest goes on.

mod debian;
mod openssl;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::process;

/// Peers among the system's own packages, and what drives and shows them.
const PACKAGES: [&str; 12] = [
    "openssl",
    "gpgsm",
    "gpg-agent",
    "gnutls-bin",
    "libnss3-tools",
    "default-jdk-headless",
    "libbcprov-java",
    "libbcutil-java",
    "libbcpkix-java",
    "libwolfssl-dev",
    "chromium",
    "python3-venv",
];

const FROM_PYPI: [&str; 2] = ["cryptography==50.0.2", "asn1crypto==1.5.1"];

const FROM_NPM: [&str; 3] = ["pkijs@4.0.0", "asn1js", "node-forge@1.4.3"];

/// Where everything goes.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    base: PathBuf,
}

impl Places {
    pub(crate) fn new(target: &Path) -> Self {
        Self {
            base: target.join("interop-peers"),
        }
    }

    /// Programs beside the system's own, each with its release in its name: `openssl-13`, `openssl-4.0`.
    pub(crate) fn tools(&self) -> PathBuf {
        self.base.join("bin")
    }

    /// Debian 13, as far as its peers need it.
    pub(crate) fn debian(&self) -> PathBuf {
        self.base.join("debian-13")
    }

    pub(crate) fn python(&self) -> PathBuf {
        self.base.join("python")
    }

    pub(crate) fn node(&self) -> PathBuf {
        self.base.join("node")
    }

    fn build(&self) -> PathBuf {
        self.base.join("build")
    }
}

/// Installs; what failed is told at the end.
pub(crate) fn run(places: &Places) -> Result<()> {
    fs::create_dir_all(places.tools())?;
    let mut failed = Vec::new();
    let mut step = |name: &str, done: Result<()>| match done {
        Ok(()) => println!("{name}: there"),
        Err(error) => {
            println!("{name}: NOT THERE: {error:#}");
            failed.push(name.to_owned());
        }
    };
    step("the system's packages", system());
    step("PyPI", pypi(places));
    step("npm", npm(places));
    step("Debian 13", debian::unpack(places));
    step("OpenSSL 4.0", openssl::build(places));
    if failed.is_empty() {
        println!("all peers are there");
    } else {
        println!(
            "not there: {}; the report shows them as not run",
            failed.join(", ")
        );
    }
    Ok(())
}

fn system() -> Result<()> {
    let mut missing = Vec::new();
    for package in PACKAGES {
        let mut query = process::command("dpkg-query");
        query.args(["-W", "-f", "${Status}", package]);
        let said = process::output(&mut query).unwrap_or_default();
        if !said.ends_with(" installed") {
            missing.push(package);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let apt = || {
        let mut command = process::command("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    process::output(apt().args(["update", "-qq"]))?;
    let words = ["install", "-y", "-qq", "--no-install-recommends"];
    process::output(apt().args(words).args(missing)).map(drop)
}

fn pypi(places: &Places) -> Result<()> {
    let folder = places.python();
    if !folder.join("bin/pip").is_file() {
        process::output(
            process::command("python3")
                .args(["-m", "venv"])
                .arg(&folder),
        )?;
    }
    let mut pip = process::command(&folder.join("bin/pip").display().to_string());
    process::output(pip.args(["install", "-q"]).args(FROM_PYPI)).map(drop)
}

fn npm(places: &Places) -> Result<()> {
    let folder = places.node();
    fs::create_dir_all(&folder)?;
    fs::write(
        folder.join("package.json"),
        "{\"private\": true, \"type\": \"module\"}\n",
    )?;
    let mut npm = process::command("npm");
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
        .arg(&folder);
    process::output(npm.args(FROM_NPM)).map(drop)
}

/// Writes a program that is run by name: a shell script.
fn script(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, text).with_context(|| path.display().to_string())?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}
