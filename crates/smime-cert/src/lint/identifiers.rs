//! subjectKeyIdentifier and authorityKeyIdentifier (RFC 5280, 4.2.1.1 and 4.2.1.2; RFC 7093, 2; BR 7.1.2.3 g).

use cms_core::ber::{Element, Tag};
use cms_core::provider::{CryptoProvider, SignatureInput};
use cms_core::{CryptoError, DecodeError, DecodeErrorKind, oid};

use super::fields::is_serial;
use super::view::{Findings, View};
use super::{Rule, rules};
use crate::extension::{ids, sequence};

pub(super) fn check(view: &View<'_>, provider: &CryptoProvider, out: &mut Findings) {
    presence(view, provider, out);
    authority(view, out);
    subject(view, provider, out);
}

fn presence(view: &View<'_>, provider: &CryptoProvider, out: &mut Findings) {
    if !view.has(&ids::SUBJECT_KEY_IDENTIFIER) {
        let rule = if view.is_ca {
            &rules::SKI_MISSING_CA
        } else {
            &rules::SKI_MISSING_EE
        };
        out.add(rule, "certificate");
    }
    if view.has(&ids::AUTHORITY_KEY_IDENTIFIER) {
        return;
    }
    // rfc5280:4.2.1.1: a CA may leave it out of "a self-signed certificate", which a signature tells from self-issued.
    match self_signed(view, provider) {
        Ok(()) => {}
        Err(CryptoError::Unsupported(name)) => {
            out.tell(&rules::AKI_UNDECIDED, "certificate", &name)
        }
        Err(_) => out.add(&rules::AKI_MISSING, "certificate"),
    }
}

/// Whether a certificate is a CA's and signed by its own key.
fn self_signed(view: &View<'_>, provider: &CryptoProvider) -> Result<(), CryptoError> {
    let certificate = view.certificate;
    let self_issued = certificate.issuer().octets() == certificate.subject().octets();
    let Some(key) = view.spki.as_ref().filter(|_| view.is_ca && self_issued) else {
        return Err(CryptoError::Failed);
    };
    let algorithm = certificate.signature_algorithm();
    let message = SignatureInput::Message(certificate.tbs());
    let verifier = provider.signature(algorithm)?;
    verifier.verify(algorithm, None, key, message, certificate.signature())
}

/// ```text
/// AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] KeyIdentifier OPTIONAL,
///   authorityCertIssuer [1] GeneralNames OPTIONAL, authorityCertSerialNumber [2] CertificateSerialNumber OPTIONAL }
/// ```
fn authority(view: &View<'_>, out: &mut Findings) {
    let read = |element: &Element<'_>| {
        let mut fields = sequence(element)?;
        let key_id = fields.optional(Tag::context(0))?;
        let issuer = fields.optional(Tag::context(1))?;
        let serial = fields.optional(Tag::context(2))?;
        fields.finish()?;
        let good_serial = serial.is_none_or(|serial| is_serial(serial.contents()));
        let there = [key_id, issuer, serial].map(|field| field.is_some());
        Ok((there, good_serial))
    };
    for (location, fields) in view.read_each(ids::AUTHORITY_KEY_IDENTIFIER, out, read) {
        let ([key_id, issuer, serial], good_serial) = fields;
        let broken: [(bool, &Rule); 4] = [
            (!key_id, &rules::AKI_NO_KEY_ID),
            (issuer && !serial, &rules::AKI_NO_SERIAL),
            (serial && !issuer, &rules::AKI_NO_ISSUER),
            (!good_serial, &rules::SERIAL),
        ];
        for (_, rule) in broken.iter().filter(|(broken, _)| *broken) {
            out.add(rule, &location);
        }
        if view.profile.is_some() && (issuer || serial) {
            out.add(&rules::AKI_HAS_ISSUER, &location);
        }
    }
}

/// SubjectKeyIdentifier ::= OCTET STRING, made of the key in one of the ways that are described, or in another.
fn subject(view: &View<'_>, provider: &CryptoProvider, out: &mut Findings) {
    let read = |element: &Element<'_>| {
        if element.tag() == Tag::OCTET_STRING {
            return element.octets().map(|octets| octets.into_owned());
        }
        let kind = DecodeErrorKind::UnexpectedTag {
            expected: Tag::OCTET_STRING,
            found: element.tag(),
        };
        Err(DecodeError::at(kind, element.offset()))
    };
    for (location, identifier) in view.read_each(ids::SUBJECT_KEY_IDENTIFIER, out, read) {
        if let Some(spki) = &view.spki {
            out.add(method(&identifier, &spki.key, provider), &location);
        }
    }
}

/// The way in which an identifier was made of a key.
fn method(identifier: &[u8], key: &[u8], provider: &CryptoProvider) -> &'static Rule {
    let digest = |oid| {
        let digest = provider.digest(oid).ok()?;
        Some(digest.digest(key))
    };
    if let Some(sha1) = digest(&oid::SHA1) {
        if identifier == sha1 {
            return &rules::SKI_METHOD_1;
        }
        // rfc5280:4.2.1.2: "a four-bit type field with the value 0100 followed by the least significant 60 bits"
        if let (Some((lead, rest)), Some([first, tail @ ..])) =
            (identifier.split_first(), sha1.get(12..))
            && *lead == 0x40 | first & 0x0f
            && rest == tail
        {
            return &rules::SKI_METHOD_2;
        }
    }
    let ways: [(_, &Rule); 3] = [
        (&oid::SHA256, &rules::SKI_RFC7093_1),
        (&oid::SHA384, &rules::SKI_RFC7093_2),
        (&oid::SHA512, &rules::SKI_RFC7093_3),
    ];
    let way = ways
        .into_iter()
        .find(|(oid, _)| digest(oid).is_some_and(|digest| digest.get(..20) == Some(identifier)));
    way.map_or(&rules::SKI_METHOD_UNKNOWN, |(_, rule)| rule)
}
