//! `--agreement`: another scheme than a key's default; `--originator`: a static key of the sender's own on its side
//! (RFC 5652, 6.2.2).

use cms_algs::spec::ecdh::{ChosenScheme, StaticEcdh};
use cms_core::provider::RecipientAlgorithm;
use cms_core::recipients::OriginatorInfo;
use cms_core::types::{Certificate, IssuerAndSerialNumber, OriginatorIdentifierOrKey};
use cms_core::{CmsError, oid};
use smime_cert::purpose::{Purpose, check};

use crate::identity::{self, OwnIdentity};
use crate::outcome::{Failure, Outcome};
use crate::session::Session;

/// The scheme of a name.
pub(super) fn scheme(name: &str) -> Result<ChosenScheme, Failure> {
    let scheme = oid::by_name(&name.to_ascii_lowercase()).map(ChosenScheme::new);
    scheme.and_then(Result::ok).ok_or_else(|| {
        Failure::usage(format!(
            "{name}: no key agreement of that name is written; ecdh-std-sha256kdf, ecdh-cofactor-sha256kdf and \
             ecdh-hkdf-sha256 are, and more hashes"
        ))
    })
}

/// What was asked for and serves nobody was not meant so.
pub(super) fn must_serve(
    asked: &[&dyn RecipientAlgorithm],
    recipients: &[Certificate],
) -> Result<(), Failure> {
    for algorithm in asked {
        let mut keys = recipients.iter().filter_map(|one| one.spki().ok());
        if !keys.any(|key| algorithm.serves(&key)) {
            return Err(Failure::usage(format!(
                "no recipient has a key for {}, on the same curve",
                oid::display(&algorithm.oid())
            )));
        }
    }
    Ok(())
}

/// Who encrypts with a key of its own.
pub(super) struct Originator(OwnIdentity);

/// Of the identities of a name the first whose key may agree on keys.
pub(super) fn originator(name: &str, session: &Session) -> Result<Originator, Failure> {
    let (identities, _) = identity::find(name, session)?;
    let mut identities = identities.into_iter();
    let own = identities.find(|own| {
        let may = check(&own.certificate, Purpose::KeyAgreement).is_ok();
        may && StaticEcdh::new(&own.key, named(&own.certificate)).is_ok()
    });
    own.map(Originator).ok_or_else(|| {
        let text = format!("{name}: no key there may agree on keys (keyUsage, kind of key)");
        Failure::new(Outcome::Policy, "wrong-purpose", text)
    })
}

fn named(certificate: &Certificate) -> OriginatorIdentifierOrKey {
    OriginatorIdentifierOrKey::IssuerAndSerialNumber(IssuerAndSerialNumber::of(certificate))
}

impl Originator {
    pub(super) fn agreement(&self, key_id: bool) -> Result<StaticEcdh<'_>, Failure> {
        let certificate = &self.0.certificate;
        let id = certificate.subject_key_identifier().filter(|_| key_id);
        let name = match id {
            Some(id) => OriginatorIdentifierOrKey::SubjectKeyIdentifier(id.to_vec()),
            None => named(certificate),
        };
        Ok(StaticEcdh::new(&self.0.key, name).map_err(CmsError::from)?)
    }

    /// What recipients find its public key by.
    pub(super) fn info(&self) -> OriginatorInfo {
        OriginatorInfo::new().with_certificate(&self.0.certificate)
    }
}
