//! Key derivation for key agreement: X9.63 (SEC 1, 3.6.1; RFC 5753, 7.2) and HKDF (RFC 5869; RFC 8418).

use alloc::vec::Vec;

use cms_core::ber::write;
use cms_core::types::AlgorithmIdentifier;
use zeroize::Zeroizing;

use super::digest::digest;
use crate::backend::hmac;
use crate::hash::Hash;

/// `ECC-CMS-SharedInfo`, RFC 5753, section 7.2.
///
/// ```text
/// ECC-CMS-SharedInfo ::= SEQUENCE { keyInfo AlgorithmIdentifier, entityUInfo [0] EXPLICIT OCTET STRING OPTIONAL,
///   suppPubInfo [2] EXPLICIT OCTET STRING }
/// ```
pub(super) fn ecc_cms_shared_info(
    wrap: &AlgorithmIdentifier,
    ukm: Option<&[u8]>,
    kek_len: usize,
) -> Vec<u8> {
    let ukm = ukm
        .map(|ukm| write::context(0, &write::octet_string(ukm)))
        .unwrap_or_default();
    // suppPubInfo: the KEK's length in bits, as 32 bits.
    let bits = u32::try_from(kek_len.saturating_mul(8)).unwrap_or(u32::MAX);
    write::sequence(&[
        &wrap.to_der(),
        &ukm,
        &write::context(2, &write::octet_string(&bits.to_be_bytes())),
    ])
}

/// Blocks for a counter from 1, as many as make `len` octets.
pub(super) fn counted(len: usize, block: impl Fn(&[u8; 4]) -> Vec<u8>) -> Zeroizing<Vec<u8>> {
    // Room for one block more than is wanted: no secret is left behind by growing.
    let mut out = Zeroizing::new(Vec::with_capacity(len + 64));
    let mut counter = 1u32;
    while out.len() < len {
        out.extend_from_slice(&Zeroizing::new(block(&counter.to_be_bytes())));
        counter = counter.wrapping_add(1);
    }
    out.truncate(len);
    out
}

/// The X9.63 KDF: hashes of Z, a counter from 1, and the shared info.
pub(super) fn x9_63(hash: Hash, z: &[u8], shared_info: &[u8], len: usize) -> Zeroizing<Vec<u8>> {
    counted(len, |counter| digest(hash, &[z, counter, shared_info]))
}

/// KDF3 of ANS X9.44: hashes of a counter from 1, Z, and the other info (RFC 9690, B.1).
pub(super) fn kdf3(hash: Hash, z: &[u8], other_info: &[u8], len: usize) -> Zeroizing<Vec<u8>> {
    counted(len, |counter| digest(hash, &[counter, z, other_info]))
}

/// HKDF, extract and expand (RFC 5869, 2). `salt` absent is a string of zeros of the hash's length.
pub(crate) fn hkdf(
    hash: Hash,
    ikm: &[u8],
    salt: Option<&[u8]>,
    info: &[u8],
    len: usize,
) -> Zeroizing<Vec<u8>> {
    let zeros = alloc::vec![0; hash.output_len()];
    let prk = hmac(hash, salt.unwrap_or(&zeros), ikm);
    let mut out = Zeroizing::new(Vec::with_capacity(len + hash.output_len()));
    let mut block = Zeroizing::new(Vec::new());
    let mut counter = 1u8;
    while out.len() < len {
        let input = Zeroizing::new([block.as_slice(), info, &[counter]].concat());
        block = hmac(hash, &prk, &input);
        out.extend_from_slice(&block);
        counter = counter.wrapping_add(1);
    }
    out.truncate(len);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len() / 2)
            .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
            .collect()
    }

    #[test]
    fn hkdf_rfc5869_appendix_a_1_and_a_3() {
        let ikm = [0x0b; 22];
        let okm = hkdf(
            Hash::Sha256,
            &ikm,
            Some(&hex("000102030405060708090a0b0c")),
            &hex("f0f1f2f3f4f5f6f7f8f9"),
            42,
        );
        assert_eq!(
            *okm,
            hex(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
            )
        );
        let okm = hkdf(Hash::Sha256, &ikm, None, &[], 42);
        assert_eq!(
            *okm,
            hex(
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
            )
        );
    }

    /// NIST CAVP "ANS X9.63-2001" test vectors, SHA-256, first case with shared info of 128 bits.
    #[test]
    fn x9_63_nist_cavp_sha256() {
        let z = hex("22518b10e70f2a3f243810ae3254139efbee04aa57c7af7d");
        let info = hex("75eef81aa3041e33b80971203d2c0c52");
        assert_eq!(
            *x9_63(Hash::Sha256, &z, &info, 128),
            hex(concat!(
                "c498af77161cc59f2962b9a713e2b215152d139766ce34a776df11866a69bf2e",
                "52a13d9c7c6fc878c50c5ea0bc7b00e0da2447cfd874f6cf92f30d0097111485",
                "500c90c3af8b487872d04685d14c8d1dc8d7fa08beb0ce0ababc11f0bd496269",
                "142d43525a78e5bc79a17f59676a5706dc54d54d4d1f0bd7e386128ec26afc21"
            ))
        );
    }
}
