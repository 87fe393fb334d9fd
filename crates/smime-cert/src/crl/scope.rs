//! issuingDistributionPoint: what a CRL is about (RFC 5280, 5.2.5).

use cms_core::DecodeError;
use cms_core::ber::{Cursor, Tag};

use crate::extension::{PointName, Reasons};

/// What a CRL is about.
///
/// ```text
/// IssuingDistributionPoint ::= SEQUENCE { distributionPoint [0] DistributionPointName OPTIONAL,
///   onlyContainsUserCerts [1] BOOLEAN DEFAULT FALSE, onlyContainsCACerts [2] BOOLEAN DEFAULT FALSE,
///   onlySomeReasons [3] ReasonFlags OPTIONAL, indirectCRL [4] BOOLEAN DEFAULT FALSE,
///   onlyContainsAttributeCerts [5] BOOLEAN DEFAULT FALSE }
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Scope<'a> {
    /// distributionPoint.
    pub name: Option<PointName<'a>>,
    /// onlyContainsUserCerts.
    pub only_users: bool,
    /// onlyContainsCACerts.
    pub only_authorities: bool,
    /// onlySomeReasons.
    pub reasons: Option<Reasons>,
    /// indirectCRL: entries may name other issuers.
    pub indirect: bool,
    /// onlyContainsAttributeCerts.
    pub only_attribute_certificates: bool,
}

impl<'a> Scope<'a> {
    pub(super) fn from_der(octets: &'a [u8]) -> Result<Self, DecodeError> {
        let mut fields = crate::extension::sequence(&Cursor::single(octets, 0)?)?;
        let name = fields.optional(Tag::context(0))?;
        let only_users = flag(&mut fields, 1)?;
        let only_authorities = flag(&mut fields, 2)?;
        let reasons = fields.optional(Tag::context(3))?;
        let indirect = flag(&mut fields, 4)?;
        let only_attribute_certificates = flag(&mut fields, 5)?;
        fields.finish()?;
        Ok(Self {
            name: name.as_ref().map(PointName::decode).transpose()?,
            only_users,
            only_authorities,
            reasons: reasons.as_ref().map(Reasons::decode),
            indirect,
            only_attribute_certificates,
        })
    }
}

fn flag(fields: &mut Cursor<'_>, number: u32) -> Result<bool, DecodeError> {
    let field = fields.optional(Tag::context(number))?;
    Ok(field.is_some_and(|field| field.contents().iter().any(|octet| *octet != 0)))
}
