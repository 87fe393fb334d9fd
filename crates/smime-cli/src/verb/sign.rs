//! `smime sign`.

mod amend;

use std::io::{self, Seek, SeekFrom, Write};

use cms_core::capabilities;
use cms_core::io as cms_io;
use cms_core::signed::{
    PreparedSignedData, SignedDataBuilder, Signer, SignerAttributes, SignerIdentifierForm,
};
use cms_core::types::{
    Attribute, Certificate, CertificateReference, IssuerAndSerialNumber, RevocationInfoChoice,
    SigningCertificateV2, SmimeEncryptionKeyPreference,
};
use cms_core::{ContentForm, ObjectIdentifier, oid};
use serde_json::{Value, json};
use smime_cert::extension::email_addresses;
use smime_cert::revocation::AtHand;
use smime_msg::compose::{self, Base64Writer, Transport, pkcs7_mime};
use smime_msg::mime::canonical::pump_canonical;
use smime_msg::mime::transfer::LineEnd;

use super::encrypt;
use crate::args::{OutFormat, Sign};
use crate::expiry;
use crate::file::{Privacy, Seekable, seekable};
use crate::identity::{self, OwnIdentity};
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;
use crate::store::Role;
use crate::trusting::read_statuses;

/// How the signature and the content stand to each other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Clear,
    Detached,
    Opaque,
}

pub(super) fn run(arguments: &Sign, session: &Session) -> Result<u8, Failure> {
    if arguments.append || arguments.countersign.is_some() {
        return amend::run(arguments, session);
    }
    if arguments.content.is_some() {
        return Err(Failure::usage("--content goes with --append"));
    }
    let form = form(arguments)?;
    let target = session.target();
    target.check(arguments.out_format == OutFormat::Der)?;
    let signers = Signers::find(&arguments.signer, arguments.pss, session)?;
    // rfc8551:2.4.1/1, 2.4.1/2, 2.4.1/3, 2.4.2/1
    let prepared = prepare(&signers, arguments, session)?;
    let spools = session.spools(&target);
    let mut source = seekable(arguments.input.as_deref(), &spools)?;
    let memory = session.memory;
    match arguments.out_format {
        OutFormat::Smime if form != Form::Detached => {
            let transport = if form == Form::Clear {
                Transport::SevenBit
            } else {
                Transport::Binary
            };
            let mut entity = spools.make();
            let outer = compose::entity(&mut source, transport, &mut entity)?;
            let mut entity = entity.into_seekable()?;
            target.write(Privacy::Public, memory, |out| {
                if form == Form::Clear {
                    return clear(&outer, &mut entity, prepared, out, session);
                }
                let mut body = pkcs7_mime(&outer, "signed-data", out)?;
                write_cms(
                    prepared,
                    form,
                    arguments.stream,
                    &mut entity,
                    &mut body,
                    session,
                )?;
                body.finish()?.flush()?;
                Ok(())
            })?;
        }
        _ => {
            if arguments.text {
                source = as_text(source, &spools)?;
            }
            target.write(Privacy::Public, memory, |out| match arguments.out_format {
                OutFormat::Der => write_cms(prepared, form, arguments.stream, &mut source, out, session),
                OutFormat::Pem => {
                    out.write_all(b"-----BEGIN CMS-----\n")?;
                    let mut body = Base64Writer::new(&mut *out, 64, LineEnd::Lf);
                    write_cms(prepared, form, arguments.stream, &mut source, &mut body, session)?;
                    body.finish()?.write_all(b"-----END CMS-----\n")?;
                    Ok(())
                }
                OutFormat::Smime => {
                    let head = "MIME-Version: 1.0\r\nContent-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n\
                                Content-Transfer-Encoding: base64\r\n\
                                Content-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n";
                    out.write_all(head.as_bytes())?;
                    let mut body = Base64Writer::new(&mut *out, 64, LineEnd::Crlf);
                    write_cms(prepared, form, arguments.stream, &mut source, &mut body, session)?;
                    body.finish()?;
                    Ok(())
                }
            })?;
        }
    }
    let names: Vec<_> = signers
        .identities
        .iter()
        .map(|identity| identity.certificate.subject().to_string())
        .collect();
    session.say(&format!("signed by {}", names.join("; ")));
    let mut report = report::envelope("sign", Outcome::Good, "good");
    let items: Vec<_> = signers
        .identities
        .iter()
        .map(|identity| report::certificate(&identity.certificate))
        .collect();
    report::set(&mut report, "items", json!(items));
    report::set(&mut report, "warnings", json!(signers.warnings));
    session.tell(&report)?;
    Ok(0)
}

fn form(arguments: &Sign) -> Result<Form, Failure> {
    let smime = arguments.out_format == OutFormat::Smime;
    let form = match (arguments.clear, arguments.opaque, arguments.detached) {
        (true, ..) => Form::Clear,
        (_, true, _) => Form::Opaque,
        (.., true) => Form::Detached,
        _ if smime => Form::Clear,
        _ => Form::Opaque,
    };
    if form == Form::Clear && !smime {
        return Err(Failure::usage(
            "--clear makes a mail: it goes with --out-format smime",
        ));
    }
    if arguments.text && smime {
        return Err(Failure::usage("--text goes with --out-format pem or der"));
    }
    if arguments.no_attrs && arguments.content_type.is_some() {
        return Err(Failure::usage(
            "--content-type needs signed attributes (RFC 5652, 5.3): leave --no-attrs out",
        ));
    }
    Ok(form)
}

/// Those who sign, and the certificates that came with them.
#[derive(Debug)]
pub(super) struct Signers {
    pub(super) identities: Vec<OwnIdentity>,
    bag: Vec<Certificate>,
    /// Warnings of certificates that end soon, for the report.
    pub(super) warnings: Vec<Value>,
}

impl Signers {
    pub(super) fn find(names: &[String], pss: bool, session: &Session) -> Result<Self, Failure> {
        let mut identities = Vec::new();
        let mut bag = Vec::new();
        let mut warnings = Vec::new();
        for name in names {
            let (mut identity, certificates) = identity::signer(name, session)?;
            if pss {
                if identity.key.spki().algorithm.oid != oid::RSA_ENCRYPTION {
                    return Err(Failure::usage(format!(
                        "--pss: the key of {} is no RSA key",
                        identity::shown(name)
                    )));
                }
                identity.key = identity.key.with_pss();
            }
            warnings.extend(expiry::warn(
                identity::shown(name),
                &identity.certificate,
                session,
            ));
            bag.extend(chain(&identity.certificate, &certificates));
            identities.push(identity);
        }
        Ok(Self {
            identities,
            bag,
            warnings,
        })
    }

    /// The message with all certificates of the signers.
    pub(super) fn builder<'a>(
        &'a self,
        content_type: ObjectIdentifier,
        adjust: impl Fn(Signer<'a>) -> Signer<'a>,
    ) -> SignedDataBuilder<'a> {
        self.identities
            .iter()
            .fold(SignedDataBuilder::new(content_type), |builder, identity| {
                builder.with_signer(adjust(Signer::new(
                    identity.certificate.clone(),
                    &identity.key,
                )))
            })
    }

    /// Certificates of the keys that decrypt for signers whose own do not (RFC 8551, 2.5.3: the message "SHOULD" hold
    /// them).
    pub(super) fn partners(&self, session: &Session) -> Vec<Certificate> {
        let signers = self.identities.iter().map(|identity| &identity.certificate);
        signers
            .filter(|certificate| !encrypt::may_encrypt_to(certificate, session))
            .filter_map(|certificate| encryption_partner(certificate, session))
            .collect()
    }

    pub(super) fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.identities
            .iter()
            .map(|identity| &identity.certificate)
            .chain(&self.bag)
    }
}

/// The issuers of a certificate among others, without self-signed ones: receivers have those or do not trust them.
fn chain(certificate: &Certificate, among: &[Certificate]) -> Vec<Certificate> {
    let mut chain: Vec<Certificate> = Vec::new();
    let mut below = certificate.clone();
    while chain.len() < 8 {
        let issuer = among.iter().find(|other| {
            other.subject().matches(&below.issuer())
                && !other.subject().matches(&other.issuer())
                && !chain.contains(other)
                && **other != below
        });
        let Some(issuer) = issuer else {
            break;
        };
        chain.push(issuer.clone());
        below = issuer.clone();
    }
    chain
}

/// What every signer says beside the time: what we can deal with, for those who answer (RFC 8551, 2.5.2), and which
/// certificate is meant, so that no other with the same key can take its place (RFC 5035, 3).
pub(super) fn attributes(certificate: &Certificate, session: &Session) -> Vec<Attribute> {
    let announced = capabilities::announced(session.provider(), &session.policy);
    // rfc8551:2.5.2/1, 2.5.2/2, 2.5.2/3
    let mut attributes = vec![Attribute::of(&announced)];
    attributes.extend(signing_certificate(certificate, session));
    attributes.extend(key_preference(certificate, session));
    attributes
}

/// Where the signer's key does not decrypt, the certificate of the key in the store that does (RFC 8551, 2.5.3).
fn key_preference(certificate: &Certificate, session: &Session) -> Option<Attribute> {
    if encrypt::may_encrypt_to(certificate, session) {
        return None;
    }
    let partner = encryption_partner(certificate, session)?;
    let id = IssuerAndSerialNumber::of(&partner);
    let preference = SmimeEncryptionKeyPreference::IssuerAndSerialNumber(id);
    // rfc8551:2.5.3/1, 2.5.3/2, 2.5.3/3
    Some(Attribute::of(&preference))
}

/// The certificate in the store that is encrypted to for the same person.
pub(super) fn encryption_partner(
    certificate: &Certificate,
    session: &Session,
) -> Option<Certificate> {
    let store = session.existing_store().ok()??;
    let own = store.identities().ok()?;
    let addresses = email_addresses(certificate);
    let partners = own
        .into_iter()
        .rev()
        .filter(|one| one.role == Role::Mailbox);
    partners.filter_map(|one| one.certificate).find(|other| {
        email_addresses(other) == addresses && encrypt::may_encrypt_to(other, session)
    })
}

fn signing_certificate(certificate: &Certificate, session: &Session) -> Option<Attribute> {
    let reference = CertificateReference::to(certificate, oid::SHA256, session.provider()).ok()?;
    Some(Attribute::of(&SigningCertificateV2(vec![reference])))
}

/// How every signer of the command line signs.
fn adjusted<'a>(
    arguments: &Sign,
    session: &Session,
) -> Result<impl Fn(Signer<'a>) -> Signer<'a>, Failure> {
    let digest = match &arguments.digest {
        Some(name) => Some(digest(name)?),
        None => None,
    };
    let (no_attrs, key_id) = (arguments.no_attrs, arguments.key_id);
    let signing_time = (!arguments.no_signing_time).then_some(session.at);
    let no_capabilities = arguments.no_capabilities;
    Ok(move |mut signer: Signer<'a>| {
        let others = match no_capabilities {
            true => Vec::from_iter(signing_certificate(signer.certificate(), session)),
            false => attributes(signer.certificate(), session),
        };
        signer = signer.with_attributes(if no_attrs {
            SignerAttributes::Absent
        } else {
            SignerAttributes::Present {
                signing_time,
                others,
            }
        });
        if key_id {
            signer = signer.with_identifier(SignerIdentifierForm::SubjectKeyIdentifier);
        }
        match digest {
            Some(digest) => signer.with_digest(digest),
            None => signer,
        }
    })
}

fn prepare<'a>(
    signers: &'a Signers,
    arguments: &Sign,
    session: &Session,
) -> Result<PreparedSignedData<'a>, Failure> {
    let content_type = match &arguments.content_type {
        Some(text) => ObjectIdentifier::new(text)
            .map_err(|_| Failure::usage("--content-type is an object identifier in dots"))?,
        None => oid::DATA,
    };
    let mut builder = signers.builder(content_type, adjusted(arguments, session)?);
    if !arguments.no_certs {
        for certificate in signers.certificates().chain(&signers.partners(session)) {
            builder = builder.with_certificate(certificate);
        }
    }
    for name in &arguments.certs {
        for certificate in identity::certificates(name, session)? {
            builder = builder.with_certificate(&certificate);
        }
    }
    let mut statuses = AtHand::default();
    for name in &arguments.crl {
        read_statuses(name, session, &mut statuses)?;
    }
    for list in &statuses.lists {
        builder = builder.with_crl(list.octets().to_vec());
    }
    for response in &statuses.responses {
        let info = RevocationInfoChoice::OcspResponse(response.to_der());
        builder = builder.with_revocation_info(&info);
    }
    Ok(builder.prepare(session.provider(), &session.policy)?)
}

/// A digest by its name in reports, the old spellings included.
pub(super) fn digest(name: &str) -> Result<ObjectIdentifier, Failure> {
    let name = name.to_ascii_lowercase();
    let spelled = match name.strip_prefix("sha") {
        Some(bits) if bits.bytes().all(|octet| octet.is_ascii_digit()) => format!("sha-{bits}"),
        _ => name,
    };
    oid::by_name(&spelled)
        .filter(|oid| cms_algs::Hash::from_oid(oid).is_some())
        .ok_or_else(|| {
            Failure::usage(format!(
                "{spelled}: no digest of that name; sha-256, sha-384, sha-512 are there"
            ))
        })
}

/// multipart/signed around an entity.
pub(super) fn clear(
    outer: &[u8],
    entity: &mut Seekable,
    prepared: PreparedSignedData<'_>,
    out: &mut dyn Write,
    session: &Session,
) -> Result<(), Failure> {
    let mut random = (session.provider().random)();
    entity.seek(SeekFrom::Start(0))?;
    compose::clear_signed(outer, entity, prepared, out, &session.limits, &mut *random)?;
    Ok(())
}

/// One pass where lengths are known beforehand, two where a signature's is not.
fn write_cms(
    prepared: PreparedSignedData<'_>,
    form: Form,
    stream: bool,
    source: &mut Seekable,
    out: &mut dyn Write,
    session: &Session,
) -> Result<(), Failure> {
    let mut random = (session.provider().random)();
    let limits = &session.limits;
    let len = source.len()?;
    let content_form = match form {
        Form::Detached => ContentForm::Detached,
        _ if stream => ContentForm::Indefinite,
        _ => ContentForm::Definite(len),
    };
    if matches!(content_form, ContentForm::Definite(_)) && !prepared.has_exact_length() {
        cms_io::sign_twice(&prepared, source, out, limits, &mut *random)?;
    } else {
        cms_io::sign(prepared, content_form, source, out, limits, &mut *random)?;
    }
    Ok(())
}

/// `--text`: a text/plain entity with canonical line ends.
fn as_text(mut source: Seekable, spools: &crate::file::FileSpools) -> Result<Seekable, Failure> {
    let mut spool = spools.make();
    spool.write_all(b"Content-Type: text/plain\r\n\r\n")?;
    pump_canonical::<io::Error>(&mut source, &mut |octets| spool.write_all(octets))?;
    Ok(spool.into_seekable()?)
}
