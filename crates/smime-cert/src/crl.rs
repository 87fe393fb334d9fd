//! Certificate revocation lists as octets with a frame of views (RFC 5280, 5).
//!
//! A list is read once for its frame; its entries stay where they are and are walked for each question, so that a list
//! of a million entries costs its own octets and no more.

mod entry;
mod scope;

use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::types::{
    AlgorithmIdentifier, CanonicalName, Extension, Name, Time, signature_octets,
};
use cms_core::{DecodeError, DecodeErrorKind, ObjectIdentifier};

use crate::extension::{self, AuthorityKeyIdentifier};
pub(crate) use entry::REASON_CODE;
pub use entry::{Entries, Entry, Reason};
pub use scope::Scope;

/// cRLNumber.
pub(crate) const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
/// deltaCRLIndicator.
const DELTA_CRL_INDICATOR: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.27");
/// issuingDistributionPoint.
const ISSUING_DISTRIBUTION_POINT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");
/// authorityKeyIdentifier.
const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");

/// A CRL. Cheap to clone.
///
/// ```text
/// CertificateList ::= SEQUENCE { tbsCertList TBSCertList, signatureAlgorithm AlgorithmIdentifier,
///   signatureValue BIT STRING }
/// TBSCertList ::= SEQUENCE { version Version OPTIONAL, signature AlgorithmIdentifier, issuer Name, thisUpdate Time,
///   nextUpdate Time OPTIONAL, revokedCertificates SEQUENCE OF SEQUENCE { userCertificate CertificateSerialNumber,
///     revocationDate Time, crlEntryExtensions Extensions OPTIONAL } OPTIONAL, crlExtensions [0] Extensions OPTIONAL }
/// ```
#[derive(Clone)]
pub struct CertificateList(Arc<Inner>);

struct Inner {
    octets: Vec<u8>,
    version: u64,
    tbs: Range<usize>,
    issuer: Range<usize>,
    issuer_name: CanonicalName,
    this_update: Time,
    next_update: Option<Time>,
    entries: Range<usize>,
    tbs_signature: AlgorithmIdentifier,
    signature_algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
    extensions: Vec<Extension>,
}

impl CertificateList {
    /// Reads a list.
    ///
    /// # Errors
    /// Broken structure; trailing octets.
    pub fn from_der(octets: &[u8]) -> Result<Self, DecodeError> {
        Self::from_vec(octets.to_vec())
    }

    /// Reads a list that is kept as it is.
    ///
    /// # Errors
    /// Broken structure; trailing octets.
    pub fn from_vec(octets: Vec<u8>) -> Result<Self, DecodeError> {
        let mut inner = Cursor::single(&octets, 0)
            .and_then(|element| Inner::decode(&element))
            .map_err(|error| error.within("CertificateList"))?;
        inner.octets = octets;
        Ok(Self(Arc::new(inner)))
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.0.octets.get(range.clone()).unwrap_or_default()
    }

    /// The whole list as received.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.0.octets
    }

    /// tbsCertList as received: what the issuer signed.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        self.slice(&self.0.tbs)
    }

    /// The version field: 1 is v2, absent (0) v1.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.0.version
    }

    /// The issuer's name.
    #[must_use]
    pub fn issuer(&self) -> Name<'_> {
        Name::new(self.slice(&self.0.issuer))
    }

    /// The issuer's name in the form in which names are compared.
    #[must_use]
    pub fn canonical_issuer(&self) -> &CanonicalName {
        &self.0.issuer_name
    }

    /// thisUpdate.
    #[must_use]
    pub fn this_update(&self) -> Time {
        self.0.this_update
    }

    /// nextUpdate.
    #[must_use]
    pub fn next_update(&self) -> Option<Time> {
        self.0.next_update
    }

    /// The entries, read as they are asked for.
    #[must_use]
    pub fn entries(&self) -> Entries<'_> {
        Entries::new(self.slice(&self.0.entries))
    }

    /// The algorithm in tbsCertList, which must equal [`Self::signature_algorithm`].
    #[must_use]
    pub fn tbs_signature_algorithm(&self) -> &AlgorithmIdentifier {
        &self.0.tbs_signature
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

    /// crlExtensions.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.0.extensions
    }

    fn extension(&self, oid: &ObjectIdentifier) -> Option<&Extension> {
        self.0
            .extensions
            .iter()
            .find(|extension| extension.oid == *oid)
    }

    /// authorityKeyIdentifier, where it can be read.
    #[must_use]
    pub fn authority_key_identifier(&self) -> AuthorityKeyIdentifier {
        let extension = self.extension(&AUTHORITY_KEY_IDENTIFIER);
        extension.map(extension::key_identifier).unwrap_or_default()
    }

    /// cRLNumber, without leading zeros.
    #[must_use]
    pub fn number(&self) -> Option<Number<'_>> {
        self.integer(&CRL_NUMBER)
    }

    /// BaseCRLNumber of a delta CRL.
    #[must_use]
    pub fn base_number(&self) -> Option<Number<'_>> {
        self.integer(&DELTA_CRL_INDICATOR)
    }

    /// Whether the list holds changes since another (RFC 5280, 5.2.4).
    #[must_use]
    pub fn is_delta(&self) -> bool {
        self.extension(&DELTA_CRL_INDICATOR).is_some()
    }

    /// issuingDistributionPoint: what the list is about (RFC 5280, 5.2.5).
    ///
    /// # Errors
    /// Broken structure.
    pub fn scope(&self) -> Result<Option<Scope<'_>>, DecodeError> {
        self.extension(&ISSUING_DISTRIBUTION_POINT)
            .map(|extension| Scope::from_der(&extension.value))
            .transpose()
    }

    /// The encoding of issuingDistributionPoint.
    pub(crate) fn scope_octets(&self) -> Option<&[u8]> {
        self.extension(&ISSUING_DISTRIBUTION_POINT)
            .map(|extension| extension.value.as_slice())
    }

    /// A critical extension that is not processed here (RFC 5280, 5.2: such a list tells nothing).
    #[must_use]
    pub fn unknown_critical_extension(&self) -> Option<ObjectIdentifier> {
        let known = [
            CRL_NUMBER,
            DELTA_CRL_INDICATOR,
            ISSUING_DISTRIBUTION_POINT,
            AUTHORITY_KEY_IDENTIFIER,
        ];
        self.0
            .extensions
            .iter()
            .find(|extension| extension.critical && !known.contains(&extension.oid))
            .map(|extension| extension.oid)
    }

    fn integer(&self, oid: &ObjectIdentifier) -> Option<Number<'_>> {
        let element = Cursor::single(&self.extension(oid)?.value, 0).ok()?;
        let contents = element.contents();
        let significant = contents.iter().position(|octet| *octet != 0);
        (element.tag() == Tag::INTEGER && contents.first().is_some_and(|first| *first < 0x80)).then(
            || {
                Number(
                    contents
                        .get(significant.unwrap_or(contents.len())..)
                        .unwrap_or_default(),
                )
            },
        )
    }
}

impl core::fmt::Debug for CertificateList {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "CertificateList({})", self.issuer())
    }
}

impl PartialEq for CertificateList {
    fn eq(&self, other: &Self) -> bool {
        self.octets() == other.octets()
    }
}

impl Eq for CertificateList {}

/// A number of a CRL: up to 20 octets (RFC 5280, 5.2.3), most significant first, without leading zeros.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Number<'a>(&'a [u8]);

impl Number<'_> {
    /// The octets, most significant first.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.0
    }
}

impl Ord for Number<'_> {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.0
            .len()
            .cmp(&other.0.len())
            .then_with(|| self.0.cmp(other.0))
    }
}

impl PartialOrd for Number<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Inner {
    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let range = |part: &Element<'_>| {
            let start = usize::try_from(part.offset()).unwrap_or(usize::MAX);
            start..start.saturating_add(part.raw().len())
        };
        // rfc8550:2.1/1
        let mut outer = extension::sequence(element)?;
        let tbs = outer.expect(Tag::SEQUENCE)?;
        let signature_algorithm = AlgorithmIdentifier::decode(&outer.expect(Tag::SEQUENCE)?)?;
        let signature = signature_octets(&outer.expect(Tag::BIT_STRING)?);
        outer.finish()?;

        let mut fields = tbs.children();
        let version = match fields.optional(Tag::INTEGER)? {
            Some(version) => version.u64()?,
            None => 0,
        };
        let tbs_signature = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let issuer = fields.expect(Tag::SEQUENCE)?;
        let this_update = Time::decode(&fields.element()?)?;
        let next_update = match fields.peek() {
            Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME) => Some(Time::decode(&fields.element()?)?),
            _ => None,
        };
        let entries = fields.optional(Tag::SEQUENCE)?;
        let mut extensions = Vec::new();
        if let Some(explicit) = fields.optional(Tag::context(0))? {
            let mut list = explicit.children().expect(Tag::SEQUENCE)?.children();
            while !list.is_empty() {
                extensions.push(Extension::decode(&list.expect(Tag::SEQUENCE)?)?);
            }
        }
        fields.finish()?;
        let mut known = BTreeSet::new();
        let twice = extensions
            .iter()
            .any(|extension: &Extension| !known.insert(extension.oid));
        // rfc8550:2.1/3
        // rfc5280:5.1.2.1: extensions make the version 2; only 0 and 1 exist.
        if twice || version > 1 || (version == 0 && !extensions.is_empty()) {
            let kind = DecodeErrorKind::BadValue(
                "version or extensions that RFC 5280, 5.1.2 does not allow",
            );
            return Err(DecodeError::at(kind, tbs.offset()));
        }
        Ok(Self {
            octets: Vec::new(),
            version,
            tbs: range(&tbs),
            issuer: range(&issuer),
            issuer_name: Name::new(issuer.raw()).canonical()?,
            this_update,
            next_update,
            entries: entries.as_ref().map(range).unwrap_or_default(),
            tbs_signature,
            signature_algorithm,
            signature,
            extensions,
        })
    }
}
