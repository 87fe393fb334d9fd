//! Signatures beside their content: multipart/signed and detached ones.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read, Write};

use cms_core::authenticated::AuthenticatedDataReader;
use cms_core::digested::DigestedDataReader;
use cms_core::encrypted::EncryptedDataReader;
use cms_core::enveloped::EnvelopedDataReader;
use cms_core::io::pump;
use cms_core::report::{Deviation, SignedDataReport};
use cms_core::signed::{ContentCandidate, ContentDigester, SignedDataReader};
use cms_core::{CmsError, LayerReader, oid};

use super::cms::{Drained, next};
use super::entity::{content_type, decoded, read_header};
use super::layer::{Form, LayerKind};
use super::peel::{Next, Opener, Surroundings};
use super::signed_parts::{LineEndDigests, SignaturePart, micalg_is_wrong};
use super::{OpenContext, OpenError};
use crate::mime::media_type::ContentType;
use crate::mime::micalg::micalg_digests;
use crate::mime::multipart::{MultipartEnd, MultipartEvent, MultipartReader};
use crate::spool::{Spool, SpoolReplay};

impl Opener<'_> {
    /// multipart/signed (RFC 1847, 2.1; RFC 8551, 3.5.3).
    pub(super) fn clear_signed(
        &mut self,
        media_type: &ContentType,
        mut body: Box<dyn BufRead + '_>,
    ) -> Result<Next, OpenError> {
        let boundary = media_type.parameter("boundary").unwrap_or_default();
        let named = micalg_digests(media_type.parameter("micalg").unwrap_or_default());
        let mut digests = LineEndDigests::new(ContentDigester::new());
        for name in &named {
            if let Some(oid) = oid::by_name(name.name()) {
                digests.exact.require(&oid, self.context.provider);
            }
        }
        if digests.exact.is_empty() {
            digests.exact.require(&oid::SHA256, self.context.provider);
        }
        let mut spool = self.context.spools.create()?;
        let mut signature = SignaturePart::new(self.context.limits.element);
        let mut reader = MultipartReader::new(boundary)?;
        let mut index = 0usize;
        let mut outside = false;
        let mut sink = |event: MultipartEvent<'_>| -> Result<(), OpenError> {
            match event {
                MultipartEvent::Epilogue(text) => {
                    outside |= !text.trim_ascii().is_empty();
                }
                MultipartEvent::PartBegin { index: begun, .. } => index = begun,
                MultipartEvent::PartData(data) => match index {
                    0 => {
                        digests.update(data);
                        spool.write_all(data)?;
                    }
                    1 => signature.push(data)?,
                    _ => {}
                },
                _ => {}
            }
            Ok(())
        };
        pump::<OpenError>(&mut body, &mut |chunk| reader.push(chunk, &mut sink))?;
        let end = reader.finish(&mut sink)?;
        spool.flush()?;
        let (signature, foreign) = signature.finish()?.ok_or(OpenError::NoSignaturePart)?;
        let mut report =
            self.verify_detached(&mut signature.as_slice(), &mut *spool, digests, true)?;
        // rfc1847:2.1: "exactly two body parts".
        let found = [
            (
                index > 1,
                "extra-parts",
                "parts follow the signature, which covers the first one only",
            ),
            (
                foreign,
                "foreign-signature-part",
                "the second part is not labelled as a signature",
            ),
            (
                outside,
                "text-after-parts",
                "there is text after the parts, which nothing covers",
            ),
            (
                end == MultipartEnd::NotClosed,
                "missing-close-delimiter",
                "the multipart is not closed",
            ),
        ];
        for (_, code, text) in found.iter().filter(|(is, ..)| *is) {
            report.deviations.push(Deviation::new(code, *text, None));
        }
        let micalg_wrong = !report.signers.is_empty() && micalg_is_wrong(&named, &report);
        self.signed_layer(report, Form::Clear, micalg_wrong);
        Ok(Next::Mime(spool))
    }

    fn verify_detached(
        &self,
        signature: &mut dyn Read,
        content: &mut (dyn Spool + 'static),
        digests: LineEndDigests,
        ignore_embedded: bool,
    ) -> Result<SignedDataReport, OpenError> {
        let mut reader = SignedDataReader::new(self.context.provider, self.context.limits);
        pump::<CmsError>(signature, &mut |chunk| reader.push(chunk, &mut |_| Ok(())))?;
        let cell = RefCell::new(content);
        let mut exact = SpoolReplay {
            spool: &cell,
            canonical: false,
        };
        let mut canonical = SpoolReplay {
            spool: &cell,
            canonical: true,
        };
        let mut candidates = vec![ContentCandidate::new(digests.exact, &mut exact)];
        if let Some((digester, _)) = digests.canonical {
            candidates.push(ContentCandidate::new(digester, &mut canonical));
        }
        let context = self.verify_context();
        Ok(if ignore_embedded {
            reader.finish_detached_ignoring_content(candidates, &context)?
        } else {
            reader.finish_detached(candidates, &context)?
        })
    }

    /// A message and its content beside it, which is taken as it is: a detached signature, ciphertext, or content under
    /// a digest or MAC.
    pub(super) fn detached(
        &mut self,
        mut message: Box<dyn Read + '_>,
        content: Box<dyn Read + '_>,
    ) -> Result<Next, OpenError> {
        let mut octets = Vec::new();
        let limit = self.context.limits.element;
        message
            .by_ref()
            .take(limit.saturating_add(1))
            .read_to_end(&mut octets)?;
        let mut start = Vec::new();
        let found = content_type(&mut octets.as_slice(), &mut start)?;
        match found {
            oid::SIGNED_DATA => self.detached_signature(&octets, content),
            oid::ENVELOPED_DATA | oid::AUTH_ENVELOPED_DATA => {
                self.detached_ciphertext(&octets, content)
            }
            oid::ENCRYPTED_DATA => self.detached_encrypted(&octets, content),
            oid::AUTHENTICATED_DATA => self.detached_authenticated(&octets, content),
            oid::DIGESTED_DATA => self.detached_digested(&octets, content),
            other => Err(CmsError::UnexpectedContentType(oid::display(&other)).into()),
        }
    }

    fn detached_ciphertext(
        &mut self,
        message: &[u8],
        ciphertext: Box<dyn Read + '_>,
    ) -> Result<Next, OpenError> {
        let mut reader = EnvelopedDataReader::new(self.decrypt_context(), self.context.limits);
        let (spool, result) = self.drain_detached(&mut reader, message, ciphertext)?;
        let report = reader.report();
        let econtent_type = report.econtent_type;
        self.layer(LayerKind::Enveloped {
            report,
            decrypted: result.is_ok(),
        });
        result?;
        Ok(next(spool, econtent_type, Surroundings::Bare))
    }

    fn detached_encrypted(
        &mut self,
        message: &[u8],
        ciphertext: Box<dyn Read + '_>,
    ) -> Result<Next, OpenError> {
        let OpenContext {
            provider,
            policy,
            limits,
            keys,
            ..
        } = *self.context;
        let key = keys.content_encryption_key();
        let key = key.ok_or(CmsError::NoRecipient)?;
        let mut reader = EncryptedDataReader::new(Some(&key), provider, policy, limits);
        let (spool, result) = self.drain_detached(&mut reader, message, ciphertext)?;
        let report = reader.report();
        let econtent_type = report.econtent_type;
        self.layer(LayerKind::Encrypted {
            report,
            decrypted: result.is_ok(),
        });
        result?;
        Ok(next(spool, econtent_type, Surroundings::Bare))
    }

    fn detached_authenticated(
        &mut self,
        message: &[u8],
        content: Box<dyn Read + '_>,
    ) -> Result<Next, OpenError> {
        let mut reader = AuthenticatedDataReader::new(self.decrypt_context(), self.context.limits);
        let (spool, result) = self.drain_detached(&mut reader, message, content)?;
        let report = reader.report();
        let econtent_type = report.econtent_type;
        self.layer(LayerKind::Authenticated(report));
        result?;
        Ok(next(spool, econtent_type, Surroundings::Bare))
    }

    fn detached_digested(
        &mut self,
        message: &[u8],
        content: Box<dyn Read + '_>,
    ) -> Result<Next, OpenError> {
        let OpenContext {
            provider,
            policy,
            limits,
            ..
        } = *self.context;
        let mut reader = DigestedDataReader::new(provider, policy, limits);
        let (spool, result) = self.drain_detached(&mut reader, message, content)?;
        let report = reader.report();
        let econtent_type = report.econtent_type;
        self.layer(LayerKind::Digested(report));
        result?;
        Ok(next(spool, econtent_type, Surroundings::Bare))
    }

    /// Runs a reader over a message and content beside it.
    fn drain_detached(
        &self,
        reader: &mut dyn LayerReader,
        mut message: &[u8],
        mut content: Box<dyn Read + '_>,
    ) -> Result<Drained, OpenError> {
        let mut spool = self.context.spools.create()?;
        let verdict = cms_core::io::read(reader, &mut message, Some(&mut content), &mut spool);
        spool.flush()?;
        Ok((spool, verdict))
    }

    fn detached_signature(
        &mut self,
        octets: &[u8],
        mut content: Box<dyn Read + '_>,
    ) -> Result<Next, OpenError> {
        let mut spool = self.context.spools.create()?;
        // The message tells which digests it needs; only those are computed.
        let mut probe = SignedDataReader::new(self.context.provider, self.context.limits);
        probe.push(octets, &mut |_| Ok(()))?;
        let mut digests = ContentDigester::new();
        for algorithm in probe.digest_algorithms() {
            digests.require(&algorithm.oid, self.context.provider);
        }
        pump::<io::Error>(&mut content, &mut |chunk| {
            digests.update(chunk);
            spool.write_all(chunk)
        })?;
        spool.flush()?;
        let digests = LineEndDigests::new(digests);
        let mut octets = octets;
        let report = self.verify_detached(&mut octets, &mut *spool, digests, false)?;
        let econtent_type = report.econtent_type;
        self.signed_layer(report, Form::Detached, false);
        Ok(next(spool, econtent_type, Surroundings::Bare))
    }

    /// A detached signature that stands in a MIME entity of its own.
    pub(super) fn detached_in_mime<'s>(
        &mut self,
        source: BufReader<Box<dyn Read + 's>>,
        content: Box<dyn Read + 's>,
    ) -> Result<Next, OpenError> {
        let (header, body) = read_header(Box::new(source))?;
        self.note_senders(&header);
        let octets = decoded(header.transfer_encoding(), body);
        self.detached(Box::new(octets), content)
    }
}
