//! Writing SignedData: in DER when lengths are known, with indefinite lengths when they are not.
//!
//! DER puts every length first, signatures included. So a definite single pass needs keys whose signatures
//! have one exact length (RSA, EdDSA); for ECDSA a re-readable content is digested first and the message
//! written second ([`PreparedSignedData::sign`]).

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::digests::{ContentCandidate, ContentDigester, DigestedContent, NoReplay, Replay};
use crate::ber::Tag;
use crate::ber::write::{self, END_OF_CONTENTS, Form};
use crate::error::{CmsError, CryptoError};
use crate::frame::{content_info_header, len_u64};
use crate::key::{SignatureScheme, SigningKey};
use crate::limits::Limits;
use crate::oid;
use crate::policy::{Direction, Policy, Usage};
use crate::provider::{CryptoProvider, Random, SignatureInput};
use crate::types::{
    Attribute, Attributes, Certificate, ContentType, IssuerAndSerialNumber, MessageDigest,
    SignerIdentifier, SigningTime, Time,
};

/// One signer of a message to be written.
#[derive(Clone, Debug)]
pub struct Signer<'a> {
    key: &'a dyn SigningKey,
    certificate: Certificate,
    identifier: SignerIdentifierForm,
    digest: Option<ObjectIdentifier>,
    attributes: SignerAttributes,
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

    /// Unsigned attributes.
    #[must_use]
    pub fn with_unsigned_attributes(mut self, attributes: Vec<Attribute>) -> Self {
        self.unsigned = attributes;
        self
    }
}

/// A SignedData to be written.
#[derive(Clone, Debug)]
pub struct SignedDataBuilder<'a> {
    econtent_type: ObjectIdentifier,
    signers: Vec<Signer<'a>>,
    certificates: Vec<Vec<u8>>,
    crls: Vec<Vec<u8>>,
}

impl<'a> SignedDataBuilder<'a> {
    /// A SignedData over content of a type, usually [`oid::DATA`].
    #[must_use]
    pub fn new(econtent_type: ObjectIdentifier) -> Self {
        Self {
            econtent_type,
            signers: Vec::new(),
            certificates: Vec::new(),
            crls: Vec::new(),
        }
    }

    /// Adds a signer; its certificate is not put in by itself.
    #[must_use]
    pub fn with_signer(mut self, signer: Signer<'a>) -> Self {
        self.signers.push(signer);
        self
    }

    /// Adds a certificate, once.
    #[must_use]
    pub fn with_certificate(mut self, certificate: &Certificate) -> Self {
        let octets = certificate.octets().to_vec();
        if !self.certificates.contains(&octets) {
            self.certificates.push(octets);
        }
        self
    }

    /// Adds a CRL.
    #[must_use]
    pub fn with_crl(mut self, crl: Vec<u8>) -> Self {
        self.crls.push(crl);
        self
    }

    /// Asks the keys and the policy, and fixes all that does not depend on the content.
    ///
    /// # Errors
    /// A digest that a key or the policy refuses, missing signed attributes (RFC 5652, 5.3), a certificate without
    /// subjectKeyIdentifier where one is needed.
    pub fn prepare(
        self,
        provider: &'a CryptoProvider,
        policy: &dyn Policy,
    ) -> Result<PreparedSignedData<'a>, CmsError> {
        let mut signers = Vec::new();
        for signer in self.signers {
            // rfc5652:5.3: "signedAttrs ... MUST be present if the content type ... is not id-data."
            if matches!(signer.attributes, SignerAttributes::Absent)
                && self.econtent_type != oid::DATA
            {
                return Err(CmsError::Misuse(
                    "signed attributes are required for content that is not id-data (RFC 5652, 5.3)",
                ));
            }
            let scheme = signer.key.scheme(signer.digest.as_ref())?;
            let digest = &scheme.digest_algorithm.oid;
            policy.require(digest, Usage::Digest, Direction::Write)?;
            policy.require(
                &scheme.signature_algorithm.oid,
                Usage::Signature,
                Direction::Write,
            )?;
            let sid = match signer.identifier {
                SignerIdentifierForm::IssuerAndSerialNumber => {
                    SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber::of(
                        &signer.certificate,
                    ))
                }
                SignerIdentifierForm::SubjectKeyIdentifier => {
                    let id =
                        signer
                            .certificate
                            .subject_key_identifier()
                            .ok_or(CmsError::Misuse(
                                "the certificate has no subjectKeyIdentifier to name it by",
                            ))?;
                    SignerIdentifier::SubjectKeyIdentifier(id.to_vec())
                }
            };
            signers.push(PreparedSigner {
                signer,
                scheme,
                sid,
            });
        }
        Ok(PreparedSignedData {
            provider,
            econtent_type: self.econtent_type,
            signers,
            certificates: write::sorted(self.certificates),
            crls: write::sorted(self.crls),
        })
    }
}

/// A SignedData whose content is still to come.
#[derive(Debug)]
pub struct PreparedSignedData<'a> {
    provider: &'a CryptoProvider,
    econtent_type: ObjectIdentifier,
    signers: Vec<PreparedSigner<'a>>,
    certificates: Vec<u8>,
    crls: Vec<u8>,
}

#[derive(Debug)]
struct PreparedSigner<'a> {
    signer: Signer<'a>,
    scheme: SignatureScheme,
    sid: SignerIdentifier,
}

impl PreparedSigner<'_> {
    fn bare_message(&self) -> bool {
        self.scheme.signs_message && matches!(self.signer.attributes, SignerAttributes::Absent)
    }

    /// The signed attributes for a content digest.
    fn signed_attributes(
        &self,
        econtent_type: &ObjectIdentifier,
        digest: Vec<u8>,
    ) -> Option<Attributes> {
        let SignerAttributes::Present {
            signing_time,
            others,
        } = &self.signer.attributes
        else {
            return None;
        };
        let mut list = alloc::vec![
            Attribute::of(&ContentType(*econtent_type)),
            Attribute::of(&MessageDigest(digest)),
        ];
        list.extend(signing_time.map(|time| Attribute::of(&SigningTime(time))));
        list.extend(others.iter().cloned());
        Some(Attributes::new(list))
    }

    fn encode(&self, signed_attrs: Option<&[u8]>, signature: &[u8]) -> Vec<u8> {
        let version = match self.sid {
            SignerIdentifier::IssuerAndSerialNumber(_) => 1,
            SignerIdentifier::SubjectKeyIdentifier(_) => 3,
        };
        let signed_attrs = signed_attrs
            .map(|attrs| write::context(0, attrs))
            .unwrap_or_default();
        let unsigned = if self.signer.unsigned.is_empty() {
            Vec::new()
        } else {
            write::context(
                1,
                &Attributes::new(self.signer.unsigned.clone()).to_der_contents(),
            )
        };
        write::sequence(&[
            &write::integer(version),
            &self.sid.to_der(),
            &self.scheme.digest_algorithm.to_der(),
            &signed_attrs,
            &self.scheme.signature_algorithm.to_der(),
            &write::octet_string(signature),
            &unsigned,
        ])
    }

    fn sign(
        &self,
        econtent_type: &ObjectIdentifier,
        content: &mut DigestedContent<'_>,
        provider: &CryptoProvider,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CmsError> {
        let oid = &self.scheme.digest_algorithm.oid;
        if self.bare_message() {
            let message = SignatureInput::Message(content.message()?);
            return Ok(self.encode(None, &self.signer.key.sign(&self.scheme, message, random)?));
        }
        let digest = content.digest(oid, provider)?.to_vec();
        match self.signed_attributes(econtent_type, digest.clone()) {
            Some(attrs) => {
                let contents = attrs.to_der_contents();
                let set = write::tagged(Tag::SET, Form::Constructed, &contents);
                let input = SignatureInput::Message(&set);
                let signature = self.signer.key.sign(&self.scheme, input, random)?;
                Ok(self.encode(Some(&contents), &signature))
            }
            None => {
                let input = SignatureInput::Digest(&digest);
                let signature = self.signer.key.sign(&self.scheme, input, random)?;
                Ok(self.encode(None, &signature))
            }
        }
    }

    /// The length of the SignerInfo, if every signature has one length.
    fn exact_len(
        &self,
        econtent_type: &ObjectIdentifier,
        provider: &CryptoProvider,
    ) -> Result<Option<usize>, CryptoError> {
        let Some(signature_len) = self.scheme.signature_len else {
            return Ok(None);
        };
        let digest_len = provider
            .digest(&self.scheme.digest_algorithm.oid)?
            .output_len();
        let attrs = self
            .signed_attributes(econtent_type, alloc::vec![0; digest_len])
            .map(|attrs| attrs.to_der_contents());
        let info = self.encode(attrs.as_deref(), &alloc::vec![0; signature_len]);
        Ok(Some(info.len()))
    }
}

/// How the content stands in the message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum ContentForm {
    /// In the message, in DER; its length must be known.
    Definite(u64),
    /// Outside.
    Detached,
    /// In the message, with indefinite lengths.
    Indefinite,
}

impl<'a> PreparedSignedData<'a> {
    /// A digester that covers all signers.
    #[must_use]
    pub fn digester(&self) -> ContentDigester {
        let mut digester = ContentDigester::new();
        for signer in &self.signers {
            digester.require(&signer.scheme.digest_algorithm.oid, self.provider);
        }
        digester
    }

    /// The digest algorithms, for micalg.
    pub fn digest_oids(&self) -> impl Iterator<Item = ObjectIdentifier> {
        self.signers
            .iter()
            .map(|signer| signer.scheme.digest_algorithm.oid)
    }

    /// Whether a definite-length message can be written in a single pass.
    #[must_use]
    pub fn has_exact_length(&self) -> bool {
        self.signers
            .iter()
            .all(|signer| signer.scheme.signature_len.is_some())
    }

    /// Signs content that passed [`Self::digester`]: what stands before it and after it in the message, with the
    /// definite length or without the content. `replay` serves keys that sign the message itself.
    ///
    /// # Errors
    /// Backend failures; content that cannot be read again where it must.
    pub fn sign(
        &self,
        digester: ContentDigester,
        detached: bool,
        replay: &mut dyn Replay,
        limits: &Limits,
        random: &mut dyn Random,
    ) -> Result<(Vec<u8>, Vec<u8>), CmsError> {
        let content_len = digester.content_len();
        let signer_infos = self.signer_infos(digester, replay, limits, random)?;
        let content = (!detached).then_some(content_len);
        let epilogue = self.epilogue(&signer_infos);
        let epilogue_len = u64::try_from(epilogue.len()).unwrap_or(u64::MAX);
        Ok((self.definite_prologue(content, epilogue_len), epilogue))
    }

    /// Begins a single pass; the octets before the content go to `out`.
    ///
    /// # Errors
    /// A definite length with a key whose signatures vary in length.
    pub fn start(
        self,
        form: ContentForm,
        limits: &Limits,
        out: &mut Vec<u8>,
    ) -> Result<SignedDataWriter<'a>, CmsError> {
        match form {
            ContentForm::Detached => {}
            ContentForm::Indefinite => out.extend_from_slice(&self.indefinite_prologue()),
            ContentForm::Definite(len) => {
                let mut infos_len = 0usize;
                for signer in &self.signers {
                    let exact = signer
                        .exact_len(&self.econtent_type, self.provider)?
                        .ok_or(CmsError::Misuse(
                            "signatures of this key vary in length: sign in two passes",
                        ))?;
                    infos_len = infos_len.saturating_add(exact);
                }
                let header = write::header(Tag::SET, Form::Constructed, len_u64(infos_len));
                let total = self
                    .bags()
                    .len()
                    .saturating_add(header.len())
                    .saturating_add(infos_len);
                out.extend_from_slice(&self.definite_prologue(Some(len), len_u64(total)));
            }
        }
        let hold = self.signers.iter().any(PreparedSigner::bare_message);
        Ok(SignedDataWriter {
            digester: self.digester(),
            prepared: self,
            form,
            limits: limits.clone(),
            held: hold.then(Vec::new),
        })
    }

    fn signer_infos(
        &self,
        digester: ContentDigester,
        replay: &mut dyn Replay,
        limits: &Limits,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CmsError> {
        let mut content =
            DigestedContent::new(ContentCandidate::new(digester, replay), limits.held);
        let mut infos = Vec::new();
        for signer in &self.signers {
            infos.push(signer.sign(&self.econtent_type, &mut content, self.provider, random)?);
        }
        Ok(write::set_of(infos))
    }

    /// rfc5652:5.1: 3 when the content is not id-data or a SignerInfo has version 3, else 1. Certificates other than
    /// X.509 ones are not written here.
    fn version(&self) -> u64 {
        let key_id = self
            .signers
            .iter()
            .any(|signer| matches!(signer.sid, SignerIdentifier::SubjectKeyIdentifier(_)));
        if key_id || self.econtent_type != oid::DATA {
            3
        } else {
            1
        }
    }

    fn digest_algorithms(&self) -> Vec<u8> {
        let mut list: Vec<Vec<u8>> = Vec::new();
        for signer in &self.signers {
            let der = signer.scheme.digest_algorithm.to_der();
            if !list.contains(&der) {
                list.push(der);
            }
        }
        write::set_of(list)
    }

    fn bags(&self) -> Vec<u8> {
        let mut bags = Vec::new();
        if !self.certificates.is_empty() {
            bags.extend_from_slice(&write::context(0, &self.certificates));
        }
        if !self.crls.is_empty() {
            bags.extend_from_slice(&write::context(1, &self.crls));
        }
        bags
    }

    fn epilogue(&self, signer_infos: &[u8]) -> Vec<u8> {
        let mut epilogue = self.bags();
        epilogue.extend_from_slice(signer_infos);
        epilogue
    }

    /// Everything before the content octets.
    fn definite_prologue(&self, content_len: Option<u64>, epilogue_len: u64) -> Vec<u8> {
        let econtent_type = write::oid(&self.econtent_type);
        let (octets, explicit) = match content_len {
            None => (Vec::new(), Vec::new()),
            Some(len) => {
                let octets = write::header(Tag::OCTET_STRING, Form::Primitive, len);
                let inner = len.saturating_add(len_u64(octets.len()));
                (
                    octets,
                    write::header(Tag::context(0), Form::Constructed, inner),
                )
            }
        };
        let content_len = content_len.unwrap_or(0);
        let encap_len = len_u64(econtent_type.len() + explicit.len() + octets.len())
            .saturating_add(content_len);
        let encap = write::header(Tag::SEQUENCE, Form::Constructed, encap_len);
        let version = write::integer(self.version());
        let digests = self.digest_algorithms();
        let signed_len = len_u64(version.len() + digests.len() + encap.len())
            .saturating_add(encap_len)
            .saturating_add(epilogue_len);
        let signed = write::header(Tag::SEQUENCE, Form::Constructed, signed_len);
        let mut out = content_info_header(
            &oid::SIGNED_DATA,
            len_u64(signed.len()).saturating_add(signed_len),
        );
        for part in [
            &signed,
            &version,
            &digests,
            &encap,
            &econtent_type,
            &explicit,
            &octets,
        ] {
            out.extend_from_slice(part);
        }
        out
    }

    fn indefinite_prologue(&self) -> Vec<u8> {
        [
            write::indefinite(Tag::SEQUENCE),
            write::oid(&oid::SIGNED_DATA),
            write::indefinite(Tag::context(0)),
            write::indefinite(Tag::SEQUENCE),
            write::integer(self.version()),
            self.digest_algorithms(),
            write::indefinite(Tag::SEQUENCE),
            write::oid(&self.econtent_type),
            write::indefinite(Tag::context(0)),
            write::indefinite(Tag::OCTET_STRING),
        ]
        .concat()
    }
}

/// A SignedData that is being written in a single pass.
#[derive(Debug)]
pub struct SignedDataWriter<'a> {
    prepared: PreparedSignedData<'a>,
    digester: ContentDigester,
    form: ContentForm,
    limits: Limits,
    held: Option<Vec<u8>>,
}

impl SignedDataWriter<'_> {
    /// Takes content and hands on what stands in the message for it: the same slice, with a header before it in the
    /// indefinite form, nothing when it is detached.
    ///
    /// # Errors
    /// What `out` returns; content above `Limits::held` where a key signs the message itself.
    pub fn update(
        &mut self,
        content: &[u8],
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        if content.is_empty() {
            return Ok(());
        }
        self.digester.update(content);
        if let Some(held) = &mut self.held {
            if held.len().saturating_add(content.len()) > self.limits.held {
                return Err(CmsError::Limit(
                    "content that this key signs as a whole (Limits::held); use signed attributes",
                ));
            }
            held.extend_from_slice(content);
        }
        match self.form {
            ContentForm::Detached => Ok(()),
            ContentForm::Definite(_) => out(content),
            ContentForm::Indefinite => {
                out(&write::header(
                    Tag::OCTET_STRING,
                    Form::Primitive,
                    len_u64(content.len()),
                ))?;
                out(content)
            }
        }
    }

    /// Signs; the octets after the content (all octets when it is detached) go to `out`.
    ///
    /// # Errors
    /// Backend failures; content of another length than announced.
    pub fn finish(
        self,
        random: &mut dyn Random,
        out: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        if let ContentForm::Definite(len) = self.form
            && len != self.digester.content_len()
        {
            return Err(CmsError::Misuse(
                "content has another length than announced",
            ));
        }
        let mut held = self.held.as_deref();
        let mut none = NoReplay;
        let replay: &mut dyn Replay = match &mut held {
            Some(held) => held,
            None => &mut none,
        };
        let infos = self
            .prepared
            .signer_infos(self.digester, replay, &self.limits, random)?;
        let epilogue = self.prepared.epilogue(&infos);
        match self.form {
            ContentForm::Definite(_) => out(&epilogue),
            ContentForm::Detached => {
                out(&self
                    .prepared
                    .definite_prologue(None, len_u64(epilogue.len())))?;
                out(&epilogue)
            }
            ContentForm::Indefinite => {
                out(&END_OF_CONTENTS.repeat(3))?;
                out(&epilogue)?;
                out(&END_OF_CONTENTS.repeat(3))
            }
        }
    }
}
