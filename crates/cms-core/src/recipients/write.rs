//! From a content-encryption key and recipients to RecipientInfos.

use alloc::vec::Vec;

use crate::ber::write;
use crate::error::{CmsError, CryptoError};
use crate::key::SecretKey;
use crate::oid;
use crate::policy::{Direction, Policy, Usage};
use crate::provider::{
    CryptoProvider, KeyWrapAlgorithm, Random, RecipientAlgorithm, WrapRequest, WrappedKey,
};
use crate::types::{
    Certificate, IssuerAndSerialNumber, KekIdentifier, KekRecipientInfo, KemRecipientInfo,
    KeyAgreeRecipientInfo, KeyTransRecipientInfo, OtherRecipientInfo, PasswordRecipientInfo,
    RecipientEncryptedKey, RecipientIdentifier, RecipientInfo, SmimeCapabilities,
    SubjectPublicKeyInfo,
};

/// One recipient of a message to be written, or several that share a key agreement.
#[derive(Clone, Debug)]
pub struct Recipient<'a> {
    kind: Kind,
    identifier: RecipientIdentifierForm,
    algorithm: Option<&'a dyn RecipientAlgorithm>,
    key_wrap: Option<&'a dyn KeyWrapAlgorithm>,
    ukm: Option<Vec<u8>>,
}

#[derive(Clone, Debug)]
enum Kind {
    Certificates(Vec<Certificate>),
    Kek(KekIdentifier, SecretKey),
    Other(OtherRecipientInfo),
    Password(SecretKey),
}

/// How a recipient is named.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the two choices of RecipientIdentifier"
)]
pub enum RecipientIdentifierForm {
    /// issuerAndSerialNumber.
    IssuerAndSerialNumber,
    /// subjectKeyIdentifier, where the certificate has one.
    SubjectKeyIdentifier,
}

impl<'a> Recipient<'a> {
    /// A recipient by its certificate, with the provider's default algorithm for the key.
    #[must_use]
    pub fn new(certificate: Certificate) -> Self {
        Self::group(alloc::vec![certificate])
    }

    /// Recipients who share one KeyAgreeRecipientInfo: their keys must be of one kind, on one curve.
    #[must_use]
    pub fn group(certificates: Vec<Certificate>) -> Self {
        Self::of(Kind::Certificates(certificates))
    }

    /// A key that both sides have already (KEKRecipientInfo).
    #[must_use]
    pub fn key_encryption_key(id: KekIdentifier, key: SecretKey) -> Self {
        Self::of(Kind::Kek(id, key))
    }

    /// A password (PasswordRecipientInfo), in UTF-8 as RFC 3211 wants it.
    #[must_use]
    pub fn password(password: SecretKey) -> Self {
        Self::of(Kind::Password(password))
    }

    /// A recipient whose OtherRecipientInfo the caller has made.
    #[must_use]
    pub fn other(info: OtherRecipientInfo) -> Self {
        Self::of(Kind::Other(info))
    }

    fn of(kind: Kind) -> Self {
        Self {
            kind,
            identifier: RecipientIdentifierForm::IssuerAndSerialNumber,
            algorithm: None,
            key_wrap: None,
            ukm: None,
        }
    }

    /// Names the recipient in another way.
    #[must_use]
    pub fn with_identifier(mut self, form: RecipientIdentifierForm) -> Self {
        self.identifier = form;
        self
    }

    /// Another key management algorithm for certificates.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: &'a dyn RecipientAlgorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Another key wrap for a key-encryption key or a password.
    #[must_use]
    pub fn with_key_wrap(mut self, algorithm: &'a dyn KeyWrapAlgorithm) -> Self {
        self.key_wrap = Some(algorithm);
        self
    }

    /// User keying material for key agreement (RFC 5652, 10.2.6) and key encapsulation (RFC 9629, 3).
    #[must_use]
    pub fn with_ukm(mut self, ukm: Vec<u8>) -> Self {
        self.ukm = Some(ukm);
        self
    }

    /// Whether all of these recipients announce id-alg-cek-hkdf-sha256 in the smimeCapabilities extension of their
    /// certificates (RFC 9709, 4; RFC 4262). Those without certificates announce nothing.
    #[must_use]
    pub fn announces_cek_hkdf(&self) -> bool {
        match &self.kind {
            Kind::Certificates(certificates) => certificates.iter().all(announces_cek_hkdf),
            Kind::Kek(..) | Kind::Other(_) | Kind::Password(_) => false,
        }
    }

    fn encode(&self, context: &mut Wrapping<'_>) -> Result<RecipientInfo, CmsError> {
        match &self.kind {
            Kind::Certificates(certificates) => self.for_certificates(certificates, context),
            Kind::Kek(id, key) => self.for_kek(id, key, context),
            Kind::Password(password) => self.for_password(password, context),
            Kind::Other(info) => Ok(RecipientInfo::Other(info.clone())),
        }
    }

    fn for_certificates(
        &self,
        certificates: &[Certificate],
        context: &mut Wrapping<'_>,
    ) -> Result<RecipientInfo, CmsError> {
        let keys = certificates
            .iter()
            .map(Certificate::spki)
            .collect::<Result<Vec<_>, _>>()?;
        let algorithm = self.algorithm_for(&keys, context.provider)?;
        let usage = Usage::KeyManagement;
        context
            .policy
            .require(&algorithm.oid(), usage, Direction::Write)?;
        let mut rids = certificates.iter().map(|one| self.identifier(one));
        let mut next = || {
            rids.next()
                .unwrap_or(Err(CmsError::Misuse("a recipient needs a certificate")))
        };
        let request = WrapRequest {
            keys: &keys,
            cek: context.cek,
            ukm: self.ukm.as_deref(),
        };
        Ok(match algorithm.wrap(&request, context.random)? {
            WrappedKey::KeyTrans {
                algorithm,
                encrypted_key,
            } => RecipientInfo::KeyTrans(KeyTransRecipientInfo::new(
                next()?,
                algorithm,
                encrypted_key,
            )),
            WrappedKey::KeyAgree {
                originator,
                ukm,
                algorithm,
                encrypted_keys,
            } => {
                let entries = encrypted_keys
                    .into_iter()
                    .map(|key| Ok(RecipientEncryptedKey::new(next()?, key)))
                    .collect::<Result<Vec<_>, CmsError>>()?;
                RecipientInfo::KeyAgree(KeyAgreeRecipientInfo::new(
                    originator, ukm, algorithm, entries,
                ))
            }
            WrappedKey::Kem {
                kem,
                kemct,
                kdf,
                kek_length,
                wrap,
                encrypted_key,
            } => RecipientInfo::Kem(KemRecipientInfo {
                version: 0,
                rid: next()?,
                kem,
                kemct,
                kdf,
                kek_length,
                ukm: self.ukm.clone(),
                wrap,
                encrypted_key,
            }),
        })
    }

    fn algorithm_for(
        &self,
        keys: &[SubjectPublicKeyInfo],
        provider: &CryptoProvider,
    ) -> Result<&dyn RecipientAlgorithm, CmsError> {
        let Some(first) = keys.first() else {
            return Err(CmsError::Misuse("a recipient needs a certificate"));
        };
        match self.algorithm {
            Some(algorithm) if keys.iter().all(|key| algorithm.serves(key)) => Ok(algorithm),
            Some(_) => Err(CryptoError::Key(
                "the recipient's key is of another type than the algorithm asked for",
            )
            .into()),
            None => Ok(provider.recipient(first)?),
        }
    }

    fn identifier(&self, certificate: &Certificate) -> Result<RecipientIdentifier, CmsError> {
        // rfc5652:6.2.1/5
        Ok(match self.identifier {
            RecipientIdentifierForm::IssuerAndSerialNumber => {
                RecipientIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber::of(certificate))
            }
            RecipientIdentifierForm::SubjectKeyIdentifier => {
                let id = certificate.subject_key_identifier();
                let id = id.ok_or(CmsError::Misuse(
                    "the certificate has no subjectKeyIdentifier to name it by",
                ))?;
                RecipientIdentifier::SubjectKeyIdentifier(id.to_vec())
            }
        })
    }

    fn for_kek(
        &self,
        id: &KekIdentifier,
        key: &SecretKey,
        context: &mut Wrapping<'_>,
    ) -> Result<RecipientInfo, CmsError> {
        let (algorithm, identifier) = match self.key_wrap {
            Some(algorithm) => (algorithm, algorithm.identifier(context.random)?),
            None => context.key_wrap_for(key.as_octets().len())?,
        };
        context.require(&identifier.oid)?;
        if algorithm.kek_len(&identifier)? != key.as_octets().len() {
            let error = "the key-encryption key has another length than its algorithm takes";
            return Err(CryptoError::Key(error).into());
        }
        let wrapped = algorithm.wrap(&identifier, key.as_octets(), context.cek, context.random)?;
        let info = KekRecipientInfo::new(id.clone(), identifier, wrapped);
        Ok(RecipientInfo::Kek(info))
    }

    fn for_password(
        &self,
        password: &SecretKey,
        context: &mut Wrapping<'_>,
    ) -> Result<RecipientInfo, CmsError> {
        let none = || CryptoError::Unsupported("password-based key management".into());
        let provider = context.provider;
        let default = provider.password_key_wraps.first().copied();
        let algorithm: &dyn KeyWrapAlgorithm = match (self.key_wrap, default) {
            (Some(algorithm), _) => algorithm,
            (None, Some(default)) => default,
            (None, None) => return Err(none().into()),
        };
        let function = provider.key_derivations.first().ok_or_else(none)?;
        let identifier = algorithm.identifier(context.random)?;
        context.require(&identifier.oid)?;
        let derivation = function.identifier(context.random)?;
        let kek_len = algorithm.kek_len(&identifier)?;
        let kek = function.derive(&derivation, password.as_octets(), kek_len)?;
        let wrapped = algorithm.wrap(&identifier, &kek, context.cek, context.random)?;
        let info = PasswordRecipientInfo::new(Some(derivation), identifier, wrapped);
        Ok(RecipientInfo::Password(info))
    }
}

/// Whether a certificate's smimeCapabilities extension names id-alg-cek-hkdf-sha256.
fn announces_cek_hkdf(certificate: &Certificate) -> bool {
    SmimeCapabilities::of_certificate(certificate).is_some_and(|list| {
        let mut list = list.0.iter();
        list.any(|capability| capability.oid == oid::CEK_HKDF_SHA256)
    })
}

struct Wrapping<'a> {
    cek: &'a [u8],
    provider: &'a CryptoProvider,
    policy: &'a dyn Policy,
    random: &'a mut dyn Random,
}

impl Wrapping<'_> {
    fn require(&self, oid: &der::asn1::ObjectIdentifier) -> Result<(), CmsError> {
        let usage = Usage::KeyManagement;
        self.policy.require(oid, usage, Direction::Write)?;
        Ok(())
    }

    /// The default key wrap for a key-encryption key of `len` octets.
    fn key_wrap_for(
        &mut self,
        len: usize,
    ) -> Result<
        (
            &'static dyn KeyWrapAlgorithm,
            crate::types::AlgorithmIdentifier,
        ),
        CmsError,
    > {
        for algorithm in self.provider.key_wraps.iter().copied() {
            if let Ok(identifier) = algorithm.identifier(self.random)
                && algorithm.kek_len(&identifier)? == len
            {
                return Ok((algorithm, identifier));
            }
        }
        Err(CryptoError::Key("no key wrap takes a key of this length").into())
    }
}

/// RecipientInfos as they are written, with what the version fields want to know of them.
pub(crate) struct RecipientInfos {
    /// The SET OF RecipientInfo.
    pub(crate) der: Vec<u8>,
    /// Whether all have version 0.
    pub(crate) all_version_0: bool,
    /// Whether a PasswordRecipientInfo or OtherRecipientInfo is among them.
    pub(crate) has_pwri_or_ori: bool,
}

/// Encrypts `cek` to every recipient.
pub(crate) fn recipient_infos(
    recipients: &[Recipient<'_>],
    cek: &[u8],
    provider: &CryptoProvider,
    policy: &dyn Policy,
    random: &mut dyn Random,
) -> Result<RecipientInfos, CmsError> {
    // rfc5652:6.1/2
    if recipients.is_empty() {
        return Err(CmsError::Misuse("a message needs a recipient"));
    }
    let mut context = Wrapping {
        cek,
        provider,
        policy,
        random,
    };
    let mut infos = RecipientInfos {
        der: Vec::new(),
        all_version_0: true,
        has_pwri_or_ori: false,
    };
    let mut encodings = Vec::with_capacity(recipients.len());
    for recipient in recipients {
        let info = recipient.encode(&mut context)?;
        infos.all_version_0 &= info.version() == Some(0);
        infos.has_pwri_or_ori |= matches!(
            info,
            RecipientInfo::Password(_) | RecipientInfo::Kem(_) | RecipientInfo::Other(_)
        );
        encodings.push(info.to_der());
    }
    infos.der = write::set_of(encodings);
    Ok(infos)
}
