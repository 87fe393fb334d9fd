//! `cargo xtask fuzz`: builds the targets with coverage on the toolchain in use, seeds them, replays what made
//! others stumble, and runs each for some seconds.
//!
//! The flags are those of `cargo fuzz build --sanitizer none`, so that neither cargo-fuzz nor nightly is needed; the
//! only thing besides the toolchain is a C++ compiler for libFuzzer.

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

const TARGETS: [Target; 18] = [
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

/// Builds, seeds, replays and runs each target for `seconds`; less where `total`, building included, would else be
/// exceeded, but never below [`LEAST`].
/// With a name, only that target.
pub(crate) fn run(only: Option<&str>, seconds: u64, total: Option<Duration>) -> Result<()> {
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
    build(&folder, &host, "build")?;
    let binaries = folder.join("target").join(&host).join("release");
    let seeds = seeds::collect()?;
    let replay = seeds::replay(&folder.join("target/replay"))?;
    let mut failed = Vec::new();
    for (done, target) in targets.into_iter().enumerate() {
        let seconds = total.map_or(seconds, |total| {
            share(total.saturating_sub(start.elapsed()), done).clamp(LEAST.min(seconds), seconds)
        });
        let corpus = folder.join("corpus").join(target.name);
        let count = seeds::write(&seeds, target, &corpus)?;
        println!("{}: {count} seeds", target.name);
        let run = Run {
            target,
            folder: &folder,
            binary: binaries.join(target.name),
        };
        let mut passed = true;
        if let Some(replay) = &replay {
            let input = if target.chunked {
                &replay.chunked
            } else {
                &replay.plain
            };
            passed &= run.run("replay", "-runs=0", input)?;
        }
        passed &= run.run("fuzz", &format!("-max_total_time={seconds}"), &corpus)?;
        if !passed {
            failed.push(target.name);
        }
    }
    if !failed.is_empty() {
        bail!(
            "fuzz: failures of {}; the inputs are in fuzz/artifacts",
            failed.join(", ")
        );
    }
    Ok(())
}

/// Seconds for the next target, of what is left for it and all after it; one is for seeds and replay.
fn share(left: Duration, done: usize) -> u64 {
    let targets = TARGETS.len().saturating_sub(done).max(1);
    let share = left.as_secs() / u64::try_from(targets).unwrap_or(1);
    share.saturating_sub(1)
}

/// Runs clippy over the targets.
pub(crate) fn clippy() -> Result<()> {
    build(&process::root().join("fuzz"), &host()?, "clippy")
}

fn build(folder: &Path, host: &str, verb: &str) -> Result<()> {
    const FLAGS: [&str; 8] = [
        "--cfg fuzzing",
        "-Cpasses=sancov-module",
        "-Cllvm-args=-sanitizer-coverage-level=4",
        "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
        "-Cllvm-args=-sanitizer-coverage-pc-table",
        "-Cllvm-args=-sanitizer-coverage-trace-compares",
        "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
        "-Ccodegen-units=1",
    ];
    if !process::has("c++") && !process::has("g++") && std::env::var_os("CXX").is_none() {
        bail!("fuzzing needs a C++ compiler for libFuzzer (Debian: apt-get install g++)");
    }
    // With a target named, the flags do not reach build scripts and macros.
    let mut command = process::cargo(&[verb, "--release", "--bins", "--target", host]);
    command
        .current_dir(folder)
        .arg("--target-dir")
        .arg(folder.join("target"))
        .env("RUSTFLAGS", FLAGS.join(" "))
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    if verb == "clippy" {
        command.args(["--", "-D", "warnings"]);
    }
    process::check(&mut command)
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
    /// Runs libFuzzer and prints one line, and the end of its log on a failure; whether there was none.
    fn run(&self, what: &str, option: &str, corpus: &Path) -> Result<bool> {
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
            .arg(corpus)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot run {}", self.binary.display()))?;
        let log = String::from_utf8_lossy(&output.stderr);
        let value = |key| value(&log, key).unwrap_or("?");
        println!(
            "{name}: {what}: {} runs in {:.1} s, {} new inputs, {} MiB",
            value("stat::number_of_executed_units:"),
            start.elapsed().as_secs_f64(),
            value("stat::new_units_added:"),
            value("stat::peak_rss_mb:"),
        );
        if output.status.success() {
            return Ok(true);
        }
        let skipped = log.lines().count().saturating_sub(60);
        for line in log.lines().skip(skipped) {
            eprintln!("{line}");
        }
        println!("{name}: {what}: FAILED");
        Ok(false)
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

    use super::{TARGETS, share, value};

    #[test]
    fn what_is_left_is_shared() {
        let seconds = 21 * u64::try_from(TARGETS.len()).unwrap();
        assert_eq!(share(Duration::from_secs(seconds), 0), 20);
        assert_eq!(share(Duration::from_secs(10), TARGETS.len() - 1), 9);
        assert_eq!(share(Duration::ZERO, 0), 0);
    }

    #[test]
    fn the_last_value_of_a_key_counts() {
        let log = "stat::a: 1\nstat::ab: 2\nstat::a:   3\n";
        assert_eq!(value(log, "stat::a:"), Some("3"));
        assert_eq!(value(log, "stat::b:"), None);
    }
}
