//! Every MUST of the RFCs in `docs/musts/`, against the marks in the sources.
//!
//! A list says what becomes of each MUST (`musts/list.rs`), marks say where (`musts/marks.rs`), and the texts of the
//! RFCs, where they are at hand, that no MUST is left out (`musts/text.rs`).

mod list;
mod marks;
mod text;

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Finding, files, has_extension, read, shown};
use crate::process;

pub(crate) use list::{Id, List, Standing};
pub(crate) use marks::{Kind, Mark};

/// The folder of the lists.
const FOLDER: &str = "docs/musts";

/// The lists and marks of the workspace.
#[derive(Debug, Default)]
pub(crate) struct Musts {
    pub(crate) lists: Vec<List>,
    pub(crate) marks: Vec<Mark>,
    findings: Vec<Finding>,
}

impl Musts {
    /// Those of the workspace's files.
    pub(crate) fn collect() -> Result<Self> {
        Self::of(&files(process::root()))
    }

    /// Those of these files.
    pub(super) fn of(files: &[PathBuf]) -> Result<Self> {
        let mut this = Self::default();
        for path in files {
            let place = shown(path);
            if has_extension(path, "rs") {
                this.marks.extend(marks::of(&place, &read(path)?));
            } else if has_extension(path, "txt") && place.starts_with(FOLDER) {
                let (list, findings) = list::parse(&place, &read(path)?);
                this.lists.extend(list);
                this.findings.extend(findings);
            }
        }
        Ok(this)
    }

    /// Everything that is wrong with them.
    pub(super) fn check(&self) -> Result<Vec<Finding>> {
        let mut findings = self.findings.clone();
        findings.extend(check(&self.lists, &self.marks));
        let folder = rfcs();
        for list in &self.lists {
            let path = folder.join(format!("rfc{}.txt", list.rfc));
            if path.is_file() {
                findings.extend(text::compare(list, &read(&path)?));
            } else {
                println!(
                    "SKIPPED: whether {} has every MUST; the RFC's text is not at hand (SMIME_RFCS names the folder)",
                    list.place
                );
            }
        }
        Ok(findings)
    }
}

/// Where the texts of the RFCs are, if anywhere.
fn rfcs() -> PathBuf {
    let beside = || {
        let above = process::root().parent().unwrap_or_else(|| Path::new(".."));
        above.join("shared/rfc")
    };
    std::env::var_os("SMIME_RFCS").map_or_else(beside, PathBuf::from)
}

/// The lists against the marks.
fn check(lists: &[List], marks: &[Mark]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for list in lists {
        for entry in &list.entries {
            let place = format!("{}:{}", list.place, entry.line);
            let marked = |kind| {
                marks
                    .iter()
                    .any(|mark| mark.id == entry.id && mark.kind == kind)
            };
            let mut found = |text: String| findings.push(Finding::new(&*place, text));
            match &entry.standing {
                Standing::Code => {
                    for (kind, name) in [(Kind::Code, "the code"), (Kind::Test, "a test")] {
                        if !marked(kind) {
                            found(format!("{} has no mark in {name}", entry.id));
                        }
                    }
                }
                Standing::Same(other) => match find(lists, other).map(|entry| &entry.standing) {
                    None => found(format!("{other} is in no list")),
                    Some(Standing::Same(_)) => {
                        found(format!("{other} repeats another one: name that"));
                    }
                    Some(_) => {}
                },
                Standing::Not(_) | Standing::Others(_) | Standing::Terms => {
                    if marked(Kind::Code) || marked(Kind::Test) {
                        found(format!(
                            "{} is marked, although it is not ours to do",
                            entry.id
                        ));
                    }
                }
            }
        }
    }
    for mark in marks {
        let listed = lists.iter().any(|list| list.rfc == mark.id.rfc);
        if listed && find(lists, &mark.id).is_none() {
            let place = format!("{}:{}", mark.place, mark.line);
            let text = format!("{} is in no list of {FOLDER}", mark.id);
            findings.push(Finding::new(place, text));
        }
    }
    findings
}

fn find<'a>(lists: &'a [List], id: &Id) -> Option<&'a list::Entry> {
    let mut entries = lists.iter().flat_map(|list| &list.entries);
    entries.find(|entry| entry.id == *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found with this list of RFC 1 and these sources.
    fn found(list: &str, sources: &[(&str, &str)]) -> Vec<String> {
        let (list, mut findings) = list::parse("docs/musts/rfc1.txt", list);
        let marks: Vec<_> = sources
            .iter()
            .flat_map(|(place, source)| marks::of(place, source))
            .collect();
        findings.extend(check(&list.into_iter().collect::<Vec<_>>(), &marks));
        findings.iter().map(ToString::to_string).collect()
    }

    const CODE: (&str, &str) = ("crates/a/src/a.rs", "// rfc1:2/1\n");
    const TEST: (&str, &str) = ("crates/a/tests/a.rs", "// rfc1:2/1\n");

    #[test]
    fn what_the_code_does_is_marked_in_code_and_test() {
        let list = "2/1 | code | something\n";
        assert_eq!(found(list, &[CODE, TEST]), [""; 0]);
        assert_eq!(
            found(list, &[CODE]),
            ["docs/musts/rfc1.txt:1: rfc1:2/1 has no mark in a test"]
        );
        assert_eq!(
            found(list, &[TEST]),
            ["docs/musts/rfc1.txt:1: rfc1:2/1 has no mark in the code"]
        );
        // A mark of the section, of another RFC, or in a literal is no mark of the MUST.
        for other in [
            "// rfc1:2: text\n",
            "// rfc2:2/1\n",
            "let a = \"// rfc1:2/1\";\n",
        ] {
            assert_eq!(found(list, &[TEST, ("crates/a/src/a.rs", other)]).len(), 1);
        }
    }

    #[test]
    fn marks_name_a_line_of_the_list() {
        let list = "2/1 | code | something\n";
        let stray = ("crates/b/src/b.rs", "\n// rfc1:2/1, 2/2: text\n");
        assert_eq!(
            found(list, &[CODE, TEST, stray]),
            ["crates/b/src/b.rs:2: rfc1:2/2 is in no list of docs/musts"]
        );
        let unlisted = ("crates/b/src/b.rs", "// rfc2:2/2\n");
        assert_eq!(found(list, &[CODE, TEST, unlisted]), [""; 0]);
    }

    #[test]
    fn what_repeats_leads_to_what_does_not() {
        let base = "2/1 | code | something\n";
        for (other, findings) in [
            ("2/1", 0),
            ("rfc1:2/1", 0),
            ("2/7", 1),
            ("rfc9:2/1", 1),
            ("2/2", 1),
        ] {
            let list = format!("{base}2/2 | same | again | {other}\n");
            assert_eq!(found(&list, &[CODE, TEST]).len(), findings, "{other}");
        }
    }

    #[test]
    fn what_is_not_ours_has_no_mark() {
        for standing in [
            "others | something | CAs",
            "not | something | not done",
            "terms | words",
        ] {
            let list = format!("2/1 | {standing}\n");
            assert_eq!(found(&list, &[]), [""; 0]);
            assert_eq!(found(&list, &[TEST]).len(), 1, "{standing}");
        }
    }
}
