//! SignerInfo and the identifier of its signer.

use alloc::vec::Vec;

use super::{AlgorithmIdentifier, Attributes, Certificate, IssuerAndSerialNumber};
use crate::ber::{Element, Tag, is_der, to_der, write};
use crate::error::{DecodeError, DecodeErrorKind};

/// One signer's part, [RFC 5652, section 5.3]. An unknown version does not make it unreadable.
///
/// ```text
/// SignerInfo ::= SEQUENCE { version CMSVersion, sid SignerIdentifier,
///   digestAlgorithm DigestAlgorithmIdentifier, signedAttrs [0] IMPLICIT SignedAttributes OPTIONAL,
///   signatureAlgorithm SignatureAlgorithmIdentifier, signature SignatureValue,
///   unsignedAttrs [1] IMPLICIT UnsignedAttributes OPTIONAL }
/// ```
///
/// [RFC 5652, section 5.3]: https://www.rfc-editor.org/rfc/rfc5652#section-5.3
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignerInfo {
    /// 1 with issuerAndSerialNumber, 3 with subjectKeyIdentifier.
    pub version: u64,
    /// Whose key it is.
    pub sid: SignerIdentifier,
    /// The digest over the content.
    pub digest_algorithm: AlgorithmIdentifier,
    /// Signed attributes.
    pub signed_attrs: Option<Attributes>,
    /// signedAttrs as received, tag and all.
    pub signed_attrs_octets: Option<Vec<u8>>,
    /// The signature's algorithm.
    pub signature_algorithm: AlgorithmIdentifier,
    /// The signature.
    pub signature: Vec<u8>,
    /// Unsigned attributes.
    pub unsigned_attrs: Option<Attributes>,
}

/// Names a signer's certificate.
///
/// ```text
/// SignerIdentifier ::= CHOICE { issuerAndSerialNumber IssuerAndSerialNumber,
///   subjectKeyIdentifier [0] SubjectKeyIdentifier }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SignerIdentifier {
    /// By the certificate's issuer and serial number.
    IssuerAndSerialNumber(IssuerAndSerialNumber),
    /// By the certificate's subjectKeyIdentifier extension.
    SubjectKeyIdentifier(Vec<u8>),
}

impl SignerIdentifier {
    /// Whether this identifier names the certificate.
    #[must_use]
    pub fn matches(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerialNumber(id) => id.matches(certificate),
            Self::SubjectKeyIdentifier(id) => certificate.subject_key_identifier() == Some(id),
        }
    }

    pub(crate) fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        // rfc5652:5.3/3
        match element.tag() {
            Tag::SEQUENCE => {
                IssuerAndSerialNumber::decode(element).map(Self::IssuerAndSerialNumber)
            }
            tag if tag == Tag::context(0) => {
                Ok(Self::SubjectKeyIdentifier(element.octets()?.into_owned()))
            }
            found => {
                let kind = DecodeErrorKind::UnexpectedTag {
                    expected: Tag::SEQUENCE,
                    found,
                };
                Err(DecodeError::new(kind, element.offset()).within("sid"))
            }
        }
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        match self {
            Self::IssuerAndSerialNumber(id) => id.to_der(),
            Self::SubjectKeyIdentifier(id) => write::context_primitive(0, id),
        }
    }
}

impl SignerInfo {
    /// Reads one.
    ///
    /// # Errors
    /// Broken structure.
    pub fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        if element.tag() != Tag::SEQUENCE {
            let kind = DecodeErrorKind::UnexpectedTag {
                expected: Tag::SEQUENCE,
                found: element.tag(),
            };
            return Err(DecodeError::new(kind, element.offset()));
        }
        let mut fields = element.children();
        // rfc5652:5.1/6: one that is not known is no error; what cannot be decoded spoils itself alone
        let version = fields
            .expect(Tag::INTEGER)?
            .u64()
            .map_err(|error| error.within("version"))?;
        let sid = SignerIdentifier::decode(&fields.element()?)?;
        let digest_algorithm = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)
            .map_err(|error| error.within("digestAlgorithm"))?;
        let signed = fields.optional(Tag::context(0))?;
        let signed_attrs = signed
            .as_ref()
            .map(Attributes::decode)
            .transpose()
            .map_err(|error| error.within("signedAttrs"))?;
        let signature_algorithm = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)
            .map_err(|error| error.within("signatureAlgorithm"))?;
        let signature = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        let unsigned_attrs = fields
            .optional(Tag::context(1))?
            .as_ref()
            .map(Attributes::decode)
            .transpose()
            .map_err(|error| error.within("unsignedAttrs"))?;
        fields.finish()?;
        Ok(Self {
            version,
            sid,
            digest_algorithm,
            signed_attrs,
            signed_attrs_octets: signed.map(|element| element.raw().to_vec()),
            signature_algorithm,
            signature,
            unsigned_attrs,
        })
    }

    /// The octets that the signature covers when there are signedAttrs: as received with the tag of a SET OF
    /// (RFC 5652, 5.4), and, when those are not DER, the DER form as the second candidate.
    #[must_use]
    pub fn signed_octets(&self) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
        let mut received = self.signed_attrs_octets.clone()?;
        // rfc5652:5.4/2
        *received.first_mut()? = 0x31;
        let canonical = (!is_der(&received))
            .then(|| {
                crate::ber::Cursor::single(&received, 0)
                    .and_then(|set| to_der(&set))
                    .ok()
            })
            .flatten();
        Some((received, canonical))
    }
}
