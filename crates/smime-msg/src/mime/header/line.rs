//! What one line of a header is, octet by octet (RFC 5322, sections 2.2 and 4.5).
//!
//! Both the reader of a stream and the scanner of whole lines decide with this, so they agree.

/// What the lines of a block before this one were.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Seen {
    /// There was none.
    Nothing,
    /// An mbox separator only.
    Mbox,
    /// A field.
    Field,
}

impl Seen {
    /// The state after a line of this kind.
    pub(crate) const fn after(self, kind: LineKind) -> Self {
        match kind {
            LineKind::Field => Self::Field,
            LineKind::MboxFrom => Self::Mbox,
            _ => self,
        }
    }
}

/// What a line of a header is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum LineKind {
    /// Nothing but a line end.
    Blank,
    /// A folded line of the field before it.
    Continuation,
    /// The first line of a field.
    Field,
    /// The mbox separator.
    MboxFrom,
    /// Something else.
    NotAField,
    /// What may yet become a field, or an mbox separator, if more follows.
    Undecided,
}

impl LineKind {
    /// Tells what a line is after the lines before it.
    pub(crate) fn of(line: &[u8], seen: Seen) -> Self {
        if matches!(line.first(), Some(b' ' | b'\t')) && seen == Seen::Field {
            return Self::Continuation;
        }
        let mut state = LineState::Start;
        for &octet in line {
            match state.step(octet, seen) {
                Step::Go(LineState::Rest) => return Self::Field,
                Step::Go(next) => state = next,
                Step::Blank => return Self::Blank,
                Step::NotAField if seen == Seen::Nothing && is_mbox_line(line) => {
                    return Self::MboxFrom;
                }
                Step::NotAField => return Self::NotAField,
            }
        }
        Self::Undecided
    }
}

/// Where in a line the reader is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum LineState {
    /// Before its first octet.
    Start,
    /// After a CR that began it.
    Return,
    /// In a field name.
    Name,
    /// In white space between a name and its colon (RFC 5322, section 4.5.1).
    NameSpace,
    /// Anywhere after that; only the line end matters.
    Rest,
}

impl LineState {
    /// Takes an octet of the line.
    pub(super) const fn step(self, octet: u8, seen: Seen) -> Step {
        match (self, octet) {
            (Self::Start | Self::Return, b'\n') => Step::Blank,
            (Self::Start, b'\r') => Step::Go(Self::Return),
            (Self::Start, b' ' | b'\t') if matches!(seen, Seen::Field) => Step::Go(Self::Rest),
            (Self::Name | Self::NameSpace, b':') => Step::Go(Self::Rest),
            (Self::Start | Self::Name, b'!'..=b'9' | b';'..=b'~') => Step::Go(Self::Name),
            (Self::Name | Self::NameSpace, b' ' | b'\t') => Step::Go(Self::NameSpace),
            (Self::Rest, _) => Step::Go(Self::Rest),
            _ => Step::NotAField,
        }
    }
}

/// What an octet of a line means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Step {
    /// The line goes on.
    Go(LineState),
    /// The line is blank and ends.
    Blank,
    /// The line is no field.
    NotAField,
}

/// Whether a line is the separator of an mbox file.
pub(super) fn is_mbox_line(line: &[u8]) -> bool {
    line.starts_with(b"From ") || line.starts_with(b">From ")
}

/// The line without its CRLF or LF.
pub(crate) fn without_line_end(line: &[u8]) -> &[u8] {
    let Some(text) = line.strip_suffix(b"\n") else {
        return line;
    };
    text.strip_suffix(b"\r").unwrap_or(text)
}
