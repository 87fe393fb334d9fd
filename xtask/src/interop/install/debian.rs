//! Peers of Debian 13 beside those of an older system: its packages are unpacked into a folder and run by that folder's
//! own loader and libraries. Nothing of the system is changed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::{Places, script};
use crate::process;

const SUITE: &str = "trixie";

const PACKAGES: [&str; 8] = [
    "openssl",
    "gnutls-bin",
    "libnss3-tools",
    "gpgsm",
    "gpg-agent",
    "libbcprov-java",
    "libbcutil-java",
    "libbcpkix-java",
];

/// Programs that get a script of their own in the folder of tools.
const PROGRAMS: [&str; 8] = [
    "openssl",
    "certtool",
    "cmsutil",
    "certutil",
    "pk12util",
    "crlutil",
    "gpgsm",
    "gpg-agent",
];

const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";

pub(super) fn unpack(places: &Places) -> Result<()> {
    let root = places.debian();
    if !root.join("usr/bin/gpgsm").is_file() {
        let own = release("/etc/os-release".as_ref())?;
        if own == SUITE {
            bail!("this is Debian 13 already");
        }
        let packages = download(&places.build().join("apt"), &own)?;
        for package in packages {
            process::output(process::command("dpkg").arg("-x").arg(&package).arg(&root))?;
        }
    }
    for program in PROGRAMS {
        script(
            &places.tools().join(format!("{program}-13")),
            &runner(&root, program),
        )?;
    }
    Ok(())
}

/// Runs a program of the folder by the folder's loader, wherever the system's own libraries are.
fn runner(root: &Path, program: &str) -> String {
    let libraries = root.join(LIBRARIES);
    let (root, libraries) = (root.display(), libraries.display());
    format!(
        "#!/bin/sh\n\
         export OPENSSL_MODULES='{libraries}/ossl-modules'\n\
         exec '{libraries}/ld-linux-x86-64.so.2' --library-path '{libraries}:{libraries}/nss' \\\n    \
         '{root}/usr/bin/{program}' \"$@\"\n"
    )
}

/// The name of a Debian release: "bookworm".
fn release(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file)?;
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    name.map(str::to_owned)
        .context("no name of a Debian release")
}

/// The packages and all that they need, from the source that the system's own packages come from.
fn download(folder: &Path, own: &str) -> Result<Vec<PathBuf>> {
    for part in ["lists/partial", "cache/archives/partial", "state"] {
        fs::create_dir_all(folder.join(part))?;
    }
    // Nothing is installed there, so that everything is downloaded.
    fs::write(folder.join("status"), "")?;
    let sources = sources("/etc/apt".as_ref())?;
    let line = sources
        .iter()
        .find_map(|text| derive(text, own))
        .with_context(|| format!("no source of {own} among apt's"))?;
    fs::write(folder.join("sources.list"), line + "\n")?;
    let options = [
        format!(
            "Dir::Etc::sourcelist={}",
            folder.join("sources.list").display()
        ),
        "Dir::Etc::sourceparts=-".to_owned(),
        format!("Dir::State={}", folder.join("state").display()),
        format!("Dir::State::lists={}", folder.join("lists").display()),
        format!("Dir::State::status={}", folder.join("status").display()),
        format!("Dir::Cache={}", folder.join("cache").display()),
    ];
    let apt = || {
        let mut command = process::command("apt-get");
        command.args(options.iter().flat_map(|option| ["-o", option]));
        command
    };
    process::output(apt().args(["update", "-qq"]))?;
    let words = [
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "--download-only",
    ];
    process::output(apt().args(words).args(PACKAGES))?;
    let mut found: Vec<PathBuf> = fs::read_dir(folder.join("cache/archives"))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .collect();
    found.sort();
    Ok(found)
}

/// The texts of all lists of sources.
fn sources(etc: &Path) -> Result<Vec<String>> {
    let mut files = vec![etc.join("sources.list")];
    for entry in fs::read_dir(etc.join("sources.list.d"))?.flatten() {
        files.push(entry.path());
    }
    files.sort();
    Ok(files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .collect())
}

/// The line of the newer suite, made of that of the machine's own, in either of apt's two forms.
fn derive(text: &str, own: &str) -> Option<String> {
    text.split("\n\n")
        .find_map(|stanza| {
            let field = |name: &str| {
                let mut lines = stanza.lines().filter(|line| !line.starts_with('#'));
                lines.find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim()))
            };
            let suites = field("Suites")?;
            suites.split(' ').find(|suite| *suite == own)?;
            let signed =
                field("Signed-By").map_or_else(String::new, |key| format!(" [signed-by={key}]"));
            let place = field("URIs")?.split(' ').next()?;
            Some(format!("deb{signed} {place} {SUITE} main"))
        })
        .or_else(|| {
            text.lines().find_map(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                let at = words.iter().position(|word| *word == own)?;
                let deb = words.first()? == &"deb" && words.contains(&"main");
                deb.then(|| {
                    format!(
                        "{} {SUITE} main",
                        words.get(..at).unwrap_or_default().join(" ")
                    )
                })
            })
        })
}

#[cfg(test)]
mod tests {
    use super::derive;

    #[test]
    fn the_source_is_the_machines_own() {
        let stanzas = "Types: deb\n# x\nURIs: https://mirror.example/security\nSuites: bookworm-security\n\
                       Components: main\n\nTypes: deb\nURIs: https://mirror.example/debian\n\
                       Suites: bookworm bookworm-updates\nComponents: main\nSigned-By: /k.gpg\n";
        let line = "deb [signed-by=/k.gpg] https://mirror.example/debian trixie main";
        assert_eq!(derive(stanzas, "bookworm").as_deref(), Some(line));
        let lines =
            "# deb x bookworm main\ndeb https://mirror.example/debian bookworm main contrib\n";
        let line = "deb https://mirror.example/debian trixie main";
        assert_eq!(derive(lines, "bookworm").as_deref(), Some(line));
        assert_eq!(
            derive("deb https://mirror.example/debian sid main\n", "bookworm"),
            None
        );
    }
}
