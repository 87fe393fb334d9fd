//! One signer of a SignedData to be written: what it says, how it is named, its SignerInfo.

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::digests::DigestedContent;
use crate::ambiguity::is_attributes;
use crate::attributes::{Place, check_given};
use crate::ber::Tag;
use crate::ber::write::{self, Form};
use crate::error::{CmsError, CryptoError};
use crate::key::{SignatureScheme, SigningKey};
use crate::oid;
use crate::policy::{Direction, Policy, Usage};
use crate::provider::{CryptoProvider, Random, SignatureInput};
use crate::types::{
    AlgorithmIdentifier, Attribute, Attributes, Certificate, CmsAlgorithmProtection, ContentType,
    IssuerAndSerialNumber, MessageDigest, SignerIdentifier, SigningTime, Time,
};

/// One signer of a message to be written.
#[derive(Clone, Debug)]
pub struct Signer<'a> {
    key: &'a dyn SigningKey,
    certificate: Certificate,
    identifier: SignerIdentifierForm,
    digest: Option<ObjectIdentifier>,
    attributes: SignerAttributes,
    protection: AlgorithmProtection,
    unsigned: Vec<Attribute>,
}

/// How a signer is named.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the two choices of SignerIdentifier"
)]
pub enum SignerIdentifierForm {
    /// issuerAndSerialNumber; SignerInfo version 1.
    IssuerAndSerialNumber,
    /// subjectKeyIdentifier, where the certificate has one; SignerInfo version 3.
    SubjectKeyIdentifier,
}

/// A signer's signed attributes.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum SignerAttributes {
    /// The signature is over the content itself; only for id-data (RFC 5652, 5.3).
    Absent,
    /// contentType and messageDigest, and what is given here.
    Present {
        /// signingTime.
        signing_time: Option<Time>,
        /// Further attributes.
        others: Vec<Attribute>,
    },
}

/// Whether CMSAlgorithmProtection is among the signed attributes (RFC 6211).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum AlgorithmProtection {
    /// Left out.
    Omitted,
    /// Written.
    Written,
}

impl<'a> Signer<'a> {
    /// A signer with contentType and messageDigest attributes, named by issuer and serial number.
    #[must_use]
    pub fn new(certificate: Certificate, key: &'a dyn SigningKey) -> Self {
        Self {
            key,
            certificate,
            identifier: SignerIdentifierForm::IssuerAndSerialNumber,
            digest: None,
            attributes: SignerAttributes::Present {
                signing_time: None,
                others: Vec::new(),
            },
            protection: AlgorithmProtection::Written,
            unsigned: Vec::new(),
        }
    }

    /// The signer's certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Names the signer in another way.
    #[must_use]
    pub fn with_identifier(mut self, form: SignerIdentifierForm) -> Self {
        self.identifier = form;
        self
    }

    /// Another digest than the key's own choice.
    #[must_use]
    pub fn with_digest(mut self, digest: ObjectIdentifier) -> Self {
        self.digest = Some(digest);
        self
    }

    /// Other signed attributes.
    #[must_use]
    pub fn with_attributes(mut self, attributes: SignerAttributes) -> Self {
        self.attributes = attributes;
        self
    }

    /// Whether CMSAlgorithmProtection is written; it is by default.
    #[must_use]
    pub fn with_algorithm_protection(mut self, protection: AlgorithmProtection) -> Self {
        self.protection = protection;
        self
    }

    /// Unsigned attributes.
    #[must_use]
    pub fn with_unsigned_attributes(mut self, attributes: Vec<Attribute>) -> Self {
        self.unsigned = attributes;
        self
    }
}

/// A signer whose key and policy have agreed.
#[derive(Clone, Debug)]
pub(super) struct PreparedSigner<'a> {
    signer: Signer<'a>,
    pub(super) scheme: SignatureScheme,
    sid: SignerIdentifier,
}

/// What the signed attributes of one signer speak of.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    /// The content, of a type.
    Content(&'a ObjectIdentifier),
    /// Another signature, which has no type (RFC 5652, 11.4).
    Signature,
}

impl<'a> PreparedSigner<'a> {
    pub(super) fn new(
        signer: Signer<'a>,
        subject: Subject<'_>,
        policy: &dyn Policy,
    ) -> Result<Self, CmsError> {
        // rfc5652:5.3/5: "signedAttrs ... MUST be present if the content type ... is not id-data."
        if matches!(signer.attributes, SignerAttributes::Absent)
            && matches!(subject, Subject::Content(econtent_type) if *econtent_type != oid::DATA)
        {
            return Err(CmsError::Misuse(
                "signed attributes are required for content that is not id-data (RFC 5652, 5.3)",
            ));
        }
        signer.check_attributes(subject)?;
        let scheme = signer.key.scheme(signer.digest.as_ref())?;
        let digest = &scheme.digest_algorithm.oid;
        policy.require(digest, Usage::Digest, Direction::Write)?;
        policy.require(
            &scheme.signature_algorithm.oid,
            Usage::Signature,
            Direction::Write,
        )?;
        let sid = signer.sid()?;
        Ok(Self {
            signer,
            scheme,
            sid,
        })
    }

    /// rfc5652:5.3/1, 5.3/2: 1 with issuerAndSerialNumber, 3 with subjectKeyIdentifier.
    pub(super) fn version(&self) -> u64 {
        match self.sid {
            SignerIdentifier::IssuerAndSerialNumber(_) => 1,
            SignerIdentifier::SubjectKeyIdentifier(_) => 3,
        }
    }

    pub(super) fn certificate(&self) -> &Certificate {
        &self.signer.certificate
    }

    pub(super) fn digest_algorithm(&self) -> &AlgorithmIdentifier {
        &self.scheme.digest_algorithm
    }

    /// Adds signed attributes that the caller of the builder did not give.
    pub(super) fn add_signed_attributes(&mut self, attributes: &[Attribute]) {
        if let SignerAttributes::Present { others, .. } = &mut self.signer.attributes {
            for attribute in attributes {
                if others.iter().all(|other| other.oid != attribute.oid) {
                    others.push(attribute.clone());
                }
            }
        }
    }

    /// Whether the key signs the content as a whole.
    pub(super) fn bare_message(&self) -> bool {
        self.scheme.signs_message && self.has_no_attributes()
    }

    pub(super) fn has_no_attributes(&self) -> bool {
        matches!(self.signer.attributes, SignerAttributes::Absent)
    }

    /// The signed attributes for a digest.
    pub(super) fn signed_attributes(
        &self,
        subject: Subject<'_>,
        digest: Vec<u8>,
    ) -> Option<Vec<Attribute>> {
        let SignerAttributes::Present {
            signing_time,
            others,
        } = &self.signer.attributes
        else {
            return None;
        };
        let mut list = Vec::new();
        // rfc5652:5.3/7, 11.1/1, 11.2/1, 11.4/3, 11.4/4
        if let Subject::Content(econtent_type) = subject {
            list.push(Attribute::of(&ContentType(*econtent_type)));
        }
        list.push(Attribute::of(&MessageDigest(digest)));
        list.extend(signing_time.map(|time| Attribute::of(&SigningTime(time))));
        // rfc2634:1.3.4: a countersignature has few attributes; the protection is not among them.
        if self.signer.protection == AlgorithmProtection::Written
            && matches!(subject, Subject::Content(_))
        {
            list.push(Attribute::of(&CmsAlgorithmProtection::Signature {
                digest_algorithm: self.scheme.digest_algorithm.clone(),
                signature_algorithm: self.scheme.signature_algorithm.clone(),
            }));
        }
        list.extend(others.iter().cloned());
        Some(list)
    }

    /// Signs attributes: the SignerInfo.
    pub(super) fn sign_attributes(
        &self,
        attributes: Vec<Attribute>,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CmsError> {
        // rfc5652:5.3/6
        let contents = Attributes::new(attributes).to_der_contents();
        let set = write::tagged(Tag::SET, Form::Constructed, &contents);
        let input = SignatureInput::Message(&set);
        let signature = self.signer.key.sign(&self.scheme, input, random)?;
        Ok(self.encode(Some(&contents), &signature))
    }

    /// Signs content without attributes: the SignerInfo.
    pub(super) fn sign_content(
        &self,
        content: &mut DigestedContent<'_>,
        provider: &CryptoProvider,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CmsError> {
        if content.may_be_attributes() {
            return Err(CmsError::Misuse(
                "the content has the form of signed attributes: sign it with attributes",
            ));
        }
        let key = self.signer.key;
        let signature = if self.scheme.signs_message {
            let message = SignatureInput::Message(content.message()?);
            key.sign(&self.scheme, message, random)?
        } else {
            let digest = content.digest(&self.scheme.digest_algorithm.oid, provider)?;
            key.sign(&self.scheme, SignatureInput::Digest(digest), random)?
        };
        Ok(self.encode(None, &signature))
    }

    /// Signs octets that are a signature themselves (RFC 5652, 11.4): the SignerInfo.
    pub(super) fn sign_signature(
        &self,
        signature: &[u8],
        provider: &CryptoProvider,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CmsError> {
        let digest = provider
            .digest(&self.scheme.digest_algorithm.oid)?
            .digest(signature);
        match self.signed_attributes(Subject::Signature, digest.clone()) {
            Some(attributes) => self.sign_attributes(attributes, random),
            None if is_attributes(signature) => Err(CmsError::Misuse(
                "the signature has the form of signed attributes: countersign it with attributes",
            )),
            None => {
                let input = if self.scheme.signs_message {
                    SignatureInput::Message(signature)
                } else {
                    SignatureInput::Digest(&digest)
                };
                let made = self.signer.key.sign(&self.scheme, input, random)?;
                Ok(self.encode(None, &made))
            }
        }
    }

    fn encode(&self, signed_attrs: Option<&[u8]>, signature: &[u8]) -> Vec<u8> {
        let signed_attrs = signed_attrs
            .map(|attrs| write::context(0, attrs))
            .unwrap_or_default();
        let unsigned = if self.signer.unsigned.is_empty() {
            Vec::new()
        } else {
            let attributes = Attributes::new(self.signer.unsigned.clone());
            write::context(1, &attributes.to_der_contents())
        };
        write::sequence(&[
            &write::integer(self.version()),
            &self.sid.to_der(),
            &self.scheme.digest_algorithm.to_der(),
            &signed_attrs,
            &self.scheme.signature_algorithm.to_der(),
            // rfc5652:5.5/1
            &write::octet_string(signature),
            &unsigned,
        ])
    }

    /// The length of the SignerInfo around attributes of this length, if every signature has one length.
    pub(super) fn exact_len(&self, attributes: Option<Vec<Attribute>>) -> Option<usize> {
        let signature_len = self.scheme.signature_len?;
        let contents = attributes.map(|list| Attributes::new(list).to_der_contents());
        let info = self.encode(contents.as_deref(), &alloc::vec![0; signature_len]);
        Some(info.len())
    }

    /// Octets of the digest.
    pub(super) fn digest_len(&self, provider: &CryptoProvider) -> Result<usize, CryptoError> {
        let digest = provider.digest(&self.scheme.digest_algorithm.oid)?;
        Ok(digest.output_len())
    }
}

impl Signer<'_> {
    /// Attributes that the caller gave, beside those that are made here.
    fn check_attributes(&self, subject: Subject<'_>) -> Result<(), CmsError> {
        if let SignerAttributes::Present {
            signing_time,
            others,
        } = &self.attributes
        {
            // rfc5652:11.4/3
            let has_type = others.iter().any(|one| one.oid == oid::CONTENT_TYPE);
            if has_type && matches!(subject, Subject::Signature) {
                return Err(CmsError::Misuse(
                    "a countersignature has no contentType attribute (RFC 5652, 11.4)",
                ));
            }
            let mut made = alloc::vec![oid::CONTENT_TYPE, oid::MESSAGE_DIGEST];
            made.extend(signing_time.map(|_| oid::SIGNING_TIME));
            check_given(others, Place::Signed, &made)?;
        }
        check_given(&self.unsigned, Place::Unsigned, &[])
    }

    fn sid(&self) -> Result<SignerIdentifier, CmsError> {
        Ok(match self.identifier {
            SignerIdentifierForm::IssuerAndSerialNumber => SignerIdentifier::IssuerAndSerialNumber(
                IssuerAndSerialNumber::of(&self.certificate),
            ),
            SignerIdentifierForm::SubjectKeyIdentifier => {
                let id = self.certificate.subject_key_identifier();
                let id = id.ok_or(CmsError::Misuse(
                    "the certificate has no subjectKeyIdentifier to name it by",
                ))?;
                SignerIdentifier::SubjectKeyIdentifier(id.to_vec())
            }
        })
    }
}
