//! RSA key transport: PKCS #1 v1.5 (RFC 3370, 4.2.1) and OAEP (RFC 3560).
//!
//! * Identifiers: 1.2.840.113549.1.1.1 (rsaEncryption, NULL), 1.2.840.113549.1.1.7 (id-RSAES-OAEP, `RSAES-OAEP-params`
//!   required: hash, mask generation, label; the defaults are of SHA-1).
//! * Strength: that of the modulus. RFC 8551, 2.3: v1.5 MUST-, OAEP SHOULD+.
//! * Test vectors: Wycheproof (`rsa_oaep`, `rsa_pkcs1`, `rsa_three_primes`), OpenSSL.
//!
//! Decryption with v1.5 never tells whether the padding was right: a wrong one, or a key of wrong length, gives a
//! substitute that depends on the private key and the ciphertext alone, so that the same ciphertext always
//! gives the same key (implicit rejection; RFC 3218, 2.3.2).

use alloc::vec::Vec;

use cms_core::ber::{Tag, write};
use cms_core::key::{UnwrapOutcome, Unwrapped};
use cms_core::provider::{KeyLength, Random, RecipientAlgorithm, WrapRequest, WrappedKey};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{CryptoError, ObjectIdentifier, oid};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::Zeroizing;

use super::{parameters, rsa_kem};
use crate::backend::{AWS_FIRST, Refusal, RsaEncryptionPadding, RsaPrivate, first, hmac, refused};
use crate::hash::Hash;

/// RSAES-OAEP with one hash throughout and no label.
#[derive(Clone, Copy, Debug)]
pub struct Oaep(Hash);

/// RSAES-OAEP with SHA-256.
pub const RSAES_OAEP: Oaep = Oaep(Hash::Sha256);

/// RSAES-PKCS1-v1_5.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct Pkcs1;

/// RSAES-PKCS1-v1_5.
// rfc8551:2.3/3
pub const RSAES_PKCS1: Pkcs1 = Pkcs1;

impl Oaep {
    /// OAEP with another hash.
    #[must_use]
    pub const fn new(hash: Hash) -> Self {
        Self(hash)
    }
}

impl RecipientAlgorithm for Oaep {
    fn serves(&self, key: &SubjectPublicKeyInfo) -> bool {
        [oid::RSA_ENCRYPTION, oid::RSAES_OAEP].contains(&key.algorithm.oid)
    }

    fn oid(&self) -> ObjectIdentifier {
        oid::RSAES_OAEP
    }

    fn wrap(
        &self,
        request: &WrapRequest<'_>,
        random: &mut dyn Random,
    ) -> Result<WrappedKey, CryptoError> {
        let (key, cek) = (request.single()?, request.cek);
        let parameters = OaepParameters::of(self.0);
        let padding = parameters.padding();
        Ok(WrappedKey::KeyTrans {
            encrypted_key: first(AWS_FIRST, |backend| {
                backend.rsa_encrypt(&key.key, padding, cek, random)
            })?,
            algorithm: parameters.identifier(),
        })
    }

    /// One for each hash. The octets that RFC 3560, 5 prints lack the tags of RSAES-OAEP-params for all but SHA-1;
    /// since matching is by octets they are here as well, behind those of the ASN.1, which alone are announced.
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        const HASHES: [Hash; 3] = [Hash::Sha256, Hash::Sha512, Hash::Sha384];
        let typed = HASHES.into_iter().chain([Hash::Sha1]);
        let typed = typed.map(|hash| OaepParameters::of(hash).identifier());
        let printed = HASHES.map(|hash| {
            let digest = AlgorithmIdentifier::with_null(hash.oid()).to_der();
            let mgf = AlgorithmIdentifier::with(oid::MGF1, digest.clone()).to_der();
            AlgorithmIdentifier::with(oid::RSAES_OAEP, write::sequence(&[&digest, &mgf]))
        });
        typed.chain(printed).collect()
    }
}

impl RecipientAlgorithm for Pkcs1 {
    fn serves(&self, key: &SubjectPublicKeyInfo) -> bool {
        key.algorithm.oid == oid::RSA_ENCRYPTION
    }

    fn oid(&self) -> ObjectIdentifier {
        oid::RSA_ENCRYPTION
    }

    fn wrap(
        &self,
        request: &WrapRequest<'_>,
        random: &mut dyn Random,
    ) -> Result<WrappedKey, CryptoError> {
        let (key, cek) = (request.single()?, request.cek);
        Ok(WrappedKey::KeyTrans {
            encrypted_key: first(AWS_FIRST, |backend| {
                backend.rsa_encrypt(&key.key, RsaEncryptionPadding::Pkcs1, cek, random)
            })?,
            // rfc3370:4.2.1/1, 4.2.1/2: parameters MUST be NULL.
            algorithm: AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION),
        })
    }

    /// rsaEncryption with NULL, as an algorithm for keys (RFC 8551, 2.5.2).
    fn capabilities(&self) -> Vec<AlgorithmIdentifier> {
        alloc::vec![AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION)]
    }
}

/// `RSAES-OAEP-params`, RFC 4055, 4.1.
pub(crate) struct OaepParameters {
    hash: Hash,
    mgf: Hash,
    label: Vec<u8>,
}

impl OaepParameters {
    /// What is written: one hash throughout, no label.
    const fn of(hash: Hash) -> Self {
        Self {
            hash,
            mgf: hash,
            label: Vec::new(),
        }
    }

    /// ```text
    /// RSAES-OAEP-params ::= SEQUENCE { hashFunc [0] DEFAULT sha1, maskGenFunc [1] DEFAULT mgf1SHA1,
    ///   pSourceFunc [2] AlgorithmIdentifier DEFAULT pSpecifiedEmpty }
    /// ```
    pub(crate) fn decode(algorithm: &AlgorithmIdentifier) -> Result<Self, CryptoError> {
        let malformed = |_| CryptoError::Parameters("malformed");
        let element = parameters::element(algorithm)?;
        if element.tag() != Tag::SEQUENCE {
            return Err(CryptoError::Parameters("RSAES-OAEP-params is no SEQUENCE"));
        }
        let mut fields = element.children();
        let (hash, mgf) = parameters::hash_and_mgf(&mut fields)?;
        let label = match parameters::explicit_algorithm(&mut fields, 2)? {
            Some(source) if source.oid == oid::P_SPECIFIED => {
                let octets = parameters::element(&source)?;
                if octets.tag() != Tag::OCTET_STRING {
                    return Err(CryptoError::Parameters("pSpecified is no OCTET STRING"));
                }
                octets.octets().map_err(malformed)?.into_owned()
            }
            Some(_) => return Err(CryptoError::Parameters("unknown pSourceFunc")),
            None => Vec::new(),
        };
        fields.finish().map_err(malformed)?;
        Ok(Self { hash, mgf, label })
    }

    fn identifier(&self) -> AlgorithmIdentifier {
        let contents = parameters::write_hash_and_mgf(self.hash, self.mgf);
        AlgorithmIdentifier::with(oid::RSAES_OAEP, write::sequence(&[&contents]))
    }

    fn padding(&self) -> RsaEncryptionPadding<'_> {
        RsaEncryptionPadding::Oaep {
            hash: self.hash,
            mgf: self.mgf,
            label: &self.label,
        }
    }
}

/// What opening needs of a private key: loaded forms to be asked in turn, and the secret behind substitutes.
pub(crate) struct Opener<'a> {
    pub(crate) keys: &'a mut dyn Iterator<Item = &'a dyn RsaPrivate>,
    pub(crate) substitute_secret: &'a [u8],
    /// Whether the key is outside, so that `substitute_secret` is a new one in each process.
    pub(crate) external: bool,
    pub(crate) modulus_len: usize,
}

impl Opener<'_> {
    /// Opens an encrypted key by its algorithm.
    pub(crate) fn open(
        mut self,
        algorithm: &AlgorithmIdentifier,
        encrypted_key: &[u8],
        cek: KeyLength,
    ) -> Result<Unwrapped, CryptoError> {
        match algorithm.oid {
            oid::RSA_ENCRYPTION => {
                parameters::none(algorithm)?;
                let (key, plausible) = self.pkcs1(encrypted_key, cek)?;
                Ok(Unwrapped::new(key, UnwrapOutcome::Unknown).with_danger_plausible(plausible))
            }
            oid::RSAES_OAEP => {
                let parameters = OaepParameters::decode(algorithm)?;
                let secret = self.substitute_secret;
                let plaintext = self.decrypt(parameters.padding(), encrypted_key)?;
                let plaintext = plaintext.ok_or(CryptoError::Failed);
                outcome(plaintext, secret, encrypted_key, cek)
            }
            oid::RSA_KEM => rsa_kem::open_key_trans(self, algorithm, encrypted_key, cek),
            other => Err(CryptoError::unsupported_oid(&other)),
        }
    }

    /// PKCS #1 v1.5 with implicit rejection: the key, or its substitute, and whether the padding held. Where the
    /// backend gives the padded octets and the length of the key is known, without a branch on them.
    fn pkcs1(
        &mut self,
        encrypted_key: &[u8],
        cek: KeyLength,
    ) -> Result<(Zeroizing<Vec<u8>>, bool), CryptoError> {
        let substitute = substitute(self.substitute_secret, encrypted_key, cek.preferred());
        // rfc8551:4.5/1
        for key in &mut *self.keys {
            if let KeyLength::Exact(_) = cek
                && let Ok(encoded) = key.decrypt_raw(encrypted_key)
            {
                // The padded octets stand in for the private key: whoever knows them knows their padding as well.
                let substitute = match self.external {
                    true => self::substitute(&encoded, encrypted_key, cek.preferred()),
                    false => substitute,
                };
                return Ok(unpadded(&encoded, substitute));
            }
            let plaintext = match key.decrypt(RsaEncryptionPadding::Pkcs1, encrypted_key) {
                Ok(plaintext) => Some(plaintext),
                Err(Refusal::Failed) => None,
                Err(refusal @ Refusal::External(_)) => return Err(refused(refusal)),
                Err(_) => continue,
            };
            let plausible = plaintext.as_ref().is_some_and(|key| cek.allows(key.len()));
            return Ok((select(plaintext, substitute, cek), plausible));
        }
        Err(CryptoError::Unsupported(
            "no backend can decrypt with this key".into(),
        ))
    }

    /// The number that was encrypted without padding, as long as the modulus (RFC 9690, A.2).
    pub(crate) fn decrypt_raw(self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        for key in &mut *self.keys {
            match key.decrypt_raw(ciphertext) {
                Ok(plaintext) => return Ok(plaintext),
                Err(refusal @ (Refusal::Failed | Refusal::External(_))) => {
                    return Err(refused(refusal));
                }
                Err(_) => {}
            }
        }
        Err(CryptoError::Unsupported(
            "no backend can decrypt with this key".into(),
        ))
    }

    fn decrypt(
        &mut self,
        padding: RsaEncryptionPadding<'_>,
        ciphertext: &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, CryptoError> {
        for key in &mut *self.keys {
            match key.decrypt(padding, ciphertext) {
                Ok(plaintext) => return Ok(Some(plaintext)),
                Err(Refusal::Failed) => return Ok(None),
                Err(refusal @ Refusal::External(_)) => return Err(refused(refusal)),
                Err(_) => {}
            }
        }
        Err(CryptoError::Unsupported(
            "no backend can decrypt with this key".into(),
        ))
    }
}

/// A key that depends on the private key and the ciphertext alone.
pub(crate) fn substitute(secret: &[u8], ciphertext: &[u8], len: usize) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(len + 32));
    let seed = hmac(Hash::Sha256, secret, ciphertext);
    let mut counter = 0u8;
    while out.len() < len {
        out.extend_from_slice(&hmac(Hash::Sha256, &seed, &[counter]));
        counter = counter.wrapping_add(1);
    }
    out.truncate(len);
    out
}

/// The outcome where a wrap or padding says whether it held: the key, or a substitute that is known to be one. Errors
/// about what is public stay errors.
pub(crate) fn outcome(
    unwrapped: Result<Zeroizing<Vec<u8>>, CryptoError>,
    substitute_secret: &[u8],
    encrypted_key: &[u8],
    cek: KeyLength,
) -> Result<Unwrapped, CryptoError> {
    match unwrapped {
        Ok(key) if cek.allows(key.len()) => Ok(Unwrapped::new(key, UnwrapOutcome::Genuine)),
        Ok(_) | Err(CryptoError::Failed) => Ok(Unwrapped::new(
            substitute(substitute_secret, encrypted_key, cek.preferred()),
            UnwrapOutcome::Failed,
        )),
        Err(error) => Err(error),
    }
}

/// The key at the end of EME-PKCS1-v1_5 (RFC 8017, 7.2.2: 00 02, at least eight octets that are not zero, 00, the key)
/// if it is as long as the substitute and the padding holds, else the substitute: the same steps for both.
fn unpadded(encoded: &[u8], substitute: Zeroizing<Vec<u8>>) -> (Zeroizing<Vec<u8>>, bool) {
    let len = substitute.len() + 1;
    let parts = encoded
        .len()
        .checked_sub(len)
        .filter(|start| *start >= 10)
        .and_then(|start| encoded.split_at_checked(start));
    let Some(([first, second, padding @ ..], [end, key @ ..])) = parts else {
        // The modulus is too short for any such key.
        return (substitute, false);
    };
    let mut holds = first.ct_eq(&0) & second.ct_eq(&2) & end.ct_eq(&0);
    for octet in padding {
        holds &= !octet.ct_eq(&0);
    }
    let mut selected = substitute;
    for (octet, genuine) in selected.iter_mut().zip(key) {
        octet.conditional_assign(genuine, holds);
    }
    (selected, holds.into())
}

/// The plaintext if it is a key that fits, else the substitute, without a branch on which.
fn select(
    plaintext: Option<Zeroizing<Vec<u8>>>,
    substitute: Zeroizing<Vec<u8>>,
    cek: KeyLength,
) -> Zeroizing<Vec<u8>> {
    let mut plaintext = plaintext.unwrap_or_default();
    let fits = Choice::from(u8::from(cek.allows(plaintext.len())));
    // Ciphers with keys of varying length (RC2) cannot hide the length of the key they take.
    let len = if matches!(cek, KeyLength::Between { .. }) && bool::from(fits) {
        plaintext.len()
    } else {
        substitute.len()
    };
    let mut selected = substitute;
    selected.resize(len, 0);
    // No more than zeros in what is allocated already: where nothing came out, there is as much to look at.
    let looked_at = len.max(plaintext.len());
    plaintext.resize(looked_at, 0);
    for (octet, yes) in selected.iter_mut().zip(plaintext.iter()) {
        octet.conditional_assign(yes, fits);
    }
    selected
}
