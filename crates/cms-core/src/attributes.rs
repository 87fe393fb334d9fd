//! Where attributes may stand (RFC 5652, 11), the rules of authenticated ones (RFC 5083, 2; RFC 5652, 9.1), and the
//! octets that a tag or MAC covers.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::ber::{Cursor, Tag, to_der, write};
use crate::error::CmsError;
use crate::oid;
use crate::types::{
    Attribute, AttributeError, Attributes, CmsAttribute, ContentType, MessageDigest, SignerInfo,
    SigningTime, SmimeCapabilities, SmimeEncryptionKeyPreference,
};

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
    // rfc5652:11.2/8, 11.3/14, 11.3/17
    attributes.get::<MessageDigest>().map_err(attribute_error)?;
    attributes.get::<SigningTime>().map_err(attribute_error)?;
    if let Some(error) = misplaced(&attributes, Place::Authenticated) {
        return Err(attribute_error(error));
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

/// Where attributes stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// authAttrs (RFC 5083, 2.1; RFC 5652, 9.1).
    Authenticated,
    /// signedAttrs (RFC 5652, 5.3).
    Signed,
    /// unauthAttrs (RFC 5083, 2.1; RFC 5652, 9.1) and unprotectedAttrs (RFC 5652, 6.1 and 8).
    Unprotected,
    /// unsignedAttrs (RFC 5652, 5.3).
    Unsigned,
}

impl Place {
    /// The name of an attribute that may not stand here (RFC 5652, 11.1 to 11.4; RFC 6211, 2).
    fn forbids(self, oid: &ObjectIdentifier) -> Option<&'static str> {
        // rfc5652:11.1/3, 11.1/4, 11.2/3, 11.2/4, 11.3/1, 11.3/2
        const PROTECTED_ONLY: &[(ObjectIdentifier, &str)] = &[
            (oid::CONTENT_TYPE, "contentType"),
            (oid::MESSAGE_DIGEST, "messageDigest"),
            (oid::SIGNING_TIME, "signingTime"),
            (oid::CMS_ALGORITHM_PROTECTION, "CMSAlgorithmProtection"),
            (oid::MULTIPLE_SIGNATURES, "multipleSignatures"),
        ];
        // rfc5652:11.4/1, 11.4/2
        if *oid == oid::COUNTERSIGNATURE {
            return (self != Self::Unsigned).then_some("countersignature");
        }
        if matches!(self, Self::Authenticated | Self::Signed) {
            return None;
        }
        let found = PROTECTED_ONLY.iter().find(|(known, _)| known == oid);
        found.map(|(_, name)| *name)
    }
}

/// The first attribute that may not stand where it does.
pub(crate) fn misplaced(attributes: &Attributes, place: Place) -> Option<AttributeError> {
    attributes
        .iter()
        .find_map(|attribute| place.forbids(&attribute.oid))
        .map(AttributeError::Misplaced)
}

/// Checks attributes that a caller gives to a writer, which makes those of `made` itself.
pub(crate) fn check_given(
    given: &[Attribute],
    place: Place,
    made: &[ObjectIdentifier],
) -> Result<(), CmsError> {
    // rfc5652:11.1/5, 11.1/6, 11.1/7, 11.2/5, 11.2/7, 11.2/8, 11.3/14, 11.3/16, 11.3/17, rfc8551:2.5.2/2, 2.5.2/3,
    // 2.5.3/2, 2.5.3/3
    const SINGLE: &[ObjectIdentifier] = &[
        oid::CONTENT_TYPE,
        oid::MESSAGE_DIGEST,
        oid::SIGNING_TIME,
        oid::SMIME_CAPABILITIES,
        oid::ENCRYPTION_KEY_PREFERENCE,
    ];
    // rfc8551:2.5.2/1, 2.5.3/1
    const SIGNED_ONLY: &[ObjectIdentifier] =
        &[oid::SMIME_CAPABILITIES, oid::ENCRYPTION_KEY_PREFERENCE];
    for (index, one) in given.iter().enumerate() {
        if place.forbids(&one.oid).is_some()
            || (place == Place::Unsigned && SIGNED_ONLY.contains(&one.oid))
        {
            return Err(CmsError::Misuse(
                "an attribute may not stand where it was given (RFC 5652, 11; RFC 8551, 2.5)",
            ));
        }
        // rfc5652:11.4/5
        if one.oid == oid::COUNTERSIGNATURE && one.values.is_empty() {
            return Err(CmsError::Misuse(
                "a countersignature attribute needs a value",
            ));
        }
        let mut before = given.iter().take(index);
        let is_again = made.contains(&one.oid) || before.any(|other| other.oid == one.oid);
        if SINGLE.contains(&one.oid) && (is_again || one.values.len() != 1) {
            return Err(CmsError::Misuse(
                "an attribute stands once, with one value (RFC 5652, 11; RFC 8551, 2.5)",
            ));
        }
    }
    Ok(())
}

/// What is wrong with what a signer announces: SMIMECapabilities and SMIMEEncryptionKeyPreference are signed, stand
/// once and have one value (RFC 8551, 2.5.2 and 2.5.3). Nothing but answers depends on them.
pub(crate) fn announcement_errors(info: &SignerInfo) -> Vec<AttributeError> {
    // rfc8551:2.5.2/1, 2.5.2/2, 2.5.2/3, 2.5.3/1, 2.5.3/2, 2.5.3/3
    let mut errors = announced::<SmimeCapabilities>(info);
    errors.extend(announced::<SmimeEncryptionKeyPreference>(info));
    errors
}

fn announced<T: CmsAttribute>(info: &SignerInfo) -> Vec<AttributeError> {
    let signed = info.signed_attrs.as_ref().map(Attributes::get::<T>);
    let times = match signed {
        Some(Err(AttributeError::Malformed(..))) | Some(Ok(_)) | None => None,
        Some(Err(error)) => Some(error),
    };
    let mut unsigned = info.unsigned_attrs.iter().flat_map(Attributes::iter);
    let is_unsigned = unsigned.any(|attribute| attribute.oid == T::OID);
    let place = is_unsigned.then_some(AttributeError::Misplaced(T::NAME));
    times.into_iter().chain(place).collect()
}

pub(crate) fn attribute_error(error: AttributeError) -> CmsError {
    CmsError::Attribute("authAttrs", error)
}
