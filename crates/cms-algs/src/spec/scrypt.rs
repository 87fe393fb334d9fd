//! From passwords to keys by scrypt: RFC 7914, for PasswordRecipientInfo and PBES2.
//!
//! * Identifier: 1.3.6.1.4.1.11591.4.11 (id-scrypt).
//! * Parameters: `scrypt-params`, required. Written: 16 octets of salt, N = 2^16, r = 8, p = 2, which the OWASP
//!   Password Storage Cheat Sheet (2023) holds equal to 600,000 iterations of PBKDF2.
//! * Memory: at most [`MAX_MEMORY`] octets are taken; parameters that ask for more are refused. Time: each of the
//!   4·N·r·p runs of Salsa20/8 counts as an iteration of PBKDF2, so that the limit on these holds.
//! * RFC 8551 does not name it; RFC 5652, 6.2.4 leaves the derivation open.
//! * Test vectors: RFC 7914, 12. That of section 13 needs 1 GiB and is refused.

use alloc::vec::Vec;

use cms_core::ber::{Tag, write};
use cms_core::provider::{KeyDerivationAlgorithm, Random};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use zeroize::Zeroizing;

use super::parameters;
use super::password::{MAX_KEY_LEN, SALT_LEN};
use crate::backend::Secret;

/// The most memory for the table of one run, and again for the blocks of all runs: 64 MiB.
pub const MAX_MEMORY: u64 = 64 << 20;

const LOG_N: u8 = 16;
const R: u32 = 8;
const P: u32 = 2;

/// scrypt.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct Scrypt;

/// ```text
/// scrypt-params ::= SEQUENCE {
///   salt OCTET STRING, costParameter INTEGER (1..MAX), blockSize INTEGER (1..MAX),
///   parallelizationParameter INTEGER (1..MAX), keyLength INTEGER (1..MAX) OPTIONAL }
/// ```
pub(super) struct Parameters {
    salt: Vec<u8>,
    log_n: u8,
    r: u32,
    p: u32,
    pub(super) key_len: Option<usize>,
}

impl Parameters {
    pub(super) fn decode(algorithm: &AlgorithmIdentifier) -> Result<Self, CryptoError> {
        let malformed = |_| CryptoError::Parameters("scrypt-params is malformed");
        let element = parameters::element(algorithm)?;
        if element.tag() != Tag::SEQUENCE {
            return Err(CryptoError::Parameters("scrypt-params is no SEQUENCE"));
        }
        let mut fields = element.children();
        let salt = fields.expect(Tag::OCTET_STRING).map_err(malformed)?;
        let salt = salt.octets().map_err(malformed)?.into_owned();
        let mut number = || -> Result<u64, CryptoError> {
            let number = fields.expect(Tag::INTEGER).map_err(malformed)?;
            number.u64().map_err(malformed)
        };
        let (n, r, p) = (number()?, number()?, number()?);
        let key_len = match fields.optional(Tag::INTEGER).map_err(malformed)? {
            None => None,
            Some(len) => match len.u64() {
                Ok(len @ 1..=MAX_KEY_LEN) => usize::try_from(len).ok(),
                _ => return Err(CryptoError::Parameters("keyLength is out of range")),
            },
        };
        fields.finish().map_err(malformed)?;
        // rfc7914:2: N is "larger than 1, a power of 2, and less than 2^(128 * r / 8)".
        if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
            return Err(CryptoError::Parameters("costs that scrypt does not have"));
        }
        let memory = |count: u64| count.saturating_mul(r).saturating_mul(128);
        if memory(n) > MAX_MEMORY || memory(p) > MAX_MEMORY {
            return Err(CryptoError::Limit("scrypt with more than 64 MiB of memory"));
        }
        let small = |number: u64| {
            u32::try_from(number).map_err(|_| CryptoError::Parameters("too large for scrypt"))
        };
        Ok(Self {
            salt,
            log_n: u8::try_from(n.trailing_zeros()).unwrap_or(u8::MAX),
            r: small(r)?,
            p: small(p)?,
            key_len,
        })
    }

    /// The runs of Salsa20/8: two passes over N blocks of 2·r, p times.
    pub(super) fn iterations(&self) -> u64 {
        4u64.saturating_mul(1 << self.log_n.min(32))
            .saturating_mul(self.r.into())
            .saturating_mul(self.p.into())
    }

    pub(super) fn derive(&self, password: &[u8], len: usize) -> Result<Secret, CryptoError> {
        let costs = scrypt::Params::new(self.log_n, self.r, self.p)
            .map_err(|_| CryptoError::Parameters("costs that scrypt does not have"))?;
        let mut out = Zeroizing::new(alloc::vec![0; len]);
        scrypt::scrypt(password, &self.salt, &costs, &mut out).map_err(|_| CryptoError::Failed)?;
        Ok(out)
    }
}

impl KeyDerivationAlgorithm for Scrypt {
    fn oid(&self) -> ObjectIdentifier {
        oid::SCRYPT
    }

    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt)?;
        let parameters = write::sequence(&[
            &write::octet_string(&salt),
            &write::integer(1 << LOG_N),
            &write::integer(R.into()),
            &write::integer(P.into()),
        ]);
        Ok(AlgorithmIdentifier::with(self.oid(), parameters))
    }

    fn iterations(&self, algorithm: &AlgorithmIdentifier) -> Result<u64, CryptoError> {
        Ok(Parameters::decode(algorithm)?.iterations())
    }

    fn derive(
        &self,
        algorithm: &AlgorithmIdentifier,
        secret: &[u8],
        len: usize,
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let parameters = Parameters::decode(algorithm)?;
        if parameters.key_len.is_some_and(|announced| announced != len) {
            return Err(CryptoError::Parameters(
                "keyLength of scrypt is not that of the key-encryption key",
            ));
        }
        parameters.derive(secret, len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    fn algorithm(salt: &[u8], costs: [u64; 3], key_len: Option<u64>) -> AlgorithmIdentifier {
        let [n, r, p] = costs.map(write::integer);
        let key_len = key_len.map(write::integer).unwrap_or_default();
        let parameters = write::sequence(&[&write::octet_string(salt), &n, &r, &p, &key_len]);
        AlgorithmIdentifier::with(oid::SCRYPT, parameters)
    }

    #[test]
    fn rfc7914_section_12() {
        for (password, salt, costs, start) in [
            (
                "",
                "",
                [16, 1, 1],
                0x77d6_5762_3865_7b20_3b19_ca42_c18a_0497_u128,
            ),
            (
                "password",
                "NaCl",
                [1024, 8, 16],
                0xfdba_be1c_9d34_7200_7856_e719_0d01_e9fe,
            ),
            (
                "pleaseletmein",
                "SodiumChloride",
                [16384, 8, 1],
                0x7023_bdcb_3afd_7348_461c_06cd_81fd_38eb,
            ),
        ] {
            let algorithm = algorithm(salt.as_bytes(), costs, Some(64));
            let key = Scrypt.derive(&algorithm, password.as_bytes(), 64).unwrap();
            assert_eq!(key[..16], start.to_be_bytes());
            assert!(Scrypt.derive(&algorithm, password.as_bytes(), 32).is_err());
        }
    }

    #[test]
    fn costs_are_bounded() {
        let iterations = |costs| Scrypt.iterations(&algorithm(b"salt", costs, None));
        assert_eq!(iterations([1 << 16, 8, 2]).unwrap(), 1 << 22);
        for costs in [
            [1 << 20, 8, 1],
            [1 << 17, 8, 1],
            [2, 1 << 40, 1],
            [2, 1, 1 << 40],
            [2, u64::MAX, u64::MAX],
            [1 << 63, 1 << 63, 1 << 63],
        ] {
            assert!(
                matches!(iterations(costs), Err(CryptoError::Limit(_))),
                "{costs:?}"
            );
        }
        for costs in [[0, 8, 1], [1, 8, 1], [3, 8, 1], [16, 0, 1], [16, 8, 0]] {
            assert!(matches!(iterations(costs), Err(CryptoError::Parameters(_))));
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let algorithm = Scrypt.identifier(&mut SystemRandom).unwrap();
        assert_eq!(Scrypt.iterations(&algorithm).unwrap(), 1 << 22);
        let one = Scrypt.derive(&algorithm, b"password", 32).unwrap();
        assert_eq!(one, Scrypt.derive(&algorithm, b"password", 32).unwrap());
        assert_ne!(one, Scrypt.derive(&algorithm, b"passwort", 32).unwrap());
    }
}
