//! DER as a tree of elements, to be changed and written again, in DER or not: how tests make broken and odd messages
//! of good ones.

/// An element; identifiers of one octet are all that CMS has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Element {
    /// The identifier octet.
    pub tag: u8,
    /// What it holds.
    pub value: Value,
}

/// The contents of an element.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete by definition")]
pub enum Value {
    /// Octets.
    Primitive(Vec<u8>),
    /// Elements.
    Constructed(Vec<Element>),
}

/// How lengths are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete by definition")]
pub enum Lengths {
    /// As short as can be.
    Der,
    /// With four octets, however short.
    Long,
    /// Indefinite, where the element is constructed.
    Indefinite,
}

impl Element {
    /// The element that octets are, with nothing behind it.
    #[must_use]
    pub fn parse(octets: &[u8]) -> Option<Self> {
        let (element, rest) = Self::first(octets, 0)?;
        rest.is_empty().then_some(element)
    }

    /// An element of octets.
    #[must_use]
    pub fn primitive(tag: u8, octets: &[u8]) -> Self {
        Self {
            tag,
            value: Value::Primitive(octets.to_vec()),
        }
    }

    /// An element of elements.
    #[must_use]
    pub fn constructed(tag: u8, elements: Vec<Self>) -> Self {
        Self {
            tag,
            value: Value::Constructed(elements),
        }
    }

    fn first(octets: &[u8], depth: usize) -> Option<(Self, &[u8])> {
        let (&tag, rest) = octets.split_first()?;
        let (&first, mut rest) = rest.split_first()?;
        let mut length = usize::from(first);
        if first >= 0x80 {
            let (number, behind) = rest.split_at_checked(usize::from(first & 0x7f))?;
            length = number.iter().try_fold(0_usize, |length, octet| {
                length.checked_mul(256)?.checked_add(usize::from(*octet))
            })?;
            rest = behind;
        }
        let (mut content, rest) = rest.split_at_checked(length)?;
        if tag & 0x20 == 0 {
            return Some((Self::primitive(tag, content), rest));
        }
        let mut elements = Vec::new();
        while !content.is_empty() {
            let deeper = depth.checked_add(1).filter(|depth| *depth < DEEPEST)?;
            let (element, behind) = Self::first(content, deeper)?;
            elements.push(element);
            content = behind;
        }
        Some((Self::constructed(tag, elements), rest))
    }

    /// The octets, with lengths in this form.
    #[must_use]
    pub fn encode(&self, lengths: Lengths) -> Vec<u8> {
        self.encode_by(&|_, _| lengths, 0)
    }

    /// The octets, with lengths chosen for each element and its depth; what is in DER is so throughout.
    #[must_use]
    pub fn encode_by(&self, choose: &dyn Fn(&Self, usize) -> Lengths, depth: usize) -> Vec<u8> {
        let lengths = choose(self, depth);
        let content: Vec<u8> = match &self.value {
            Value::Primitive(octets) => octets.clone(),
            Value::Constructed(elements) => elements
                .iter()
                .flat_map(|element| match lengths {
                    Lengths::Der => element.encode_by(&|_, _| Lengths::Der, depth),
                    _ => element.encode_by(choose, depth.saturating_add(1)),
                })
                .collect(),
        };
        let mut octets = vec![self.tag];
        if lengths == Lengths::Indefinite && matches!(self.value, Value::Constructed(_)) {
            octets.push(0x80);
            octets.extend(content);
            octets.extend([0, 0]);
            return octets;
        }
        octets.extend(length(content.len(), lengths));
        octets.extend(content);
        octets
    }

    /// The element at a path of positions; negative ones count from the end.
    pub fn at(&mut self, path: &[isize]) -> Option<&mut Self> {
        let mut element = self;
        for position in path {
            let elements = element.elements()?;
            let index = if *position < 0 {
                elements.len().checked_add_signed(*position)
            } else {
                usize::try_from(*position).ok()
            };
            element = elements.get_mut(index?)?;
        }
        Some(element)
    }

    /// The elements of a constructed one.
    pub fn elements(&mut self) -> Option<&mut Vec<Self>> {
        match &mut self.value {
            Value::Constructed(elements) => Some(elements),
            Value::Primitive(_) => None,
        }
    }

    /// The octets of a primitive one.
    pub fn octets(&mut self) -> Option<&mut Vec<u8>> {
        match &mut self.value {
            Value::Primitive(octets) => Some(octets),
            Value::Constructed(_) => None,
        }
    }

    /// This element and all below it.
    #[must_use]
    pub fn count(&self) -> usize {
        match &self.value {
            Value::Primitive(_) => 1,
            Value::Constructed(elements) => elements
                .iter()
                .map(Self::count)
                .fold(1, usize::saturating_add),
        }
    }

    /// The element of this number, itself being 0, those below it in the order of their octets.
    pub fn nth(&mut self, number: usize) -> Option<&mut Self> {
        let Some(mut left) = number.checked_sub(1) else {
            return Some(self);
        };
        for element in self.elements()? {
            let count = element.count();
            if left < count {
                return element.nth(left);
            }
            left = left.checked_sub(count)?;
        }
        None
    }
}

/// Elements within elements at most.
const DEEPEST: usize = 64;

fn length(length: usize, lengths: Lengths) -> Vec<u8> {
    let octets = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    if lengths == Lengths::Long {
        return [&[0x84][..], &octets].concat();
    }
    if length < 0x80 {
        return octets.last().copied().into_iter().collect();
    }
    let short: Vec<u8> = octets.into_iter().skip_while(|octet| *octet == 0).collect();
    let count = u8::try_from(short.len()).unwrap_or(4);
    [&[0x80 | count][..], &short].concat()
}

#[cfg(test)]
mod tests {
    use super::{Element, Lengths};

    const SEQUENCE: &[u8] = b"\x30\x05\x04\x01a\x31\x00";

    #[test]
    fn what_is_read_is_written() {
        let long = [&b"\x30\x82\x01\x04\x04\x82\x01\x00"[..], &[7; 256]].concat();
        for der in [SEQUENCE, &long] {
            assert_eq!(Element::parse(der).unwrap().encode(Lengths::Der), der);
        }
        assert!(Element::parse(b"\x30\x02\x04").is_none());
        assert!(Element::parse(b"\x30\x00\x00").is_none());
        assert!(Element::parse(&[0x30, 0x80].repeat(70)).is_none());
    }

    #[test]
    fn lengths_have_three_forms() {
        let element = Element::parse(SEQUENCE).unwrap();
        let indefinite = b"\x30\x80\x04\x01a\x31\x80\0\0\0\0";
        assert_eq!(element.encode(Lengths::Indefinite), indefinite);
        let long = b"\x30\x84\0\0\0\x0d\x04\x84\0\0\0\x01a\x31\x84\0\0\0\0";
        assert_eq!(element.encode(Lengths::Long), long);
    }

    #[test]
    fn parts_are_found_from_both_ends() {
        let mut element = Element::parse(SEQUENCE).unwrap();
        element.at(&[-2]).unwrap().octets().unwrap()[0] = b'b';
        assert_eq!(element.encode(Lengths::Der), b"\x30\x05\x04\x01b\x31\x00");
        assert!(element.at(&[2]).is_none() && element.at(&[0, 0]).is_none());
    }

    #[test]
    fn elements_are_numbered_in_their_order() {
        let mut element = Element::parse(b"\x30\x08\x31\x03\x04\x01a\x04\x01b").unwrap();
        assert_eq!(element.count(), 4);
        let tags: Vec<u8> = (0..4)
            .map(|number| element.nth(number).unwrap().tag)
            .collect();
        assert_eq!(tags, [0x30, 0x31, 0x04, 0x04]);
        assert_eq!(element.nth(3).unwrap().octets().unwrap(), b"b");
        assert!(element.nth(4).is_none());
    }
}
