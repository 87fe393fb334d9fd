//! `cargo xtask interop`: every implementation behind the same few verbs, every message of each by each, and what came
//! of it: a page, a file for programs, a table and an implementation report.

mod alteration;
mod authority;
mod bounded;
mod driver;
mod feature;
mod features;
mod install;
mod matrix;
mod peer;
mod peers;
mod people;
mod report;
mod verdict;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process;
use install::Places;
use matrix::Pairs;
use peer::{Found, Peer};
use people::World;

/// How much is run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Extent<'a> {
    /// Everything, and the papers in `docs` are written anew.
    All,
    /// The rows whose identifiers hold a text; no paper is written.
    Rows(&'a str),
    /// Ours by everybody and everybody's by us, with the system's own peers, held against the last committed table.
    System,
}

/// Installs the peers.
pub(crate) fn install() -> Result<()> {
    let places = Places::new(&process::target_directory()?);
    install::run(&places)
}

/// Runs the matrix and writes what came of it.
pub(crate) fn run(extent: Extent<'_>) -> Result<()> {
    let target = process::target_directory()?;
    let places = if extent == Extent::System {
        // Nothing is found there.
        Places::new(&target.join("no"))
    } else {
        Places::new(&target)
    };
    let smime = process::smime()?;
    let codecs = match extent {
        Extent::System => None,
        _ => codecs(&target)
            .inspect_err(|error| eprintln!("{error:#}"))
            .ok(),
    };
    let folder = target.join("interop");
    std::fs::create_dir_all(&folder)?;
    let world = World::new(&folder)?;
    let found = peers::find(&smime, codecs.as_deref(), &places, &world)?;
    let (mut present, absent) = sorted(found);
    for (id, why) in &absent {
        println!("{id}: not run: {why}");
    }
    let rows = features::all();
    let rows = match extent {
        Extent::Rows(text) => rows
            .into_iter()
            .filter(|row| row.id.contains(text))
            .collect(),
        _ => rows,
    };
    let pairs = if extent == Extent::System {
        Pairs::Ours
    } else {
        Pairs::All
    };
    let matrix = matrix::run(rows, &mut present, &world, pairs)?;
    println!("{} cells: {:?}", matrix.cells.len(), matrix.counts());
    let report = report::Report::new(&matrix, &absent)?;
    report.write_page(&folder, &smime)?;
    println!("{}", folder.join("report.html").display());
    let docs = process::root().join("docs");
    match extent {
        Extent::All => report.write_papers(&docs),
        Extent::Rows(_) => Ok(()),
        Extent::System => compare(&report, &docs),
    }
}

/// Fails where a cell of ours is worse than in the table that is committed.
fn compare(report: &report::Report<'_>, docs: &Path) -> Result<()> {
    let regressions = report.regressions(&docs.join("interop/table.json"))?;
    for regression in &regressions {
        println!("WORSE: {regression}");
    }
    if !regressions.is_empty() {
        bail!(
            "interop: {} cells are worse than in docs/interop/table.json",
            regressions.len()
        );
    }
    Ok(())
}

type Absent = Vec<(&'static str, String)>;

fn sorted(found: Vec<Found>) -> (Vec<Box<dyn Peer>>, Absent) {
    let mut present = Vec::new();
    let mut absent = Vec::new();
    for peer in found {
        match peer {
            Found::Peer(peer) => {
                println!(
                    "{}: {} {}",
                    peer.name().id,
                    peer.name().product,
                    peer.name().version
                );
                present.push(peer);
            }
            Found::Missing { id, why } => absent.push((id, why)),
        }
    }
    (present, absent)
}

/// The program that drives other crates, built in a folder of its own.
fn codecs(target: &Path) -> Result<PathBuf> {
    let manifest = process::root()
        .join("xtask/codecs/Cargo.toml")
        .display()
        .to_string();
    let words = ["build", "--quiet", "--locked", "--manifest-path", &manifest];
    let folder = target.join("codecs");
    process::check(process::cargo(&words).env("CARGO_TARGET_DIR", &folder))
        .context("xtask/codecs")?;
    Ok(folder.join("debug/codecs"))
}
