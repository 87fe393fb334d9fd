//! CMSAlgorithmProtection (RFC 6211).

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::{CmsAttribute, Multiplicity, Placement};
use crate::ber::{Element, Tag, write};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::oid;
use crate::types::AlgorithmIdentifier;

/// Copies of the algorithm identifiers outside the attributes, so that nobody can change those, [RFC 6211, section 2].
///
/// ```text
/// CMSAlgorithmProtection ::= SEQUENCE { digestAlgorithm DigestAlgorithmIdentifier,
///   signatureAlgorithm [1] SignatureAlgorithmIdentifier OPTIONAL,
///   macAlgorithm [2] MessageAuthenticationCodeAlgorithm OPTIONAL }   -- exactly one of the two
/// ```
///
/// [RFC 6211, section 2]: https://www.rfc-editor.org/rfc/rfc6211#section-2
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the two forms of RFC 6211")]
pub enum CmsAlgorithmProtection {
    /// In the authAttrs of an AuthenticatedData.
    Mac {
        /// AuthenticatedData.digestAlgorithm.
        digest_algorithm: AlgorithmIdentifier,
        /// AuthenticatedData.macAlgorithm.
        mac_algorithm: AlgorithmIdentifier,
    },
    /// In the signedAttrs of a SignerInfo.
    Signature {
        /// SignerInfo.digestAlgorithm.
        digest_algorithm: AlgorithmIdentifier,
        /// SignerInfo.signatureAlgorithm.
        signature_algorithm: AlgorithmIdentifier,
    },
}

impl CmsAttribute for CmsAlgorithmProtection {
    const OID: ObjectIdentifier = oid::CMS_ALGORITHM_PROTECTION;
    const NAME: &'static str = "CMSAlgorithmProtection";
    const MULTIPLICITY: Multiplicity = Multiplicity::Single;
    const PLACEMENT: Placement = Placement::Protected;

    fn decode(value: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = value.children();
        let digest_algorithm = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let signature = fields.optional(Tag::context(1))?;
        let mac = fields.optional(Tag::context(2))?;
        fields.finish()?;
        match (signature, mac) {
            (Some(signature), None) => Ok(Self::Signature {
                digest_algorithm,
                signature_algorithm: AlgorithmIdentifier::decode(&signature)?,
            }),
            (None, Some(mac)) => Ok(Self::Mac {
                digest_algorithm,
                mac_algorithm: AlgorithmIdentifier::decode(&mac)?,
            }),
            _ => {
                let kind = DecodeErrorKind::BadValue(
                    "exactly one of signatureAlgorithm and macAlgorithm must be there",
                );
                Err(DecodeError::at(kind, value.offset()))
            }
        }
    }

    fn encode(&self) -> Vec<u8> {
        let (digest, number, other) = match self {
            Self::Signature {
                digest_algorithm,
                signature_algorithm,
            } => (digest_algorithm, 1, signature_algorithm),
            Self::Mac {
                digest_algorithm,
                mac_algorithm,
            } => (digest_algorithm, 2, mac_algorithm),
        };
        write::sequence(&[
            &digest.to_der(),
            &write::context(number, &other.to_der_contents()),
        ])
    }
}
