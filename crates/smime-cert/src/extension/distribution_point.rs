//! cRLDistributionPoints and freshestCRL (RFC 5280, 4.2.1.13 and 4.2.1.15).

use alloc::vec::Vec;

use cms_core::DecodeError;
use cms_core::ObjectIdentifier;
use cms_core::ber::{Cursor, Element, Tag, write};
use cms_core::types::{Certificate, Extension, Name};

use super::{ExtensionError, read};
use crate::general_name::GeneralName;

/// Where a CRL is, which reasons it covers, and whose it is.
///
/// ```text
/// DistributionPoint ::= SEQUENCE { distributionPoint [0] DistributionPointName OPTIONAL,
///   reasons [1] ReasonFlags OPTIONAL, cRLIssuer [2] GeneralNames OPTIONAL }
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DistributionPoint<'a> {
    /// distributionPoint.
    pub name: Option<PointName<'a>>,
    /// reasons; all where the field is absent.
    pub reasons: Option<Reasons>,
    /// cRLIssuer.
    pub issuer: Option<Vec<GeneralName<'a>>>,
}

/// The name of a distribution point.
///
/// ```text
/// DistributionPointName ::= CHOICE { fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] RelativeDistinguishedName
/// } ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PointName<'a> {
    /// fullName.
    Full(Vec<GeneralName<'a>>),
    /// nameRelativeToCRLIssuer: the contents of the RDN.
    Relative(&'a [u8]),
}

impl<'a> PointName<'a> {
    /// Reads the choice within the explicit tag of its field.
    pub(crate) fn decode(field: &Element<'a>) -> Result<Self, DecodeError> {
        let mut choice = field.children();
        if let Some(names) = choice.optional(Tag::context(0))? {
            return GeneralName::list(&names).map(Self::Full);
        }
        choice
            .expect(Tag::context(1))
            .map(|rdn| Self::Relative(rdn.contents()))
    }

    /// Whether both have a name in common; a relative one stands below the name of its CRL's issuer.
    pub(crate) fn meets(
        &self,
        issuer: &Name<'_>,
        other: &PointName<'_>,
        others: &Name<'_>,
    ) -> bool {
        let (one, two) = (self.absolute(issuer), other.absolute(others));
        match (&one, &two) {
            (Some(one), Some(two)) => Name::new(one).matches(&Name::new(two)),
            (Some(name), None) => other.names_directory(&Name::new(name)),
            (None, Some(name)) => self.names_directory(&Name::new(name)),
            (None, None) => match (self, other) {
                (Self::Full(one), PointName::Full(two)) => one
                    .iter()
                    .any(|name| two.iter().any(|other| name.is(other))),
                _ => false,
            },
        }
    }

    /// The URLs among the names.
    pub(crate) fn urls(&self) -> impl Iterator<Item = &'a str> {
        let names = match self {
            Self::Full(names) => names.as_slice(),
            Self::Relative(_) => &[],
        };
        names.iter().filter_map(|name| match name {
            GeneralName::Uri(uri) => core::str::from_utf8(uri).ok(),
            _ => None,
        })
    }

    fn names_directory(&self, wanted: &Name<'_>) -> bool {
        match self {
            Self::Full(names) => names
                .iter()
                .any(|name| matches!(name, GeneralName::Directory(name) if name.matches(wanted))),
            Self::Relative(_) => false,
        }
    }

    fn absolute(&self, issuer: &Name<'_>) -> Option<Vec<u8>> {
        let Self::Relative(rdn) = self else {
            return None;
        };
        let above = Cursor::single(issuer.octets(), 0).ok()?;
        let rdn = write::tagged(Tag::SET, write::Form::Constructed, rdn);
        Some(write::sequence(&[above.contents(), &rdn]))
    }
}

/// Reasons for revocation that a CRL or distribution point covers.
///
/// ```text
/// ReasonFlags ::= BIT STRING { unused (0), keyCompromise (1), cACompromise (2), affiliationChanged (3),
///   superseded (4), cessationOfOperation (5), certificateHold (6), privilegeWithdrawn (7), aACompromise (8) }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Reasons(u16);

impl Reasons {
    /// Every reason but `unused`.
    pub const ALL: Self = Self(0x7f80);
    /// None.
    pub const NONE: Self = Self(0);
    /// certificateHold.
    pub(crate) const HOLD: Self = Self(0x0200);

    /// Reads ReasonFlags, whose unused bits are not looked at.
    pub(crate) fn decode(element: &Element<'_>) -> Self {
        let mut octets = element.contents().iter().skip(1).copied();
        let (first, second) = (octets.next().unwrap_or(0), octets.next().unwrap_or(0));
        Self(u16::from_be_bytes([first, second]) & Self::ALL.0)
    }

    /// Reasons of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Reasons of either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every reason of `other` is here.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// The distribution points of cRLDistributionPoints or freshestCRL.
///
/// # Errors
/// [`ExtensionError`].
pub fn distribution_points<'a>(
    certificate: &'a Certificate,
    oid: &ObjectIdentifier,
) -> Result<Vec<DistributionPoint<'a>>, ExtensionError> {
    Ok(read(certificate, oid, list)?.unwrap_or_default())
}

/// The distribution points of an extension that stands elsewhere than in a certificate.
pub(crate) fn points(extension: &Extension) -> Result<Vec<DistributionPoint<'_>>, DecodeError> {
    list(&Cursor::single(&extension.value, 0)?)
}

fn list<'a>(element: &Element<'a>) -> Result<Vec<DistributionPoint<'a>>, DecodeError> {
    let mut cursor = element.children();
    let mut found = Vec::new();
    while !cursor.is_empty() {
        let mut fields = cursor.expect(Tag::SEQUENCE)?.children();
        let name = fields.optional(Tag::context(0))?;
        let reasons = fields.optional(Tag::context(1))?;
        let issuer = fields.optional(Tag::context(2))?;
        fields.finish()?;
        found.push(DistributionPoint {
            name: name.as_ref().map(PointName::decode).transpose()?,
            reasons: reasons.as_ref().map(Reasons::decode),
            issuer: issuer.as_ref().map(GeneralName::list).transpose()?,
        });
    }
    Ok(found)
}
