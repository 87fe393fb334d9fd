//! Private keys outside of this process: on a smart card, in a security module, behind an agent.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::Debug;

use cms_core::ber::{Cursor, Tag, write};
use cms_core::provider::{Random, SignatureInput};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{CryptoError, oid};
use zeroize::Zeroizing;

use super::{Material, PrivateKey, PssUse, Slots};
use crate::backend::rust_crypto::{digested, oaep};
use crate::backend::{
    AWS_FIRST, Answer, EcPrivate, Refusal, RsaEncryptionPadding, RsaPrivate, RsaSignaturePadding,
    Secret,
};
use crate::hash::Hash;
use crate::random::SystemRandom;
use crate::spec::ecdsa;
use crate::spec::rsa_signature::PssParameters;

/// Why an [`ExternalKey`] gives no answer.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExternalError {
    /// The key cannot be used at all, whatever the input: its token is gone, locked or broken.
    #[error("{0}")]
    Device(String),
    /// The operation was done, and refused what it was given. What depends on a padding must end here, not in
    /// [`Self::Device`], or the padding shows (RFC 3218, 2.3).
    #[error("refused")]
    Failed,
    /// The key has no such operation, or not with these parameters; another way is tried.
    #[error("not supported")]
    Unsupported,
}

/// The primitives of a private key that this process cannot read. Everything of CMS stays on this side: the key sees
/// digests, encrypted keys and points.
///
/// All operations may be missing. For RSA decryption [`Self::rsa_decrypt_raw`] is worth having: the paddings are then
/// taken off here, in constant time, and OAEP works with hashes that the token does not know.
pub trait ExternalKey: Debug + Send + Sync {
    /// RSASSA-PKCS1-v1_5 over a DER `DigestInfo` (RFC 8017, 9.2).
    ///
    /// # Errors
    /// See [`ExternalError`]; the same holds for all others.
    fn rsa_sign_pkcs1(&self, digest_info: &[u8]) -> Result<Vec<u8>, ExternalError> {
        let _ = digest_info;
        Err(ExternalError::Unsupported)
    }

    /// RSASSA-PSS over a digest (RFC 8017, 8.1.1).
    ///
    /// # Errors
    /// See [`ExternalError`].
    fn rsa_sign_pss(
        &self,
        hash: Hash,
        mgf: Hash,
        salt_len: usize,
        digest: &[u8],
    ) -> Result<Vec<u8>, ExternalError> {
        let _ = (hash, mgf, salt_len, digest);
        Err(ExternalError::Unsupported)
    }

    /// RSADP alone (RFC 8017, 5.1.2): octets as many as the modulus has.
    ///
    /// # Errors
    /// See [`ExternalError`].
    fn rsa_decrypt_raw(&self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, ExternalError> {
        let _ = ciphertext;
        Err(ExternalError::Unsupported)
    }

    /// RSAES-PKCS1-v1_5 (RFC 8017, 7.2.2); asked only where [`Self::rsa_decrypt_raw`] is not supported.
    ///
    /// # Errors
    /// See [`ExternalError`].
    fn rsa_decrypt_pkcs1(&self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, ExternalError> {
        let _ = ciphertext;
        Err(ExternalError::Unsupported)
    }

    /// RSAES-OAEP (RFC 8017, 7.1.2).
    ///
    /// # Errors
    /// See [`ExternalError`].
    fn rsa_decrypt_oaep(
        &self,
        hash: Hash,
        mgf: Hash,
        label: &[u8],
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, ExternalError> {
        let _ = (hash, mgf, label, ciphertext);
        Err(ExternalError::Unsupported)
    }

    /// ECDSA over a digest that is not longer than the curve's order: `r || s`, each as long as the order.
    ///
    /// # Errors
    /// See [`ExternalError`].
    fn ecdsa_sign(&self, digest: &[u8]) -> Result<Vec<u8>, ExternalError> {
        let _ = digest;
        Err(ExternalError::Unsupported)
    }

    /// ECDH with an uncompressed point (SEC 1, 2.3.3): the x coordinate, as long as the field.
    ///
    /// # Errors
    /// See [`ExternalError`].
    fn ecdh(&self, peer: &[u8]) -> Result<Zeroizing<Vec<u8>>, ExternalError> {
        let _ = peer;
        Err(ExternalError::Unsupported)
    }
}

impl PrivateKey {
    /// A key outside of this process, with its public key: RSA (also id-RSASSA-PSS), or on an elliptic curve for ECDSA
    /// and ECDH.
    ///
    /// # Errors
    /// Other kinds of keys, malformed public keys.
    pub fn external(
        spki: &SubjectPublicKeyInfo,
        key: Arc<dyn ExternalKey>,
    ) -> Result<Self, CryptoError> {
        let mut pss = PssUse::Never;
        let material = match spki.algorithm.oid {
            oid::RSA_ENCRYPTION | oid::RSASSA_PSS => {
                if spki.algorithm.oid == oid::RSASSA_PSS {
                    let bound = !spki.algorithm.has_no_parameters();
                    let parameters = bound.then(|| PssParameters::decode(&spki.algorithm));
                    pss = PssUse::Bound(parameters.transpose()?);
                }
                let modulus_len = modulus_len(&spki.key)?;
                let adapter = Rsa {
                    key: key.clone(),
                    modulus_len,
                };
                Material::Rsa {
                    modulus_len,
                    loaded: loaded(Box::new(adapter)),
                }
            }
            oid::EC_PUBLIC_KEY => {
                let (curve, _) = ecdsa::public_key(spki)?;
                let order_len = curve.field_len();
                Material::Ec {
                    curve,
                    scalar: Zeroizing::default(),
                    loaded: loaded(Box::new(Ec {
                        key: key.clone(),
                        order_len,
                    })),
                }
            }
            other => return Err(CryptoError::unsupported_oid(&other)),
        };
        let mut secret = Zeroizing::new(alloc::vec![0; 32]);
        SystemRandom.fill(&mut secret)?;
        Ok(Self {
            material,
            spki: spki.clone(),
            pss,
            encoded: Zeroizing::default(),
            substitute_secret: secret,
        })
    }
}

/// The slots of a key that no backend can load: it stands in the last one, and the others pass.
fn loaded<T: ?Sized + Send + Sync>(key: Box<T>) -> Slots<T> {
    let slots: Slots<T> = Default::default();
    let mut key = Some(key);
    for (at, slot) in slots.iter().enumerate() {
        let last = at + 1 == AWS_FIRST.len();
        let entry = last.then(|| key.take()).flatten();
        // A new slot is empty.
        let _ = slot.set(Box::new(entry.ok_or(Refusal::Unsupported)));
    }
    slots
}

/// `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }`, RFC 8017, A.1.1.
fn modulus_len(key: &[u8]) -> Result<usize, CryptoError> {
    let malformed = |_| CryptoError::Key("malformed RSAPublicKey");
    let mut fields = Cursor::single(key, 0).map_err(malformed)?.children();
    let n = fields.expect(Tag::INTEGER).map_err(malformed)?;
    let octets = n.contents().iter().skip_while(|octet| **octet == 0);
    Ok(octets.count())
}

fn refusal(error: ExternalError) -> Refusal {
    match error {
        ExternalError::Device(text) => Refusal::External(text),
        ExternalError::Failed => Refusal::Failed,
        ExternalError::Unsupported => Refusal::Unsupported,
    }
}

/// An external key as an RSA key of a backend.
#[derive(Debug)]
struct Rsa {
    key: Arc<dyn ExternalKey>,
    modulus_len: usize,
}

impl RsaPrivate for Rsa {
    fn sign(
        &self,
        padding: RsaSignaturePadding,
        hash: Hash,
        input: SignatureInput<'_>,
        _random: &mut dyn Random,
    ) -> Answer<Vec<u8>> {
        let digest = digested(hash, input)?;
        let signature = match padding {
            RsaSignaturePadding::Pkcs1 => {
                let algorithm = AlgorithmIdentifier::with_null(hash.oid()).to_der();
                let info = write::sequence(&[&algorithm, &write::octet_string(&digest)]);
                self.key.rsa_sign_pkcs1(&info)
            }
            RsaSignaturePadding::Pss { mgf, salt_len } => {
                self.key.rsa_sign_pss(hash, mgf, salt_len, &digest)
            }
        };
        signature.map_err(refusal)
    }

    fn decrypt(&self, padding: RsaEncryptionPadding<'_>, ciphertext: &[u8]) -> Answer<Secret> {
        match padding {
            RsaEncryptionPadding::Pkcs1 => self.key.rsa_decrypt_pkcs1(ciphertext).map_err(refusal),
            RsaEncryptionPadding::Oaep { hash, mgf, label } => {
                match self.key.rsa_decrypt_oaep(hash, mgf, label, ciphertext) {
                    Err(ExternalError::Unsupported) => {
                        oaep::unpad(hash, mgf, label, &self.decrypt_raw(ciphertext)?)
                    }
                    answer => answer.map_err(refusal),
                }
            }
        }
    }

    fn decrypt_raw(&self, ciphertext: &[u8]) -> Answer<Secret> {
        if ciphertext.len() != self.modulus_len {
            return Err(Refusal::Failed);
        }
        let number = self.key.rsa_decrypt_raw(ciphertext).map_err(refusal)?;
        padded(&number, self.modulus_len)
    }
}

/// An external key as a key of a backend on an elliptic curve.
#[derive(Debug)]
struct Ec {
    key: Arc<dyn ExternalKey>,
    order_len: usize,
}

impl EcPrivate for Ec {
    /// `Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }`, RFC 3279, 2.2.3.
    fn sign(
        &self,
        hash: Hash,
        input: SignatureInput<'_>,
        _random: &mut dyn Random,
    ) -> Answer<Vec<u8>> {
        let digest = digested(hash, input)?;
        // FIPS 186-5, 6.4.1: the leftmost bits, as many as the order has. It has whole octets wherever that cuts.
        let digest = digest.get(..self.order_len).unwrap_or(&digest);
        let signature = self.key.ecdsa_sign(digest).map_err(refusal)?;
        if signature.len() != 2 * self.order_len {
            let text = "the token's signature has another length than the curve's";
            return Err(Refusal::External(text.into()));
        }
        let (r, s) = signature.split_at(self.order_len);
        let [r, s] = [r, s].map(write::unsigned);
        Ok(write::sequence(&[&r, &s]))
    }

    fn agree(&self, peer: &[u8]) -> Answer<Secret> {
        let shared = self.key.ecdh(peer).map_err(refusal)?;
        padded(&shared, self.order_len)
    }
}

/// A number with the zeros in front that a token has left out.
fn padded(number: &[u8], len: usize) -> Answer<Secret> {
    let missing = len.checked_sub(number.len());
    let mut out = Zeroizing::new(alloc::vec![0; missing.ok_or(Refusal::Failed)?]);
    out.extend_from_slice(number);
    Ok(out)
}

#[cfg(test)]
pub(crate) mod tests;
