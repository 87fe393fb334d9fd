//! The extensions that paths and purposes need (RFC 5280, 4.2.1), decoded by `x509-cert`.

use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::types::Certificate;
use cms_core::{ObjectIdentifier, oid};
use der::Decode;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};

/// Identifiers of extensions and key purposes.
pub mod ids {
    use cms_core::ObjectIdentifier;

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
    let mut instances = certificate
        .extensions()
        .iter()
        .filter(|extension| extension.oid == *oid);
    let Some(extension) = instances.next() else {
        return Ok(None);
    };
    if instances.next().is_some() {
        return Err(ExtensionError(*oid));
    }
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

/// basicConstraints.
///
/// # Errors
/// [`ExtensionError`].
pub fn basic_constraints(
    certificate: &Certificate,
) -> Result<Option<BasicConstraints>, ExtensionError> {
    decoded(certificate, &ids::BASIC_CONSTRAINTS)
}

/// The keyIdentifier of authorityKeyIdentifier, where it can be read: it only helps to find issuers.
#[must_use]
pub fn authority_key_identifier(certificate: &Certificate) -> Option<Vec<u8>> {
    let extension = certificate.extension(&ids::AUTHORITY_KEY_IDENTIFIER)?;
    let mut fields = Cursor::single(&extension.value, 0).ok()?.children();
    let id = fields.optional(Tag::context(0)).ok()??;
    Some(id.contents().to_vec())
}

/// The address of an otherName of type SmtpUTF8Mailbox (RFC 9598, 3).
fn smtp_utf8_mailbox(name: &Element<'_>) -> Option<String> {
    const SMTP_UTF8_MAILBOX: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.8.9");
    let mut fields = name.children();
    if fields.expect(Tag::OBJECT_IDENTIFIER).ok()?.oid().ok()? != SMTP_UTF8_MAILBOX {
        return None;
    }
    let value = fields
        .expect(Tag::context(0))
        .ok()?
        .children()
        .element()
        .ok()?;
    Some(String::from_utf8_lossy(value.contents()).into_owned())
}

/// The mail addresses of a certificate: rfc822Name of subjectAltName, then emailAddress of the subject
/// (RFC 8550, 3).
#[must_use]
pub fn email_addresses(certificate: &Certificate) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |address: &str| {
        if !address.is_empty() && !found.iter().any(|known| known == address) {
            found.push(address.into());
        }
    };
    if let Some(extension) = certificate.extension(&ids::SUBJECT_ALT_NAME)
        && let Ok(names) = Cursor::single(&extension.value, 0)
    {
        let mut names = names.children();
        while let Ok(name) = names.element() {
            if name.tag() == Tag::context(1) {
                // An address that is not ASCII is none (RFC 5280, 4.2.1.6), but the certificate
                // names one: it is kept, so that nobody else's address matches.
                add(&String::from_utf8_lossy(name.contents()));
            } else if name.tag() == Tag::context(0)
                && let Some(address) = smtp_utf8_mailbox(&name)
            {
                add(&address);
            }
        }
    }
    for address in certificate.subject().values(&oid::EMAIL_ADDRESS) {
        add(&address);
    }
    found
}
