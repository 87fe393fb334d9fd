//! `--originator`: a static key of the sender's own on its side of key agreements (RFC 5652, 6.2.2).

use cms_algs::spec::ecdh::StaticEcdh;
use cms_core::CmsError;
use cms_core::provider::RecipientAlgorithm as _;
use cms_core::recipients::OriginatorInfo;
use cms_core::types::{Certificate, IssuerAndSerialNumber, OriginatorIdentifierOrKey};
use smime_cert::purpose::{Purpose, check};

use crate::identity::{self, OwnIdentity};
use crate::outcome::{Failure, Outcome};
use crate::session::Session;

/// Who encrypts with a key of its own.
pub(super) struct Originator(OwnIdentity);

/// Of the identities of a name the first whose key may agree on keys.
pub(super) fn find(name: &str, session: &Session) -> Result<Originator, Failure> {
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

    /// An originator that serves nobody was not meant so.
    pub(super) fn must_serve(
        &self,
        agreement: &StaticEcdh<'_>,
        recipients: &[Certificate],
    ) -> Result<(), Failure> {
        let mut keys = recipients.iter().filter_map(|one| one.spki().ok());
        if keys.any(|key| agreement.serves(&key)) {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "no recipient has a key of the kind that {} has",
            self.0.certificate.subject()
        )))
    }
}
