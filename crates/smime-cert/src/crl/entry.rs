//! The entries of a CRL (RFC 5280, 5.3).

use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::types::{Name, Time};
use cms_core::{DecodeError, ObjectIdentifier};

use crate::general_name::GeneralName;

/// reasonCode.
pub(crate) const REASON_CODE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
const INVALIDITY_DATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.24");
const CERTIFICATE_ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.29");

/// Why a certificate was revoked (RFC 5280, 5.3.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// unspecified (0), also where no reason is given.
    Unspecified,
    /// keyCompromise (1).
    KeyCompromise,
    /// cACompromise (2).
    CaCompromise,
    /// affiliationChanged (3).
    AffiliationChanged,
    /// superseded (4).
    Superseded,
    /// cessationOfOperation (5).
    CessationOfOperation,
    /// certificateHold (6).
    CertificateHold,
    /// removeFromCRL (8).
    RemoveFromCrl,
    /// privilegeWithdrawn (9).
    PrivilegeWithdrawn,
    /// aACompromise (10).
    AaCompromise,
}

/// Codes and names.
const REASONS: [(u8, Reason, &str); 10] = [
    (0, Reason::Unspecified, "unspecified"),
    (1, Reason::KeyCompromise, "keyCompromise"),
    (2, Reason::CaCompromise, "cACompromise"),
    (3, Reason::AffiliationChanged, "affiliationChanged"),
    (4, Reason::Superseded, "superseded"),
    (5, Reason::CessationOfOperation, "cessationOfOperation"),
    (6, Reason::CertificateHold, "certificateHold"),
    (8, Reason::RemoveFromCrl, "removeFromCRL"),
    (9, Reason::PrivilegeWithdrawn, "privilegeWithdrawn"),
    (10, Reason::AaCompromise, "aACompromise"),
];

impl Reason {
    /// The reason of a CRLReason; what no RFC knows is unspecified.
    #[must_use]
    pub fn from_code(code: u8) -> Self {
        let known = REASONS.iter().find(|(known, ..)| *known == code);
        known.map_or(Self::Unspecified, |(_, reason, _)| *reason)
    }

    /// The reason of a name as in the ASN.1.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let known = REASONS
            .iter()
            .find(|(.., known)| known.eq_ignore_ascii_case(name));
        known.map(|(_, reason, _)| *reason)
    }

    /// The code of CRLReason.
    #[must_use]
    pub fn code(self) -> u8 {
        let known = REASONS.iter().find(|(_, reason, _)| *reason == self);
        known.map_or(0, |(code, ..)| *code)
    }

    /// The name as in the ASN.1.
    #[must_use]
    pub fn name(self) -> &'static str {
        let known = REASONS.iter().find(|(_, reason, _)| *reason == self);
        known.map_or("unspecified", |(.., name)| *name)
    }
}

/// One revoked certificate.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// Contents of userCertificate, the serial number.
    pub serial: &'a [u8],
    date: Element<'a>,
    /// reasonCode.
    pub reason: Reason,
    /// The directory names of certificateIssuer: from here on, the issuer of the certificates in an indirect CRL.
    pub issuers: Option<Vec<Name<'a>>>,
    /// A critical extension that is not processed here.
    pub unknown_critical: Option<ObjectIdentifier>,
}

impl Entry<'_> {
    /// revocationDate.
    ///
    /// # Errors
    /// No time.
    pub fn date(&self) -> Result<Time, DecodeError> {
        Time::decode(&self.date)
    }
}

/// Walks the entries of a list.
#[derive(Clone, Debug)]
pub struct Entries<'a>(Option<Cursor<'a>>);

impl<'a> Entries<'a> {
    /// Of the encoding of revokedCertificates, or of nothing.
    pub(super) fn new(list: &'a [u8]) -> Self {
        Self(Cursor::single(list, 0).ok().map(|list| list.children()))
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Entry<'a>, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let cursor = self.0.as_mut().filter(|cursor| !cursor.is_empty())?;
        let entry = cursor
            .expect(Tag::SEQUENCE)
            .and_then(|entry| decode(&entry));
        if entry.is_err() {
            self.0 = None;
        }
        Some(entry)
    }
}

fn decode<'a>(element: &Element<'a>) -> Result<Entry<'a>, DecodeError> {
    let mut fields = element.children();
    let mut entry = Entry {
        serial: fields.expect(Tag::INTEGER)?.contents(),
        date: fields.element()?,
        reason: Reason::Unspecified,
        issuers: None,
        unknown_critical: None,
    };
    if let Some(extensions) = fields.optional(Tag::SEQUENCE)? {
        let mut extensions = extensions.children();
        while !extensions.is_empty() {
            entry.extend(&extensions.expect(Tag::SEQUENCE)?)?;
        }
    }
    fields.finish()?;
    Ok(entry)
}

impl<'a> Entry<'a> {
    fn extend(&mut self, element: &Element<'a>) -> Result<(), DecodeError> {
        let mut fields = element.children();
        let oid = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        let critical = match fields.optional(Tag::BOOLEAN)? {
            Some(critical) => critical.boolean()?,
            None => false,
        };
        let value = fields.expect(Tag::OCTET_STRING)?;
        fields.finish()?;
        if oid == REASON_CODE {
            // An ENUMERATED of one octet.
            if let [.., code] = value.contents() {
                self.reason = Reason::from_code(*code);
            }
        } else if oid == CERTIFICATE_ISSUER {
            let names = Cursor::single(value.contents(), value.offset())?;
            let names = GeneralName::list(&names)?;
            let names = names.into_iter().filter_map(|name| match name {
                GeneralName::Directory(name) => Some(name),
                _ => None,
            });
            self.issuers = Some(names.collect());
        } else if critical && oid != INVALIDITY_DATE {
            self.unknown_critical = Some(oid);
        }
        Ok(())
    }
}
