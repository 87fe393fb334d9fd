//! CMS layers: the reader for each content type, and what its content leads to.

use std::cell::RefCell;
use std::io::{Cursor, Read, Write};

use cms_core::authenticated::AuthenticatedDataReader;
use cms_core::collection::{CollectionEvent, CollectionReader};
use cms_core::compressed::CompressedDataReader;
use cms_core::digested::DigestedDataReader;
use cms_core::encrypted::EncryptedDataReader;
use cms_core::enveloped::{DecryptContext, EnvelopedDataReader};
use cms_core::io::pump;
use cms_core::plain::DataReader;
use cms_core::report::SignedDataReport;
use cms_core::signed::{SignedDataReader, VerifyContext};
use cms_core::time_stamped::TimeStampedDataReader;
use cms_core::{CmsError, LayerReader, ObjectIdentifier, Unverified, oid};

use super::assess::Judge;
use super::entity::content_type;
use super::layer::{Form, LayerKind};
use super::peel::{Next, Opener, Surroundings};
use super::{Extent, OpenContext, OpenError};
use crate::spool::{Spool, SpoolReplay};

/// A CMS object to be read: where its octets come from, and how it stands there.
struct Object<'s> {
    source: Box<dyn Read + 's>,
    /// Whether it is bare content of another layer, not a ContentInfo.
    nested: bool,
    surroundings: Surroundings,
}

impl<'a> Opener<'a> {
    /// A CMS object from octets.
    pub(super) fn cms(
        &mut self,
        mut source: Box<dyn Read + '_>,
        nested: Option<ObjectIdentifier>,
        surroundings: Surroundings,
    ) -> Result<Next, OpenError> {
        let mut start = Vec::new();
        let content_type = match nested {
            Some(oid) => oid,
            None => content_type(&mut source, &mut start)?,
        };
        let object = Object {
            source: Box::new(Cursor::new(start).chain(source)),
            nested: nested.is_some(),
            surroundings,
        };
        match content_type {
            oid::DATA => self.data(object),
            oid::SIGNED_DATA => self.opaque_signed(object),
            oid::ENVELOPED_DATA | oid::AUTH_ENVELOPED_DATA => self.enveloped(object, &content_type),
            oid::AUTHENTICATED_DATA => self.authenticated(object),
            oid::DIGESTED_DATA => self.digested(object),
            oid::ENCRYPTED_DATA => self.encrypted(object),
            oid::COMPRESSED_DATA => self.compressed(object),
            oid::TIME_STAMPED_DATA => self.time_stamped(object),
            oid::CONTENT_COLLECTION | oid::CONTENT_WITH_ATTRIBUTES => {
                self.collection(object, &content_type)
            }
            other => Err(CmsError::UnexpectedContentType(oid::display(&other)).into()),
        }
    }

    fn data(&mut self, mut object: Object<'_>) -> Result<Next, OpenError> {
        let mut reader = DataReader::new(self.context.limits);
        let (spool, result) = self.drain(&mut reader, &mut object.source)?;
        result?;
        self.layer(LayerKind::Data(reader.report()));
        Ok(next(spool, oid::DATA, object.surroundings))
    }

    fn opaque_signed(&mut self, mut object: Object<'_>) -> Result<Next, OpenError> {
        let surroundings = object.surroundings;
        let OpenContext {
            provider, limits, ..
        } = self.context;
        let mut reader = if object.nested {
            SignedDataReader::nested(provider, limits)?
        } else {
            SignedDataReader::new(provider, limits)
        };
        let mut spool = self.context.spools.create()?;
        let mut sink = |octets: Unverified<'_>| Ok(spool.write_all(octets.danger_octets())?);
        pump::<CmsError>(&mut object.source, &mut |chunk| {
            reader.push(chunk, &mut sink)
        })?;
        spool.flush()?;
        if self.extent == Extent::Outside && reader.has_signers() && !reader.has_content() {
            let report = reader.finish_unverified()?;
            self.signed_layer(report, Form::Detached, false);
            return Ok(Next::Done(Some(spool)));
        }
        if !reader.has_signers() {
            let report = reader.finish_unverified()?;
            if report.detached {
                self.layer(LayerKind::CertsOnly(report));
                return Ok(Next::Done(Some(spool)));
            }
            let econtent_type = report.econtent_type;
            self.signed_layer(report, Form::Opaque, false);
            return Ok(next(spool, econtent_type, surroundings));
        }
        let report = {
            let cell = RefCell::new(&mut *spool);
            let mut replay = SpoolReplay {
                spool: &cell,
                canonical: false,
            };
            reader.finish(&mut replay, &self.verify_context())?
        };
        let econtent_type = report.econtent_type;
        self.signed_layer(report, Form::Opaque, false);
        Ok(next(spool, econtent_type, surroundings))
    }

    pub(super) fn verify_context(&self) -> VerifyContext<'a> {
        VerifyContext {
            provider: self.context.provider,
            policy: self.context.policy,
            certificates: self.context.certificates,
        }
    }

    pub(super) fn signed_layer(
        &mut self,
        report: SignedDataReport,
        form: Form,
        micalg_wrong: bool,
    ) {
        let senders = self.senders.clone().unwrap_or_default();
        let OpenContext {
            trust,
            provider,
            policy,
            ..
        } = self.context;
        let mut judge = Judge::new(&report, &senders, *trust, provider, *policy);
        let assessments = report
            .signers
            .iter()
            .map(|signer| judge.assess(signer))
            .collect();
        self.layer(LayerKind::Signed {
            report,
            form,
            assessments,
            micalg_wrong,
        });
    }

    /// Runs a reader to its end.
    fn drain(
        &self,
        reader: &mut dyn LayerReader,
        source: &mut dyn Read,
    ) -> Result<Drained, OpenError> {
        let mut spool = self.context.spools.create()?;
        let verdict = cms_core::io::read(reader, source, None, &mut spool);
        spool.flush()?;
        Ok((spool, verdict))
    }

    pub(super) fn decrypt_context(&self) -> DecryptContext<'a> {
        DecryptContext {
            provider: self.context.provider,
            policy: self.context.policy,
            keys: Some(self.context.keys),
        }
    }

    fn enveloped(
        &mut self,
        mut object: Object<'_>,
        content_type: &ObjectIdentifier,
    ) -> Result<Next, OpenError> {
        let (context, limits) = (self.decrypt_context(), self.context.limits);
        let mut reader = if object.nested {
            EnvelopedDataReader::nested(content_type, context, limits)?
        } else {
            EnvelopedDataReader::new(context, limits)
        };
        // rfc5083:2/1, 2/2: the spool goes with the error
        let (spool, result) = self.drain(&mut reader, &mut object.source)?;
        let report = reader.report();
        let econtent_type = report.econtent_type;
        self.layer(LayerKind::Enveloped {
            report,
            decrypted: result.is_ok(),
        });
        result?;
        Ok(next(spool, econtent_type, object.surroundings))
    }

    fn authenticated(&mut self, mut object: Object<'_>) -> Result<Next, OpenError> {
        let (context, limits) = (self.decrypt_context(), self.context.limits);
        let mut reader = if object.nested {
            AuthenticatedDataReader::nested(context, limits)?
        } else {
            AuthenticatedDataReader::new(context, limits)
        };
        let (spool, result) = self.drain(&mut reader, &mut object.source)?;
        let report = reader.report();
        let econtent_type = report.econtent_type;
        self.layer(LayerKind::Authenticated(report));
        result?;
        Ok(next(spool, econtent_type, object.surroundings))
    }

    fn digested(&mut self, mut object: Object<'_>) -> Result<Next, OpenError> {
        let OpenContext {
            provider,
            policy,
            limits,
            ..
        } = *self.context;
        let mut reader = if object.nested {
            DigestedDataReader::nested(provider, policy, limits)?
        } else {
            DigestedDataReader::new(provider, policy, limits)
        };
        let (spool, result) = self.drain(&mut reader, &mut object.source)?;
        let report = reader.report();
        let econtent_type = report.econtent_type;
        self.layer(LayerKind::Digested(report));
        result?;
        Ok(next(spool, econtent_type, object.surroundings))
    }

    fn encrypted(&mut self, mut object: Object<'_>) -> Result<Next, OpenError> {
        let OpenContext {
            provider,
            policy,
            limits,
            keys,
            ..
        } = *self.context;
        let key = keys.content_encryption_key();
        let mut reader = if object.nested {
            EncryptedDataReader::nested(key.as_ref(), provider, policy, limits)?
        } else {
            EncryptedDataReader::new(key.as_ref(), provider, policy, limits)
        };
        let (spool, mut result) = self.drain(&mut reader, &mut object.source)?;
        if result.is_ok() && key.is_none() {
            result = Err(CmsError::NoRecipient);
        }
        let report = reader.report();
        let econtent_type = report.econtent_type;
        self.layer(LayerKind::Encrypted {
            report,
            decrypted: result.is_ok(),
        });
        result?;
        Ok(next(spool, econtent_type, object.surroundings))
    }

    fn compressed(&mut self, mut object: Object<'_>) -> Result<Next, OpenError> {
        let OpenContext {
            provider, limits, ..
        } = *self.context;
        let mut limits = limits.clone();
        limits.inflated = self.inflated_left;
        let mut reader = if object.nested {
            CompressedDataReader::nested(provider, &limits)?
        } else {
            CompressedDataReader::new(provider, &limits)
        };
        let (spool, result) = self.drain(&mut reader, &mut object.source)?;
        let report = reader.report();
        self.inflated_left = self.inflated_left.saturating_sub(spool.len());
        let econtent_type = report.econtent_type;
        self.layer(LayerKind::Compressed(report));
        result?;
        Ok(next(spool, econtent_type, object.surroundings))
    }

    fn time_stamped(&mut self, mut object: Object<'_>) -> Result<Next, OpenError> {
        let OpenContext {
            provider, limits, ..
        } = *self.context;
        let mut reader = if object.nested {
            TimeStampedDataReader::nested(provider, limits)?
        } else {
            TimeStampedDataReader::new(provider, limits)
        };
        let mut spool = self.context.spools.create()?;
        let mut sink = |octets: Unverified<'_>| Ok(spool.write_all(octets.danger_octets())?);
        pump::<CmsError>(&mut object.source, &mut |chunk| {
            reader.push(chunk, &mut sink)
        })?;
        spool.flush()?;
        let report = {
            let cell = RefCell::new(&mut *spool);
            let mut replay = SpoolReplay {
                spool: &cell,
                canonical: false,
            };
            reader.finish(&mut replay)?
        };
        let holds = report.imprint_ok != Some(false);
        self.layer(LayerKind::TimeStamped(report));
        if !holds {
            return Err(CmsError::DigestMismatch.into());
        }
        Ok(next(spool, oid::DATA, object.surroundings))
    }

    /// The contents of a collection are opened one after the other, each an origin of its own; what comes out of the
    /// whole is the collection, as with multiparts. Content with attributes is one content.
    fn collection(
        &mut self,
        mut object: Object<'_>,
        content_type: &ObjectIdentifier,
    ) -> Result<Next, OpenError> {
        let limits = self.context.limits;
        let mut reader = if object.nested {
            CollectionReader::nested(content_type, limits)?
        } else {
            CollectionReader::new(content_type, limits)?
        };
        let mut whole = self.context.spools.create()?;
        let mut members: Vec<Box<dyn Spool>> = Vec::new();
        let spools = self.context.spools;
        pump::<OpenError>(&mut object.source, &mut |chunk| {
            whole.write_all(chunk)?;
            reader.push(chunk, &mut |event| {
                match event {
                    CollectionEvent::Begin(_) => {
                        // Each member costs a spool.
                        if members.len() >= MAX_MEMBERS {
                            return Err(OpenError::Layers);
                        }
                        members.push(spools.create()?);
                    }
                    CollectionEvent::Octets(octets) => {
                        if let Some(member) = members.last_mut() {
                            member.write_all(octets)?;
                        }
                    }
                    CollectionEvent::End => {}
                }
                Ok(())
            })
        })?;
        reader.finish().map_err(CmsError::from)?;
        whole.flush()?;
        if let Some(attributes) = reader.attributes() {
            let attributes = attributes.clone();
            self.layer(LayerKind::ContentWithAttributes { attributes });
            return Ok(match members.pop() {
                Some(content) => Next::ContentInfo(content),
                None => Next::Done(Some(whole)),
            });
        }
        let contents = members.len();
        self.layer(LayerKind::Collection { contents });
        if self.extent != Extent::One {
            let depth = self.depth;
            for (index, member) in members.into_iter().enumerate() {
                self.part.push(index);
                let result = self.follow(Next::ContentInfo(member));
                self.part.pop();
                self.depth = depth;
                self.sibling(result)?;
            }
        }
        if let Some(error) = self.failed_part() {
            return Err(error);
        }
        Ok(Next::Done(Some(whole)))
    }
}

/// The content of a layer and the verdict on it.
pub(super) type Drained = (Box<dyn Spool>, Result<(), CmsError>);

/// Contents of one collection that are opened.
const MAX_MEMBERS: usize = 1_000;

/// What the content of a layer is.
pub(super) fn next(
    spool: Box<dyn Spool>,
    econtent_type: ObjectIdentifier,
    surroundings: Surroundings,
) -> Next {
    match (econtent_type, surroundings) {
        (oid::DATA, Surroundings::Mime) => Next::Mime(spool),
        (oid::DATA, Surroundings::Bare) => Next::Content(spool),
        (other, _) if oid::is_cms_layer(&other) => Next::Cms(spool, econtent_type),
        _ => Next::Done(Some(spool)),
    }
}
