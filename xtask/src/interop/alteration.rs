//! What is done to a good message to make the bad and the odd ones of it.

use anyhow::{Context as _, Result, bail};

use testkit::ber::{Element, Lengths, Value};

/// A change; it is made to a message of ours in DER.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Alteration {
    /// The last octet of what the path leads to, by one bit; see [`Element::at`].
    Bit(&'static [isize]),
    /// What the path leads to is left out.
    Without(&'static [isize]),
    /// The octets of what the path leads to become others.
    Octets(&'static [isize], &'static [u8]),
    /// The last octets of what the path leads to are cut off.
    Shorter(&'static [isize], usize),
    /// Another content beside a detached signature.
    OtherContent,
    /// The encryptedContent and tag of an AuthEnvelopedData in an EnvelopedData.
    Downgraded,
    /// All lengths in four octets.
    LongLengths,
    /// All constructed elements with indefinite length but what is signed.
    Indefinite,
    /// The content in pieces within pieces.
    Nested(&'static [isize]),
    /// Elements of a SET OF backwards.
    Backwards(&'static [isize]),
    /// The first half.
    Half,
    /// The outermost length is beyond the end.
    TooLong,
    /// Indefinite lengths, and the last end-of-contents is missing.
    Unended,
    /// A constructed OCTET STRING that holds an INTEGER.
    WrongPiece(&'static [isize]),
    /// The OCTET STRING has an indefinite length and is primitive.
    IndefinitePrimitive(&'static [isize]),
    /// The outermost length has nine octets.
    HugeLength,
}

/// Paths, from the ContentInfo on.
pub(crate) mod path {
    pub(crate) const CONTENT_TYPE: &[isize] = &[0];
    pub(crate) const VERSION: &[isize] = &[1, 0, 0];
    pub(crate) const ECONTENT_TYPE: &[isize] = &[1, 0, 2, 0];
    pub(crate) const ECONTENT: &[isize] = &[1, 0, 2, 1, 0];
    pub(crate) const CERTIFICATES: &[isize] = &[1, 0, 3];
    pub(crate) const SIGNER_INFOS: &[isize] = &[1, 0, -1];
    pub(crate) const SIGNER: &[isize] = &[1, 0, -1, 0];
    pub(crate) const SIGNER_DIGEST: &[isize] = &[1, 0, -1, 0, 2, 0];
    pub(crate) const SIGNED_ATTRS: &[isize] = &[1, 0, -1, 0, 3];
    pub(crate) const FIRST_ATTR: &[isize] = &[1, 0, -1, 0, 3, 0];
    pub(crate) const SIGNATURE: &[isize] = &[1, 0, -1, 0, -1];
    pub(crate) const RECIPIENTS: &[isize] = &[1, 0, 1];
    pub(crate) const ENCRYPTED_KEY: &[isize] = &[1, 0, 1, 0, -1];
    pub(crate) const ENCRYPTED_CONTENT: &[isize] = &[1, 0, 2, 2];
    pub(crate) const TAG: &[isize] = &[1, 0, -1];
    /// Of the first RecipientEncryptedKey of a KeyAgreeRecipientInfo.
    pub(crate) const AGREED_KEY: &[isize] = &[1, 0, 1, 0, -1, 0, 1];
    /// The ciphertext of a KEMRecipientInfo.
    pub(crate) const KEM_CIPHERTEXT: &[isize] = &[1, 0, 1, 0, 1, 3];
    /// The digest of a DigestedData, the MAC of an AuthenticatedData.
    pub(crate) const LAST: &[isize] = &[1, 0, -1];
    pub(crate) const COMPRESSED: &[isize] = &[1, 0, 2, 1, 0];
}

impl Alteration {
    /// The message, altered.
    pub(crate) fn apply(self, message: &[u8]) -> Result<Vec<u8>> {
        let Some(root) = Element::parse(message) else {
            bail!("no message in DER");
        };
        self.of(message, root)
            .context("the message has no such part")
    }

    fn of(self, message: &[u8], mut root: Element) -> Option<Vec<u8>> {
        match self {
            Self::Bit(path) => *root.at(path)?.octets()?.last_mut()? ^= 1,
            Self::Without(path) => {
                let (last, parent) = path.split_last()?;
                let elements = root.at(parent)?.elements()?;
                let index = usize::try_from(*last)
                    .ok()
                    .or_else(|| elements.len().checked_add_signed(*last));
                let index = index.filter(|index| *index < elements.len())?;
                elements.remove(index);
            }
            Self::Octets(path, octets) => {
                let found = root.at(path)?;
                found.value = if found.tag & 0x20 == 0 {
                    Value::Primitive(octets.to_vec())
                } else {
                    Value::Constructed(Vec::new())
                };
            }
            Self::Shorter(path, count) => {
                let octets = root.at(path)?.octets()?;
                octets.truncate(octets.len().saturating_sub(count));
            }
            Self::OtherContent => {}
            Self::Downgraded => {
                root.at(path::CONTENT_TYPE)?.value = Value::Primitive(ENVELOPED_DATA.to_vec());
                let tag = root.at(path::TAG)?.octets()?.clone();
                root.at(path::ENCRYPTED_CONTENT)?.octets()?.extend(tag);
                root.at(&[1, 0])?.elements()?.pop();
            }
            Self::LongLengths => return Some(with_lengths(&root, Lengths::Long)),
            Self::Indefinite => return Some(with_lengths(&root, Lengths::Indefinite)),
            Self::Nested(path) => {
                let content = root.at(path)?;
                let octets = content.octets()?.clone();
                let (front, back) = octets.split_at(octets.len() / 2);
                let piece = |octets| Element::primitive(0x04, octets);
                let pieces =
                    Element::constructed(0x24, vec![piece(front), piece(b""), piece(back)]);
                content.tag |= 0x20;
                content.value = Value::Constructed(vec![Element::constructed(0x24, vec![pieces])]);
            }
            Self::Backwards(path) => root.at(path)?.elements()?.reverse(),
            Self::Half => return message.get(..message.len() / 2).map(<[u8]>::to_vec),
            Self::TooLong => {
                let mut octets = message.to_vec();
                // The last octet of a length of two octets, or the only one of a short one.
                let long = octets.get(1)? & 0x80 != 0;
                let length = octets.get_mut(if long { 3 } else { 1 })?;
                *length = length.wrapping_add(1);
                return Some(octets);
            }
            Self::Unended => {
                let mut octets = with_lengths(&root, Lengths::Indefinite);
                octets.truncate(octets.len().saturating_sub(2));
                return Some(octets);
            }
            Self::WrongPiece(path) => {
                let content = root.at(path)?;
                let octets = content.octets()?.clone();
                content.tag |= 0x20;
                content.value = Value::Constructed(vec![Element::primitive(0x02, &octets)]);
            }
            Self::IndefinitePrimitive(path) => {
                // Its length becomes 0x80, and two octets of zero follow its value.
                let octets = root.at(path)?.octets()?.clone();
                let mark = [0x5a; 11];
                root.at(path)?.value = Value::Primitive(mark.to_vec());
                let encoded = with_lengths(&root, Lengths::Indefinite);
                let at = encoded
                    .windows(mark.len())
                    .position(|window| window == mark)?;
                let front = encoded.get(..at.checked_sub(1)?)?;
                let back = encoded.get(at.checked_add(mark.len())?..)?;
                return Some([front, &[0x80], &octets, &[0, 0], back].concat());
            }
            Self::HugeLength => {
                let content = message.get(4..)?;
                return Some([&[0x30, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0], content].concat());
            }
        }
        Some(root.encode(Lengths::Der))
    }
}

/// The contents of id-envelopedData.
const ENVELOPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";

/// With other lengths everywhere but in what is signed in DER: certificates, and signed attributes.
fn with_lengths(root: &Element, lengths: Lengths) -> Vec<u8> {
    let choose = |element: &Element, depth| match (element.tag, depth) {
        (0xa0, 3 | 5) => Lengths::Der,
        _ => lengths,
    };
    root.encode_by(&choose, 0)
}

#[cfg(test)]
mod tests {
    use super::{Alteration, path};

    /// ContentInfo, its type and [0] around a SEQUENCE of a version, an OCTET STRING, and two of them in a SET.
    const MESSAGE: &[u8] =
        b"\x30\x18\x06\x01\x2a\xa0\x13\x30\x11\x02\x01\x00\x04\x04abcd\x31\x06\x04\x01x\x04\x01y";

    fn altered(alteration: Alteration) -> Vec<u8> {
        alteration.apply(MESSAGE).unwrap()
    }

    #[test]
    fn each_alteration_alters() {
        const CONTENT: &[isize] = &[1, 0, 1];
        const SET: &[isize] = &[1, 0, 2];
        for alteration in [
            Alteration::Bit(path::VERSION),
            Alteration::Without(SET),
            Alteration::Octets(CONTENT, b""),
            Alteration::Shorter(CONTENT, 1),
            Alteration::LongLengths,
            Alteration::Indefinite,
            Alteration::Nested(CONTENT),
            Alteration::Backwards(SET),
            Alteration::Half,
            Alteration::TooLong,
            Alteration::Unended,
            Alteration::WrongPiece(CONTENT),
            Alteration::IndefinitePrimitive(CONTENT),
            Alteration::HugeLength,
        ] {
            assert_ne!(altered(alteration), MESSAGE, "{alteration:?}");
        }
        assert_eq!(altered(Alteration::OtherContent), MESSAGE);
    }

    #[test]
    fn what_is_not_there_is_not_altered() {
        for alteration in [
            Alteration::Bit(&[7]),
            Alteration::Without(&[1, 0, 9]),
            Alteration::Shorter(&[1], 1),
        ] {
            assert!(alteration.apply(MESSAGE).is_err(), "{alteration:?}");
        }
        assert!(Alteration::Half.apply(b"no DER").is_err());
    }

    #[test]
    fn an_indefinite_primitive_keeps_its_octets() {
        let octets = altered(Alteration::IndefinitePrimitive(&[1, 0, 1]));
        assert!(
            octets
                .windows(8)
                .any(|window| window == b"\x04\x80abcd\0\0")
        );
    }
}
