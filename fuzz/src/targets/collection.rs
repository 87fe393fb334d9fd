//! ContentCollection and ContentWithAttributes at any chunking: the same members.

use cms_core::collection::{CollectionEvent, CollectionReader};
use cms_core::{DecodeError, oid};

fn read(content_type: &cms_core::ObjectIdentifier, chunks: &[&[u8]]) -> Option<Vec<Vec<u8>>> {
    let mut reader = CollectionReader::new(content_type, &crate::limits()).ok()?;
    let mut members = Vec::new();
    let mut complete = 0;
    for chunk in chunks {
        reader
            .push::<DecodeError>(chunk, &mut |event| {
                match event {
                    CollectionEvent::Begin(_) => members.push(Vec::new()),
                    CollectionEvent::Octets(octets) => {
                        if let Some(member) = members.last_mut() {
                            member.extend_from_slice(octets);
                        }
                    }
                    CollectionEvent::End => complete += 1,
                }
                Ok(())
            })
            .ok()?;
    }
    reader.finish().ok()?;
    assert_eq!(complete, members.len());
    Some(members)
}

/// Reads an input.
pub fn run(data: &[u8]) {
    for content_type in [oid::CONTENT_COLLECTION, oid::CONTENT_WITH_ATTRIBUTES] {
        let whole = read(&content_type, &[data.get(1..).unwrap_or_default()]);
        assert_eq!(whole, read(&content_type, &crate::chunks(data)));
    }
}
