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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A group whose prime has 129 octets, which is no whole number of words. Its numbers are worked out with Python.
    pub(crate) fn odd_group() -> DhGroup {
        DhGroup {
            p: unhex(P),
            g: unhex(G),
            q: unhex(Q),
        }
    }

    fn unhex(digits: &str) -> Vec<u8> {
        let digits: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(16)).collect();
        let octets = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]);
        octets.map(|octet| u8::try_from(octet).unwrap()).collect()
    }

    /// rfc2631:2.1.2: "if p is 1024 bits, then ZZ is 128 bytes", zeros in front and none beyond.
    #[test]
    fn zz_has_as_many_octets_as_the_prime() {
        let group = odd_group();
        assert_eq!(group.p.len(), 129);
        let zz = agree(&group, &[113], &unhex(Y)).unwrap();
        assert_eq!(*zz, unhex(ZZ));
        assert_eq!((zz.len(), zz.first()), (129, Some(&0)));
    }

    #[test]
    fn public_keys_of_another_order_are_refused() {
        let group = odd_group();
        let mut other = unhex(Y);
        *other.last_mut().unwrap() ^= 1;
        for y in [&other[..], &[], &[0], &[1], &group.p] {
            assert!(agree(&group, &[113], y).is_err());
        }
    }

    const P: &str = "b4a16195c8ca9e3cbb8b5f4fafa339e44d998058d6e129268d70bc9e2c7c00868b72427e06840ff24688ff22fb627bc0\
         25b5bea5c4db49d9250aba91435fc0dbceadaba6579dbb077588a2da693e0754b255ceb4fc38e3bf51832d4149a76079\
         224126e57a1394064c6da3700bf232aab68ffcbebe925f3ba095b102e18c567bdb";
    const Q: &str = "96bf1c33b5720e4815b301519716fa05550ea067";
    const G: &str = "2e62bfa946dee629bbb4f00c1d77e9c1084dc23f67d6041b96a498399b86c6993aabbf5e40b41f8a854c4bd6ebbf1a6d\
         b9e67f93662aa3643f720876c0df3d8fa9f03cf9550d864e3d4fcd9eadd3416868dc3bd5151f862212726bf1f7758260\
         89b51fd5307d6ee12ce4144515676073ecedb2602a80db238ea606758480cc794f";
    const Y: &str = "65c0b97806a3135934497e1dd3af700983ec45d61477beec76339080513e6e2ecf50e9379700396731a7fb8c10af73a7\
         fc7289220dd2e72ccfe0a09ac47980e561c175eda6f15d7280dd9c335e460dfc159a3f92802c0321df27747e9d2052d1\
         f2cf6c5fde87dd4007fa8338cfe84744a4fbdb747277ba7ebc36818cec98d58a06";
    const ZZ: &str = "00351ce32de79a27cd28f81b59f38e46f20b1a256b21074708db196bd58de418c616a624d8cc24a2272d90b56e3d0469\
         8fa81444f18ec04f005b47c8c0a30a95e9745a0f0abfbb8e80ddbce2376f67651067d24a8bf236f63240128472e41981\
         af0a456913073aa4da21636b2d2e62441278b1ce2b442702dc9a5387eb30e8991b";
}
