//! `cargo xtask bench`: CPU time and peak memory of the command smime on a large file, with openssl beside it, as
//! multiples of `openssl dgst -sha256` of the same file in the same run.

mod measure;
mod operations;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process;
use measure::{Cost, Measured};
use operations::{Bench, Operation};

/// Size of the file.
pub(crate) const MEBIBYTES: u64 = 100;

/// Every command runs so often; the least CPU time counts.
const ROUNDS: u32 = 3;

/// Measures everything, prints the table and writes it to `target/bench/report.md`.
pub(crate) fn run(mebibytes: u64) -> Result<()> {
    let words = ["build", "--release", "--package", "smime-cli"];
    process::check(&mut process::cargo(&words))?;
    let target = process::target_directory()?;
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder)?;
    let bench = Bench::new(target.join("release/smime"), folder.clone())?;
    bench.make_inputs(mebibytes)?;
    let rows = Operation::ALL
        .into_iter()
        .map(|operation| row(&bench, operation))
        .collect::<Result<Vec<_>>>()?;
    let report = report(mebibytes, &folder, &rows, bench.has_openssl())?;
    println!("\n{report}");
    let path = folder.join("report.md");
    std::fs::write(&path, report)?;
    println!("written to {}", path.display());
    Ok(())
}

/// One operation measured.
#[derive(Debug)]
struct Row {
    name: &'static str,
    digest: Option<Measured>,
    smime: Measured,
    openssl: Option<Measured>,
}

fn row(bench: &Bench, operation: Operation) -> Result<Row> {
    let name = operation.name();
    eprintln!("{name}");
    let mut row = Row {
        name,
        digest: None,
        smime: Measured::default(),
        openssl: None,
    };
    for _ in 0..ROUNDS {
        if let Some(digest) = bench.digest(operation) {
            let measured = measure::run(&digest, bench.folder())?;
            row.digest = Some(measured.least(row.digest));
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

fn report(mebibytes: u64, folder: &Path, rows: &[Row], openssl: bool) -> Result<String> {
    let mut text = String::new();
    writeln!(text, "# Whole process, {mebibytes} MiB\n")?;
    writeln!(
        text,
        "User and system CPU seconds, as a multiple of `openssl dgst -sha256` of the same file in the same run \
         (best of {ROUNDS}), and peak resident memory; RSA-2048, output to a file on {}.\n",
        file_system(folder)
    )?;
    if !openssl {
        writeln!(
            text,
            "SKIPPED: openssl is not installed, so there are no multiples and nothing beside.\n"
        )?;
    }
    writeln!(
        text,
        "| operation | dgst s | smime s | × dgst | MiB | openssl s | × dgst | MiB |"
    )?;
    writeln!(
        text,
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )?;
    for row in rows {
        let digest = row.digest.map_or(Cost::Unknown, |digest| digest.cpu);
        let openssl = row.openssl.unwrap_or_default();
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            row.name,
            digest.shown(3),
            row.smime.cpu.shown(2),
            row.smime.cpu.over(digest).shown(2),
            row.smime.memory.shown(0),
            openssl.cpu.shown(2),
            openssl.cpu.over(digest).shown(2),
            openssl.memory.shown(0),
        )?;
    }
    Ok(text)
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
