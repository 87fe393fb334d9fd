//! Nodes, and where they go.

use std::borrow::Cow;
use std::io;

use cms_core::DecodeError;
use cms_core::ber::Header;

use crate::dump::value::Value;

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
    fn end_of_contents(&mut self, depth: usize, header: &Header, what: &str) -> io::Result<()>;
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
