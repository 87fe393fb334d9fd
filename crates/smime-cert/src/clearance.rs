//! What somebody may see: the clearance attribute of X.501, in attribute certificates (RFC 5755, 4.4.6) and in the
//! subjectDirectoryAttributes of certificates (RFC 5913).

use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::types::{Attributes, Certificate};
use cms_core::{DecodeError, DecodeErrorKind, ObjectIdentifier};

/// id-at-clearance of X.501 (RFC 5755, 4.4.6).
pub const CLEARANCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.55");
/// id-at-clearance as RFC 3281 had it by mistake; read, never written.
pub const CLEARANCE_RFC_3281: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.1.5.55");

/// id-pe-clearanceConstraints.
const CLEARANCE_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.21");
const SUBJECT_DIRECTORY_ATTRIBUTES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.9");

/// Values of one clearance attribute, at most.
const MAX_CLEARANCES: usize = 1_000;

/// One clearance.
///
/// ```text
/// Clearance ::= SEQUENCE { policyId OBJECT IDENTIFIER, classList ClassList DEFAULT {unclassified},
///   securityCategories SET OF SecurityCategory OPTIONAL }
/// ClassList ::= BIT STRING { unmarked (0), unclassified (1), restricted (2), confidential (3), secret (4),
///   topSecret (5) }
/// SecurityCategory ::= SEQUENCE { type [0] OBJECT IDENTIFIER, value [1] EXPLICIT ANY DEFINED BY type }
/// ```
/// The form of RFC 3281, with tags 0 to 2 on the fields, is read as well (RFC 5755, 4.4.6).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Clearance {
    /// The security policy by which the rest is to be understood.
    pub policy: ObjectIdentifier,
    /// The bits of classList, the first in the highest bit of the first octet.
    pub classes: Vec<u8>,
    /// Type and value, a whole encoding, of each security category.
    pub categories: Vec<(ObjectIdentifier, Vec<u8>)>,
}

impl Clearance {
    /// Reads a value of the attribute.
    ///
    /// # Errors
    /// Broken structure.
    pub fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = crate::extension::sequence(element)?;
        // X.501 begins with an OBJECT IDENTIFIER, RFC 3281 with [0]; its second field may then be meant either way.
        let tagged = fields.peek() == Some(Tag::context(0));
        let field = |number: u32, universal: Tag| match tagged {
            true => Tag::context(number),
            false => universal,
        };
        let policy = identifier(&fields.expect(field(0, Tag::OBJECT_IDENTIFIER))?)?;
        let classes = match fields.optional(field(1, Tag::BIT_STRING))? {
            Some(classes) => bits(&classes)?,
            None => alloc::vec![0x40],
        };
        let mut categories = Vec::new();
        if let Some(set) = fields.optional(field(2, Tag::SET))? {
            let mut list = set.children();
            while !list.is_empty() {
                let mut category = list.expect(Tag::SEQUENCE)?.children();
                let oid = identifier(&category.expect(Tag::context(0))?)?;
                let value = category.expect(Tag::context(1))?;
                category.finish()?;
                categories.push((oid, value.contents().to_vec()));
            }
        }
        fields.finish()?;
        Ok(Self {
            policy,
            classes,
            categories,
        })
    }

    /// Whether the bit of a class is there.
    #[must_use]
    pub fn has(&self, class: u32) -> bool {
        let octet = usize::try_from(class / 8)
            .ok()
            .and_then(|at| self.classes.get(at));
        octet.is_some_and(|octet| octet & (0x80 >> (class % 8)) != 0)
    }
}

/// An OBJECT IDENTIFIER of whatever tag.
fn identifier(element: &Element<'_>) -> Result<ObjectIdentifier, DecodeError> {
    ObjectIdentifier::from_bytes(element.contents()).map_err(|_| {
        let kind = DecodeErrorKind::BadValue("no OBJECT IDENTIFIER");
        DecodeError::at(kind, element.offset())
    })
}

/// The bits of a BIT STRING, the unused ones cleared.
fn bits(element: &Element<'_>) -> Result<Vec<u8>, DecodeError> {
    let bad = || DecodeError::at(DecodeErrorKind::BadValue("no BIT STRING"), element.offset());
    let (unused, octets) = element.contents().split_first().ok_or_else(bad)?;
    let mut octets = octets.to_vec();
    match octets.last_mut() {
        Some(last) if *unused < 8 => *last &= 0xff << unused,
        None if *unused == 0 => {}
        _ => return Err(bad()),
    }
    Ok(octets)
}

/// The clearances among attributes, of either identifier.
///
/// # Errors
/// A value that cannot be read.
pub fn of_attributes(attributes: &Attributes) -> Result<Vec<Clearance>, DecodeError> {
    let mut found = Vec::new();
    let ours = attributes
        .iter()
        .filter(|attribute| [CLEARANCE, CLEARANCE_RFC_3281].contains(&attribute.oid));
    for value in ours.flat_map(|attribute| &attribute.values) {
        if found.len() >= MAX_CLEARANCES {
            return Err(DecodeError::at(DecodeErrorKind::TooMany, 0));
        }
        found.push(Clearance::decode(&Cursor::single(value, 0)?)?);
    }
    Ok(found)
}

/// The clearances of a certificate's subjectDirectoryAttributes (RFC 5280, 4.2.1.8; RFC 5913, 2).
///
/// ```text
/// SubjectDirectoryAttributes ::= SEQUENCE SIZE (1..MAX) OF Attribute
/// ```
///
/// # Errors
/// Broken structure.
pub fn of_certificate(certificate: &Certificate) -> Result<Vec<Clearance>, DecodeError> {
    let Some(extension) = certificate.extension(&SUBJECT_DIRECTORY_ATTRIBUTES) else {
        return Ok(Vec::new());
    };
    let element = Cursor::single(&extension.value, 0)?;
    of_attributes(&Attributes::decode(&element)?)
}

/// What an authority may at most give to others: its clearance constraints, `None` where it has none (RFC 5913, 3).
///
/// ```text
/// AuthorityClearanceConstraints ::= SEQUENCE SIZE (1..MAX) OF Clearance
/// ```
///
/// # Errors
/// Broken structure.
pub fn constraints_of_certificate(
    certificate: &Certificate,
) -> Result<Option<Vec<Clearance>>, DecodeError> {
    let Some(extension) = certificate.extension(&CLEARANCE_CONSTRAINTS) else {
        return Ok(None);
    };
    let element = Cursor::single(&extension.value, 0)?;
    let mut list = crate::extension::sequence(&element)?;
    let mut found = Vec::new();
    while !list.is_empty() {
        if found.len() >= MAX_CLEARANCES {
            return Err(DecodeError::at(DecodeErrorKind::TooMany, list.offset()));
        }
        found.push(Clearance::decode(&list.element()?)?);
    }
    Ok(Some(found))
}
