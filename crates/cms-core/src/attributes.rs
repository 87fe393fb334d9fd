//! Authenticated attributes (RFC 5083, 2; RFC 5652, 9.1): their rules, and the octets that a tag or MAC covers.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::ber::{Cursor, Tag, to_der, write};
use crate::error::CmsError;
use crate::oid;
use crate::types::{AttributeError, Attributes, ContentType};

/// authAttrs that were read.
#[derive(Debug, Default)]
pub(crate) struct AuthenticatedAttributes {
    /// The attributes, if there are any.
    pub(crate) attributes: Option<Attributes>,
    /// What is authenticated: the DER SET OF the attributes, or nothing (RFC 5083, 2.2; RFC 5652, 9.2).
    pub(crate) aad: Vec<u8>,
}

/// Checks captured authAttrs against the type of the content; `required` says that content of another type than id-data
/// must have them.
pub(crate) fn authenticated_attributes(
    octets: Option<&[u8]>,
    econtent_type: &ObjectIdentifier,
    required: bool,
) -> Result<AuthenticatedAttributes, CmsError> {
    let Some(octets) = octets else {
        // rfc5083:2.1/4, rfc5652:9.1/4: authAttrs "MUST be present if the content type ... is not id-data."
        if required && *econtent_type != oid::DATA {
            return Err(attribute_error(AttributeError::Required));
        }
        return Ok(AuthenticatedAttributes::default());
    };
    let element = Cursor::single(octets, 0)?;
    let attributes = Attributes::decode(&element).map_err(|error| error.within("authAttrs"))?;
    // rfc5652:9.3/4, 11.1/2, 11.1/7
    match attributes.get::<ContentType>() {
        Ok(Some(ContentType(oid))) if oid == *econtent_type => {}
        Ok(Some(_)) => return Err(attribute_error(AttributeError::WrongContentType)),
        // rfc5652:9.1/7, 11.1/1: contentType "MUST be present whenever ... authenticated attributes are present".
        Ok(None) => return Err(attribute_error(AttributeError::Absent("contentType"))),
        Err(error) => return Err(attribute_error(error)),
    }
    let der = to_der(&element)?;
    let mut list = Vec::new();
    let mut cursor = Cursor::new(Cursor::single(&der, 0)?.contents(), 0);
    while !cursor.is_empty() {
        list.push(cursor.element()?.raw().to_vec());
    }
    Ok(AuthenticatedAttributes {
        attributes: Some(attributes),
        aad: write::tagged(Tag::SET, write::Form::Constructed, &write::sorted(list)),
    })
}

/// An attribute on the wrong side of a signature, MAC or tag (RFC 5652, 11.1 to 11.4; RFC 6211, 2).
pub(crate) fn misplaced(
    protected: Option<&Attributes>,
    unprotected: Option<&Attributes>,
) -> Option<AttributeError> {
    // rfc5652:11.4/1, 11.4/2
    const UNPROTECTED_ONLY: &[(ObjectIdentifier, &str)] =
        &[(oid::COUNTERSIGNATURE, "countersignature")];
    // rfc5652:11.1/3, 11.1/4, 11.2/3, 11.2/4, 11.3/1, 11.3/2
    const PROTECTED_ONLY: &[(ObjectIdentifier, &str)] = &[
        (oid::CONTENT_TYPE, "contentType"),
        (oid::MESSAGE_DIGEST, "messageDigest"),
        (oid::SIGNING_TIME, "signingTime"),
        (oid::CMS_ALGORITHM_PROTECTION, "CMSAlgorithmProtection"),
        (oid::MULTIPLE_SIGNATURES, "multipleSignatures"),
    ];
    let among = |attributes: Option<&Attributes>, wrong: &[(ObjectIdentifier, &'static str)]| {
        let mut present = attributes.into_iter().flat_map(Attributes::iter);
        present.find_map(|attribute| {
            let found = wrong.iter().find(|(oid, _)| *oid == attribute.oid);
            found.map(|(_, name)| AttributeError::Misplaced(name))
        })
    };
    among(protected, UNPROTECTED_ONLY).or_else(|| among(unprotected, PROTECTED_ONLY))
}

pub(crate) fn attribute_error(error: AttributeError) -> CmsError {
    CmsError::Attribute("authAttrs", error)
}
