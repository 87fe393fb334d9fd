//! Diffie-Hellman over a prime field, from RustCrypto's integers.

use alloc::vec::Vec;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
use zeroize::Zeroizing;

use crate::backend::{Answer, Refusal, Secret};

/// A prime field with a generator of a subgroup of order q; big-endian integers without leading zeros.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DhGroup {
    pub(crate) p: Vec<u8>,
    pub(crate) g: Vec<u8>,
    pub(crate) q: Vec<u8>,
}

/// The field as the crate works in it.
struct Field {
    params: BoxedMontyParams,
    bits: u32,
}

impl Field {
    /// Moduli of 1024 to 8192 bits: shorter ones are broken, longer ones take seconds.
    fn new(group: &DhGroup) -> Answer<Self> {
        if !(128..=1024).contains(&group.p.len()) || group.q.len() > group.p.len() {
            return Err(Refusal::Key);
        }
        let bits = u32::try_from(8 * group.p.len()).map_err(|_| Refusal::Key)?;
        let p = BoxedUint::from_be_slice(&group.p, bits).map_err(|_| Refusal::Key)?;
        let p = Option::from(Odd::new(p)).ok_or(Refusal::Key)?;
        Ok(Self {
            params: BoxedMontyParams::new(p),
            bits,
        })
    }

    /// base^exponent, as long as the modulus.
    fn power(&self, base: &[u8], exponent: &[u8]) -> Answer<Secret> {
        let base = BoxedUint::from_be_slice(base, self.bits).map_err(|_| Refusal::Key)?;
        let exponent = BoxedUint::from_be_slice(exponent, self.bits).map_err(|_| Refusal::Key)?;
        let power = BoxedMontyForm::new(base, &self.params).pow(&exponent);
        // The crate writes whole words; rfc2631:2.1.2: "ZZ occupies as many octets as p".
        let words = Zeroizing::new(power.retrieve().to_be_bytes().to_vec());
        let len = usize::try_from(self.bits / 8).map_err(|_| Refusal::Key)?;
        let surplus = words.len().checked_sub(len).ok_or(Refusal::Key)?;
        Ok(Zeroizing::new(
            words.iter().copied().skip(surplus).collect(),
        ))
    }
}

/// The public key of a private one.
pub(crate) fn public(group: &DhGroup, x: &[u8]) -> Answer<Vec<u8>> {
    let y = Field::new(group)?.power(&group.g, x)?;
    Ok(y.iter().copied().skip_while(|octet| *octet == 0).collect())
}

/// ZZ, as long as the modulus (RFC 2631, 2.1.2), after the checks of RFC 2631, 2.1.5 and RFC 2785, 3.1: the public key
/// is from 2 to p - 2 and of order q.
pub(crate) fn agree(group: &DhGroup, x: &[u8], y: &[u8]) -> Answer<Secret> {
    let field = Field::new(group)?;
    if y.len() > group.p.len() {
        return Err(Refusal::Failed);
    }
    let mut padded = alloc::vec![0; group.p.len() - y.len()];
    padded.extend_from_slice(y);
    let mut below = group.p.clone();
    // p is odd: p - 1 is p with its last bit cleared.
    if let Some(last) = below.last_mut() {
        *last &= 0xfe;
    }
    let small =
        y.iter().rev().skip(1).all(|octet| *octet == 0) && y.last().is_none_or(|last| *last < 2);
    if small || padded >= below {
        return Err(Refusal::Failed);
    }
    let one = field.power(y, &group.q)?;
    let is_one = one
        .split_last()
        .is_some_and(|(last, front)| *last == 1 && front.iter().all(|octet| *octet == 0));
    if !is_one {
        return Err(Refusal::Failed);
    }
    field.power(y, x)
}
