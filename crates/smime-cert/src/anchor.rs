//! Trust anchors: a name, a key, and what they are limited to (RFC 5280, 6.1.1 d; RFC 5914; RFC 5937).

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::types::{CanonicalName, Certificate, Name, SubjectPublicKeyInfo};
use cms_core::{DecodeError, DecodeErrorKind, ObjectIdentifier};

use crate::extension::{self, ExtensionError, NameConstraints};

/// What is trusted. Constraints that stand in it are enforced (RFC 5937 with enforceTrustAnchorConstraints true).
#[derive(Clone, Debug)]
pub struct TrustAnchor(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    name: Vec<u8>,
    canonical: CanonicalName,
    spki: SubjectPublicKeyInfo,
    key_id: Option<Vec<u8>>,
    certificate: Option<Certificate>,
    /// Of a taInfo; those of a certificate are its extensions.
    controls: Option<Controls>,
}

/// The limits of an anchor (RFC 5937, 3.2; CertPathControls of RFC 5914, 2.5).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Controls {
    pub(crate) policies: Option<Vec<ObjectIdentifier>>,
    pub(crate) explicit_policy: bool,
    pub(crate) inhibit_mapping: bool,
    pub(crate) inhibit_any_policy: bool,
    pub(crate) names: Option<NameConstraints>,
    pub(crate) path_len: Option<usize>,
}

impl TrustAnchor {
    /// The subject and key of a certificate, with the limits of its extensions.
    ///
    /// # Errors
    /// A public key or subject that cannot be read.
    pub fn from_certificate(certificate: Certificate) -> Result<Self, DecodeError> {
        let name = certificate.subject().octets().to_vec();
        Ok(Self(Box::new(Inner {
            canonical: Name::new(&name).canonical()?,
            name,
            spki: certificate.spki()?,
            key_id: certificate.subject_key_identifier().map(<[u8]>::to_vec),
            certificate: Some(certificate),
            controls: None,
        })))
    }

    /// Reads a TrustAnchorChoice (RFC 5914, 3): a certificate, or a TrustAnchorInfo with a name.
    ///
    /// ```text
    /// TrustAnchorChoice ::= CHOICE { certificate Certificate, tbsCert [1] EXPLICIT TBSCertificate,
    ///   taInfo [2] EXPLICIT TrustAnchorInfo }
    /// TrustAnchorInfo ::= SEQUENCE { version INTEGER DEFAULT v1, pubKey PublicKeyInfo, keyId KeyIdentifier,
    ///   taTitle UTF8String OPTIONAL, certPath CertPathControls OPTIONAL, exts [1] EXPLICIT Extensions OPTIONAL,
    ///   taTitleLangTag [2] UTF8String OPTIONAL }
    /// CertPathControls ::= SEQUENCE { taName Name, certificate [0] Certificate OPTIONAL,
    ///   policySet [1] CertificatePolicies OPTIONAL, policyFlags [2] CertPolicyFlags OPTIONAL,
    ///   nameConstr [3] NameConstraints OPTIONAL, pathLenConstraint [4] INTEGER (0..MAX) OPTIONAL }
    /// ```
    ///
    /// # Errors
    /// Broken structure; a tbsCert, which is not supported; no name, or extensions in a taInfo, whose meaning for paths
    /// no RFC gives.
    pub fn from_der(octets: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(&Cursor::single(octets, 0)?)
    }

    /// Reads the TrustAnchorChoices of a TrustAnchorList (RFC 5914, 3), the content of id-ct-trustAnchorList.
    ///
    /// # Errors
    /// As [`Self::from_der`].
    pub fn list(octets: &[u8]) -> Result<Vec<Self>, DecodeError> {
        let mut choices = Cursor::single(octets, 0)?.children();
        let mut found = Vec::new();
        while !choices.is_empty() {
            found.push(Self::decode(&choices.element()?)?);
        }
        Ok(found)
    }

    fn decode(choice: &Element<'_>) -> Result<Self, DecodeError> {
        if choice.tag() == Tag::SEQUENCE {
            return Self::from_certificate(Certificate::decode(choice)?);
        }
        if choice.tag() != Tag::context(2) {
            let kind =
                DecodeErrorKind::BadValue("trust anchors as TBSCertificate are not supported");
            return Err(DecodeError::at(kind, choice.offset()));
        }
        Self::info(&choice.children().expect(Tag::SEQUENCE)?)
            .map_err(|error| error.within("TrustAnchorInfo"))
    }

    fn info(element: &Element<'_>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        fields.optional(Tag::INTEGER)?;
        let spki = SubjectPublicKeyInfo::decode(&fields.expect(Tag::SEQUENCE)?)?;
        let key_id = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        fields.optional(Tag::UTF8_STRING)?;
        let missing = || DecodeError::at(DecodeErrorKind::Missing("certPath"), element.offset());
        let path = fields.optional(Tag::SEQUENCE)?.ok_or_else(missing)?;
        if let Some(extensions) = fields.optional(Tag::context(1))? {
            let kind =
                DecodeErrorKind::BadValue("extensions of a TrustAnchorInfo are not supported");
            return Err(DecodeError::at(kind, extensions.offset()));
        }
        fields.optional(Tag::context(2))?;
        fields.finish()?;

        let mut fields = path.children();
        let name = fields.expect(Tag::SEQUENCE)?.raw().to_vec();
        let certificate = fields.optional(Tag::context(0))?;
        let policies = fields.optional(Tag::context(1))?;
        let flags = fields.optional(Tag::context(2))?;
        let names = fields.optional(Tag::context(3))?;
        let path_len = fields.optional(Tag::context(4))?;
        fields.finish()?;
        let flag = |number: u32| {
            flags.as_ref().is_some_and(|flags| {
                let octet = flags.contents().get(1).copied().unwrap_or(0);
                octet & (0x80 >> number) != 0
            })
        };
        let policies = policies.as_ref().map(extension::policies).transpose()?;
        let controls = Controls {
            policies: policies.map(|list| list.into_iter().map(|one| one.policy).collect()),
            inhibit_mapping: flag(0),
            explicit_policy: flag(1),
            inhibit_any_policy: flag(2),
            names: names.as_ref().map(extension::decode_names).transpose()?,
            path_len: path_len.as_ref().map(extension::count).transpose()?,
        };
        let offset = certificate.as_ref().map_or(0, Element::offset);
        let certificate = certificate
            .map(|field| {
                let der = cms_core::ber::write::tagged(
                    Tag::SEQUENCE,
                    cms_core::ber::write::Form::Constructed,
                    field.contents(),
                );
                Certificate::from_der(&der)
            })
            .transpose()?;
        if let Some(certificate) = &certificate {
            // rfc5914:2.5: subject, key and key identifier of the certificate "MUST exactly match" the other fields.
            let id = certificate.subject_key_identifier();
            let matches = certificate.subject().matches(&Name::new(&name))
                && certificate.spki()? == spki
                && id.is_none_or(|id| id == key_id);
            if !matches {
                let kind = DecodeErrorKind::BadValue(
                    "the certificate of a TrustAnchorInfo is another one's",
                );
                return Err(DecodeError::at(kind, offset));
            }
        }
        Ok(Self(Box::new(Inner {
            canonical: Name::new(&name).canonical()?,
            name,
            spki,
            key_id: Some(key_id),
            certificate,
            controls: Some(controls),
        })))
    }

    /// The name that certificates give as their issuer.
    #[must_use]
    pub fn name(&self) -> Name<'_> {
        Name::new(&self.0.name)
    }

    /// The name in the form in which names are compared.
    #[must_use]
    pub fn canonical_name(&self) -> &CanonicalName {
        &self.0.canonical
    }

    /// The key.
    #[must_use]
    pub fn spki(&self) -> &SubjectPublicKeyInfo {
        &self.0.spki
    }

    /// The certificate in which the anchor stands, if it stands in one.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.0.certificate.as_ref()
    }

    pub(crate) fn key_id(&self) -> Option<&[u8]> {
        self.0.key_id.as_deref()
    }

    /// Whether the anchor is a TrustAnchorInfo.
    pub(crate) fn is_info(&self) -> bool {
        self.0.controls.is_some()
    }

    /// The limits (RFC 5937, 2 and 3.2).
    ///
    /// rfc5914:2.5: "Extensions included in a certificate are enforced only if there is no corresponding value in the
    /// CertPathControls"
    pub(crate) fn controls(&self) -> Result<Controls, ExtensionError> {
        let certificates = self.certificate_controls()?;
        let Some(own) = &self.0.controls else {
            return Ok(certificates);
        };
        Ok(Controls {
            policies: own.policies.clone().or(certificates.policies),
            explicit_policy: own.explicit_policy || certificates.explicit_policy,
            inhibit_mapping: own.inhibit_mapping || certificates.inhibit_mapping,
            inhibit_any_policy: own.inhibit_any_policy || certificates.inhibit_any_policy,
            names: own.names.clone().or(certificates.names),
            path_len: own.path_len.or(certificates.path_len),
        })
    }

    fn certificate_controls(&self) -> Result<Controls, ExtensionError> {
        let Some(certificate) = &self.0.certificate else {
            return Ok(Controls::default());
        };
        let policies = extension::certificate_policies(certificate)?;
        let constraints = extension::policy_constraints(certificate)?;
        Ok(Controls {
            policies: policies.map(|list| list.into_iter().map(|one| one.policy).collect()),
            // rfc5937:2: presence of the extension or field "results in" true, whatever the number.
            explicit_policy: constraints.require_explicit_policy.is_some(),
            inhibit_mapping: constraints.inhibit_policy_mapping.is_some(),
            inhibit_any_policy: extension::inhibit_any_policy(certificate)?.is_some(),
            names: extension::name_constraints(certificate)?,
            path_len: extension::basic_constraints(certificate)?
                .and_then(|constraints| constraints.path_len_constraint),
        })
    }
}

impl TryFrom<Certificate> for TrustAnchor {
    type Error = DecodeError;

    fn try_from(certificate: Certificate) -> Result<Self, DecodeError> {
        Self::from_certificate(certificate)
    }
}
