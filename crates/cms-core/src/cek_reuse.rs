//! Reuse of content-encryption keys (RFC 3185): the key of one message becomes the key-encryption key of later ones.

use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;

use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::error::{CmsError, CryptoError};
use crate::key::{KeyStore, RecipientKey, SecretKey};
use crate::oid;
use crate::provider::CryptoProvider;
use crate::types::{
    AlgorithmIdentifier, Attribute, Attributes, CekMaxDecrypts, CekReference,
    KekDerivationAlgorithm, KekIdentifier, RecipientIdentifier,
};

/// The unprotected attributes that let the key of a message be used for `max_decrypts` later ones, under `reference`.
/// With another kind of key there, `derivation` says how it comes from this one (RFC 3185, 4). For no later message
/// there are no attributes; more than 2^31, the most that can be said, count as that.
#[must_use]
pub fn attributes(
    reference: &[u8],
    max_decrypts: u32,
    derivation: Option<&KekDerivationAlgorithm>,
) -> Vec<Attribute> {
    if max_decrypts == 0 {
        return Vec::new();
    }
    let max_decrypts = max_decrypts.min(1 << 31);
    let mut list = alloc::vec![Attribute::of(&CekReference(reference.to_vec()))];
    // rfc3185:3: without it "originators and recipients SHOULD behave as if a value of one had been sent".
    if max_decrypts != 1 {
        list.push(Attribute::of(&CekMaxDecrypts(max_decrypts)));
    }
    list.extend(derivation.map(Attribute::of));
    list
}

/// Keys that messages left for later ones, each for so many uses.
///
/// The store counts: give it every message that was decrypted with [`Self::remember`], and tell it with [`Self::used`]
/// when a message was successfully decrypted by one of its keys.
#[derive(Default)]
pub struct CekCache {
    entries: RefCell<Vec<Entry>>,
}

struct Entry {
    reference: Vec<u8>,
    kek: SecretKey,
    left: u32,
}

impl fmt::Debug for CekCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CekCache")
            .field("entries", &self.entries.borrow().len())
            .finish()
    }
}

/// Keys that are kept at once; the oldest goes first.
const MAX_ENTRIES: usize = 1_000;

impl CekCache {
    /// A cache without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps the key of a decrypted message if its unprotected attributes ask for it; one of the same reference is
    /// replaced.
    ///
    /// # Errors
    /// Malformed attributes; a derivation that the provider lacks or that asks for more than `max_iterations`.
    pub fn remember(
        &self,
        cek: &SecretKey,
        unprotected_attrs: &Attributes,
        provider: &CryptoProvider,
        max_iterations: u32,
    ) -> Result<(), CmsError> {
        let error = |error| CmsError::Attribute("unprotectedAttrs", error);
        let Some(CekReference(reference)) = unprotected_attrs.get().map_err(error)? else {
            // rfc3185:5: without a reference all attributes are to be ignored.
            return Ok(());
        };
        let uses = unprotected_attrs.get::<CekMaxDecrypts>().map_err(error)?;
        let derivation = unprotected_attrs
            .get::<KekDerivationAlgorithm>()
            .map_err(error)?;
        let kek = key_encryption_key(cek, derivation.as_ref(), provider, max_iterations)?;
        let mut entries = self.entries.borrow_mut();
        entries.retain(|entry| entry.reference != reference);
        if entries.len() >= MAX_ENTRIES {
            entries.remove(0);
        }
        entries.push(Entry {
            reference,
            kek,
            left: uses.map_or(1, |CekMaxDecrypts(uses)| uses),
        });
        Ok(())
    }

    /// A message was decrypted with the key of this reference: it counts, and after the last use the key is gone.
    pub fn used(&self, reference: &[u8]) {
        let mut entries = self.entries.borrow_mut();
        for entry in &mut *entries {
            if entry.reference == reference {
                entry.left = entry.left.saturating_sub(1);
            }
        }
        entries.retain(|entry| entry.left > 0);
    }
}

impl KeyStore for CekCache {
    fn keys(&self, _id: &RecipientIdentifier) -> Vec<&dyn RecipientKey> {
        Vec::new()
    }

    fn key_encryption_keys(&self, id: &KekIdentifier) -> Vec<SecretKey> {
        let entries = self.entries.borrow();
        entries
            .iter()
            .filter(|entry| entry.reference == id.key_identifier)
            .map(|entry| entry.kek.clone())
            .collect()
    }
}

/// The key-encryption key that a content-encryption key becomes (RFC 3185, 3 and 4): its octets in reverse, or PBKDF2
/// of it.
///
/// # Errors
/// A derivation that the provider lacks, that RFC 3185 forbids or that asks for more than `max_iterations`.
pub fn key_encryption_key(
    cek: &SecretKey,
    derivation: Option<&KekDerivationAlgorithm>,
    provider: &CryptoProvider,
    max_iterations: u32,
) -> Result<SecretKey, CmsError> {
    let Some(derivation) = derivation else {
        let reversed: Vec<u8> = cek.as_octets().iter().rev().copied().collect();
        return Ok(SecretKey::new(reversed));
    };
    let wrap = provider.key_wrap(&derivation.kek_alg.oid)?;
    let len = wrap.kek_len(&derivation.kek_alg)?;
    let algorithm = AlgorithmIdentifier::with(PBKDF2, derivation.pbkdf2_params.clone());
    let function = provider.key_derivation(&PBKDF2)?;
    if function.iterations(&algorithm)? > u64::from(max_iterations) {
        return Err(CryptoError::Limit("iterations of PBKDF2").into());
    }
    let key: Zeroizing<Vec<u8>> = function.derive(&algorithm, cek.as_octets(), len)?;
    Ok(SecretKey::new(key.to_vec()))
}

const PBKDF2: ObjectIdentifier = oid::PBKDF2;
