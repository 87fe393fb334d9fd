//! Automation of this workspace: `cargo xtask COMMAND`.

mod bench;
mod ci;
mod conformance;
mod examples;
mod fuzz;
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
  fuzz [TARGET] [--seconds N]   seed, replay and run one or every fuzz target, N seconds each (default 20)
  examples [--check]     docs/examples, written anew or compared
  oracle                 random certification paths, judged by smime-cert and by crate certval
  bench [--size MIB]     CPU time and peak memory of the command smime, with openssl beside it (default 100)
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
        ["fuzz"] => fuzz::run(None, fuzz::SECONDS, None),
        ["fuzz", "--seconds", seconds] => fuzz::run(None, number(seconds)?, None),
        ["fuzz", target] => fuzz::run(Some(target), fuzz::SECONDS, None),
        ["fuzz", target, "--seconds", seconds] => fuzz::run(Some(target), number(seconds)?, None),
        ["examples"] => examples::run(examples::Mode::Write),
        ["examples", "--check"] => examples::run(examples::Mode::Check),
        ["oracle"] => oracle::run(),
        ["bench"] => bench::run(bench::MEBIBYTES),
        ["bench", "--size", size] => bench::run(number(size)?),
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

fn number(text: &str) -> Result<u64> {
    text.parse()
        .with_context(|| format!("a number was expected, not {text}"))
}
