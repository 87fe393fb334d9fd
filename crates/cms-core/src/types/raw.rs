//! Exact octets beside their decoded value.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use once_cell::race::OnceBox;

use crate::ber::{Cursor, Element};
use crate::error::DecodeError;

/// The octets of one encoding as received, and what they decode to, once somebody asks. An encoding that cannot be
/// decoded spoils itself alone: its octets stay.
pub struct Raw<T> {
    octets: Vec<u8>,
    offset: u64,
    decode: Decode<T>,
    value: OnceBox<Result<T, DecodeError>>,
}

type Decode<T> = fn(&Element<'_>) -> Result<T, DecodeError>;

impl<T> Raw<T> {
    /// `octets`, which stood at the absolute `offset`, to be decoded by `decode`.
    #[must_use]
    pub fn new(octets: Vec<u8>, offset: u64, decode: Decode<T>) -> Self {
        Self {
            octets,
            offset,
            decode,
            value: OnceBox::new(),
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

    /// The decoded value, which is kept.
    ///
    /// # Errors
    /// Why the octets could not be decoded.
    pub fn value(&self) -> Result<&T, &DecodeError> {
        self.value.get_or_init(|| Box::new(self.decode())).as_ref()
    }

    /// The decoded value, not kept: for one look at each of very many.
    ///
    /// # Errors
    /// Why the octets could not be decoded.
    pub fn decode(&self) -> Result<T, DecodeError> {
        Cursor::single(&self.octets, self.offset).and_then(|element| (self.decode)(&element))
    }
}

impl<T> Clone for Raw<T> {
    fn clone(&self) -> Self {
        Self::new(self.octets.clone(), self.offset, self.decode)
    }
}

impl<T: fmt::Debug> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw")
            .field("offset", &self.offset)
            .field("octets", &self.octets.len())
            .field("value", &self.value())
            .finish()
    }
}
