//! nameConstraints (RFC 5280, 4.2.1.10).

use alloc::vec::Vec;

use cms_core::ber::{Element, Tag};
use cms_core::types::Certificate;
use cms_core::{DecodeError, DecodeErrorKind};

use super::{ExtensionError, ids, read, sequence};

/// The encodings of the base of each subtree, each a GeneralName.
pub type Subtrees = Vec<Vec<u8>>;

/// Names that the certificates below may have, and may not have.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct NameConstraints {
    /// permittedSubtrees; `None` where the field is absent.
    pub permitted: Option<Subtrees>,
    /// excludedSubtrees.
    pub excluded: Subtrees,
}

/// nameConstraints.
///
/// ```text
/// NameConstraints ::= SEQUENCE { permittedSubtrees [0] GeneralSubtrees OPTIONAL,
///   excludedSubtrees [1] GeneralSubtrees OPTIONAL }
/// GeneralSubtree ::= SEQUENCE { base GeneralName, minimum [0] BaseDistance DEFAULT 0,
///   maximum [1] BaseDistance OPTIONAL }
/// ```
///
/// # Errors
/// [`ExtensionError`]; also for a minimum other than 0 or a maximum, which RFC 5280 does not use and whose reader
/// must process or refuse them, and where both fields are absent.
pub fn name_constraints(
    certificate: &Certificate,
) -> Result<Option<NameConstraints>, ExtensionError> {
    read(certificate, &ids::NAME_CONSTRAINTS, decode)
}

/// Reads NameConstraints, or one whose tag is implicit.
pub(crate) fn decode(element: &Element<'_>) -> Result<NameConstraints, DecodeError> {
    let mut fields = match element.tag() {
        Tag::SEQUENCE => sequence(element)?,
        _ => element.children(),
    };
    let permitted = fields.optional(Tag::context(0))?;
    let excluded = fields.optional(Tag::context(1))?;
    fields.finish()?;
    // rfc5280:4.2.1.10: "either the permittedSubtrees field or the excludedSubtrees MUST be present"
    if permitted.is_none() && excluded.is_none() {
        let kind = DecodeErrorKind::Missing("permittedSubtrees or excludedSubtrees");
        return Err(DecodeError::at(kind, element.offset()));
    }
    Ok(NameConstraints {
        permitted: permitted.as_ref().map(subtrees).transpose()?,
        excluded: excluded
            .as_ref()
            .map(subtrees)
            .transpose()?
            .unwrap_or_default(),
    })
}

fn subtrees(element: &Element<'_>) -> Result<Subtrees, DecodeError> {
    let mut list = element.children();
    let mut found = Vec::new();
    while !list.is_empty() {
        let mut fields = list.expect(Tag::SEQUENCE)?.children();
        let base = fields.element()?;
        let minimum = fields.optional(Tag::context(0))?;
        let bounded = minimum.is_some_and(|minimum| minimum.contents() != [0]);
        if bounded || !fields.is_empty() {
            let kind = DecodeErrorKind::BadValue("subtrees with bounds are not used");
            return Err(DecodeError::at(kind, base.offset()));
        }
        found.push(base.raw().to_vec());
    }
    if found.is_empty() {
        let kind = DecodeErrorKind::Missing("GeneralSubtree");
        return Err(DecodeError::at(kind, element.offset()));
    }
    Ok(found)
}
