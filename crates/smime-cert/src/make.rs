//! Making certificates and requests for mail (RFC 5280, RFC 2986, profile of RFC 8550, 4.4).

use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::write::{self, Form};
use cms_core::ber::{Cursor, Tag};
use cms_core::key::SigningKey;
use cms_core::provider::{CryptoProvider, Random, SignatureInput};
use cms_core::types::{AlgorithmIdentifier, Certificate, SubjectPublicKeyInfo, Time};
use cms_core::{CryptoError, DecodeError, ObjectIdentifier, oid};

use crate::extension::ids;

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
            not_after: not_before.plus(i64::from(days) * 86_400),
        }
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

    fn extensions(
        &self,
        issuer_key_id: &[u8],
        provider: &CryptoProvider,
    ) -> Result<Vec<u8>, MakeError> {
        let authority = matches!(self.profile, Profile::Authority(_));
        let mut out = Vec::new();
        let constraints = match self.profile {
            Profile::Authority(below) => {
                write::sequence(&[&write::TRUE, &write::integer(u64::from(below))])
            }
            _ => write::sequence(&[]),
        };
        out.extend(extension(
            &ids::BASIC_CONSTRAINTS,
            Criticality::Critical,
            &constraints,
        ));
        out.extend(extension(
            &ids::KEY_USAGE,
            Criticality::Critical,
            &key_usage(self.profile, &self.spki),
        ));
        if !authority {
            let purposes = write::sequence(&[&write::oid(&ids::EMAIL_PROTECTION)]);
            out.extend(extension(
                &ids::EXT_KEY_USAGE,
                Criticality::Plain,
                &purposes,
            ));
        }
        if !self.emails.is_empty() {
            let names = self.alternative_names();
            out.extend(extension(
                &ids::SUBJECT_ALT_NAME,
                Criticality::Plain,
                &names,
            ));
        }
        let subject_key = write::octet_string(&key_identifier(&self.spki, provider)?);
        out.extend(extension(
            &ids::SUBJECT_KEY_IDENTIFIER,
            Criticality::Plain,
            &subject_key,
        ));
        let issuer_key = write::sequence(&[&write::context_primitive(0, issuer_key_id)]);
        out.extend(extension(
            &ids::AUTHORITY_KEY_IDENTIFIER,
            Criticality::Plain,
            &issuer_key,
        ));
        Ok(out)
    }

    fn alternative_names(&self) -> Vec<u8> {
        let names: Vec<_> = self
            .emails
            .iter()
            .map(|email| write::context_primitive(1, email.as_bytes()))
            .collect();
        write::sequence(&[&names.concat()])
    }

    /// A PKCS #10 request for this certificate (RFC 2986), signed by the key.
    ///
    /// # Errors
    /// Key and backend failures.
    pub fn request(
        &self,
        key: &dyn SigningKey,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, MakeError> {
        let scheme = key.scheme(None)?;
        let names = extension(
            &ids::SUBJECT_ALT_NAME,
            Criticality::Plain,
            &self.alternative_names(),
        );
        let attribute = write::sequence(&[
            &write::oid(&ids::EXTENSION_REQUEST),
            &write::set_of(alloc::vec![write::sequence(&[&names])]),
        ]);
        let info = write::sequence(&[
            &write::integer(0),
            &self.subject,
            &self.spki.to_der(),
            &write::context(0, &attribute),
        ]);
        let signature = key.sign(&scheme, SignatureInput::Message(&info), random)?;
        Ok(write::sequence(&[
            &info,
            &scheme.signature_algorithm.to_der(),
            &write::bit_string(&signature),
        ]))
    }

    /// Takes subject, key and addresses from a PKCS #10 request whose signature holds.
    ///
    /// # Errors
    /// Broken structure, a signature that does not hold.
    pub fn from_request(
        request: &[u8],
        profile: Profile,
        not_before: Time,
        days: u32,
        provider: &CryptoProvider,
    ) -> Result<Self, MakeError> {
        let mut whole = Cursor::new(request, 0);
        let mut outer = whole.expect(Tag::SEQUENCE)?.children();
        whole.finish()?;
        let info = outer.expect(Tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::decode(&outer.expect(Tag::SEQUENCE)?)?;
        let signature = outer.expect(Tag::BIT_STRING)?.bit_string()?;
        outer.finish()?;
        let mut fields = info.children();
        fields.expect(Tag::INTEGER)?;
        let subject = fields.expect(Tag::SEQUENCE)?.raw().to_vec();
        let spki = SubjectPublicKeyInfo::decode(&fields.expect(Tag::SEQUENCE)?)?;
        provider
            .signature(&algorithm)?
            .verify(
                &algorithm,
                None,
                &spki,
                SignatureInput::Message(info.raw()),
                signature,
            )
            .map_err(|_| MakeError::RequestSignature)?;
        let mut builder = Self {
            subject,
            emails: Vec::new(),
            spki,
            profile,
            not_before,
            not_after: not_before.plus(i64::from(days) * 86_400),
        };
        if let Some(attributes) = fields.optional(Tag::context(0))? {
            for address in requested_addresses(attributes.children())? {
                builder = builder.with_email(&address)?;
            }
        }
        Ok(builder)
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

/// rfc822Names in the extensionRequest attribute.
fn requested_addresses(mut attributes: Cursor<'_>) -> Result<Vec<String>, DecodeError> {
    let mut found = Vec::new();
    while !attributes.is_empty() {
        let mut attribute = attributes.expect(Tag::SEQUENCE)?.children();
        if attribute.expect(Tag::OBJECT_IDENTIFIER)?.oid()? != ids::EXTENSION_REQUEST {
            continue;
        }
        let mut extensions = attribute
            .expect(Tag::SET)?
            .children()
            .expect(Tag::SEQUENCE)?
            .children();
        while !extensions.is_empty() {
            let mut extension = extensions.expect(Tag::SEQUENCE)?.children();
            let oid = extension.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
            extension.optional(Tag::BOOLEAN)?;
            let value = extension.expect(Tag::OCTET_STRING)?;
            if oid != ids::SUBJECT_ALT_NAME {
                continue;
            }
            let mut names = Cursor::single(value.contents(), value.offset())?.children();
            while !names.is_empty() {
                let name = names.element()?;
                if name.tag() == Tag::context(1) {
                    found.push(String::from_utf8_lossy(name.contents()).into_owned());
                }
            }
        }
    }
    Ok(found)
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Criticality {
    Critical,
    Plain,
}

fn extension(oid: &ObjectIdentifier, criticality: Criticality, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if criticality == Criticality::Critical {
        &write::TRUE
    } else {
        &[]
    };
    write::sequence(&[&write::oid(oid), critical, &write::octet_string(value)])
}

/// keyUsage bits (RFC 5280, 4.2.1.3), as far as the kind of key can serve them.
fn key_usage(profile: Profile, spki: &SubjectPublicKeyInfo) -> Vec<u8> {
    const SIGNING: u8 = 0b1100_0000;
    const KEY_ENCIPHERMENT: u8 = 0b0010_0000;
    const KEY_AGREEMENT: u8 = 0b0000_1000;
    const AUTHORITY: u8 = 0b0000_0110;
    let (signing, encryption) = match spki.algorithm.oid {
        oid::RSA_ENCRYPTION => (SIGNING, KEY_ENCIPHERMENT),
        oid::EC_PUBLIC_KEY => (SIGNING, KEY_AGREEMENT),
        oid::X25519 | oid::X448 => (0, KEY_AGREEMENT),
        oid::RSA_KEM | oid::ML_KEM_512 | oid::ML_KEM_768 | oid::ML_KEM_1024 => {
            (0, KEY_ENCIPHERMENT)
        }
        _ => (SIGNING, 0),
    };
    let bits = match profile {
        Profile::Authority(_) => AUTHORITY,
        Profile::Mailbox => signing | encryption,
        Profile::MailboxEncryption => encryption,
        Profile::MailboxSigning => signing,
    };
    let unused = u8::try_from(bits.trailing_zeros().min(7)).unwrap_or(0);
    write::tagged(Tag::BIT_STRING, Form::Primitive, &[unused, bits])
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
