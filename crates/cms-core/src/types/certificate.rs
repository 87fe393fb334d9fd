//! A certificate as octets with a frame of views: what CMS needs to find keys and bind signatures.
//!
//! The frame keeps every field as received, so that signatures are checked over original octets and
//! nothing legal is lost (times before 1970, names in any string type). Rules live in `smime-cert`.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use der::asn1::ObjectIdentifier;

use super::{AlgorithmIdentifier, Name, Time};
use crate::ber::{Cursor, Element, Tag};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::oid;

/// An X.509 certificate, [RFC 5280, section 4.1]. Cheap to clone.
///
/// ```text
/// Certificate ::= SEQUENCE { tbsCertificate TBSCertificate, signatureAlgorithm AlgorithmIdentifier,
///   signatureValue BIT STRING }
/// ```
///
/// [RFC 5280, section 4.1]: https://www.rfc-editor.org/rfc/rfc5280#section-4.1
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    octets: Vec<u8>,
    tbs: Range<usize>,
    version: u64,
    serial: Range<usize>,
    issuer: Range<usize>,
    not_before: Time,
    not_after: Time,
    subject: Range<usize>,
    spki: Range<usize>,
    tbs_signature: AlgorithmIdentifier,
    signature_algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
    extensions: Vec<Extension>,
}

/// One extension, [RFC 5280, section 4.2](https://www.rfc-editor.org/rfc/rfc5280#section-4.2).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Extension {
    /// extnID.
    pub oid: ObjectIdentifier,
    /// Whether one who does not process it must refuse the certificate.
    pub critical: bool,
    /// The octets within extnValue.
    pub value: Vec<u8>,
}

/// A public key with its algorithm.
///
/// ```text
/// SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SubjectPublicKeyInfo {
    /// The key's algorithm, with domain parameters.
    pub algorithm: AlgorithmIdentifier,
    /// The octets of subjectPublicKey.
    pub key: Vec<u8>,
}

impl SubjectPublicKeyInfo {
    /// A public key.
    #[must_use]
    pub fn new(algorithm: AlgorithmIdentifier, key: Vec<u8>) -> Self {
        Self { algorithm, key }
    }

    /// Reads a SubjectPublicKeyInfo, or one whose tag is implicit.
    ///
    /// # Errors
    /// Broken structure.
    pub fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let algorithm = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let key = fields.expect(Tag::BIT_STRING)?.bit_string()?.to_vec();
        fields.finish()?;
        Ok(Self { algorithm, key })
    }

    /// Whether the key is used with the domain parameters of its issuer's key: a DSA key without any
    /// (RFC 3279, 2.3.2).
    #[must_use]
    pub fn inherits_parameters(&self) -> bool {
        self.algorithm.oid == oid::DSA && self.algorithm.has_no_parameters()
    }

    /// This key with the parameters of its issuer's, if it is one that inherits and they are for it.
    #[must_use]
    pub fn with_parameters_of(&self, issuer: &Self) -> Option<Self> {
        let fits = self.inherits_parameters()
            && issuer.algorithm.oid == self.algorithm.oid
            && !issuer.algorithm.has_no_parameters();
        fits.then(|| Self::new(issuer.algorithm.clone(), self.key.clone()))
    }

    /// The DER encoding.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        crate::ber::write::sequence(&[
            &self.algorithm.to_der(),
            &crate::ber::write::bit_string(&self.key),
        ])
    }
}

/// The octets of a signature. One that is no whole number of octets holds under no algorithm: it is read as none, so
/// that what carries it is reported as badly signed.
#[must_use]
pub fn signature_octets(element: &Element<'_>) -> Vec<u8> {
    element.bit_string().map(<[u8]>::to_vec).unwrap_or_default()
}

const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");

impl Certificate {
    /// Reads a certificate.
    ///
    /// # Errors
    /// Broken structure; trailing octets.
    pub fn from_der(octets: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(&Cursor::single(octets, 0)?).map_err(|error| error.within("Certificate"))
    }

    /// Reads a certificate that stands in a larger structure.
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
        let base = element.offset();
        let range = |part: &Element<'_>| {
            let start = usize::try_from(part.offset() - base).unwrap_or(usize::MAX);
            start..start.saturating_add(part.raw().len())
        };
        let mut outer = element.children();
        let tbs = outer.expect(Tag::SEQUENCE)?;
        let signature_algorithm = AlgorithmIdentifier::decode(&outer.expect(Tag::SEQUENCE)?)?;
        let signature = signature_octets(&outer.expect(Tag::BIT_STRING)?);
        outer.finish()?;

        let mut fields = tbs.children();
        let version = match fields.optional(Tag::context(0))? {
            Some(version) => version.children().expect(Tag::INTEGER)?.u64()?,
            None => 0,
        };
        let serial = fields.expect(Tag::INTEGER)?;
        let serial_end = range(&serial).end;
        let tbs_signature = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let issuer = fields.expect(Tag::SEQUENCE)?;
        let mut validity = fields.expect(Tag::SEQUENCE)?.children();
        let not_before = Time::decode(&validity.element()?)?;
        let not_after = Time::decode(&validity.element()?)?;
        let subject = fields.expect(Tag::SEQUENCE)?;
        let spki = fields.expect(Tag::SEQUENCE)?;
        let _issuer_unique_id = fields.optional(Tag::context(1))?;
        let _subject_unique_id = fields.optional(Tag::context(2))?;
        let mut extensions = Vec::new();
        if let Some(explicit) = fields.optional(Tag::context(3))? {
            let mut list = explicit.children().expect(Tag::SEQUENCE)?.children();
            while !list.is_empty() {
                extensions.push(Extension::decode(&list.expect(Tag::SEQUENCE)?)?);
            }
        }
        fields.finish()?;
        Ok(Self(Arc::new(Inner {
            tbs: range(&tbs),
            version,
            serial: serial_end.saturating_sub(serial.contents().len())..serial_end,
            issuer: range(&issuer),
            not_before,
            not_after,
            subject: range(&subject),
            spki: range(&spki),
            tbs_signature,
            signature_algorithm,
            signature,
            extensions,
            octets: element.raw().to_vec(),
        })))
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.0.octets.get(range.clone()).unwrap_or_default()
    }

    /// The whole certificate as received.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.0.octets
    }

    /// tbsCertificate as received: what the issuer signed.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        self.slice(&self.0.tbs)
    }

    /// The version field: 2 is v3.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.0.version
    }

    /// The contents octets of serialNumber.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        self.slice(&self.0.serial)
    }

    /// The issuer's name.
    #[must_use]
    pub fn issuer(&self) -> Name<'_> {
        Name::new(self.slice(&self.0.issuer))
    }

    /// The subject's name.
    #[must_use]
    pub fn subject(&self) -> Name<'_> {
        Name::new(self.slice(&self.0.subject))
    }

    /// First second of validity.
    #[must_use]
    pub fn not_before(&self) -> Time {
        self.0.not_before
    }

    /// Last second of validity.
    #[must_use]
    pub fn not_after(&self) -> Time {
        self.0.not_after
    }

    /// subjectPublicKeyInfo as received.
    #[must_use]
    pub fn spki_octets(&self) -> &[u8] {
        self.slice(&self.0.spki)
    }

    /// subjectPublicKeyInfo.
    ///
    /// # Errors
    /// Broken structure.
    pub fn spki(&self) -> Result<SubjectPublicKeyInfo, DecodeError> {
        SubjectPublicKeyInfo::decode(&Cursor::single(self.spki_octets(), 0)?)
    }

    /// The algorithm in tbsCertificate, which must equal [`Self::signature_algorithm`].
    #[must_use]
    pub fn tbs_signature_algorithm(&self) -> &AlgorithmIdentifier {
        &self.0.tbs_signature
    }

    /// The algorithm of the issuer's signature.
    #[must_use]
    pub fn signature_algorithm(&self) -> &AlgorithmIdentifier {
        &self.0.signature_algorithm
    }

    /// The issuer's signature.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.0.signature
    }

    /// All extensions, in order.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.0.extensions
    }

    /// The first extension of a type.
    #[must_use]
    pub fn extension(&self, oid: &ObjectIdentifier) -> Option<&Extension> {
        self.0
            .extensions
            .iter()
            .find(|extension| extension.oid == *oid)
    }

    /// The keyIdentifier of the subjectKeyIdentifier extension (RFC 5280, 4.2.1.2).
    #[must_use]
    pub fn subject_key_identifier(&self) -> Option<&[u8]> {
        let extension = self.extension(&SUBJECT_KEY_IDENTIFIER)?;
        let element = Cursor::single(&extension.value, 0).ok()?;
        (element.tag() == Tag::OCTET_STRING && !element.header().constructed)
            .then_some(element.contents())
    }
}

impl Extension {
    /// Reads an extension, of a certificate or a CRL.
    ///
    /// # Errors
    /// Broken structure.
    pub fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let oid = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        let critical = match fields.optional(Tag::BOOLEAN)? {
            Some(critical) => critical.boolean()?,
            None => false,
        };
        let value = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        if fields.is_empty() {
            Ok(Self {
                oid,
                critical,
                value,
            })
        } else {
            Err(DecodeError::new(
                DecodeErrorKind::TrailingData,
                fields.offset(),
            ))
        }
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.octets() == other.octets()
    }
}

impl Eq for Certificate {}

/// By their octets.
impl Ord for Certificate {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.octets().cmp(other.octets())
    }
}

impl PartialOrd for Certificate {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.subject())
    }
}
