//! Values of primitive encodings as one line of text, with what is odd about them.

use std::fmt::Write as _;

use cms_core::ObjectIdentifier;
use cms_core::ber::{Cursor, Tag, is_der};
use cms_core::types::{Name, Time};

use super::grammar::builtin::{GENERAL_STRING, NUMERIC_STRING, VISIBLE_STRING};
use super::{Options, names};
use crate::report::escaped;

/// Octets that are shown of a long value.
const OCTETS: usize = 32;

/// Characters that are shown of a long text.
const CHARACTERS: usize = 200;

/// Octets of the longest object identifier that is written in dots.
const IDENTIFIER: usize = 128;

/// A value.
#[derive(Debug)]
pub(crate) enum Value {
    /// Octets and the type of what they hold, which follows.
    Holds(usize, &'static str),
    None,
    Oid {
        dotted: String,
        name: Option<&'static str>,
    },
    Text(String),
}

impl Value {
    /// What stands for private key material.
    pub(crate) fn hidden(len: Option<u64>) -> Self {
        Self::Text(match len {
            Some(len) => format!("private key, {len} octets, not shown"),
            None => "private key, not shown".to_owned(),
        })
    }

    /// As text, if there is any.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Holds(len, _) => Some(format!("({len} octets) holds")),
            Self::None => None,
            Self::Oid { dotted, name } => Some(match name {
                Some(name) => format!("{name} ({dotted})"),
                None => dotted.clone(),
            }),
            Self::Text(text) => Some(text.clone()),
        }
    }
}

/// A value that is odd, and how.
type Noted = (Value, Option<&'static str>);

/// Whether a universal type has a constructed form of segments (X.690, 8.6, 8.7 and 8.23).
pub(crate) fn may_be_constructed(tag: Tag) -> bool {
    tag == Tag::BIT_STRING || tag == Tag::OCTET_STRING || is_text(tag)
}

fn is_text(tag: Tag) -> bool {
    [
        Tag::UTF8_STRING,
        NUMERIC_STRING,
        Tag::PRINTABLE_STRING,
        Tag::TELETEX_STRING,
        Tag::IA5_STRING,
        VISIBLE_STRING,
        GENERAL_STRING,
        Tag::UNIVERSAL_STRING,
        Tag::BMP_STRING,
        Tag::UTC_TIME,
        Tag::GENERALIZED_TIME,
    ]
    .contains(&tag)
}

/// The value of a type of the language, and a note when it is odd.
pub(crate) fn simple(
    tag: Tag,
    names: &[(u64, &'static str)],
    contents: &[u8],
    options: Options,
) -> Noted {
    match tag {
        Tag::BOOLEAN => boolean(contents, options),
        Tag::INTEGER | Tag::ENUMERATED => integer(names, contents, options),
        Tag::BIT_STRING => bits(names, contents, options),
        Tag::NULL if contents.is_empty() => (Value::None, None),
        Tag::OBJECT_IDENTIFIER => identifier(contents, options),
        Tag::UTC_TIME | Tag::GENERALIZED_TIME => time(tag, contents, options),
        Tag::OCTET_STRING => (unknown(contents, options), None),
        tag if is_text(tag) => text(tag, contents, options),
        _ => malformed(contents, options),
    }
}

fn malformed(contents: &[u8], options: Options) -> Noted {
    (unknown(contents, options), Some("malformed value"))
}

/// Octets in hex, their count, and as text when they are.
pub(crate) fn unknown(contents: &[u8], options: Options) -> Value {
    let shown = shown(contents, options);
    let mut text = format!("({} octets)", contents.len());
    if !shown.is_empty() {
        let _ = write!(
            text,
            " {}{}",
            crate::report::hex(shown),
            ellipsis(contents, shown)
        );
    }
    let printable =
        |octet: &u8| octet.is_ascii_graphic() || matches!(octet, b' ' | b'\t' | b'\r' | b'\n');
    if shown.len() > 1 && shown.iter().all(printable) {
        let quoted = quoted(&String::from_utf8_lossy(shown), options);
        let _ = write!(text, " {quoted}{}", ellipsis(contents, shown));
    }
    Value::Text(text)
}

fn shown(contents: &[u8], options: Options) -> &[u8] {
    if options.full {
        return contents;
    }
    contents.get(..OCTETS).unwrap_or(contents)
}

fn ellipsis(contents: &[u8], shown: &[u8]) -> &'static str {
    if shown.len() < contents.len() {
        "…"
    } else {
        ""
    }
}

fn boolean(contents: &[u8], options: Options) -> Noted {
    match contents {
        [0] => (Value::Text("FALSE".into()), None),
        [0xff] => (Value::Text("TRUE".into()), None),
        [other] => (
            Value::Text(format!("TRUE (0x{other:02x})")),
            Some("TRUE is 0xff in DER"),
        ),
        _ => malformed(contents, options),
    }
}

fn integer(names: &[(u64, &'static str)], contents: &[u8], options: Options) -> Noted {
    let Some(first) = contents.first() else {
        return malformed(contents, options);
    };
    let note = match contents {
        [0, second, ..] if *second < 0x80 => Some("INTEGER is not minimal"),
        [0xff, second, ..] if *second >= 0x80 => Some("INTEGER is not minimal"),
        _ => None,
    };
    if contents.len() > 8 {
        let value = contents.strip_prefix(&[0]).unwrap_or(contents);
        let zeros = value.first().map_or(0, |octet| octet.leading_zeros());
        let bits = u64::try_from(value.len())
            .unwrap_or(u64::MAX)
            .saturating_mul(8)
            .saturating_sub(u64::from(zeros));
        let sign = if *first >= 0x80 { "negative, " } else { "" };
        let shown = shown(contents, options);
        let hex = crate::report::hex(shown);
        let text = format!("({sign}{bits} bits) {hex}{}", ellipsis(contents, shown));
        return (Value::Text(text), note);
    }
    let start = if *first >= 0x80 { -1i64 } else { 0 };
    let value = contents
        .iter()
        .fold(start, |value, octet| value << 8 | i64::from(*octet));
    let name = u64::try_from(value)
        .ok()
        .and_then(|value| named(names, value));
    let text = match name {
        Some(name) => format!("{name} ({value})"),
        None => value.to_string(),
    };
    (Value::Text(text), note)
}

fn named(names: &[(u64, &'static str)], value: u64) -> Option<String> {
    names
        .iter()
        .find(|(known, _)| *known == value)
        .map(|(_, name)| name.replace('_', "-"))
}

fn bits(names: &[(u64, &'static str)], contents: &[u8], options: Options) -> Noted {
    let Some((unused, octets)) = contents.split_first() else {
        return malformed(contents, options);
    };
    let all = octets.len().saturating_mul(8);
    let count = match all.checked_sub(usize::from(*unused)) {
        Some(count) if *unused < 8 => count,
        _ => return malformed(contents, options),
    };
    let stray = octets.last().is_some_and(|last| {
        let mask = 1u8
            .checked_shl(u32::from(*unused))
            .map_or(0, |bit| bit.wrapping_sub(1));
        last & mask != 0
    });
    let note = stray.then_some("unused bits are not zero");
    if !names.is_empty() {
        let set = octets
            .iter()
            .take(16)
            .enumerate()
            .flat_map(|(index, octet)| {
                (0..8u64).filter_map(move |bit| {
                    let position = u64::try_from(index)
                        .ok()?
                        .checked_mul(8)?
                        .checked_add(bit)?;
                    (octet >> (7 - bit) & 1 == 1).then_some(position)
                })
            });
        let flags: Vec<String> = set
            .map(|bit| named(names, bit).unwrap_or_else(|| format!("bit {bit}")))
            .collect();
        let text = if flags.is_empty() {
            "none".to_owned()
        } else {
            flags.join(", ")
        };
        return (Value::Text(text), note);
    }
    let shown = shown(octets, options);
    let hex = crate::report::hex(shown);
    let space = if hex.is_empty() { "" } else { " " };
    let text = format!("({count} bits){space}{hex}{}", ellipsis(octets, shown));
    (Value::Text(text), note)
}

fn identifier(contents: &[u8], options: Options) -> Noted {
    let Some(dotted) = dotted(contents) else {
        return malformed(contents, options);
    };
    let known = ObjectIdentifier::from_bytes(contents).ok();
    let name = known
        .and_then(|oid| cms_core::oid::name(&oid))
        .or_else(|| names::name(&dotted));
    (Value::Oid { dotted, name }, None)
}

/// An object identifier in dots; arcs of up to 128 bits, as those under 2.25 are.
fn dotted(contents: &[u8]) -> Option<String> {
    if contents.is_empty() || contents.len() > IDENTIFIER {
        return None;
    }
    let mut text = String::new();
    let mut arc: Option<u128> = None;
    for octet in contents {
        let value = match arc {
            // A leading 0x80 would be a second way to write the same arc (X.690, 8.19.2).
            None if *octet == 0x80 => return None,
            None => 0,
            Some(value) if value >> 121 != 0 => return None,
            Some(value) => value << 7,
        };
        let value = value | u128::from(octet & 0x7f);
        arc = Some(value);
        if octet & 0x80 == 0 {
            if text.is_empty() {
                let (first, second) = match value {
                    0..40 => (0, value),
                    40..80 => (1, value - 40),
                    _ => (2, value - 80),
                };
                let _ = write!(text, "{first}.{second}");
            } else {
                let _ = write!(text, ".{value}");
            }
            arc = None;
        }
    }
    arc.is_none().then_some(text)
}

fn time(tag: Tag, contents: &[u8], options: Options) -> Noted {
    let decoded = u8::try_from(contents.len())
        .ok()
        .filter(|len| *len < 0x80)
        .and_then(|len| {
            let identifier = if tag == Tag::UTC_TIME { 23 } else { 24 };
            let mut octets = vec![identifier, len];
            octets.extend_from_slice(contents);
            let element = Cursor::single(&octets, 0).ok()?;
            Time::decode(&element).ok()
        });
    let Some(time) = decoded else {
        return malformed(contents, options);
    };
    let raw = quoted(&String::from_utf8_lossy(contents), options);
    let expected = if tag == Tag::UTC_TIME { 13 } else { 15 };
    if contents.len() == expected && contents.last() == Some(&b'Z') {
        return (Value::Text(time.to_rfc3339()), None);
    }
    // Fractions, which the time does not show; DER has no zeros at their end (X.690, 11.7).
    let fraction = contents.get(14..).and_then(|rest| rest.strip_suffix(b"Z"));
    let is_der = tag == Tag::GENERALIZED_TIME
        && fraction.is_some_and(|digits| digits.starts_with(b".") && !digits.ends_with(b"0"));
    let note = (!is_der).then_some("time not in its DER form");
    (Value::Text(format!("{} {raw}", time.to_rfc3339())), note)
}

fn text(tag: Tag, contents: &[u8], options: Options) -> Noted {
    let decoded = match tag {
        Tag::UTF8_STRING => String::from_utf8(contents.to_vec()).ok(),
        Tag::BMP_STRING => bmp(contents),
        Tag::UNIVERSAL_STRING => universal(contents),
        // T.61 is Latin 1 to everybody who writes it today.
        Tag::TELETEX_STRING | GENERAL_STRING => {
            Some(contents.iter().copied().map(char::from).collect())
        }
        _ if contents.is_ascii() => Some(String::from_utf8_lossy(contents).into_owned()),
        _ => None,
    };
    match decoded {
        Some(text) => (Value::Text(quoted(&text, options)), None),
        None => (
            unknown(contents, options),
            Some("characters that the type does not have"),
        ),
    }
}

fn bmp(contents: &[u8]) -> Option<String> {
    let (pairs, rest) = contents.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
    rest.is_empty().then_some(())?;
    String::from_utf16(&units).ok()
}

fn universal(contents: &[u8]) -> Option<String> {
    let (words, rest) = contents.as_chunks::<4>();
    rest.is_empty().then_some(())?;
    words
        .iter()
        .map(|word| char::from_u32(u32::from_be_bytes(*word)))
        .collect()
}

/// Text in quotes, escaped, and cut when it is long.
fn quoted(text: &str, options: Options) -> String {
    let cut = if options.full {
        None
    } else {
        text.char_indices().nth(CHARACTERS).map(|(at, _)| at)
    };
    let shown = cut.and_then(|at| text.get(..at)).unwrap_or(text);
    let escaped = escaped(&shown.replace('\\', "\\\\").replace('"', "\\\""));
    match cut {
        Some(_) => format!("\"{escaped}\"… ({} octets)", text.len()),
        None => format!("\"{escaped}\""),
    }
}

/// The Name at the front of `octets` as RFC 4514 has it, and its length. Names that are not DER have to be looked at
/// as they are.
pub(crate) fn name(octets: &[u8], offset: u64, options: Options) -> Option<(String, usize)> {
    let element = Cursor::new(octets, offset).element().ok()?;
    let text = Name::new(element.raw()).to_string();
    if text == "<malformed name>" || !is_der(element.raw()) {
        return None;
    }
    let text = if text.is_empty() {
        "(empty)".to_owned()
    } else {
        escaped(&text)
    };
    let cut = text.char_indices().nth(4 * CHARACTERS).map(|(at, _)| at);
    let text = match cut.filter(|_| !options.full).and_then(|at| text.get(..at)) {
        Some(start) => format!("{start}…"),
        None => text,
    };
    Some((text, element.raw().len()))
}
