//! What may follow within an encoding, and what an encoding that follows is taken for.

use std::borrow::Cow;

use cms_core::ber::Tag;

use super::grammar::{Field, Match, Shape, Tagging, Type, shown_name};

/// What the encodings within another one are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Children {
    /// The components of a SEQUENCE from a position on.
    Fields(&'static [Field], usize),
    /// Nothing is known.
    Free,
    /// Encodings of one type.
    Of(&'static Type),
    /// One encoding: what a tag or a string holds.
    One(&'static Type),
    /// The object itself.
    Root(&'static Type),
    /// The pieces of a string of this tag, and what the first holds if it is the whole.
    Segments(Tag, Option<&'static Type>),
    /// The components of a SET, and which of them are there, as bits.
    Set(&'static [Field], u64),
}

/// What an encoding is taken for.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    pub(crate) field: Option<Cow<'static, str>>,
    pub(crate) found: Option<Match>,
    pub(crate) notes: Vec<Cow<'static, str>>,
}

impl Identity {
    fn new(field: Option<&'static str>, found: Match) -> Self {
        let field = field.map(shown_name);
        let field = match (field, found.alternative) {
            (Some(field), Some(alternative)) => {
                Some(Cow::Owned(format!("{field}.{}", shown_name(alternative))))
            }
            (None, Some(alternative)) => Some(shown_name(alternative)),
            (field, None) => field,
        };
        Self {
            field,
            found: Some(found),
            notes: Vec::new(),
        }
    }

    fn deviating(text: String) -> Self {
        Self {
            notes: vec![Cow::Owned(text)],
            ..Self::default()
        }
    }

    /// A departure from the type.
    pub(crate) fn note(&mut self, text: impl Into<Cow<'static, str>>) {
        self.notes
            .push(Cow::Owned(format!("deviates: {}", text.into())));
    }

    /// The last part of a path.
    pub(crate) fn path_name(&self, index: u64) -> Cow<'static, str> {
        match (&self.field, self.found) {
            (Some(field), _) => field.clone(),
            (None, Some(_)) => Cow::Borrowed(""),
            (None, None) => Cow::Owned(format!("[{index}]")),
        }
    }
}

impl Children {
    /// Within an encoding that the grammar does not know: pieces of a string, or anything.
    pub(crate) fn of_unknown(tag: Tag) -> Self {
        if super::value::may_be_constructed(tag) {
            Self::Segments(tag, None)
        } else {
            Self::Free
        }
    }

    /// Whether encodings are counted rather than named.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::Of(_) | Self::Segments(..))
    }

    /// What an encoding of this tag would be here, without taking it.
    pub(crate) fn peek(&self, tag: Tag, key: Option<&str>) -> Option<Match> {
        match self {
            Self::Fields(fields, next) => fields
                .iter()
                .skip(*next)
                .find_map(|field| field.accepts(tag, key)),
            Self::Of(ty) | Self::One(ty) | Self::Root(ty) => ty.accepts(tag, key),
            Self::Set(fields, _) => fields.iter().find_map(|field| field.accepts(tag, key)),
            Self::Free | Self::Segments(..) => None,
        }
    }

    /// Takes an encoding of this tag; `count` others stand before it.
    pub(crate) fn identify(&mut self, tag: Tag, key: Option<&str>, count: u64) -> Identity {
        match self {
            Self::Fields(fields, next) => {
                let (identity, after) = take_field(fields, *next, tag, key);
                *next = after;
                identity
            }
            Self::Set(fields, seen) => take_member(fields, seen, tag, key),
            Self::Of(ty) => of_type(ty, tag, key),
            Self::One(_) if count > 0 => {
                Identity::deviating("deviates: one value is expected".into())
            }
            Self::Root(_) if count > 0 => {
                Identity::deviating("deviates: octets follow the end of the encoding".into())
            }
            Self::One(ty) | Self::Root(ty) => of_type(ty, tag, key),
            Self::Segments(own, _) => segment(*own, tag),
            Self::Free => Identity::default(),
        }
    }

    /// The first component that must be there and is not, after `count` encodings.
    pub(crate) fn missing(&self, count: u64) -> Option<Cow<'static, str>> {
        match self {
            Self::Fields(fields, next) => fields
                .iter()
                .skip(*next)
                .find(|field| !field.optional)
                .map(|field| shown_name(field.name)),
            Self::Set(fields, seen) => fields
                .iter()
                .enumerate()
                .find(|(index, field)| !field.optional && seen & bit(*index) == 0)
                .map(|(_, field)| shown_name(field.name)),
            Self::One(ty) if count == 0 => Some(shown_name(ty.name)),
            _ => None,
        }
    }
}

fn bit(index: usize) -> u64 {
    u32::try_from(index)
        .ok()
        .and_then(|index| 1u64.checked_shl(index))
        .unwrap_or_default()
}

/// The first component from `next` on that the tag fits, and the position behind it.
fn take_field(
    fields: &'static [Field],
    next: usize,
    tag: Tag,
    key: Option<&str>,
) -> (Identity, usize) {
    let ahead = || fields.iter().enumerate().skip(next);
    let Some((index, field, found)) =
        ahead().find_map(|(index, field)| Some((index, field, field.accepts(tag, key)?)))
    else {
        let expected = ahead()
            .find(|(_, field)| !field.optional)
            .or_else(|| ahead().next());
        let text = match expected {
            Some((_, field)) => format!("deviates: expected {}", wanted(field)),
            None => "deviates: no further field is expected".to_owned(),
        };
        return (Identity::deviating(text), next);
    };
    let mut identity = Identity::new(Some(field.name), found);
    let passed = ahead().take(index.saturating_sub(next));
    for (_, missing) in passed.filter(|(_, field)| !field.optional) {
        identity.note(format!("{} is missing before it", wanted(missing)));
    }
    (identity, index.saturating_add(1))
}

/// The component of a SET that the tag fits.
fn take_member(fields: &'static [Field], seen: &mut u64, tag: Tag, key: Option<&str>) -> Identity {
    let found = fields
        .iter()
        .enumerate()
        .find_map(|(index, field)| Some((index, field, field.accepts(tag, key)?)));
    let Some((index, field, found)) = found else {
        return Identity::deviating("deviates: no such member of the SET".into());
    };
    let mut identity = Identity::new(Some(field.name), found);
    if *seen & bit(index) != 0 {
        identity.note("a member of the SET occurs twice");
    }
    *seen |= bit(index);
    identity
}

fn of_type(ty: &'static Type, tag: Tag, key: Option<&str>) -> Identity {
    match ty.accepts(tag, key) {
        Some(found) => Identity::new(None, found),
        None => {
            let name = resolved(ty, key).map_or(ty.name, |ty| ty.name);
            Identity::deviating(format!("deviates: expected {}", shown_name(name)))
        }
    }
}

/// The type behind an object identifier, for messages.
fn resolved(ty: &'static Type, key: Option<&str>) -> Option<&'static Type> {
    match ty.concrete().shape {
        Shape::DefinedBy(registry) => super::grammar::lookup(registry, key),
        _ => None,
    }
}

/// A piece of a string (X.690, 8.7.3 and 8.6.4): of the universal type whatever the tag around is.
fn segment(own: Tag, tag: Tag) -> Identity {
    match super::grammar::builtin::of_tag(own) {
        Some(ty) if tag == own || tag == Tag::OCTET_STRING => Identity {
            field: Some(Cow::Borrowed("segment")),
            found: Some(Match {
                ty,
                alternative: None,
                explicit: false,
            }),
            notes: Vec::new(),
        },
        _ => Identity::deviating(format!("deviates: expected a segment of {own}")),
    }
}

/// A field and its type, as in the standard.
fn wanted(field: &Field) -> String {
    let name = shown_name(field.name);
    let ty = shown_name(field.ty.name);
    match field.tagging {
        Tagging::Plain => format!("{name}: {ty}"),
        Tagging::Explicit(number) | Tagging::Implicit(number) => format!("{name} [{number}]: {ty}"),
    }
}
