//! One-shot functions for octets in memory.

mod kin;

use alloc::vec::Vec;

use der::asn1::ObjectIdentifier;

use crate::ber::{Header, Tag};
use crate::enveloped::{DecryptContext, EnvelopedDataBuilder, EnvelopedDataReader};
use crate::error::{CmsError, DecodeError, DecodeErrorKind};
use crate::frame::ContentForm;
use crate::key::KeyStore;
use crate::limits::Limits;
use crate::oid;
use crate::policy::Policy;
use crate::provider::{ContentCipher, CryptoProvider};
use crate::recipients::Recipient;
use crate::report::{EnvelopedDataReport, SignedDataReport, SignerError, SignerVerdict};
use crate::signed::{
    ContentCandidate, ContentDigester, SignedDataBuilder, SignedDataReader, Signer, VerifyContext,
};

pub use kin::{
    authenticate, check_digest, check_mac, collect, compress, contents, decompress, decrypt_data,
    digest, encrypt_data,
};

/// Content whose signers are all good, and the report.
#[derive(Debug)]
#[non_exhaustive]
pub struct Verified {
    /// The signed content.
    pub content: Vec<u8>,
    /// What was found.
    pub report: SignedDataReport,
}

/// Plaintext and the report.
#[derive(Debug)]
#[non_exhaustive]
pub struct Decrypted {
    /// The plaintext.
    pub content: Vec<u8>,
    /// What was found; [`EnvelopedDataReport::authenticated`] tells whether anything protects the plaintext.
    pub report: EnvelopedDataReport,
}

/// Signs octets: an opaque SignedData in DER with the signer's certificate.
///
/// # Errors
/// What the key or the policy refuses.
pub fn sign(
    content: &[u8],
    signer: Signer<'_>,
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<Vec<u8>, CmsError> {
    let (mut message, epilogue) = signed_parts(content, signer, provider, policy, false)?;
    message.extend_from_slice(content);
    message.extend_from_slice(&epilogue);
    Ok(message)
}

/// Signs octets: a SignedData in DER without the content.
///
/// # Errors
/// What the key or the policy refuses.
pub fn sign_detached(
    content: &[u8],
    signer: Signer<'_>,
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<Vec<u8>, CmsError> {
    let (mut message, epilogue) = signed_parts(content, signer, provider, policy, true)?;
    message.extend_from_slice(&epilogue);
    Ok(message)
}

fn signed_parts(
    mut content: &[u8],
    signer: Signer<'_>,
    provider: &CryptoProvider,
    policy: &dyn Policy,
    detached: bool,
) -> Result<(Vec<u8>, Vec<u8>), CmsError> {
    let limits = Limits {
        held: content.len(),
        ..Limits::DEFAULT
    };
    let certificate = signer.certificate().clone();
    let prepared = SignedDataBuilder::new(oid::DATA)
        .with_signer(signer)
        .with_certificate(&certificate)
        .prepare(provider, policy)?;
    let mut digester = prepared.digester();
    digester.update(content);
    let mut random = (provider.random)();
    prepared.sign(digester, detached, &mut content, &limits, &mut *random)
}

/// Verifies an opaque SignedData: every signer must be good, with a certificate from the message.
///
/// # Errors
/// Broken structure, no signer, or the first signer that is not good, as [`CmsError::Signer`].
pub fn verify(
    message: &[u8],
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<Verified, CmsError> {
    let mut reader = SignedDataReader::new(provider, &Limits::DEFAULT);
    let mut content = Vec::new();
    reader.push(message, &mut |chunk| {
        content.extend_from_slice(chunk.danger_octets());
        Ok(())
    })?;
    let none = Vec::new();
    let context = VerifyContext {
        provider,
        policy,
        certificates: &none,
    };
    let report = reader.finish(&mut content.as_slice(), &context)?;
    all_good(&report)?;
    Ok(Verified { content, report })
}

/// Verifies a detached SignedData over `content`: every signer must be good, with a certificate from the message.
///
/// # Errors
/// As [`verify`]; content that is in the message as well.
pub fn verify_detached(
    message: &[u8],
    mut content: &[u8],
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<SignedDataReport, CmsError> {
    let mut reader = SignedDataReader::new(provider, &Limits::DEFAULT);
    reader.push(message, &mut |_| Ok(()))?;
    let mut digester = ContentDigester::new();
    for algorithm in reader.digest_algorithms() {
        digester.require(&algorithm.oid, provider);
    }
    digester.update(content);
    let none = Vec::new();
    let context = VerifyContext {
        provider,
        policy,
        certificates: &none,
    };
    let candidate = ContentCandidate::new(digester, &mut content);
    let report = reader.finish_detached(alloc::vec![candidate], &context)?;
    all_good(&report)?;
    Ok(report)
}

fn all_good(report: &SignedDataReport) -> Result<(), CmsError> {
    if report.signers.is_empty() {
        return Err(CmsError::NoSigner);
    }
    for signer in &report.signers {
        if signer.verdict() != SignerVerdict::Good {
            let error = signer.errors.first().cloned();
            return Err(CmsError::Signer {
                index: signer.index,
                error: error.unwrap_or(SignerError::SignatureInvalid),
            });
        }
    }
    Ok(())
}

/// Encrypts octets to the recipients' certificates, in DER. An AEAD cipher makes an AuthEnvelopedData.
///
/// # Errors
/// Keys or algorithms that cannot serve or that policy refuses.
pub fn encrypt(
    content: &[u8],
    recipients: &[crate::types::Certificate],
    cipher: &dyn ContentCipher,
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<Vec<u8>, CmsError> {
    let builder = recipients.iter().fold(
        EnvelopedDataBuilder::new(oid::DATA),
        |builder, certificate| builder.with_recipient(Recipient::new(certificate.clone())),
    );
    let form = ContentForm::Definite(u64::try_from(content.len()).unwrap_or(u64::MAX));
    let mut random = (provider.random)();
    let mut message = Vec::new();
    let mut writer = builder.start(cipher, form, provider, policy, &mut *random, &mut message)?;
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(content, &mut out)?;
    writer.finish(&mut out)?;
    Ok(message)
}

/// Decrypts an EnvelopedData or AuthEnvelopedData. Nothing is returned before the tag, if there is one, held.
///
/// # Errors
/// Broken structure, policy, no key that fits, [`CmsError::DecryptFailed`].
pub fn decrypt(
    message: &[u8],
    keys: &dyn KeyStore,
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<Decrypted, CmsError> {
    let context = DecryptContext {
        provider,
        policy,
        keys: Some(keys),
    };
    let mut reader = EnvelopedDataReader::new(context, &Limits::DEFAULT);
    // rfc5083:2/1, 2/2
    let content = kin::read(&mut reader, message)?;
    let report = reader.report();
    Ok(Decrypted { content, report })
}

/// The content type of a ContentInfo, from its first octets: `None` when more are needed.
///
/// # Errors
/// Octets that begin no ContentInfo.
pub fn content_type(octets: &[u8]) -> Result<Option<ObjectIdentifier>, DecodeError> {
    let Some(outer) = Header::parse(octets, 0).map_err(|kind| DecodeError::at(kind, 0))? else {
        return Ok(None);
    };
    let unexpected = |expected, found: &Header| {
        let kind = DecodeErrorKind::UnexpectedTag {
            expected,
            found: found.tag,
        };
        DecodeError::at(kind, found.offset).within("ContentInfo")
    };
    if outer.tag != Tag::SEQUENCE || !outer.constructed {
        return Err(unexpected(Tag::SEQUENCE, &outer));
    }
    let start = usize::try_from(outer.header_len).unwrap_or(usize::MAX);
    let rest = octets.get(start..).unwrap_or_default();
    let Some(inner) = Header::parse(rest, outer.header_len)
        .map_err(|kind| DecodeError::at(kind, outer.header_len))?
    else {
        return Ok(None);
    };
    if inner.tag != Tag::OBJECT_IDENTIFIER || inner.constructed {
        return Err(unexpected(Tag::OBJECT_IDENTIFIER, &inner));
    }
    let (header_len, len) = (
        usize::try_from(inner.header_len),
        inner.length.map(usize::try_from),
    );
    let (Ok(header_len), Some(Ok(len))) = (header_len, len) else {
        return Err(DecodeError::at(
            DecodeErrorKind::BadObjectIdentifier,
            inner.offset,
        ));
    };
    let Some(contents) = header_len
        .checked_add(len)
        .and_then(|end| rest.get(header_len..end))
    else {
        return if len > 64 {
            Err(DecodeError::at(
                DecodeErrorKind::BadObjectIdentifier,
                inner.offset,
            ))
        } else {
            Ok(None)
        };
    };
    ObjectIdentifier::from_bytes(contents)
        .map(Some)
        .map_err(|_| DecodeError::at(DecodeErrorKind::BadObjectIdentifier, inner.offset))
}
