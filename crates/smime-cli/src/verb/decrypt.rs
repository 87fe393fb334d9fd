//! `smime decrypt`: one layer of encryption.

use cms_core::types::Certificate;
use smime_msg::open::{Extent, LayerKind, OpenContext, open_as};

use super::judge::conclude;
use super::verify::{content, format};
use crate::args::Decrypt;
use crate::file::input;
use crate::keys::OwnKeys;
use crate::outcome::{Failure, Outcome};
use crate::report::{Judgement, SignerPolicy};
use crate::session::Session;

pub(super) fn run(arguments: &Decrypt, session: &Session) -> Result<u8, Failure> {
    let target = session.target();
    target.check(false)?;
    let spools = session.spools(&target);
    let own = OwnKeys::find(&arguments.keys, session)?;
    let keys = own.ring();
    let source = input(arguments.input.as_deref())?;
    let content = content(arguments.content.as_deref(), arguments.input.as_deref())?;
    let context = OpenContext {
        provider: session.provider(),
        policy: &session.policy,
        limits: &session.limits,
        keys: &keys,
        certificates: &Vec::<Certificate>::new(),
        spools: &spools,
        trust: None,
    };
    let opened = open_as(
        source,
        arguments.in_format.map(format),
        Extent::One,
        content,
        &context,
    );
    let encrypted = opened.layers.iter().any(|layer| {
        matches!(
            layer.kind,
            LayerKind::Enveloped { .. } | LayerKind::Encrypted { .. }
        )
    });
    if opened.error.is_none() && !encrypted {
        return Err(Failure::new(
            Outcome::Bad,
            "not-encrypted",
            "the message is not encrypted",
        )
        .with_hint("see what it is with: smime inspect FILE"));
    }
    let judgement = Judgement {
        signers: SignerPolicy::All,
        no_trust: true,
    };
    conclude("decrypt", opened, judgement, false, &target, session)
}
