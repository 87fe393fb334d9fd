//! Exact octets beside their decoded value.

use alloc::vec::Vec;
use core::fmt;

use crate::ber::{Cursor, Element};
use crate::error::DecodeError;

/// The octets of one encoding as received, and what they decode to. An encoding that cannot be decoded
/// spoils itself alone: its octets stay.
#[derive(Clone)]
pub struct Raw<T> {
    octets: Vec<u8>,
    offset: u64,
    value: Result<T, DecodeError>,
}

impl<T> Raw<T> {
    /// Decodes `octets`, which stood at the absolute `offset`.
    pub fn decode(
        octets: Vec<u8>,
        offset: u64,
        decode: impl FnOnce(&Element<'_>) -> Result<T, DecodeError>,
    ) -> Self {
        let value = Cursor::single(&octets, offset).and_then(|element| decode(&element));
        Self {
            octets,
            offset,
            value,
        }
    }

    /// The octets as received, identifier and length included.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Absolute offset of the first octet.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The decoded value.
    ///
    /// # Errors
    /// Why the octets could not be decoded.
    pub fn value(&self) -> Result<&T, &DecodeError> {
        self.value.as_ref()
    }
}

impl<T: fmt::Debug> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw")
            .field("offset", &self.offset)
            .field("octets", &self.octets.len())
            .field("value", &self.value)
            .finish()
    }
}
