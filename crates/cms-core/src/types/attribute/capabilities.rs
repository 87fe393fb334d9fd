//! What a signer can deal with.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::{CmsAttribute, Multiplicity, Placement};
use crate::ber::{Cursor, Element, Tag, write};
use crate::error::DecodeError;
use crate::oid;
use crate::types::{AlgorithmIdentifier, Certificate};

/// A list of capabilities, the most preferred first, [RFC 8551, section 2.5.2]; also the value of the certificate
/// extension of RFC 4262.
///
/// ```text
/// SMIMECapabilities ::= SEQUENCE OF SMIMECapability
/// SMIMECapability ::= SEQUENCE { capabilityID OBJECT IDENTIFIER, parameters ANY DEFINED BY capabilityID OPTIONAL }
/// ```
///
/// [RFC 8551, section 2.5.2]: https://www.rfc-editor.org/rfc/rfc8551#section-2.5.2
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "complete")]
pub struct SmimeCapabilities(pub Vec<AlgorithmIdentifier>);

impl SmimeCapabilities {
    /// The capabilities in a certificate (RFC 4262, 2); `None` without the extension, or with one that cannot be read,
    /// which says nothing about the certificate otherwise.
    #[must_use]
    pub fn of_certificate(certificate: &Certificate) -> Option<Self> {
        let extension = certificate.extension(&oid::SMIME_CAPABILITIES)?;
        Self::decode(&Cursor::single(&extension.value, 0).ok()?).ok()
    }

    /// Whether exactly this capability is there: RFC 8551, 2.5.2 has encodings compared octet for octet.
    #[must_use]
    pub fn has(&self, capability: &AlgorithmIdentifier) -> bool {
        self.0.contains(capability)
    }
}

impl CmsAttribute for SmimeCapabilities {
    const OID: ObjectIdentifier = oid::SMIME_CAPABILITIES;
    const NAME: &'static str = "SMIMECapabilities";
    const MULTIPLICITY: Multiplicity = Multiplicity::Single;
    const PLACEMENT: Placement = Placement::Protected;

    fn decode(value: &Element<'_>) -> Result<Self, DecodeError> {
        let list = value.cursor().expect(Tag::SEQUENCE)?;
        let mut list = list.children();
        let mut capabilities = Vec::new();
        while !list.is_empty() {
            capabilities.push(AlgorithmIdentifier::decode(&list.expect(Tag::SEQUENCE)?)?);
        }
        Ok(Self(capabilities))
    }

    fn encode(&self) -> Vec<u8> {
        let list: Vec<_> = self.0.iter().map(AlgorithmIdentifier::to_der).collect();
        write::sequence(&list.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }
}
