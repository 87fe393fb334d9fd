//! signingCertificate and signingCertificateV2 (RFC 5035): which certificate the signer used.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::{CmsAttribute, Multiplicity, Placement};
use crate::ber::{Element, Tag, write};
use crate::error::{CryptoError, DecodeError, DecodeErrorKind};
use crate::oid;
use crate::provider::CryptoProvider;
use crate::types::{AlgorithmIdentifier, Certificate, Name};

/// A reference to a certificate by its hash.
///
/// ```text
/// ESSCertID ::= SEQUENCE { certHash Hash, issuerSerial IssuerSerial OPTIONAL }   -- SHA-1
/// ESSCertIDv2 ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier DEFAULT {algorithm id-sha256},
///   certHash Hash, issuerSerial IssuerSerial OPTIONAL }
/// IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber CertificateSerialNumber }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CertificateReference {
    /// The hash.
    pub hash_algorithm: ObjectIdentifier,
    /// certHash.
    pub hash: Vec<u8>,
    /// issuer, where it is one directoryName, and the contents of serialNumber.
    pub issuer_serial: Option<(Vec<u8>, Vec<u8>)>,
}

impl CertificateReference {
    /// A reference to a certificate.
    ///
    /// # Errors
    /// A hash that the provider does not have.
    pub fn to(
        certificate: &Certificate,
        hash_algorithm: ObjectIdentifier,
        provider: &CryptoProvider,
    ) -> Result<Self, CryptoError> {
        let issuer = certificate.issuer().octets().to_vec();
        Ok(Self {
            hash: provider
                .digest(&hash_algorithm)?
                .digest(certificate.octets()),
            hash_algorithm,
            issuer_serial: Some((issuer, certificate.serial().to_vec())),
        })
    }

    /// Whether it is this certificate that is meant; `None` with a hash that the provider does not have.
    #[must_use]
    pub fn is(&self, certificate: &Certificate, provider: &CryptoProvider) -> Option<bool> {
        let hash = provider.digest(&self.hash_algorithm).ok()?;
        let named = self.issuer_serial.as_ref().is_none_or(|(issuer, serial)| {
            certificate.issuer().matches(&Name::new(issuer)) && certificate.serial() == serial
        });
        Some(named && hash.digest(certificate.octets()) == self.hash)
    }

    fn decode(element: &Element<'_>, version: Version) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let hash_algorithm = match version {
            Version::One => oid::SHA1,
            Version::Two => match fields.optional(Tag::SEQUENCE)? {
                Some(algorithm) => AlgorithmIdentifier::decode(&algorithm)?.oid,
                None => oid::SHA256,
            },
        };
        let hash = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        let issuer_serial = match fields.optional(Tag::SEQUENCE)? {
            Some(pair) => Some(issuer_serial(&pair)?),
            None => None,
        };
        fields.finish()?;
        Ok(Self {
            hash_algorithm,
            hash,
            issuer_serial,
        })
    }

    fn encode(&self, version: Version) -> Vec<u8> {
        let algorithm = match version {
            Version::Two if self.hash_algorithm != oid::SHA256 => {
                AlgorithmIdentifier::new(self.hash_algorithm).to_der()
            }
            _ => Vec::new(),
        };
        let issuer_serial = self.issuer_serial.as_ref().map(|(issuer, serial)| {
            let serial = write::tagged(Tag::INTEGER, write::Form::Primitive, serial);
            write::sequence(&[&write::sequence(&[&write::context(4, issuer)]), &serial])
        });
        write::sequence(&[
            &algorithm,
            &write::octet_string(&self.hash),
            &issuer_serial.unwrap_or_default(),
        ])
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Version {
    One,
    Two,
}

fn issuer_serial(pair: &Element<'_>) -> Result<(Vec<u8>, Vec<u8>), DecodeError> {
    let mut fields = pair.children();
    let mut names = fields.expect(Tag::SEQUENCE)?.children();
    // rfc5035:5: "For certificates issued according to [...] the issuer field [...] MUST contain only the
    // directoryName"
    let issuer = names
        .expect(Tag::context(4))?
        .children()
        .expect(Tag::SEQUENCE)?
        .raw()
        .to_vec();
    names.finish()?;
    let serial = fields.expect(Tag::INTEGER)?.contents().to_vec();
    fields.finish()?;
    Ok((issuer, serial))
}

fn references(
    value: &Element<'_>,
    version: Version,
) -> Result<Vec<CertificateReference>, DecodeError> {
    let mut fields = value.cursor().expect(Tag::SEQUENCE)?.children();
    let mut list = fields.expect(Tag::SEQUENCE)?.children();
    let mut found = Vec::new();
    while !list.is_empty() {
        let element = list.expect(Tag::SEQUENCE)?;
        found.push(CertificateReference::decode(&element, version)?);
    }
    fields.optional(Tag::SEQUENCE)?;
    fields.finish()?;
    if found.is_empty() {
        let kind = DecodeErrorKind::Missing("the signer's certificate");
        return Err(DecodeError::new(kind, value.offset()));
    }
    Ok(found)
}

fn encoded(references: &[CertificateReference], version: Version) -> Vec<u8> {
    let list: Vec<_> = references
        .iter()
        .map(|reference| reference.encode(version))
        .collect();
    write::sequence(&[&write::sequence(&[&list.concat()])])
}

/// The signer's certificate by SHA-1, [RFC 5035, section 5]; the first is the signer's.
///
/// ```text
/// SigningCertificate ::= SEQUENCE { certs SEQUENCE OF ESSCertID, policies SEQUENCE OF PolicyInformation OPTIONAL }
/// ```
///
/// [RFC 5035, section 5]: https://www.rfc-editor.org/rfc/rfc5035#section-5
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "complete")]
pub struct SigningCertificate(pub Vec<CertificateReference>);

/// The signer's certificate by another hash, [RFC 5035, section 3]; the first is the signer's.
///
/// ```text
/// SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2, policies SEQUENCE OF PolicyInformation OPTIONAL }
/// ```
///
/// [RFC 5035, section 3]: https://www.rfc-editor.org/rfc/rfc5035#section-3
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "complete")]
pub struct SigningCertificateV2(pub Vec<CertificateReference>);

impl CmsAttribute for SigningCertificate {
    const OID: ObjectIdentifier = oid::SIGNING_CERTIFICATE;
    const NAME: &'static str = "signingCertificate";
    const MULTIPLICITY: Multiplicity = Multiplicity::Single;
    const PLACEMENT: Placement = Placement::Protected;

    fn decode(value: &Element<'_>) -> Result<Self, DecodeError> {
        references(value, Version::One).map(Self)
    }

    fn encode(&self) -> Vec<u8> {
        encoded(&self.0, Version::One)
    }
}

impl CmsAttribute for SigningCertificateV2 {
    const OID: ObjectIdentifier = oid::SIGNING_CERTIFICATE_V2;
    const NAME: &'static str = "signingCertificateV2";
    const MULTIPLICITY: Multiplicity = Multiplicity::Single;
    const PLACEMENT: Placement = Placement::Protected;

    fn decode(value: &Element<'_>) -> Result<Self, DecodeError> {
        references(value, Version::Two).map(Self)
    }

    fn encode(&self) -> Vec<u8> {
        encoded(&self.0, Version::Two)
    }
}

/// The references of both attributes to the signer's certificate.
pub(crate) fn signers(
    attributes: &super::Attributes,
) -> Result<Vec<CertificateReference>, super::AttributeError> {
    let one = attributes.get::<SigningCertificate>()?;
    let two = attributes.get::<SigningCertificateV2>()?;
    let first = |list: Vec<CertificateReference>| list.into_iter().next();
    Ok(one
        .and_then(|one| first(one.0))
        .into_iter()
        .chain(two.and_then(|two| first(two.0)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Cursor;

    #[test]
    fn issuers_that_are_no_single_directory_name_are_refused() {
        let serial = write::integer(7);
        for names in [
            write::sequence(&[]),
            write::sequence(&[&write::context_primitive(2, b"example.com")]),
        ] {
            let pair = write::sequence(&[&names, &serial]);
            let id = write::sequence(&[&write::octet_string(&[1; 20]), &pair]);
            let value = write::sequence(&[&write::sequence(&[&id])]);
            let value = Cursor::single(&value, 0).expect("DER");
            assert!(SigningCertificate::decode(&value).is_err());
        }
        let none = write::sequence(&[&write::sequence(&[])]);
        let none = Cursor::single(&none, 0).expect("DER");
        assert!(SigningCertificateV2::decode(&none).is_err());
    }
}
