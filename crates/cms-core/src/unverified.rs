//! Content before its verdict.

/// Octets that came out of a layer whose signature, tag or MAC was not checked yet. Whoever uses them before the
/// layer's `finish` answers for it.
#[derive(Clone, Copy, Debug)]
pub struct Unverified<'a>(&'a [u8]);

impl<'a> Unverified<'a> {
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets, to be held back until the layer's verdict.
    #[must_use]
    pub fn danger_octets(self) -> &'a [u8] {
        self.0
    }
}
