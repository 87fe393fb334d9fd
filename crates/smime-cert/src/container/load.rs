//! Whatever a file holds: finding out, and reading it.

use alloc::vec::Vec;
use core::cell::OnceCell;
use core::fmt;

use cms_core::Limits;
use cms_core::ber::{Cursor, Element, Tag};
use cms_core::provider::CryptoProvider;
use cms_core::types::Certificate;
use zeroize::Zeroizing;

use super::pem::{self, Block};
use super::pkcs12::Unreadable;
use super::{ContainerError, PasswordSource, pkcs7, pkcs12, private_key};

/// What a file holds.
#[derive(Default)]
#[non_exhaustive]
pub struct Loaded {
    /// Certificates, in order.
    pub certificates: Vec<Certificate>,
    /// Private keys, each a PKCS #8 PrivateKeyInfo.
    pub keys: Vec<Zeroizing<Vec<u8>>>,
    /// CRLs as they are.
    pub crls: Vec<Vec<u8>>,
    /// What a PKCS #12 file holds besides and could not be read.
    pub unreadable: Vec<Unreadable>,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded")
            .field("certificates", &self.certificates)
            .field("keys", &self.keys.len())
            .field("crls", &self.crls.len())
            .field("unreadable", &self.unreadable)
            .finish()
    }
}

/// Reads PEM with any mixture of blocks, DER or bare base64 of a certificate, CRL, PKCS #7, PKCS
/// #12 or private key.
/// `password` is asked when it is needed, once.
///
/// # Errors
/// [`ContainerError::Unrecognised`] when there is nothing of that, else what is wrong with it.
pub fn load(
    octets: &[u8],
    password: PasswordSource<'_>,
    provider: &CryptoProvider,
    limits: &Limits,
) -> Result<Loaded, ContainerError> {
    if u64::try_from(octets.len()).unwrap_or(u64::MAX) > limits.captured {
        return Err(ContainerError::Limit("size of the file"));
    }
    let asked = OnceCell::new();
    let password = || asked.get_or_init(password).clone();
    let mut loader = Loader {
        password: &password,
        provider,
        limits,
        loaded: Loaded::default(),
    };
    match whole_encoding(octets) {
        Ok(element) => loader.element(&element)?,
        Err(_) if pem::is_pem(octets) => loader.blocks(&pem::parse_all(octets)?)?,
        Err(error) if octets.first() == Some(&SEQUENCE) => return Err(error),
        Err(_) => {
            let der = pem::decode_base64(octets).filter(|der| der.first() == Some(&SEQUENCE));
            loader.element(&whole_encoding(&der.ok_or(ContainerError::Unrecognised)?)?)?;
        }
    }
    Ok(loader.loaded)
}

/// The one encoding of a file; line ends and zeros that editors and transports leave behind it do
/// not count.
fn whole_encoding(octets: &[u8]) -> Result<Element<'_>, ContainerError> {
    let mut cursor = Cursor::new(octets, 0);
    let element = cursor.expect(Tag::SEQUENCE)?;
    let rest = octets.get(element.raw().len()..).unwrap_or_default();
    if rest.iter().any(|octet| !matches!(octet, 0 | b'\r' | b'\n')) {
        cursor.finish()?;
    }
    Ok(element)
}

struct Loader<'a> {
    password: PasswordSource<'a>,
    provider: &'a CryptoProvider,
    limits: &'a Limits,
    loaded: Loaded,
}

impl Loader<'_> {
    fn blocks(&mut self, blocks: &[Block]) -> Result<(), ContainerError> {
        let mut known = 0usize;
        for block in blocks {
            if SKIPPED.contains(&block.label.as_str()) {
                continue;
            }
            let result = if block.is_encrypted() {
                private_key::from_block(block, self.password, self.provider, self.limits)
                    .map(|key| self.loaded.keys.push(key))
            } else {
                // OpenSSL's "TRUSTED CERTIFICATE" has more behind the certificate.
                Cursor::new(&block.der, 0)
                    .element()
                    .map_err(ContainerError::from)
                    .and_then(|element| self.element(&element))
            };
            match result {
                Ok(()) => known += 1,
                Err(ContainerError::Unrecognised) => {}
                Err(error) => return Err(error),
            }
        }
        if known == 0 {
            return Err(ContainerError::Unrecognised);
        }
        Ok(())
    }

    fn element(&mut self, element: &Element<'_>) -> Result<(), ContainerError> {
        match kind(element).ok_or(ContainerError::Unrecognised)? {
            Kind::Certificate => self
                .loaded
                .certificates
                .push(Certificate::from_der(element.raw())?),
            Kind::Crl => self.loaded.crls.push(element.raw().to_vec()),
            Kind::Pkcs7 => {
                let bundle = pkcs7::read(element.raw(), self.provider, self.limits)?;
                self.loaded.certificates.extend(bundle.certificates);
                self.loaded.crls.extend(bundle.crls);
            }
            Kind::Pkcs12 => self.pkcs12(element.raw())?,
            Kind::PrivateKey => {
                let key = private_key::from_der(
                    element.raw(),
                    self.password,
                    self.provider,
                    self.limits,
                )?;
                self.loaded.keys.push(key);
            }
        }
        Ok(())
    }

    fn pkcs12(&mut self, octets: &[u8]) -> Result<(), ContainerError> {
        let password = (self.password)();
        let given = password.as_ref().map(|password| password.as_str());
        let mut file = match pkcs12::read(
            octets,
            given.unwrap_or_default(),
            self.provider,
            self.limits,
        ) {
            Err(ContainerError::WrongPassword) if given.is_none() => {
                return Err(ContainerError::PasswordNeeded);
            }
            other => other?,
        };
        let empty = file.keys.is_empty() && file.certificates.is_empty() && file.crls.is_empty();
        if let (true, Some(unreadable)) = (empty, file.unreadable.pop()) {
            return Err(unreadable.reason);
        }
        self.loaded
            .keys
            .extend(file.keys.into_iter().map(|entry| entry.pkcs8));
        self.loaded
            .certificates
            .extend(file.certificates.into_iter().map(|entry| entry.certificate));
        self.loaded.crls.extend(file.crls);
        self.loaded.unreadable.extend(file.unreadable);
        Ok(())
    }
}

enum Kind {
    Certificate,
    Crl,
    Pkcs12,
    Pkcs7,
    PrivateKey,
}

/// What an encoding is, judged by its first fields.
fn kind(element: &Element<'_>) -> Option<Kind> {
    if private_key::encoding(element).is_some() {
        return Some(Kind::PrivateKey);
    }
    let mut fields = element.cursor().expect(Tag::SEQUENCE).ok()?.children();
    let first = fields.element().ok()?;
    match (first.tag(), fields.peek()?) {
        (Tag::OBJECT_IDENTIFIER, _) => Some(Kind::Pkcs7),
        (Tag::INTEGER, Tag::SEQUENCE) => Some(Kind::Pkcs12),
        (Tag::SEQUENCE, Tag::SEQUENCE) => signed_kind(&first),
        _ => None,
    }
}

/// TBSCertificate has a SEQUENCE, the validity, where TBSCertList has a time (RFC 5280, 4.1 and 5.1).
fn signed_kind(tbs: &Element<'_>) -> Option<Kind> {
    let mut fields = tbs.children();
    fields.optional(Tag::context(0)).ok()?;
    fields.optional(Tag::INTEGER).ok()?;
    fields.expect(Tag::SEQUENCE).ok()?;
    fields.expect(Tag::SEQUENCE).ok()?;
    match fields.peek()? {
        Tag::SEQUENCE => Some(Kind::Certificate),
        Tag::UTC_TIME | Tag::GENERALIZED_TIME => Some(Kind::Crl),
        _ => None,
    }
}

/// Identifier octet of a SEQUENCE.
const SEQUENCE: u8 = 0x30;

/// Blocks that stand beside keys and certificates and are neither.
const SKIPPED: &[&str] = &[
    "CERTIFICATE REQUEST",
    "DH PARAMETERS",
    "DSA PARAMETERS",
    "EC PARAMETERS",
    "NEW CERTIFICATE REQUEST",
    "PUBLIC KEY",
    "RSA PUBLIC KEY",
];
