//! RSA from RustCrypto. Verification with EMSA-PSS is written out here, because the crate fixes MGF1 to the
//! message's hash, which real signers do not.

use alloc::boxed::Box;
use alloc::vec::Vec;

use ::digest::Digest as _;
use cms_core::ber::{Cursor, Tag};
use cms_core::provider::{Random, SignatureInput};
use rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey};
use rsa::pkcs8::EncodePrivateKey;
use rsa::traits::{PaddingScheme, PublicKeyParts};
use rsa::{BoxedUint, Oaep, Pkcs1v15Encrypt, Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey};
use zeroize::Zeroizing;

use super::{Adapter, digested, with_hash};
use crate::backend::{
    Answer, Refusal, RsaEncryptionPadding, RsaPrivate, RsaSignaturePadding, Secret,
};
use crate::hash::Hash;

pub(super) fn private(pkcs1: &[u8]) -> Answer<Box<dyn RsaPrivate>> {
    let key = RsaPrivateKey::from_pkcs1_der(pkcs1).map_err(|_| Refusal::Key)?;
    Ok(Box::new(RsaKey(key)))
}

pub(super) fn generate(bits: usize, random: &mut dyn Random) -> Answer<Secret> {
    let mut adapter = Adapter::new(random);
    let key = RsaPrivateKey::new(&mut adapter, bits).map_err(|_| Refusal::Key)?;
    adapter.check()?;
    let der = key.to_pkcs8_der().map_err(|_| Refusal::Key)?;
    Ok(Zeroizing::new(der.as_bytes().to_vec()))
}

fn public(pkcs1: &[u8]) -> Answer<RsaPublicKey> {
    // The crate's own decoder refuses short keys of historic mail (508 bits were seen); policy judges sizes, not this.
    let strict = RsaPublicKey::from_pkcs1_der(pkcs1);
    if let Ok(key) = strict {
        return Ok(key);
    }
    let mut fields = Cursor::single(pkcs1, 0)
        .map_err(|_| Refusal::Key)?
        .children();
    let mut integer = || fields.expect(Tag::INTEGER).map_err(|_| Refusal::Key);
    let n = BoxedUint::from_be_slice_vartime(integer()?.contents());
    let e = BoxedUint::from_be_slice_vartime(integer()?.contents());
    RsaPublicKey::new_with_size_limits(n, e, 500..=16_384).map_err(|_| Refusal::Key)
}

pub(super) fn verify(
    pkcs1: &[u8],
    padding: RsaSignaturePadding,
    hash: Hash,
    digest: &[u8],
    signature: &[u8],
) -> Answer<()> {
    let key = public(pkcs1)?;
    match padding {
        RsaSignaturePadding::Pkcs1 => key
            .verify(pkcs1v15(hash)?, digest, signature)
            .map_err(|_| Refusal::Failed),
        RsaSignaturePadding::Pss { mgf, salt_len } => {
            verify_pss(&key, hash, mgf, salt_len, digest, signature)
        }
    }
}

fn pkcs1v15(hash: Hash) -> Answer<Pkcs1v15Sign> {
    Ok(with_hash!(hash, D => Pkcs1v15Sign::new::<D>()))
}

/// RSASSA-PSS-VERIFY and EMSA-PSS-VERIFY (RFC 8017, 8.1.2 and 9.1.2).
fn verify_pss(
    key: &RsaPublicKey,
    hash: Hash,
    mgf: Hash,
    salt_len: usize,
    digest: &[u8],
    signature: &[u8],
) -> Answer<()> {
    if signature.len() != key.size() {
        return Err(Refusal::Failed);
    }
    let bits = usize::try_from(key.n().bit_width()).map_err(|_| Refusal::Key)?;
    let representative = BoxedUint::from_be_slice_vartime(signature);
    let encoded = rsa::hazmat::rsa_encrypt(key, &representative).map_err(|_| Refusal::Failed)?;
    let encoded_bits = bits - 1;
    let encoded_len = encoded_bits.div_ceil(8);
    let encoded = encoded.to_be_bytes();
    let (zeros, encoded) = encoded
        .len()
        .checked_sub(encoded_len)
        .and_then(|zeros| encoded.split_at_checked(zeros))
        .ok_or(Refusal::Failed)?;
    let hash_len = hash.output_len();
    if zeros.iter().any(|octet| *octet != 0) || encoded_len < hash_len + salt_len + 2 {
        return Err(Refusal::Failed);
    }
    let (masked, rest) = encoded
        .split_at_checked(encoded_len - hash_len - 1)
        .ok_or(Refusal::Failed)?;
    let Some((0xbc, h)) = rest.split_last().map(|(last, h)| (*last, h)) else {
        return Err(Refusal::Failed);
    };
    let unused = 8 * encoded_len - encoded_bits;
    let top_mask = 0xffu8
        .checked_shr(u32::try_from(unused).unwrap_or(8))
        .unwrap_or(0);
    if masked.first().is_none_or(|first| first & !top_mask != 0) {
        return Err(Refusal::Failed);
    }
    let mut db: Vec<u8> = masked
        .iter()
        .zip(mgf1(mgf, h, masked.len()))
        .map(|(a, b)| a ^ b)
        .collect();
    if let Some(first) = db.first_mut() {
        *first &= top_mask;
    }
    let (padding, salt) = db
        .split_at_checked(db.len().saturating_sub(salt_len))
        .ok_or(Refusal::Failed)?;
    let Some((1, padding)) = padding.split_last().map(|(last, padding)| (*last, padding)) else {
        return Err(Refusal::Failed);
    };
    if padding.iter().any(|octet| *octet != 0) {
        return Err(Refusal::Failed);
    }
    let expected = with_hash!(hash, D => {
        let mut digester = D::new();
        digester.update([0; 8]);
        digester.update(digest);
        digester.update(salt);
        digester.finalize().to_vec()
    });
    if expected == h {
        Ok(())
    } else {
        Err(Refusal::Failed)
    }
}

/// MGF1 (RFC 8017, B.2.1).
fn mgf1(hash: Hash, seed: &[u8], len: usize) -> Vec<u8> {
    let mut mask = Vec::with_capacity(len);
    let mut counter = 0u32;
    while mask.len() < len {
        with_hash!(hash, D => {
            let mut digester = D::new();
            digester.update(seed);
            digester.update(counter.to_be_bytes());
            mask.extend_from_slice(&digester.finalize());
        });
        counter += 1;
    }
    mask.truncate(len);
    mask
}

pub(super) fn encrypt(
    pkcs1: &[u8],
    padding: RsaEncryptionPadding<'_>,
    plaintext: &[u8],
    random: &mut dyn Random,
) -> Answer<Vec<u8>> {
    let key = public(pkcs1)?;
    let mut adapter = Adapter::new(random);
    let ciphertext = match padding {
        RsaEncryptionPadding::Pkcs1 => key.encrypt(&mut adapter, Pkcs1v15Encrypt, plaintext),
        RsaEncryptionPadding::Oaep { hash, mgf, label } => {
            with_oaep(hash, mgf, label, Encrypt(&key, &mut adapter, plaintext))
        }
    };
    adapter.check()?;
    ciphertext.map_err(|_| Refusal::Key)
}

/// What is done with an OAEP padding of any pair of hashes.
trait WithOaep {
    fn run(self, padding: impl PaddingScheme) -> rsa::Result<Vec<u8>>;
}

struct Encrypt<'a, 'r>(&'a RsaPublicKey, &'a mut Adapter<'r>, &'a [u8]);
struct Decrypt<'a>(&'a RsaPrivateKey, &'a [u8]);

impl WithOaep for Encrypt<'_, '_> {
    fn run(self, padding: impl PaddingScheme) -> rsa::Result<Vec<u8>> {
        self.0.encrypt(self.1, padding, self.2)
    }
}

impl WithOaep for Decrypt<'_> {
    fn run(self, padding: impl PaddingScheme) -> rsa::Result<Vec<u8>> {
        self.0.decrypt_blinded(&mut SystemBlinding, padding, self.1)
    }
}

fn with_oaep(hash: Hash, mgf: Hash, label: &[u8], work: impl WithOaep) -> rsa::Result<Vec<u8>> {
    with_hash!(hash, D => with_hash!(mgf, M => {
        work.run(Oaep::<D, M>::new_with_mgf_hash_and_label(label.to_vec()))
    }))
}

/// Blinding needs unpredictable values, not reported failures; the system's source feeds it.
struct SystemBlinding;

impl rand_core::TryRng for SystemBlinding {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut octets = [0; 4];
        self.try_fill_bytes(&mut octets)?;
        Ok(u32::from_le_bytes(octets))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut octets = [0; 8];
        self.try_fill_bytes(&mut octets)?;
        Ok(u64::from_le_bytes(octets))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        Adapter::new(&mut crate::random::SystemRandom).try_fill_bytes(out)
    }
}

impl rand_core::TryCryptoRng for SystemBlinding {}

#[derive(Debug)]
struct RsaKey(RsaPrivateKey);

impl RsaPrivate for RsaKey {
    fn sign(
        &self,
        padding: RsaSignaturePadding,
        hash: Hash,
        input: SignatureInput<'_>,
        random: &mut dyn Random,
    ) -> Answer<Vec<u8>> {
        let digest = digested(hash, input)?;
        let mut adapter = Adapter::new(random);
        let signature = match padding {
            RsaSignaturePadding::Pkcs1 => {
                self.0.sign_with_rng(&mut adapter, pkcs1v15(hash)?, &digest)
            }
            RsaSignaturePadding::Pss { mgf, salt_len } if mgf == hash => with_hash!(hash, D => {
                self.0.sign_with_rng(&mut adapter, Pss::<D>::new_blinded_with_salt(salt_len), &digest)
            }),
            RsaSignaturePadding::Pss { .. } => return Err(Refusal::Unsupported),
        };
        adapter.check()?;
        signature.map_err(|_| Refusal::Failed)
    }

    fn decrypt(&self, padding: RsaEncryptionPadding<'_>, ciphertext: &[u8]) -> Answer<Secret> {
        let plaintext = match padding {
            RsaEncryptionPadding::Pkcs1 => {
                self.0
                    .decrypt_blinded(&mut SystemBlinding, Pkcs1v15Encrypt, ciphertext)
            }
            RsaEncryptionPadding::Oaep { hash, mgf, label } => {
                with_oaep(hash, mgf, label, Decrypt(&self.0, ciphertext))
            }
        };
        plaintext.map(Zeroizing::new).map_err(|_| Refusal::Failed)
    }
}
