//! Reuse of content-encryption keys (RFC 3185): attributes among those that nothing protects.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::{CmsAttribute, Multiplicity, Placement};
use crate::ber::{Element, Tag, write};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::oid;
use crate::types::AlgorithmIdentifier;

/// A name for the content-encryption key of this message: later ones use it as a KEKIdentifier, [RFC 3185, section 3].
/// `CEKReference ::= OCTET STRING`.
///
/// [RFC 3185, section 3]: https://www.rfc-editor.org/rfc/rfc3185#section-3
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "complete")]
pub struct CekReference(pub Vec<u8>);

impl CmsAttribute for CekReference {
    const OID: ObjectIdentifier = oid::CEK_REFERENCE;
    const NAME: &'static str = "CEKReference";
    const MULTIPLICITY: Multiplicity = Multiplicity::Single;
    const PLACEMENT: Placement = Placement::Unprotected;

    fn decode(value: &Element<'_>) -> Result<Self, DecodeError> {
        let value = value.cursor().expect(Tag::OCTET_STRING)?;
        Ok(Self(value.octets()?.into_owned()))
    }

    fn encode(&self) -> Vec<u8> {
        write::octet_string(&self.0)
    }
}

/// How many later messages will use the key, this one not counted; absent means 1 (RFC 3185, 3).
/// `CEKMaxDecrypts ::= INTEGER`, from 1 to 2^31.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "complete")]
pub struct CekMaxDecrypts(pub u32);

impl CmsAttribute for CekMaxDecrypts {
    const OID: ObjectIdentifier = oid::CEK_MAX_DECRYPTS;
    const NAME: &'static str = "CEKMaxDecrypts";
    const MULTIPLICITY: Multiplicity = Multiplicity::Single;
    const PLACEMENT: Placement = Placement::Unprotected;

    fn decode(value: &Element<'_>) -> Result<Self, DecodeError> {
        let number = value.cursor().expect(Tag::INTEGER)?.u64()?;
        match u32::try_from(number) {
            Ok(number @ 1..=0x8000_0000) => Ok(Self(number)),
            _ => {
                let kind = DecodeErrorKind::BadValue("CEKMaxDecrypts is not 1 to 2^31");
                Err(DecodeError::at(kind, value.offset()))
            }
        }
    }

    fn encode(&self) -> Vec<u8> {
        write::integer(self.0.into())
    }
}

/// How the key-encryption key comes from the content-encryption key where the two algorithms take different keys
/// (RFC 3185, 4).
///
/// ```text
/// KEKDerivationAlgorithm ::= SEQUENCE { kekAlg AlgorithmIdentifier, pbkdf2Param PBKDF2-params }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "complete")]
pub struct KekDerivationAlgorithm {
    /// The key wrap of the later messages.
    pub kek_alg: AlgorithmIdentifier,
    /// The encoding of the parameters of PBKDF2.
    pub pbkdf2_params: Vec<u8>,
}

impl CmsAttribute for KekDerivationAlgorithm {
    const OID: ObjectIdentifier = oid::KEK_DERIVATION_ALG;
    const NAME: &'static str = "KEKDerivationAlgorithm";
    const MULTIPLICITY: Multiplicity = Multiplicity::Single;
    const PLACEMENT: Placement = Placement::Unprotected;

    fn decode(value: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = value.children();
        let kek_alg = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let pbkdf2_params = fields.expect(Tag::SEQUENCE)?.raw().to_vec();
        fields.finish()?;
        Ok(Self {
            kek_alg,
            pbkdf2_params,
        })
    }

    fn encode(&self) -> Vec<u8> {
        write::sequence(&[&self.kek_alg.to_der(), &self.pbkdf2_params])
    }
}
