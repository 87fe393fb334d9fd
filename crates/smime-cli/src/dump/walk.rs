//! The walk: from octets to a sequence of nodes, along a grammar, without recursion.
//!
//! The stack has a frame for each open encoding and knows what may follow in it. What does not fit is walked all the
//! same and marked. The walk ends at the end of the input or where the octets are no BER.

mod constructed;
mod lookahead;
mod node;
mod primitive;

use std::borrow::Cow;
use std::rc::Rc;

use cms_core::ber::{Header, Tag};
use cms_core::{DecodeError, DecodeErrorKind};

use super::Options;
use super::expect::{Children, Identity};
use super::grammar::{Match, Shape, Type};
use super::value::Value;
use lookahead::header_of_wrong_form;

pub(crate) use node::{Node, Sink, Stop};

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
            Err(kind @ DecodeErrorKind::WrongForm(_)) => {
                header_of_wrong_form(octets, offset).ok_or_else(|| self.broken(kind))
            }
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
            sink.end_of_contents(self.depth(), header, &what)?;
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
        let key = frame.key.as_deref();
        let mut identity = frame.children.identify(header.tag, key, frame.count);
        match header.tag {
            Tag::SEQUENCE | Tag::SET if !header.constructed => identity.note("must be constructed"),
            Tag::BOOLEAN | Tag::INTEGER | Tag::ENUMERATED | Tag::NULL | Tag::OBJECT_IDENTIFIER
                if header.constructed =>
            {
                identity.note("must be primitive");
            }
            _ => {}
        }
        identity
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

fn to_usize(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
