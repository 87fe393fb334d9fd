//! Rules on Rust sources.

use super::Finding;
use super::lexer::{self, Layers};
use super::manifests::PROGRAMS;

/// Lines of a file at most.
const CEILING: usize = 1500;

/// Lines above which a seam should be looked for.
const LONG: usize = 900;

/// Columns of a line at most.
const COLUMNS: usize = 120;

/// What only programs may use.
const PROGRAMS_ONLY: [&str; 6] = [
    "std::fs",
    "SystemTime::now",
    "anyhow",
    "async",
    "std::net",
    "std::process",
];

/// What never stays in a source.
const NEVER: [&str; 4] = ["unsafe", "todo!", "unimplemented!", "dbg!"];

/// Checks one file at `place`, its path within the workspace.
pub(super) fn check(place: &str, text: &str) -> Vec<Finding> {
    let layers = lexer::split(text);
    let mut findings = Vec::new();
    let mut found = |line: Option<usize>, text: String| {
        let place = line.map_or_else(
            || place.to_owned(),
            |line| format!("{place}:{}", line.saturating_add(1)),
        );
        findings.push(Finding::new(place, text));
    };
    if text.lines().count() > CEILING {
        found(None, format!("more than {CEILING} lines"));
    }
    if !is_test(place) && !begins_with_doc(text) {
        found(None, "no module documentation (//!)".to_owned());
    }
    for (index, line) in text.lines().enumerate() {
        if line.chars().count() > COLUMNS {
            found(Some(index), format!("more than {COLUMNS} columns"));
        }
    }
    for (index, line) in layers.comments.lines().enumerate() {
        if has_word(line, "TODO") && !names_issue(line) {
            found(Some(index), "TODO without an issue (#number)".to_owned());
        }
    }
    let exempt = is_program(place) || is_example(place) || is_test(place);
    let tests = tests_line(&layers);
    for (index, line) in layers.code.lines().enumerate() {
        for word in NEVER.into_iter().filter(|word| has_word(line, word)) {
            found(Some(index), format!("{word} stays in no source"));
        }
        if line.contains("#[allow(") || line.contains("#![allow(") {
            found(Some(index), "allow: say expect, with a reason".to_owned());
        }
        if exempt || index >= tests {
            continue;
        }
        for word in PROGRAMS_ONLY
            .into_iter()
            .filter(|word| has_word(line, word))
        {
            found(Some(index), format!("{word} belongs to programs"));
        }
    }
    for line in unreasoned(&layers.code) {
        found(Some(line), "expect without a reason".to_owned());
    }
    findings
}

/// A file that grows long.
pub(super) fn warn_long(place: &str, text: &str) -> Option<Finding> {
    let lines = text.lines().count();
    (lines > LONG).then(|| Finding::new(place, format!("{lines} lines; look for the seam")))
}

fn is_program(place: &str) -> bool {
    PROGRAMS
        .iter()
        .any(|program| place.split('/').any(|part| part == *program))
}

/// Programs that show how to use a library.
fn is_example(place: &str) -> bool {
    place.starts_with("crates/") && place.split('/').nth(2) == Some("examples")
}

pub(super) fn is_test(place: &str) -> bool {
    place
        .split('/')
        .any(|part| part == "tests" || part == "tests.rs")
}

fn begins_with_doc(text: &str) -> bool {
    text.lines()
        .find(|line| !line.is_empty() && !line.starts_with("#!["))
        .is_some_and(|line| line.starts_with("//!"))
}

/// The line from which on a file holds its unit tests.
pub(super) fn tests_line(layers: &Layers) -> usize {
    let mut previous = "";
    for (index, line) in layers.code.lines().enumerate() {
        if previous == "#[cfg(test)]" && line.starts_with("mod tests {") {
            return index;
        }
        previous = line;
    }
    usize::MAX
}

/// Lines of `#[expect(…)]` that give no reason.
fn unreasoned(code: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (at, _) in code.match_indices("[expect(") {
        let (before, after) = code.split_at_checked(at).unwrap_or((code, ""));
        let attribute = after.split(")]").next().unwrap_or_default();
        if !has_word(attribute, "reason") {
            lines.push(before.matches('\n').count());
        }
    }
    lines
}

/// Whether `line` holds `word` with no letter, digit or underscore beside it.
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        let after = line
            .get(at.saturating_add(word.len())..)
            .unwrap_or_default();
        !before.ends_with(part) && (word.ends_with('!') || !after.starts_with(part))
    })
}

fn names_issue(line: &str) -> bool {
    line.split('#')
        .skip(1)
        .any(|after| after.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{check, warn_long};

    /// What is found in a library's file of these lines below its documentation.
    fn library(code: &str) -> Vec<String> {
        found("crates/cms-core/src/a.rs", code)
    }

    fn found(place: &str, code: &str) -> Vec<String> {
        let text = format!("//! Documentation.\n\n{code}\n");
        check(place, &text)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn libraries_know_no_files_clock_or_async() {
        for code in [
            "use std::fs;",
            "let now = SystemTime::now();",
            "fn f() -> anyhow::Result<()>",
            "async fn f() {}",
        ] {
            let findings = library(code);
            assert_eq!(findings.len(), 1, "{code}");
            assert!(findings[0].starts_with("crates/cms-core/src/a.rs:3: "));
            assert!(found("crates/smime-cli/src/a.rs", code).is_empty());
            assert!(found("crates/cms-core/tests/a.rs", code).is_empty());
            assert!(found("crates/cms-core/examples/a.rs", code).is_empty());
            let in_tests = format!("#[cfg(test)]\nmod tests {{\n{code}\n}}");
            assert!(library(&in_tests).is_empty());
        }
    }

    #[test]
    fn words_in_comments_and_literals_do_not_count() {
        assert!(
            library("/// Not unsafe, no std::fs.\nlet a = \"todo!() #[allow(x)]\";").is_empty()
        );
        assert!(library("#![forbid(unsafe_code)]").is_empty());
    }

    #[test]
    fn nothing_unfinished_stays() {
        for code in [
            "unsafe { f() }",
            "todo!()",
            "unimplemented!()",
            "dbg!(a)",
            "// TODO: more",
        ] {
            assert_eq!(library(code).len(), 1, "{code}");
        }
        assert!(library("// TODO(#12): more").is_empty());
    }

    #[test]
    fn exceptions_give_a_reason() {
        assert_eq!(library("#[allow(dead_code)]").len(), 1);
        assert_eq!(library("#[expect(dead_code)]").len(), 1);
        assert!(library("#[expect(\n    dead_code,\n    reason = \"(x)\"\n)]").is_empty());
    }

    #[test]
    fn files_have_documentation_and_bounds() {
        assert_eq!(check("crates/cms-core/src/a.rs", "use a::b;\n").len(), 1);
        assert!(check("crates/cms-core/src/a/tests.rs", "use a::b;\n").is_empty());
        assert_eq!(library(&"x\n".repeat(1500)).len(), 1);
        assert_eq!(library(&"x".repeat(121)).len(), 1);
        assert!(library(&"ö".repeat(120)).is_empty());
        assert!(warn_long("a", &"x\n".repeat(901)).is_some());
        assert!(warn_long("a", &"x\n".repeat(900)).is_none());
    }
}
