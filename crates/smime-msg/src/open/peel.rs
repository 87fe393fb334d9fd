//! The loop: what an item is, the reader for it, the next item.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};

use cms_core::enveloped::{DecryptContext, EnvelopedDataReader};
use cms_core::io::{CHUNK, pump};
use cms_core::report::{Deviation, SignedDataReport};
use cms_core::signed::{ContentCandidate, ContentDigester, SignedDataReader, VerifyContext};
use cms_core::{CmsError, ObjectIdentifier, oid};

use super::assess::{Judge, compare_addresses};
use super::layer::{Form, Layer, LayerKind};
use super::{Extent, OpenContext, OpenError};
use crate::format::{self, Format};
use crate::mime::canonical::Canonicalizer;
use crate::mime::header::{HeaderBlock, HeaderProgress, HeaderReader};
use crate::mime::media_type::ContentType;
use crate::mime::micalg::{Micalg, micalg_digests};
use crate::mime::multipart::{MultipartEnd, MultipartEvent, MultipartReader};
use crate::mime::transfer::{Decoder, TransferEncoding};
use crate::spool::{Spool, SpoolReplay};

/// Octets of one header block. The longest headers seen in practice have some ten thousand.
const HEADER_LIMIT: usize = 1 << 20;

pub(super) struct Opener<'a> {
    context: &'a OpenContext<'a>,
    extent: Extent,
    layers: Vec<Layer>,
    senders: Option<Vec<String>>,
    part: Vec<usize>,
    depth: usize,
}

/// What is to be opened next.
enum Item<'s> {
    /// A MIME entity.
    Mime(Box<dyn Read + 's>),
    /// A CMS object: a ContentInfo, or bare content of this type.
    Cms(Box<dyn Read + 's>, Option<ObjectIdentifier>),
}

/// What a step leads to.
enum Next {
    Done(Option<Box<dyn Spool>>),
    Mime(Box<dyn Spool>),
    /// Content of a CMS layer that did not stand in MIME: a MIME entity if it looks like one.
    Content(Box<dyn Spool>),
    Cms(Box<dyn Spool>, ObjectIdentifier),
}

/// Where a CMS object was found.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Surroundings {
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
            part: Vec::new(),
            depth: 0,
        }
    }

    pub(super) fn finish(self) -> (Vec<Layer>, Vec<String>) {
        (self.layers, self.senders.unwrap_or_default())
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
    fn follow(&mut self, mut next: Next) -> Result<Option<Box<dyn Spool>>, OpenError> {
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
                Next::Cms(spool, _) if one => return Ok(Some(spool)),
                Next::Mime(spool) => (spool, None),
                Next::Content(mut spool) => {
                    if !looks_like_mime(&mut *spool)? {
                        return Ok(Some(spool));
                    }
                    (spool, None)
                }
                Next::Cms(spool, oid) => (spool, Some(oid)),
            };
            self.depth += 1;
            if self.depth > self.context.limits.layers {
                return Err(OpenError::Layers);
            }
            let result = {
                let reader = spool.reader()?;
                let item = match kind {
                    None => Item::Mime(reader),
                    Some(oid) => Item::Cms(reader, Some(oid)),
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

    fn layer(&mut self, kind: LayerKind) {
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

    /// The first header tells whom the message claims to be from. Where a signature has no header around it, that is the
    /// header of its content: signers without one so far are compared with it.
    fn note_senders(&mut self, header: &HeaderBlock) {
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
        let octets = Decoded::new(header.transfer_encoding(), body);
        self.cms(Box::new(octets), None, Surroundings::Mime)
            .map(|next| Some(Step::Next(next)))
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
                result?;
            }
        };
        pump::<OpenError>(&mut body, &mut |chunk| {
            reader.push(chunk, &mut sink)?;
            open_complete(self)
        })?;
        reader.finish(&mut sink)?;
        open_complete(self)?;
        // A multipart without any S/MIME in it is one layer.
        let cryptographic = |layer: &Layer| !matches!(layer.kind, LayerKind::Mime { .. });
        if !self.layers.iter().skip(mark).any(cryptographic) {
            self.layers.truncate(mark);
        }
        Ok(())
    }

    /// A CMS object from octets.
    fn cms(
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
        let source: Box<dyn Read + '_> = Box::new(Cursor::new(start).chain(source));
        match content_type {
            oid::SIGNED_DATA => self.opaque_signed(source, nested.is_some(), surroundings),
            oid::ENVELOPED_DATA | oid::AUTH_ENVELOPED_DATA => {
                self.enveloped(source, nested, surroundings)
            }
            other => Err(CmsError::UnexpectedContentType(oid::display(&other)).into()),
        }
    }

    fn opaque_signed(
        &mut self,
        mut source: Box<dyn Read + '_>,
        nested: bool,
        surroundings: Surroundings,
    ) -> Result<Next, OpenError> {
        let OpenContext {
            provider, limits, ..
        } = self.context;
        let mut reader = if nested {
            SignedDataReader::nested(provider, limits)
        } else {
            SignedDataReader::new(provider, limits)
        };
        let mut spool = self.context.spools.create()?;
        pump::<CmsError>(&mut source, &mut |chunk| {
            reader.push(chunk, &mut |octets| {
                Ok(spool.write_all(octets.danger_octets())?)
            })
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

    fn verify_context(&self) -> VerifyContext<'a> {
        VerifyContext {
            provider: self.context.provider,
            policy: self.context.policy,
            certificates: self.context.certificates,
        }
    }

    fn signed_layer(&mut self, report: SignedDataReport, form: Form, micalg_wrong: bool) {
        let senders = self.senders.clone().unwrap_or_default();
        let OpenContext {
            trust,
            provider,
            policy,
            ..
        } = self.context;
        let mut judge = Judge::new(&report.certificates, &senders, *trust, provider, *policy);
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

    fn enveloped(
        &mut self,
        mut source: Box<dyn Read + '_>,
        nested: Option<ObjectIdentifier>,
        surroundings: Surroundings,
    ) -> Result<Next, OpenError> {
        let context = DecryptContext {
            provider: self.context.provider,
            policy: self.context.policy,
            keys: Some(self.context.keys),
        };
        let mut reader = match nested {
            Some(oid) => EnvelopedDataReader::nested(&oid, context, self.context.limits)?,
            None => EnvelopedDataReader::new(context, self.context.limits),
        };
        let mut spool = self.context.spools.create()?;
        let mut sink =
            |octets: cms_core::Unverified<'_>| Ok(spool.write_all(octets.danger_octets())?);
        let result = pump::<CmsError>(&mut source, &mut |chunk| reader.push(chunk, &mut sink))
            .and_then(|()| reader.finish(&mut sink));
        let report = reader.report();
        let econtent_type = report.econtent_type;
        self.layer(LayerKind::Enveloped {
            report,
            decrypted: result.is_ok(),
        });
        result?;
        spool.flush()?;
        Ok(next(spool, econtent_type, surroundings))
    }

    /// multipart/signed (RFC 1847, 2.1; RFC 8551, 3.5.3).
    fn clear_signed(
        &mut self,
        content_type: &ContentType,
        mut body: Box<dyn BufRead + '_>,
    ) -> Result<Next, OpenError> {
        let boundary = content_type.parameter("boundary").unwrap_or_default();
        let named = micalg_digests(content_type.parameter("micalg").unwrap_or_default());
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

    /// A detached signature and its content, which is taken as it is.
    fn detached(
        &mut self,
        mut signature: Box<dyn Read + '_>,
        mut content: Box<dyn Read + '_>,
    ) -> Result<Next, OpenError> {
        let mut spool = self.context.spools.create()?;
        let mut octets = Vec::new();
        let limit = self.context.limits.element;
        signature
            .by_ref()
            .take(limit.saturating_add(1))
            .read_to_end(&mut octets)?;
        // The message tells which digests it needs; only those are computed.
        let mut probe = SignedDataReader::new(self.context.provider, self.context.limits);
        probe.push(&octets, &mut |_| Ok(()))?;
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
        let report = self.verify_detached(&mut octets.as_slice(), &mut *spool, digests, false)?;
        self.signed_layer(report, Form::Detached, false);
        Ok(Next::Content(spool))
    }

    /// A detached signature that stands in a MIME entity of its own.
    fn detached_in_mime<'s>(
        &mut self,
        source: BufReader<Box<dyn Read + 's>>,
        content: Box<dyn Read + 's>,
    ) -> Result<Next, OpenError> {
        let (header, body) = read_header(Box::new(source))?;
        self.note_senders(&header);
        let octets = Decoded::new(header.transfer_encoding(), body);
        self.detached(Box::new(octets), content)
    }
}

/// A step that ran, or a body that is no S/MIME.
enum Step<'s> {
    Next(Next),
    NotSmime(Box<dyn BufRead + 's>),
}

/// Whom a message claims to be from: the one mailbox of From, or Sender (RFC 8550, 3). A message with several From
/// fields or mailboxes is from its Sender alone, and from nobody without one: otherwise one of its authors could
/// speak for the others.
fn senders(header: &HeaderBlock) -> Vec<String> {
    let mut senders = header.from_addresses();
    let mut fields = header.all("From");
    let unambiguous = match (fields.next(), fields.next(), senders.as_slice()) {
        (None, ..) => true,
        (Some(field), None, [address]) => names_only(&field.value(), address),
        _ => false,
    };
    if !unambiguous {
        senders.clear();
    }
    if header.count("Sender") == 1 {
        senders.extend(header.sender_addresses());
    }
    if !unambiguous && senders.is_empty() {
        senders.push("several senders, or none that can be read".to_owned());
    }
    senders
}

/// Whether a From value holds no other address than this one, outside of quoted strings and comments: what readers
/// disagree on must not decide whose mail it is.
fn names_only(value: &str, address: &str) -> bool {
    let mut bare = String::with_capacity(value.len());
    let (mut quoted, mut comment, mut escaped) = (false, 0usize, false);
    for c in value.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted || comment > 0 => escaped = true,
            '"' if comment == 0 => quoted = !quoted,
            '(' if !quoted => comment += 1,
            ')' if !quoted => comment = comment.saturating_sub(1),
            c if !quoted && comment == 0 => bare.push(c),
            _ => {}
        }
    }
    let quoted_local = address.starts_with('"');
    let mut words = bare
        .split(|c: char| c.is_whitespace() || "<>,;:".contains(c))
        .filter(|word| word.contains('@'));
    words.all(|word| word.eq_ignore_ascii_case(address) || quoted_local && address.ends_with(word))
}

/// What the content of a layer is.
fn next(
    spool: Box<dyn Spool>,
    econtent_type: ObjectIdentifier,
    surroundings: Surroundings,
) -> Next {
    match (econtent_type, surroundings) {
        (oid::DATA, Surroundings::Mime) => Next::Mime(spool),
        (oid::DATA, Surroundings::Bare) => Next::Content(spool),
        (oid::SIGNED_DATA | oid::ENVELOPED_DATA | oid::AUTH_ENVELOPED_DATA, _) => {
            Next::Cms(spool, econtent_type)
        }
        _ => Next::Done(Some(spool)),
    }
}

/// Whether content begins with header fields that include Content-Type or MIME-Version.
fn looks_like_mime(spool: &mut dyn Spool) -> Result<bool, OpenError> {
    let mut start = Vec::new();
    spool.reader()?.take(64 * 1024).read_to_end(&mut start)?;
    let mut reader = HeaderReader::new(64 * 1024);
    let block = match reader.push(&start) {
        Ok(HeaderProgress::Done { block, .. }) => block,
        Ok(_) => reader.finish(),
        Err(_) => return Ok(false),
    };
    Ok(block.count("Content-Type") + block.count("MIME-Version") > 0)
}

/// The content type of the ContentInfo that `source` begins with; what was read for it goes to `start`.
fn content_type(source: &mut dyn Read, start: &mut Vec<u8>) -> Result<ObjectIdentifier, OpenError> {
    let mut buffer = [0; 512];
    loop {
        if let Some(oid) = cms_core::content_type(start).map_err(CmsError::from)? {
            return Ok(oid);
        }
        let n = source.read(&mut buffer)?;
        if n == 0 {
            let kind = cms_core::DecodeErrorKind::Truncated;
            let offset = u64::try_from(start.len()).unwrap_or(u64::MAX);
            return Err(CmsError::from(
                cms_core::DecodeError::at(kind, offset).within("ContentInfo"),
            )
            .into());
        }
        start.extend_from_slice(buffer.get(..n).unwrap_or_default());
    }
}

/// Whether an entity is application/pkcs7-mime under any of its names (RFC 8551, 3.2 and 3.10; RFC 2311,
/// Appendix C.1).
fn is_pkcs7(header: &HeaderBlock, content_type: &ContentType) -> bool {
    let essence = content_type.essence();
    if ["application/pkcs7-mime", "application/x-pkcs7-mime"].contains(&essence) {
        return true;
    }
    let signature = [
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    ]
    .contains(&essence);
    if essence != "application/octet-stream" && !signature {
        return false;
    }
    let by_name = |name: &str| {
        let name = name.to_ascii_lowercase();
        [".p7m", ".p7s", ".p7c", ".p7z"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    signature
        || content_type.parameter("name").is_some_and(by_name)
        || header
            .content_disposition_filename()
            .is_some_and(|name| by_name(&name))
}

/// AS2 logs and HTTP captures begin with a request or status line, which is no header field.
fn skip_request_line(source: &mut dyn BufRead) -> io::Result<()> {
    let start = source.fill_buf()?;
    let Some(end) = start.iter().take(4096).position(|octet| *octet == b'\n') else {
        return Ok(());
    };
    let line = start.get(..end).unwrap_or_default().trim_ascii_end();
    let words: Vec<&[u8]> = line.split(|octet| *octet == b' ').collect();
    let version = |word: &[u8]| [&b"HTTP/1.0"[..], b"HTTP/1.1"].contains(&word);
    let is_http = match words.as_slice() {
        // A method is a token in capitals, and so no header field's name with its colon.
        [method, _, last] if version(last) => {
            !method.is_empty() && method.iter().all(u8::is_ascii_uppercase)
        }
        [first, status, ..] if version(first) => status.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if is_http {
        source.consume(end + 1);
    }
    Ok(())
}

/// The header block, and the body behind it.
fn read_header<'s>(
    mut source: Box<dyn BufRead + 's>,
) -> Result<(HeaderBlock, Box<dyn BufRead + 's>), OpenError> {
    let mut reader = HeaderReader::new(HEADER_LIMIT);
    let block = loop {
        let input = source.fill_buf()?;
        if input.is_empty() {
            break reader.finish();
        }
        let len = input.len();
        match reader.push(input)? {
            HeaderProgress::Done { consumed, block } => {
                source.consume(consumed);
                break block;
            }
            _ => source.consume(len),
        }
    };
    let surplus = Cursor::new(block.surplus().to_vec());
    let body: Box<dyn BufRead + 's> = if block.surplus().is_empty() {
        source
    } else {
        Box::new(surplus.chain(source))
    };
    Ok((block, body))
}

/// Whether micalg and the signers' digests disagree.
fn micalg_is_wrong(named: &[Micalg], report: &SignedDataReport) -> bool {
    report.signers.iter().any(|signer| {
        signer.info.value().is_ok_and(|info| {
            let name = oid::display(&info.digest_algorithm.oid);
            !named.iter().any(|micalg| micalg.name() == name)
        })
    })
}

/// Digests of a signed part as it is and, from its first bare line feed on, with canonical line ends: local copies of
/// mail have local line ends, and binary parts must be taken as they are.
struct LineEndDigests {
    exact: ContentDigester,
    canonical: Option<(ContentDigester, Canonicalizer)>,
    after_cr: bool,
}

impl LineEndDigests {
    fn new(exact: ContentDigester) -> Self {
        Self {
            exact,
            canonical: None,
            after_cr: false,
        }
    }

    fn update(&mut self, data: &[u8]) {
        if let Some((digester, canonicalizer)) = &mut self.canonical {
            self.exact.update(data);
            canonicalizer.push(data, &mut |octets| digester.update(octets));
            return;
        }
        match self.bare_line_feed(data) {
            None => self.exact.update(data),
            Some(at) => {
                let (same, rest) = data.split_at_checked(at).unwrap_or((data, &[]));
                self.exact.update(same);
                self.canonical = Some((self.exact.fork(), Canonicalizer::new()));
                self.update(rest);
            }
        }
        self.after_cr = data.last() == Some(&b'\r');
    }

    fn bare_line_feed(&self, data: &[u8]) -> Option<usize> {
        memchr::memchr_iter(b'\n', data).find(|at| match at.checked_sub(1) {
            Some(before) => data.get(before) != Some(&b'\r'),
            None => !self.after_cr,
        })
    }
}

/// The second part of multipart/signed: a header and an encoded signature.
struct SignaturePart {
    header: Option<HeaderReader>,
    decoder: Option<Decoder>,
    octets: Vec<u8>,
    limit: u64,
    begun: bool,
    foreign: bool,
}

impl SignaturePart {
    fn new(limit: u64) -> Self {
        Self {
            header: Some(HeaderReader::new(HEADER_LIMIT)),
            decoder: None,
            octets: Vec::new(),
            limit,
            begun: false,
            foreign: false,
        }
    }

    fn push(&mut self, data: &[u8]) -> Result<(), OpenError> {
        self.begun = true;
        let mut rest = data;
        if let Some(header) = &mut self.header {
            let HeaderProgress::Done { consumed, block } = header.push(data)? else {
                return Ok(());
            };
            rest = data.get(consumed..).unwrap_or_default();
            self.header = None;
            self.begin_body(&block)?;
        }
        if let Some(decoder) = &mut self.decoder {
            decoder.push(rest, &mut self.octets)?;
        }
        if u64::try_from(self.octets.len()).is_ok_and(|len| len > self.limit) {
            return Err(CmsError::Limit("signature part (Limits::element)").into());
        }
        Ok(())
    }

    fn begin_body(&mut self, block: &HeaderBlock) -> Result<(), OpenError> {
        self.foreign = !is_pkcs7(block, &block.content_type());
        let mut decoder = Decoder::new(block.transfer_encoding());
        decoder.push(block.surplus(), &mut self.octets)?;
        self.decoder = Some(decoder);
        Ok(())
    }

    fn finish(mut self) -> Result<Option<(Vec<u8>, bool)>, OpenError> {
        if !self.begun {
            return Ok(None);
        }
        if let Some(header) = self.header.take() {
            self.begin_body(&header.finish())?;
        }
        if let Some(decoder) = &mut self.decoder {
            decoder.finish(&mut self.octets)?;
        }
        Ok(Some((trimmed(self.octets), self.foreign)))
    }
}

/// A binary signature part ends where its encoding ends; the line break that some writers put there is not part of it.
fn trimmed(mut octets: Vec<u8>) -> Vec<u8> {
    if let Ok(element) = cms_core::ber::Cursor::new(&octets, 0).element() {
        let len = element.raw().len();
        if octets
            .get(len..)
            .is_some_and(|rest| rest.iter().all(u8::is_ascii_whitespace))
        {
            octets.truncate(len);
        }
    }
    octets
}

/// A body without its transfer encoding.
struct Decoded<'s> {
    source: Box<dyn BufRead + 's>,
    decoder: Option<Decoder>,
    decoded: Vec<u8>,
    given: usize,
}

impl<'s> Decoded<'s> {
    /// Senders label binary bodies as 7bit and base64 ones as binary; the first octets tell.
    fn new(encoding: TransferEncoding, mut source: Box<dyn BufRead + 's>) -> Self {
        let start = source.fill_buf().unwrap_or_default();
        let encoding = if encoding.is_identity() && Format::detect(start) == Format::Base64 {
            TransferEncoding::Base64
        } else {
            encoding
        };
        Self {
            source,
            decoder: Some(Decoder::new(encoding)),
            decoded: Vec::new(),
            given: 0,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.decoded.clear();
        self.given = 0;
        while self.decoded.is_empty() {
            let Some(decoder) = &mut self.decoder else {
                return Ok(());
            };
            let input = self.source.fill_buf()?;
            let used = input.len();
            decoder
                .push(input, &mut self.decoded)
                .map_err(io::Error::other)?;
            if used == 0 {
                decoder
                    .finish(&mut self.decoded)
                    .map_err(io::Error::other)?;
                self.decoder = None;
            }
            self.source.consume(used);
        }
        Ok(())
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.given == self.decoded.len() {
            self.refill()?;
        }
        let mut rest = self.decoded.get(self.given..).unwrap_or_default();
        let n = rest.read(out)?;
        self.given += n;
        Ok(n)
    }
}
