//! A list of MUSTs: one line for each occurrence in the RFC's text.
//!
//! ```text
//! # RFC 5652: Cryptographic Message Syntax
//! 5.1/1 | code | version of SignedData follows from what is in it
//! 5.4/1 | same | no contentType in a countersignature | 11.4/3
//! 8/1 | others | keys are managed by other means | whoever calls brings the key
//! ```

use std::fmt;

use super::Finding;

/// A MUST: the RFC, the section and its number there.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Id {
    pub(crate) rfc: u32,
    pub(crate) section: String,
    pub(crate) number: usize,
}

impl Id {
    /// `rfc5652:5.1/1`, or `5.1/1` within the list of an RFC.
    pub(super) fn parse(text: &str, rfc: u32) -> Option<Self> {
        let (rfc, rest) = match text.strip_prefix("rfc") {
            Some(rest) => {
                let (number, rest) = rest.split_once(':')?;
                (number.parse().ok()?, rest)
            }
            None => (rfc, text),
        };
        let (section, number) = rest.split_once('/')?;
        let named = section.split('.').all(|part| {
            !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_alphanumeric())
        });
        let digits = !number.is_empty() && number.bytes().all(|octet| octet.is_ascii_digit());
        (named && digits).then_some(Self {
            rfc,
            section: section.to_owned(),
            number: number.parse().ok()?,
        })
    }

    /// Without the RFC.
    pub(crate) fn short(&self) -> String {
        format!("{}/{}", self.section, self.number)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rfc{}:{}/{}", self.rfc, self.section, self.number)
    }
}

/// What becomes of a MUST.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Standing {
    /// The code does it, and a test would tell if it did not.
    Code,
    /// It is not done, for a reason.
    Not(String),
    /// It binds somebody else.
    Others(String),
    /// It says again what another one says.
    Same(Id),
    /// It is about words.
    Terms,
}

impl Standing {
    /// The name in the lists.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Not(_) => "not",
            Self::Others(_) => "others",
            Self::Same(_) => "same",
            Self::Terms => "terms",
        }
    }
}

/// A line of a list.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: Id,
    pub(crate) line: usize,
    pub(crate) standing: Standing,
    pub(crate) what: String,
}

/// The MUSTs of an RFC, in the order of its text.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub(crate) place: String,
    pub(crate) rfc: u32,
    pub(crate) title: String,
    pub(crate) entries: Vec<Entry>,
}

/// Reads a list, whose file's name has the RFC's number; with what is wrong with it.
pub(super) fn parse(place: &str, text: &str) -> (Option<List>, Vec<Finding>) {
    let name = place.rsplit('/').next().unwrap_or(place);
    let number = name
        .strip_prefix("rfc")
        .and_then(|rest| rest.strip_suffix(".txt"))
        .and_then(|number| number.parse().ok());
    let Some(rfc) = number else {
        let finding = Finding::new(place, "is not named as an RFC: rfc5652.txt");
        return (None, vec![finding]);
    };
    let mut list = List {
        place: place.to_owned(),
        rfc,
        title: format!("RFC {rfc}"),
        entries: Vec::new(),
    };
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index.saturating_add(1);
        if let Some(comment) = line.strip_prefix('#') {
            if index == 0 {
                list.title = comment.trim().to_owned();
            }
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        let found = entry(line, number, rfc).and_then(|entry| {
            follows(&list.entries, &entry.id)?;
            Ok(entry)
        });
        match found {
            Ok(entry) => list.entries.push(entry),
            Err(text) => findings.push(Finding::new(format!("{place}:{number}"), text)),
        }
    }
    (Some(list), findings)
}

fn entry(line: &str, number: usize, rfc: u32) -> Result<Entry, String> {
    let fields: Vec<&str> = line.split(" | ").map(str::trim).collect();
    let (id, standing, what, reason) = match fields.as_slice() {
        [id, standing, what] => (id, standing, what, ""),
        [id, standing, what, reason] => (id, standing, what, *reason),
        _ => return Err("a line is: id | standing | what [| reason]".to_owned()),
    };
    let id = Id::parse(id, rfc).filter(|id| id.rfc == rfc);
    let id = id.ok_or_else(|| "the id is no section/number".to_owned())?;
    if what.is_empty() {
        return Err(format!("{id} does not say what"));
    }
    let reasoned = |standing: fn(String) -> Standing| {
        if reason.is_empty() {
            return Err(format!("{id} gives no reason"));
        }
        Ok(standing(reason.to_owned()))
    };
    let standing = match *standing {
        "code" if !reason.is_empty() => return Err(format!("{id} has a field too many")),
        "code" => Standing::Code,
        "not" => reasoned(Standing::Not)?,
        "others" => reasoned(Standing::Others)?,
        "same" => {
            let other = Id::parse(reason, rfc);
            Standing::Same(other.ok_or_else(|| format!("{id} does not say which it repeats"))?)
        }
        "terms" => Standing::Terms,
        other => return Err(format!("{other}: no such standing")),
    };
    Ok(Entry {
        id,
        line: number,
        standing,
        what: (*what).to_owned(),
    })
}

/// Numbers count from 1 within a section, and a section stands together.
fn follows(entries: &[Entry], id: &Id) -> Result<(), String> {
    let before = entries
        .iter()
        .filter(|entry| entry.id.section == id.section);
    let expected = before.count().saturating_add(1);
    let together = id.number == 1
        || entries
            .last()
            .is_some_and(|last| last.id.section == id.section);
    if id.number == expected && together {
        Ok(())
    } else {
        Err(format!("{id} is out of order"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Vec<String> {
        let (_, findings) = parse("docs/musts/rfc1.txt", text);
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lines_are_read_in_their_order() {
        let text = "# RFC 1: Title\n\n1/1 | code | a\n1/2 | same | b | rfc2:A.1/1\nA.1/1 | terms | c | words\n";
        let (list, findings) = parse("docs/musts/rfc1.txt", text);
        assert!(findings.is_empty(), "{findings:?}");
        let list = list.unwrap();
        assert_eq!((list.rfc, list.title.as_str()), (1, "RFC 1: Title"));
        let ids: Vec<_> = list
            .entries
            .iter()
            .map(|entry| entry.id.to_string())
            .collect();
        assert_eq!(ids, ["rfc1:1/1", "rfc1:1/2", "rfc1:A.1/1"]);
        let Standing::Same(other) = &list.entries[1].standing else {
            panic!("not the same");
        };
        assert_eq!(other.to_string(), "rfc2:A.1/1");
    }

    #[test]
    fn broken_lines_are_told() {
        for line in [
            "1/1",
            "1/1 | code",
            "1/1 | code | ",
            "1/1 | code | a | b",
            "1/1 | not | a",
            "1/1 | not | a | ",
            "1/1 | others | a",
            "1/1 | same | a",
            "1/1 | same | a | b",
            "1/1 | perhaps | a",
            "1 | code | a",
            "1/a | code | a",
            "/1 | code | a",
            "1../1 | code | a",
            "rfc2:1/1 | code | a",
            "1/2 | code | a",
            "1/0 | code | a",
            "1/1 | others | a | b | c",
        ] {
            assert_eq!(wrong(line).len(), 1, "{line}");
        }
        let (list, findings) = parse("docs/musts/others.txt", "");
        assert!(list.is_none() && findings.len() == 1);
    }

    #[test]
    fn numbers_and_sections_are_in_order() {
        assert_eq!(wrong("1/1 | code | a\n1/1 | code | b").len(), 1);
        assert_eq!(wrong("1/1 | code | a\n1/3 | code | b").len(), 1);
        let apart = "1/1 | code | a\n2/1 | code | b\n1/2 | code | c";
        assert_eq!(
            wrong(apart),
            ["docs/musts/rfc1.txt:3: rfc1:1/2 is out of order"]
        );
    }
}
