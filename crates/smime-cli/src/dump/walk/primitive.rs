//! Encodings without encodings in them, unless a string holds some.

use std::borrow::Cow;

use cms_core::ber::{Header, Tag};

use super::lookahead::is_well_formed;
use super::{Frame, Sink, Stop, Walk};
use crate::dump::expect::{Children, Identity};
use crate::dump::grammar::{Shape, Type, builtin, lookup, shown_name};
use crate::dump::value::{self, Value};

impl<'a> Walk<'a> {
    pub(super) fn primitive(
        &mut self,
        header: &Header,
        contents: &'a [u8],
        end: usize,
        sink: &mut dyn Sink,
    ) -> Result<(), Stop> {
        let mut identity = self.identify(header);
        let found = identity.found;
        let secret = self.is_secret(found);
        let shape = found.map(|found| &found.ty.concrete().shape);
        let value;
        let mut type_name = None;
        let mut held = None;
        let whole = self.held_by_segments(contents);
        match (shape, found) {
            _ if secret => value = Value::hidden(header.length),
            (_, Some(found)) if found.explicit => {
                identity.note("a tag around a value must be constructed");
                value = value::unknown(contents, self.options);
            }
            (Some(Shape::Simple(..)), _) if whole.is_some() => {
                type_name = builtin::of_tag(header.tag).map(|ty| Cow::Borrowed(ty.name));
                held = whole.map(|ty| (0, ty));
                value = whole.map_or(Value::None, |ty| Value::Holds(contents.len(), ty.name));
            }
            (Some(Shape::Simple(tag, names)), _) => {
                type_name = builtin::of_tag(*tag).map(|ty| Cow::Borrowed(ty.name));
                value = self.simple(*tag, names, contents, &mut identity);
            }
            (Some(Shape::Holding(tag, inner)), _) => {
                type_name = builtin::of_tag(*tag).map(|ty| Cow::Borrowed(ty.name));
                held = self.held(*tag, inner, contents);
                match held {
                    Some((start, ty)) => {
                        value = Value::Holds(contents.len().saturating_sub(start), ty.name)
                    }
                    None => {
                        value = self.simple(*tag, &[], contents, &mut identity);
                        if self.resolve(inner).is_some() {
                            identity.note("the contents are no encoding");
                        }
                    }
                }
            }
            (Some(Shape::Any) | None, _) => match builtin::of_tag(header.tag) {
                Some(ty) => {
                    type_name = Some(Cow::Borrowed(ty.name));
                    value = self.simple(header.tag, &[], contents, &mut identity);
                }
                None => value = value::unknown(contents, self.options),
            },
            (Some(_), found) => {
                type_name = found.map(|found| shown_name(found.ty.name));
                if header.tag.class() != 0 {
                    identity.note("must be constructed");
                }
                value = value::unknown(contents, self.options);
            }
        }
        if let (None, Some(found)) = (&identity.field, found)
            && matches!(shape, Some(Shape::Simple(..) | Shape::Holding(..)))
            && type_name.as_deref() != Some(found.ty.name)
        {
            identity.field = Some(shown_name(found.ty.name));
        }
        self.position = end;
        let index = self.count_child(&value, shape);
        let name = type_name.clone().unwrap_or_default();
        let field = identity.field.clone();
        self.emit(header, identity, index, type_name, value, sink)?;
        if let Some((skip, ty)) = held {
            self.position = end.saturating_sub(contents.len()).saturating_add(skip);
            self.push(Frame {
                end: Some(end),
                bound: end,
                children: Children::One(ty),
                count: 0,
                field,
                index: None,
                type_name: name,
                key: self.key(),
                key_is_own: false,
                private: false,
                hidden: self.is_hidden(),
            })?;
        }
        Ok(())
    }

    /// The value of a primitive type, with notes about what is odd with it.
    fn simple(
        &self,
        tag: Tag,
        names: &'static [(u64, &'static str)],
        contents: &[u8],
        identity: &mut Identity,
    ) -> Value {
        let (value, note) = value::simple(tag, names, contents, self.options);
        if let Some(note) = note {
            identity.note(note);
        }
        value
    }

    /// What a string holds, if it is known and really there: octets to pass over, and the type.
    fn held(
        &self,
        tag: Tag,
        inner: &'static Type,
        contents: &[u8],
    ) -> Option<(usize, &'static Type)> {
        let ty = self.resolve(inner)?;
        let skip = usize::from(tag == Tag::BIT_STRING);
        let octets = contents.get(skip..)?;
        let whole = skip == 0 || contents.first() == Some(&0);
        (whole && is_well_formed(octets, self.depth_limit)).then_some((skip, ty))
    }

    /// What the only segment of a string holds.
    fn held_by_segments(&self, contents: &[u8]) -> Option<&'static Type> {
        let frame = self.stack.last()?;
        match frame.children {
            Children::Segments(Tag::OCTET_STRING, Some(ty)) if frame.count == 0 => {
                is_well_formed(contents, self.depth_limit).then_some(ty)
            }
            _ => None,
        }
    }

    /// The type behind the object identifier, or the type itself.
    pub(super) fn resolve(&self, ty: &'static Type) -> Option<&'static Type> {
        match ty.concrete().shape {
            Shape::DefinedBy(registry) => lookup(
                registry,
                self.stack.last().and_then(|frame| frame.key.as_deref()),
            ),
            _ => Some(ty),
        }
    }
}
