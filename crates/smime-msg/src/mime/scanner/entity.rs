//! What a scan finds: entities and where they are (RFC 2045, section 2.4).

use std::ops::Range;

use crate::mime::deviation::Deviations;
use crate::mime::header::HeaderBlock;
use crate::mime::media_type::ContentType;

/// A message or a part of one. Ranges count from the first octet of the message.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entity {
    /// The header.
    pub header: HeaderBlock,
    /// The whole entity: what is signed if this is the first part of a multipart/signed.
    pub range: Range<u64>,
    /// The header with its blank line.
    pub header_range: Range<u64>,
    /// What follows the header.
    pub body_range: Range<u64>,
    /// The media type, or what its absence means here (RFC 2046, sections 5.1 and 5.1.5).
    pub content_type: ContentType,
    /// The parts of a multipart, or the one message in a message/rfc822.
    pub children: Vec<Self>,
    /// Whether a multipart has its closing delimiter; true for anything else.
    pub closed: bool,
    /// What is odd about this entity, its children aside.
    pub deviations: Deviations,
}

impl Entity {
    /// An entity that begins here.
    pub(crate) fn new(start: u64) -> Self {
        Self {
            header: HeaderBlock::default(),
            range: start..start,
            header_range: start..start,
            body_range: start..start,
            content_type: ContentType::default(),
            children: Vec::new(),
            closed: true,
            deviations: Deviations::default(),
        }
    }
}

/// A whole message.
#[derive(Clone, Debug)]
pub struct EntityTree {
    root: Entity,
    octets: u64,
}

impl EntityTree {
    pub(crate) const fn new(root: Entity, octets: u64) -> Self {
        Self { root, octets }
    }

    /// The message itself.
    #[must_use]
    pub const fn root(&self) -> &Entity {
        &self.root
    }

    /// The message itself.
    #[must_use]
    pub fn into_root(self) -> Entity {
        self.root
    }

    /// The length of the message.
    #[must_use]
    pub const fn octets(&self) -> u64 {
        self.octets
    }

    /// All entities in the order of the message, with their depth from 0.
    #[must_use]
    pub fn entities(&self) -> Entities<'_> {
        Entities {
            open: vec![(0, &self.root)],
        }
    }
}

/// Walks over the entities of a tree.
#[derive(Debug)]
pub struct Entities<'a> {
    open: Vec<(usize, &'a Entity)>,
}

impl<'a> Iterator for Entities<'a> {
    type Item = (usize, &'a Entity);

    fn next(&mut self) -> Option<Self::Item> {
        let (depth, entity) = self.open.pop()?;
        let below = depth.saturating_add(1);
        let children = entity.children.iter().rev();
        self.open.extend(children.map(|child| (below, child)));
        Some((depth, entity))
    }
}
