//! OCSP requests and responses (RFC 6960; RFC 5019 for their profile, RFC 9654 for the nonce).
//!
//! A response says something about certificates only after [`crate::revocation`] has checked who signed it and when.

mod request;

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use cms_core::ber::{Cursor, Element, Tag, write};
use cms_core::types::{AlgorithmIdentifier, Certificate, Name, SubjectPublicKeyInfo, Time};
use cms_core::{DecodeError, DecodeErrorKind, ObjectIdentifier};

use crate::crl::Reason;
pub use request::OcspRequest;

/// id-pkix-ocsp-basic.
const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
/// id-pkix-ocsp-nonce.
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");

/// Responses in one OCSPResponse. A request of a list of certificates is answered in one; RFC 5019 has one.
const MAX_RESPONSES: usize = 1000;

/// A response of type id-pkix-ocsp-basic. Cheap to clone.
///
/// ```text
/// OCSPResponse ::= SEQUENCE { responseStatus ENUMERATED, responseBytes [0] EXPLICIT SEQUENCE {
///   responseType OBJECT IDENTIFIER, response OCTET STRING } OPTIONAL }
/// BasicOCSPResponse ::= SEQUENCE { tbsResponseData ResponseData, signatureAlgorithm AlgorithmIdentifier,
///   signature BIT STRING, certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
/// ResponseData ::= SEQUENCE { version [0] EXPLICIT INTEGER DEFAULT v1, responderID ResponderID,
///   producedAt GeneralizedTime, responses SEQUENCE OF SingleResponse, responseExtensions [1] EXPLICIT OPTIONAL }
/// ```
#[derive(Clone, Debug)]
pub struct OcspResponse(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// BasicOCSPResponse.
    octets: Vec<u8>,
    tbs: Range<usize>,
    responder: ResponderId,
    produced_at: Time,
    responses: Vec<SingleResponse>,
    nonce: Option<Vec<u8>>,
    signature_algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
    certificates: Vec<Certificate>,
}

/// Who signed a response.
///
/// ```text
/// ResponderID ::= CHOICE { byName [1] Name, byKey [2] KeyHash }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ResponderId {
    /// The subject of the responder's certificate.
    Name(Vec<u8>),
    /// SHA-1 of its subjectPublicKey.
    Key(Vec<u8>),
}

/// The status of one certificate.
///
/// ```text
/// SingleResponse ::= SEQUENCE { certID CertID, certStatus CertStatus, thisUpdate GeneralizedTime,
///   nextUpdate [0] EXPLICIT GeneralizedTime OPTIONAL, singleExtensions [1] EXPLICIT Extensions OPTIONAL }
/// CertID ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier, issuerNameHash OCTET STRING,
///   issuerKeyHash OCTET STRING, serialNumber INTEGER }
/// CertStatus ::= CHOICE { good [0] NULL, revoked [1] RevokedInfo, unknown [2] NULL }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SingleResponse {
    /// hashAlgorithm of certID.
    pub hash: ObjectIdentifier,
    /// issuerNameHash.
    pub issuer_name_hash: Vec<u8>,
    /// issuerKeyHash.
    pub issuer_key_hash: Vec<u8>,
    /// Contents of serialNumber.
    pub serial: Vec<u8>,
    /// certStatus.
    pub status: ResponseStatus,
    /// thisUpdate.
    pub this_update: Time,
    /// nextUpdate.
    pub next_update: Option<Time>,
    /// A critical extension: none is processed here.
    pub unknown_critical: Option<ObjectIdentifier>,
}

/// CertStatus.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ResponseStatus {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked(Time, Reason),
    /// The responder does not know the certificate.
    Unknown,
}

/// Why there is no answer in a response.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OcspError {
    /// It cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A responseStatus other than successful: malformedRequest (1), internalError (2), tryLater (3), sigRequired (5),
    /// unauthorized (6).
    #[error("the responder answers with status {0}")]
    Status(u8),
    /// A response type other than id-pkix-ocsp-basic.
    #[error("responses of type {0} are not supported")]
    Type(ObjectIdentifier),
}

impl OcspResponse {
    /// Reads an OCSPResponse.
    ///
    /// # Errors
    /// Broken structure, a status other than successful, another type of response.
    pub fn from_der(octets: &[u8]) -> Result<Self, OcspError> {
        let element = Cursor::single(octets, 0)?;
        let mut fields = crate::extension::sequence(&element)?;
        let status = fields.expect(Tag::ENUMERATED)?;
        match status.contents() {
            [0] => {}
            [status] => return Err(OcspError::Status(*status)),
            _ => {
                let kind = DecodeErrorKind::BadValue("responseStatus has no such value");
                return Err(DecodeError::at(kind, status.offset()).into());
            }
        }
        let mut bytes = fields
            .expect(Tag::context(0))?
            .children()
            .expect(Tag::SEQUENCE)?
            .children();
        let kind = bytes.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        if kind != BASIC {
            return Err(OcspError::Type(kind));
        }
        let response = bytes.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        Ok(Self::basic(response)?)
    }

    /// Reads a BasicOCSPResponse, as it stands alone in some places (RFC 5940 knows both).
    ///
    /// # Errors
    /// Broken structure.
    pub fn basic(octets: Vec<u8>) -> Result<Self, DecodeError> {
        let mut inner = Cursor::single(&octets, 0)
            .and_then(|element| Inner::decode(&element))
            .map_err(|error| error.within("BasicOCSPResponse"))?;
        inner.octets = octets;
        Ok(Self(Arc::new(inner)))
    }

    /// The OCSPResponse around it, in DER.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let bytes = write::sequence(&[&write::oid(&BASIC), &write::octet_string(&self.0.octets)]);
        let successful = write::tagged(Tag::ENUMERATED, write::Form::Primitive, &[0]);
        write::sequence(&[&successful, &write::context(0, &bytes)])
    }

    /// tbsResponseData as received: what the responder signed.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        self.0.octets.get(self.0.tbs.clone()).unwrap_or_default()
    }

    /// responderID.
    #[must_use]
    pub fn responder(&self) -> &ResponderId {
        &self.0.responder
    }

    /// producedAt.
    #[must_use]
    pub fn produced_at(&self) -> Time {
        self.0.produced_at
    }

    /// The status of each certificate.
    #[must_use]
    pub fn responses(&self) -> &[SingleResponse] {
        &self.0.responses
    }

    /// The nonce of the request that is answered.
    #[must_use]
    pub fn nonce(&self) -> Option<&[u8]> {
        self.0.nonce.as_deref()
    }

    /// The algorithm of the signature.
    #[must_use]
    pub fn signature_algorithm(&self) -> &AlgorithmIdentifier {
        &self.0.signature_algorithm
    }

    /// The signature.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.0.signature
    }

    /// Certificates that help to verify it.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.0.certificates
    }
}

impl ResponderId {
    /// Whether the responder is the one with this name and key; `sha1` hashes.
    pub(crate) fn is(
        &self,
        name: &Name<'_>,
        key: &SubjectPublicKeyInfo,
        sha1: impl FnOnce(&[u8]) -> Vec<u8>,
    ) -> bool {
        match self {
            Self::Name(wanted) => Name::new(wanted).matches(name),
            Self::Key(hash) => sha1(&key.key) == *hash,
        }
    }
}

impl Inner {
    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut outer = crate::extension::sequence(element)?;
        let tbs = outer.expect(Tag::SEQUENCE)?;
        let signature_algorithm = AlgorithmIdentifier::decode(&outer.expect(Tag::SEQUENCE)?)?;
        let signature = outer.expect(Tag::BIT_STRING)?.bit_string()?.to_vec();
        let mut certificates = Vec::new();
        if let Some(explicit) = outer.optional(Tag::context(0))? {
            let mut list = explicit.children().expect(Tag::SEQUENCE)?.children();
            while !list.is_empty() {
                certificates.push(Certificate::decode(&list.expect(Tag::SEQUENCE)?)?);
            }
        }
        outer.finish()?;

        let mut fields = tbs.children();
        if let Some(version) = fields.optional(Tag::context(0))?
            && version.children().expect(Tag::INTEGER)?.u64()? != 0
        {
            let kind = DecodeErrorKind::BadValue("ResponseData has a version that is not known");
            return Err(DecodeError::at(kind, version.offset()));
        }
        let responder = fields.element()?;
        let choice = responder.children();
        let responder = match responder.tag() {
            tag if tag == Tag::context(1) => {
                ResponderId::Name(choice.clone().expect(Tag::SEQUENCE)?.raw().to_vec())
            }
            tag if tag == Tag::context(2) => {
                let hash = choice.clone().expect(Tag::OCTET_STRING)?;
                ResponderId::Key(hash.octets()?.into_owned())
            }
            _ => {
                let kind = DecodeErrorKind::BadValue("responderID has no such choice");
                return Err(DecodeError::at(kind, responder.offset()));
            }
        };
        let produced_at = Time::decode(&fields.element()?)?;
        let mut list = fields.expect(Tag::SEQUENCE)?.children();
        let mut responses = Vec::new();
        while !list.is_empty() {
            if responses.len() >= MAX_RESPONSES {
                return Err(DecodeError::at(DecodeErrorKind::TooMany, list.offset()));
            }
            responses.push(SingleResponse::decode(&list.expect(Tag::SEQUENCE)?)?);
        }
        let mut nonce = None;
        if let Some(explicit) = fields.optional(Tag::context(1))? {
            for extension in extensions(&explicit)? {
                if extension.oid == NONCE {
                    // RFC 9654: an OCTET STRING within the OCTET STRING; old responders give the octets alone.
                    let inner = Cursor::single(&extension.value, 0).ok();
                    let inner = inner.filter(|inner| inner.tag() == Tag::OCTET_STRING);
                    nonce = Some(inner.map_or_else(
                        || extension.value.clone(),
                        |inner| inner.contents().to_vec(),
                    ));
                } else if extension.critical {
                    let kind = DecodeErrorKind::BadValue("a critical extension is not supported");
                    return Err(DecodeError::at(kind, explicit.offset()));
                }
            }
        }
        fields.finish()?;
        let start = usize::try_from(tbs.offset()).unwrap_or(usize::MAX);
        Ok(Self {
            octets: Vec::new(),
            tbs: start..start.saturating_add(tbs.raw().len()),
            responder,
            produced_at,
            responses,
            nonce,
            signature_algorithm,
            signature,
            certificates,
        })
    }
}

impl SingleResponse {
    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let mut id = fields.expect(Tag::SEQUENCE)?.children();
        let hash = AlgorithmIdentifier::decode(&id.expect(Tag::SEQUENCE)?)?.oid;
        let issuer_name_hash = id.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        let issuer_key_hash = id.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        let serial = id.expect(Tag::INTEGER)?.contents().to_vec();
        id.finish()?;
        let choice = fields.element()?;
        let status = match choice.tag() {
            tag if tag == Tag::context(0) => ResponseStatus::Good,
            tag if tag == Tag::context(1) => {
                let mut info = choice.children();
                let at = Time::decode(&info.element()?)?;
                let reason = match info.optional(Tag::context(0))? {
                    Some(explicit) => match explicit.children().expect(Tag::ENUMERATED)?.contents()
                    {
                        [code] => Reason::from_code(*code),
                        _ => Reason::Unspecified,
                    },
                    None => Reason::Unspecified,
                };
                ResponseStatus::Revoked(at, reason)
            }
            _ => ResponseStatus::Unknown,
        };
        let this_update = Time::decode(&fields.element()?)?;
        let next_update = match fields.optional(Tag::context(0))? {
            Some(explicit) => Some(Time::decode(&explicit.children().element()?)?),
            None => None,
        };
        let mut unknown_critical = None;
        if let Some(explicit) = fields.optional(Tag::context(1))? {
            let critical = extensions(&explicit)?
                .into_iter()
                .find(|extension| extension.critical);
            unknown_critical = critical.map(|extension| extension.oid);
        }
        fields.finish()?;
        Ok(Self {
            hash,
            issuer_name_hash,
            issuer_key_hash,
            serial,
            status,
            this_update,
            next_update,
            unknown_critical,
        })
    }
}

/// The extensions within an explicit tag.
fn extensions(explicit: &Element<'_>) -> Result<Vec<cms_core::types::Extension>, DecodeError> {
    let mut list = explicit.children().expect(Tag::SEQUENCE)?.children();
    let mut found = Vec::new();
    while !list.is_empty() {
        found.push(cms_core::types::Extension::decode(
            &list.expect(Tag::SEQUENCE)?,
        )?);
    }
    Ok(found)
}
