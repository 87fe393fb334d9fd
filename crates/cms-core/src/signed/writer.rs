//! Writing SignedData: in DER when lengths are known, with indefinite lengths when they are not.
//!
//! DER puts every length first, signatures included. So a definite single pass needs keys whose signatures
//! have one exact length (RSA, EdDSA); for ECDSA a re-readable content is digested first and the message
//! written second ([`PreparedSignedData::sign`]).

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use super::builder::Companions;
use super::digests::{ContentCandidate, ContentDigester, DigestedContent, NoReplay, Replay};
use super::multiple;
use super::signer::{PreparedSigner, Subject};
use crate::ber::Tag;
use crate::ber::write::{self, Form};
use crate::error::CmsError;
use crate::frame::{ContentForm, ContentTag, Frame, Surroundings, emit, len_u64};
use crate::limits::Limits;
use crate::oid;
use crate::provider::{CryptoProvider, Random};
use crate::types::{AlgorithmIdentifier, Attribute};

/// A SignedData whose content is still to come.
#[derive(Debug)]
pub struct PreparedSignedData<'a> {
    pub(super) provider: &'a CryptoProvider,
    pub(super) econtent_type: ObjectIdentifier,
    pub(super) econtent_tag: Tag,
    pub(super) surroundings: Surroundings,
    pub(super) version: u64,
    pub(super) digest_algorithms: Vec<AlgorithmIdentifier>,
    pub(super) signers: Vec<PreparedSigner<'a>>,
    pub(super) companions: Companions,
    /// SignerInfos that were there before.
    pub(super) kept: Vec<Vec<u8>>,
    /// certificates and crls.
    pub(super) bags: Vec<u8>,
}

impl<'a> PreparedSignedData<'a> {
    /// A digester that covers all signers.
    #[must_use]
    pub fn digester(&self) -> ContentDigester {
        let mut digester = ContentDigester::new();
        for signer in &self.signers {
            digester.require(&signer.digest_algorithm().oid, self.provider);
        }
        digester
    }

    /// The digest algorithms, for micalg.
    pub fn digest_oids(&self) -> impl Iterator<Item = ObjectIdentifier> {
        self.digest_algorithms.iter().map(|algorithm| algorithm.oid)
    }

    /// Whether a definite-length message can be written in a single pass.
    #[must_use]
    pub fn has_exact_length(&self) -> bool {
        self.signers
            .iter()
            .all(|signer| signer.scheme.signature_len.is_some())
    }

    /// The message without any content and, if nobody is to sign, without signers: certificates and CRLs alone
    /// (RFC 8551, 3.8).
    ///
    /// # Errors
    /// As [`Self::sign`].
    pub fn without_content(&self, random: &mut dyn Random) -> Result<Vec<u8>, CmsError> {
        let mut empty: &[u8] = &[];
        let (mut message, epilogue) =
            // rfc5652:5.2/2, rfc8551:3.8/1
            self.sign(self.digester(), true, &mut empty, &Limits::DEFAULT, random)?;
        message.extend_from_slice(&epilogue);
        Ok(message)
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
        let form = if detached {
            ContentForm::Detached
        } else {
            ContentForm::Definite(digester.content_len())
        };
        let epilogue = self.epilogue(digester, replay, limits, random)?;
        Ok((self.frame().open(form, epilogue.len()), epilogue))
    }

    /// Begins a single pass; the octets before the content go to `out`.
    ///
    /// # Errors
    /// A definite length with a key whose signatures vary in length; an indefinite one for content that is no OCTET
    /// STRING.
    pub fn start(
        self,
        form: ContentForm,
        limits: &Limits,
        out: &mut Vec<u8>,
    ) -> Result<SignedDataWriter<'a>, CmsError> {
        match form {
            ContentForm::Detached => {}
            ContentForm::Indefinite if self.econtent_tag != Tag::OCTET_STRING => {
                return Err(CmsError::Misuse(
                    "content that is no OCTET STRING needs a definite length",
                ));
            }
            ContentForm::Indefinite => out.extend_from_slice(&self.frame().open(form, 0)),
            ContentForm::Definite(_) => {
                let epilogue_len = self.exact_epilogue_len()?.ok_or(CmsError::Misuse(
                    "signatures of this key vary in length: sign in two passes",
                ))?;
                out.extend_from_slice(&self.frame().open(form, epilogue_len));
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

    fn frame(&self) -> Frame {
        let algorithms = self.digest_algorithms.iter();
        Frame {
            content_type: oid::SIGNED_DATA,
            surroundings: self.surroundings,
            fields: [
                write::integer(self.version),
                write::set_of(algorithms.map(AlgorithmIdentifier::to_der).collect()),
            ]
            .concat(),
            inner: write::oid(&self.econtent_type),
            content: ContentTag::Explicit(self.econtent_tag),
        }
    }

    /// Certificates, CRLs and signerInfos.
    fn epilogue(
        &self,
        digester: ContentDigester,
        replay: &mut dyn Replay,
        limits: &Limits,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, CmsError> {
        let mut content =
            DigestedContent::new(ContentCandidate::new(digester, replay), limits.held);
        let mut infos = self.kept.clone();
        let attributes = self.attributes(|signer| {
            let oid = &signer.digest_algorithm().oid;
            Ok(content.digest(oid, self.provider)?.to_vec())
        })?;
        for (signer, attributes) in self.signers.iter().zip(attributes) {
            infos.push(match attributes {
                Some(attributes) => signer.sign_attributes(attributes, random)?,
                None => signer.sign_content(&mut content, self.provider, random)?,
            });
        }
        let mut epilogue = self.bags.clone();
        epilogue.extend_from_slice(&write::set_of(infos));
        Ok(epilogue)
    }

    /// The signed attributes of every signer that has any.
    fn attributes(
        &self,
        mut digest: impl FnMut(&PreparedSigner<'_>) -> Result<Vec<u8>, CmsError>,
    ) -> Result<Vec<Option<Vec<Attribute>>>, CmsError> {
        let subject = Subject::Content(&self.econtent_type);
        let mut all = Vec::with_capacity(self.signers.len());
        for signer in &self.signers {
            let attributes = if signer.has_no_attributes() {
                None
            } else {
                signer.signed_attributes(subject, digest(signer)?)
            };
            all.push(attributes);
        }
        if self.companions == Companions::Linked {
            multiple::link(&self.signers, &mut all, self.provider)?;
        }
        Ok(all)
    }

    /// The length of the epilogue, if every signature has one length.
    fn exact_epilogue_len(&self) -> Result<Option<usize>, CmsError> {
        let attributes =
            self.attributes(|signer| Ok(alloc::vec![0; signer.digest_len(self.provider)?]))?;
        let mut infos: usize = self.kept.iter().map(Vec::len).sum();
        for (signer, attributes) in self.signers.iter().zip(attributes) {
            match signer.exact_len(attributes) {
                Some(len) => infos = infos.saturating_add(len),
                None => return Ok(None),
            }
        }
        let header = write::header(Tag::SET, Form::Constructed, len_u64(infos));
        Ok(Some(self.bags.len() + header.len() + infos))
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
        emit(content, self.form, out)
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
        let epilogue = self
            .prepared
            .epilogue(self.digester, replay, &self.limits, random)?;
        let frame = self.prepared.frame();
        if self.form == ContentForm::Detached {
            out(&frame.open(self.form, epilogue.len()))?;
        }
        out(&frame.close(self.form, &epilogue))
    }
}
