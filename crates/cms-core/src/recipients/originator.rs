//! What the originator sends along for recipients.

use alloc::vec::Vec;

use crate::ber::{Cursor, Tag, write};
use crate::error::DecodeError;
use crate::types::{Bags, Certificate, CertificateChoice};

/// Certificates and revocation information of the originator, [RFC 5652, section 6.1].
///
/// ```text
/// OriginatorInfo ::= SEQUENCE { certs [0] IMPLICIT CertificateSet OPTIONAL,
///   crls [1] IMPLICIT RevocationInfoChoices OPTIONAL }
/// ```
///
/// [RFC 5652, section 6.1]: https://www.rfc-editor.org/rfc/rfc5652#section-6.1
#[derive(Clone, Debug, Default)]
pub struct OriginatorInfo(Bags);

impl OriginatorInfo {
    /// Nothing as yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a certificate.
    #[must_use]
    pub fn with_certificate(mut self, certificate: &Certificate) -> Self {
        self.0.keep_certificate(certificate.octets().to_vec());
        self
    }

    /// Adds a member of a CertificateSet of any kind, by its octets.
    ///
    /// # Errors
    /// Octets that are no encoding; version 1 attribute certificates, which are not sent any more.
    pub fn with_certificate_choice(mut self, octets: Vec<u8>) -> Result<Self, DecodeError> {
        self.0.add_certificate(octets)?;
        Ok(self)
    }

    /// Adds a member of RevocationInfoChoices of any kind, by its octets.
    #[must_use]
    pub fn with_crl(mut self, octets: Vec<u8>) -> Self {
        self.0.add_crl(octets);
        self
    }

    pub(crate) fn has_other(&self) -> bool {
        self.0.has_other
    }

    pub(crate) fn has_v2_attribute(&self) -> bool {
        self.0.has_v2_attribute
    }

    /// `originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL`; nothing when it is empty.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        write::context(0, &self.0.to_der())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Certificates in originatorInfo; what cannot be read there is of no use here and spoils nothing.
pub(crate) fn decode_originator_certificates(octets: &[u8], offset: u64) -> Vec<Certificate> {
    let read = || -> Result<Vec<Certificate>, DecodeError> {
        let mut fields = Cursor::single(octets, offset)?.children();
        let mut certificates = Vec::new();
        if let Some(set) = fields.optional(Tag::context(0))? {
            let mut set = set.children();
            while !set.is_empty() {
                let choice = CertificateChoice::decode(&set.element()?).ok();
                certificates.extend(choice.and_then(|choice| choice.certificate().cloned()));
            }
        }
        Ok(certificates)
    };
    read().unwrap_or_default()
}
