//! Distinguished names: comparison (RFC 5280, 7.1) and text (RFC 4514).

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use unicode_normalization::UnicodeNormalization as _;

use crate::ber::{Cursor, Element, Tag};
use crate::error::DecodeError;

/// A Name as received, [RFC 5280, section 4.1.2.4].
///
/// ```text
/// Name ::= CHOICE { rdnSequence RDNSequence }
/// RDNSequence ::= SEQUENCE OF SET OF AttributeTypeAndValue
/// ```
///
/// [RFC 5280, section 4.1.2.4]: https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.4
#[derive(Clone, Copy, Debug)]
pub struct Name<'a>(&'a [u8]);

/// An AttributeTypeAndValue of a name.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttributeTypeAndValue<'a> {
    /// type.
    pub oid: der::asn1::ObjectIdentifier,
    /// value, in whatever type.
    pub value: Element<'a>,
}

impl AttributeTypeAndValue<'_> {
    /// The value as text, if it is a string.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        text(&self.value)
    }

    /// The text of a DirectoryString or IA5String.
    #[must_use]
    pub fn text_of(value: &Element<'_>) -> Option<String> {
        text(value)
    }
}

struct TypeAndValue {
    oid: Vec<u8>,
    value: Vec<u8>,
    text: Option<String>,
}

impl<'a> Name<'a> {
    /// A view of a whole encoding.
    #[must_use]
    pub fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets as received.
    #[must_use]
    pub fn octets(&self) -> &'a [u8] {
        self.0
    }

    /// Whether there is no RDN at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rdns().is_ok_and(|rdns| rdns.is_empty())
    }

    /// Whether both name the same: equal octets, or RDN by RDN equal types and values, strings prepared as RFC 4518
    /// says and compared without regard to type, case, and runs of spaces (RFC 5280, 7.1).
    #[must_use]
    pub fn matches(&self, other: &Name<'_>) -> bool {
        if self.0 == other.0 {
            return true;
        }
        match (self.canonical(), other.canonical()) {
            (Ok(one), Ok(two)) => one == two,
            _ => false,
        }
    }

    /// The form in which names are compared.
    ///
    /// # Errors
    /// Broken structure.
    pub fn canonical(&self) -> Result<CanonicalName, DecodeError> {
        let rdns = self.rdns()?;
        Ok(CanonicalName(rdns.iter().map(|rdn| keys(rdn)).collect()))
    }

    /// Values of an attribute type anywhere in the name, as text.
    #[must_use]
    pub fn values(&self, oid: &der::asn1::ObjectIdentifier) -> Vec<String> {
        let Ok(rdns) = self.rdns() else {
            return Vec::new();
        };
        rdns.into_iter()
            .flatten()
            .filter(|pair| pair.oid == oid.as_bytes())
            .filter_map(|pair| pair.text)
            .collect()
    }

    /// The attributes, RDN by RDN.
    ///
    /// # Errors
    /// Broken structure.
    pub fn attributes(&self) -> Result<Vec<Vec<AttributeTypeAndValue<'a>>>, DecodeError> {
        let mut out = Vec::new();
        let mut rdns = Cursor::single(self.0, 0)?.children();
        while !rdns.is_empty() {
            let mut rdn = Vec::new();
            let mut pairs = rdns.expect(Tag::SET)?.children();
            while !pairs.is_empty() {
                let mut pair = pairs.expect(Tag::SEQUENCE)?.children();
                let oid = pair.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
                let value = pair.element()?;
                pair.finish()?;
                rdn.push(AttributeTypeAndValue { oid, value });
            }
            out.push(rdn);
        }
        Ok(out)
    }

    fn rdns(&self) -> Result<Vec<Vec<TypeAndValue>>, DecodeError> {
        let mut out = Vec::new();
        let mut rdns = Cursor::single(self.0, 0)?.children();
        while !rdns.is_empty() {
            let mut rdn = Vec::new();
            let mut pairs = rdns.expect(Tag::SET)?.children();
            while !pairs.is_empty() {
                let mut pair = pairs.expect(Tag::SEQUENCE)?.children();
                let oid = pair.expect(Tag::OBJECT_IDENTIFIER)?.contents().to_vec();
                let value = pair.element()?;
                rdn.push(TypeAndValue {
                    oid,
                    value: value.raw().to_vec(),
                    text: text(&value),
                });
            }
            out.push(rdn);
        }
        Ok(out)
    }
}

/// A name in the form in which names are compared (RFC 5280, 7.1): equal exactly if the names match.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CanonicalName(Vec<Vec<u8>>);

impl CanonicalName {
    /// Whether this name stands in the subtree below `base`, or is it.
    #[must_use]
    pub fn is_within(&self, base: &Self) -> bool {
        self.0.starts_with(&base.0)
    }

    /// Whether there is no RDN at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The values of an RDN in an order of their own: a SET has none.
fn keys(rdn: &[TypeAndValue]) -> Vec<u8> {
    let mut keys: Vec<_> = rdn.iter().map(TypeAndValue::key).collect();
    keys.sort();
    keys.concat()
}

/// The RFC 4514 form: last RDN first.
impl core::fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Ok(rdns) = self.rdns() else {
            return f.write_str("<malformed name>");
        };
        for (index, rdn) in rdns.iter().rev().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            for (index, pair) in rdn.iter().enumerate() {
                if index > 0 {
                    f.write_str("+")?;
                }
                pair.fmt(f)?;
            }
        }
        Ok(())
    }
}

impl TypeAndValue {
    /// What is compared: the type, and the folded text or, where there is none, the octets; each with its length.
    fn key(&self) -> Vec<u8> {
        let (kind, value) = match &self.text {
            Some(text) => (1, folded(text).into_bytes()),
            None => (0, self.value.clone()),
        };
        let mut key = Vec::with_capacity(self.oid.len() + value.len() + 17);
        key.extend_from_slice(&self.oid.len().to_be_bytes());
        key.extend_from_slice(&self.oid);
        key.push(kind);
        key.extend_from_slice(&value.len().to_be_bytes());
        key.extend_from_slice(&value);
        key
    }

    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let oid = der::asn1::ObjectIdentifier::from_bytes(&self.oid).ok();
        let key = oid.and_then(|oid| {
            let oid = oid.to_string();
            KEYWORDS
                .iter()
                .find(|(known, _)| *known == oid)
                .map(|(_, key)| *key)
        });
        match (key, &self.text, oid) {
            (Some(key), Some(text), _) => write!(f, "{key}={}", escaped(text)),
            (_, _, Some(oid)) => {
                write!(f, "{oid}=#")?;
                self.value
                    .iter()
                    .try_for_each(|octet| write!(f, "{octet:02x}"))
            }
            _ => f.write_str("?"),
        }
    }
}

const KEYWORDS: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.42", "GN"),
    ("2.5.4.65", "pseudonym"),
    ("2.5.4.97", "organizationIdentifier"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

const NUMERIC_STRING: Tag = Tag::universal(18);
const VISIBLE_STRING: Tag = Tag::universal(26);

/// The text of a DirectoryString, IA5String or similar; Latin-1 for TeletexString as senders mean it.
fn text(value: &Element<'_>) -> Option<String> {
    let octets = value.octets().ok()?;
    match value.tag() {
        Tag::UTF8_STRING => core::str::from_utf8(&octets).ok().map(Into::into),
        Tag::PRINTABLE_STRING | Tag::IA5_STRING | NUMERIC_STRING | VISIBLE_STRING => octets
            .is_ascii()
            .then(|| octets.iter().map(|octet| char::from(*octet)).collect()),
        Tag::TELETEX_STRING => Some(octets.iter().map(|octet| char::from(*octet)).collect()),
        Tag::BMP_STRING => {
            let units = octets.chunks(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                _ => 0xfffd,
            });
            char::decode_utf16(units).collect::<Result<_, _>>().ok()
        }
        Tag::UNIVERSAL_STRING => octets
            .chunks(4)
            .map(|quad| {
                <[u8; 4]>::try_from(quad)
                    .ok()
                    .and_then(|quad| char::from_u32(u32::from_be_bytes(quad)))
            })
            .collect(),
        _ => None,
    }
}

/// Without regard to case and to leading, trailing and repeated spaces; prepared as RFC 4518, 2 says: mapped,
/// normalized to NFKC, case folded.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.is_ascii() && !text.bytes().any(|octet| octet.is_ascii_control()) {
        words(text, &mut out, |word, out| {
            out.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        });
        return out;
    }
    let mapped: String = text.chars().filter_map(mapped).nfkc().collect();
    words(&mapped, &mut out, |word, out| {
        // Upper, then lower case is full case folding but for a few letters of Cherokee.
        let upper = word.chars().flat_map(char::to_uppercase);
        out.extend(upper.flat_map(char::to_lowercase).nfkc());
    });
    out
}

fn words(text: &str, out: &mut String, mut add: impl FnMut(&str, &mut String)) {
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        add(word, out);
    }
}

/// RFC 4518, 2.2: white space to a space, what is not seen to nothing.
fn mapped(c: char) -> Option<char> {
    match c {
        '\t'..='\r' | '\u{85}' => Some(' '),
        c if c.is_whitespace() => Some(' '),
        c if c.is_control() => None,
        '\u{ad}'
        | '\u{34f}'
        | '\u{6dd}'
        | '\u{70f}'
        | '\u{1806}'
        | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2063}'
        | '\u{206a}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffc}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0001}'
        | '\u{e0020}'..='\u{e007f}' => None,
        c => Some(c),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let last = text.chars().count().saturating_sub(1);
    for (index, c) in text.chars().enumerate() {
        let edge = (c == ' ' && (index == 0 || index == last)) || (c == '#' && index == 0);
        if c == '\0' {
            out.push_str("\\00");
        } else {
            if edge || matches!(c, '"' | '+' | ',' | ';' | '<' | '>' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}
