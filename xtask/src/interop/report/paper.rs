//! `docs/interop.md`: the condensed table.

use std::fmt::Write as _;

use anyhow::Result;

use super::Report;
use crate::interop::feature::{Feature, Wanted};
use crate::interop::matrix::Matrix;
use crate::interop::peers::OURS;
use crate::interop::verdict::Verdict;

const HEAD: &str = include_str!("paper.txt");

pub(super) fn text(report: &Report<'_>) -> Result<String> {
    let matrix = report.matrix;
    let mut text = String::new();
    let counts = matrix.counts();
    let count = |verdict: Verdict| counts.get(verdict.name()).copied().unwrap_or_default();
    write!(
        text,
        "{HEAD}On {}: {} implementations, {} rows, {} messages, {} cells:\n\
         {} agree, {} refuse, {} wrong, {} crash, {} not run.\n\n",
        report.date,
        matrix.names.len(),
        matrix.features.len(),
        matrix
            .made
            .iter()
            .filter(|made| super::state(&made.outcome).0 == "made")
            .count(),
        matrix.cells.len(),
        count(Verdict::Agrees),
        count(Verdict::Refuses),
        count(Verdict::Wrong),
        count(Verdict::Crashes),
        count(Verdict::NotRun),
    )?;
    peers(report, &mut text)?;
    text.push_str(
        "\n## Messages that are to be read\n\n\
         In each cell first what the peer makes of our message, then what we make of the peer's. ✓ the content came \
         out,\n– refused, ✗ another content came out, ! crashed, · not run or not made.\n",
    );
    table(
        matrix,
        |row| row.wanted == Wanted::Content,
        Direction::Both,
        &mut text,
    )?;
    text.push_str(
        "\n## Messages that are to be refused\n\n\
         What each reader makes of a bad message: ✓ refused, ✗ **accepted**, ! crashed, · not asked.\n",
    );
    table(
        matrix,
        |row| row.wanted != Wanted::Content,
        Direction::Reading,
        &mut text,
    )?;
    ours(matrix, &mut text)?;
    Ok(text)
}

fn peers(report: &Report<'_>, text: &mut String) -> Result<()> {
    text.push_str("| peer | version | looks at |\n| --- | --- | --- |\n");
    for name in &report.matrix.names {
        writeln!(
            text,
            "| {} `{}` | {} | {} |",
            name.product,
            name.id,
            name.version,
            super::kind(name.kind)
        )?;
    }
    for (id, why) in report.absent {
        writeln!(text, "| `{id}` | not run | {why} |")?;
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Direction {
    /// Theirs of ours, ours of theirs.
    Both,
    /// Whoever reads it.
    Reading,
}

fn table(
    matrix: &Matrix,
    wanted: fn(&Feature) -> bool,
    direction: Direction,
    text: &mut String,
) -> Result<()> {
    let mut group = "";
    for row in matrix.features.iter().filter(|row| wanted(row)) {
        if row.group != group {
            group = row.group;
            write!(text, "\n### {group}\n\n| row |")?;
            let columns: Vec<&str> = columns(matrix, direction);
            for column in &columns {
                write!(text, " {column} |")?;
            }
            write!(text, "\n| --- |{}\n", " --- |".repeat(columns.len()))?;
        }
        write!(text, "| {} |", row.title)?;
        for column in columns(matrix, direction) {
            match direction {
                Direction::Both => {
                    let theirs = verdict(matrix, row, OURS, column);
                    let ours = verdict(matrix, row, column, OURS);
                    write!(text, " {} {} |", mark(theirs), mark(ours))?;
                }
                Direction::Reading => write!(text, " {} |", mark(worst(matrix, row, column)))?,
            }
        }
        text.push('\n');
    }
    Ok(())
}

fn columns(matrix: &Matrix, direction: Direction) -> Vec<&str> {
    let names = matrix.names.iter().map(|name| name.id.as_str());
    names
        .filter(|name| direction == Direction::Reading || *name != OURS)
        .collect()
}

fn mark(verdict: Option<Verdict>) -> &'static str {
    verdict.unwrap_or(Verdict::NotRun).mark()
}

fn verdict(matrix: &Matrix, row: &Feature, producer: &str, consumer: &str) -> Option<Verdict> {
    let found = matrix.cells.iter().find(|cell| {
        let (feature, by, to) = matrix.place(cell);
        feature.id == row.id && by == producer && to == consumer
    });
    found.map(|cell| cell.verdict)
}

/// What a reader makes of a bad message, whoever made it: the worst counts.
fn worst(matrix: &Matrix, row: &Feature, consumer: &str) -> Option<Verdict> {
    let verdicts: Vec<Verdict> = matrix
        .cells
        .iter()
        .filter(|cell| {
            let (feature, _, to) = matrix.place(cell);
            feature.id == row.id && to == consumer
        })
        .map(|cell| cell.verdict)
        .collect();
    let order = [
        Verdict::Wrong,
        Verdict::Crashes,
        Verdict::Refuses,
        Verdict::Agrees,
        Verdict::NotRun,
    ];
    order.into_iter().find(|verdict| verdicts.contains(verdict))
}

/// What of others' messages we do not read, and where a peer comes to another content of ours or falls over it.
fn ours(matrix: &Matrix, text: &mut String) -> Result<()> {
    text.push_str(
        "\n## Where we and a peer do not agree\n\n\
         Every message of a peer that we refuse, and every message of ours that gives a peer another content or makes\n\
         it crash, with what the reader said; what peers merely refuse of ours is in the first table, and why in the\n\
         page.\n\n\
         | row | from | to | verdict | said |\n| --- | --- | --- | --- | --- |\n",
    );
    for cell in &matrix.cells {
        let (feature, producer, consumer) = matrix.place(cell);
        let told = match cell.verdict {
            Verdict::Agrees | Verdict::NotRun => false,
            Verdict::Refuses => consumer == OURS,
            Verdict::Wrong | Verdict::Crashes => producer == OURS || consumer == OURS,
        };
        if !told || feature.wanted != Wanted::Content {
            continue;
        }
        let why = brief(&cell.why);
        writeln!(
            text,
            "| {} | {producer} | {consumer} | {} | {why} |",
            feature.title,
            cell.verdict.name()
        )?;
    }
    Ok(())
}

/// What a program said, short and harmless in a table; addresses of memory and thread numbers change.
fn brief(why: &str) -> String {
    let words = why.split_whitespace().filter(|word| {
        let digits = word.chars().filter(char::is_ascii_hexdigit).count();
        digits < 12 && !word.starts_with('/')
    });
    let text = words
        .collect::<Vec<_>>()
        .join(" ")
        .replace(['|', '`', '<', '>', '*'], "");
    let short: String = text.chars().take(120).collect();
    if short.len() < text.len() {
        short + "…"
    } else {
        short
    }
}
