//! The loop: what an item is, the reader for it, the next item.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};

use cms_core::ObjectIdentifier;
use cms_core::io::{CHUNK, pump};

use super::assess::compare_addresses;
use super::entity::{decoded, is_pkcs7, looks_like_mime, read_header, senders, skip_request_line};
use super::layer::{Layer, LayerKind};
use super::{Extent, OpenContext, OpenError};
use crate::format::{self, Format};
use crate::mime::header::HeaderBlock;
use crate::mime::media_type::ContentType;
use crate::mime::multipart::{MultipartEvent, MultipartReader};
use crate::spool::Spool;

pub(super) struct Opener<'a> {
    pub(super) context: &'a OpenContext<'a>,
    pub(super) extent: Extent,
    pub(super) layers: Vec<Layer>,
    pub(super) senders: Option<Vec<String>>,
    /// The outermost header.
    header: Option<HeaderBlock>,
    pub(super) part: Vec<usize>,
    pub(super) depth: usize,
    /// Objects and entities that were looked into, in all parts.
    items: usize,
    /// The first part that could not be opened, while its siblings are.
    failed: Option<OpenError>,
    /// Octets that compressed contents may still inflate to, all together.
    pub(super) inflated_left: u64,
}

/// What one message may hold in all its parts: siblings that each hold siblings would cost their product.
const MAX_ITEMS: usize = 10_000;

/// What is to be opened next.
enum Item<'s> {
    /// A MIME entity.
    Mime(Box<dyn Read + 's>),
    /// A CMS object: a ContentInfo, or bare content of this type.
    Cms(Box<dyn Read + 's>, Option<ObjectIdentifier>),
}

/// What a step leads to.
pub(super) enum Next {
    Done(Option<Box<dyn Spool>>),
    Mime(Box<dyn Spool>),
    /// Content of a CMS layer that did not stand in MIME: a MIME entity if it looks like one.
    Content(Box<dyn Spool>),
    Cms(Box<dyn Spool>, ObjectIdentifier),
    /// A ContentInfo.
    ContentInfo(Box<dyn Spool>),
}

/// What a spool with a CMS object holds.
enum Kind {
    /// Content of this type.
    Bare(ObjectIdentifier),
    ContentInfo,
}

/// Where a CMS object was found.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Surroundings {
    Bare,
    Mime,
}

impl<'a> Opener<'a> {
    pub(super) fn new(context: &'a OpenContext<'a>, extent: Extent) -> Self {
        Self {
            context,
            extent,
            layers: Vec::new(),
            senders: None,
            header: None,
            part: Vec::new(),
            // The outermost layer.
            depth: 1,
            items: 0,
            failed: None,
            inflated_left: context.limits.inflated,
        }
    }

    pub(super) fn finish(self) -> (Vec<Layer>, Vec<String>, Option<HeaderBlock>) {
        (self.layers, self.senders.unwrap_or_default(), self.header)
    }

    pub(super) fn run<'s>(
        &mut self,
        source: Box<dyn Read + 's>,
        format: Option<Format>,
        detached: Option<Box<dyn Read + 's>>,
    ) -> Result<Option<Box<dyn Spool>>, OpenError> {
        let mut source = BufReader::with_capacity(CHUNK, source);
        let start = source.fill_buf()?;
        let format = format.unwrap_or_else(|| Format::detect(start));
        let next = match (format, detached) {
            (Format::Mime, None) => self.mime(Box::new(source))?,
            (Format::Mime, Some(content)) => self.detached_in_mime(source, content)?,
            (_, None) => {
                let octets = format::octets(format, Box::new(source))?;
                self.cms(octets, None, Surroundings::Bare)?
            }
            (_, Some(content)) => {
                let octets = format::octets(format, Box::new(source))?;
                self.detached(octets, content)?
            }
        };
        self.follow(next)
    }

    /// Peels until nothing is left to peel.
    pub(super) fn follow(&mut self, mut next: Next) -> Result<Option<Box<dyn Spool>>, OpenError> {
        loop {
            let one = self.extent == Extent::One
                && !matches!(
                    self.layers.last().map(|layer| &layer.kind),
                    None | Some(LayerKind::Mime { .. })
                );
            let (mut spool, kind) = match next {
                Next::Done(spool) => return Ok(spool),
                Next::Mime(mut spool) | Next::Content(mut spool) if one => {
                    if self.senders.is_none() && looks_like_mime(&mut *spool)? {
                        let reader = BufReader::new(spool.reader()?);
                        let (header, _) = read_header(Box::new(reader))?;
                        self.note_senders(&header);
                    }
                    return Ok(Some(spool));
                }
                Next::Cms(spool, _) | Next::ContentInfo(spool) if one => return Ok(Some(spool)),
                Next::Mime(spool) => (spool, None),
                Next::Content(mut spool) => {
                    if !looks_like_mime(&mut *spool)? {
                        return Ok(Some(spool));
                    }
                    (spool, None)
                }
                Next::Cms(spool, oid) => (spool, Some(Kind::Bare(oid))),
                Next::ContentInfo(spool) => (spool, Some(Kind::ContentInfo)),
            };
            self.depth += 1;
            self.items += 1;
            // rfc8551:3.7/1
            if self.depth > self.context.limits.layers || self.items > MAX_ITEMS {
                return Err(OpenError::Layers);
            }
            let result = {
                let reader = spool.reader()?;
                let item = match kind {
                    None => Item::Mime(reader),
                    Some(Kind::ContentInfo) => Item::Cms(reader, None),
                    Some(Kind::Bare(oid)) => Item::Cms(reader, Some(oid)),
                };
                self.step(item)?
            };
            next = match result {
                // The innermost entity is what is in the spool already.
                Next::Done(None) => return Ok(Some(spool)),
                other => other,
            };
        }
    }

    fn step(&mut self, item: Item<'_>) -> Result<Next, OpenError> {
        match item {
            Item::Mime(reader) => self.mime_spooled(reader),
            Item::Cms(reader, oid) => self.cms(reader, oid, Surroundings::Bare),
        }
    }

    pub(super) fn layer(&mut self, kind: LayerKind) {
        self.layers.push(Layer {
            part: self.part.clone(),
            kind,
        });
    }

    /// A MIME entity from a source that can be read once: what is not S/MIME is spooled first.
    fn mime(&mut self, mut source: Box<dyn BufRead + '_>) -> Result<Next, OpenError> {
        skip_request_line(&mut source)?;
        let (header, body) = read_header(source)?;
        self.note_senders(&header);
        self.header.get_or_insert_with(|| header.clone());
        if let Some(next) = self.smime(&header, body)? {
            return match next {
                Step::Next(next) => Ok(next),
                Step::NotSmime(mut body) => {
                    let mut spool = self.context.spools.create()?;
                    spool.write_all(header.raw())?;
                    pump::<io::Error>(&mut body, &mut |chunk| spool.write_all(chunk))?;
                    spool.flush()?;
                    let done = self.mime_spooled(spool.reader()?)?;
                    Ok(match done {
                        Next::Done(None) => Next::Done(Some(spool)),
                        other => other,
                    })
                }
            };
        }
        Ok(Next::Done(None))
    }

    /// A MIME entity from a spool; `Done(None)` when it is the innermost.
    fn mime_spooled(&mut self, source: Box<dyn Read + '_>) -> Result<Next, OpenError> {
        let (header, body) = read_header(Box::new(BufReader::with_capacity(CHUNK, source)))?;
        self.note_senders(&header);
        match self.smime(&header, body)? {
            Some(Step::Next(next)) => Ok(next),
            Some(Step::NotSmime(body)) => {
                let content_type = header.content_type();
                self.layer(LayerKind::Mime {
                    media_type: content_type.essence().to_owned(),
                    deviations: header.deviations().clone(),
                });
                if content_type.type_() == "multipart" {
                    self.children(&content_type, body)?;
                }
                Ok(Next::Done(None))
            }
            None => Ok(Next::Done(None)),
        }
    }

    /// The first header tells whom the message claims to be from. Where a signature has no header
    /// around it, that is the header of its content: signers without one so far are compared with it.
    pub(super) fn note_senders(&mut self, header: &HeaderBlock) {
        if self.senders.is_none() {
            let senders = senders(header);
            if let (Some(trust), false) = (self.context.trust, senders.is_empty()) {
                for layer in &mut self.layers {
                    if let LayerKind::Signed {
                        report,
                        assessments,
                        ..
                    } = &mut layer.kind
                    {
                        compare_addresses(report, assessments, trust, &senders);
                    }
                }
            }
            self.senders = Some(senders);
        }
    }

    /// Runs the reader of an S/MIME entity, or gives the body back.
    fn smime<'s>(
        &mut self,
        header: &HeaderBlock,
        body: Box<dyn BufRead + 's>,
    ) -> Result<Option<Step<'s>>, OpenError> {
        let content_type = header.content_type();
        let signature = content_type
            .parameter("protocol")
            .is_none_or(|protocol| protocol.to_ascii_lowercase().ends_with("pkcs7-signature"));
        // rfc8551:3.5/1
        if content_type.is("multipart", "signed")
            && signature
            && content_type.parameter("boundary").is_some()
        {
            return self
                .clear_signed(&content_type, body)
                .map(|next| Some(Step::Next(next)));
        }
        if !is_pkcs7(header, &content_type) {
            return Ok(Some(Step::NotSmime(body)));
        }
        let octets = decoded(header.transfer_encoding(), body);
        self.cms(Box::new(octets), None, Surroundings::Mime)
            .map(|next| Some(Step::Next(next)))
    }

    /// What one part says of the others: they are looked at as well, and the first error is told when all were, unless
    /// it is about the whole message.
    pub(super) fn sibling(
        &mut self,
        result: Result<Option<Box<dyn Spool>>, OpenError>,
    ) -> Result<(), OpenError> {
        match result {
            Ok(_) => Ok(()),
            Err(error @ (OpenError::Layers | OpenError::Io(_))) => Err(error),
            Err(error) => {
                self.failed.get_or_insert(error);
                Ok(())
            }
        }
    }

    /// The error of the first part that could not be opened, once all were tried.
    pub(super) fn failed_part(&mut self) -> Option<OpenError> {
        self.failed.take()
    }

    /// Every part of a multipart that is no signature: S/MIME within is opened and reported.
    fn children(
        &mut self,
        content_type: &ContentType,
        mut body: Box<dyn BufRead + '_>,
    ) -> Result<(), OpenError> {
        let Some(boundary) = content_type.parameter("boundary") else {
            return Ok(());
        };
        if self.extent == Extent::One {
            return Ok(());
        }
        // rfc8551:6/3
        let mark = self.layers.len();
        let depth = self.depth;
        let mut reader = MultipartReader::new(boundary)?;
        let mut part: Option<Box<dyn Spool>> = None;
        let complete = RefCell::new(VecDeque::new());
        let spools = self.context.spools;
        let mut sink = |event: MultipartEvent<'_>| -> Result<(), OpenError> {
            match event {
                MultipartEvent::PartBegin { .. } => part = Some(spools.create()?),
                MultipartEvent::PartData(data) => {
                    if let Some(part) = &mut part {
                        part.write_all(data)?;
                    }
                }
                MultipartEvent::PartEnd { .. } => complete.borrow_mut().extend(part.take()),
                _ => {}
            }
            Ok(())
        };
        // Each part is opened as soon as it is complete, so that few of them wait at once.
        let mut index = 0usize;
        let mut open_complete = |opener: &mut Self| -> Result<(), OpenError> {
            loop {
                let Some(child) = complete.borrow_mut().pop_front() else {
                    return Ok(());
                };
                opener.part.push(index);
                opener.depth = depth;
                let result = opener.follow(Next::Mime(child));
                opener.part.pop();
                opener.depth = depth;
                index += 1;
                opener.sibling(result)?;
            }
        };
        pump::<OpenError>(&mut body, &mut |chunk| {
            reader.push(chunk, &mut sink)?;
            open_complete(self)
        })?;
        reader.finish(&mut sink)?;
        open_complete(self)?;
        if let Some(error) = self.failed_part() {
            return Err(error);
        }
        // A multipart without any S/MIME in it is one layer.
        let cryptographic = |layer: &Layer| !matches!(layer.kind, LayerKind::Mime { .. });
        if !self.layers.iter().skip(mark).any(cryptographic) {
            self.layers.truncate(mark);
        }
        Ok(())
    }
}

/// A step that ran, or a body that is no S/MIME.
enum Step<'s> {
    Next(Next),
    NotSmime(Box<dyn BufRead + 's>),
}
