//! Making certificates and requests for mail (RFC 5280, RFC 2986, profile of RFC 8550, 4.4).

mod extensions;
mod list;
mod request;

use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::Tag;
use cms_core::ber::write::{self, Form};
use cms_core::key::SigningKey;
use cms_core::provider::{CryptoProvider, Random, SignatureInput};
use cms_core::types::{Certificate, Name, SmimeCapabilities, SubjectPublicKeyInfo, Time};
use cms_core::{CryptoError, DecodeError, ObjectIdentifier, oid};

use crate::extension::ids;
pub use list::ListBuilder;

/// What a certificate is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Profile {
    /// A certification authority with at most this many others below it.
    Authority(u8),
    /// A mailbox: signing and encryption, as far as the key can.
    Mailbox,
    /// A mailbox: encryption only.
    MailboxEncryption,
    /// A mailbox: signing only.
    MailboxSigning,
    /// A delegated OCSP responder, whose own status is not asked for (RFC 6960, 4.2.2.2).
    OcspResponder,
}

/// A certificate to be issued.
#[derive(Clone, Debug)]
pub struct CertificateBuilder {
    subject: Vec<u8>,
    emails: Vec<String>,
    spki: SubjectPublicKeyInfo,
    profile: Profile,
    not_before: Time,
    not_after: Time,
    locations: Locations,
    policies: Vec<ObjectIdentifier>,
    capabilities: Option<SmimeCapabilities>,
    /// Whether the subject is what somebody else has asked for.
    is_requested: bool,
}

/// Where those who validate a certificate find what they need, as URLs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct Locations {
    /// CRLs of the issuer, for cRLDistributionPoints (RFC 5280, 4.2.1.13).
    pub crl: Option<String>,
    /// The issuer's certificate, for authorityInfoAccess (RFC 5280, 4.2.2.1).
    pub issuer: Option<String>,
    /// The issuer's OCSP responder, for authorityInfoAccess.
    pub ocsp: Option<String>,
}

/// Why a certificate or request could not be made or read.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MakeError {
    /// An address that is none, or that rfc822Name cannot hold.
    #[error("{0} is not an ASCII mail address")]
    Address(String),
    /// The key or backend.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// Broken structure.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The request is not signed by the key that it holds.
    #[error("the request's signature does not hold")]
    RequestSignature,
    /// Whoever asks for a certificate of the issuer's own name would pass for the issuer (RFC 5280, 6.1: self-issued).
    #[error("the subject is the issuer's own name")]
    SubjectIsIssuer,
    /// The issuer has no subject or key identifier to be named by.
    #[error("the issuer's certificate is not that of an authority")]
    NotAnAuthority,
}

/// A Name with a commonName.
#[must_use]
pub fn common_name(name: &str) -> Vec<u8> {
    let value = write::tagged(Tag::UTF8_STRING, Form::Primitive, name.as_bytes());
    let pair = write::sequence(&[&write::oid(&ids::COMMON_NAME), &value]);
    write::sequence(&[&write::set_of(alloc::vec![pair])])
}

impl CertificateBuilder {
    /// A certificate for a name and a public key, valid from `not_before` for so many days.
    #[must_use]
    pub fn new(
        name: &str,
        spki: SubjectPublicKeyInfo,
        profile: Profile,
        not_before: Time,
        days: u32,
    ) -> Self {
        Self {
            subject: common_name(name),
            emails: Vec::new(),
            spki,
            profile,
            not_before,
            // The last second is part of the validity (RFC 5280, 4.1.2.5).
            not_after: not_before.plus(i64::from(days) * 86_400 - 1),
            locations: Locations::default(),
            policies: Vec::new(),
            capabilities: None,
            is_requested: false,
        }
    }

    /// Names the places of CRLs, the issuer's certificate and its OCSP responder.
    #[must_use]
    pub fn with_locations(mut self, locations: Locations) -> Self {
        self.locations = locations;
        self
    }

    /// Adds a certificate policy.
    #[must_use]
    pub fn with_policy(mut self, policy: ObjectIdentifier) -> Self {
        self.policies.push(policy);
        self
    }

    /// Says what the owner can deal with (RFC 4262), for those who encrypt to him before he wrote to them.
    #[must_use]
    pub fn with_capabilities(mut self, capabilities: SmimeCapabilities) -> Self {
        self.capabilities = Some(capabilities);
        self
    }

    /// Adds a mail address.
    ///
    /// # Errors
    /// [`MakeError::Address`].
    pub fn with_email(mut self, address: &str) -> Result<Self, MakeError> {
        let fits = address.is_ascii()
            && address.split_once('@').is_some_and(|(local, host)| {
                !local.is_empty() && !host.is_empty() && !host.contains('@')
            })
            && !address
                .bytes()
                .any(|octet| octet.is_ascii_control() || octet == b' ');
        if !fits {
            return Err(MakeError::Address(address.into()));
        }
        self.emails.push(address.into());
        Ok(self)
    }

    /// Issues the certificate under an authority.
    ///
    /// # Errors
    /// Key and backend failures.
    pub fn issue(
        &self,
        issuer: &Certificate,
        key: &dyn SigningKey,
        provider: &CryptoProvider,
        random: &mut dyn Random,
    ) -> Result<Certificate, MakeError> {
        if self.is_requested && Name::new(&self.subject).matches(&issuer.subject()) {
            return Err(MakeError::SubjectIsIssuer);
        }
        let key_id = match issuer.subject_key_identifier() {
            Some(id) => id.to_vec(),
            None => key_identifier(&issuer.spki()?, provider)?,
        };
        // A certificate that outlives its issuer's is of no use after it.
        let within = Self {
            not_after: self.not_after.min(issuer.not_after()),
            ..self.clone()
        };
        within.sign(issuer.subject().octets(), &key_id, key, provider, random)
    }

    /// Makes a self-signed certificate with the private key of its own public key.
    ///
    /// # Errors
    /// Key and backend failures.
    pub fn self_signed(
        &self,
        key: &dyn SigningKey,
        provider: &CryptoProvider,
        random: &mut dyn Random,
    ) -> Result<Certificate, MakeError> {
        let key_id = key_identifier(&self.spki, provider)?;
        self.sign(&self.subject, &key_id, key, provider, random)
    }

    fn sign(
        &self,
        issuer: &[u8],
        issuer_key_id: &[u8],
        key: &dyn SigningKey,
        provider: &CryptoProvider,
        random: &mut dyn Random,
    ) -> Result<Certificate, MakeError> {
        let scheme = key.scheme(None)?;
        let algorithm = scheme.signature_algorithm.to_der();
        let validity = write::sequence(&[&self.not_before.to_der(), &self.not_after.to_der()]);
        let tbs = write::sequence(&[
            &write::context(0, &write::integer(2)),
            &serial(random)?,
            &algorithm,
            issuer,
            &validity,
            &self.subject,
            &self.spki.to_der(),
            &write::context(
                3,
                &write::sequence(&[&self.extensions(issuer_key_id, provider)?]),
            ),
        ]);
        let signature = key.sign(&scheme, SignatureInput::Message(&tbs), random)?;
        let der = write::sequence(&[&tbs, &algorithm, &write::bit_string(&signature)]);
        Ok(Certificate::from_der(&der)?)
    }

    /// The size of the public key, where it is an RSA key.
    #[must_use]
    pub fn rsa_bits(&self, provider: &CryptoProvider) -> Option<u32> {
        provider
            .signatures
            .iter()
            .find(|verifier| verifier.recognises(&self.spki.algorithm.oid))
            .and_then(|verifier| verifier.key_bits(&self.spki))
    }

    /// The addresses so far.
    #[must_use]
    pub fn emails(&self) -> &[String] {
        &self.emails
    }
}

/// RFC 7093, 2, method 1: the leftmost 160 bits of the SHA-256 of the public key.
fn key_identifier(
    spki: &SubjectPublicKeyInfo,
    provider: &CryptoProvider,
) -> Result<Vec<u8>, CryptoError> {
    let mut digest = provider.digest(&oid::SHA256)?.digest(&spki.key);
    digest.truncate(20);
    Ok(digest)
}

/// A positive serial number with 126 random bits (RFC 5280, 4.1.2.2: at most 20 octets).
fn serial(random: &mut dyn Random) -> Result<Vec<u8>, CryptoError> {
    let mut octets = [0; 16];
    random.fill(&mut octets)?;
    if let Some(first) = octets.first_mut() {
        *first = *first & 0x7f | 0x40;
    }
    Ok(write::unsigned(&octets))
}
