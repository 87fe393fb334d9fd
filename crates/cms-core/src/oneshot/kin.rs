//! One-shot functions for the types beside SignedData and EnvelopedData.

use alloc::vec::Vec;

use crate::authenticated::{AuthenticatedDataBuilder, AuthenticatedDataReader};
use crate::collection::{CollectionEvent, CollectionReader, collection_prologue};
use crate::compressed::{CompressedDataReader, definite_prologue};
use crate::digested::{DigestedDataReader, DigestedDataWriter};
use crate::encrypted::{EncryptedDataBuilder, EncryptedDataReader};
use crate::enveloped::DecryptContext;
use crate::error::{CmsError, CryptoError};
use crate::frame::{ContentForm, Surroundings, len_u64};
use crate::key::{KeyStore, SecretKey};
use crate::limits::Limits;
use crate::oid;
use crate::policy::Policy;
use crate::provider::{ContentCipher, CryptoProvider, MacAlgorithm};
use crate::reader::LayerReader;
use crate::recipients::Recipient;
use crate::unverified::Unverified;

/// Reads a whole message in memory.
pub(super) fn read(reader: &mut dyn LayerReader, message: &[u8]) -> Result<Vec<u8>, CmsError> {
    let mut content = Vec::new();
    let mut sink = |octets: Unverified<'_>| {
        content.extend_from_slice(octets.danger_octets());
        Ok(())
    };
    reader.push(message, &mut sink)?;
    reader.finish(&mut sink)?;
    Ok(content)
}

/// A DigestedData in DER around octets.
///
/// # Errors
/// A digest that is unknown or that policy refuses.
pub fn digest(
    content: &[u8],
    digest: &der::asn1::ObjectIdentifier,
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<Vec<u8>, CmsError> {
    let mut message = Vec::new();
    let form = ContentForm::Definite(len_u64(content.len()));
    let mut writer = DigestedDataWriter::start(
        &oid::DATA,
        digest,
        Surroundings::ContentInfo,
        form,
        provider,
        policy,
        &mut message,
    )?;
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(content, &mut out)?;
    writer.finish(&mut out)?;
    Ok(message)
}

/// The content of a DigestedData whose digest holds.
///
/// # Errors
/// Broken structure, policy, [`CmsError::DigestMismatch`].
pub fn check_digest(
    message: &[u8],
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<Vec<u8>, CmsError> {
    let mut reader = DigestedDataReader::new(provider, policy, &Limits::DEFAULT);
    read(&mut reader, message)
}

/// An EncryptedData in DER around octets.
///
/// # Errors
/// An AEAD cipher, a key of another length, policy.
pub fn encrypt_data(
    content: &[u8],
    key: &SecretKey,
    cipher: &dyn ContentCipher,
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<Vec<u8>, CmsError> {
    let mut message = Vec::new();
    let form = ContentForm::Definite(len_u64(content.len()));
    let mut random = (provider.random)();
    let builder = EncryptedDataBuilder::new(oid::DATA);
    let mut writer = builder.start(key, cipher, form, policy, &mut *random, &mut message)?;
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(content, &mut out)?;
    writer.finish(&mut out)?;
    Ok(message)
}

/// The plaintext of an EncryptedData, which nothing authenticates.
///
/// # Errors
/// Broken structure, policy, [`CmsError::DecryptFailed`].
pub fn decrypt_data(
    message: &[u8],
    key: &SecretKey,
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<Vec<u8>, CmsError> {
    let mut reader = EncryptedDataReader::new(Some(key), provider, policy, &Limits::DEFAULT);
    read(&mut reader, message)
}

/// An AuthenticatedData in DER around octets, without authenticated attributes.
///
/// # Errors
/// Keys or algorithms that cannot serve or that policy refuses.
pub fn authenticate(
    content: &[u8],
    recipients: Vec<Recipient<'_>>,
    mac: &dyn MacAlgorithm,
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<Vec<u8>, CmsError> {
    let mut message = Vec::new();
    let form = ContentForm::Definite(len_u64(content.len()));
    let mut random = (provider.random)();
    let builder = recipients
        .into_iter()
        .fold(AuthenticatedDataBuilder::new(oid::DATA), |builder, one| {
            builder.with_recipient(one)
        });
    let mut writer = builder.start(mac, form, provider, policy, &mut *random, &mut message)?;
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    writer.update(content, &mut out)?;
    writer.finish(&mut out)?;
    Ok(message)
}

/// The content of an AuthenticatedData whose MAC holds.
///
/// # Errors
/// Broken structure, policy, no key that fits, [`CmsError::MacFailed`].
pub fn check_mac(
    message: &[u8],
    keys: &dyn KeyStore,
    provider: &CryptoProvider,
    policy: &dyn Policy,
) -> Result<Vec<u8>, CmsError> {
    let context = DecryptContext {
        provider,
        policy,
        keys: Some(keys),
    };
    let mut reader = AuthenticatedDataReader::new(context, &Limits::DEFAULT);
    read(&mut reader, message)
}

/// A CompressedData in DER around octets.
///
/// # Errors
/// A provider without compression.
pub fn compress(content: &[u8], provider: &CryptoProvider) -> Result<Vec<u8>, CmsError> {
    let compression = provider.compressions.first().copied();
    let compression = compression.ok_or_else(|| CryptoError::unsupported_oid(&oid::ZLIB))?;
    let mut compressed = Vec::new();
    let mut compressor = compression.compressor();
    compressor.update(content, &mut compressed)?;
    compressor.finish(&mut compressed)?;
    let len = len_u64(compressed.len());
    let mut message = definite_prologue(&oid::DATA, compression, Surroundings::ContentInfo, len);
    message.extend_from_slice(&compressed);
    Ok(message)
}

/// The content of a CompressedData, within limits.
///
/// # Errors
/// Broken structure or compression; limits.
pub fn decompress(
    message: &[u8],
    provider: &CryptoProvider,
    limits: &Limits,
) -> Result<Vec<u8>, CmsError> {
    read(&mut CompressedDataReader::new(provider, limits), message)
}

/// A ContentCollection in DER around ContentInfos (RFC 4073).
///
/// # Errors
/// No content at all.
pub fn collect(contents: &[&[u8]]) -> Result<Vec<u8>, CmsError> {
    let lengths: Vec<u64> = contents.iter().map(|one| len_u64(one.len())).collect();
    let mut message = collection_prologue(&lengths)?;
    for content in contents {
        message.extend_from_slice(content);
    }
    Ok(message)
}

/// The ContentInfos of a ContentCollection, octet for octet.
///
/// # Errors
/// Broken structure, limits.
pub fn contents(message: &[u8]) -> Result<Vec<Vec<u8>>, CmsError> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let mut reader = CollectionReader::new(&oid::CONTENT_COLLECTION, &Limits::DEFAULT)?;
    reader.push::<CmsError>(message, &mut |event| {
        match event {
            CollectionEvent::Begin(_) => found.push(Vec::new()),
            CollectionEvent::Octets(octets) => {
                if let Some(content) = found.last_mut() {
                    content.extend_from_slice(octets);
                }
            }
            CollectionEvent::End => {}
        }
        Ok(())
    })?;
    reader.finish()?;
    Ok(found)
}
