//! Parameters of Content-Type and Content-Disposition (RFC 2045, section 5.1; RFC 2231).
//!
//! One forgiving reader for both fields: comments and white space anywhere, missing semicolons,
//! values that should have been quoted, continuations and character sets. What it forgives is
//! noted. Offsets of its deviations are 0: they concern a field value, not a stream.

use std::collections::BTreeMap;
use std::fmt;

use super::deviation::{Deviation, Deviations};

/// The parameters of one field; names in lower case.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Parameters {
    list: Vec<(String, String)>,
}

impl Parameters {
    /// Reads what follows the type of a field.
    pub(crate) fn parse(cursor: &mut Cursor<'_>, deviations: &mut Deviations) -> Self {
        let mut collector = Collector::default();
        let mut after_value = false;
        loop {
            let separated = cursor.skip_separators();
            if cursor.is_at_end() {
                break;
            }
            if after_value && !separated {
                deviations.note(Deviation::MissingSemicolon, 0);
            }
            after_value = match read_parameter(cursor, deviations) {
                Some((name, value)) => {
                    collector.add(&name, value, deviations);
                    true
                }
                None => {
                    deviations.note(Deviation::MalformedParameter, 0);
                    false
                }
            };
        }
        collector.finish(deviations)
    }

    /// The value of a parameter; `name` in any ASCII case.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Names and values in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Sets a parameter, replacing an earlier value.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_lowercase();
        self.list.retain(|(known, _)| *known != name);
        self.list.push((name, value.to_owned()));
    }
}

impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.iter() {
            if value.chars().any(|c| !matches!(c, ' '..='~')) {
                write!(f, "; {name}*=utf-8''")?;
                write_percent_encoded(f, value)?;
            } else if is_token(value) {
                write!(f, "; {name}={value}")?;
            } else {
                let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
                write!(f, "; {name}=\"{quoted}\"")?;
            }
        }
        Ok(())
    }
}

/// A place in a structured field value.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(value: &'a str) -> Self {
        Self { rest: value }
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn bump(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    /// Takes this character if it is next.
    pub(crate) fn eat(&mut self, expected: char) -> bool {
        let rest = self.rest.strip_prefix(expected);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !accept(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// A token (RFC 2045, section 5.1); empty if there is none.
    pub(crate) fn token(&mut self) -> &'a str {
        self.take_while(is_token_char)
    }

    /// Skips white space and comments (RFC 5322, section 3.2.2).
    pub(crate) fn skip_blank(&mut self) {
        loop {
            self.take_while(char::is_whitespace);
            if !self.eat('(') {
                return;
            }
            let mut depth = 1_usize;
            while depth > 0 {
                match self.bump() {
                    Some('\\') => {
                        self.bump();
                    }
                    Some('(') => depth = depth.saturating_add(1),
                    Some(')') => depth = depth.saturating_sub(1),
                    Some(_) => {}
                    None => return,
                }
            }
        }
    }

    /// Skips blanks and semicolons; tells whether there was a semicolon.
    fn skip_separators(&mut self) -> bool {
        let mut separated = false;
        self.skip_blank();
        while self.eat(';') {
            separated = true;
            self.skip_blank();
        }
        separated
    }

    /// What follows an opening quote, and whether it was closed.
    fn quoted_string(&mut self) -> (String, bool) {
        let mut text = String::new();
        loop {
            match self.bump() {
                Some('"') => return (text, true),
                Some('\\') => text.extend(self.bump()),
                Some(other) => text.push(other),
                None => return (text, false),
            }
        }
    }
}

fn read_parameter(
    cursor: &mut Cursor<'_>,
    deviations: &mut Deviations,
) -> Option<(String, String)> {
    let name = cursor.token().to_ascii_lowercase();
    if name.is_empty() {
        cursor.bump();
        return None;
    }
    cursor.skip_blank();
    if !cursor.eat('=') {
        return None;
    }
    cursor.skip_blank();
    if cursor.eat('"') {
        let (value, closed) = cursor.quoted_string();
        if !closed {
            deviations.note(Deviation::MalformedParameter, 0);
        }
        return Some((name, value));
    }
    let value = cursor.take_while(|c| c != ';' && c != '(' && !c.is_whitespace());
    if !is_token(value) {
        deviations.note(Deviation::MalformedParameter, 0);
    }
    Some((name, value.to_owned()))
}

/// Collects plain parameters and the sections of continued ones (RFC 2231, section 3).
#[derive(Debug, Default)]
struct Collector {
    entries: Vec<(String, Entry)>,
    places: BTreeMap<String, usize>,
}

#[derive(Debug)]
enum Entry {
    Plain(String),
    Sections(BTreeMap<u32, Section>),
}

#[derive(Debug)]
struct Section {
    value: String,
    encoded: bool,
}

impl Collector {
    fn add(&mut self, name: &str, value: String, deviations: &mut Deviations) {
        let (base, index, encoded) = split_name(name);
        let section = Section { value, encoded };
        let place = self.places.get(base).copied();
        let known = place.and_then(|place| self.entries.get_mut(place));
        match (known, index) {
            (None, None) if !encoded => self.open(base, Entry::Plain(section.value)),
            (None, index) => {
                let sections = BTreeMap::from([(index.unwrap_or(0), section)]);
                self.open(base, Entry::Sections(sections));
            }
            (Some((_, Entry::Sections(sections))), Some(index))
                if !sections.contains_key(&index) =>
            {
                sections.insert(index, section);
            }
            // rfc2045:5.1: a name "may appear only once"; the first one counts.
            (Some(_), _) => deviations.note(Deviation::DuplicateParameter, 0),
        }
    }

    fn open(&mut self, base: &str, entry: Entry) {
        self.places.insert(base.to_owned(), self.entries.len());
        self.entries.push((base.to_owned(), entry));
    }

    fn finish(self, deviations: &mut Deviations) -> Parameters {
        let mut list = Vec::with_capacity(self.entries.len());
        for (name, entry) in self.entries {
            match entry {
                Entry::Plain(value) => list.push((name, value)),
                Entry::Sections(sections) => list.push((name, join(&sections, deviations))),
            }
        }
        Parameters { list }
    }
}

/// Splits `name*2*` into the name, the section number and whether the value is encoded.
fn split_name(name: &str) -> (&str, Option<u32>, bool) {
    let (stem, encoded) = match name.strip_suffix('*') {
        Some(stem) => (stem, true),
        None => (name, false),
    };
    if let Some((base, digits)) = stem.split_once('*')
        && digits.chars().all(|c| c.is_ascii_digit())
        && let Ok(index) = digits.parse()
    {
        return (base, Some(index), encoded);
    }
    (stem, None, encoded)
}

/// Joins the sections from 0 up to the first gap and decodes their character set.
fn join(sections: &BTreeMap<u32, Section>, deviations: &mut Deviations) -> String {
    let mut octets = Vec::new();
    let mut charset = "";
    let mut used = 0_usize;
    for (expected, (&index, section)) in (0_u32..).zip(sections) {
        if index != expected {
            break;
        }
        used = used.saturating_add(1);
        if !section.encoded {
            octets.extend_from_slice(section.value.as_bytes());
            continue;
        }
        let mut text = section.value.as_str();
        if index == 0 {
            let mut parts = section.value.splitn(3, '\'');
            match (parts.next(), parts.next(), parts.next()) {
                (Some(name), Some(_language), Some(value)) => {
                    charset = name;
                    text = value;
                }
                _ => deviations.note(Deviation::MalformedParameter, 0),
            }
        }
        percent_decode(text, &mut octets, deviations);
    }
    if used != sections.len() {
        deviations.note(Deviation::MalformedParameter, 0);
    }
    decode_charset(charset, &octets, deviations)
}

fn percent_decode(text: &str, out: &mut Vec<u8>, deviations: &mut Deviations) {
    let mut octets = text.bytes();
    while let Some(octet) = octets.next() {
        let mut ahead = octets.clone();
        let decoded = match (octet, ahead.next(), ahead.next()) {
            (b'%', Some(high), Some(low)) => hex_octet(high, low),
            _ => None,
        };
        match decoded {
            Some(value) => {
                out.push(value);
                octets = ahead;
            }
            None => {
                if octet == b'%' {
                    deviations.note(Deviation::MalformedParameter, 0);
                }
                out.push(octet);
            }
        }
    }
}

fn decode_charset(charset: &str, octets: &[u8], deviations: &mut Deviations) -> String {
    match charset.to_ascii_lowercase().as_str() {
        "iso-8859-1" | "latin1" => octets.iter().map(|&octet| char::from(octet)).collect(),
        "" | "us-ascii" | "utf-8" | "utf8" => String::from_utf8_lossy(octets).into_owned(),
        _ => {
            deviations.note(Deviation::UnknownCharset, 0);
            String::from_utf8_lossy(octets).into_owned()
        }
    }
}

/// The octet of two hexadecimal digits.
pub(crate) fn hex_octet(high: u8, low: u8) -> Option<u8> {
    let digit = |octet| char::from(octet).to_digit(16);
    let value = digit(high)?.checked_mul(16)?.checked_add(digit(low)?)?;
    u8::try_from(value).ok()
}

/// Whether this is a token (RFC 2045, section 5.1).
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_token_char)
}

fn is_token_char(c: char) -> bool {
    c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?=".contains(c)
}

fn write_percent_encoded(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    for octet in value.bytes() {
        let c = char::from(octet);
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
            write!(f, "{c}")?;
        } else {
            write!(f, "%{octet:02X}")?;
        }
    }
    Ok(())
}
