//! `smime cms digest`: DigestedData (RFC 5652, section 7).

use cms_core::digested::DigestedDataWriter;
use cms_core::io::pump;
use cms_core::{CmsError, ContentForm, Surroundings, oid};
use smime_msg::open::LayerKind;

use super::{Reading, content_form, read, told, write};
use crate::args::{CmsDigest, Keys, OutFormat};
use crate::file::seekable;
use crate::outcome::Failure;
use crate::session::Session;
use crate::verb::sign;

pub(super) fn run(arguments: &CmsDigest, session: &Session) -> Result<u8, Failure> {
    if arguments.form.read {
        let reading = Reading {
            verb: "cms",
            input: arguments.input.as_deref(),
            content: arguments.content.as_deref(),
            form: &arguments.form,
            keys: &Keys::default(),
        };
        return read(
            &reading,
            |kind| matches!(kind, LayerKind::Digested(_)),
            session,
        );
    }
    let target = session.target();
    target.check(arguments.form.out_format == OutFormat::Der)?;
    let spools = session.spools(&target);
    let digest = sign::digest(&arguments.digest)?;
    let mut source = seekable(arguments.input.as_deref(), &spools)?;
    let form = content_form(arguments.detached, arguments.stream, source.len()?);
    write(&arguments.form, "digested-data", session, |out| {
        let mut prologue = Vec::new();
        let mut writer = DigestedDataWriter::start(
            &oid::DATA,
            &digest,
            Surroundings::ContentInfo,
            form,
            session.provider(),
            &session.policy,
            &mut prologue,
        )?;
        out.write_all(&prologue)?;
        let mut sink = |octets: &[u8]| Ok(out.write_all(octets)?);
        pump::<CmsError>(&mut source, &mut |chunk| writer.update(chunk, &mut sink))?;
        Ok(writer.finish(&mut sink)?)
    })?;
    let where_ = match form {
        ContentForm::Detached => ", the content stays outside",
        _ => "",
    };
    let text = format!("digested with {}{where_}", oid::display(&digest));
    told("cms", &text, session)
}
