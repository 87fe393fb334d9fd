//! `cargo xtask ci`: everything that a change must pass. All steps run; the failed ones are listed at the end.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{bench, book, examples, fuzz, interop, oracle, process, tidy};

/// How much to run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Extent {
    /// Everything.
    All,
    /// Without docs, single builds and fuzzing.
    Quick,
}

/// Libraries that build alone.
const LIBRARIES: [&str; 5] = [
    "cms-core",
    "cms-algs",
    "cms-pkcs11",
    "smime-cert",
    "smime-msg",
];

/// Libraries that build without their default features.
const EMBEDDABLE: [&str; 3] = ["cms-core", "cms-algs", "smime-cert"];

#[derive(Debug)]
struct Step {
    name: &'static str,
    time: Duration,
    error: Option<anyhow::Error>,
}

/// Runs all steps.
pub(crate) fn run(extent: Extent) -> Result<()> {
    let before = work_tree()?;
    let mut steps = Steps(Vec::new());
    steps.step("fmt", || {
        process::check(&mut process::cargo(&["fmt", "--all", "--check"]))?;
        let fuzz = ["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"];
        process::check(&mut process::cargo(&fuzz))
    });
    steps.step("tidy", tidy::run);
    steps.step("clippy", || {
        let words = "clippy --workspace --all-targets -- -D warnings";
        check(words)
    });
    // The README's command.
    steps.step("test", || check("test --workspace"));
    if extent == Extent::All {
        steps.step("doc", || {
            let words = [
                "doc",
                "--workspace",
                "--no-deps",
                "--document-private-items",
            ];
            process::check(process::cargo(&words).env("RUSTDOCFLAGS", "-Dwarnings"))
        });
        steps.step("book", book::run);
        steps.step("libraries alone", || {
            LIBRARIES
                .iter()
                .try_for_each(|library| check(&format!("build --package {library}")))
        });
        steps.step("no default features", || {
            EMBEDDABLE.iter().try_for_each(|library| {
                check(&format!("build --package {library} --no-default-features"))
            })
        });
        steps.step("alloc only", || {
            alloc_only("cms-core").and_then(|()| alloc_only("cms-algs"))
        });
        steps.step("oracle", oracle::run);
        steps.step("examples", || examples::run(examples::Mode::Check));
        steps.step("interop", || interop::run(interop::Extent::System));
        steps.step("counts", || bench::counts::run(bench::counts::Mode::Check));
        steps.step("fuzz smoke", || {
            fuzz::run(None, fuzz::Effort::Smoke(fuzz::SECONDS, Some(fuzz::SMOKE)))
        });
        steps.step("fuzz clippy", fuzz::clippy);
    }
    steps.step("work tree", || {
        let after = work_tree()?;
        if after != before {
            bail!("the work tree changed:\n{after}");
        }
        Ok(())
    });
    steps.finish()
}

fn check(words: &str) -> Result<()> {
    let words: Vec<&str> = words.split(' ').collect();
    process::check(&mut process::cargo(&words))
}

/// That no dependency of a library without default features has its `std` feature on: such a library could not be
/// embedded where there is an allocator alone.
fn alloc_only(library: &str) -> Result<()> {
    let words = [
        "tree",
        "--package",
        library,
        "--no-default-features",
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p} {f}",
    ];
    let tree = process::output(&mut process::cargo(&words))?;
    let found = with_std(&tree);
    if !found.is_empty() {
        bail!(
            "{library} without default features needs std through {}",
            found.join(", ")
        );
    }
    Ok(())
}

/// The packages of `cargo tree`'s lines (name, version, notes in parentheses, features) with the feature `std`.
fn with_std(tree: &str) -> Vec<&str> {
    tree.lines()
        .filter(|line| {
            let features = line.trim_end_matches("(*)").trim_end().rsplit(' ').next();
            features.is_some_and(|features| features.split(',').any(|feature| feature == "std"))
        })
        .filter_map(|line| line.split(' ').next())
        .collect()
}

/// What git says of changed and unknown files; outside a repository nothing can be said.
fn work_tree() -> Result<String> {
    if !process::root().join(".git").exists() || !process::has("git") {
        eprintln!("SKIPPED the work tree's state: no git repository");
        return Ok(String::new());
    }
    process::output(process::command("git").args(["status", "--porcelain"]))
}

struct Steps(Vec<Step>);

impl Steps {
    fn step(&mut self, name: &'static str, act: impl FnOnce() -> Result<()>) {
        println!("\n== {name}");
        let start = Instant::now();
        let error = act().err();
        let time = start.elapsed();
        if let Some(error) = &error {
            println!("== {name}: FAILED: {error:#}");
        }
        println!("== {name}: {:.0} s", time.as_secs_f64());
        self.0.push(Step { name, time, error });
    }

    fn finish(self) -> Result<()> {
        println!("\n== ci");
        let mut failed = Vec::new();
        let mut total = Duration::ZERO;
        for step in &self.0 {
            let verdict = if step.error.is_none() { "ok" } else { "FAILED" };
            println!(
                "{:<22}{:>6.0} s  {verdict}",
                step.name,
                step.time.as_secs_f64()
            );
            total = total.saturating_add(step.time);
            if step.error.is_some() {
                failed.push(step.name);
            }
        }
        println!("{:<22}{:>6.0} s", "total", total.as_secs_f64());
        if !failed.is_empty() {
            bail!("ci: failed: {}", failed.join(", "));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::with_std;

    #[test]
    fn std_is_found_among_features() {
        let tree = "der v0.8.3 alloc,oid\nsha2 v0.11.1 oid,std\nstd v1.0.0 \nrand v1.0.0 std (*)\nlibc v0.2.1 ";
        assert_eq!(with_std(tree), ["sha2", "rand"]);
    }
}
