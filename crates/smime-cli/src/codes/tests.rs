//! Every code that the sources use is explained, every explained code is used, and the paper is up to date.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::*;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Sources of the workspace without tests and without the explanations themselves.
fn sources() -> Vec<(PathBuf, String)> {
    let mut sources = Vec::new();
    for path in testkit::vectors::files(&root().join("crates")) {
        let shown = path.display().to_string();
        let is_source = path.extension().is_some_and(|extension| extension == "rs")
            && shown.contains("/src/")
            && !shown.contains("/testkit/")
            && !shown.contains("/codes")
            && !shown.contains("/tests");
        if is_source {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            sources.push((path, code.to_owned()));
        }
    }
    assert!(sources.len() > 50, "{}", sources.len());
    sources
}

/// The string literal at the front, after white space, if it is in the form of a code.
fn literal(text: &str) -> Option<&str> {
    let (code, _) = text.trim_start().strip_prefix('"')?.split_once('"')?;
    let is_code = code.starts_with(|c: char| c.is_ascii_lowercase())
        && code
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    is_code.then_some(code)
}

/// Codes that a source gives to failures, warnings and deviations.
fn codes_in(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let calls = ["Warning::new(", "Deviation::new(", "deviate(", " add("];
    for call in calls {
        found.extend(text.split(call).skip(1).filter_map(literal));
    }
    for tail in text.split("Outcome::").skip(1) {
        let after = tail.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        found.extend(after.strip_prefix(',').and_then(literal));
    }
    // A code chosen first: `let code = match ... { ... => "code", }`, or a table of codes and texts.
    for tail in text.split("let code = match").skip(1) {
        let arms = tail.split("};").next().unwrap();
        found.extend(arms.split("=>").skip(1).filter_map(literal));
    }
    if text.contains("Deviation::new(code") {
        let pairs = text.split(",\n").zip(text.split(",\n").skip(1));
        let texts = pairs.filter(|(_, text)| text.trim_start().starts_with('"'));
        found.extend(texts.filter_map(|(code, _)| literal(code)));
    }
    found
}

#[test]
fn every_code_in_use_is_explained() {
    let mut missing: BTreeMap<String, String> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (path, text) in sources() {
        for code in codes_in(&text) {
            seen.insert(code.to_owned());
            if find(code).is_empty() {
                missing.insert(code.to_owned(), path.display().to_string());
            }
        }
    }
    // One of each way in which a code comes about: otherwise the search is blind.
    for code in [
        "bad-signature",
        "element-limit",
        "extra-parts",
        "micalg",
        "trailing-zeros",
        "unreadable-attributes",
        "unusable-key",
    ] {
        assert!(seen.contains(code), "the search does not find {code}");
    }
    assert!(
        missing.is_empty(),
        "write an entry in codes/ for {missing:#?}"
    );
}

#[test]
fn every_explained_code_is_in_use() {
    let sources = sources();
    let unused: Vec<_> = CHAPTERS[1..]
        .iter()
        .flat_map(|chapter| chapter.entries)
        .filter(|entry| {
            let quoted = format!("\"{}\"", entry.code);
            !sources.iter().any(|(_, text)| text.contains(&quoted))
        })
        .map(|entry| entry.code)
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn every_exit_code_is_explained() {
    for outcome in OUTCOMES {
        let code = outcome.code().to_string();
        assert_eq!(find(&code).len(), 1);
        assert!(!find(outcome.verdict()).is_empty());
    }
    let explained: Vec<_> = CHAPTERS[0].entries.iter().map(|entry| entry.code).collect();
    assert_eq!(explained, ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
}

#[test]
fn chapters_are_sorted_and_entries_complete() {
    for chapter in CHAPTERS {
        assert!(
            chapter.entries.is_sorted_by(|one, two| one.code < two.code),
            "{}",
            chapter.title
        );
        for entry in chapter.entries {
            for text in [entry.title, entry.text, entry.section, entry.advice] {
                assert!(!text.is_empty() && !text.contains("  "), "{}", entry.code);
            }
        }
    }
}

#[test]
fn near_codes_are_suggested() {
    assert_eq!(nearest("bad-signatur").first(), Some(&"bad-signature"));
    assert_eq!(nearest("historic").first(), Some(&"historic-algorithm"));
    assert!(nearest("xyzzy").is_empty());
}

#[test]
fn the_paper_is_up_to_date() {
    let path = root().join("docs/codes.md");
    if std::env::var_os("SMIME_BLESS").is_some() {
        std::fs::write(&path, markdown()).unwrap();
    }
    let paper = std::fs::read_to_string(path).unwrap();
    assert_eq!(
        paper,
        markdown(),
        "smime explain --markdown > docs/codes.md"
    );
}
