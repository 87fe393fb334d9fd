//! What every implementation looks like from here: it makes messages, or reads them, or cannot.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::bounded::{End, Limits, Line};
use super::feature::Feature;
use super::people::World;

/// Who a peer is.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    /// Stable, with the release: "openssl-3.0".
    pub(crate) id: String,
    /// "OpenSSL".
    pub(crate) product: &'static str,
    /// As it says itself.
    pub(crate) version: String,
    pub(crate) kind: Kind,
}

/// How much of a message a peer looks at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// Signatures and the signers' certification paths.
    Paths,
    /// Signatures alone; what it decrypts it gives out.
    Signatures,
    /// The ASN.1 alone.
    Structure,
}

/// One message to make or to read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job<'a> {
    pub(crate) feature: &'a Feature,
    pub(crate) world: &'a World,
    /// The content to put in, or the message to read.
    pub(crate) input: &'a Path,
    /// What was put in: for messages that do not hold it.
    pub(crate) content: &'a Path,
    /// It is not there before.
    pub(crate) output: &'a Path,
}

/// What became of a job.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// What was run; empty if nothing was.
    pub(crate) command: String,
    pub(crate) outcome: Outcome,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// The output is there.
    Done,
    /// It was not asked: it has no such verb.
    Cannot(String),
    Refused(String),
    Crashed(String),
}

/// An implementation.
pub(crate) trait Peer {
    fn name(&self) -> &Name;
    fn make(&mut self, job: Job<'_>) -> Result<Answer>;
    fn read(&mut self, job: Job<'_>) -> Result<Answer>;
}

/// A peer, or why it is not there.
pub(crate) enum Found {
    Peer(Box<dyn Peer>),
    Missing { id: &'static str, why: String },
}

impl Answer {
    pub(crate) fn cannot(why: &str) -> Result<Self> {
        Ok(Self {
            command: String::new(),
            outcome: Outcome::Cannot(why.to_owned()),
        })
    }

    /// Runs a command line that writes the output.
    pub(crate) fn of(line: &Line, limits: Limits, job: Job<'_>) -> Result<Self> {
        Self::checked(line, limits, job, |_| Ok(()))
    }

    /// The same, where success has to show in what the program says.
    pub(crate) fn checked(
        line: &Line,
        limits: Limits,
        job: Job<'_>,
        check: impl FnOnce(&str) -> Result<(), String>,
    ) -> Result<Self> {
        let end = line.run(limits, &job.world.scratch())?;
        Ok(Self {
            command: line.shown(&job.world.folder),
            outcome: match end {
                End::Good(said) => match check(&said) {
                    Err(why) => Outcome::Refused(why),
                    Ok(()) if job.output.exists() => Outcome::Done,
                    Ok(()) => Outcome::Refused("exit code 0, but nothing was written".to_owned()),
                },
                End::Failed(why) => Outcome::Refused(why),
                End::Crashed(why) => Outcome::Crashed(why),
            },
        })
    }
}

/// The programs of a name: the system's, and those that `--install` put beside it ("openssl-13").
pub(crate) fn programs(name: &str, tools: &Path) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file());
    let mut found: Vec<PathBuf> = own.into_iter().collect();
    let prefix = format!("{name}-");
    let entries = std::fs::read_dir(tools).into_iter().flatten().flatten();
    let mut installed: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let rest = name.strip_prefix(&prefix);
            rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        })
        .collect();
    installed.sort();
    found.append(&mut installed);
    found
}

/// "3.0" of "3.0.19".
pub(crate) fn release(version: &str) -> String {
    let parts: Vec<&str> = version.split('.').take(2).collect();
    parts.join(".")
}
