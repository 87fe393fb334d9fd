//! Sections of `docs/conformance.md` that tests make from what they counted.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Tests of one program may write at the same time.
static WRITING: Mutex<()> = Mutex::new(());

/// Sections stand in front of this one.
const LAST: &str = "\n## Wycheproof\n";

/// Compares a section with what a test made, or writes it where `SMIME_BLESS` is set. `command` is the test to be run
/// for that.
///
/// # Panics
/// When the paper says something else, or cannot be read or written.
pub fn check(title: &str, text: &str, command: &str) {
    let guard = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/conformance.md");
    let paper = std::fs::read_to_string(&path).expect("docs/conformance.md");
    let made = format!("## {title}\n\n{text}\nMade by `SMIME_BLESS=1 {command}`.\n\n");
    let (before, section, after) = split(&paper, title);
    if std::env::var_os("SMIME_BLESS").is_some() {
        std::fs::write(&path, format!("{before}{made}{after}")).expect("docs/conformance.md");
    } else {
        assert!(
            section == made,
            "docs/conformance.md: SMIME_BLESS=1 {command}\n{made}"
        );
    }
    drop(guard);
}

/// What stands before a section, the section, and what stands behind it.
fn split<'a>(paper: &'a str, title: &str) -> (&'a str, &'a str, &'a str) {
    let Some(at) = paper.find(&format!("\n## {title}\n")) else {
        let at = paper.find(LAST).map_or(paper.len(), |at| at + 1);
        let (before, after) = paper.split_at(at);
        return (before, "", after);
    };
    let (before, rest) = paper.split_at(at + 1);
    let end = rest.find("\n## ").map_or(rest.len(), |at| at + 1);
    let (section, after) = rest.split_at(end);
    (before, section, after)
}
