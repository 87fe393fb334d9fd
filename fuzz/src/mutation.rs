//! Changes to messages, told by a script of octets: first to the tree of elements, whose lengths stay right, then to
//! the octets, whose lengths do not.

use testkit::ber::{Element, Lengths, Value};

/// Steps of a script at most.
const STEPS: usize = 12;

/// Octets of a mutated message at most.
const LONGEST: usize = 48 << 10;

/// The octets of a script, one after the other; zeros when they are over.
struct Script<'a>(&'a [u8]);

impl Script<'_> {
    fn next(&mut self) -> usize {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        usize::from(*first)
    }

    /// Two octets: positions in a message may be beyond 255.
    fn below(&mut self, bound: usize) -> usize {
        (self.next() << 8 | self.next()) % bound.max(1)
    }
}

/// The message after all steps of a script.
#[must_use]
pub fn mutate(message: &[u8], script: &[u8]) -> Vec<u8> {
    let mut script = Script(script);
    let Some(mut tree) = Element::parse(message) else {
        return message.to_vec();
    };
    let lengths = match script.next() % 4 {
        0 => Lengths::Indefinite,
        1 => Lengths::Long,
        _ => Lengths::Der,
    };
    for _ in 0..STEPS {
        if script.0.is_empty() {
            break;
        }
        step(&mut tree, &mut script);
    }
    let mut octets = tree.encode(lengths);
    octets.truncate(LONGEST);
    // Below ASN.1: a script that begins its last part with an odd octet changes octets as they come.
    while !script.0.is_empty() {
        let at = script.below(octets.len());
        let value = u8::try_from(script.next()).unwrap_or_default();
        match script.next() % 3 {
            0 => octets.truncate(at.max(1)),
            1 => octets.insert(at, value),
            _ => {
                if let Some(octet) = octets.get_mut(at) {
                    *octet ^= value;
                }
            }
        }
    }
    octets
}

/// One change to one element.
fn step(tree: &mut Element, script: &mut Script<'_>) {
    let count = tree.count();
    let (kind, number) = (script.next(), script.below(count));
    let other = script.below(count);
    let value = script.next();
    let grafted = tree.nth(other).cloned();
    let Some(element) = tree.nth(number) else {
        return;
    };
    match kind % 12 {
        0 => octet(element, value),
        1 => remove(element, value),
        2 => duplicate(element, value),
        3 => reverse(element),
        4 => {
            if let Some(grafted) = grafted.filter(|grafted| grafted.count() <= count / 2 + 1) {
                *element = grafted;
            }
        }
        5 => element.tag = u8::try_from(value).unwrap_or_default() & !0x20 | (element.tag & 0x20),
        6 => empty(element),
        7 => cut(element, value),
        8 => pieces(element),
        9 => wrap(element, value),
        10 => lengthen(element, value),
        _ => {
            if let (Some(grafted), Some(elements)) = (grafted, element.elements())
                && elements.len() < 64
                && grafted.count() <= count / 2 + 1
            {
                let at = value % (elements.len() + 1);
                elements.insert(at, grafted);
            }
        }
    }
}

fn octet(element: &mut Element, value: usize) {
    if let Some(octets) = element.octets() {
        let len = octets.len().max(1);
        if let Some(octet) = octets.get_mut(value % len) {
            *octet ^= 1 << (value % 8);
        }
    }
}

fn remove(element: &mut Element, value: usize) {
    if let Some(elements) = element.elements()
        && !elements.is_empty()
    {
        let at = value % elements.len();
        elements.remove(at);
    }
}

fn duplicate(element: &mut Element, value: usize) {
    if let Some(elements) = element.elements()
        && !elements.is_empty()
        && elements.len() < 64
    {
        let at = value % elements.len();
        elements.insert(at, elements[at].clone());
    }
}

fn reverse(element: &mut Element) {
    if let Some(elements) = element.elements() {
        elements.reverse();
    }
}

fn empty(element: &mut Element) {
    match &mut element.value {
        Value::Primitive(octets) => octets.clear(),
        Value::Constructed(elements) => elements.clear(),
    }
}

fn cut(element: &mut Element, value: usize) {
    if let Some(octets) = element.octets() {
        octets.truncate(octets.len().saturating_sub(value));
    }
}

/// A string in pieces.
fn pieces(element: &mut Element) {
    if let Value::Primitive(octets) = &element.value {
        let (front, back) = octets.split_at(octets.len() / 2);
        let pieces = [front, back].map(|piece| Element::primitive(0x04, piece));
        *element = Element::constructed(element.tag | 0x20, pieces.to_vec());
    }
}

fn wrap(element: &mut Element, value: usize) {
    let tag = [0x30, 0x31, 0xa0, 0xa1, 0x24][value % 5];
    *element = Element::constructed(tag, vec![element.clone()]);
}

fn lengthen(element: &mut Element, value: usize) {
    if let Some(octets) = element.octets() {
        octets.extend(std::iter::repeat_n(
            u8::try_from(value).unwrap_or_default(),
            value % 40,
        ));
    }
}
