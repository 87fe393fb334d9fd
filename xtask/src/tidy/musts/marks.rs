//! Marks in sources: comments that name MUSTs, `// rfc5652:5.1/1, 5.1/2: text`.
//!
//! A mark in a test says that the test fails where the MUST is broken; any other says that this place does it. Marks
//! without a number, `// rfc5652:5.1: text`, name sections and are of no matter here.

use super::super::{lexer, sources};
use super::Id;

/// What a mark says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Code,
    Test,
}

/// A MUST that a comment names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Mark {
    pub(crate) id: Id,
    pub(crate) kind: Kind,
    pub(crate) place: String,
    pub(crate) line: usize,
    /// The function that it stands in or before.
    pub(crate) function: Option<String>,
}

/// The marks of one source.
pub(super) fn of(place: &str, source: &str) -> Vec<Mark> {
    let layers = lexer::split(source);
    let code: Vec<&str> = layers.code.lines().collect();
    let of_tests = sources::is_test(place) || place.ends_with("_tests.rs");
    let tests_begin = sources::tests_line(&layers);
    let mut marks = Vec::new();
    for (index, comment) in layers.comments.lines().enumerate() {
        let ids = ids(comment);
        if ids.is_empty() {
            continue;
        }
        let function = function(&code, index);
        let is_test = of_tests
            || index >= tests_begin
            || function.is_some_and(|line| attributed(&code, line, "#[test]"));
        let name = function
            .and_then(|line| code.get(line))
            .and_then(|line| name(line));
        marks.extend(ids.into_iter().map(|id| Mark {
            id,
            kind: if is_test { Kind::Test } else { Kind::Code },
            place: place.to_owned(),
            line: index.saturating_add(1),
            function: name.map(str::to_owned),
        }));
    }
    marks
}

/// The numbered ids at the front of a comment.
fn ids(comment: &str) -> Vec<Id> {
    let mut rest = comment.trim_start_matches(['/', '!', '*', ' ']);
    let mut rfc = None;
    let mut found = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix("rfc") {
            let Some((number, after)) = after.split_once(':') else {
                return found;
            };
            rfc = number.parse().ok();
            rest = after;
        }
        let Some(rfc) = rfc else {
            return found;
        };
        let part = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '/';
        let len = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (id, after) = rest.split_at_checked(len).unwrap_or((rest, ""));
        found.extend(Id::parse(id.trim_end_matches('.'), rfc));
        let Some(after) = after.strip_prefix(',') else {
            return found;
        };
        rest = after.trim_start();
    }
}

/// The line of the function that a comment stands in, or before.
fn function(code: &[&str], comment: usize) -> Option<usize> {
    let after = code.iter().enumerate().skip(comment);
    let next = after
        .filter(|(_, line)| !line.trim().is_empty() && !line.trim().starts_with("#["))
        .map(|(index, _)| index)
        .next();
    let next = next.filter(|index| code.get(*index).is_some_and(|line| name(line).is_some()));
    if next.is_some() {
        return next;
    }
    // The lines are formatted: what a function holds is indented further than it.
    let indent = |line: &str| line.len().saturating_sub(line.trim_start().len());
    let mut depth = code
        .iter()
        .skip(comment)
        .find(|line| !line.trim().is_empty())
        .map_or(0, |line| indent(line));
    for (index, line) in code.iter().enumerate().take(comment).rev() {
        if line.trim().is_empty() || indent(line) >= depth {
            continue;
        }
        if name(line).is_some() {
            return Some(index);
        }
        depth = indent(line);
    }
    None
}

/// The name of the function whose first line this is.
fn name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let qualifiers = before.split(' ').all(|word| {
        let word = word.split('(').next().unwrap_or_default();
        ["", "pub", "const", "async", "in", "super)", "crate)"].contains(&word)
    });
    let len = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    after
        .get(..len)
        .filter(|name| qualifiers && !name.is_empty())
}

/// Whether the function of this line has an attribute.
fn attributed(code: &[&str], line: usize, attribute: &str) -> bool {
    code.iter()
        .take(line)
        .rev()
        .take_while(|line| line.trim().is_empty() || line.trim().starts_with("#["))
        .any(|line| line.trim() == attribute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(comment: &str) -> Vec<String> {
        ids(comment).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn ids_stand_at_the_front_of_a_comment() {
        assert_eq!(texts("// rfc1:2.1/1: text, 2.1/2"), ["rfc1:2.1/1"]);
        assert_eq!(
            texts("/// rfc1:2/1, A.1/12, rfc3:4/5"),
            ["rfc1:2/1", "rfc1:A.1/12", "rfc3:4/5"]
        );
        assert_eq!(texts("//! rfc1:2/1."), ["rfc1:2/1"]);
        assert_eq!(texts("// rfc1:2, 2/3: text"), ["rfc1:2/3"]);
        for none in [
            "",
            "// rfc1",
            "// rfc1:",
            "// rfc1:2: text/1",
            "// rfc:2/1",
            "// see rfc1:2/1",
            "// RFC 1, 2/1",
            "// rfc1:2/x",
            "// rfc1:2/",
            "// rfc1:/1",
        ] {
            assert!(texts(none).is_empty(), "{none}");
        }
    }

    const SOURCE: &str = "\
// rfc1:1/1
fn before() {
    if a {
        // rfc1:1/2
        b();
    }
}

/// rfc1:1/3: text
#[test]
pub(crate) fn tested() {}

const A: u8 = 1; // rfc1:1/4

#[cfg(test)]
mod tests {
    // rfc1:1/5
    fn helper() {}
}
";

    #[test]
    fn marks_know_their_function_and_whether_it_is_a_test() {
        let found: Vec<_> = of("crates/a/src/a.rs", SOURCE)
            .into_iter()
            .map(|mark| (mark.id.number, mark.line, mark.kind, mark.function))
            .collect();
        let name = |name: &str| Some(name.to_owned());
        assert_eq!(
            found,
            [
                (1, 1, Kind::Code, name("before")),
                (2, 4, Kind::Code, name("before")),
                (3, 9, Kind::Test, name("tested")),
                (4, 13, Kind::Code, None),
                (5, 17, Kind::Test, name("helper")),
            ]
        );
        for place in [
            "crates/a/tests/a.rs",
            "crates/a/src/tests.rs",
            "crates/a/src/mac_tests.rs",
        ] {
            let all = of(place, SOURCE);
            assert!(all.iter().all(|mark| mark.kind == Kind::Test), "{place}");
        }
    }
}
