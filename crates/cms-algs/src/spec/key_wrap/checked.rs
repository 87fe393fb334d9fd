//! The older key wraps: two CBC encryptions, the second over the reversed octets of the first, with a checksum of SHA-1
//! (RFC 3217, 2 and 3; RFC 2630, 12.6).

use alloc::vec::Vec;

use cms_core::CryptoError;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::backend::BlockCipher;
use crate::hash::Hash;
use crate::spec::digest::digest;
use crate::spec::raw_cbc;

const IV: [u8; 8] = [0x4a, 0xdd, 0xa2, 0x2c, 0x79, 0xe8, 0x21, 0x05];
const BLOCK: usize = 8;

/// The longest that is unwrapped: IV, count, 255 octets of key and checksum.
const MAX_LEN: usize = 8 + 256 + 8;

/// A key of a known length (RFC 3217, 3.2).
pub(super) fn exact(
    cipher: BlockCipher,
    kek: &[u8],
    wrapped: &[u8],
    len: usize,
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    if wrapped.len() != len + 2 * BLOCK {
        return Err(CryptoError::Failed);
    }
    unwrap(cipher, kek, wrapped)
}

/// A key behind its length and in front of padding (RFC 3217, 4.2; RFC 3537, 3.2).
pub(super) fn counted(
    cipher: BlockCipher,
    kek: &[u8],
    wrapped: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    if !(3 * BLOCK..=MAX_LEN).contains(&wrapped.len()) || !wrapped.len().is_multiple_of(BLOCK) {
        return Err(CryptoError::Failed);
    }
    split_counted(&unwrap(cipher, kek, wrapped)?)
}

/// Takes length and padding off. The checksum held before, so that only holders of the key come here.
pub(super) fn split_counted(counted: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let (len, rest) = counted.split_first().ok_or(CryptoError::Failed)?;
    let (key, padding) = rest
        .split_at_checked(usize::from(*len))
        .ok_or(CryptoError::Failed)?;
    if key.is_empty() || padding.len() >= BLOCK {
        return Err(CryptoError::Failed);
    }
    Ok(Zeroizing::new(key.to_vec()))
}

fn unwrap(
    cipher: BlockCipher,
    kek: &[u8],
    wrapped: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let decrypt = |iv: &[u8], octets: &[u8]| raw_cbc::decrypt(cipher, kek, iv, octets);
    let mut temp2 = decrypt(&IV, wrapped)?;
    temp2.reverse();
    let (iv, temp1) = temp2.split_at_checked(BLOCK).ok_or(CryptoError::Failed)?;
    let checked = decrypt(iv, temp1)?;
    let (key, checksum) = checked
        .split_at_checked(checked.len().saturating_sub(BLOCK))
        .ok_or(CryptoError::Failed)?;
    let digest = digest(Hash::Sha1, &[key]);
    let expected = digest.get(..BLOCK).unwrap_or_default();
    if bool::from(expected.ct_eq(checksum)) {
        Ok(Zeroizing::new(key.to_vec()))
    } else {
        Err(CryptoError::Failed)
    }
}
