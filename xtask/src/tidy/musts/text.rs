//! An RFC's text: how often each section says MUST.

use super::{Finding, List};

/// The words that count, in upper case.
const WORDS: [&str; 3] = ["MUST", "REQUIRED", "SHALL"];

/// Whether a list has as many lines for each section as the text has words that count.
pub(super) fn compare(list: &List, text: &str) -> Vec<Finding> {
    let counts = counts(text);
    let listed = |section: &str| {
        let entries = list.entries.iter();
        entries.filter(|entry| entry.id.section == section).count()
    };
    let mut findings = Vec::new();
    let mut found = |section: &str, has: usize, should: usize| {
        let text = format!("section {section} has {has} lines, its text {should}");
        findings.push(Finding::new(&*list.place, text));
    };
    for (section, count) in &counts {
        let has = listed(section);
        if has != *count {
            found(section, has, *count);
        }
    }
    let unknown = list.entries.iter().filter(|entry| {
        let known = |(section, _): &(String, usize)| *section == entry.id.section;
        entry.id.number == 1 && !counts.iter().any(known)
    });
    for entry in unknown {
        found(&entry.id.section, listed(&entry.id.section), 0);
    }
    findings
}

/// The sections that have any, in order. What stands before the first section, and the table of contents, does not
/// count.
fn counts(text: &str) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    let mut section = None;
    for line in text.lines() {
        if let Some(number) = heading(line) {
            section = Some(number.to_owned());
            continue;
        }
        if line.starts_with("Table of Contents") {
            section = None;
        }
        let (Some(section), count @ 1..) = (&section, words(line)) else {
            continue;
        };
        match counts.iter_mut().find(|(known, _)| known == section) {
            Some((_, sum)) => *sum = sum.saturating_add(count),
            None => counts.push((section.clone(), count)),
        }
    }
    counts
}

/// The number of the section that a line begins: `5.1.  Title`, `5.1 Title`, `Appendix A.  Title`, `A.1.  Title`.
fn heading(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("Appendix ").unwrap_or(line);
    let (number, title) = rest.split_once(' ')?;
    let number = number.trim_end_matches(['.', ':']);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_digit());
    let mut parts = number.split('.');
    let first = parts.next()?;
    let letter = first.len() == 1 && first.bytes().all(|octet| octet.is_ascii_uppercase());
    if !(digits(first) || letter) || !parts.all(digits) {
        return None;
    }
    let contents = title.contains("...") || title.contains(". .");
    let page = title.rsplit(' ').next().is_some_and(digits);
    (!title.trim().is_empty() && !contents && !page).then_some(number)
}

/// How many words of a line count.
fn words(line: &str) -> usize {
    WORDS
        .iter()
        .flat_map(|word| {
            line.match_indices(word).filter(|(at, _)| {
                let before = line.get(..*at).unwrap_or_default();
                let after = line
                    .get(at.saturating_add(word.len())..)
                    .unwrap_or_default();
                let joined = |c: char| c.is_ascii_alphabetic();
                !before.ends_with(|c| joined(c) || c == '-') && !after.starts_with(joined)
            })
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::super::list;
    use super::*;

    const TEXT: &str = "\
A title that MUST NOT count

Table of Contents

   1.  One ..... 2
2. A line of contents that MUST not count .... 3

1.  Introduction

   It MUST, and it MUST NOT; \"MUST-\" counts, must and MUSTARD do not.
   What is REQUIRED SHALL be.

Author                    Standards Track                     [Page 1]
RFC 1                           Title                     January 1970

1.1 Of dates

   MUST
Appendix A.  Example

   MUST
A.1.  More

   SHALL
";

    #[test]
    fn words_are_counted_by_section() {
        let counts = counts(TEXT);
        let counts: Vec<_> = counts
            .iter()
            .map(|(section, count)| (section.as_str(), *count))
            .collect();
        assert_eq!(counts, [("1", 5), ("1.1", 1), ("A", 1), ("A.1", 1)]);
    }

    #[test]
    fn lines_too_many_or_too_few_are_told() {
        let compared = |lines: &str| {
            let (list, findings) = list::parse("docs/musts/rfc1.txt", lines);
            assert!(findings.is_empty(), "{findings:?}");
            let findings = compare(&list.unwrap(), TEXT);
            findings
                .iter()
                .map(|finding| finding.text.clone())
                .collect::<Vec<_>>()
        };
        let all = "1/1 | terms | a\n1/2 | terms | a\n1/3 | terms | a\n1/4 | terms | a\n1/5 | terms | a\n\
                   1.1/1 | terms | a\nA/1 | terms | a\nA.1/1 | terms | a\n";
        assert!(compared(all).is_empty());
        let few = all.replace("1/5 | terms | a\n", "");
        assert_eq!(compared(&few), ["section 1 has 4 lines, its text 5"]);
        let many = format!("{all}A.1/2 | terms | a\nB/1 | terms | a\n");
        assert_eq!(
            compared(&many),
            [
                "section A.1 has 2 lines, its text 1",
                "section B has 1 lines, its text 0"
            ]
        );
        assert_eq!(compared("").len(), 4);
    }

    #[test]
    fn other_lines_begin_no_section() {
        for line in [
            "",
            "   1.  Indented",
            "RFC 1 Title",
            "1",
            "1. ",
            "AB. Two letters",
            "1.a Letter",
            "1.  Contents 7",
        ] {
            assert_eq!(heading(line), None, "{line}");
        }
    }
}
