//! `smime compress` and `smime decompress`: CompressedData (RFC 3274; RFC 8551, 3.6).

use std::io::Write;

use cms_core::compressed::{CompressedDataWriter, definite_prologue};
use cms_core::io::pump;
use cms_core::provider::CompressionAlgorithm;
use cms_core::types::Certificate;
use cms_core::{CmsError, Surroundings, oid};
use smime_msg::compose::{self, Base64Writer, Transport, pkcs7_mime};
use smime_msg::mime::transfer::LineEnd;
use smime_msg::open::{Extent, LayerKind, OpenContext, open_as};

use super::judge::conclude;
use super::verify::format;
use crate::args::{Compress, Decompress, OutFormat};
use crate::file::{FileSpools, Privacy, Seekable, input, seekable};
use crate::identity::OwnIdentity;
use crate::outcome::{Failure, Outcome};
use crate::report::{self, Judgement, SignerPolicy};
use crate::session::Session;

pub(super) fn compress(arguments: &Compress, session: &Session) -> Result<u8, Failure> {
    let target = session.target();
    target.check(arguments.out_format == OutFormat::Der)?;
    let spools = session.spools(&target);
    let mut source = seekable(arguments.input.as_deref(), &spools)?;
    let mut outer = Vec::new();
    if arguments.out_format == OutFormat::Smime {
        let mut entity = spools.make();
        outer = compose::entity(&mut source, Transport::Binary, &mut entity)?;
        source = entity.into_seekable()?;
    }
    let len = source.len()?;
    let content = Content {
        stream: arguments.stream,
        spools: &spools,
        session,
    };
    target.write(Privacy::Public, session.memory, |out| {
        match arguments.out_format {
            OutFormat::Der => content.write(&mut source, out),
            OutFormat::Pem => {
                out.write_all(b"-----BEGIN CMS-----\n")?;
                let mut body = Base64Writer::new(&mut *out, 64, LineEnd::Lf);
                content.write(&mut source, &mut body)?;
                body.finish()?.write_all(b"-----END CMS-----\n")?;
                Ok(())
            }
            OutFormat::Smime => {
                let mut body = pkcs7_mime(&outer, "compressed-data", out)?;
                content.write(&mut source, &mut body)?;
                body.finish()?;
                Ok(())
            }
        }
    })?;
    session.say(&format!("compressed {len} octets"));
    session.tell(&report::envelope("compress", Outcome::Good, "good"))?;
    Ok(0)
}

/// How content is compressed.
struct Content<'a> {
    stream: bool,
    spools: &'a FileSpools,
    session: &'a Session,
}

impl Content<'_> {
    /// In DER the compressed content waits in a spool, since its length stands before it.
    fn write(&self, source: &mut Seekable, out: &mut dyn Write) -> Result<(), Failure> {
        let compressions = self.session.provider().compressions;
        let compression = compressions.first().copied();
        let compression: &dyn CompressionAlgorithm = compression.ok_or_else(|| {
            Failure::new(
                Outcome::Malformed,
                "unsupported-algorithm",
                "there is no compression",
            )
        })?;
        let surroundings = Surroundings::ContentInfo;
        if self.stream {
            let mut prologue = Vec::new();
            let mut writer =
                CompressedDataWriter::start(&oid::DATA, compression, surroundings, &mut prologue);
            out.write_all(&prologue)?;
            let mut sink = |octets: &[u8]| Ok(out.write_all(octets)?);
            pump::<CmsError>(source, &mut |chunk| writer.update(chunk, &mut sink))?;
            return Ok(writer.finish(&mut sink)?);
        }
        let mut spool = self.spools.make();
        let mut compressor = compression.compressor();
        let mut buffer = Vec::new();
        pump::<CmsError>(source, &mut |chunk| {
            buffer.clear();
            compressor.update(chunk, &mut buffer)?;
            Ok(spool.write_all(&buffer)?)
        })?;
        buffer.clear();
        compressor.finish(&mut buffer)?;
        spool.write_all(&buffer)?;
        let mut compressed = spool.into_seekable()?;
        let len = compressed.len()?;
        out.write_all(&definite_prologue(
            &oid::DATA,
            compression,
            surroundings,
            len,
        ))?;
        std::io::copy(&mut compressed, out)?;
        Ok(())
    }
}

pub(super) fn decompress(arguments: &Decompress, session: &Session) -> Result<u8, Failure> {
    let target = session.target();
    target.check(false)?;
    let spools = session.spools(&target);
    let source = input(arguments.input.as_deref())?;
    let mut limits = session.limits.clone();
    limits.inflate_ratio = arguments.max_ratio;
    let context = OpenContext {
        provider: session.provider(),
        policy: &session.policy,
        limits: &limits,
        keys: &Vec::<OwnIdentity>::new(),
        certificates: &Vec::<Certificate>::new(),
        spools: &spools,
        trust: None,
    };
    let in_format = arguments.in_format.map(format);
    let opened = open_as(source, in_format, Extent::One, None, &context);
    let compressed = opened
        .layers
        .iter()
        .any(|layer| matches!(layer.kind, LayerKind::Compressed(_)));
    if opened.error.is_none() && !compressed {
        let text = "the message is not compressed";
        return Err(Failure::new(Outcome::Bad, "not-compressed", text)
            .with_hint("see what it is with: smime inspect FILE"));
    }
    let judgement = Judgement {
        signers: SignerPolicy::All,
        no_trust: true,
    };
    conclude("decompress", opened, judgement, false, &target, session)
}
