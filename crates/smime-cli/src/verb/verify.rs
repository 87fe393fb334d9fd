//! `smime verify` and `smime open`.

use std::io::Read;

use smime_msg::format::Format;
use smime_msg::open::{Extent, OpenContext, open_as};

use super::judge::{TrustMaterial, conclude};
use crate::args::{InFormat, Open, Verify};
use crate::file::{Target, input};
use crate::identity::OwnIdentity;
use crate::keys::OwnKeys;
use crate::outcome::Failure;
use crate::session::Session;

pub(super) fn verify(arguments: &Verify, session: &Session) -> Result<u8, Failure> {
    let trust = TrustMaterial::new(&arguments.judging, session)?;
    // The content is written only with -o.
    let target = if session.has_output() {
        session.target()
    } else {
        Target::Dropped
    };
    target.check(false)?;
    // A second pass may be needed (a wrong micalg, Ed25519), so that the content is kept until the verdict even then.
    let spools = session.spools(&target);
    let source = input(arguments.input.as_deref())?;
    let content = content(arguments.content.as_deref(), arguments.input.as_deref())?;
    let judged = trust.trust(session);
    let context = OpenContext {
        provider: session.provider(),
        policy: &session.policy,
        limits: &session.limits,
        keys: &Vec::<OwnIdentity>::new(),
        certificates: &trust.certificates,
        spools: &spools,
        trust: judged.as_ref(),
    };
    let format = arguments.in_format.map(format);
    let opened = open_as(source, format, Extent::One, content, &context);
    conclude(
        "verify",
        opened,
        trust.judgement,
        trust.keep_going,
        &target,
        session,
    )
}

pub(super) fn open(arguments: &Open, session: &Session) -> Result<u8, Failure> {
    let trust = TrustMaterial::new(&arguments.judging, session)?;
    let target = session.target();
    target.check(false)?;
    let spools = session.spools(&target);
    let own = OwnKeys::find(&arguments.keys, session)?;
    let keys = own.ring();
    let source = input(arguments.input.as_deref())?;
    let content = content(arguments.content.as_deref(), arguments.input.as_deref())?;
    let judged = trust.trust(session);
    let context = OpenContext {
        provider: session.provider(),
        policy: &session.policy,
        limits: &session.limits,
        keys: &keys,
        certificates: &trust.certificates,
        spools: &spools,
        trust: judged.as_ref(),
    };
    let format = arguments.in_format.map(format);
    let opened = open_as(source, format, Extent::All, content, &context);
    conclude(
        "open",
        opened,
        trust.judgement,
        trust.keep_going,
        &target,
        session,
    )
}

/// Content that stands beside its message.
pub(super) fn content(
    path: Option<&str>,
    signature: Option<&str>,
) -> Result<Option<Box<dyn Read>>, Failure> {
    let stdin = |path: Option<&str>| matches!(path, None | Some("-"));
    match path {
        None => Ok(None),
        Some("-") if stdin(signature) => Err(Failure::usage(
            "message and content cannot both come from stdin",
        )),
        Some(path) => input(Some(path)).map(Some),
    }
}

pub(super) fn format(format: InFormat) -> Format {
    match format {
        InFormat::Smime => Format::Mime,
        InFormat::Pem => Format::Pem,
        InFormat::Der => Format::Der,
    }
}
