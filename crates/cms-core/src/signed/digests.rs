//! Digests of content as it passes, and second passes where one is needed.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use der::asn1::ObjectIdentifier;

use crate::ambiguity::AttributeWatch;
use crate::error::CmsError;
use crate::provider::{CryptoProvider, Digest};

/// Several digests of one content at once.
pub struct ContentDigester {
    running: Vec<(ObjectIdentifier, Box<dyn Digest>)>,
    len: u64,
    watch: AttributeWatch,
}

/// How often content as long as may be held is hashed for algorithms that sign the message itself.
const WHOLE_MESSAGES: usize = 4;

/// No message has more kinds of digests than this; more are left to a second pass.
const MAX_DIGESTS: usize = 8;

impl ContentDigester {
    /// A digester without digests.
    #[must_use]
    pub fn new() -> Self {
        Self {
            running: Vec::new(),
            len: 0,
            watch: AttributeWatch::new(),
        }
    }

    /// Adds a digest; one that the provider does not know, or that is there already, changes nothing.
    pub fn require(&mut self, oid: &ObjectIdentifier, provider: &CryptoProvider) {
        let known = self.running.iter().any(|(running, _)| running == oid);
        if known || self.running.len() >= MAX_DIGESTS || self.len > 0 {
            return;
        }
        if let Ok(digest) = provider.digest(oid) {
            self.running.push((*oid, digest.start()));
        }
    }

    /// Whether there is no digest yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// Takes more content.
    pub fn update(&mut self, content: &[u8]) {
        for (_, digest) in &mut self.running {
            digest.update(content);
        }
        self.watch.update(content);
        self.len = self
            .len
            .saturating_add(u64::try_from(content.len()).unwrap_or(u64::MAX));
    }

    /// A copy that goes on from here.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            running: self
                .running
                .iter()
                .map(|(oid, digest)| (*oid, digest.fork()))
                .collect(),
            len: self.len,
            watch: self.watch.clone(),
        }
    }

    /// Octets so far.
    #[must_use]
    pub fn content_len(&self) -> u64 {
        self.len
    }

    pub(crate) fn finish(self) -> Vec<(ObjectIdentifier, Vec<u8>)> {
        self.running
            .into_iter()
            .map(|(oid, digest)| (oid, digest.finish()))
            .collect()
    }
}

impl Default for ContentDigester {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ContentDigester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let oids: Vec<_> = self.running.iter().map(|(oid, _)| oid).collect();
        f.debug_struct("ContentDigester")
            .field("digests", &oids)
            .field("len", &self.len)
            .finish()
    }
}

/// Content that can be read again.
pub trait Replay {
    /// Hands the whole content to `sink`, from its beginning.
    ///
    /// # Errors
    /// What `sink` returns, or why the content cannot be read again.
    fn replay(
        &mut self,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError>;
}

/// Content that is gone once it passed.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker")]
pub struct NoReplay;

impl Replay for NoReplay {
    fn replay(
        &mut self,
        _sink: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        Err(CmsError::Misuse(
            "the source of the content cannot be read a second time",
        ))
    }
}

impl Replay for &[u8] {
    fn replay(
        &mut self,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), CmsError>,
    ) -> Result<(), CmsError> {
        sink(self)
    }
}

/// One reading of a detached content: a mail's signed part may have reached us with its line ends as they
/// were signed, or with local ones (RFC 8551, 3.1.1).
pub struct ContentCandidate<'a> {
    pub(crate) digester: ContentDigester,
    pub(crate) replay: &'a mut dyn Replay,
}

impl<'a> ContentCandidate<'a> {
    /// Content that has passed `digester` and can be read again from `replay`.
    pub fn new(digester: ContentDigester, replay: &'a mut dyn Replay) -> Self {
        Self { digester, replay }
    }
}

impl fmt::Debug for ContentCandidate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentCandidate")
            .field("digester", &self.digester)
            .finish_non_exhaustive()
    }
}

/// The digests of one candidate, computed once.
pub(crate) struct DigestedContent<'a> {
    done: Vec<(ObjectIdentifier, Vec<u8>)>,
    len: u64,
    may_be_attributes: bool,
    replay: &'a mut dyn Replay,
    held: usize,
    message: Option<Vec<u8>>,
    /// Octets of messages that algorithms have taken whole.
    taken: u64,
}

impl<'a> DigestedContent<'a> {
    pub(crate) fn new(candidate: ContentCandidate<'a>, held: usize) -> Self {
        Self {
            len: candidate.digester.content_len(),
            may_be_attributes: candidate.digester.watch.is_attributes(),
            done: candidate.digester.finish(),
            replay: candidate.replay,
            held,
            message: None,
            taken: 0,
        }
    }

    /// Octets of content.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The digest by `oid`, from the first pass or a second one.
    pub(crate) fn digest(
        &mut self,
        oid: &ObjectIdentifier,
        provider: &CryptoProvider,
    ) -> Result<&[u8], CmsError> {
        let position = self.done.iter().position(|(done, _)| done == oid);
        let position = match position {
            Some(position) => position,
            None => {
                let mut digest = provider.digest(oid)?.start();
                self.replay.replay(&mut |chunk| {
                    digest.update(chunk);
                    Ok(())
                })?;
                self.done.push((*oid, digest.finish()));
                self.done.len() - 1
            }
        };
        Ok(self.done.get(position).map_or(&[], |(_, digest)| digest))
    }

    /// Whether the content has the form of attributes.
    pub(crate) fn may_be_attributes(&self) -> bool {
        self.may_be_attributes
    }

    /// The whole content, for algorithms that sign the message itself.
    pub(crate) fn message(&mut self) -> Result<&[u8], CmsError> {
        let held = self.held;
        if self.message.is_none() {
            if usize::try_from(self.len).map_or(true, |len| len > held) {
                return Err(CmsError::Limit(
                    "content that must be held whole (Limits::held)",
                ));
            }
            let mut message = Vec::new();
            self.replay.replay(&mut |chunk| {
                if message.len().saturating_add(chunk.len()) > held {
                    return Err(CmsError::Limit(
                        "content that must be held whole (Limits::held)",
                    ));
                }
                message.extend_from_slice(chunk);
                Ok(())
            })?;
            self.message = Some(message);
        }
        // Each signature hashes all of it anew.
        self.taken = self.taken.saturating_add(self.len);
        let allowed = held.saturating_mul(WHOLE_MESSAGES);
        if usize::try_from(self.taken).map_or(true, |taken| taken > allowed) {
            return Err(CmsError::Limit(
                "octets of content that signatures take whole (four times Limits::held)",
            ));
        }
        Ok(self.message.as_deref().unwrap_or_default())
    }
}
