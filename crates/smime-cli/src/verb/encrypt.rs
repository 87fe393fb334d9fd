//! `smime encrypt`.

mod agreement;

use std::io::Write;
use std::path::Path;

use cms_algs::Hash;
use cms_algs::spec::RSAES_PKCS1;
use cms_algs::spec::rsa_kem::RsaKem;
use cms_algs::spec::rsa_transport::Oaep;
use cms_core::ber::Cursor;
use cms_core::capabilities::choose_cipher;
use cms_core::enveloped::EnvelopedDataBuilder;
use cms_core::io::{EncryptContext, encrypt};
use cms_core::provider::{CipherKind, ContentCipher, KeyWrapAlgorithm, RecipientAlgorithm};
use cms_core::recipients::{Recipient, RecipientIdentifierForm};
use cms_core::signed::SignerAttributes;
use cms_core::types::{Certificate, CmsAttribute as _, SmimeCapabilities};
use cms_core::{CmsError, ContentForm, oid};
use serde_json::json;
use smime_cert::extension::email_addresses;
use smime_cert::purpose::{self, Purpose};
use smime_msg::compose::{self, Base64Writer, Transport, pkcs7_mime};
use smime_msg::mime::transfer::LineEnd;

use super::sign::{self, Signers};
use crate::args::{Encrypt, OutFormat, Rsa};
use crate::expiry;
use crate::file::{FileSpools, Privacy, Seekable, Target, seekable};
use crate::identity;
use crate::keys;
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;

pub(super) fn run(arguments: &Encrypt, session: &Session) -> Result<u8, Failure> {
    let target = session.target();
    target.check(arguments.out_format == OutFormat::Der)?;
    if arguments.detached.is_some() && arguments.out_format == OutFormat::Smime {
        return Err(Failure::usage(
            "--detached goes with --out-format pem or der: a mail holds its ciphertext",
        ));
    }
    let certificates = recipients(arguments, session)?;
    let (cipher, reason) = chosen_cipher(arguments, &certificates, session)?;
    let wrap = arguments.wrap.as_deref();
    let wrap = wrap.map(|name| key_wrap(name, session)).transpose()?;
    let oaep = Oaep::new(hash(&arguments.oaep_hash)?);
    let rsa: &dyn RecipientAlgorithm = match arguments.rsa {
        Rsa::Oaep => &oaep,
        Rsa::Kem => &RsaKem,
        Rsa::V15 => &RSAES_PKCS1,
    };
    let originator = arguments.originator.as_deref();
    let originator = originator.map(|name| agreement::originator(name, session));
    let originator = originator.transpose()?;
    let own = originator.as_ref();
    let own = own.map(|own| own.agreement(arguments.key_id)).transpose()?;
    let scheme = arguments.agreement.as_deref();
    let scheme = scheme.map(agreement::scheme).transpose()?;
    let mut agreements: Vec<&dyn RecipientAlgorithm> = Vec::new();
    if let Some(own) = &own {
        agreements.push(own);
    }
    if let Some(scheme) = &scheme {
        agreements.push(scheme);
    }
    agreement::must_serve(&agreements, &certificates)?;
    let wanted = [&[rsa], agreements.as_slice()].concat();
    // rfc8551:2.4.1/1, 2.4.1/4, 2.4.1/5
    let mut builder = EnvelopedDataBuilder::new(oid::DATA);
    if let Some(originator) = &originator {
        builder = builder.with_originator(originator.info());
    }
    for certificate in &certificates {
        let recipient = recipient(certificate, &wanted, arguments.key_id, session)?;
        builder = builder.with_recipient(recipient);
    }
    for text in &arguments.kek {
        let (id, key) = keys::kek(text)?;
        let recipient = Recipient::key_encryption_key(id, key);
        builder = builder.with_recipient(match wrap {
            Some(wrap) => recipient.with_key_wrap(wrap),
            None => recipient,
        });
    }
    for source in &arguments.password {
        let password = keys::password(source, session)?;
        builder = builder.with_recipient(Recipient::password(password));
    }
    let spools = session.spools(&target);
    let mut source = seekable(arguments.input.as_deref(), &spools)?;
    if arguments.out_format == OutFormat::Smime || arguments.sign.is_some() {
        let (outer, entity) = entity(&mut source, arguments, &spools, session)?;
        source = entity;
        if arguments.out_format == OutFormat::Smime {
            let smime_type = match cipher.kind() {
                CipherKind::Aead => "authEnveloped-data",
                _ => "enveloped-data",
            };
            target.write(Privacy::Public, session.memory, |out| {
                let mut body = pkcs7_mime(&outer, smime_type, out)?;
                write_cms(
                    builder,
                    cipher,
                    arguments.stream,
                    &mut source,
                    &mut body,
                    session,
                )?;
                body.finish()?;
                Ok(())
            })?;
            return told(&certificates, cipher, &reason, arguments, session);
        }
    }
    if let Some(path) = &arguments.detached {
        let message = detached(builder, cipher, path, &mut source, session)?;
        target.write(Privacy::Public, session.memory, |out| {
            armour(&message, arguments.out_format, out)
        })?;
        return told(&certificates, cipher, &reason, arguments, session);
    }
    target.write(Privacy::Public, session.memory, |out| {
        match arguments.out_format {
            OutFormat::Pem => {
                out.write_all(b"-----BEGIN CMS-----\n")?;
                let mut body = Base64Writer::new(&mut *out, 64, LineEnd::Lf);
                write_cms(
                    builder,
                    cipher,
                    arguments.stream,
                    &mut source,
                    &mut body,
                    session,
                )?;
                body.finish()?.write_all(b"-----END CMS-----\n")?;
                Ok(())
            }
            _ => write_cms(builder, cipher, arguments.stream, &mut source, out, session),
        }
    })?;
    told(&certificates, cipher, &reason, arguments, session)
}

/// A message without its ciphertext, which goes to a file of its own.
fn detached(
    builder: EnvelopedDataBuilder<'_>,
    cipher: &'static dyn ContentCipher,
    path: &Path,
    source: &mut Seekable,
    session: &Session,
) -> Result<Vec<u8>, Failure> {
    let target = Target::file(path, session.force);
    target.check(false)?;
    let mut message = Vec::new();
    target.write(Privacy::Public, session.memory, |out| {
        let mut random = (session.provider().random)();
        let mut sink = |octets: &[u8]| Ok(out.write_all(octets)?);
        let mut writer = builder.start(
            cipher,
            ContentForm::Detached,
            session.provider(),
            &session.policy,
            &mut *random,
            &mut Vec::new(),
        )?;
        cms_core::io::pump::<CmsError>(source, &mut |chunk| writer.update(chunk, &mut sink))?;
        message = writer.finish_detached(&mut sink)?;
        Ok(())
    })?;
    Ok(message)
}

/// A small message in its form.
pub(super) fn armour(
    message: &[u8],
    format: OutFormat,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    if format != OutFormat::Pem {
        return Ok(out.write_all(message)?);
    }
    out.write_all(b"-----BEGIN CMS-----\n")?;
    let mut body = Base64Writer::new(&mut *out, 64, LineEnd::Lf);
    body.write_all(message)?;
    body.finish()?.write_all(b"-----END CMS-----\n")?;
    Ok(())
}

fn told(
    certificates: &[Certificate],
    cipher: &dyn ContentCipher,
    reason: &str,
    arguments: &Encrypt,
    session: &Session,
) -> Result<u8, Failure> {
    let mut names: Vec<_> = certificates
        .iter()
        .map(|certificate| certificate.subject().to_string())
        .collect();
    names.extend(arguments.kek.iter().map(|text| {
        let id = text.split(':').next().unwrap_or_default();
        format!("the key {id}")
    }));
    names.extend(arguments.password.iter().map(|_| "a password".to_owned()));
    let name = oid::display(&cipher.oid());
    session.say(&format!("encrypted with {name} to {}", names.join("; ")));
    let mut report = report::envelope("encrypt", Outcome::Good, "good");
    report::set(&mut report, "cipher", json!(name));
    report::set(&mut report, "cipher-reason", json!(reason));
    let items: Vec<_> = certificates.iter().map(report::certificate).collect();
    report::set(&mut report, "items", json!(items));
    let warnings = certificates.iter().filter_map(|certificate| {
        expiry::warn(&certificate.subject().to_string(), certificate, session)
    });
    report::set(&mut report, "warnings", json!(warnings.collect::<Vec<_>>()));
    session.tell(&report)?;
    Ok(0)
}

/// The entity to be encrypted, signed first if asked for, and the header fields that stay outside.
fn entity(
    source: &mut Seekable,
    arguments: &Encrypt,
    spools: &FileSpools,
    session: &Session,
) -> Result<(Vec<u8>, Seekable), Failure> {
    let Some(signer) = &arguments.sign else {
        let mut entity = spools.make();
        let outer = compose::entity(source, Transport::Binary, &mut entity)?;
        return Ok((outer, entity.into_seekable()?));
    };
    let signers = Signers::find(std::slice::from_ref(signer), false, session)?;
    let mut entity = spools.make();
    let outer = compose::entity(source, Transport::SevenBit, &mut entity)?;
    let mut builder = signers.builder(oid::DATA, |signer| {
        let others = sign::attributes(signer.certificate(), session);
        signer.with_attributes(SignerAttributes::Present {
            signing_time: Some(session.at),
            others,
        })
    });
    for certificate in signers.certificates().chain(&signers.partners(session)) {
        builder = builder.with_certificate(certificate);
    }
    let prepared = builder.prepare(session.provider(), &session.policy)?;
    let mut signed = spools.make();
    sign::clear(
        &[],
        &mut entity.into_seekable()?,
        prepared,
        &mut signed,
        session,
    )?;
    Ok((outer, signed.into_seekable()?))
}

fn write_cms(
    builder: EnvelopedDataBuilder<'_>,
    cipher: &'static dyn ContentCipher,
    stream: bool,
    source: &mut Seekable,
    out: &mut dyn Write,
    session: &Session,
) -> Result<(), Failure> {
    let mut random = (session.provider().random)();
    let form = if stream {
        ContentForm::Indefinite
    } else {
        ContentForm::Definite(source.len()?)
    };
    let context = EncryptContext {
        cipher,
        provider: session.provider(),
        policy: &session.policy,
    };
    encrypt(builder, &context, form, source, out, &mut *random)?;
    Ok(())
}

pub(super) fn cipher(name: &str, session: &Session) -> Result<&'static dyn ContentCipher, Failure> {
    let known = || {
        let names: Vec<_> = session
            .provider()
            .ciphers
            .iter()
            .filter_map(|cipher| oid::name(&cipher.oid()))
            .collect();
        Failure::usage(format!(
            "{name}: no cipher of that name; there are {}",
            names.join(", ")
        ))
    };
    let oid = oid::by_name(&name.to_ascii_lowercase()).ok_or_else(known)?;
    session.provider().cipher(&oid).map_err(|_| known())
}

/// The cipher that was asked for, or the one that serves all recipients, and why (RFC 8551, 2.7.1).
fn chosen_cipher(
    arguments: &Encrypt,
    certificates: &[Certificate],
    session: &Session,
) -> Result<(&'static dyn ContentCipher, String), Failure> {
    if let Some(name) = &arguments.cipher {
        return Ok((cipher(name, session)?, "as asked for".into()));
    }
    let mut known = Vec::new();
    for certificate in certificates {
        known.push(capabilities_of(certificate, session)?);
    }
    let others = arguments.kek.len() + arguments.password.len();
    known.extend(std::iter::repeat_n(None, others));
    let choice = choose_cipher(&known, session.provider(), &session.policy)?;
    Ok((choice.cipher, choice.reason.to_string()))
}

/// What a recipient can deal with: as he said in his newest mail, else as his certificate says (RFC 8551, 2.7.1;
/// RFC 4262, 1).
fn capabilities_of(
    certificate: &Certificate,
    session: &Session,
) -> Result<Option<SmimeCapabilities>, Failure> {
    if let Some(store) = session.existing_store()? {
        for address in email_addresses(certificate) {
            let octets = store.sender(&address)?.capabilities.unwrap_or_default();
            let remembered = Cursor::single(&octets, 0).ok();
            let remembered = remembered.and_then(|octets| SmimeCapabilities::decode(&octets).ok());
            if remembered.is_some() {
                return Ok(remembered);
            }
        }
    }
    Ok(SmimeCapabilities::of_certificate(certificate))
}

fn key_wrap(name: &str, session: &Session) -> Result<&'static dyn KeyWrapAlgorithm, Failure> {
    let known = || {
        Failure::usage(format!(
            "{name}: no key wrap of that name; aes-128-wrap, aes-192-wrap, aes-256-wrap are there"
        ))
    };
    let oid = oid::by_name(&name.to_ascii_lowercase()).ok_or_else(known)?;
    session.provider().key_wrap(&oid).map_err(|_| known())
}

fn hash(name: &str) -> Result<Hash, Failure> {
    let oid = sign::digest(name)?;
    Hash::from_oid(&oid)
        .filter(|hash| *hash != Hash::Md5)
        .ok_or_else(|| Failure::usage("--oaep-hash is sha-256, sha-384 or sha-512"))
}

/// All recipients of `-r` and `-R`.
fn recipients(arguments: &Encrypt, session: &Session) -> Result<Vec<Certificate>, Failure> {
    let mut names = arguments.recipient.clone();
    if let Some(path) = &arguments.recipients {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::from(error).about(&path.display().to_string()))?;
        let lines = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim());
        names.extend(lines.filter(|line| !line.is_empty()).map(str::to_owned));
    }
    let symmetric = !arguments.kek.is_empty() || !arguments.password.is_empty();
    if names.is_empty() && !symmetric {
        return Err(Failure::usage(
            "to whom? give a certificate file or an address with -r, or --password, or --kek",
        ));
    }
    find(&names, session)
}

/// The certificates of addresses and files that may be encrypted to.
pub(super) fn find(names: &[String], session: &Session) -> Result<Vec<Certificate>, Failure> {
    let mut all: Vec<Certificate> = Vec::new();
    for name in names {
        let found = identity::certificates(name, session)?;
        let mut fit = found.into_iter().filter(|one| may_encrypt_to(one, session));
        // A file stands for everybody in it, an address for the newest certificate.
        let chosen: Vec<_> = if Path::new(name).exists() {
            fit.collect()
        } else {
            fit.next().into_iter().collect()
        };
        if chosen.is_empty() {
            return Err(Failure::new(
                Outcome::Policy,
                "wrong-purpose",
                format!(
                    "{name}: no certificate there may be encrypted to (keyUsage, extKeyUsage, validity)"
                ),
            ));
        }
        for certificate in chosen {
            if !all.contains(&certificate) {
                all.push(certificate);
            }
        }
    }
    Ok(all)
}

/// Whether mail may be encrypted to a certificate: by its purpose, its end, and because it is no authority's.
pub(super) fn may_encrypt_to(certificate: &Certificate, session: &Session) -> bool {
    purpose::check(certificate, purpose_of(certificate)).is_ok()
        && session.at <= certificate.not_after()
        && !is_authority(certificate)
}

fn is_authority(certificate: &Certificate) -> bool {
    let constraints = smime_cert::extension::basic_constraints(certificate);
    constraints.is_ok_and(|constraints| constraints.is_some_and(|constraints| constraints.ca))
}

/// What encrypting to a certificate's key is (RFC 8550, 4.4.2).
fn purpose_of(certificate: &Certificate) -> Purpose {
    match certificate.spki().map(|spki| spki.algorithm.oid) {
        Ok(oid::RSA_ENCRYPTION | oid::RSAES_OAEP) => Purpose::KeyTransport,
        // rfc9690:2.3 and rfc9935:5: encapsulation goes with keyEncipherment.
        Ok(oid::RSA_KEM | oid::ML_KEM_512 | oid::ML_KEM_768 | oid::ML_KEM_1024) => {
            Purpose::KeyTransport
        }
        _ => Purpose::KeyAgreement,
    }
}

fn recipient<'a>(
    certificate: &Certificate,
    wanted: &[&'a dyn RecipientAlgorithm],
    key_id: bool,
    session: &Session,
) -> Result<Recipient<'a>, Failure> {
    if let Some(bits) = report::weak_rsa(certificate) {
        session.say(&format!(
            "warning: the RSA key of {} has {bits} bits only",
            certificate.subject()
        ));
    }
    let spki = certificate.spki().map_err(CmsError::from)?;
    let mut wanted = wanted.iter().copied();
    let algorithm = wanted
        .find(|algorithm| algorithm.serves(&spki))
        .or_else(|| session.provider().recipient(&spki).ok())
        .ok_or_else(|| {
            let text = format!(
                "nothing can be encrypted to a key of type {}",
                spki.algorithm.name()
            );
            Failure::new(Outcome::Policy, "wrong-purpose", text)
        })?;
    let mut recipient = Recipient::new(certificate.clone()).with_algorithm(algorithm);
    if key_id {
        recipient = recipient.with_identifier(RecipientIdentifierForm::SubjectKeyIdentifier);
    }
    Ok(recipient)
}
