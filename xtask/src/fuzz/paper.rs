//! `docs/fuzzing.md`: what was run, what it reaches, and what it found.

use std::fmt::Write as _;

use anyhow::Result;

use super::Outcome;
use super::coverage::Covered;
use crate::process;

/// What fuzzing found and what was done about it; written by hand.
const FOUND: &str = include_str!("found.md");

pub(super) fn write(outcomes: &[Outcome], covered: &Covered) -> Result<()> {
    let path = process::root().join("docs/fuzzing.md");
    std::fs::write(path, text(outcomes, covered)?)?;
    Ok(())
}

fn text(outcomes: &[Outcome], covered: &Covered) -> Result<String> {
    let mut text = "# Fuzzing\n\n\
        Written by `cargo xtask fuzz --minutes N`, which builds the targets in `fuzz/src/targets`, seeds them with the\n\
        examples, our own messages and all vectors at hand, runs each, makes its corpus small and measures what the corpora\n\
        reach. Inputs that failed are made small and stay in `fuzz/regressions`, which `cargo test` replays. A change that\n\
        adds a parser adds a target.\n\n\
        | target | seeds | minutes | executions | inputs kept | MiB | outcome |\n\
        | --- | ---: | ---: | ---: | ---: | ---: | --- |\n"
        .to_owned();
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
