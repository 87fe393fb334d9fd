//! Randomness that is the same each time: SHA-256 over a label and a counter. For examples alone.

use std::cell::RefCell;

use cms_algs::PROVIDER;
use cms_core::provider::{CryptoProvider, Random};
use cms_core::{CryptoError, oid};

thread_local! {
    static STREAM: RefCell<(String, u64)> = const { RefCell::new((String::new(), 0)) };
}

/// The stream of the example that is being made.
pub(crate) struct Fixed;

impl Fixed {
    /// Begins the stream of a label.
    pub(crate) fn begin(label: &str) -> Self {
        STREAM.with(|stream| stream.replace((label.to_owned(), 0)));
        Self
    }
}

impl Random for Fixed {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), CryptoError> {
        let hash = PROVIDER.digest(&oid::SHA256)?;
        STREAM.with(|stream| {
            let (label, count) = &mut *stream.borrow_mut();
            for part in out.chunks_mut(32) {
                let block = hash.digest(format!("example {label} {count}").as_bytes());
                *count += 1;
                for (octet, from) in part.iter_mut().zip(block) {
                    *octet = from;
                }
            }
        });
        Ok(())
    }
}

/// All algorithms, with that randomness.
pub(crate) const FIXED: CryptoProvider = CryptoProvider {
    random: || Box::new(Fixed),
    ..PROVIDER
};
