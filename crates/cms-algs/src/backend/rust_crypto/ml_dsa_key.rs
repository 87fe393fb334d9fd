//! Whether an expanded ML-DSA private key is one: FIPS 204, algorithms 6, 24, 32, 35 and 41.
//!
//! The crate decodes such keys without a check and may panic on coefficients that are out of range. RFC 9881, C.4 shows
//! keys that must be refused: one whose `tr` is not the hash of its public key, and one whose `t0` does not belong to
//! its secrets. The last check takes the multiplication by the matrix A, which is written out here.
//!
//! ```text
//! skEncode: rho (32) || K (32) || tr (64) || s1 (l polynomials) || s2 (k) || t0 (k, 13 bits a coefficient)
//! ```

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::xof::shake;
use crate::backend::{Answer, PureScheme, Refusal};

const Q: i64 = 8_380_417;
/// The 512th root of unity (FIPS 204, 2.3).
const ZETA: i64 = 1753;
/// Bits that t1 leaves to t0.
const D: u32 = 13;

type Polynomial = Zeroizing<Vec<i64>>;

/// Dimensions of a parameter set: k rows, l columns, and eta, the largest coefficient of s1 and s2.
struct Dimensions {
    k: usize,
    l: usize,
    eta: i64,
    /// Bits of a packed coefficient of s1 and s2.
    bits: u32,
}

impl Dimensions {
    fn of(scheme: PureScheme) -> Option<Self> {
        let (k, l, eta, bits) = match scheme {
            PureScheme::MlDsa44 => (4, 4, 2, 3),
            PureScheme::MlDsa65 => (6, 5, 4, 4),
            PureScheme::MlDsa87 => (8, 7, 2, 3),
            _ => return None,
        };
        Some(Self { k, l, eta, bits })
    }
}

/// Refuses an expanded key whose parts do not belong together, apart from `tr`, which takes the public key.
pub(super) fn check(scheme: PureScheme, secret: &[u8]) -> Answer<()> {
    let dimensions = Dimensions::of(scheme).ok_or(Refusal::Unsupported)?;
    belongs_together(&dimensions, secret).ok_or(Refusal::Key)
}

fn belongs_together(dimensions: &Dimensions, secret: &[u8]) -> Option<()> {
    let rho = secret.get(..32)?;
    let small = usize::try_from(32 * dimensions.bits).ok()?;
    let large = usize::try_from(32 * D).ok()?;
    let mut packed = secret.get(128..)?;
    let mut take = |len: usize| {
        let (front, rest) = packed.split_at_checked(len)?;
        packed = rest;
        Some(front)
    };
    let s1 = (0..dimensions.l).map(|_| secret_polynomial(dimensions, take(small)?));
    let mut s1 = s1.collect::<Option<Vec<_>>>()?;
    let s2 = (0..dimensions.k).map(|_| secret_polynomial(dimensions, take(small)?));
    let s2 = s2.collect::<Option<Vec<_>>>()?;
    let zetas = zetas();
    s1.iter_mut().for_each(|polynomial| ntt(polynomial, &zetas));
    let mut differs = false;
    for (row, s2) in (0u8..).zip(&s2) {
        let mut t: Polynomial = Zeroizing::new(alloc::vec![0; 256]);
        for (column, s1) in (0u8..).zip(&s1) {
            let a = matrix_polynomial(rho, row, column)?;
            for ((t, a), s) in t.iter_mut().zip(&a).zip(s1.iter()) {
                *t = (*t + a * s) % Q;
            }
        }
        inverse_ntt(&mut t, &zetas);
        let stated = take(large)?;
        for ((t, s2), stated) in t.iter().zip(s2.iter()).zip(unpack(stated, D)) {
            // Power2Round: the remainder is in (-2^12, 2^12], and is stored as 2^12 - t0.
            let t = (t + s2).rem_euclid(Q);
            let low = t & ((1 << D) - 1);
            let t0 = if low > 1 << (D - 1) {
                low - (1 << D)
            } else {
                low
            };
            differs |= (1 << (D - 1)) - t0 != stated;
        }
    }
    (packed.is_empty() && !differs).then_some(())
}

/// BitUnpack(eta, eta): coefficients from -eta to eta, else `None`.
fn secret_polynomial(dimensions: &Dimensions, packed: &[u8]) -> Option<Polynomial> {
    let values = unpack(packed, dimensions.bits).map(|value| dimensions.eta - value);
    let polynomial: Polynomial = Zeroizing::new(values.collect());
    let mut out_of_range = false;
    for coefficient in polynomial.iter() {
        out_of_range |= *coefficient < -dimensions.eta;
    }
    (!out_of_range).then_some(polynomial)
}

/// Numbers of `bits` bits, the least significant first.
fn unpack(packed: &[u8], bits: u32) -> impl Iterator<Item = i64> {
    let mut octets = packed.iter();
    let (mut held, mut value) = (0, 0i64);
    core::iter::from_fn(move || {
        while held < bits {
            value |= i64::from(*octets.next()?) << held;
            held += 8;
        }
        let number = value & ((1 << bits) - 1);
        value >>= bits;
        held -= bits;
        Some(number)
    })
}

/// RejNTTPoly (FIPS 204, algorithm 30) for an entry of the matrix A.
fn matrix_polynomial(rho: &[u8], row: u8, column: u8) -> Option<Vec<i64>> {
    // 768 octets are enough but for one candidate in 1,024.
    let stream = shake(128, &[rho, &[column, row]], 6 * 168);
    let candidates = stream.chunks_exact(3).filter_map(|three| match three {
        [low, middle, high] => {
            let value = i64::from(*low) | i64::from(*middle) << 8 | i64::from(*high & 0x7f) << 16;
            (value < Q).then_some(value)
        }
        _ => None,
    });
    let polynomial: Vec<i64> = candidates.take(256).collect();
    (polynomial.len() == 256).then_some(polynomial)
}

/// `ZETA^brv8(k)` for k from 0 to 255.
fn zetas() -> Vec<i64> {
    let power = |exponent: u8| (0..exponent).fold(1, |product, _| product * ZETA % Q);
    (0..=255u8).map(|k| power(k.reverse_bits())).collect()
}

/// NTT (algorithm 41).
fn ntt(polynomial: &mut [i64], zetas: &[i64]) {
    let mut zetas = zetas.iter().skip(1);
    let mut len = 128;
    while len >= 1 {
        for block in polynomial.chunks_mut(2 * len) {
            let zeta = zetas.next().copied().unwrap_or(1);
            let (low, high) = block.split_at_mut(len);
            for (low, high) in low.iter_mut().zip(high) {
                let product = zeta * *high % Q;
                *high = (*low - product) % Q;
                *low = (*low + product) % Q;
            }
        }
        len /= 2;
    }
}

/// The inverse (algorithm 42).
fn inverse_ntt(polynomial: &mut [i64], zetas: &[i64]) {
    let mut zetas = zetas.iter().skip(1).rev();
    let mut len = 1;
    while len < 256 {
        for block in polynomial.chunks_mut(2 * len) {
            let zeta = zetas.next().copied().unwrap_or(1);
            let (low, high) = block.split_at_mut(len);
            for (low, high) in low.iter_mut().zip(high) {
                let (sum, difference) = (*low + *high, *low - *high);
                *low = sum % Q;
                *high = -zeta * difference % Q;
            }
        }
        len *= 2;
    }
    // 256^-1 modulo q.
    for coefficient in polynomial {
        *coefficient = *coefficient * 8_347_681 % Q;
    }
}
