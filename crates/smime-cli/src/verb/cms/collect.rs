//! `smime cms collect`: ContentCollection (RFC 4073).

use std::io::{Read, Write};

use cms_core::collection::{CollectionEvent, CollectionReader, collection_prologue};
use cms_core::io::pump;
use cms_core::{CmsError, content_type, oid};
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
    if detected == Format::Der {
        return Ok(source);
    }
    let mut spool = spools.make();
    if detected == Format::Pem {
        let mut octets = format::octets(detected, Box::new(std::io::BufReader::new(&mut source)))?;
        std::io::copy(&mut octets, &mut spool)?;
    } else {
        spool.write_all(&cms_core::plain::data_prologue(len))?;
        std::io::copy(&mut source, &mut spool)?;
    }
    Ok(spool.into_seekable()?)
}

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
                CollectionEvent::Begin(_) => members.push(spools.make()),
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
    let mut items = Vec::new();
    for (index, member) in members.into_iter().enumerate() {
        let mut member = member.into_seekable()?;
        let len = member.len()?;
        let mut start = Vec::new();
        member.by_ref().take(64).read_to_end(&mut start)?;
        member.len()?;
        let kind = content_type(&start).ok().flatten();
        let kind = kind.map_or_else(|| "unknown".to_owned(), |oid| oid::display(&oid));
        session.say(&format!("{index}: {kind}, {len} octets"));
        if let Some(directory) = &directory {
            let target = Target::file(directory.join(format!("{index}.der")), session.force);
            target.check(false)?;
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
