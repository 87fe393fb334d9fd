//! What every exit code, error code and warning code means: the one source of `smime explain` and `docs/codes.md`.

mod errors;
mod exits;
mod findings;
mod warnings;

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use smime_cert::lint::Rule;

use crate::outcome::Outcome;

/// A code and all that is told about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) code: &'static str,
    /// One line.
    pub(crate) title: &'static str,
    /// What happened, and why it matters.
    pub(crate) text: &'static str,
    /// The rule behind it.
    pub(crate) section: &'static str,
    /// What to do.
    pub(crate) advice: &'static str,
}

/// A kind of codes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chapter {
    pub(crate) title: &'static str,
    pub(crate) entries: &'static [Entry],
}

/// Everything, in the order in which it is listed.
pub(crate) const CHAPTERS: [Chapter; 3] = [
    Chapter {
        title: "Exit codes",
        entries: exits::EXITS,
    },
    Chapter {
        title: "Errors",
        entries: errors::ERRORS,
    },
    Chapter {
        title: "Warnings",
        entries: warnings::WARNINGS,
    },
];

/// What the linter finds.
pub(crate) fn findings() -> impl Iterator<Item = Entry> {
    findings::all().into_iter().map(findings::entry)
}

/// All entries of the chapters, and those of what the linter finds.
pub(crate) fn everything() -> Vec<Entry> {
    let chapters = CHAPTERS.iter().flat_map(|chapter| chapter.entries).copied();
    chapters.chain(findings()).collect()
}

/// The entries of a code, for `weak-key` is both an error and a warning; else those of a verdict.
pub(crate) fn find(code: &str) -> Vec<Entry> {
    let found: Vec<_> = everything()
        .into_iter()
        .filter(|entry| entry.code == code)
        .collect();
    if !found.is_empty() {
        return found;
    }
    let verdict = OUTCOMES.iter().find(|outcome| outcome.verdict() == code);
    let exit = verdict.map(|outcome| outcome.code().to_string());
    let exits = exits::EXITS.iter();
    exits
        .filter(|entry| Some(entry.code) == exit.as_deref())
        .copied()
        .collect()
}

/// Every way in which a verb ends.
const OUTCOMES: [Outcome; 9] = [
    Outcome::Good,
    Outcome::Bad,
    Outcome::Usage,
    Outcome::Untrusted,
    Outcome::NoKey,
    Outcome::Policy,
    Outcome::Malformed,
    Outcome::Limit,
    Outcome::Io,
];

/// Known codes that look like what was asked for, the likeliest first.
pub(crate) fn nearest(code: &str) -> Vec<&'static str> {
    let mut scored: Vec<(usize, &'static str)> = everything()
        .into_iter()
        .map(|entry| (distance(code, entry.code), entry.code))
        .filter(|(distance, known)| {
            let part = code.len() > 2 && (known.contains(code) || code.contains(known));
            part || *distance * 2 <= known.len()
        })
        .collect();
    scored.sort_unstable();
    scored.dedup_by_key(|(_, code)| *code);
    scored.into_iter().map(|(_, code)| code).take(3).collect()
}

/// Letters to insert, delete or replace (Levenshtein).
fn distance(one: &str, two: &str) -> usize {
    // What is far longer than any code is like none.
    let one: Vec<char> = one.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=one.len()).collect();
    for (index, letter) in two.chars().enumerate() {
        let mut left = index + 1;
        let mut next = vec![left];
        for (other, window) in one.iter().zip(row.windows(2)) {
            let [diagonal, above] = window else {
                continue;
            };
            left = (diagonal + usize::from(*other != letter))
                .min(above + 1)
                .min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// `docs/codes.md`.
pub(crate) fn markdown() -> String {
    let mut out = String::from(
        "# Codes\n\nWhat `smime explain CODE` says. Made by `smime explain --markdown`; a test compares.\n",
    );
    for chapter in CHAPTERS {
        let _ = write!(out, "\n## {}\n", chapter.title);
        for entry in chapter.entries {
            let _ = write!(
                out,
                "\n### `{}`: {}\n\n{}\n\n",
                entry.code, entry.title, entry.text
            );
            let _ = write!(out, "*What to do:* {}\n\n", entry.advice);
            let _ = writeln!(out, "*See:* {}", entry.section);
        }
    }
    let mut out = wrapped(&out);
    out.push_str("\n## Findings of `cert lint`\n\n");
    out.push_str("| code | severity | what is wrong | see |\n| --- | --- | --- | --- |\n");
    for rule in findings::all() {
        let Rule {
            code,
            severity,
            section,
            text,
            ..
        } = rule;
        let _ = writeln!(out, "| `{code}` | {severity} | {text} | {section} |");
    }
    out
}

/// Lines of 110 columns at most; headings stay as they are.
pub(crate) fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut column = 0;
        for word in line.split(' ') {
            let len = word.chars().count();
            if column > 0 && column + 1 + len > COLUMNS && !line.starts_with('#') {
                out.push('\n');
                column = 0;
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += len;
        }
        out.push('\n');
    }
    out
}

const COLUMNS: usize = 110;
