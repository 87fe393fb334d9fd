//! `smime cms`: the remaining types of CMS, made and read.

mod certs_only;
mod collect;
mod digest;
mod encrypt_data;
mod mac;

use std::io::Write;

use cms_core::ContentForm;
use cms_core::types::Certificate;
use smime_msg::compose::{Base64Writer, pkcs7_mime};
use smime_msg::mime::transfer::LineEnd;
use smime_msg::open::{Extent, LayerKind, OpenContext, open_as};

use super::judge::conclude;
use super::verify::{content, format};
use crate::args::{Cms, CmsForm, Keys, OutFormat};
use crate::file::{Privacy, input};
use crate::keys::OwnKeys;
use crate::outcome::{Failure, Outcome};
use crate::report::{self, Judgement, SignerPolicy};
use crate::session::Session;

pub(super) fn run(verb: &Cms, session: &Session) -> Result<u8, Failure> {
    match verb {
        Cms::Digest(arguments) => digest::run(arguments, session),
        Cms::Mac(arguments) => mac::run(arguments, session),
        Cms::EncryptData(arguments) => encrypt_data::run(arguments, session),
        Cms::CertsOnly(arguments) => certs_only::run(arguments, session),
        Cms::Collect(arguments) => collect::run(arguments, session),
    }
}

/// Writes what `make` writes in the form that was asked for; `smime_type` names it in a mail.
fn write(
    form: &CmsForm,
    smime_type: &str,
    session: &Session,
    make: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let target = session.target();
    target.write(Privacy::Public, session.memory, |out| {
        match form.out_format {
            OutFormat::Der => make(out),
            OutFormat::Pem => {
                out.write_all(b"-----BEGIN CMS-----\n")?;
                let mut body = Base64Writer::new(&mut *out, 64, LineEnd::Lf);
                make(&mut body)?;
                body.finish()?.write_all(b"-----END CMS-----\n")?;
                Ok(())
            }
            OutFormat::Smime => {
                let mut body = pkcs7_mime(&[], smime_type, out)?;
                make(&mut body)?;
                body.finish()?;
                Ok(())
            }
        }
    })
}

/// Where the content of a message to be made stands.
fn content_form(detached: bool, stream: bool, len: u64) -> ContentForm {
    match (detached, stream) {
        (true, _) => ContentForm::Detached,
        (false, true) => ContentForm::Indefinite,
        (false, false) => ContentForm::Definite(len),
    }
}

/// What was made.
fn told(verb: &str, text: &str, session: &Session) -> Result<u8, Failure> {
    session.say(text);
    session.tell(&report::envelope(verb, Outcome::Good, "good"))?;
    Ok(0)
}

/// What reading needs.
struct Reading<'a> {
    verb: &'static str,
    input: Option<&'a str>,
    content: Option<&'a str>,
    form: &'a CmsForm,
    keys: &'a Keys,
}

/// Reads one layer, which must be of the kind that `is` recognises, and writes its content.
fn read(
    reading: &Reading<'_>,
    is: impl Fn(&LayerKind) -> bool,
    session: &Session,
) -> Result<u8, Failure> {
    let target = session.target();
    target.check(false)?;
    let spools = session.spools(&target);
    let own = OwnKeys::find(reading.keys, session)?;
    let keys = own.ring();
    let source = input(reading.input)?;
    let beside = content(reading.content, reading.input)?;
    let context = OpenContext {
        provider: session.provider(),
        policy: &session.policy,
        limits: &session.limits,
        keys: &keys,
        certificates: &Vec::<Certificate>::new(),
        spools: &spools,
        trust: None,
    };
    let in_format = reading.form.in_format.map(format);
    let opened = open_as(source, in_format, Extent::One, beside, &context);
    if opened.error.is_none() && !opened.layers.iter().any(|layer| is(&layer.kind)) {
        let text = "the message is of another type";
        return Err(Failure::new(Outcome::Bad, "other-type", text)
            .with_hint("see what it is with: smime inspect FILE"));
    }
    let judgement = Judgement {
        signers: SignerPolicy::All,
        no_trust: true,
    };
    conclude(reading.verb, opened, judgement, false, &target, session)
}
