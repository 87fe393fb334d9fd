//! `smime cms collect`: ContentCollection (RFC 4073).

use std::io::{Read, Write};

use cms_core::ber::Tokenizer;
use cms_core::collection::{CollectionEvent, CollectionReader, collection_prologue};
use cms_core::io::pump;
use cms_core::{CmsError, Limits, content_type, oid};
use serde_json::json;
use smime_msg::format::{self, Format};

use super::write;
use crate::args::{CmsCollect, OutFormat};
use crate::file::{FileSpools, Privacy, Seekable, Target, input, seekable};
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;

pub(super) fn run(arguments: &CmsCollect, session: &Session) -> Result<u8, Failure> {
    if arguments.form.read {
        return read(arguments, session);
    }
    let target = session.target();
    target.check(arguments.form.out_format == OutFormat::Der)?;
    let spools = session.spools(&target);
    let mut members = Vec::new();
    for path in &arguments.files {
        members.push(member(path, &spools)?);
    }
    let lengths: Vec<u64> = members
        .iter_mut()
        .map(Seekable::len)
        .collect::<Result<_, _>>()?;
    let prologue = collection_prologue(&lengths)?;
    write(&arguments.form, "content-collection", session, |out| {
        out.write_all(&prologue)?;
        for member in &mut members {
            std::io::copy(member, out)?;
        }
        Ok(())
    })?;
    super::told(
        "cms",
        &format!("collected {} contents", members.len()),
        session,
    )
}

/// A file as a ContentInfo: what it is if it is one, else Data around its octets.
fn member(path: &str, spools: &FileSpools) -> Result<Seekable, Failure> {
    let mut source = seekable(Some(path), spools)?;
    let mut start = Vec::new();
    source.by_ref().take(512).read_to_end(&mut start)?;
    let len = source.len()?;
    let detected = Format::detect(&start);
    if detected == Format::Der && is_content_info(&mut source)? {
        return Ok(source);
    }
    let mut spool = spools.make();
    if detected == Format::Pem {
        {
            let source = std::io::BufReader::new(&mut source);
            let mut octets = format::octets(detected, Box::new(source))?;
            std::io::copy(&mut octets, &mut spool)?;
        }
        let mut inner = spool.into_seekable()?;
        if is_content_info(&mut inner)? {
            return Ok(inner);
        }
        source.len()?;
        spool = spools.make();
    }
    spool.write_all(&cms_core::plain::data_prologue(len))?;
    std::io::copy(&mut source, &mut spool)?;
    Ok(spool.into_seekable()?)
}

/// Whether all of a file is one ContentInfo of a known type; it is at its start afterwards.
fn is_content_info(source: &mut Seekable) -> Result<bool, Failure> {
    source.len()?;
    let mut start = Vec::new();
    source.by_ref().take(64).read_to_end(&mut start)?;
    let len = source.len()?;
    let known = content_type(&start)
        .ok()
        .flatten()
        .is_some_and(|found| found == oid::DATA || oid::is_cms_layer(&found));
    if !known {
        return Ok(false);
    }
    let mut tokenizer = Tokenizer::new(&Limits::DEFAULT);
    let mut chunk = vec![0; 1 << 16];
    let mut sound = true;
    while sound {
        let count = source.read(&mut chunk)?;
        if count == 0 {
            break;
        }
        let mut rest = chunk.get(..count).unwrap_or_default();
        loop {
            match tokenizer.next(&mut rest) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => {
                    sound = false;
                    break;
                }
            }
        }
        // Octets behind the end are not taken.
        sound &= rest.is_empty();
    }
    sound &= tokenizer.is_complete() && tokenizer.position() == len;
    source.len()?;
    Ok(sound)
}

/// Contents of one collection that are written out.
const MAX_MEMBERS: usize = 1_000;

/// Writes every content of a collection into the directory of `-o`, as 0.der, 1.der and so on.
fn read(arguments: &CmsCollect, session: &Session) -> Result<u8, Failure> {
    let [path] = arguments.files.as_slice() else {
        return Err(Failure::usage("--read takes one collection"));
    };
    let directory = session.output_path();
    let spools = match &directory {
        Some(directory) => {
            std::fs::create_dir_all(directory)?;
            FileSpools::beside(&directory.join("0.der"), session.memory)
        }
        None => FileSpools::anonymous(session.memory),
    };
    let mut members = Vec::new();
    let mut source = octets(path, &spools)?;
    let mut start = vec![0; 64];
    let n = source.read(&mut start)?;
    start.truncate(n);
    let found = content_type(&start).map_err(CmsError::from)?;
    let found = found.unwrap_or(oid::DATA);
    let mut reader = CollectionReader::new(&found, &session.limits)?;
    let mut chain = std::io::Cursor::new(start).chain(source);
    pump::<CmsError>(&mut chain, &mut |chunk| {
        reader.push(chunk, &mut |event| {
            match event {
                CollectionEvent::Begin(_) => {
                    // Each may wait in a file of its own.
                    if members.len() >= MAX_MEMBERS {
                        return Err(CmsError::Limit("contents of one collection"));
                    }
                    members.push(spools.make());
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
    // Either all can be written, or none is.
    let targets: Vec<Option<Target>> = (0..members.len())
        .map(|index| {
            let path = directory.as_ref()?.join(format!("{index}.der"));
            Some(Target::file(path, session.force))
        })
        .collect();
    for target in targets.iter().flatten() {
        target.check(false)?;
    }
    let mut items = Vec::new();
    for ((index, member), target) in members.into_iter().enumerate().zip(targets) {
        let mut member = member.into_seekable()?;
        let len = member.len()?;
        let mut start = Vec::new();
        member.by_ref().take(64).read_to_end(&mut start)?;
        member.len()?;
        let kind = content_type(&start).ok().flatten();
        let kind = kind.map_or_else(|| "unknown".to_owned(), |oid| oid::display(&oid));
        session.say(&format!("{index}: {kind}, {len} octets"));
        if let Some(target) = target {
            target.write(Privacy::Private, session.memory, |out| {
                std::io::copy(&mut member, out)?;
                Ok(())
            })?;
        }
        items.push(json!({"index": index, "type": kind, "size": len}));
    }
    let mut value = report::envelope("cms", Outcome::Good, "good");
    report::set(&mut value, "items", json!(items));
    session.tell(&value)?;
    Ok(0)
}

/// The octets of a message in any armour.
fn octets<'a>(path: &str, spools: &FileSpools) -> Result<Box<dyn Read + 'a>, Failure> {
    let mut source = std::io::BufReader::new(input(Some(path))?);
    let start = std::io::BufRead::fill_buf(&mut source)?;
    let detected = Format::detect(start);
    let mut spool = spools.make();
    std::io::copy(&mut format::octets(detected, Box::new(source))?, &mut spool)?;
    Ok(Box::new(spool.into_seekable()?))
}
