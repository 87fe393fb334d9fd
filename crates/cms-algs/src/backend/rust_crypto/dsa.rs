//! DSA verification from RustCrypto.

use der::Decode;
use dsa::signature::hazmat::PrehashVerifier;
use dsa::{BoxedUint, Components, Signature, VerifyingKey};

use crate::backend::{Answer, Refusal};

/// A DSA public key as its integers, big-endian and without sign octets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DsaKey<'a> {
    pub(crate) p: &'a [u8],
    pub(crate) q: &'a [u8],
    pub(crate) g: &'a [u8],
    pub(crate) y: &'a [u8],
}

/// Checks a signature, which is DER, over a digest of any length (FIPS 186-4, 4.7).
pub(crate) fn verify(key: &DsaKey<'_>, digest: &[u8], signature: &[u8]) -> Answer<()> {
    let key = load(key).ok_or(Refusal::Key)?;
    // rfc3370:3.1/5
    let signature = Signature::from_der(signature).map_err(|_| Refusal::Failed)?;
    key.verify_prehash(digest, &signature)
        .map_err(|_| Refusal::Failed)
}

/// The key, if its domain parameters can be those of DSA: p has 1024 to 3072 bits in FIPS 186-4, and had 512 and more
/// in FIPS 186.
fn load(key: &DsaKey<'_>) -> Option<VerifyingKey> {
    let number = |octets: &[u8], bits| BoxedUint::from_be_slice(octets, bits).ok();
    let (p_bits, q_bits) = (bits(key.p)?, bits(key.q)?);
    // A digest is cut to whole octets below, so that q must be a number of them.
    if !(512..=3072).contains(&p_bits) || ![160, 224, 256].contains(&q_bits) {
        return None;
    }
    let (p, g, y) = (
        number(key.p, p_bits)?,
        number(key.g, p_bits)?,
        number(key.y, p_bits)?,
    );
    let q = number(key.q, q_bits)?;
    // Under g = 1 anybody signs for y = 1; an even q has no inverses.
    if g <= BoxedUint::one() || y >= p || key.q.last()? % 2 == 0 {
        return None;
    }
    let components = Components::from_components_unchecked(p, q, g).ok()?;
    VerifyingKey::from_components(components, y).ok()
}

/// The size of a number without leading zeros.
fn bits(octets: &[u8]) -> Option<u32> {
    let len = u32::try_from(octets.len()).ok()?;
    let zeros = octets.first().filter(|octet| **octet != 0)?.leading_zeros();
    len.checked_mul(8)?.checked_sub(zeros)
}
