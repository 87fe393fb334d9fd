//! What stands in the certificates and crls fields: more kinds than X.509 certificates and CRLs.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::Certificate;
use crate::ber::{Cursor, Element, Tag, write};
use crate::error::{DecodeError, DecodeErrorKind};

/// One certificate of a set, [RFC 5652, section 10.2.2]. Whatever cannot be decoded or is not known keeps its octets.
///
/// ```text
/// CertificateChoices ::= CHOICE { certificate Certificate,
///   extendedCertificate [0] IMPLICIT ExtendedCertificate, -- obsolete
///   v1AttrCert [1] IMPLICIT AttributeCertificateV1, -- obsolete
///   v2AttrCert [2] IMPLICIT AttributeCertificateV2, other [3] IMPLICIT OtherCertificateFormat }
/// OtherCertificateFormat ::= SEQUENCE { otherCertFormat OBJECT IDENTIFIER, otherCert ANY }
/// ```
///
/// [RFC 5652, section 10.2.2]: https://www.rfc-editor.org/rfc/rfc5652#section-10.2.2
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CertificateChoice {
    /// An X.509 certificate.
    Certificate(Certificate),
    /// A PKCS #6 extended certificate: the X.509 certificate in it. Its further attributes and signature are obsolete.
    ExtendedCertificate(Certificate),
    /// A version 1 attribute certificate; obsolete, never sent.
    V1AttributeCertificate,
    /// A version 2 attribute certificate (RFC 5755).
    V2AttributeCertificate,
    /// Another format.
    Other(ObjectIdentifier),
    /// An alternative that RFC 5652 does not know.
    Unknown,
}

impl CertificateChoice {
    /// Reads one from its octets.
    ///
    /// # Errors
    /// Broken structure of a kind that is decoded.
    pub fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        Ok(match element.tag() {
            Tag::SEQUENCE => Self::Certificate(Certificate::decode(element)?),
            tag if tag == Tag::context(0) => {
                // rfc8550:2.2.1/2
                Self::ExtendedCertificate(extended_certificate(element)?)
            }
            tag if tag == Tag::context(1) => Self::V1AttributeCertificate,
            tag if tag == Tag::context(2) => Self::V2AttributeCertificate,
            tag if tag == Tag::context(3) => Self::Other(format(element)?),
            _ => Self::Unknown,
        })
    }

    /// Reads one from its octets.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(&Cursor::single(octets, 0)?)
    }

    /// The X.509 certificate, if it is or holds one.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        match self {
            Self::Certificate(certificate) | Self::ExtendedCertificate(certificate) => {
                Some(certificate)
            }
            _ => None,
        }
    }
}

/// One member of a received CertificateSet: its octets, which a certificate that could be read shares with it.
#[derive(Clone, Debug)]
pub struct BagMember(Octets);

#[derive(Clone, Debug)]
enum Octets {
    Own(Vec<u8>),
    Shared(Certificate),
}

impl BagMember {
    /// The member as received.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        match &self.0 {
            Octets::Own(octets) => octets,
            Octets::Shared(certificate) => certificate.octets(),
        }
    }
}

impl From<Certificate> for BagMember {
    fn from(certificate: Certificate) -> Self {
        Self(Octets::Shared(certificate))
    }
}

impl From<Vec<u8>> for BagMember {
    fn from(octets: Vec<u8>) -> Self {
        Self(Octets::Own(octets))
    }
}

impl PartialEq for BagMember {
    fn eq(&self, other: &Self) -> bool {
        self.octets() == other.octets()
    }
}

impl Eq for BagMember {}

/// ```text
/// ExtendedCertificate ::= SEQUENCE { extendedCertificateInfo ExtendedCertificateInfo,
///   signatureAlgorithm SignatureAlgorithmIdentifier, signature BIT STRING }
/// ExtendedCertificateInfo ::= SEQUENCE { version CMSVersion, certificate Certificate,
///   attributes UnauthAttributes }
/// ```
fn extended_certificate(element: &Element<'_>) -> Result<Certificate, DecodeError> {
    let mut info = element.children().expect(Tag::SEQUENCE)?.children();
    info.expect(Tag::INTEGER)?;
    Certificate::decode(&info.expect(Tag::SEQUENCE)?)
}

/// One piece of revocation information, [RFC 5652, section 10.2.1].
///
/// ```text
/// RevocationInfoChoice ::= CHOICE { crl CertificateList, other [1] IMPLICIT OtherRevocationInfoFormat }
/// OtherRevocationInfoFormat ::= SEQUENCE { otherRevInfoFormat OBJECT IDENTIFIER, otherRevInfo ANY }
/// ```
///
/// [RFC 5652, section 10.2.1]: https://www.rfc-editor.org/rfc/rfc5652#section-10.2.1
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RevocationInfoChoice {
    /// A CRL, by its octets.
    Crl(Vec<u8>),
    /// An OCSP response (RFC 5940, 2.1), by the octets of the OCSPResponse.
    OcspResponse(Vec<u8>),
    /// Another format and the octets of its value.
    Other(ObjectIdentifier, Vec<u8>),
    /// An alternative that RFC 5652 does not know.
    Unknown,
}

impl RevocationInfoChoice {
    /// Reads one.
    ///
    /// # Errors
    /// Broken structure.
    pub fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        match element.tag() {
            Tag::SEQUENCE => Ok(Self::Crl(element.raw().to_vec())),
            tag if tag == Tag::context(1) => {
                let oid = format(element)?;
                let mut fields = element.children();
                fields.element()?;
                let value = fields.element()?.raw().to_vec();
                fields.finish()?;
                Ok(if oid == crate::oid::RI_OCSP_RESPONSE {
                    Self::OcspResponse(value)
                } else {
                    Self::Other(oid, value)
                })
            }
            _ => Ok(Self::Unknown),
        }
    }

    /// Reads one from its octets.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(&Cursor::single(octets, 0)?)
    }

    /// The DER encoding; nothing for an unknown alternative.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let other = |oid, value: &[u8]| write::context(1, &[&write::oid(oid), value].concat());
        match self {
            Self::Crl(octets) => octets.clone(),
            Self::OcspResponse(octets) => other(&crate::oid::RI_OCSP_RESPONSE, octets),
            Self::Other(oid, value) => other(oid, value),
            Self::Unknown => Vec::new(),
        }
    }
}

/// The identifier that an OtherCertificateFormat or OtherRevocationInfoFormat begins with.
fn format(element: &Element<'_>) -> Result<ObjectIdentifier, DecodeError> {
    element
        .children()
        .expect(Tag::OBJECT_IDENTIFIER)?
        .oid()
        .map_err(|error| error.within("other"))
}

/// Certificates and revocation information as they are written: octets of whatever kind, once each, with what the
/// version fields want to know of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bags {
    certificates: Vec<Vec<u8>>,
    crls: Vec<Vec<u8>>,
    pub(crate) has_v1_attribute: bool,
    pub(crate) has_v2_attribute: bool,
    pub(crate) has_other: bool,
}

impl Bags {
    /// Adds a member of a CertificateSet. Version 1 attribute certificates are obsolete and are not sent.
    pub(crate) fn add_certificate(&mut self, octets: Vec<u8>) -> Result<(), DecodeError> {
        let element = Cursor::single(&octets, 0)?;
        if element.tag() == Tag::context(1) {
            // rfc8550:2.2.1/3
            // rfc5652:10.2.2: "... the use of ... v1AttrCert ... SHOULD NOT be" sent.
            let kind =
                DecodeErrorKind::BadValue("version 1 attribute certificates are not to be sent");
            return Err(DecodeError::new(kind, 0).within("certificates"));
        }
        self.keep_certificate(octets);
        Ok(())
    }

    /// Keeps a member of a received CertificateSet, of whatever kind.
    pub(crate) fn keep_certificate(&mut self, octets: Vec<u8>) {
        match Cursor::single(&octets, 0).map(|element| element.tag()) {
            Ok(Tag::SEQUENCE) | Err(_) => {}
            Ok(tag) if tag == Tag::context(0) => {}
            Ok(tag) if tag == Tag::context(1) => self.has_v1_attribute = true,
            Ok(tag) if tag == Tag::context(2) => self.has_v2_attribute = true,
            Ok(_) => self.has_other = true,
        }
        self.certificates.push(octets);
    }

    /// Adds a member of RevocationInfoChoices.
    pub(crate) fn add_crl(&mut self, octets: Vec<u8>) {
        let is_crl = Cursor::single(&octets, 0).is_ok_and(|element| element.tag() == Tag::SEQUENCE);
        self.has_other |= !is_crl;
        self.crls.push(octets);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.certificates.is_empty() && self.crls.is_empty()
    }

    /// `certificates [0] IMPLICIT CertificateSet OPTIONAL, crls [1] IMPLICIT RevocationInfoChoices OPTIONAL`.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (number, members) in [(0, &self.certificates), (1, &self.crls)] {
            if !members.is_empty() {
                let mut members = members.clone();
                members.sort();
                members.dedup();
                out.extend(write::context(number, &members.concat()));
            }
        }
        out
    }
}
