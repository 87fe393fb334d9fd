//! The walk: from octets to a sequence of nodes, along a grammar, without recursion.
//!
//! The stack has a frame for each open encoding and knows what may follow in it. What does not fit is walked all the
//! same and marked. The walk ends at the end of the input or where the octets are no BER.

use std::borrow::Cow;
use std::io;
use std::rc::Rc;

use cms_core::ber::{Header, Tag};
use cms_core::{DecodeError, DecodeErrorKind};

use super::Options;
use super::expect::{Children, Identity};
use super::grammar::{Match, Shape, Type, builtin, certificate, lookup};
use super::value::{self, Value};

/// One encoding.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) depth: usize,
    pub(crate) header: Header,
    /// The component's name in its type.
    pub(crate) field: Option<Cow<'static, str>>,
    /// The position in a SEQUENCE OF or SET OF.
    pub(crate) index: Option<u64>,
    pub(crate) type_name: Option<Cow<'static, str>>,
    pub(crate) value: Value,
    /// What departs from the grammar or from DER.
    pub(crate) notes: Vec<Cow<'static, str>>,
}

/// Where nodes go.
pub(crate) trait Sink {
    /// An encoding: its header, and the value when it is primitive.
    fn node(&mut self, node: &Node) -> io::Result<()>;
    /// The end of an encoding of indefinite length.
    fn end_of_contents(&mut self, depth: usize, offset: u64, what: &str) -> io::Result<()>;
    /// A remark about the encoding that ends here.
    fn remark(&mut self, depth: usize, text: &str) -> io::Result<()>;
}

/// Why a walk ended before the end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The octets are no BER from here on, and more about it.
    Break(DecodeError, Option<String>),
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// An encoding that is open.
#[derive(Debug)]
struct Frame {
    /// Where its contents end; indefinite without.
    end: Option<usize>,
    /// Where the innermost definite length around its contents ends.
    bound: usize,
    children: Children,
    /// Encodings in it so far.
    count: u64,
    field: Option<Cow<'static, str>>,
    index: Option<u64>,
    type_name: Cow<'static, str>,
    /// The object identifier that says what follows.
    key: Option<Rc<str>>,
    key_is_own: bool,
    /// What the grammar does not know here may be a private key.
    private: bool,
    /// Nothing in it is shown.
    hidden: bool,
}

/// A walk over one object.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    octets: &'a [u8],
    position: usize,
    stack: Vec<Frame>,
    depth_limit: usize,
    options: Options,
}

impl<'a> Walk<'a> {
    /// A walk over `octets`, whose first encoding is of the type `root` if that is known.
    pub(crate) fn new(
        octets: &'a [u8],
        root: Option<&'static Type>,
        depth_limit: usize,
        options: Options,
    ) -> Self {
        let frame = Frame {
            end: None,
            bound: usize::MAX,
            children: root.map_or(Children::Free, Children::Root),
            count: 0,
            field: None,
            index: None,
            type_name: Cow::Borrowed("input"),
            key: None,
            key_is_own: false,
            private: false,
            hidden: false,
        };
        Self {
            octets,
            position: 0,
            stack: vec![frame],
            depth_limit,
            options,
        }
    }

    /// Walks to the end, or to where the octets break.
    pub(crate) fn run(mut self, sink: &mut dyn Sink) -> Result<(), Stop> {
        loop {
            self.close_finished(sink)?;
            if self.stack.len() == 1 && self.rest().is_empty() && self.position > 0 {
                return Ok(());
            }
            if self.stack.len() == 1 && self.position > 0 {
                let rest = self.rest();
                if rest.iter().all(|octet| *octet == 0) {
                    sink.remark(0, &format!("deviates: {} zero octets follow", rest.len()))?;
                    return Ok(());
                }
            }
            self.step(sink)?;
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.octets.get(self.position..).unwrap_or_default()
    }

    fn top(&mut self) -> Option<&mut Frame> {
        self.stack.last_mut()
    }

    /// Closes every definite encoding that ends here.
    fn close_finished(&mut self, sink: &mut dyn Sink) -> Result<(), Stop> {
        while self
            .stack
            .last()
            .is_some_and(|frame| frame.end == Some(self.position))
        {
            self.close(sink)?;
        }
        Ok(())
    }

    fn close(&mut self, sink: &mut dyn Sink) -> Result<(), Stop> {
        let Some(frame) = self.stack.pop() else {
            return Ok(());
        };
        if let Some(missing) = frame.children.missing(frame.count)
            && !frame.hidden
        {
            sink.remark(self.stack.len(), &format!("deviates: {missing} is missing"))?;
        }
        // The algorithm of a key says what the key beside it is.
        if let Some(parent) = self.top()
            && !parent.key_is_own
            && frame.key_is_own
        {
            parent.key = frame.key;
            parent.key_is_own = true;
        }
        Ok(())
    }

    /// Reads one header and what belongs to it.
    fn step(&mut self, sink: &mut dyn Sink) -> Result<(), Stop> {
        let header = self.header()?;
        if header.is_end_of_contents() {
            return self.end_of_contents(&header, sink);
        }
        let contents = to_usize(header.contents_offset());
        let end = match header.length {
            Some(length) => {
                let end = usize::try_from(length)
                    .ok()
                    .and_then(|length| contents.checked_add(length))
                    .ok_or_else(|| self.broken(DecodeErrorKind::LengthTooLarge))?;
                if end > self.bound() {
                    return Err(self.broken(DecodeErrorKind::BeyondParent));
                }
                Some(end)
            }
            None => None,
        };
        if header.constructed {
            return self.open(&header, contents, end, sink);
        }
        let end = end.unwrap_or(contents);
        match self.octets.get(contents..end) {
            Some(octets) => self.primitive(&header, octets, end, sink),
            None => {
                let there = self.octets.len().saturating_sub(contents);
                let identity = self.identify(&header);
                let length = header.length.unwrap_or_default();
                let what = identity.path_name(self.stack.last().map_or(0, |frame| frame.count));
                let text = format!("{length} octets are announced, {there} are there");
                Err(Stop::Break(self.truncated(&what), Some(text)))
            }
        }
    }

    fn header(&self) -> Result<Header, Stop> {
        let bound = self.bound().min(self.octets.len());
        let octets = self.octets.get(self.position..bound).unwrap_or_default();
        let offset = u64::try_from(self.position).unwrap_or(u64::MAX);
        match Header::parse(octets, offset) {
            Ok(Some(header)) => Ok(header),
            Ok(None) if bound < self.octets.len() => {
                Err(self.broken(DecodeErrorKind::BeyondParent))
            }
            Ok(None) => Err(Stop::Break(self.truncated(""), None)),
            Err(kind) => Err(self.broken(kind)),
        }
    }

    fn end_of_contents(&mut self, header: &Header, sink: &mut dyn Sink) -> Result<(), Stop> {
        let indefinite =
            self.stack.len() > 1 && self.stack.last().is_some_and(|frame| frame.end.is_none());
        if !indefinite {
            return Err(self.broken(DecodeErrorKind::UnexpectedEndOfContents));
        }
        self.position = to_usize(header.contents_offset());
        let (what, hidden) = self.stack.last().map_or_else(Default::default, |frame| {
            let what = frame.field.clone();
            (
                what.unwrap_or_else(|| frame.type_name.clone()),
                frame.hidden,
            )
        });
        self.close(sink)?;
        if !hidden {
            sink.end_of_contents(self.depth(), header.offset, &what)?;
        }
        Ok(())
    }

    /// Depth of the next node.
    fn depth(&self) -> usize {
        self.stack.len().saturating_sub(1)
    }

    fn bound(&self) -> usize {
        self.stack.last().map_or(usize::MAX, |frame| frame.bound)
    }

    fn is_hidden(&self) -> bool {
        self.stack.last().is_some_and(|frame| frame.hidden)
    }

    /// What the next encoding is, by the grammar.
    fn identify(&mut self, header: &Header) -> Identity {
        let Some(frame) = self.stack.last_mut() else {
            return Identity::default();
        };
        frame
            .children
            .identify(header.tag, frame.key.as_deref(), frame.count)
    }

    /// Whether what was found may be shown: what the grammar does not know may be a private key, in places.
    fn is_secret(&self, found: Option<Match>) -> bool {
        let private = self.stack.last().is_some_and(|frame| frame.private);
        match found.map(|found| &found.ty.concrete().shape) {
            Some(Shape::Secret) => true,
            Some(Shape::Any) | None => private,
            _ => false,
        }
    }

    fn primitive(
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
                identity.note("must be constructed");
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
    fn resolve(&self, ty: &'static Type) -> Option<&'static Type> {
        match ty.concrete().shape {
            Shape::DefinedBy(registry) => lookup(
                registry,
                self.stack.last().and_then(|frame| frame.key.as_deref()),
            ),
            _ => Some(ty),
        }
    }

    fn key(&self) -> Option<Rc<str>> {
        self.stack.last().and_then(|frame| frame.key.clone())
    }

    /// Counts an encoding in the one around it, and remembers an object identifier; its index.
    fn count_child(&mut self, value: &Value, shape: Option<&Shape>) -> Option<u64> {
        let frame = self.top()?;
        let index = frame.children.is_list().then_some(frame.count);
        frame.count = frame.count.saturating_add(1);
        let identifies = matches!(
            shape,
            None | Some(Shape::Any | Shape::Simple(Tag::OBJECT_IDENTIFIER, _))
        );
        if identifies
            && !frame.key_is_own
            && let Value::Oid { dotted, .. } = value
        {
            frame.key = Some(Rc::from(dotted.as_str()));
            frame.key_is_own = true;
        }
        index
    }

    fn open(
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
                            identity.note("must be primitive");
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

    fn push(&mut self, frame: Frame) -> Result<(), Stop> {
        self.stack.push(frame);
        if self.stack.len() > self.depth_limit.saturating_add(1) {
            return Err(self.broken(DecodeErrorKind::TooDeep));
        }
        Ok(())
    }

    fn emit(
        &self,
        header: &Header,
        identity: Identity,
        index: Option<u64>,
        type_name: Option<Cow<'static, str>>,
        value: Value,
        sink: &mut dyn Sink,
    ) -> Result<(), Stop> {
        if self.is_hidden() {
            return Ok(());
        }
        let mut notes = identity.notes;
        if !header.minimal && header.length.is_some() {
            notes.push(Cow::Borrowed("length or tag not minimal"));
        }
        sink.node(&Node {
            depth: self.depth(),
            header: *header,
            field: identity.field,
            index,
            type_name,
            value,
            notes,
        })?;
        Ok(())
    }

    fn broken(&self, kind: DecodeErrorKind) -> Stop {
        let offset = u64::try_from(self.position).unwrap_or(u64::MAX);
        let mut error = DecodeError::at(kind, offset);
        error.path = self.path("");
        Stop::Break(error, None)
    }

    fn truncated(&self, what: &str) -> DecodeError {
        let offset = u64::try_from(self.position).unwrap_or(u64::MAX);
        let mut error = DecodeError::at(DecodeErrorKind::Truncated, offset);
        error.path = self.path(what);
        error
    }

    /// The open fields, as `ContentInfo.content.signerInfos[0]`.
    fn path(&self, last: &str) -> String {
        let mut path = String::new();
        for frame in self.stack.iter().skip(1) {
            if let Some(index) = frame.index {
                path.push_str(&format!("[{index}]"));
                continue;
            }
            let name = match &frame.field {
                Some(field) => field,
                None if path.is_empty() => &frame.type_name,
                None => continue,
            };
            if !path.is_empty() && !name.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        }
        if !path.is_empty() && !last.is_empty() && !last.starts_with('[') {
            path.push('.');
        }
        path.push_str(last);
        path
    }
}

/// A name of a table as the standard writes it.
pub(crate) fn shown_name(name: &'static str) -> Cow<'static, str> {
    if name.contains('_') {
        Cow::Owned(name.replace('_', "-"))
    } else {
        Cow::Borrowed(name)
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

/// Whether octets are one encoding and nothing else, all the way down.
fn is_well_formed(octets: &[u8], depth_limit: usize) -> bool {
    let mut ends: Vec<Option<usize>> = Vec::new();
    let mut position = 0usize;
    loop {
        let bound = ends
            .iter()
            .rev()
            .find_map(|end| *end)
            .unwrap_or(octets.len());
        let Ok(Some(header)) = Header::parse(octets.get(position..bound).unwrap_or_default(), 0)
        else {
            return false;
        };
        let contents = position.saturating_add(to_usize(header.header_len));
        if header.is_end_of_contents() {
            if ends.pop() != Some(None) {
                return false;
            }
            position = contents;
        } else {
            let end = header
                .length
                .map(|length| contents.saturating_add(to_usize(length)));
            if end.is_some_and(|end| end > bound) || ends.len() >= depth_limit {
                return false;
            }
            if header.constructed {
                ends.push(end);
                position = contents;
            } else {
                position = end.unwrap_or(contents);
            }
        }
        while ends.last() == Some(&Some(position)) {
            ends.pop();
        }
        if ends.is_empty() {
            return position == octets.len();
        }
    }
}

fn to_usize(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
