//! Poly1305 (RFC 8439, 2.5) as a polynomial: what comes last may stand first.
//!
//! ChaCha20-Poly1305 authenticates the additional data before the ciphertext, and CMS knows it after. The value of
//! `n` blocks before `m` others is the first polynomial times r^m plus the second, but the crate `poly1305` gives
//! no more than 128 of a sum's 130 bits. So the arithmetic modulo 2^130 - 5 is here, in three limbs of 44, 44 and 42
//! bits, without a branch or an index that depends on a secret. The tests compare with that crate.

use zeroize::{Zeroize, ZeroizeOnDrop};

const LIMB: u64 = (1 << 44) - 1;
const TOP: u64 = (1 << 42) - 1;

/// A number modulo 2^130 - 5, not always the least one.
#[derive(Clone, Copy)]
struct Element([u64; 3]);

impl Element {
    const ONE: Self = Self([1, 0, 0]);

    /// 16 octets in little endian, and `bit` at 2^128.
    fn new(octets: [u8; 16], bit: u64) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = octets;
        let low = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        let high = u64::from_le_bytes([i, j, k, l, m, n, o, p]);
        Self([
            low & LIMB,
            ((low >> 44) | (high << 20)) & LIMB,
            (high >> 24) | (bit << 40),
        ])
    }

    fn add(self, other: Self) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (self.0, other.0);
        Self([a0 + b0, a1 + b1, a2 + b2])
    }

    fn multiply(self, other: Self) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (self.0, other.0);
        let product = |x: u64, y: u64| u128::from(x) * u128::from(y);
        // 2^132 is 20: four times the 5 that 2^130 is.
        let (c1, c2) = (b1 * 20, b2 * 20);
        let d0 = product(a0, b0) + product(a1, c2) + product(a2, c1);
        let d1 = product(a0, b1) + product(a1, b0) + product(a2, c2);
        let d2 = product(a0, b2) + product(a1, b1) + product(a2, b0);
        let d1 = d1 + (d0 >> 44);
        let d2 = d2 + (d1 >> 44);
        let carry = low(d2 >> 42) * 5 + (low(d0) & LIMB);
        Self([
            carry & LIMB,
            (low(d1) & LIMB) + (carry >> 44),
            low(d2) & TOP,
        ])
    }

    /// The least number, plus `s`, modulo 2^128 (RFC 8439, 2.5.1).
    fn tag(self, s: [u8; 16]) -> [u8; 16] {
        let [mut h0, mut h1, mut h2] = self.0;
        for _ in 0..2 {
            h1 += h0 >> 44;
            h0 &= LIMB;
            h2 += h1 >> 44;
            h1 &= LIMB;
            h0 += (h2 >> 42) * 5;
            h2 &= TOP;
        }
        h1 += h0 >> 44;
        h0 &= LIMB;
        // The number less the prime, which is taken where nothing had to be borrowed.
        let g0 = h0 + 5;
        let g1 = h1 + (g0 >> 44);
        let g2 = (h2 + (g1 >> 44)).wrapping_sub(1 << 42);
        let keep = 0u64.wrapping_sub(g2 >> 63);
        let choose = |h: u64, g: u64| (h & keep) | (g & !keep);
        let h0 = choose(h0, g0 & LIMB);
        let h1 = choose(h1, g1 & LIMB);
        let h2 = choose(h2, g2 & TOP);
        let number = u128::from(h0) | (u128::from(h1) << 44) | (u128::from(h2) << 88);
        number.wrapping_add(u128::from_le_bytes(s)).to_le_bytes()
    }
}

/// The low 64 bits.
fn low(value: u128) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = value.to_le_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

impl Zeroize for Element {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// A Poly1305 in progress.
pub(crate) struct Poly1305 {
    r: Element,
    s: [u8; 16],
    sum: Element,
    /// Whole blocks that went in.
    blocks: u64,
    /// Octets that fill no block yet.
    pending: ([u8; 16], usize),
}

impl Poly1305 {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let (mut r, mut s) = ([0; 16], [0; 16]);
        let (first, second) = key.split_at(16);
        for (to, from) in r.iter_mut().zip(first) {
            *to = *from;
        }
        for (to, from) in s.iter_mut().zip(second) {
            *to = *from;
        }
        let clamped = u128::from_le_bytes(r) & 0x0fff_fffc_0fff_fffc_0fff_fffc_0fff_ffff;
        r.zeroize();
        Self {
            r: Element::new(clamped.to_le_bytes(), 0),
            s,
            sum: Element([0; 3]),
            blocks: 0,
            pending: ([0; 16], 0),
        }
    }

    fn block(&mut self, block: [u8; 16]) {
        self.sum = self.sum.add(Element::new(block, 1)).multiply(self.r);
        self.blocks = self.blocks.saturating_add(1);
    }

    pub(crate) fn update(&mut self, mut octets: &[u8]) {
        let (block, filled) = &mut self.pending;
        if *filled > 0 {
            let (now, later) = octets
                .split_at_checked(16 - *filled)
                .unwrap_or((octets, &[]));
            for (to, from) in block.iter_mut().skip(*filled).zip(now) {
                *to = *from;
            }
            *filled += now.len();
            octets = later;
            if *filled < 16 {
                return;
            }
            *filled = 0;
            let block = *block;
            self.block(block);
        }
        let (blocks, rest) = octets.as_chunks::<16>();
        for block in blocks {
            self.block(*block);
        }
        let (block, filled) = &mut self.pending;
        for (to, from) in block.iter_mut().zip(rest) {
            *to = *from;
        }
        *filled = rest.len();
    }

    /// Fills the last block with zeros (RFC 8439, 2.8).
    pub(crate) fn pad(&mut self) {
        let (_, filled) = self.pending;
        if filled > 0 {
            let zeros = [0; 16];
            self.update(zeros.get(filled..).unwrap_or_default());
        }
    }

    /// The tag over whole blocks, `front` padded with zeros standing before all of them.
    pub(crate) fn finish_behind(mut self, front: &[u8]) -> [u8; 16] {
        self.pad();
        let mut before = Self {
            r: self.r,
            s: [0; 16],
            sum: Element([0; 3]),
            blocks: 0,
            pending: ([0; 16], 0),
        };
        before.update(front);
        before.pad();
        // r to the power of the number of blocks, which is public.
        let (mut power, mut square, mut exponent) = (Element::ONE, self.r, self.blocks);
        while exponent > 0 {
            if exponent & 1 == 1 {
                power = power.multiply(square);
            }
            square = square.multiply(square);
            exponent >>= 1;
        }
        let tag = before.sum.multiply(power).add(self.sum).tag(self.s);
        power.zeroize();
        square.zeroize();
        tag
    }
}

impl Drop for Poly1305 {
    fn drop(&mut self) {
        self.r.zeroize();
        self.s.zeroize();
        self.sum.zeroize();
        self.pending.0.zeroize();
    }
}

impl ZeroizeOnDrop for Poly1305 {}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use ::poly1305::universal_hash::{KeyInit, UniversalHash};

    use super::*;

    #[test]
    fn the_crate_agrees_for_every_length_split_and_edge() {
        let fill = |seed: u8, len: usize| -> Vec<u8> {
            let octets = (0..len).map(|i| u8::try_from(i % 251).unwrap());
            octets.map(|i| i.wrapping_mul(seed) ^ seed).collect()
        };
        for seed in [0, 1, 7, 0x5a, 0xfb, 0xff] {
            let mut keys = alloc::vec![fill(seed, 32), alloc::vec![0xff; 32]];
            keys.push([[2].as_slice(), &[0; 15], &[0xff; 16]].concat());
            for key in keys {
                let key: [u8; 32] = key.try_into().unwrap();
                for (front, len) in [
                    (0, 0),
                    (0, 1),
                    (5, 16),
                    (16, 17),
                    (33, 64),
                    (1, 255),
                    (64, 1000),
                ] {
                    let (front, rest) = (fill(seed ^ 3, front), fill(seed ^ 9, len));
                    let mut whole = front.clone();
                    whole.resize(front.len().next_multiple_of(16), 0);
                    whole.extend(&rest);
                    whole.resize(whole.len().next_multiple_of(16), 0);
                    let mut theirs = ::poly1305::Poly1305::new(&key.into());
                    theirs.update_padded(&whole);
                    for step in [1, 15, 16, 17, 1000] {
                        let mut ours = Poly1305::new(&key);
                        for chunk in rest.chunks(step) {
                            ours.update(chunk);
                        }
                        let expected: [u8; 16] = theirs.clone().finalize().into();
                        assert_eq!(ours.finish_behind(&front), expected);
                    }
                }
            }
        }
    }
}
