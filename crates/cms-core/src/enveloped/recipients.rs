//! From RecipientInfos and keys to the content-encryption key.
//!
//! Nothing that depends on a secret is told here: a failure ends in a substitute key, and the content is
//! decrypted with it all the same (RFC 3218, 2.3.2).

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::error::{CmsError, CryptoError, PolicyRejection};
use crate::key::{CertificateStore, KeyStore, RecipientKey, UnwrapOutcome, Unwrapped};
use crate::limits::Limits;
use crate::policy::{Direction, Policy, Usage};
use crate::provider::KeyLength;
use crate::report::{RecipientReport, RecipientStatus};
use crate::types::{
    Certificate, KeyAgreeRecipientInfo, OriginatorIdentifierOrKey, Raw, RecipientIdentifier,
    RecipientInfo, SignerIdentifier, SubjectPublicKeyInfo,
};

/// The outcome of looking for a key.
pub(super) struct Opened {
    pub(super) unwrapped: Unwrapped,
}

/// Tries every RecipientInfo that a key of the store fits.
pub(super) fn open(
    infos: &[Raw<RecipientInfo>],
    reports: &mut [Vec<RecipientReport>],
    keys: &dyn KeyStore,
    originators: &[Certificate],
    cek: KeyLength,
    limits: &Limits,
    policy: &dyn Policy,
) -> Result<Opened, CmsError> {
    let mut search = Search {
        policy,
        rejection: None,
        attempts: 0,
        max_attempts: limits.recipient_attempts,
        best: None,
        error: None,
    };
    for (info, reports) in infos.iter().zip(reports) {
        match info.value() {
            Ok(RecipientInfo::KeyTrans(ktri)) => {
                if let Some(report) = reports.first_mut() {
                    search.entry(report, keys, &ktri.rid, |key| key.open_key_trans(ktri, cek));
                }
            }
            Ok(RecipientInfo::KeyAgree(kari)) => {
                let originator = originator_key(kari, originators);
                let entries = kari
                    .recipient_encrypted_keys
                    .iter()
                    .zip(reports)
                    .enumerate();
                for (index, (entry, report)) in entries {
                    search.entry(report, keys, &entry.rid, |key| {
                        key.open_key_agree(kari, index, originator.as_ref(), cek)
                    });
                }
            }
            _ => {}
        }
        if matches!(search.best, Some((_, ref best)) if best.outcome == UnwrapOutcome::Genuine) {
            break;
        }
    }
    match (search.best, search.rejection, search.error) {
        (Some((_, unwrapped)), ..) => Ok(Opened { unwrapped }),
        (None, Some(rejection), _) => Err(rejection.into()),
        (None, None, Some(error)) => Err(CmsError::Crypto(error)),
        (None, None, None) => Err(CmsError::NoRecipient),
    }
}

struct Search<'a> {
    policy: &'a dyn Policy,
    rejection: Option<PolicyRejection>,
    attempts: usize,
    max_attempts: usize,
    /// The best so far: genuine before plausible before unknown before failed.
    best: Option<(u8, Unwrapped)>,
    error: Option<CryptoError>,
}

impl Search<'_> {
    fn entry(
        &mut self,
        report: &mut RecipientReport,
        keys: &dyn KeyStore,
        rid: &RecipientIdentifier,
        mut open: impl FnMut(&dyn RecipientKey) -> Result<Unwrapped, CryptoError>,
    ) {
        let keys = keys.keys(rid);
        if keys.is_empty() {
            report.status = RecipientStatus::NoKey;
            return;
        }
        if let Some(algorithm) = &report.algorithm
            && let Err(rejection) =
                self.policy
                    .require(&algorithm.oid, Usage::KeyManagement, Direction::Read)
        {
            report.status = RecipientStatus::Failed;
            report.error = Some(rejection.to_string());
            self.rejection.get_or_insert(rejection);
            return;
        }
        let several = keys.len() > 1;
        for key in keys {
            if self.attempts >= self.max_attempts {
                return;
            }
            self.attempts += 1;
            match open(key) {
                Ok(unwrapped) => {
                    report.status = RecipientStatus::Used;
                    let rank = match unwrapped.outcome {
                        UnwrapOutcome::Genuine => 3,
                        // Only among several keys of one identifier does it count which one fits.
                        UnwrapOutcome::Unknown if several && unwrapped.danger_plausible => 2,
                        UnwrapOutcome::Unknown => 1,
                        UnwrapOutcome::Failed => 0,
                    };
                    if self.best.as_ref().is_none_or(|(best, _)| rank > *best) {
                        self.best = Some((rank, unwrapped));
                    }
                }
                Err(error) => {
                    if report.status != RecipientStatus::Used {
                        report.status = RecipientStatus::Failed;
                        report.error = Some(error.to_string());
                    }
                    self.error.get_or_insert(error);
                }
            }
        }
    }
}

/// The originator's static key, where originatorInfo has its certificate.
fn originator_key(
    kari: &KeyAgreeRecipientInfo,
    originators: &[Certificate],
) -> Option<SubjectPublicKeyInfo> {
    let id = match &kari.originator {
        OriginatorIdentifierOrKey::OriginatorKey(_) => return None,
        OriginatorIdentifierOrKey::IssuerAndSerialNumber(id) => {
            SignerIdentifier::IssuerAndSerialNumber(id.clone())
        }
        OriginatorIdentifierOrKey::SubjectKeyIdentifier(id) => {
            SignerIdentifier::SubjectKeyIdentifier(id.clone())
        }
    };
    originators
        .certificates(&id)
        .first()
        .and_then(|certificate| certificate.spki().ok())
}
