//! Where content waits until its layer's verdict is known.
//!
//! This crate has no files: memory serves small contents, a program brings spools of its own for large ones.

use std::any::Any;
use std::cell::RefCell;
use std::io::{self, Cursor, Read, Write};

use cms_core::CmsError;
use cms_core::io::pump;
use cms_core::signed::Replay;

use crate::mime::canonical::pump_canonical;

/// Content that is written once and read from its beginning as often as needed.
pub trait Spool: Write {
    /// Reads from the beginning.
    ///
    /// # Errors
    /// Input/output.
    fn reader(&mut self) -> io::Result<Box<dyn Read + '_>>;

    /// Octets so far.
    fn len(&self) -> u64;

    /// Whether nothing was written.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Turns into a reader that owns the content.
    ///
    /// # Errors
    /// Input/output.
    fn into_reader(self: Box<Self>) -> io::Result<Box<dyn Read>>;

    /// Turns into itself, for the one who made it to release it in its own way.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// Makes spools.
pub trait Spools {
    /// A new, empty spool.
    ///
    /// # Errors
    /// Input/output.
    fn create(&self) -> io::Result<Box<dyn Spool>>;
}

/// Spools in memory, each with a limit.
#[derive(Clone, Copy, Debug)]
pub struct MemorySpools {
    limit: usize,
}

impl MemorySpools {
    /// Spools of at most `limit` octets each.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit }
    }
}

impl Spools for MemorySpools {
    fn create(&self) -> io::Result<Box<dyn Spool>> {
        Ok(Box::new(MemorySpool {
            content: Vec::new(),
            limit: self.limit,
        }))
    }
}

struct MemorySpool {
    content: Vec<u8>,
    limit: usize,
}

impl Write for MemorySpool {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if self.content.len().saturating_add(octets.len()) > self.limit {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "content is larger than what may be held in memory",
            ));
        }
        self.content.extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Spool for MemorySpool {
    fn reader(&mut self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.content.as_slice()))
    }

    fn len(&self) -> u64 {
        u64::try_from(self.content.len()).unwrap_or(u64::MAX)
    }

    fn into_reader(self: Box<Self>) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(Cursor::new(self.content)))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// A spool as content that can be read again, as it is or with canonical line ends.
pub(crate) struct SpoolReplay<'a, 's> {
    pub(crate) spool: &'a RefCell<&'s mut (dyn Spool + 'static)>,
    pub(crate) canonical: bool,
}

impl Replay for SpoolReplay<'_, '_> {
    fn replay(
        &mut self,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        let mut spool = self.spool.borrow_mut();
        let mut reader = spool.reader()?;
        if self.canonical {
            pump_canonical(&mut *reader, sink)
        } else {
            pump(&mut *reader, sink)
        }
    }
}
