//! Spools for content that nobody will write: they keep its beginning, which tells what it is, and forget the rest.
//!
//! Verifying seldom needs content a second time. When it does, reading such a spool fails, and the message is verified
//! again with spools that keep everything.

use std::any::Any;
use std::cell::Cell;
use std::io::{self, Cursor, Read, Write};
use std::rc::Rc;

use smime_msg::spool::{Spool, Spools};

/// Octets that are kept: more than any header that is looked at.
const KEPT: usize = 256 * 1024;

/// Makes spools that forget.
#[derive(Debug, Default)]
pub(crate) struct DiscardingSpools {
    missed: Rc<Cell<bool>>,
}

impl DiscardingSpools {
    /// Whether somebody wanted to read what was forgotten.
    pub(crate) fn missed(&self) -> bool {
        self.missed.get()
    }
}

impl Spools for DiscardingSpools {
    fn create(&self) -> io::Result<Box<dyn Spool>> {
        Ok(Box::new(Discarding {
            kept: Vec::new(),
            len: 0,
            missed: self.missed.clone(),
        }))
    }
}

struct Discarding {
    kept: Vec<u8>,
    len: u64,
    missed: Rc<Cell<bool>>,
}

impl Write for Discarding {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let room = KEPT.saturating_sub(self.kept.len()).min(octets.len());
        self.kept
            .extend_from_slice(octets.get(..room).unwrap_or_default());
        self.len = self
            .len
            .saturating_add(u64::try_from(octets.len()).unwrap_or(u64::MAX));
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Spool for Discarding {
    fn reader(&mut self) -> io::Result<Box<dyn Read + '_>> {
        let forgotten = self.forgotten();
        Ok(Box::new(self.kept.as_slice().chain(forgotten)))
    }

    fn len(&self) -> u64 {
        self.len
    }

    fn into_reader(self: Box<Self>) -> io::Result<Box<dyn Read>> {
        let forgotten = self.forgotten();
        Ok(Box::new(Cursor::new(self.kept).chain(forgotten)))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

impl Discarding {
    /// What follows the octets that were kept.
    fn forgotten(&self) -> Forgotten {
        let whole = u64::try_from(self.kept.len()).is_ok_and(|kept| kept == self.len);
        Forgotten {
            missed: (!whole).then(|| self.missed.clone()),
        }
    }
}

/// The end of the content, or a failure that says somebody wanted more than there is.
struct Forgotten {
    missed: Option<Rc<Cell<bool>>>,
}

impl Read for Forgotten {
    fn read(&mut self, _out: &mut [u8]) -> io::Result<usize> {
        match &self.missed {
            None => Ok(0),
            Some(missed) => {
                missed.set(true);
                Err(io::Error::other("the content was not kept"))
            }
        }
    }
}
