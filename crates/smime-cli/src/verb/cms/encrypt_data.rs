//! `smime cms encrypt-data`: EncryptedData (RFC 5652, section 8).

use cms_core::encrypted::EncryptedDataBuilder;
use cms_core::io::pump;
use cms_core::{CmsError, oid};
use smime_msg::open::LayerKind;

use super::{Reading, content_form, read, told, write};
use crate::args::{CmsEncryptData, Keys, OutFormat};
use crate::file::seekable;
use crate::keys::key_file;
use crate::outcome::Failure;
use crate::session::Session;
use crate::verb::encrypt;

pub(super) fn run(arguments: &CmsEncryptData, session: &Session) -> Result<u8, Failure> {
    if arguments.form.read {
        let keys = Keys {
            secret_key: Some(arguments.secret_key.clone()),
            ..Keys::default()
        };
        let reading = Reading {
            verb: "cms",
            input: arguments.input.as_deref(),
            content: arguments.content.as_deref(),
            form: &arguments.form,
            keys: &keys,
        };
        let is = |kind: &LayerKind| matches!(kind, LayerKind::Encrypted { .. });
        return read(&reading, is, session);
    }
    let target = session.target();
    target.check(arguments.form.out_format == OutFormat::Der)?;
    let spools = session.spools(&target);
    let cipher = encrypt::cipher(&arguments.cipher, session)?;
    let key = key_file(&arguments.secret_key)?;
    let mut source = seekable(arguments.input.as_deref(), &spools)?;
    let form = content_form(false, arguments.stream, source.len()?);
    write(&arguments.form, "encrypted-data", session, |out| {
        let mut random = (session.provider().random)();
        let mut prologue = Vec::new();
        let mut writer = EncryptedDataBuilder::new(oid::DATA).start(
            &key,
            cipher,
            form,
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
        &format!("encrypted with {}", arguments.cipher),
        session,
    )
}
