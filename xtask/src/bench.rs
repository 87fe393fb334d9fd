//! `cargo xtask bench`: CPU time and peak memory of the command smime on a large file, with openssl beside it, as
//! multiples of `openssl dgst -sha256` of the same file in the same run; and the libraries on small messages and
//! hostile inputs beside OpenSSL in one process (`xtask/peers`, which needs OpenSSL's headers). The results are
//! `docs/performance.md` and the charts beside it.

mod algorithms;
mod chart;
pub(crate) mod counts;
mod measure;
mod operations;
mod paper;
mod peers;
mod timing;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process;
use measure::{Cost, Measured};
use operations::{Bench, Operation};

/// Size of the file.
pub(crate) const MEBIBYTES: u64 = 100;

/// Messages of each class whose times are compared.
pub(crate) const SAMPLES: u64 = 1_000_000;

/// How thoroughly is measured.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Pace {
    /// The paper is written.
    Full(u64),
    /// A small file, every command once; the paper goes into `target/bench` and shows what is grossly wrong.
    Quick,
}

impl Pace {
    fn mebibytes(self) -> u64 {
        match self {
            Self::Full(mebibytes) => mebibytes,
            Self::Quick => 8,
        }
    }

    /// Every command runs so often; the least CPU time counts.
    fn rounds(self) -> u32 {
        match self {
            Self::Full(_) => 3,
            Self::Quick => 1,
        }
    }
}

/// Measures everything and writes the paper.
pub(crate) fn run(pace: Pace) -> Result<()> {
    let words = ["build", "--release", "--package", "smime-cli"];
    process::check(&mut process::cargo(&words))?;
    let target = process::target_directory()?;
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder)?;
    let bench = Bench::new(target.join("release/smime"), folder.clone())?;
    bench.make_inputs(pace.mebibytes())?;
    let rows = Operation::ALL
        .into_iter()
        .map(|operation| row(&bench, operation, pace.rounds()))
        .collect::<Result<Vec<_>>>()?;
    let found = peers::run(&target)?;
    let paper = paper::Paper {
        mebibytes: pace.mebibytes(),
        rounds: pace.rounds(),
        file_system: file_system(&folder),
        rows,
        found,
    };
    match pace {
        Pace::Full(_) => paper.write(Path::new("docs")),
        Pace::Quick => paper.write(&folder),
    }
}

/// Measures the provider's objects beside the bare primitives and writes their section of the paper.
pub(crate) fn algorithms() -> Result<()> {
    match peers::algorithms(&process::target_directory()?)? {
        Some(rows) => algorithms::write(Path::new("docs"), &rows),
        None => bail!("{}", peers::NO_OPENSSL),
    }
}

/// Compares the times of failures that must look alike and writes the paper.
pub(crate) fn timing(samples: u64) -> Result<()> {
    match peers::timing(&process::target_directory()?, samples)? {
        Some(pairs) => timing::write(Path::new("docs"), &pairs),
        None => bail!("{}", peers::NO_OPENSSL),
    }
}

/// One operation measured.
#[derive(Debug)]
struct Row {
    operation: Operation,
    digest: Option<Measured>,
    floor: Cost,
    smime: Measured,
    openssl: Option<Measured>,
}

fn row(bench: &Bench, operation: Operation, rounds: u32) -> Result<Row> {
    eprintln!("{}", operation.name());
    let mut row = Row {
        operation,
        digest: None,
        floor: Cost::Unknown,
        smime: Measured::default(),
        openssl: None,
    };
    for _ in 0..rounds {
        if let Some(digest) = bench.digest(operation) {
            let measured = measure::run(&digest, bench.folder())?;
            row.digest = Some(measured.least(row.digest));
        }
        let mut floor = Cost::Known(0.0);
        for words in bench.floor(operation) {
            floor = floor.plus(measure::run(&words, bench.folder())?.cpu);
        }
        if floor != Cost::Known(0.0) {
            row.floor = row.floor.least(floor);
        }
        row.smime = measure::run(&bench.smime(operation), bench.folder())?.least(Some(row.smime));
        bench.check(operation)?;
        if let Some(command) = bench.openssl(operation) {
            let measured = measure::run(&command, bench.folder())?;
            row.openssl = Some(measured.least(row.openssl));
        }
    }
    Ok(row)
}

fn file_system(folder: &Path) -> String {
    let mut command = process::command("stat");
    command.args(["-f", "-c", "%T"]).arg(folder);
    let found = process::output(&mut command).unwrap_or_default();
    match found.trim() {
        "" => "an unknown file system".to_owned(),
        "tmpfs" => "tmpfs (in memory: system time is not that of a disk)".to_owned(),
        name => name.to_owned(),
    }
}

/// Fails unless two files hold the same octets.
fn same_content(left: &Path, right: &Path) -> Result<()> {
    let read = |path: &PathBuf| std::fs::read(path).with_context(|| path.display().to_string());
    if read(&left.to_owned())? != read(&right.to_owned())? {
        bail!("{} differs from {}", right.display(), left.display());
    }
    Ok(())
}
