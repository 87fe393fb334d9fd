//! Diffie-Hellman key agreement of RFC 2631, to be read only: RFC 3370, section 4.1.
//!
//! ```text
//! id-alg-ESDH 1.2.840.113549.1.9.16.3.5, id-alg-SSDH 1.2.840.113549.1.9.16.3.10: parameters KeyWrapAlgorithm
//! dhpublicnumber 1.2.840.10046.2.1: DomainParameters ::= SEQUENCE { p, g, q INTEGER, j INTEGER OPTIONAL,
//!   validationParms OPTIONAL }, the key an INTEGER (RFC 3279, 2.3.3)
//! ```
//!
//! The KDF is SHA-1 over ZZ and OtherInfo (RFC 2631, 2.1.2), which holds a counter, so that it differs from X9.63.
//! Small-subgroup attacks are countered by checking that the originator's key has order q (RFC 2785, 3.1). Strength:
//! that of the prime. RFC 8551, Appendix B: historic. Vectors: RFC 2631, 2.1.6 and 2.1.7; messages of OpenSSL.

use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag, write};
use cms_core::types::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use cms_core::{CryptoError, ObjectIdentifier};
use zeroize::Zeroizing;

use super::digest::digest;
use super::{kdf, parameters};
use crate::backend::rust_crypto::dh::DhGroup;
use crate::hash::Hash;

const MALFORMED: CryptoError = CryptoError::Key("malformed Diffie-Hellman key");

/// The octets of a positive INTEGER without leading zeros.
fn integer(element: &Element<'_>) -> Result<Vec<u8>, CryptoError> {
    let contents = element.contents();
    let negative = contents.first().is_none_or(|first| first & 0x80 != 0);
    if element.tag() != Tag::INTEGER || element.header().constructed || negative {
        return Err(MALFORMED);
    }
    Ok(contents
        .iter()
        .copied()
        .skip_while(|octet| *octet == 0)
        .collect())
}

/// The domain parameters of a key (RFC 3279, 2.3.3).
pub(crate) fn group(algorithm: &AlgorithmIdentifier) -> Result<DhGroup, CryptoError> {
    let domain = parameters::element(algorithm)?;
    if domain.tag() != Tag::SEQUENCE {
        return Err(MALFORMED);
    }
    let mut fields = domain.children();
    let mut next = || integer(&fields.element().map_err(|_| MALFORMED)?);
    let (p, g, q) = (next()?, next()?, next()?);
    Ok(DhGroup { p, g, q })
}

/// The number of a public or private key, which is an INTEGER in DER.
pub(crate) fn number(octets: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let element = Cursor::single(octets, 0).map_err(|_| MALFORMED)?;
    integer(&element).map(Zeroizing::new)
}

/// A public key from its number.
pub(crate) fn spki(algorithm: AlgorithmIdentifier, y: &[u8]) -> SubjectPublicKeyInfo {
    // A zero in front of a number whose first bit is set.
    let sign: &[u8] = if y.first().is_some_and(|first| first & 0x80 != 0) {
        &[0]
    } else {
        &[]
    };
    let contents = [sign, y].concat();
    let key = write::tagged(Tag::INTEGER, write::Form::Primitive, &contents);
    SubjectPublicKeyInfo::new(algorithm, key)
}

/// The key-encryption key (RFC 2631, 2.1.2).
///
/// ```text
/// OtherInfo ::= SEQUENCE { keyInfo SEQUENCE { algorithm OBJECT IDENTIFIER, counter OCTET STRING (SIZE (4)) },
///   partyAInfo [0] OCTET STRING OPTIONAL, suppPubInfo [2] OCTET STRING }
/// ```
pub(crate) fn kek(
    zz: &[u8],
    wrap: &ObjectIdentifier,
    party_a_info: Option<&[u8]>,
    len: usize,
) -> Zeroizing<Vec<u8>> {
    // rfc3370:4.1/2: the key is as long as the wrap takes, 128 bits with RC2
    let bits = u32::try_from(len.saturating_mul(8)).unwrap_or(u32::MAX);
    // rfc3370:4.1.1/5
    let party = party_a_info
        .map(|info| write::context(0, &write::octet_string(info)))
        .unwrap_or_default();
    let supp = write::context(2, &write::octet_string(&bits.to_be_bytes()));
    kdf::counted(len, |counter| {
        let key_info = write::sequence(&[&write::oid(wrap), &write::octet_string(counter)]);
        let info = write::sequence(&[&key_info, &party, &supp]);
        digest(Hash::Sha1, &[zz, &info])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc2631_2_1_6_and_2_1_7() {
        // rfc3370:4.1/2, 4.1.1/5
        let zz: Vec<u8> = (0..20).collect();
        let des = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.3.6");
        let rc2 = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.3.7");
        let hex = |octets: &[u8]| -> alloc::string::String {
            octets
                .iter()
                .map(|octet| alloc::format!("{octet:02x}"))
                .collect()
        };
        assert_eq!(
            hex(&kek(&zz, &des, None, 24)),
            "a09661392376f7044d9052a397883246b67f5f1ef63eb5fb"
        );
        let party = [
            0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54,
            0x32, 0x01,
        ]
        .repeat(4);
        assert_eq!(
            hex(&kek(&zz, &rc2, Some(&party), 16)),
            "48950c46e0530075403cce72889604e0"
        );
    }
}
