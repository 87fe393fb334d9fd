//! Encodings of encodings, and names, which are shown as one line.

use std::borrow::Cow;

use cms_core::ber::{Header, Tag};

use super::{Frame, Sink, Stop, Walk};
use crate::dump::expect::Children;
use crate::dump::grammar::{Shape, builtin, certificate, shown_name};
use crate::dump::value::{self, Value};

impl Walk<'_> {
    pub(super) fn open(
        &mut self,
        header: &Header,
        contents: usize,
        end: Option<usize>,
        sink: &mut dyn Sink,
    ) -> Result<(), Stop> {
        if let Some(done) = self.name_on_a_line(header, sink)? {
            self.position = done;
            return Ok(());
        }
        let mut identity = self.identify(header);
        let found = identity.found;
        let secret = self.is_secret(found);
        let private_above = self.stack.last().is_some_and(|frame| frame.private);
        let mut private = private_above && found.is_none_or(|found| found.explicit);
        let mut type_name = None;
        let children = match found {
            Some(found) if found.explicit => Children::One(found.ty),
            Some(found) => {
                type_name = Some(shown_name(found.ty.name));
                match &found.ty.concrete().shape {
                    Shape::Sequence(fields) => Children::Fields(fields, 0),
                    Shape::PrivateSequence(fields) => {
                        private = true;
                        Children::Fields(fields, 0)
                    }
                    Shape::Set(fields) => Children::Set(fields, 0),
                    Shape::SequenceOf(of) | Shape::SetOf(of) => Children::Of(of),
                    Shape::Holding(tag, inner) => {
                        type_name = builtin::of_tag(*tag).map(|ty| Cow::Borrowed(ty.name));
                        Children::Segments(*tag, self.resolve(inner))
                    }
                    Shape::Simple(tag, _) => {
                        type_name = builtin::of_tag(*tag).map(|ty| Cow::Borrowed(ty.name));
                        if value::may_be_constructed(*tag) {
                            Children::Segments(*tag, None)
                        } else {
                            if header.tag.class() != 0 {
                                identity.note("must be primitive");
                            }
                            Children::Free
                        }
                    }
                    _ => {
                        type_name = universal_name(header.tag);
                        Children::of_unknown(header.tag)
                    }
                }
            }
            None => {
                type_name = universal_name(header.tag);
                Children::of_unknown(header.tag)
            }
        };
        let value = if secret {
            Value::hidden(header.length)
        } else {
            Value::None
        };
        let hidden = self.is_hidden() || secret;
        let index = self.count_child(&value, None);
        let (field, key) = (identity.field.clone(), self.key());
        let bound = end.unwrap_or_else(|| self.bound());
        let name = type_name.clone().unwrap_or_default();
        self.emit(header, identity, index, type_name, value, sink)?;
        self.position = contents;
        self.push(Frame {
            end,
            bound,
            children,
            count: 0,
            field,
            index,
            type_name: name,
            key,
            key_is_own: false,
            private,
            hidden,
        })
    }

    /// A whole Name as one line; where it ends.
    fn name_on_a_line(
        &mut self,
        header: &Header,
        sink: &mut dyn Sink,
    ) -> Result<Option<usize>, Stop> {
        if self.options.name_tree || self.is_hidden() || header.tag != Tag::SEQUENCE {
            return Ok(None);
        }
        let Some(frame) = self.stack.last() else {
            return Ok(None);
        };
        let is_name = frame
            .children
            .peek(header.tag, frame.key.as_deref())
            .is_some_and(|found| {
                !found.explicit && std::ptr::eq(found.ty.concrete(), &certificate::Name)
            });
        if !is_name {
            return Ok(None);
        }
        let bound = frame.bound.min(self.octets.len());
        let octets = self.octets.get(self.position..bound).unwrap_or_default();
        let Some((text, len)) = value::name(octets, header.offset, self.options) else {
            return Ok(None);
        };
        let identity = self.identify(header);
        let value = Value::Text(text);
        let index = self.count_child(&value, None);
        let type_name = Some(Cow::Borrowed("Name"));
        self.emit(header, identity, index, type_name, value, sink)?;
        Ok(Some(self.position.saturating_add(len)))
    }
}

/// SEQUENCE, SET and the string types; tags of other classes are shown as tags.
fn universal_name(tag: Tag) -> Option<Cow<'static, str>> {
    match tag {
        Tag::SEQUENCE => Some(Cow::Borrowed("SEQUENCE")),
        Tag::SET => Some(Cow::Borrowed("SET")),
        _ => builtin::of_tag(tag).map(|ty| Cow::Borrowed(ty.name)),
    }
}
