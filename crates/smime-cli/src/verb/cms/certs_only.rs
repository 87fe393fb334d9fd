//! `smime cms certs-only`: certificates and CRLs without any content (RFC 8551, section 3.8).

use cms_core::oid;
use cms_core::signed::SignedDataBuilder;
use cms_core::types::Certificate;
use serde_json::json;
use smime_cert::container::pem;
use smime_msg::open::{Extent, LayerKind, OpenContext, open_as};

use super::write;
use crate::args::{CmsCertsOnly, OutFormat};
use crate::file::{FileSpools, Privacy, input, read_small};
use crate::identity::{self, OwnIdentity};
use crate::outcome::{Failure, Outcome};
use crate::report;
use crate::session::Session;
use crate::verb::verify::format;

pub(super) fn run(arguments: &CmsCertsOnly, session: &Session) -> Result<u8, Failure> {
    if arguments.form.read {
        return read(arguments, session);
    }
    let target = session.target();
    target.check(arguments.form.out_format == OutFormat::Der)?;
    // rfc5652:5.2/1, rfc8551:3.8/2
    let mut builder = SignedDataBuilder::new(oid::DATA);
    let mut all: Vec<Certificate> = Vec::new();
    for name in &arguments.certs {
        for certificate in identity::certificates(name, session)? {
            if !all.contains(&certificate) {
                builder = builder.with_certificate(&certificate);
                all.push(certificate);
            }
        }
    }
    let mut crls = 0usize;
    for path in &arguments.crl {
        for crl in crl_file(path)? {
            builder = builder.with_crl(crl);
            crls += 1;
        }
    }
    let prepared = builder.prepare(session.provider(), &session.policy)?;
    write(&arguments.form, "certs-only", session, |out| {
        let mut random = (session.provider().random)();
        Ok(out.write_all(&prepared.without_content(&mut *random)?)?)
    })?;
    session.say(&format!(
        "{} certificates and {crls} CRLs, without signers",
        all.len()
    ));
    let mut value = report::envelope("cms", Outcome::Good, "good");
    let items: Vec<_> = all.iter().map(report::certificate).collect();
    report::set(&mut value, "items", json!(items));
    session.tell(&value)?;
    Ok(0)
}

/// The CRLs of a file, PEM or DER.
fn crl_file(path: &str) -> Result<Vec<Vec<u8>>, Failure> {
    /// The largest public CRLs have about 30 MB.
    const LIMIT: u64 = 64 << 20;
    let octets = read_small(path, LIMIT)?;
    let crls = if octets.starts_with(&[0x30]) {
        vec![octets]
    } else {
        pem::parse_all(&octets)?
            .into_iter()
            .filter(|block| block.label == "X509 CRL")
            .map(|block| block.der.to_vec())
            .collect()
    };
    if crls.is_empty() {
        return Err(Failure::usage(format!("{path}: there is no CRL in it")));
    }
    Ok(crls)
}

/// Writes the certificates of a message as PEM.
fn read(arguments: &CmsCertsOnly, session: &Session) -> Result<u8, Failure> {
    let [path] = arguments.certs.as_slice() else {
        return Err(Failure::usage("--read takes one message"));
    };
    let target = session.target();
    target.check(false)?;
    let spools = FileSpools::anonymous(session.memory);
    let context = OpenContext {
        provider: session.provider(),
        policy: &session.policy,
        limits: &session.limits,
        keys: &Vec::<OwnIdentity>::new(),
        certificates: &Vec::<Certificate>::new(),
        spools: &spools,
        trust: None,
    };
    let in_format = arguments.form.in_format.map(format);
    let opened = open_as(
        input(Some(path))?,
        in_format,
        Extent::Outside,
        None,
        &context,
    );
    let found = opened.layers.iter().find_map(|layer| match &layer.kind {
        LayerKind::CertsOnly(report) | LayerKind::Signed { report, .. } => Some(report),
        _ => None,
    });
    let Some(found) = found else {
        if let Some(error) = opened.error {
            return Err(error.into());
        }
        let text = "the message is of another type";
        return Err(Failure::new(Outcome::Bad, "other-type", text));
    };
    target.write(Privacy::Public, session.memory, |out| {
        for certificate in &found.certificates {
            out.write_all(pem::encode("CERTIFICATE", certificate.octets()).as_bytes())?;
        }
        Ok(())
    })?;
    session.say(&format!(
        "{} certificates and {} CRLs",
        found.certificates.len(),
        found.crls.len()
    ));
    let mut value = report::envelope("cms", Outcome::Good, "good");
    let items: Vec<_> = found.certificates.iter().map(report::certificate).collect();
    report::set(&mut value, "items", json!(items));
    session.tell(&value)?;
    Ok(0)
}
