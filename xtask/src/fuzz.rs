//! `cargo xtask fuzz`: builds the targets with coverage on the toolchain in use, seeds them, replays what made
//! others stumble, and runs each for some seconds, or for minutes: then what was found is made small and kept, and
//! coverage is told.
//!
//! The flags are those of `cargo fuzz build --sanitizer none`, so that neither cargo-fuzz nor nightly is needed; the
//! only thing besides the toolchain is a C++ compiler for libFuzzer.

mod build;
mod coverage;
mod paper;
mod seeds;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::process;

/// Seconds for each target.
pub(crate) const SECONDS: u64 = 20;

/// What a smoke run may take, building included.
pub(crate) const SMOKE: Duration = Duration::from_secs(240);

/// Seconds for each target at least.
const LEAST: u64 = 5;

/// A fuzz target.
#[derive(Clone, Copy, Debug)]
struct Target {
    name: &'static str,
    takes: Takes,
    /// The first octet of an input chooses its chunking.
    chunked: bool,
}

/// Which seeds serve a target.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Takes {
    AnyBer,
    /// Any ContentInfo.
    AnyCms,
    AuthenticatedData,
    Certificates,
    Collection,
    CompressedData,
    /// Keys, bags and requests, in DER or PEM.
    Containers,
    DigestedData,
    EncryptedData,
    EnvelopedData,
    Mail,
    MailAndCms,
    /// Choices of what to write: any octets, the shortest of the vectors.
    Short,
    SignedData,
    /// CRLs and OCSP responses.
    Status,
    TimeStampedData,
}

const TARGETS: [Target; 20] = [
    Target::new("tokenizer", Takes::AnyBer, true),
    Target::new("signed_data", Takes::SignedData, true),
    Target::new("enveloped_data", Takes::EnvelopedData, true),
    Target::new("recipients", Takes::EnvelopedData, true),
    Target::new("readdress", Takes::EnvelopedData, true),
    Target::new("authenticated_data", Takes::AuthenticatedData, true),
    Target::new("digested_data", Takes::DigestedData, true),
    Target::new("encrypted_data", Takes::EncryptedData, true),
    Target::new("compressed_data", Takes::CompressedData, true),
    Target::new("collection", Takes::Collection, true),
    Target::new("time_stamped_data", Takes::TimeStampedData, true),
    Target::new("differential", Takes::AnyCms, false),
    Target::new("mutated", Takes::Short, false),
    Target::new("writer", Takes::Short, false),
    Target::new("mime", Takes::Mail, true),
    Target::new("open", Takes::MailAndCms, false),
    Target::new("certificate", Takes::Certificates, false),
    Target::new("status", Takes::Status, false),
    Target::new("directory", Takes::AnyBer, false),
    Target::new("containers", Takes::Containers, false),
];

/// Octets of one input at most.
const MAX_LEN: usize = 64 << 10;

/// MiB that one run may take; a reader's own limits lie far below.
const MEMORY: u32 = 1024;

/// Seconds that one input may take.
const TIMEOUT: u32 = 20;

impl Target {
    const fn new(name: &'static str, takes: Takes, chunked: bool) -> Self {
        Self {
            name,
            takes,
            chunked,
        }
    }
}

/// How long and how thoroughly targets are run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Effort {
    /// Seconds for each; less where all of them, building included, would take longer than the second number.
    Smoke(u64, Option<Duration>),
    /// Minutes for each; failures and corpora are made small, and outcomes are kept for the paper.
    Minutes(u64),
}

/// What became of a target.
#[derive(Debug)]
struct Outcome {
    name: &'static str,
    seeds: usize,
    executions: u64,
    seconds: u64,
    memory: u64,
    /// Inputs after the corpus was made small.
    inputs: usize,
    failed: bool,
}

impl Outcome {
    fn place(folder: &Path, name: &str) -> PathBuf {
        folder.join("target/outcomes").join(name)
    }

    fn keep(&self, folder: &Path) -> Result<()> {
        let place = Self::place(folder, self.name);
        std::fs::create_dir_all(place.parent().context("a folder")?)?;
        let text = format!(
            "{} {} {} {} {} {}\n",
            self.seeds, self.executions, self.seconds, self.memory, self.inputs, self.failed
        );
        std::fs::write(place, text)?;
        Ok(())
    }

    fn kept(folder: &Path, name: &'static str) -> Option<Self> {
        let text = std::fs::read_to_string(Self::place(folder, name)).ok()?;
        let words: Vec<&str> = text.split_whitespace().collect();
        let [seeds, executions, seconds, memory, inputs, failed] = words.as_slice() else {
            return None;
        };
        Some(Self {
            name,
            seeds: seeds.parse().ok()?,
            executions: executions.parse().ok()?,
            seconds: seconds.parse().ok()?,
            memory: memory.parse().ok()?,
            inputs: inputs.parse().ok()?,
            failed: failed.parse().ok()?,
        })
    }
}

/// Measures what the corpora reach, and writes the paper of that and of the last outcome of each target.
pub(crate) fn report() -> Result<()> {
    let folder = process::root().join("fuzz");
    let covered = coverage::measure(&folder, &TARGETS)?;
    let outcomes: Vec<Outcome> = TARGETS
        .iter()
        .filter_map(|target| Outcome::kept(&folder, target.name))
        .collect();
    paper::write(&outcomes, &covered)
}

/// Builds, seeds, replays and runs each target, or one.
pub(crate) fn run(only: Option<&str>, effort: Effort) -> Result<()> {
    let start = Instant::now();
    let targets: Vec<Target> = TARGETS
        .into_iter()
        .filter(|target| only.is_none_or(|only| only == target.name))
        .collect();
    if targets.is_empty() {
        let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        bail!("no such target; there are {}", names.join(", "));
    }
    let folder = process::root().join("fuzz");
    let host = host()?;
    build::targets(&folder, &host, "build")?;
    let binaries = folder.join("target").join(&host).join("release");
    let seeds = seeds::collect()?;
    let replay = seeds::replay(&folder.join("target/replay"))?;
    let mut outcomes = Vec::new();
    for (done, target) in targets.iter().enumerate() {
        let seconds = match effort {
            Effort::Minutes(minutes) => minutes.saturating_mul(60),
            Effort::Smoke(seconds, None) => seconds,
            Effort::Smoke(seconds, Some(total)) => {
                let left = total.saturating_sub(start.elapsed());
                share(left, targets.len().saturating_sub(done)).clamp(LEAST.min(seconds), seconds)
            }
        };
        let run = Run {
            target: *target,
            folder: &folder,
            binary: binaries.join(target.name),
        };
        outcomes.push(run.all(&seeds, replay.as_ref(), seconds, effort)?);
    }
    if matches!(effort, Effort::Minutes(_)) && only.is_none() {
        report()?;
    }
    let failed: Vec<_> = outcomes
        .iter()
        .filter(|outcome| outcome.failed)
        .map(|outcome| outcome.name)
        .collect();
    if !failed.is_empty() {
        bail!(
            "fuzz: failures of {}; the inputs are in fuzz/artifacts, made small in fuzz/regressions",
            failed.join(", ")
        );
    }
    Ok(())
}

/// Seconds for the next target, of what is left for all that are; one is for seeds and replay.
fn share(left: Duration, targets: usize) -> u64 {
    let share = left.as_secs() / u64::try_from(targets.max(1)).unwrap_or(1);
    share.saturating_sub(1)
}

/// Runs clippy over the targets.
pub(crate) fn clippy() -> Result<()> {
    build::targets(&process::root().join("fuzz"), &host()?, "clippy")
}

fn host() -> Result<String> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let text = process::output(process::command(&rustc).arg("-vV"))?;
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("rustc -vV without host")
}

struct Run<'a> {
    target: Target,
    folder: &'a Path,
    binary: PathBuf,
}

impl Run<'_> {
    /// Seeds, replays and runs the target.
    fn all(
        &self,
        seeds: &[seeds::Seed],
        replay: Option<&seeds::Replay>,
        seconds: u64,
        effort: Effort,
    ) -> Result<Outcome> {
        let name = self.target.name;
        let corpus = self.folder.join("corpus").join(name);
        let count = seeds::write(seeds, self.target, &corpus)?;
        println!("{name}: {count} seeds");
        let mut passed = true;
        if let Some(replay) = replay {
            let input = if self.target.chunked {
                &replay.chunked
            } else {
                &replay.plain
            };
            passed &= self.run("replay", "-runs=0", &[input])?.1;
        }
        let regressions = self.folder.join("regressions").join(name);
        if regressions.is_dir() {
            passed &= self.run("regressions", "-runs=0", &[&regressions])?.1;
        }
        let (log, good) = self.run("fuzz", &format!("-max_total_time={seconds}"), &[&corpus])?;
        passed &= good;
        if matches!(effort, Effort::Minutes(_)) {
            if !good {
                self.keep(&regressions)?;
            }
            self.make_small(&corpus)?;
        }
        let number = |key| {
            value(&log, key)
                .and_then(|text| text.parse().ok())
                .unwrap_or_default()
        };
        let outcome = Outcome {
            name,
            seeds: count,
            executions: number("stat::number_of_executed_units:"),
            seconds,
            memory: number("stat::peak_rss_mb:"),
            inputs: std::fs::read_dir(&corpus)?.count(),
            failed: !passed,
        };
        if matches!(effort, Effort::Minutes(_)) {
            outcome.keep(self.folder)?;
        }
        Ok(outcome)
    }

    /// Runs libFuzzer and prints one line, and the end of its log on a failure: the log, and whether there was none.
    fn run(&self, what: &str, option: &str, corpora: &[&Path]) -> Result<(String, bool)> {
        let name = self.target.name;
        let artifacts = self.folder.join("artifacts").join(name);
        std::fs::create_dir_all(&artifacts)?;
        let start = Instant::now();
        let output = Command::new(&self.binary)
            .arg(option)
            .arg(format!("-max_len={MAX_LEN}"))
            .arg(format!("-rss_limit_mb={MEMORY}"))
            .arg(format!("-timeout={TIMEOUT}"))
            .arg("-print_final_stats=1")
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .args(corpora)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot run {}", self.binary.display()))?;
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        let value = |key| value(&log, key).unwrap_or("?");
        println!(
            "{name}: {what}: {} runs in {:.1} s, {} new inputs, {} MiB",
            value("stat::number_of_executed_units:"),
            start.elapsed().as_secs_f64(),
            value("stat::new_units_added:"),
            value("stat::peak_rss_mb:"),
        );
        if output.status.success() {
            return Ok((log, true));
        }
        let skipped = log.lines().count().saturating_sub(60);
        for line in log.lines().skip(skipped) {
            eprintln!("{line}");
        }
        println!("{name}: {what}: FAILED");
        Ok((log, false))
    }

    /// Leaves those inputs of a corpus that together cover what all of them do.
    fn make_small(&self, corpus: &Path) -> Result<()> {
        let small = corpus.with_extension("small");
        let _ = std::fs::remove_dir_all(&small);
        std::fs::create_dir_all(&small)?;
        let (_, good) = self.run("make small", "-merge=1", &[&small, corpus])?;
        if good {
            std::fs::remove_dir_all(corpus)?;
            std::fs::rename(&small, corpus)?;
        }
        Ok(())
    }

    /// Makes the inputs that failed small and keeps them among the regressions, which tests replay.
    fn keep(&self, regressions: &Path) -> Result<()> {
        std::fs::create_dir_all(regressions)?;
        let artifacts = self.folder.join("artifacts").join(self.target.name);
        for entry in std::fs::read_dir(&artifacts)?.flatten() {
            let input = entry.path();
            let name = entry.file_name();
            let kept = regressions.join(&name);
            // A slow or large input is not made smaller, and no failure of the next run.
            let crash = name.to_string_lossy().starts_with("crash-");
            if !crash || kept.exists() {
                continue;
            }
            let status = Command::new(&self.binary)
                .args(["-minimize_crash=1", "-max_total_time=30"])
                .arg(format!("-exact_artifact_path={}", kept.display()))
                .arg(&input)
                .output()?
                .status;
            if !kept.exists() {
                std::fs::copy(&input, &kept)?;
            }
            println!("{}: kept {} ({status})", self.target.name, kept.display());
        }
        Ok(())
    }
}

/// The last value that a log gives to a key.
fn value<'a>(log: &'a str, key: &str) -> Option<&'a str> {
    let mut values = log.lines().filter_map(|line| line.strip_prefix(key));
    values.next_back().map(str::trim)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{share, value};

    #[test]
    fn what_is_left_is_shared() {
        assert_eq!(share(Duration::from_secs(210), 10), 20);
        assert_eq!(share(Duration::from_secs(10), 1), 9);
        assert_eq!(share(Duration::ZERO, 0), 0);
    }

    #[test]
    fn the_last_value_of_a_key_counts() {
        let log = "stat::a: 1\nstat::ab: 2\nstat::a:   3\n";
        assert_eq!(value(log, "stat::a:"), Some("3"));
        assert_eq!(value(log, "stat::b:"), None);
    }
}
