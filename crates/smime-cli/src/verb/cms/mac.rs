//! `smime cms mac`: AuthenticatedData (RFC 5652, section 9).

use cms_core::authenticated::AuthenticatedDataBuilder;
use cms_core::io::pump;
use cms_core::recipients::Recipient;
use cms_core::{CmsError, oid};
use smime_msg::open::LayerKind;

use super::{Reading, content_form, read, told, write};
use crate::args::{CmsMac, OutFormat};
use crate::file::seekable;
use crate::keys::OwnKeys;
use crate::outcome::Failure;
use crate::session::Session;
use crate::verb::{encrypt, sign};

pub(super) fn run(arguments: &CmsMac, session: &Session) -> Result<u8, Failure> {
    if arguments.form.read {
        let reading = Reading {
            verb: "cms",
            input: arguments.input.as_deref(),
            content: arguments.content.as_deref(),
            form: &arguments.form,
            keys: &arguments.keys,
        };
        let is = |kind: &LayerKind| matches!(kind, LayerKind::Authenticated(_));
        return read(&reading, is, session);
    }
    let target = session.target();
    target.check(arguments.form.out_format == OutFormat::Der)?;
    let spools = session.spools(&target);
    let known = || {
        Failure::usage(format!(
            "{}: no MAC of that name; hmac-sha-256, hmac-sha-384, hmac-sha-512 are there",
            arguments.mac
        ))
    };
    let mac = oid::by_name(&arguments.mac.to_ascii_lowercase()).ok_or_else(known)?;
    let mac = session.provider().mac(&mac).map_err(|_| known())?;
    let mut builder = AuthenticatedDataBuilder::new(oid::DATA);
    if let Some(name) = &arguments.attrs {
        builder = builder.with_auth_attributes(sign::digest(name)?, Vec::new());
    }
    for certificate in encrypt::find(&arguments.recipient, session)? {
        builder = builder.with_recipient(Recipient::new(certificate));
    }
    let symmetric = OwnKeys::symmetric(&arguments.keys, session)?;
    for recipient in symmetric.recipients() {
        builder = builder.with_recipient(recipient);
    }
    let mut source = seekable(arguments.input.as_deref(), &spools)?;
    let form = content_form(arguments.detached, arguments.stream, source.len()?);
    write(&arguments.form, "authenticated-data", session, |out| {
        let mut random = (session.provider().random)();
        let mut prologue = Vec::new();
        let mut writer = builder.start(
            mac,
            form,
            session.provider(),
            &session.policy,
            &mut *random,
            &mut prologue,
        )?;
        out.write_all(&prologue)?;
        let mut sink = |octets: &[u8]| Ok(out.write_all(octets)?);
        pump::<CmsError>(&mut source, &mut |chunk| writer.update(chunk, &mut sink))?;
        Ok(writer.finish(&mut sink)?)
    })?;
    told(
        "cms",
        &format!("authenticated with {}", arguments.mac),
        session,
    )
}
