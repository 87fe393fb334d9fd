//! Verification of HSS and LMS signatures: RFC 8554, with the SHA-256/192 and SHAKE256 parameter sets of RFC 9858.
//!
//! Written out, because no maintained crate has HSS; signing, which needs a state that never goes back, is not done.

use alloc::vec::Vec;

use super::xof::shake;
use crate::backend::{Answer, Refusal};
use crate::hash::Hash;
use crate::spec::digest::digest;

/// RFC 8554, 7.1: separators that keep the hashes of different uses apart.
const D_PBLC: u16 = 0x8080;
const D_MESG: u16 = 0x8181;
const D_LEAF: u16 = 0x8282;
const D_INTR: u16 = 0x8383;

/// A hash function with `n` octets of output.
#[derive(Clone, Copy, Eq, PartialEq)]
struct Function {
    shake: bool,
    n: usize,
}

impl Function {
    fn hash(self, parts: &[&[u8]]) -> Vec<u8> {
        if self.shake {
            return shake(256, parts, self.n);
        }
        let mut out = digest(Hash::Sha256, parts);
        out.truncate(self.n);
        out
    }
}

/// The four families in the order of their type codes: SHA-256 and SHAKE256 with 32 and 24 octets.
fn family(index: u32) -> Option<Function> {
    let (shake, n) = match index {
        0 => (false, 32),
        1 => (false, 24),
        2 => (true, 32),
        3 => (true, 24),
        _ => return None,
    };
    Some(Function { shake, n })
}

/// The parameters of a one-time signature (RFC 8554, 4.1; RFC 9858, 3).
struct OneTime {
    code: u32,
    function: Function,
    w: u32,
    p: usize,
    ls: u32,
}

impl OneTime {
    fn of(code: u32) -> Option<Self> {
        let index = code.checked_sub(1)?;
        let function = family(index / 4)?;
        let (w, p, ls) = match (function.n, index % 4) {
            (32, 0) => (1, 265, 7),
            (32, 1) => (2, 133, 6),
            (32, 2) => (4, 67, 4),
            (32, _) => (8, 34, 0),
            (_, 0) => (1, 200, 8),
            (_, 1) => (2, 101, 6),
            (_, 2) => (4, 51, 4),
            _ => (8, 26, 0),
        };
        Some(Self {
            code,
            function,
            w,
            p,
            ls,
        })
    }
}

/// The function and the height of a tree (RFC 8554, 5.1; RFC 9858, 3).
fn tree(code: u32) -> Option<(Function, u32)> {
    let index = code.checked_sub(5)?;
    Some((family(index / 5)?, 5 * (index % 5 + 1)))
}

/// Reads big-endian numbers and octets from the front.
struct Octets<'a>(&'a [u8]);

impl<'a> Octets<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(front)
    }

    fn u32(&mut self) -> Option<u32> {
        let octets = self.take(4)?;
        Some(u32::from_be_bytes(octets.try_into().ok()?))
    }
}

/// `u32(type) || u32(otstype) || I || T[1]` (RFC 8554, 5.3).
struct LmsPublicKey<'a> {
    function: Function,
    height: u32,
    one_time: OneTime,
    identifier: &'a [u8],
    root: &'a [u8],
}

impl<'a> LmsPublicKey<'a> {
    fn read(octets: &mut Octets<'a>) -> Option<Self> {
        let (function, height) = tree(octets.u32()?)?;
        let one_time = OneTime::of(octets.u32()?)?;
        // rfc8554:5.1: both use one hash function with one length.
        if one_time.function != function {
            return None;
        }
        Some(Self {
            function,
            height,
            one_time,
            identifier: octets.take(16)?,
            root: octets.take(function.n)?,
        })
    }

    /// Reads a signature under this key and checks it (RFC 8554, 5.4.2). `None`: it is malformed.
    fn verify(&self, octets: &mut Octets<'_>, message: &[u8]) -> Option<bool> {
        let (function, n) = (self.function, self.function.n);
        let leaf = octets.u32()?;
        if octets.u32()? != self.one_time.code {
            return None;
        }
        let randomizer = octets.take(n)?;
        let chains = octets.take(n * self.one_time.p)?;
        let (same, height) = tree(octets.u32()?)?;
        if same != function || height != self.height || leaf >> self.height != 0 {
            return None;
        }
        let path = octets.take(n * usize::try_from(height).ok()?)?;
        let candidate = self.one_time_candidate(leaf, randomizer, chains, message)?;

        let mut node = leaf.checked_add(1 << self.height)?;
        let mut value = function.hash(&[
            self.identifier,
            &node.to_be_bytes(),
            &D_LEAF.to_be_bytes(),
            &candidate,
        ]);
        for sibling in path.chunks(n) {
            let (left, right) = if node & 1 == 1 {
                (sibling, value.as_slice())
            } else {
                (value.as_slice(), sibling)
            };
            node >>= 1;
            value = function.hash(&[
                self.identifier,
                &node.to_be_bytes(),
                &D_INTR.to_be_bytes(),
                left,
                right,
            ]);
        }
        Some(value == self.root)
    }

    /// The candidate for the one-time public key (RFC 8554, 4.6, algorithm 4b).
    fn one_time_candidate(
        &self,
        leaf: u32,
        randomizer: &[u8],
        chains: &[u8],
        message: &[u8],
    ) -> Option<Vec<u8>> {
        let one_time = &self.one_time;
        let leaf = leaf.to_be_bytes();
        let mut q = self.function.hash(&[
            self.identifier,
            &leaf,
            &D_MESG.to_be_bytes(),
            randomizer,
            message,
        ]);
        let largest = (1u32 << one_time.w) - 1;
        // The checksum (RFC 8554, 4.4).
        let mut sum = 0u32;
        for digit in digits(&q, one_time.w) {
            sum += largest - digit;
        }
        let checksum = u16::try_from(sum << one_time.ls & 0xffff).ok()?;
        q.extend_from_slice(&checksum.to_be_bytes());
        let mut all = Vec::new();
        let digits = digits(&q, one_time.w);
        for ((index, chain), digit) in (0u16..).zip(chains.chunks(self.function.n)).zip(digits) {
            let mut value = chain.to_vec();
            for step in digit..largest {
                let step = u8::try_from(step).ok()?;
                value = self.function.hash(&[
                    self.identifier,
                    &leaf,
                    &index.to_be_bytes(),
                    &[step],
                    &value,
                ]);
            }
            all.extend_from_slice(&value);
        }
        Some(
            self.function
                .hash(&[self.identifier, &leaf, &D_PBLC.to_be_bytes(), &all]),
        )
    }
}

/// The digits of `w` bits, from the most significant one (RFC 8554, 3.1.3).
fn digits(octets: &[u8], w: u32) -> impl Iterator<Item = u32> {
    octets.iter().flat_map(move |octet| {
        (0..8 / w).map(move |i| u32::from(*octet) >> (8 - w * (i + 1)) & ((1 << w) - 1))
    })
}

/// RFC 8554, 6.3, algorithm 6c: `key` is `u32(L) || pub[0]`.
pub(super) fn verify(key: &[u8], message: &[u8], signature: &[u8]) -> Answer<()> {
    let mut key = Octets(key);
    let levels = key.u32().ok_or(Refusal::Key)?;
    let mut public = LmsPublicKey::read(&mut key).ok_or(Refusal::Key)?;
    // rfc8554:6: "L ... 1 to 8".
    if !(1..=8).contains(&levels) || !key.0.is_empty() {
        return Err(Refusal::Key);
    }
    let mut octets = Octets(signature);
    let mut chain = || -> Option<bool> {
        if octets.u32()? != levels - 1 {
            return None;
        }
        for _ in 1..levels {
            // The signed message of a level is the public key of the next.
            let whole = octets.0;
            let mut ahead = Octets(whole);
            skip_signature(&mut ahead, &public)?;
            let after_signature = ahead.0;
            let next = LmsPublicKey::read(&mut ahead)?;
            let len = after_signature.len() - ahead.0.len();
            if !public.verify(&mut octets, after_signature.get(..len)?)? {
                return Some(false);
            }
            octets = Octets(ahead.0);
            public = next;
        }
        let holds = public.verify(&mut octets, message)?;
        Some(holds && octets.0.is_empty())
    };
    match chain() {
        Some(true) => Ok(()),
        _ => Err(Refusal::Failed),
    }
}

/// Passes by the signature of one level.
fn skip_signature(octets: &mut Octets<'_>, key: &LmsPublicKey<'_>) -> Option<()> {
    let height = usize::try_from(key.height).ok()?;
    let len = 4 + 4 + key.function.n * (1 + key.one_time.p) + 4 + key.function.n * height;
    octets.take(len).map(|_| ())
}
