//! Writing DER, and the headers of indefinite-length BER.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::Tag;

/// Whether an encoding holds encodings.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "X.690, 8.1.2.5 knows these two")]
pub enum Form {
    /// Contents are encodings.
    Constructed,
    /// Contents are a value.
    Primitive,
}

/// Two zero octets close an indefinite-length encoding (X.690, 8.1.5).
pub const END_OF_CONTENTS: [u8; 2] = [0, 0];

/// Identifier and definite length octets.
#[must_use]
pub fn header(tag: Tag, form: Form, length: u64) -> Vec<u8> {
    let mut out = identifier(tag, form);
    if let (true, [.., low]) = (length < 0x80, length.to_be_bytes()) {
        out.push(low);
    } else {
        let octets = length.to_be_bytes();
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        let significant = octets.get(zeros..).unwrap_or_default();
        out.push(0x80 | u8::try_from(significant.len()).unwrap_or(8));
        out.extend_from_slice(significant);
    }
    out
}

/// Identifier octets and the indefinite length (X.690, 8.1.3.6).
#[must_use]
pub fn indefinite(tag: Tag) -> Vec<u8> {
    let mut out = identifier(tag, Form::Constructed);
    out.push(0x80);
    out
}

fn identifier(tag: Tag, form: Form) -> Vec<u8> {
    let lead = tag.class() << 6 | if form == Form::Constructed { 0x20 } else { 0 };
    let number = tag.number();
    if let (true, Ok(number)) = (number < 0x1f, u8::try_from(number)) {
        return alloc::vec![lead | number];
    }
    let mut out = alloc::vec![lead | 0x1f];
    let groups = [21u32, 14, 7, 0];
    for shift in groups {
        if shift == 0 || number >> shift != 0 {
            let low = u8::try_from(number >> shift & 0x7f).unwrap_or(0);
            out.push(if shift == 0 { low } else { low | 0x80 });
        }
    }
    out
}

/// A whole encoding.
#[must_use]
pub fn tagged(tag: Tag, form: Form, contents: &[u8]) -> Vec<u8> {
    let mut out = header(tag, form, u64::try_from(contents.len()).unwrap_or(u64::MAX));
    out.extend_from_slice(contents);
    out
}

/// A SEQUENCE of whole encodings.
#[must_use]
pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tagged(Tag::SEQUENCE, Form::Constructed, &parts.concat())
}

/// A SET OF whole encodings, sorted as DER wants them (X.690, 11.6).
#[must_use]
pub fn set_of(parts: Vec<Vec<u8>>) -> Vec<u8> {
    tagged(Tag::SET, Form::Constructed, &sorted(parts))
}

/// The contents of a DER SET OF.
#[must_use]
pub fn sorted(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    parts.concat()
}

/// A constructed encoding with a context-specific tag: `[number] EXPLICIT`, or `[number] IMPLICIT` of
/// something constructed.
#[must_use]
pub fn context(number: u32, contents: &[u8]) -> Vec<u8> {
    tagged(Tag::context(number), Form::Constructed, contents)
}

/// A primitive encoding with a context-specific tag.
#[must_use]
pub fn context_primitive(number: u32, contents: &[u8]) -> Vec<u8> {
    tagged(Tag::context(number), Form::Primitive, contents)
}

/// A non-negative INTEGER.
#[must_use]
pub fn integer(value: u64) -> Vec<u8> {
    unsigned(&value.to_be_bytes())
}

/// A non-negative INTEGER from big-endian octets.
#[must_use]
pub fn unsigned(value: &[u8]) -> Vec<u8> {
    let zeros = value.iter().take_while(|octet| **octet == 0).count();
    let significant = value.get(zeros..).unwrap_or_default();
    let mut contents = Vec::with_capacity(significant.len() + 1);
    if significant.first().is_none_or(|first| *first >= 0x80) {
        contents.push(0);
    }
    contents.extend_from_slice(significant);
    tagged(Tag::INTEGER, Form::Primitive, &contents)
}

/// An OBJECT IDENTIFIER.
#[must_use]
pub fn oid(oid: &ObjectIdentifier) -> Vec<u8> {
    tagged(Tag::OBJECT_IDENTIFIER, Form::Primitive, oid.as_bytes())
}

/// An OCTET STRING.
#[must_use]
pub fn octet_string(octets: &[u8]) -> Vec<u8> {
    tagged(Tag::OCTET_STRING, Form::Primitive, octets)
}

/// A BIT STRING without unused bits.
#[must_use]
pub fn bit_string(octets: &[u8]) -> Vec<u8> {
    let mut contents = alloc::vec![0];
    contents.extend_from_slice(octets);
    tagged(Tag::BIT_STRING, Form::Primitive, &contents)
}

/// NULL.
pub const NULL: [u8; 2] = [5, 0];

/// BOOLEAN TRUE.
pub const TRUE: [u8; 3] = [1, 1, 0xff];
