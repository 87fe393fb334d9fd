//! Attribute certificates: what somebody else says of the holder of a certificate (RFC 5755).

mod validate;

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use cms_core::ber::{Cursor, Element, Tag, write};
use cms_core::types::signature_octets;
use cms_core::types::{AlgorithmIdentifier, Attributes, Certificate, Extension, Name, Time};
use cms_core::{DecodeError, DecodeErrorKind, ObjectIdentifier};

use crate::clearance::{self, Clearance};
use crate::general_name::GeneralName;
use crate::revocation::shortest;

pub use validate::{AttributeFailure, Verifier};

/// An attribute certificate of version 2, as received.
///
/// ```text
/// AttributeCertificate ::= SEQUENCE { acinfo AttributeCertificateInfo, signatureAlgorithm AlgorithmIdentifier,
///   signatureValue BIT STRING }
/// AttributeCertificateInfo ::= SEQUENCE { version INTEGER { v2(1) }, holder Holder, issuer AttCertIssuer,
///   signature AlgorithmIdentifier, serialNumber INTEGER, attrCertValidityPeriod SEQUENCE {
///     notBeforeTime GeneralizedTime, notAfterTime GeneralizedTime }, attributes SEQUENCE OF Attribute,
///   issuerUniqueID UniqueIdentifier OPTIONAL, extensions Extensions OPTIONAL }
/// Holder ::= SEQUENCE { baseCertificateID [0] IssuerSerial OPTIONAL, entityName [1] GeneralNames OPTIONAL,
///   objectDigestInfo [2] ObjectDigestInfo OPTIONAL }
/// AttCertIssuer ::= CHOICE { v1Form GeneralNames, v2Form [0] V2Form }
/// V2Form ::= SEQUENCE { issuerName GeneralNames OPTIONAL, baseCertificateID [0] IssuerSerial OPTIONAL,
///   objectDigestInfo [1] ObjectDigestInfo OPTIONAL }
/// IssuerSerial ::= SEQUENCE { issuer GeneralNames, serial INTEGER, issuerUID BIT STRING OPTIONAL }
/// ```
/// RFC 5755, 4.1.
#[derive(Clone)]
pub struct AttributeCertificate(Arc<Inner>);

struct Inner {
    octets: Vec<u8>,
    info: Range<usize>,
    holder: Holder,
    issuer: Vec<u8>,
    info_signature: AlgorithmIdentifier,
    signature_algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
    serial: Vec<u8>,
    not_before: Time,
    not_after: Time,
    attributes: Attributes,
    extensions: Vec<Extension>,
}

/// Whom an attribute certificate is about; everything that is there must fit (RFC 5755, 4.2.2).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Holder {
    /// baseCertificateID: the encoding of the issuer's Name, and the contents of the serial number.
    pub base_certificate_id: Option<(Vec<u8>, Vec<u8>)>,
    /// entityName: the encodings of its GeneralNames.
    pub entity_names: Vec<Vec<u8>>,
    /// Whether there is an objectDigestInfo, which is not processed.
    pub has_object_digest: bool,
}

impl fmt::Debug for AttributeCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttributeCertificate")
            .field("issuer", &self.issuer())
            .field("holder", &self.0.holder)
            .finish_non_exhaustive()
    }
}

impl AttributeCertificate {
    /// Reads one, also as the member v2AttrCert of CertificateChoices, whose tag is 2 (RFC 5652, 10.2.2).
    ///
    /// # Errors
    /// Broken structure; another version; an issuer that is not in the form that RFC 5755, 4.2.3 demands.
    pub fn from_der(octets: &[u8]) -> Result<Self, DecodeError> {
        let element = Cursor::single(octets, 0)?;
        let octets = if element.tag() == Tag::context(2) {
            write::tagged(Tag::SEQUENCE, write::Form::Constructed, element.contents())
        } else {
            octets.to_vec()
        };
        let element = Cursor::single(&octets, 0)?;
        let mut inner =
            Inner::decode(&element).map_err(|error| error.within("AttributeCertificate"))?;
        inner.octets = octets;
        Ok(Self(Arc::new(inner)))
    }

    /// Its octets, as a SEQUENCE.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.0.octets
    }

    /// acinfo as received: what the issuer signed.
    #[must_use]
    pub fn info(&self) -> &[u8] {
        self.0.octets.get(self.0.info.clone()).unwrap_or_default()
    }

    /// holder.
    #[must_use]
    pub fn holder(&self) -> &Holder {
        &self.0.holder
    }

    /// The directory name of the issuer.
    #[must_use]
    pub fn issuer(&self) -> Name<'_> {
        Name::new(&self.0.issuer)
    }

    /// Contents of serialNumber.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.0.serial
    }

    /// notBeforeTime.
    #[must_use]
    pub fn not_before(&self) -> Time {
        self.0.not_before
    }

    /// notAfterTime.
    #[must_use]
    pub fn not_after(&self) -> Time {
        self.0.not_after
    }

    /// attributes.
    #[must_use]
    pub fn attributes(&self) -> &Attributes {
        &self.0.attributes
    }

    /// The clearances among them (RFC 5755, 4.4.6). They mean nothing before [`Self::validate`] has passed.
    ///
    /// # Errors
    /// A value that cannot be read.
    pub fn clearances(&self) -> Result<Vec<Clearance>, DecodeError> {
        clearance::of_attributes(&self.0.attributes)
    }

    /// extensions.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.0.extensions
    }

    fn extension(&self, oid: &ObjectIdentifier) -> Option<&Extension> {
        let mut extensions = self.0.extensions.iter();
        extensions.find(|extension| extension.oid == *oid)
    }
}

impl Holder {
    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let mut holder = Self::default();
        if let Some(id) = fields.optional(Tag::context(0))? {
            let mut id = id.children();
            let names = GeneralName::list(&id.expect(Tag::SEQUENCE)?)?;
            let serial = id.expect(Tag::INTEGER)?.contents().to_vec();
            id.optional(Tag::BIT_STRING)?;
            id.finish()?;
            // rfc5755:4.2.2: the issuer's name "is to be present as the single value".
            let [GeneralName::Directory(issuer)] = names.as_slice() else {
                let kind = DecodeErrorKind::BadValue("the holder's issuer is no directoryName");
                return Err(DecodeError::at(kind, element.offset()));
            };
            holder.base_certificate_id = Some((issuer.octets().to_vec(), serial));
        }
        if let Some(names) = fields.optional(Tag::context(1))? {
            let mut list = names.children();
            while !list.is_empty() {
                let name = list.element()?;
                GeneralName::decode(&name)?;
                holder.entity_names.push(name.raw().to_vec());
            }
        }
        holder.has_object_digest = fields.optional(Tag::context(2))?.is_some();
        fields.finish()?;
        Ok(holder)
    }

    /// Whether a certificate is the holder's: by its issuer and serial number, and by a name that it has
    /// (RFC 5755, 4.2.2).
    #[must_use]
    pub fn is(&self, certificate: &Certificate) -> bool {
        let by_id = self.base_certificate_id.as_ref().map(|(issuer, serial)| {
            let issuer = Name::new(issuer);
            !issuer.is_empty()
                && issuer.matches(&certificate.issuer())
                && shortest(serial) == shortest(certificate.serial())
        });
        let by_name = (!self.entity_names.is_empty()).then(|| self.names(certificate));
        // Without either there is nothing that names anybody; a digest is not processed.
        !self.has_object_digest
            && (by_id.is_some() || by_name.is_some())
            && by_id.unwrap_or(true)
            && by_name.unwrap_or(true)
    }

    fn names(&self, certificate: &Certificate) -> bool {
        let subject = certificate.subject();
        let Ok(alternatives) = crate::extension::subject_alt_names(certificate) else {
            return false;
        };
        self.entity_names.iter().any(|name| {
            let name = Cursor::single(name, 0).and_then(|name| GeneralName::decode(&name));
            name.is_ok_and(|name| {
                let is_subject = !subject.is_empty() && name.is(&GeneralName::Directory(subject));
                is_subject || alternatives.iter().any(|other| name.is(other))
            })
        })
    }
}

impl Inner {
    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut outer = crate::extension::sequence(element)?;
        let info = outer.expect(Tag::SEQUENCE)?;
        let signature_algorithm = AlgorithmIdentifier::decode(&outer.expect(Tag::SEQUENCE)?)?;
        let signature = signature_octets(&outer.expect(Tag::BIT_STRING)?);
        outer.finish()?;

        let bad = |what, offset| DecodeError::at(DecodeErrorKind::BadValue(what), offset);
        let mut fields = info.children();
        let version = fields.expect(Tag::INTEGER)?;
        if version.u64()? != 1 {
            return Err(bad("only version 2 is known", version.offset()));
        }
        let holder = Holder::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let issuer = issuer(&fields.element()?)?;
        let info_signature = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let serial = fields.expect(Tag::INTEGER)?.contents().to_vec();
        let mut period = fields.expect(Tag::SEQUENCE)?.children();
        let not_before = Time::decode(&period.expect(Tag::GENERALIZED_TIME)?)?;
        let not_after = Time::decode(&period.expect(Tag::GENERALIZED_TIME)?)?;
        period.finish()?;
        let list = fields.expect(Tag::SEQUENCE)?;
        let attributes = Attributes::decode(&list)?;
        let mut seen = alloc::collections::BTreeSet::new();
        // rfc5755:4.2.7: at least one, and each type once.
        if attributes.is_empty() || !attributes.iter().all(|one| seen.insert(one.oid)) {
            return Err(bad("no attribute, or one twice", list.offset()));
        }
        fields.optional(Tag::BIT_STRING)?;
        let mut extensions = Vec::new();
        if let Some(sequence) = fields.optional(Tag::SEQUENCE)? {
            let mut list = sequence.children();
            let mut seen = alloc::collections::BTreeSet::new();
            while !list.is_empty() {
                let extension = Extension::decode(&list.expect(Tag::SEQUENCE)?)?;
                if !seen.insert(extension.oid) {
                    return Err(bad("an extension is there twice", sequence.offset()));
                }
                extensions.push(extension);
            }
        }
        fields.finish()?;
        let start = usize::try_from(info.offset()).unwrap_or(usize::MAX);
        Ok(Self {
            octets: Vec::new(),
            info: start..start.saturating_add(info.raw().len()),
            holder,
            issuer,
            info_signature,
            signature_algorithm,
            signature,
            serial,
            not_before,
            not_after,
            attributes,
            extensions,
        })
    }
}

/// rfc5755:4.2.3: the v2Form, "one and only one GeneralName", a directoryName that is not empty, and nothing else.
fn issuer(element: &Element<'_>) -> Result<Vec<u8>, DecodeError> {
    let bad = || {
        let kind = DecodeErrorKind::BadValue("the issuer is no v2Form with one directoryName");
        DecodeError::at(kind, element.offset())
    };
    if element.tag() != Tag::context(0) {
        return Err(bad());
    }
    let mut form = element.children();
    let names = GeneralName::list(&form.expect(Tag::SEQUENCE).map_err(|_| bad())?)?;
    form.finish().map_err(|_| bad())?;
    match names.as_slice() {
        [GeneralName::Directory(name)] if !name.is_empty() => Ok(name.octets().to_vec()),
        _ => Err(bad()),
    }
}
