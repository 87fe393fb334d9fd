//! The extensions of certificates (RFC 5280, 4.2.1).

mod distribution_point;
mod names;
mod policies;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::types::{Certificate, Extension};
use cms_core::{DecodeError, DecodeErrorKind, ObjectIdentifier, oid};
use der::Decode;
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage};

pub(crate) use distribution_point::points;
pub use distribution_point::{DistributionPoint, PointName, Reasons, distribution_points};
pub(crate) use names::decode as decode_names;
pub use names::{NameConstraints, Subtrees, name_constraints};
pub(crate) use policies::policies;
pub use policies::{
    ANY_POLICY, PolicyConstraints, PolicyInformation, certificate_policies, inhibit_any_policy,
    policy_constraints, policy_mappings,
};

use crate::general_name::GeneralName;

/// Identifiers of extensions and key purposes.
pub mod ids {
    use cms_core::ObjectIdentifier;

    /// authorityInfoAccess.
    pub const AUTHORITY_INFO_ACCESS: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.1");
    /// id-ad-caIssuers.
    pub const ACCESS_CA_ISSUERS: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");
    /// id-ad-ocsp.
    pub const ACCESS_OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
    /// certificatePolicies.
    pub const CERTIFICATE_POLICIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32");
    /// cRLDistributionPoints.
    pub const CRL_DISTRIBUTION_POINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.31");
    /// freshestCRL.
    pub const FRESHEST_CRL: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.46");
    /// inhibitAnyPolicy.
    pub const INHIBIT_ANY_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.54");
    /// policyConstraints.
    pub const POLICY_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.36");
    /// policyMappings.
    pub const POLICY_MAPPINGS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.33");
    /// subjectKeyIdentifier.
    pub const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
    /// keyUsage.
    pub const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
    /// subjectAltName.
    pub const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
    /// basicConstraints.
    pub const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
    /// nameConstraints.
    pub const NAME_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.30");
    /// authorityKeyIdentifier.
    pub const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("2.5.29.35");
    /// extKeyUsage.
    pub const EXT_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
    /// id-kp-emailProtection.
    pub const EMAIL_PROTECTION: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.4");
    /// anyExtendedKeyUsage.
    pub const ANY_EXTENDED_KEY_USAGE: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("2.5.29.37.0");
    /// PKCS #9 extensionRequest, in certification requests.
    pub const EXTENSION_REQUEST: ObjectIdentifier =
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.14");
    /// commonName.
    pub const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
}

/// An extension that cannot be decoded, or that occurs twice (RFC 5280, 4.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("extension {0} is malformed or occurs twice")]
pub struct ExtensionError(pub ObjectIdentifier);

fn decoded<'a, T: Decode<'a>>(
    certificate: &'a Certificate,
    oid: &ObjectIdentifier,
) -> Result<Option<T>, ExtensionError> {
    // rfc8550:4.4/2
    let Some(extension) = only(certificate, oid)? else {
        return Ok(None);
    };
    T::from_der(&extension.value)
        .map(Some)
        .map_err(|_| ExtensionError(*oid))
}

/// keyUsage.
///
/// # Errors
/// [`ExtensionError`].
pub fn key_usage(certificate: &Certificate) -> Result<Option<KeyUsage>, ExtensionError> {
    decoded(certificate, &ids::KEY_USAGE)
}

/// extKeyUsage.
///
/// # Errors
/// [`ExtensionError`].
pub fn extended_key_usage(
    certificate: &Certificate,
) -> Result<Option<Vec<ObjectIdentifier>>, ExtensionError> {
    decoded::<ExtendedKeyUsage>(certificate, &ids::EXT_KEY_USAGE)
        .map(|usage| usage.map(|usage| usage.0))
}

/// basicConstraints (RFC 5280, 4.2.1.9).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct BasicConstraints {
    /// cA.
    pub ca: bool,
    /// pathLenConstraint; numbers beyond the machine's are as good as none.
    pub path_len_constraint: Option<usize>,
}

/// basicConstraints.
///
/// ```text
/// BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX) OPTIONAL }
/// ```
///
/// # Errors
/// [`ExtensionError`].
pub fn basic_constraints(
    certificate: &Certificate,
) -> Result<Option<BasicConstraints>, ExtensionError> {
    read(certificate, &ids::BASIC_CONSTRAINTS, |element| {
        let mut fields = sequence(element)?;
        let ca = fields.optional(Tag::BOOLEAN)?;
        let ca = ca.is_some_and(|ca| ca.boolean() == Ok(true));
        let path_len_constraint = match fields.optional(Tag::INTEGER)? {
            Some(number) => Some(count(&number)?),
            None => None,
        };
        fields.finish()?;
        Ok(BasicConstraints {
            ca,
            path_len_constraint,
        })
    })
}

/// authorityKeyIdentifier (RFC 5280, 4.2.1.1), as far as it helps to find an issuer.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct AuthorityKeyIdentifier {
    /// keyIdentifier.
    pub key_id: Option<Vec<u8>>,
    /// Contents of authorityCertSerialNumber.
    pub serial: Option<Vec<u8>>,
}

/// The authorityKeyIdentifier of a certificate, where it can be read: it only helps to find issuers.
#[must_use]
pub fn authority_key_identifier(certificate: &Certificate) -> AuthorityKeyIdentifier {
    let extension = certificate.extension(&ids::AUTHORITY_KEY_IDENTIFIER);
    extension.map(key_identifier).unwrap_or_default()
}

/// Reads an authorityKeyIdentifier, of a certificate or a CRL.
///
/// ```text
/// AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] KeyIdentifier OPTIONAL,
///   authorityCertIssuer [1] GeneralNames OPTIONAL, authorityCertSerialNumber [2] CertificateSerialNumber OPTIONAL }
/// ```
pub(crate) fn key_identifier(extension: &Extension) -> AuthorityKeyIdentifier {
    let read = || -> Result<_, DecodeError> {
        let mut fields = Cursor::single(&extension.value, 0)?.children();
        let key_id = fields.optional(Tag::context(0))?;
        fields.optional(Tag::context(1))?;
        let serial = fields.optional(Tag::context(2))?;
        Ok(AuthorityKeyIdentifier {
            key_id: key_id.map(|id| id.contents().to_vec()),
            serial: serial.map(|serial| serial.contents().to_vec()),
        })
    };
    read().unwrap_or_default()
}

/// URLs of one access method, id-ad-ocsp or id-ad-caIssuers, in authorityInfoAccess (RFC 5280, 4.2.2.1).
#[must_use]
pub fn access_locations(certificate: &Certificate, method: &ObjectIdentifier) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(extension) = certificate.extension(&ids::AUTHORITY_INFO_ACCESS)
        && let Ok(list) = Cursor::single(&extension.value, 0)
    {
        let mut list = list.children();
        while let Ok(description) = list.expect(Tag::SEQUENCE) {
            let mut fields = description.children();
            let named = fields
                .expect(Tag::OBJECT_IDENTIFIER)
                .and_then(|oid| oid.oid());
            if named.as_ref() == Ok(method)
                && let Ok(location) = fields.element()
                && let Ok(GeneralName::Uri(uri)) = GeneralName::decode(&location)
                && let Ok(uri) = core::str::from_utf8(uri)
            {
                found.push(uri.into());
            }
        }
    }
    found
}

/// The names of subjectAltName.
///
/// # Errors
/// [`ExtensionError`].
pub fn subject_alt_names(
    certificate: &Certificate,
) -> Result<Vec<GeneralName<'_>>, ExtensionError> {
    let names = read(certificate, &ids::SUBJECT_ALT_NAME, GeneralName::list)?;
    Ok(names.unwrap_or_default())
}

/// Reads the only instance of an extension.
fn read<'a, T>(
    certificate: &'a Certificate,
    oid: &ObjectIdentifier,
    decode: impl FnOnce(&Element<'a>) -> Result<T, DecodeError>,
) -> Result<Option<T>, ExtensionError> {
    let Some(extension) = only(certificate, oid)? else {
        return Ok(None);
    };
    Cursor::single(&extension.value, 0)
        .and_then(|element| decode(&element))
        .map(Some)
        .map_err(|_| ExtensionError(*oid))
}

/// The only instance of an extension.
fn only<'a>(
    certificate: &'a Certificate,
    oid: &ObjectIdentifier,
) -> Result<Option<&'a Extension>, ExtensionError> {
    let mut instances = certificate
        .extensions()
        .iter()
        .filter(|extension| extension.oid == *oid);
    let first = instances.next();
    match instances.next() {
        Some(_) => Err(ExtensionError(*oid)),
        None => Ok(first),
    }
}

/// The fields of a SEQUENCE.
pub(crate) fn sequence<'a>(element: &Element<'a>) -> Result<Cursor<'a>, DecodeError> {
    if element.tag() == Tag::SEQUENCE {
        return Ok(element.children());
    }
    let kind = DecodeErrorKind::UnexpectedTag {
        expected: Tag::SEQUENCE,
        found: element.tag(),
    };
    Err(DecodeError::at(kind, element.offset()))
}

/// A number of certificates, not negative; what is too large for the machine is without bound.
pub(crate) fn count(number: &Element<'_>) -> Result<usize, DecodeError> {
    match number.contents() {
        [] => number.u64().map(|_| 0),
        [first, ..] if *first >= 0x80 => Err(DecodeError::at(
            DecodeErrorKind::BadInteger,
            number.offset(),
        )),
        octets => {
            // Zeros in front are against DER, and make no number large.
            let significant = octets.iter().skip_while(|octet| **octet == 0);
            Ok(significant.fold(0usize, |number, octet| {
                let shifted = number.checked_mul(256);
                shifted.map_or(usize::MAX, |number| number.saturating_add((*octet).into()))
            }))
        }
    }
}

/// The mail addresses of a certificate: rfc822Name of subjectAltName, then emailAddress of the subject
/// (RFC 8550, 3).
#[must_use]
pub fn email_addresses(certificate: &Certificate) -> Vec<String> {
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    let mut add = |address: &str| {
        if !address.is_empty() && known.insert(String::from(address)) {
            found.push(address.into());
        }
    };
    if let Some(extension) = certificate.extension(&ids::SUBJECT_ALT_NAME)
        && let Ok(names) = Cursor::single(&extension.value, 0)
    {
        let mut names = names.children();
        while let Ok(name) = names.element() {
            let Ok(name) = GeneralName::decode(&name) else {
                continue;
            };
            // rfc8550:3/2
            if let GeneralName::Mail(address) = name {
                // An address that is not ASCII is none (RFC 5280, 4.2.1.6), but the certificate
                // names one: it is kept, so that nobody else's address matches.
                add(&String::from_utf8_lossy(address));
            } else if let Some(address) = name.smtp_utf8_mailbox() {
                add(&address);
            }
        }
    }
    // rfc8550:3/3
    for address in certificate.subject().values(&oid::EMAIL_ADDRESS) {
        add(&address);
    }
    found
}
