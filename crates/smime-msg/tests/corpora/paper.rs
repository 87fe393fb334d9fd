//! `docs/conformance.md`: what came of each corpus.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::{TALLIES, Tally, case};

const HEAD: &str = "# Conformance

What becomes of other people's messages: every file of a corpus, what it should come to, and what does not. Made from
the runs by `SMIME_BLESS=1 cargo test -p smime-msg --test corpora`; a test compares.

*Cases* are files, some with several keys or contents; most are messages that are opened to the innermost layer, under
the legacy profile and without judging trust. *Elsewhere* are PKCS #12 files and keys, which the tests of `smime-cert`
read. *Not applicable* are texts and other things that cases use. The second table is run through the command
(`crates/smime-cli/tests/corpora.rs`).

What the RFCs demand, and which test holds each MUST, is in [musts.md](musts.md).

";

const COLUMNS: &str = "| corpus | cases | as expected | exceptions | elsewhere | not applicable |\n\
                       | --- | --- | --- | --- | --- | --- |\n";

fn row(paper: &mut String, name: &str, tally: &Tally) {
    writeln!(
        paper,
        "| {name} | {} | {} | {} | {} | {} |",
        tally.cases,
        tally.as_expected,
        tally.exceptions.len(),
        tally.elsewhere,
        tally.not_applicable
    )
    .unwrap();
}

/// The corpora of the command's test, which fails where one of its cases does not end as it says here.
fn of_the_command() -> BTreeMap<String, Tally> {
    let (cases, exceptions) = case::of_the_command();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for case in cases {
        let tally = tallies.entry(case.corpus().to_owned()).or_default();
        match case.op() {
            "skip" => tally.not_applicable += 1,
            "key" | "pkcs12" => tally.elsewhere += 1,
            _ => {
                tally.cases += 1;
                let id = case.text("id").unwrap();
                match exceptions.iter().find(|exception| exception.id() == id) {
                    Some(exception) => tally.exceptions.push(exception.clone()),
                    None => tally.as_expected += 1,
                }
            }
        }
    }
    tallies
}

fn paper(tallies: &BTreeMap<String, Tally>) -> String {
    let of_the_command = of_the_command();
    let mut paper = HEAD.to_owned();
    for table in [tallies, &of_the_command] {
        paper.push_str(COLUMNS);
        for (name, tally) in table {
            row(&mut paper, name, tally);
        }
        paper.push('\n');
    }
    paper.push_str("## Exceptions\n");
    for (name, tally) in tallies.iter().chain(&of_the_command) {
        // One reason may serve many files.
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for exception in &tally.exceptions {
            let file = exception.id().split_once('/').unwrap().1;
            reasons.entry(exception.reason()).or_default().push(file);
        }
        if !reasons.is_empty() {
            write!(paper, "\n### {name}\n\n").unwrap();
        }
        for (reason, files) in reasons {
            let files: Vec<_> = files.iter().map(|file| format!("`{file}`")).collect();
            writeln!(paper, "* {}: {reason}.", files.join(",\n  ")).unwrap();
        }
    }
    paper
}

#[test]
fn the_paper_is_up_to_date() {
    let Some(tallies) = TALLIES.as_ref() else {
        return;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/conformance.md");
    let paper = paper(tallies);
    let written = std::fs::read_to_string(&path).unwrap();
    // What follows are the sections of other tests (crates/testkit/src/paper.rs, cms-algs/src/wycheproof/paper.rs).
    let exceptions = written.find("\n## Exceptions\n").map_or(0, |at| at + 1);
    let others = written[exceptions..].find("\n## ");
    let (written, others) = written.split_at(others.map_or(written.len(), |at| exceptions + at));
    if std::env::var_os("SMIME_BLESS").is_some() {
        std::fs::write(&path, format!("{paper}{others}")).unwrap();
        return;
    }
    assert!(
        written == paper,
        "docs/conformance.md: SMIME_BLESS=1 cargo test -p smime-msg --test corpora"
    );
}
