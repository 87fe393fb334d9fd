//! Private keys in their several encodings, all to PKCS #8 PrivateKeyInfo (RFC 5958); and
//! encrypting that.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag, to_der, write};
use cms_core::provider::{CryptoProvider, Random};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{DecodeError, DecodeErrorKind, Limits, ObjectIdentifier, oid};
use zeroize::Zeroizing;

use super::pem::Block;
use super::{ContainerError, PasswordSource, bad_value};

/// The encodings that private keys have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Encoding {
    /// `SEQUENCE { version, p, q, g, y, x }`, as OpenSSL writes it.
    Dsa,
    /// EncryptedPrivateKeyInfo (RFC 5958, section 3).
    EncryptedPkcs8,
    /// RSAPrivateKey (RFC 8017, A.1.2).
    Pkcs1,
    /// PrivateKeyInfo or OneAsymmetricKey (RFC 5958, section 2).
    Pkcs8,
    /// ECPrivateKey (RFC 5915).
    Sec1,
}

/// The PKCS #8 encoding of the key in a PEM block, whatever its label. Keys that are encrypted as
/// RFC 1421 has it are read where the cipher is AES-CBC or DES-EDE3-CBC.
///
/// # Errors
/// Anything that is no private key; passwords that are absent or do not fit; unknown
/// algorithms; limits.
pub fn from_block(
    block: &Block,
    password: PasswordSource<'_>,
    provider: &CryptoProvider,
    limits: &Limits,
) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
    if !block.is_encrypted() {
        return from_der(&block.der, password, provider, limits);
    }
    let password = password().ok_or(ContainerError::PasswordNeeded)?;
    let der = decrypt_legacy(block, &password, provider)?;
    // One padding in 256 looks right under a wrong key; what is behind it does not.
    from_der(&der, &|| None, provider, limits).map_err(|error| match error {
        ContainerError::Decode(_)
        | ContainerError::Unrecognised
        | ContainerError::PasswordNeeded => ContainerError::WrongPassword,
        other => other,
    })
}

/// The PKCS #8 encoding of a key in any encoding: PKCS #8, encrypted PKCS #8, PKCS #1, SEC 1.
///
/// # Errors
/// As [`from_block`].
pub fn from_der(
    der: &[u8],
    password: PasswordSource<'_>,
    provider: &CryptoProvider,
    limits: &Limits,
) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
    let element = Cursor::single(der, 0)?;
    match encoding(&element).ok_or(ContainerError::Unrecognised)? {
        Encoding::Pkcs8 => plain_pkcs8(&element),
        Encoding::EncryptedPkcs8 => {
            let password = password().ok_or(ContainerError::PasswordNeeded)?;
            decrypt_pkcs8(&element, &password, provider, limits)
        }
        Encoding::Pkcs1 => {
            let algorithm = AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION);
            Ok(private_key_info(&algorithm, &canonical(&element)?))
        }
        Encoding::Sec1 => from_sec1(&element),
        Encoding::Dsa => from_dsa(&element),
    }
}

/// An EncryptedPrivateKeyInfo (RFC 5958, section 3) with the provider's way of encrypting under a
/// password: PBES2.
///
/// # Errors
/// Randomness.
pub fn encrypt_pkcs8(
    pkcs8: &[u8],
    password: &str,
    provider: &CryptoProvider,
    random: &mut dyn Random,
) -> Result<Vec<u8>, ContainerError> {
    let (algorithm, ciphertext) = provider.password.encrypt(password, pkcs8, random)?;
    Ok(write::sequence(&[
        &algorithm.to_der(),
        &write::octet_string(&ciphertext),
    ]))
}

/// Which encoding of a private key this is, judged by the first fields.
pub(super) fn encoding(element: &Element<'_>) -> Option<Encoding> {
    if element.tag() != Tag::SEQUENCE {
        return None;
    }
    let mut tags = Vec::new();
    let mut fields = element.children();
    while tags.len() < 10 && !fields.is_empty() {
        tags.push(fields.element().ok()?.tag());
    }
    const INTEGER: Tag = Tag::INTEGER;
    match tags.as_slice() {
        [INTEGER, Tag::SEQUENCE, Tag::OCTET_STRING, ..] => Some(Encoding::Pkcs8),
        [INTEGER, Tag::OCTET_STRING, ..] => Some(Encoding::Sec1),
        [Tag::SEQUENCE, Tag::OCTET_STRING] => Some(Encoding::EncryptedPkcs8),
        integers if integers.iter().take(9).all(|tag| *tag == INTEGER) => match integers.len() {
            6 => Some(Encoding::Dsa),
            9.. => Some(Encoding::Pkcs1),
            _ => None,
        },
        _ => None,
    }
}

/// A PrivateKeyInfo, which is checked as far as its frame goes.
pub(super) fn plain_pkcs8(element: &Element<'_>) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
    let mut fields = element.cursor().expect(Tag::SEQUENCE)?.children();
    let version = fields.expect(Tag::INTEGER)?;
    if version.u64()? > 1 {
        return Err(bad_value("unknown version of PrivateKeyInfo", &version));
    }
    AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
    fields.expect(Tag::OCTET_STRING)?;
    fields.optional(Tag::context(0))?;
    fields.optional(Tag::context(1))?;
    fields.finish()?;
    Ok(canonical(element)?)
}

/// Decrypts an EncryptedPrivateKeyInfo.
pub(super) fn decrypt_pkcs8(
    element: &Element<'_>,
    password: &str,
    provider: &CryptoProvider,
    limits: &Limits,
) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
    let mut fields = element.cursor().expect(Tag::SEQUENCE)?.children();
    let algorithm = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
    let ciphertext = fields.expect(Tag::OCTET_STRING)?.octets()?;
    fields.finish()?;
    let plaintext =
        provider
            .password
            .decrypt(&algorithm, password, &ciphertext, limits.kdf_iterations)?;
    Cursor::single(&plaintext, 0)
        .map_err(ContainerError::from)
        .and_then(|element| plain_pkcs8(&element))
        .map_err(|_| ContainerError::WrongPassword)
}

/// The octets in DER, without copies of a secret where they are in DER already.
fn canonical(element: &Element<'_>) -> Result<Zeroizing<Vec<u8>>, DecodeError> {
    let mut fields = element.children();
    let mut definite = element.header().minimal;
    while !fields.is_empty() {
        let field = fields.element()?;
        let header = field.header();
        definite &= header.minimal && !(header.constructed && field.tag() == Tag::OCTET_STRING);
    }
    let octets = if definite {
        element.raw().to_vec()
    } else {
        to_der(element)?
    };
    Ok(Zeroizing::new(octets))
}

fn private_key_info(algorithm: &AlgorithmIdentifier, key: &[u8]) -> Zeroizing<Vec<u8>> {
    let key = Zeroizing::new(write::octet_string(key));
    Zeroizing::new(write::sequence(&[
        &write::integer(0),
        &algorithm.to_der(),
        &key,
    ]))
}

/// ```text
/// ECPrivateKey ::= SEQUENCE { version INTEGER { ecPrivkeyVer1(1) }, privateKey OCTET STRING,
///   parameters [0] ECParameters OPTIONAL, publicKey [1] BIT STRING OPTIONAL }
/// ```
///
/// The parameters go to where PKCS #8 has them.
fn from_sec1(element: &Element<'_>) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
    let mut fields = element.children();
    let version = fields.expect(Tag::INTEGER)?;
    if version.u64()? != 1 {
        return Err(bad_value("unknown version of ECPrivateKey", &version));
    }
    let key = fields.expect(Tag::OCTET_STRING)?;
    let parameters = fields.optional(Tag::context(0))?;
    let public_key = fields.optional(Tag::context(1))?;
    fields.finish()?;
    // rfc5915:3: "Implementations that conform to this document MUST always include the parameters field."
    let parameters = parameters.ok_or_else(|| {
        DecodeError::at(
            DecodeErrorKind::Missing("ECPrivateKey.parameters"),
            element.offset(),
        )
    })?;
    let parameters = to_der(&Cursor::single(
        parameters.contents(),
        parameters.header().contents_offset(),
    )?)?;
    let inner = Zeroizing::new(write::sequence(&[
        version.raw(),
        key.raw(),
        public_key.map(|key| key.raw()).unwrap_or_default(),
    ]));
    let algorithm = AlgorithmIdentifier::with(oid::EC_PUBLIC_KEY, parameters);
    Ok(private_key_info(&algorithm, &inner))
}

fn from_dsa(element: &Element<'_>) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
    let mut fields = element.children();
    fields.expect(Tag::INTEGER)?;
    let mut next = || fields.expect(Tag::INTEGER).map(|number| number.raw());
    let parameters = write::sequence(&[next()?, next()?, next()?]);
    let _public = next()?;
    Ok(private_key_info(
        &AlgorithmIdentifier::with(oid::DSA, parameters),
        next()?,
    ))
}

/// Decrypts a block with `DEK-Info` (RFC 1421, 4.6.1.3): one round of MD5 over password and salt
/// makes the key, as OpenSSL's EVP_BytesToKey does.
fn decrypt_legacy(
    block: &Block,
    password: &str,
    provider: &CryptoProvider,
) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
    let malformed = || {
        ContainerError::from(DecodeError::at(
            DecodeErrorKind::BadValue("malformed DEK-Info"),
            0,
        ))
    };
    let info = block.header("DEK-Info").ok_or_else(malformed)?;
    let (name, iv) = info.split_once(',').ok_or_else(malformed)?;
    let iv = hex(iv.trim()).ok_or_else(malformed)?;
    let (_, cipher, key_len, iv_len) = LEGACY
        .iter()
        .find(|(known, ..)| known.eq_ignore_ascii_case(name.trim()))
        .ok_or_else(|| ContainerError::Unsupported(Cow::Owned(name.trim().into())))?;
    if iv.len() != *iv_len {
        return Err(malformed());
    }
    let md5 = provider.digest(&oid::MD5)?;
    let mut key = Zeroizing::new(Vec::with_capacity(key_len + md5.output_len()));
    let mut block_digest = Zeroizing::new(Vec::new());
    while key.len() < *key_len {
        let mut digest = md5.start();
        digest.update(&block_digest);
        digest.update(password.as_bytes());
        digest.update(iv.get(..8).unwrap_or_default());
        block_digest = Zeroizing::new(digest.finish());
        key.extend_from_slice(&block_digest);
    }
    key.truncate(*key_len);
    let algorithm = AlgorithmIdentifier::with(*cipher, write::octet_string(&iv));
    let mut decryptor = provider.cipher(cipher)?.decryptor(&algorithm, &key)?;
    let mut plaintext = Zeroizing::new(Vec::with_capacity(block.der.len().saturating_add(16)));
    decryptor.update(&block.der, &mut plaintext)?;
    decryptor.finish(&[], &[], &mut plaintext)?;
    Ok(plaintext)
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    digits?
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(high << 4 | low),
            _ => None,
        })
        .collect()
}

/// DEK-Info name, cipher, octets of key and of IV.
const LEGACY: &[(&str, ObjectIdentifier, usize, usize)] = &[
    ("AES-128-CBC", oid::AES128_CBC, 16, 16),
    ("AES-192-CBC", oid::AES192_CBC, 24, 16),
    ("AES-256-CBC", oid::AES256_CBC, 32, 16),
    ("DES-EDE3-CBC", oid::DES_EDE3_CBC, 24, 8),
];
