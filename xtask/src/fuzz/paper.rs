//! `docs/fuzzing.md`: what was run, what it reaches, and what it found.

use std::fmt::Write as _;

use anyhow::Result;

use super::Outcome;
use super::coverage::Covered;
use crate::process;

const HEAD: &str = include_str!("head.md");

/// What fuzzing found and what was done about it; written by hand.
const FOUND: &str = include_str!("found.md");

pub(super) fn write(outcomes: &[Outcome], covered: &Covered) -> Result<()> {
    let path = process::root().join("docs/fuzzing.md");
    std::fs::write(path, text(outcomes, covered)?)?;
    Ok(())
}

fn text(outcomes: &[Outcome], covered: &Covered) -> Result<String> {
    let mut text = HEAD.to_owned();
    for outcome in outcomes {
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            outcome.name,
            outcome.seeds,
            outcome.seconds / 60,
            outcome.executions,
            outcome.inputs,
            outcome.memory,
            if outcome.failed {
                "**failed**"
            } else {
                "no failure"
            },
        )?;
    }
    if !covered.is_empty() {
        text.push_str(
            "\n## Coverage\n\nLines of each crate that the corpora of all targets run.\n\n",
        );
        text.push_str("| crate | lines | covered |\n| --- | ---: | ---: |\n");
        for (name, lines) in covered {
            let percent = lines.covered.saturating_mul(100) / lines.all.max(1);
            writeln!(text, "| {name} | {} | {percent} % |", lines.all)?;
        }
    }
    text.push_str("\n## Found and mended\n\n");
    text.push_str(FOUND);
    Ok(text)
}
