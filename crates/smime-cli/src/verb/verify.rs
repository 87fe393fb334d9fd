//! `smime verify` and `smime open`.

use std::io::Read;

use smime_msg::format::Format;
use smime_msg::open::{Extent, OpenContext, Opened, open_as};
use smime_msg::spool::Spools;

use super::judge::{TrustMaterial, conclude};
use crate::args::{InFormat, Open, Verify};
use crate::discard::DiscardingSpools;
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
    let judged = trust.trust(session);
    let run = |spools: &dyn Spools| -> Result<Opened, Failure> {
        let source = input(arguments.input.as_deref())?;
        let content = content(arguments.content.as_deref(), arguments.input.as_deref())?;
        let context = OpenContext {
            provider: session.provider(),
            policy: &session.policy,
            limits: &session.limits,
            keys: &Vec::<OwnIdentity>::new(),
            certificates: trust.certificates(),
            spools,
            trust: judged.as_ref(),
        };
        let format = arguments.in_format.map(format);
        Ok(open_as(source, format, Extent::One, content, &context))
    };
    let conclude = |opened: Opened| {
        trust.opened(&opened, session)?;
        conclude(
            "verify",
            opened,
            trust.judgement,
            trust.keep_going,
            &target,
            session,
        )
    };
    // Content that nobody writes is kept only if a second pass needs it (a wrong micalg, Ed25519), and then the message
    // is read again, where that is possible.
    let again = [&arguments.input, &arguments.content]
        .into_iter()
        .all(|path| path.as_deref().is_none_or(is_regular))
        && arguments.input.is_some();
    if matches!(target, Target::Dropped) && again {
        let spools = DiscardingSpools::default();
        let opened = run(&spools)?;
        if !spools.missed() {
            return conclude(opened);
        }
    }
    conclude(run(&session.spools(&target))?)
}

fn is_regular(path: &str) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
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
        certificates: trust.certificates(),
        spools: &spools,
        trust: judged.as_ref(),
    };
    let format = arguments.in_format.map(format);
    let opened = open_as(source, format, Extent::All, content, &context);
    trust.opened(&opened, session)?;
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
