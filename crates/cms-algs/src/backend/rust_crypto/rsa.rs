//! RSA from RustCrypto. EMSA-PSS is written out here, because the crate fixes the mask generation to
//! MGF1 with the message's hash, which real signers do not.

use alloc::boxed::Box;
use alloc::vec::Vec;

use ::digest::Digest as _;
use cms_core::ber::{Cursor, Tag, write};
use cms_core::provider::{Random, SignatureInput};
use cms_core::types::AlgorithmIdentifier;
use rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey};
use rsa::pkcs8::EncodePrivateKey;
use rsa::traits::{PaddingScheme, PublicKeyParts};
use rsa::{BoxedUint, Oaep, Pkcs1v15Encrypt, Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};
use zeroize::Zeroizing;

use super::xof::shake;
use super::{Adapter, digested, with_hash};
use crate::backend::{
    Answer, Refusal, RsaEncryptionPadding, RsaPrivate, RsaSignaturePadding, Secret,
};
use crate::hash::Hash;

pub(super) fn private(pkcs1: &[u8]) -> Answer<Box<dyn RsaPrivate>> {
    let key = match RsaPrivateKey::from_pkcs1_der(pkcs1) {
        Ok(key) => key,
        Err(_) => multi_prime(pkcs1)?,
    };
    Ok(Box::new(RsaKey(key)))
}

/// A key of more than two primes, which the crate's own decoder refuses.
///
/// ```text
/// RSAPrivateKey ::= SEQUENCE { version, modulus, publicExponent, privateExponent, prime1, prime2, exponent1,
///   exponent2, coefficient, otherPrimeInfos SEQUENCE OF SEQUENCE { prime, exponent, coefficient } OPTIONAL }
/// ```
/// RFC 8017, A.1.2.
fn multi_prime(pkcs1: &[u8]) -> Answer<RsaPrivateKey> {
    fn integer(fields: &mut Cursor<'_>) -> Answer<BoxedUint> {
        let integer = fields.expect(Tag::INTEGER).map_err(|_| Refusal::Key)?;
        Ok(BoxedUint::from_be_slice_vartime(integer.contents()))
    }
    let mut fields = Cursor::single(pkcs1, 0)
        .map_err(|_| Refusal::Key)?
        .children();
    let version = fields.expect(Tag::INTEGER).map_err(|_| Refusal::Key)?;
    if version.u64() != Ok(1) {
        return Err(Refusal::Key);
    }
    let (n, e, d) = (
        integer(&mut fields)?,
        integer(&mut fields)?,
        integer(&mut fields)?,
    );
    let mut primes = alloc::vec![integer(&mut fields)?, integer(&mut fields)?];
    for _ in 0..3 {
        integer(&mut fields)?;
    }
    let others = fields.expect(Tag::SEQUENCE).map_err(|_| Refusal::Key)?;
    let mut others = others.children();
    while let Ok(other) = others.expect(Tag::SEQUENCE) {
        primes.push(integer(&mut other.children())?);
        // Three are what standards have in mind (RFC 8017, 3.2); the crate's work grows with their number.
        if primes.len() > 5 {
            return Err(Refusal::Key);
        }
    }
    RsaPrivateKey::from_components(n, e, d, primes).map_err(|_| Refusal::Key)
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
    if hash.is_xof() {
        return Err(Refusal::Unsupported);
    }
    // The head of DigestInfo (RFC 8017, 9.2): everything before the digest.
    // rfc5754:2/4
    let algorithm = AlgorithmIdentifier::with_null(hash.oid()).to_der();
    let digest = write::octet_string(&alloc::vec![0; hash.output_len()]);
    let mut info = write::sequence(&[&algorithm, &digest]);
    info.truncate(info.len() - hash.output_len());
    Ok(Pkcs1v15Sign {
        hash_len: Some(hash.output_len()),
        prefix: info.into_boxed_slice(),
    })
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
        .zip(mask(mgf, h, masked.len()))
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
    if salted(hash, digest, salt) == h {
        Ok(())
    } else {
        Err(Refusal::Failed)
    }
}

/// The hash of M' (RFC 8017, 9.1.1).
fn salted(hash: Hash, digest: &[u8], salt: &[u8]) -> Vec<u8> {
    with_hash!(hash, D => {
        let mut digester = D::new();
        digester.update([0; 8]);
        digester.update(digest);
        digester.update(salt);
        digester.finalize().to_vec()
    })
}

/// RSASSA-PSS-SIGN and EMSA-PSS-ENCODE (RFC 8017, 8.1.1 and 9.1.1).
fn sign_pss(
    key: &RsaPrivateKey,
    hash: Hash,
    mgf: Hash,
    salt_len: usize,
    digest: &[u8],
    random: &mut Adapter<'_>,
) -> Answer<Vec<u8>> {
    let bits = usize::try_from(key.n().bit_width()).map_err(|_| Refusal::Key)?;
    let encoded_bits = bits - 1;
    let encoded_len = encoded_bits.div_ceil(8);
    let db_len = encoded_len
        .checked_sub(hash.output_len() + 1)
        .filter(|len| *len > salt_len)
        .ok_or(Refusal::Key)?;
    let mut salt = alloc::vec![0; salt_len];
    random.random.fill(&mut salt).map_err(|_| Refusal::Random)?;
    let h = salted(hash, digest, &salt);
    let mut db = alloc::vec![0; db_len - salt_len - 1];
    db.push(1);
    db.extend_from_slice(&salt);
    for (octet, mask) in db.iter_mut().zip(mask(mgf, &h, db_len)) {
        *octet ^= mask;
    }
    let unused = u32::try_from(8 * encoded_len - encoded_bits).unwrap_or(8);
    if let Some(first) = db.first_mut() {
        *first &= 0xffu8.checked_shr(unused).unwrap_or(0);
    }
    db.extend_from_slice(&h);
    db.push(0xbc);
    let representative = BoxedUint::from_be_slice_vartime(&db);
    let signature = rsa::hazmat::rsa_decrypt_and_check(key, Some(random), &representative)
        .map_err(|_| Refusal::Failed)?;
    octets_of(&signature, key.size())
}

/// I2OSP: the last `len` octets of a number that is below 2^(8 len).
fn octets_of(number: &BoxedUint, len: usize) -> Answer<Vec<u8>> {
    let octets = Zeroizing::new(number.to_be_bytes().to_vec());
    let mut out = alloc::vec![0; len.saturating_sub(octets.len())];
    let surplus = octets.len().saturating_sub(len);
    out.extend(octets.iter().skip(surplus));
    Ok(out)
}

/// RSA-KEM, RFC 9690, A.1: z from 0 to n - 1.
pub(super) fn encrypt_random(pkcs1: &[u8], random: &mut dyn Random) -> Answer<(Vec<u8>, Secret)> {
    let key = public(pkcs1)?;
    let len = key.size();
    let modulus = octets_of(key.n().as_ref(), len)?;
    let top = modulus.first().copied().ok_or(Refusal::Key)?;
    // Below the modulus with a chance of at least a half each time.
    for _ in 0..128 {
        let mut z = Zeroizing::new(alloc::vec![0; len]);
        random.fill(&mut z).map_err(|_| Refusal::Random)?;
        if let Some(first) = z.first_mut() {
            *first &= u8::MAX.checked_shr(top.leading_zeros()).unwrap_or(0);
        }
        if *z < modulus {
            let c = rsa::hazmat::rsa_encrypt(&key, &BoxedUint::from_be_slice_vartime(&z))
                .map_err(|_| Refusal::Key)?;
            return Ok((octets_of(&c, len)?, z));
        }
    }
    Err(Refusal::Random)
}

/// The mask generation function: MGF1, or a SHAKE itself (RFC 8702, 3.2.1).
pub(super) fn mask(mgf: Hash, seed: &[u8], len: usize) -> Vec<u8> {
    match mgf {
        Hash::Shake128 => shake(128, &[seed], len),
        Hash::Shake256 => shake(256, &[seed], len),
        hash => mgf1(hash, seed, len),
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
    let label = label.to_vec();
    if hash.is_xof() || mgf.is_xof() {
        return Err(rsa::Error::InvalidPaddingScheme);
    }
    if hash == mgf {
        return with_hash!(hash, D => work.run(Oaep::<D>::new_with_label(label)));
    }
    macro_rules! with_mgf {
        ($M:ty) => {
            with_hash!(hash, D => work.run(Oaep::<D, $M>::new_with_mgf_hash_and_label(label)))
        };
    }
    match mgf {
        Hash::Sha1 => with_mgf!(sha1::Sha1),
        Hash::Sha224 => with_mgf!(sha2::Sha224),
        Hash::Sha256 => with_mgf!(sha2::Sha256),
        Hash::Sha384 => with_mgf!(sha2::Sha384),
        Hash::Sha512 => with_mgf!(sha2::Sha512),
        _ => Err(rsa::Error::InvalidPaddingScheme),
    }
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
            RsaSignaturePadding::Pss { mgf, salt_len } => {
                return sign_pss(&self.0, hash, mgf, salt_len, &digest, &mut adapter);
            }
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

    /// RFC 9690, A.2: the ciphertext has the modulus' length and is below it.
    fn decrypt_raw(&self, ciphertext: &[u8]) -> Answer<Secret> {
        let c = BoxedUint::from_be_slice_vartime(ciphertext);
        if ciphertext.len() != self.0.size() || c >= **self.0.n() {
            return Err(Refusal::Failed);
        }
        let z = rsa::hazmat::rsa_decrypt_and_check(&self.0, Some(&mut SystemBlinding), &c)
            .map_err(|_| Refusal::Failed)?;
        octets_of(&z, self.0.size()).map(Zeroizing::new)
    }
}
