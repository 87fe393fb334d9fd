//! multipleSignatures (RFC 5752).

use alloc::vec::Vec;

use super::{Attribute, AttributeError, Attributes};
use crate::ber::{Cursor, Element, Tag, write};
use crate::error::DecodeError;
use crate::oid;
use crate::types::AlgorithmIdentifier;

/// All values of the attribute: one for each further SignerInfo of the signer.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "complete")]
pub struct MultipleSignatures(pub Vec<MultipleSignaturesValue>);

/// A pointer to another SignerInfo, [RFC 5752, section 3].
///
/// ```text
/// MultipleSignatures ::= SEQUENCE { bodyHashAlg DigestAlgorithmIdentifier,
///   signAlg SignatureAlgorithmIdentifier, signAttrsHash SignAttrsHash, cert ESSCertIDv2 OPTIONAL }
/// SignAttrsHash ::= SEQUENCE { algID DigestAlgorithmIdentifier, hash OCTET STRING }
/// ```
///
/// [RFC 5752, section 3]: https://www.rfc-editor.org/rfc/rfc5752#section-3
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "complete")]
pub struct MultipleSignaturesValue {
    /// digestAlgorithm of the other.
    pub body_hash_alg: AlgorithmIdentifier,
    /// signatureAlgorithm of the other.
    pub sign_alg: AlgorithmIdentifier,
    /// digestAlgorithm of the SignerInfo in which this stands.
    pub sign_attrs_hash_alg: AlgorithmIdentifier,
    /// The hash of the other's signed attributes.
    pub sign_attrs_hash: Vec<u8>,
    /// ESSCertIDv2 of the other's certificate, whole.
    pub cert: Option<Vec<u8>>,
}

impl MultipleSignatures {
    /// The attribute among attributes, if it is there. It may have many values but stands there once.
    #[must_use]
    pub fn of(attributes: &Attributes) -> Option<Result<Self, AttributeError>> {
        const NAME: &str = "multipleSignatures";
        let mut found = attributes
            .iter()
            .filter(|attribute| attribute.oid == oid::MULTIPLE_SIGNATURES);
        let attribute = found.next()?;
        if found.next().is_some() {
            return Some(Err(AttributeError::Doubled(NAME)));
        }
        let values = attribute.values.iter().map(|value| {
            Cursor::single(value, 0).and_then(|value| MultipleSignaturesValue::decode(&value))
        });
        let values = values.collect::<Result<Vec<_>, _>>();
        Some(
            values
                .map(Self)
                .map_err(|error| AttributeError::Malformed(NAME, error)),
        )
    }

    /// The attribute.
    #[must_use]
    pub fn to_attribute(&self) -> Attribute {
        let values = self.0.iter().map(MultipleSignaturesValue::to_der);
        Attribute::with_values(oid::MULTIPLE_SIGNATURES, values.collect())
    }
}

impl MultipleSignaturesValue {
    fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let body_hash_alg = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let sign_alg = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let mut hash = fields.expect(Tag::SEQUENCE)?.children();
        let sign_attrs_hash_alg = AlgorithmIdentifier::decode(&hash.expect(Tag::SEQUENCE)?)?;
        let sign_attrs_hash = hash.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        hash.finish()?;
        let cert = fields.optional(Tag::SEQUENCE)?;
        fields.finish()?;
        Ok(Self {
            body_hash_alg,
            sign_alg,
            sign_attrs_hash_alg,
            sign_attrs_hash,
            cert: cert.map(|cert| cert.raw().to_vec()),
        })
    }

    fn to_der(&self) -> Vec<u8> {
        let hash = write::sequence(&[
            &self.sign_attrs_hash_alg.to_der(),
            &write::octet_string(&self.sign_attrs_hash),
        ]);
        write::sequence(&[
            &self.body_hash_alg.to_der(),
            &self.sign_alg.to_der(),
            &hash,
            self.cert.as_deref().unwrap_or_default(),
        ])
    }
}
