//! The key derivation of PKCS #12 ([RFC 7292, Appendix B]): passwords as BMPStrings, keys, IVs and
//! MAC keys.
//!
//! [RFC 7292, Appendix B]: https://www.rfc-editor.org/rfc/rfc7292#appendix-B

use alloc::vec::Vec;

use cms_core::CryptoError;
use zeroize::Zeroizing;

use crate::backend::{RING_FIRST, Secret, first};
use crate::hash::Hash;

/// What derived octets are for (RFC 7292, B.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Purpose {
    Key,
    Iv,
    Mac,
}

impl Purpose {
    const fn id(self) -> u8 {
        match self {
            Self::Key => 1,
            Self::Iv => 2,
            Self::Mac => 3,
        }
    }
}

/// A password as a BMPString with its two zero octets (RFC 7292, B.1). Characters outside the basic
/// plane become surrogates, as OpenSSL and Windows have it.
pub(super) fn bmp_string(password: &str) -> Secret {
    // Reserved beforehand: a vector that grows leaves copies behind.
    let mut out = Zeroizing::new(Vec::with_capacity(password.len() * 2 + 2));
    for unit in password.encode_utf16() {
        out.extend_from_slice(&unit.to_be_bytes());
    }
    out.extend_from_slice(&[0, 0]);
    out
}

/// Derives `len` octets (RFC 7292, B.2). `password` is already a BMPString, or empty where there is
/// none.
pub(super) fn derive(
    hash: Hash,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    purpose: Purpose,
    len: usize,
) -> Result<Secret, CryptoError> {
    let fresh = first(RING_FIRST, |backend| backend.digest(hash))?;
    let block = hash.block_len();
    let diversifier = alloc::vec![purpose.id(); block];
    let mut input = Zeroizing::new(Vec::with_capacity(
        salt.len()
            .saturating_add(password.len())
            .saturating_add(2 * block),
    ));
    input.extend(fill(salt, block));
    input.extend(fill(password, block));
    let mut out = Zeroizing::new(Vec::with_capacity(len.saturating_add(hash.output_len())));
    loop {
        let mut digest = fresh.fork();
        digest.update(&diversifier);
        digest.update(&input);
        let mut a = Zeroizing::new(digest.finish());
        for _ in 1..iterations {
            let mut digest = fresh.fork();
            digest.update(&a);
            a = Zeroizing::new(digest.finish());
        }
        out.extend_from_slice(&a);
        if out.len() >= len {
            out.truncate(len);
            return Ok(out);
        }
        let b: Secret = Zeroizing::new(a.iter().copied().cycle().take(block).collect());
        for chunk in input.chunks_mut(block) {
            add_one_more(chunk, &b);
        }
    }
}

/// Copies of `octets` up to a multiple of `block`; nothing of nothing.
fn fill(octets: &[u8], block: usize) -> impl Iterator<Item = u8> + '_ {
    let len = octets.len().div_ceil(block).saturating_mul(block);
    octets.iter().copied().cycle().take(len)
}

/// `number = (number + addend + 1) mod 2^v`, big endian.
fn add_one_more(number: &mut [u8], addend: &[u8]) {
    let mut carry = 1u16;
    for (digit, add) in number.iter_mut().rev().zip(addend.iter().rev()) {
        let [high, low] = (u16::from(*digit) + u16::from(*add) + carry).to_be_bytes();
        *digit = low;
        carry = u16::from(high);
    }
}
