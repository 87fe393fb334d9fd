//! `smime sign --append` and `--countersign`: a message that is signed already gets a further signature.

use std::io::{Read, Write};

use cms_core::report::{SignedDataReport, SignerReport};
use cms_core::signed::{PreparedSignedData, SignedDataBuilder, Signer, countersign};
use cms_core::types::Certificate;
use cms_core::{CmsError, oid};
use serde_json::json;
use smime_msg::compose::{Base64Writer, pkcs7_mime};
use smime_msg::format::Format;
use smime_msg::mime::transfer::LineEnd;
use smime_msg::mime::writer::split_headers;
use smime_msg::open::{Extent, Form as FoundForm, LayerKind, OpenContext, OpenError, open_as};

use super::{Form, Signers, adjusted, clear, write_cms};
use crate::args::Sign;
use crate::file::{FileSpools, Privacy, Seekable, input, seekable};
use crate::identity::OwnIdentity;
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;

pub(super) fn run(arguments: &Sign, session: &Session) -> Result<u8, Failure> {
    let target = session.target();
    let spools = session.spools(&target);
    let source = seekable(arguments.input.as_deref(), &spools)?;
    let mut found = take_apart(source, arguments, &spools, session)?;
    target.check(found.format == Format::Der)?;
    refuse_bad(&found.report, arguments)?;
    let signers = Signers::find(&arguments.signer, arguments.pss, session)?;
    let prepared = match arguments.countersign {
        Some(index) => countersigned(&found.report, index, &signers, arguments, session)?,
        None => appended(&found.report, &signers, arguments, session)?,
    };
    target.write(Privacy::Public, session.memory, |out| {
        put_together(&mut found, prepared, out, session)
    })?;
    let names: Vec<_> = signers
        .identities
        .iter()
        .map(|identity| identity.certificate.subject().to_string())
        .collect();
    let what = if arguments.append {
        "signed"
    } else {
        "countersigned"
    };
    session.say(&format!("{what} by {} as well", names.join("; ")));
    let mut value = report::envelope("sign", Outcome::Good, "good");
    let items: Vec<_> = signers
        .identities
        .iter()
        .map(|identity| report::certificate(&identity.certificate))
        .collect();
    report::set(&mut value, "items", json!(items));
    session.tell(&value)?;
    Ok(0)
}

/// A signed message in its pieces.
struct Found {
    format: Format,
    form: FoundForm,
    /// Header fields outside of the signed entity, for a mail.
    outer: Vec<u8>,
    report: SignedDataReport,
    content: Seekable,
}

fn take_apart(
    mut source: Seekable,
    arguments: &Sign,
    spools: &FileSpools,
    session: &Session,
) -> Result<Found, Failure> {
    let mut start = Vec::new();
    source.by_ref().take(512).read_to_end(&mut start)?;
    source.len()?;
    let format = Format::detect(&start);
    let context = OpenContext {
        provider: session.provider(),
        policy: &session.policy,
        limits: &session.limits,
        keys: &Vec::<OwnIdentity>::new(),
        certificates: &Vec::<Certificate>::new(),
        spools,
        trust: None,
    };
    let mut spool = spools.make();
    std::io::copy(&mut source, &mut spool)?;
    let mut source = spool.into_seekable()?;
    let beside = match arguments.content.as_deref() {
        Some(path) => Some(input(Some(path))?),
        None => None,
    };
    let needs_content = arguments.append && beside.is_none();
    let mut opened = open_as(
        Box::new(&mut source),
        Some(format),
        Extent::One,
        beside,
        &context,
    );
    // A countersignature is over a signature: a detached one can be countersigned without its content.
    let detached = matches!(
        opened.error,
        Some(OpenError::Cms(CmsError::DetachedContentMissing))
    );
    if detached && !needs_content {
        source.len()?;
        opened = open_as(
            Box::new(&mut source),
            Some(format),
            Extent::Outside,
            None,
            &context,
        );
    }
    if let Some(error) = opened.error {
        return Err(error.into());
    }
    let signed = opened
        .layers
        .into_iter()
        .find_map(|layer| match layer.kind {
            LayerKind::Signed { report, form, .. } => Some((report, form)),
            LayerKind::CertsOnly(report) => Some((report, FoundForm::Detached)),
            _ => None,
        });
    let (report, form) = signed.ok_or_else(|| {
        Failure::new(Outcome::Bad, "unsigned", "the message is not signed")
            .with_hint("sign it first: smime sign FILE -s IDENTITY")
    })?;
    let mut content = spools.make();
    if let Some(found) = opened.content {
        std::io::copy(&mut found.into_spool().into_reader()?, &mut content)?;
    }
    let outer = opened.header.as_ref().map(|header| split_headers(header).0);
    Ok(Found {
        format,
        form,
        outer: outer.unwrap_or_default(),
        report,
        content: content.into_seekable()?,
    })
}

/// Nobody signs beside, or over, a signature that does not hold: content that is not what others signed, or a signature
/// that was changed.
fn refuse_bad(report: &SignedDataReport, arguments: &Sign) -> Result<(), Failure> {
    let concerned = |signer: &&SignerReport| match arguments.countersign {
        Some(index) => signer.index == index,
        None => true,
    };
    let wrong = |signer: &SignerReport| {
        signer.digest_ok == Some(false) || signer.signature_ok == Some(false)
    };
    match report
        .signers
        .iter()
        .filter(concerned)
        .find(|signer| wrong(signer))
    {
        Some(signer) => Err(Failure::new(
            Outcome::Bad,
            "bad-signature",
            format!("signature {} of the message does not hold", signer.index),
        )
        .with_hint("see why: smime verify FILE")),
        None => Ok(()),
    }
}

/// The message with the signers of the command line as well.
fn appended<'a>(
    report: &SignedDataReport,
    signers: &'a Signers,
    arguments: &Sign,
    session: &Session,
) -> Result<PreparedSignedData<'a>, Failure> {
    let adjust = adjusted(arguments, session)?;
    let mut builder = SignedDataBuilder::from_report(report);
    for identity in &signers.identities {
        let signer = Signer::new(identity.certificate.clone(), &identity.key);
        builder = builder.with_signer(adjust(signer));
    }
    finish(builder, signers, arguments, session)
}

/// The message with a countersignature by each signer of the command line.
fn countersigned<'a>(
    report: &SignedDataReport,
    index: usize,
    signers: &'a Signers,
    arguments: &Sign,
    session: &Session,
) -> Result<PreparedSignedData<'a>, Failure> {
    let Some(signer) = report.signers.get(index) else {
        return Err(Failure::usage(format!(
            "--countersign {index}: the message has {} signers, counted from 0",
            report.signers.len()
        )));
    };
    let adjust = adjusted(arguments, session)?;
    let mut random = (session.provider().random)();
    let mut info = signer.info.octets().to_vec();
    for identity in &signers.identities {
        let signer = adjust(Signer::new(identity.certificate.clone(), &identity.key));
        info = countersign(
            &info,
            signer,
            session.provider(),
            &session.policy,
            &mut *random,
        )?;
    }
    let builder = SignedDataBuilder::from_report(report).with_replaced_signer_info(index, info)?;
    finish(builder, signers, arguments, session)
}

fn finish<'a>(
    mut builder: SignedDataBuilder<'a>,
    signers: &'a Signers,
    arguments: &Sign,
    session: &Session,
) -> Result<PreparedSignedData<'a>, Failure> {
    if !arguments.no_certs {
        for certificate in signers.certificates() {
            builder = builder.with_certificate(certificate);
        }
    }
    Ok(builder.prepare(session.provider(), &session.policy)?)
}

/// Writes the message again in the form that it had.
fn put_together(
    found: &mut Found,
    prepared: PreparedSignedData<'_>,
    out: &mut dyn Write,
    session: &Session,
) -> Result<(), Failure> {
    let form = match found.form {
        FoundForm::Clear => return clear(&found.outer, &mut found.content, prepared, out, session),
        FoundForm::Detached => Form::Detached,
        FoundForm::Opaque => Form::Opaque,
    };
    let content = &mut found.content;
    match found.format {
        Format::Mime => {
            let smime_type = match found.report.econtent_type {
                oid::SIGNED_RECEIPT => "signed-receipt",
                _ => "signed-data",
            };
            let mut body = pkcs7_mime(&found.outer, smime_type, out)?;
            write_cms(prepared, form, false, content, &mut body, session)?;
            body.finish()?;
            Ok(())
        }
        Format::Der => write_cms(prepared, form, false, content, out, session),
        _ => {
            out.write_all(b"-----BEGIN CMS-----\n")?;
            let mut body = Base64Writer::new(&mut *out, 64, LineEnd::Lf);
            write_cms(prepared, form, false, content, &mut body, session)?;
            body.finish()?.write_all(b"-----END CMS-----\n")?;
            Ok(())
        }
    }
}
