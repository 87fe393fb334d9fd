//! From RecipientInfos and keys to the content-encryption key.
//!
//! Nothing that depends on a secret is told here: a failure ends in a substitute key, and the content is
//! decrypted with it all the same (RFC 3218, 2.3.2).

use alloc::borrow::Cow;
use alloc::string::ToString;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::error::{CmsError, CryptoError, PolicyRejection};
use crate::key::{CertificateStore, KeyStore, RecipientKey, SecretKey, UnwrapOutcome, Unwrapped};
use crate::limits::Limits;
use crate::policy::{Direction, Policy, Usage};
use crate::provider::{CryptoProvider, KeyLength};
use crate::report::{RecipientReport, RecipientStatus};
use crate::types::{
    Certificate, KekRecipientInfo, KeyAgreeRecipientInfo, OriginatorIdentifierOrKey,
    PasswordRecipientInfo, RecipientIdentifier, RecipientInfo, SignerIdentifier,
    SubjectPublicKeyInfo,
};

/// What is needed to find the key.
pub(crate) struct Opening<'a> {
    pub(crate) keys: &'a dyn KeyStore,
    pub(crate) originators: &'a [Certificate],
    pub(crate) limits: &'a Limits,
    pub(crate) policy: &'a dyn Policy,
    pub(crate) provider: &'a CryptoProvider,
}

impl Opening<'_> {
    /// Tries every RecipientInfo that a key of the store fits. The reports of one RecipientInfo follow each other.
    pub(crate) fn open(
        &self,
        reports: &mut [RecipientReport],
        cek: KeyLength,
    ) -> Result<Unwrapped, CmsError> {
        let mut search = Search {
            context: self,
            cek,
            attempts: self.limits.recipient_attempts,
            iterations: u64::from(self.limits.kdf_iterations),
            best: None,
            rejection: None,
            error: None,
        };
        search.pass(reports, Identified::Named)?;
        if search.best.is_none() {
            search.pass(reports, Identified::Unknown)?;
        }
        match (search.best, search.rejection, search.error) {
            (Some(best), ..) => Ok(best),
            (None, Some(rejection), _) => Err(rejection.into()),
            (None, None, Some(error)) => Err(CmsError::Crypto(error)),
            (None, None, None) => Err(CmsError::NoRecipient),
        }
    }
}

/// Which keys are tried.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Identified {
    /// Those that the RecipientInfo names.
    Named,
    /// Those of which nobody knows the certificate.
    Unknown,
}

impl<'a> Opening<'a> {
    fn keys(&self, rid: &RecipientIdentifier, identified: Identified) -> Vec<&'a dyn RecipientKey> {
        match identified {
            Identified::Named => self.keys.keys(rid),
            Identified::Unknown => self.keys.unidentified_keys(),
        }
    }
}

struct Search<'a> {
    context: &'a Opening<'a>,
    cek: KeyLength,
    /// Attempts that are left.
    attempts: usize,
    /// Iterations of password-based key derivation that are left, for all recipients together.
    iterations: u64,
    /// The best so far: genuine before unknown before failed, and the first of equals. Of several RecipientInfos with
    /// v1.5 that name one key only the first counts: to prefer one whose padding holds would tell an attacker, who
    /// puts a ciphertext of his own in front of a good one, whether it does (RFC 3218, 2.3).
    best: Option<Unwrapped>,
    rejection: Option<PolicyRejection>,
    error: Option<CryptoError>,
}

impl Search<'_> {
    fn pass(
        &mut self,
        reports: &mut [RecipientReport],
        identified: Identified,
    ) -> Result<(), CmsError> {
        for report in reports {
            if self.is_over() {
                break;
            }
            self.recipient(report, identified)?;
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        matches!(&self.best, Some(best) if best.outcome == UnwrapOutcome::Genuine)
    }

    fn recipient(
        &mut self,
        report: &mut RecipientReport,
        identified: Identified,
    ) -> Result<(), CmsError> {
        // One look at each: of very many recipients few are ours. Those of one key agreement share what it decodes to.
        let several = report.is_one_of_several();
        let raw = report.raw();
        let decoded = if several {
            raw.value().ok().map(Cow::Borrowed)
        } else {
            raw.decode().ok().map(Cow::Owned)
        };
        // rfc5652:6.2/4: what cannot be decoded, of whatever version, is passed by
        let Some(info) = decoded else {
            return Ok(());
        };
        let cek = self.cek;
        let index = report.index();
        match &*info {
            RecipientInfo::KeyTrans(ktri) => {
                let keys = self.context.keys(&ktri.rid, identified);
                self.private_keys(report, keys, |key| key.open_key_trans(ktri, cek));
            }
            RecipientInfo::KeyAgree(kari) => {
                let Some(entry) = kari.recipient_encrypted_keys.get(index) else {
                    return Ok(());
                };
                let keys = self.context.keys(&entry.rid, identified);
                if keys.is_empty() {
                    return self.no_key(report);
                }
                let originator = originator_key(kari, self.context.originators);
                self.private_keys(report, keys, |key| {
                    key.open_key_agree(kari, index, originator.as_ref(), cek)
                });
            }
            RecipientInfo::Kem(kemri) => {
                let keys = self.context.keys(&kemri.rid, identified);
                self.private_keys(report, keys, |key| key.open_kem(kemri, cek));
            }
            RecipientInfo::Kek(kekri) if identified == Identified::Named => {
                let keys = self.context.keys.key_encryption_keys(&kekri.kekid);
                self.secrets(report, &keys, |search, key| search.open_kek(kekri, key))?;
            }
            RecipientInfo::Password(pwri) if identified == Identified::Named => {
                let passwords = self.context.keys.passwords();
                self.secrets(report, &passwords, |search, password| {
                    search.open_password(pwri, password)
                })?;
            }
            _ => {}
        }
        Ok(())
    }

    fn no_key(&self, report: &mut RecipientReport) -> Result<(), CmsError> {
        if report.status == RecipientStatus::NotTried {
            report.status = RecipientStatus::NoKey;
        }
        Ok(())
    }

    /// Policy on the algorithm of a recipient for whom there is a key.
    fn allowed(&mut self, report: &mut RecipientReport) -> bool {
        let Some(algorithm) = report.algorithm() else {
            return true;
        };
        let policy = self.context.policy;
        let result = policy.require(&algorithm.oid, Usage::KeyManagement, Direction::Read);
        let Err(rejection) = result else {
            return true;
        };
        report.status = RecipientStatus::Failed;
        report.error = Some(rejection.to_string());
        self.rejection.get_or_insert(rejection);
        false
    }

    fn private_keys(
        &mut self,
        report: &mut RecipientReport,
        keys: Vec<&dyn RecipientKey>,
        mut open: impl FnMut(&dyn RecipientKey) -> Result<Unwrapped, CryptoError>,
    ) {
        if keys.is_empty() {
            if report.status == RecipientStatus::NotTried {
                report.status = RecipientStatus::NoKey;
            }
            return;
        }
        if !self.allowed(report) {
            return;
        }
        // Among several keys of one identifier the padding chooses; there is no other way to tell them apart.
        let mut fitting: Option<Unwrapped> = None;
        for key in keys {
            if self.attempts == 0 {
                break;
            }
            self.attempts -= 1;
            match open(key) {
                Ok(unwrapped) => {
                    if fitting
                        .as_ref()
                        .is_none_or(|fitting| rank_of_key(&unwrapped) > rank_of_key(fitting))
                    {
                        fitting = Some(unwrapped);
                    }
                }
                // rfc5652:6.2/1
                Err(error) => self.failed(report, error),
            }
        }
        if let Some(unwrapped) = fitting {
            self.offer(report, unwrapped);
        }
    }

    fn secrets(
        &mut self,
        report: &mut RecipientReport,
        keys: &[SecretKey],
        open: impl Fn(&mut Self, &SecretKey) -> Result<Zeroizing<Vec<u8>>, CryptoError>,
    ) -> Result<(), CmsError> {
        if keys.is_empty() {
            return self.no_key(report);
        }
        if !self.allowed(report) {
            return Ok(());
        }
        for key in keys {
            if self.attempts == 0 || self.is_over() {
                break;
            }
            self.attempts -= 1;
            let unwrapped = match open(self, key) {
                Ok(key) if self.cek.allows(key.len()) => {
                    Unwrapped::new(key, UnwrapOutcome::Genuine)
                }
                Ok(_) | Err(CryptoError::Failed) => self.substitute()?,
                Err(error) => {
                    self.failed(report, error);
                    continue;
                }
            };
            self.offer(report, unwrapped);
        }
        Ok(())
    }

    /// A key that fits nothing, so that what follows costs and looks the same.
    fn substitute(&self) -> Result<Unwrapped, CryptoError> {
        let mut key = Zeroizing::new(alloc::vec![0; self.cek.preferred()]);
        (self.context.provider.random)().fill(&mut key)?;
        Ok(Unwrapped::new(key, UnwrapOutcome::Failed))
    }

    fn open_kek(
        &self,
        kekri: &KekRecipientInfo,
        kek: &SecretKey,
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let algorithm = &kekri.key_encryption_algorithm;
        let wrap = self.context.provider.key_wrap(&algorithm.oid)?;
        if !wrap.allows_kek(algorithm, kek.as_octets().len())? {
            return Err(CryptoError::Key(
                "the key-encryption key has another length than its algorithm takes",
            ));
        }
        wrap.unwrap(algorithm, kek.as_octets(), &kekri.encrypted_key)
    }

    fn open_password(
        &mut self,
        pwri: &PasswordRecipientInfo,
        password: &SecretKey,
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let provider = self.context.provider;
        let algorithm = &pwri.key_encryption_algorithm;
        let wrap = provider.key_wrap(&algorithm.oid)?;
        let kek_len = wrap.kek_len(algorithm)?;
        let kek = match &pwri.key_derivation_algorithm {
            Some(derivation) => {
                let function = provider.key_derivation(&derivation.oid)?;
                let left = self
                    .iterations
                    .checked_sub(function.iterations(derivation)?)
                    .ok_or(CryptoError::Limit(
                        "iterations of password-based key derivation (Limits::kdf_iterations)",
                    ))?;
                self.iterations = left;
                function.derive(derivation, password.as_octets(), kek_len)?
            }
            // rfc5652:6.2.4: without it "the key-encryption key is supplied from an external source".
            None if password.as_octets().len() == kek_len => {
                Zeroizing::new(password.as_octets().to_vec())
            }
            None => {
                return Err(CryptoError::Key(
                    "the RecipientInfo takes a key, not a password, of another length",
                ));
            }
        };
        wrap.unwrap(algorithm, &kek, &pwri.encrypted_key)
    }

    fn failed(&mut self, report: &mut RecipientReport, error: CryptoError) {
        if report.status != RecipientStatus::Used {
            report.status = RecipientStatus::Failed;
            report.error = Some(error.to_string());
        }
        self.error.get_or_insert(error);
    }

    fn offer(&mut self, report: &mut RecipientReport, unwrapped: Unwrapped) {
        report.status = RecipientStatus::Used;
        report.error = None;
        let better = |best: &Unwrapped| rank(&unwrapped) > rank(best);
        if self.best.as_ref().is_none_or(better) {
            self.best = Some(unwrapped);
        }
    }
}

fn rank(unwrapped: &Unwrapped) -> u8 {
    match unwrapped.outcome {
        UnwrapOutcome::Genuine => 2,
        UnwrapOutcome::Unknown => 1,
        UnwrapOutcome::Failed => 0,
    }
}

fn rank_of_key(unwrapped: &Unwrapped) -> u8 {
    2 * rank(unwrapped) + u8::from(unwrapped.danger_plausible)
}

/// The originator's static key, where a certificate of it is known.
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
