//! EME-OAEP decoding, for keys that only give the padded octets.

use alloc::vec::Vec;

use ::digest::Digest as _;
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::Zeroizing;

use super::rsa::mask;
use super::with_hash;
use crate::backend::{Answer, Refusal, Secret};
use crate::hash::Hash;

/// The message in an encoded one that is as long as the modulus (RFC 8017, 7.1.2, step 3):
/// `00 || maskedSeed || maskedDB`, where `DB = lHash || PS || 01 || M` and PS are zeros. Nothing but the last step
/// depends on whether the padding holds.
pub(crate) fn unpad(hash: Hash, mgf: Hash, label: &[u8], encoded: &[u8]) -> Answer<Secret> {
    if hash.is_xof() || mgf.is_xof() {
        return Err(Refusal::Unsupported);
    }
    let len = hash.output_len();
    let parts = encoded
        .split_first()
        .and_then(|(first, rest)| Some((first, rest.split_at_checked(len)?)));
    let Some((first, (masked_seed, masked_db))) = parts else {
        return Err(Refusal::Failed);
    };
    let seed = unmasked(mgf, masked_seed, masked_db);
    let db = unmasked(mgf, masked_db, &seed);
    let Some((label_hash, rest)) = db.split_at_checked(len) else {
        return Err(Refusal::Failed);
    };
    let expected = with_hash!(hash, D => D::digest(label).to_vec());
    let mut holds = first.ct_eq(&0) & label_hash.ct_eq(&expected);
    let mut found = Choice::from(0);
    let mut start = 0u32;
    for octet in rest {
        let one = octet.ct_eq(&1);
        // Before the 01 there are zeros alone.
        holds &= found | one | octet.ct_eq(&0);
        found |= one;
        start.conditional_assign(&(start + 1), !found);
    }
    let start = usize::try_from(start).map_err(|_| Refusal::Failed)?;
    match rest.get(start + 1..) {
        Some(message) if bool::from(holds & found) => Ok(Zeroizing::new(message.to_vec())),
        _ => Err(Refusal::Failed),
    }
}

/// Octets without the mask that the seed gives.
fn unmasked(mgf: Hash, masked: &[u8], seed: &[u8]) -> Zeroizing<Vec<u8>> {
    let mask = Zeroizing::new(mask(mgf, seed, masked.len()));
    Zeroizing::new(masked.iter().zip(mask.iter()).map(|(a, b)| a ^ b).collect())
}
