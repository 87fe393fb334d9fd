//! AES-GMAC: RFC 9044, section 3.1, for AuthenticatedData.
//!
//! * Identifiers: 2.16.840.1.101.3.4.1.{9,29,49} (id-aes128-GMAC, id-aes192-GMAC, id-aes256-GMAC).
//! * Parameters: `GMACParameters`, required: a nonce (12 octets recommended, and written) and the length of the MAC, 12
//!   to 16, by default 12; 16 is written.
//! * Strength: that of AES; forgeries at the bits of the MAC. A nonce must not come again under one key; each message
//!   that is written has a key of its own.
//! * RFC 8551 does not name it.
//! * Test vectors: Wycheproof (`aes_gmac`); `openssl mac` 3.0.19.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cms_core::ber::write;
use cms_core::provider::{KeyLength, Mac, MacAlgorithm, Random};
use cms_core::types::AlgorithmIdentifier;
use cms_core::{CryptoError, ObjectIdentifier, oid};
use zeroize::Zeroizing;

use super::gcm::{Parameters, State};

/// AES-GMAC.
#[derive(Clone, Copy, Debug)]
pub struct Gmac {
    oid: ObjectIdentifier,
    key_len: usize,
}

/// AES-128-GMAC.
pub const AES_128_GMAC: Gmac = Gmac {
    oid: oid::AES128_GMAC,
    key_len: 16,
};
/// AES-192-GMAC.
pub const AES_192_GMAC: Gmac = Gmac {
    oid: oid::AES192_GMAC,
    key_len: 24,
};
/// AES-256-GMAC.
pub const AES_256_GMAC: Gmac = Gmac {
    oid: oid::AES256_GMAC,
    key_len: 32,
};

impl MacAlgorithm for Gmac {
    fn oid(&self) -> ObjectIdentifier {
        self.oid
    }

    fn identifier(&self, random: &mut dyn Random) -> Result<AlgorithmIdentifier, CryptoError> {
        let mut nonce = [0; 12];
        random.fill(&mut nonce)?;
        let parameters = write::sequence(&[&write::octet_string(&nonce), &write::integer(16)]);
        Ok(AlgorithmIdentifier::with(self.oid, parameters))
    }

    fn key_len(&self, algorithm: &AlgorithmIdentifier) -> Result<KeyLength, CryptoError> {
        Parameters::decode(algorithm)?;
        Ok(KeyLength::Exact(self.key_len))
    }

    fn output_len(&self, algorithm: &AlgorithmIdentifier) -> Result<usize, CryptoError> {
        Ok(Parameters::decode(algorithm)?.icv_len)
    }

    fn start(
        &self,
        algorithm: &AlgorithmIdentifier,
        key: &[u8],
    ) -> Result<Box<dyn Mac>, CryptoError> {
        let parameters = Parameters::decode(algorithm)?;
        Ok(Box::new(Running {
            state: State::new(key, self.key_len, &parameters.nonce)?,
            len: 0,
            output_len: parameters.icv_len,
        }))
    }
}

struct Running {
    state: State,
    len: u64,
    output_len: usize,
}

impl Mac for Running {
    fn update(&mut self, octets: &[u8]) {
        let len = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.len = self.len.saturating_add(len);
        self.state.absorb(octets);
    }

    fn finish(self: Box<Self>) -> Zeroizing<Vec<u8>> {
        let tag = self.state.tag_of_aad(self.len);
        Zeroizing::new(tag.get(..self.output_len).unwrap_or_default().to_vec())
    }
}
