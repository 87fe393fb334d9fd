//! The operating system's randomness: the one path to it.

use cms_core::CryptoError;
use cms_core::provider::Random;

/// The operating system's source.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), CryptoError> {
        // rfc8551:4.1/1
        getrandom::fill(out).map_err(|_| CryptoError::Random)
    }

    fn is_system(&self) -> bool {
        true
    }
}
