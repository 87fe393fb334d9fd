//! `cargo xtask conformance`: `docs/musts.md`, each MUST with its mark in the code and its test, from the lists in
//! `docs/musts/` and the marks in the sources.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use crate::process;
use crate::tidy::musts::{Id, Kind, List, Mark, Musts, Standing};

/// What is written.
pub(crate) const PAPER: &str = "docs/musts.md";

const HEAD: &str = "# What the RFCs demand

Every MUST, MUST NOT, MUST-, REQUIRED and SHALL of RFC 5652, 8551, 8550, 5083, 3274, 3370 and 5754, in the order of
their texts and numbered within their sections. Made by `cargo xtask conformance` from the lists in `docs/musts/` and
from the marks in the sources (`// rfc5652:5.1/1`); `cargo xtask tidy` compares.

* *code*: this code does it. The place is marked, and so is a test that fails where it does not.
* *same*: it says again what another one says.
* *others*: it binds somebody else, such as certification authorities or authors of specifications.
* *not*: it is not done, and why.
* *terms*: it is about words, or about earlier versions of the text.

";

/// Writes the paper.
pub(crate) fn run() -> Result<()> {
    let musts = Musts::collect()?;
    std::fs::write(process::root().join(PAPER), paper(&musts)).context(PAPER)?;
    println!("{PAPER}: {} lists", musts.lists.len());
    Ok(())
}

/// Whether the paper is what it would be if it were written now.
pub(crate) fn is_up_to_date(musts: &Musts) -> Result<bool> {
    let path = process::root().join(PAPER);
    let written = if path.is_file() {
        std::fs::read_to_string(path).context(PAPER)?
    } else {
        String::new()
    };
    Ok(written == paper(musts))
}

fn paper(musts: &Musts) -> String {
    let mut paper = HEAD.to_owned();
    paper.push_str("| RFC | all | code | with a test | same | others | not | terms |\n");
    paper.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for list in &musts.lists {
        paper.push_str(&counts(list, &musts.marks));
    }
    for list in &musts.lists {
        paper.push_str(&format!("\n## {}\n\n", list.title));
        paper.push_str(
            "| MUST | what | standing | code | tests |\n| --- | --- | --- | --- | --- |\n",
        );
        for entry in &list.entries {
            let standing = match &entry.standing {
                Standing::Code | Standing::Terms => entry.standing.name().to_owned(),
                Standing::Same(other) if other.rfc == list.rfc => {
                    format!("same: {}", other.short())
                }
                Standing::Same(other) => format!("same: RFC {}, {}", other.rfc, other.short()),
                Standing::Not(reason) | Standing::Others(reason) => {
                    format!("{}: {}", entry.standing.name(), escaped(reason))
                }
            };
            let row = [
                entry.id.short(),
                escaped(&entry.what),
                standing,
                links(&musts.marks, &entry.id, Kind::Code),
                links(&musts.marks, &entry.id, Kind::Test),
            ];
            paper.push_str(&format!("| {} |\n", row.join(" | ")));
        }
    }
    paper
}

/// The row of an RFC in the first table.
fn counts(list: &List, marks: &[Mark]) -> String {
    let count = |name: &str| {
        let entries = list.entries.iter();
        entries
            .filter(|entry| entry.standing.name() == name)
            .count()
    };
    let tested = list.entries.iter().filter(|entry| {
        let is_tested = |mark: &Mark| mark.id == entry.id && mark.kind == Kind::Test;
        entry.standing == Standing::Code && marks.iter().any(is_tested)
    });
    let mut row = format!("| {} | {} ", list.rfc, list.entries.len());
    let numbers = [
        count("code"),
        tested.count(),
        count("same"),
        count("others"),
        count("not"),
        count("terms"),
    ];
    for number in numbers {
        // Writing to a string does not fail.
        let _ = write!(row, "| {number} ");
    }
    row.push_str("|\n");
    row
}

/// The places that are marked, each once: files of code, functions of tests.
fn links(marks: &[Mark], id: &Id, kind: Kind) -> String {
    let marked = marks
        .iter()
        .filter(|mark| mark.id == *id && mark.kind == kind);
    let links: BTreeSet<_> = marked
        .map(|mark| {
            let file = mark
                .place
                .trim_start_matches("crates/")
                .replace("/src/", "/");
            let name = match (&mark.function, kind) {
                (Some(function), Kind::Test) => function.as_str(),
                _ => file.as_str(),
            };
            format!("[{name}](../{})", mark.place)
        })
        .collect();
    links.into_iter().collect::<Vec<_>>().join(", ")
}

/// Text within a table.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> Id {
        Id {
            rfc: 1,
            section: "2".to_owned(),
            number,
        }
    }

    fn mark(number: usize, kind: Kind, place: &str, function: Option<&str>) -> Mark {
        Mark {
            id: id(number),
            kind,
            place: place.to_owned(),
            line: 7,
            function: function.map(str::to_owned),
        }
    }

    #[test]
    fn links_have_names_and_no_lines_and_stand_once() {
        let code = "crates/a/src/b.rs";
        let test = "crates/a/tests/b.rs";
        let marks = [
            mark(1, Kind::Code, code, Some("f")),
            mark(1, Kind::Code, code, None),
            mark(1, Kind::Test, test, Some("holds")),
            mark(2, Kind::Test, test, Some("other")),
        ];
        assert_eq!(
            links(&marks, &id(1), Kind::Code),
            "[a/b.rs](../crates/a/src/b.rs)"
        );
        assert_eq!(
            links(&marks, &id(1), Kind::Test),
            "[holds](../crates/a/tests/b.rs)"
        );
        assert_eq!(links(&marks, &id(2), Kind::Code), "");
    }

    #[test]
    fn bars_do_not_end_a_cell() {
        assert_eq!(escaped("a | b"), "a \\| b");
    }
}
