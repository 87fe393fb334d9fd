//! Runs the matrix: every row by every producer, every message by every consumer.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};

use super::alteration::Alteration;
use super::feature::Feature;
use super::peer::{Answer, Job, Name, Outcome, Peer};
use super::peers::OURS;
use super::people::World;
use super::verdict::{Verdict, asked, judge, same_content};

/// Which cells are run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Pairs {
    /// Everybody's messages by everybody.
    All,
    /// Ours by everybody, and everybody's by us.
    Ours,
}

/// A message, or why there is none.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) feature: usize,
    pub(crate) producer: usize,
    pub(crate) command: String,
    pub(crate) outcome: Outcome,
    /// The file, and the content that went in.
    pub(crate) message: PathBuf,
    pub(crate) content: PathBuf,
}

/// A message read by somebody.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// Of [`Matrix::made`].
    pub(crate) made: usize,
    pub(crate) consumer: usize,
    pub(crate) verdict: Verdict,
    pub(crate) why: String,
    pub(crate) command: String,
    /// What came out, where that is not what went in.
    pub(crate) output: Option<PathBuf>,
}

/// All that was run.
#[derive(Debug, Default)]
pub(crate) struct Matrix {
    pub(crate) features: Vec<Feature>,
    pub(crate) names: Vec<Name>,
    pub(crate) made: Vec<Made>,
    pub(crate) cells: Vec<Cell>,
}

/// Runs all rows whose identifier holds one of the words, or all.
pub(crate) fn run(
    features: Vec<Feature>,
    peers: &mut [Box<dyn Peer>],
    world: &World,
    pairs: Pairs,
) -> Result<Matrix> {
    let mut matrix = Matrix {
        names: peers.iter().map(|peer| peer.name().clone()).collect(),
        features,
        ..Matrix::default()
    };
    for folder in ["messages", "outputs", "contents"] {
        let folder = world.folder.join(folder);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder)?;
    }
    let start = Instant::now();
    for row in 0..matrix.features.len() {
        let feature = matrix.features.get(row).context("a row")?.clone();
        for producer in 0..peers.len() {
            let made = make(&feature, row, producer, peers, world)?;
            let there = made.outcome == Outcome::Done;
            matrix.made.push(made);
            if there {
                read_all(&mut matrix, &feature, peers, world, pairs)?;
            }
        }
        let done = row.saturating_add(1);
        if done % 20 == 0 || done == matrix.features.len() {
            let seconds = start.elapsed().as_secs();
            eprintln!(
                "{done} of {} rows, {} cells, {seconds} s",
                matrix.features.len(),
                matrix.cells.len()
            );
        }
    }
    Ok(matrix)
}

fn make(
    feature: &Feature,
    row: usize,
    producer: usize,
    peers: &mut [Box<dyn Peer>],
    world: &World,
) -> Result<Made> {
    let peer = peers.get_mut(producer).context("a producer")?;
    let id = peer.name().id.clone();
    let content = world.folder.join("contents").join(feature.content.name());
    fs::write(&content, feature.content.octets())?;
    let extension = if feature.act.mail() { "eml" } else { "der" };
    let message = world
        .folder
        .join("messages")
        .join(format!("{}--{id}.{extension}", feature.id));
    let mut made = Made {
        feature: row,
        producer,
        command: String::new(),
        outcome: Outcome::Cannot(String::new()),
        message,
        content,
    };
    if feature.altered.is_some() && id != OURS {
        made.outcome = Outcome::Cannot("these messages are made of ours".to_owned());
        return Ok(made);
    }
    let job = Job {
        feature,
        world,
        input: &made.content,
        content: &made.content,
        output: &made.message,
    };
    let answer = settled(peer.make(job)?, &made.message);
    made.command = answer.command;
    made.outcome = answer.outcome;
    if let (Some(alteration), Outcome::Done) = (feature.altered, &made.outcome) {
        alter(alteration, feature, &mut made)?;
    }
    Ok(made)
}

/// An output that is there although the program failed does not count.
fn settled(answer: Answer, output: &Path) -> Answer {
    if answer.outcome != Outcome::Done {
        let _ = fs::remove_file(output);
    }
    answer
}

fn alter(alteration: Alteration, feature: &Feature, made: &mut Made) -> Result<()> {
    let message = fs::read(&made.message)?;
    let altered = alteration
        .apply(&message)
        .with_context(|| format!("the alteration of {}", feature.id))?;
    fs::write(&made.message, altered)?;
    made.command
        .push_str(&format!("  # then altered: {alteration:?}"));
    if alteration == Alteration::OtherContent {
        let other = made.content.with_extension("other");
        fs::write(&other, b"another content")?;
        made.content = other;
    }
    Ok(())
}

/// The message that was made last, by all consumers.
fn read_all(
    matrix: &mut Matrix,
    feature: &Feature,
    peers: &mut [Box<dyn Peer>],
    world: &World,
    pairs: Pairs,
) -> Result<()> {
    let index = matrix.made.len().saturating_sub(1);
    let made = matrix.made.get(index).context("a message")?.clone();
    let producer = matrix
        .names
        .get(made.producer)
        .context("a producer")?
        .id
        .clone();
    for (consumer, peer) in peers.iter_mut().enumerate() {
        if pairs == Pairs::Ours && producer != OURS && peer.name().id != OURS {
            continue;
        }
        let cell = read(
            index,
            &made,
            &producer,
            feature,
            consumer,
            peer.as_mut(),
            world,
        )?;
        matrix.cells.push(cell);
    }
    Ok(())
}

fn read(
    index: usize,
    made: &Made,
    producer: &str,
    feature: &Feature,
    consumer: usize,
    peer: &mut dyn Peer,
    world: &World,
) -> Result<Cell> {
    let Name { id, kind, .. } = peer.name().clone();
    let mut cell = Cell {
        made: index,
        consumer,
        verdict: Verdict::NotRun,
        why: String::new(),
        command: String::new(),
        output: None,
    };
    if let Err(why) = asked(feature.wanted, kind) {
        cell.why = why.to_owned();
        return Ok(cell);
    }
    let output = world
        .folder
        .join("outputs")
        .join(format!("{}--{producer}--{id}", feature.id));
    let job = Job {
        feature,
        world,
        input: &made.message,
        content: &made.content,
        output: &output,
    };
    let answer = settled(peer.read(job)?, &output);
    let came_out = fs::read(&output).unwrap_or_default();
    let same = same_content(&feature.act, &fs::read(&made.content)?, &came_out);
    (cell.verdict, cell.why) = judge(feature.wanted, kind, &feature.act, &answer.outcome, same);
    cell.command = answer.command;
    if answer.outcome == Outcome::Done && !same {
        cell.output = Some(output);
    } else {
        let _ = fs::remove_file(output);
    }
    Ok(cell)
}

impl Matrix {
    pub(crate) fn name(&self, index: usize) -> &str {
        self.names.get(index).map_or("", |name| &name.id)
    }

    /// Feature, producer and consumer of a cell.
    pub(crate) fn place(&self, cell: &Cell) -> (&Feature, &str, &str) {
        let made = self
            .made
            .get(cell.made)
            .unwrap_or_else(|| unreachable!("a cell is of a message"));
        let feature = self
            .features
            .get(made.feature)
            .unwrap_or_else(|| unreachable!("a message is of a row"));
        (feature, self.name(made.producer), self.name(cell.consumer))
    }

    /// How often each verdict fell.
    pub(crate) fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for cell in &self.cells {
            let count: &mut usize = counts.entry(cell.verdict.name()).or_default();
            *count = count.saturating_add(1);
        }
        counts
    }
}
