//! Opening: peels a message through MIME and CMS nesting, with one report of all layers.
//!
//! One loop: identify the content, run its reader, feed what it holds to the next. Content waits in a spool until
//! its layer's verdict is known; the last spool is released by the caller, who has seen the whole stack.
//! Every decrypted or signed part is an origin of its own and never joined with its neighbours (RFC 8551, 6).

mod assess;
mod cms;
mod detached;
mod entity;
mod layer;
mod peel;
mod signed_parts;

use std::io::{self, Read};

use cms_core::key::{CertificateStore, KeyStore};
use cms_core::policy::Policy;
use cms_core::provider::CryptoProvider;
use cms_core::{CmsError, DecodeError, Limits};

use crate::format::Format;
use crate::mime::error::MimeError;
use crate::mime::header::HeaderBlock;
use crate::spool::{Spool, Spools};

pub use assess::{Assessment, Checking, PathStatus, Trust};
pub use layer::{Form, Layer, LayerKind};

/// What opening needs besides the message.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct OpenContext<'a> {
    /// Algorithms.
    pub provider: &'a CryptoProvider,
    /// What may be used.
    pub policy: &'a dyn Policy,
    /// What the message may cost.
    pub limits: &'a Limits,
    /// Private keys.
    pub keys: &'a dyn KeyStore,
    /// Certificates of signers that are not in the message.
    pub certificates: &'a dyn CertificateStore,
    /// Where content waits.
    pub spools: &'a dyn Spools,
    /// How signers are trusted; `None` checks signatures only.
    pub trust: Option<&'a Trust<'a>>,
}

impl core::fmt::Debug for OpenContext<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OpenContext")
            .field("policy", &self.policy)
            .field("trust", &self.trust)
            .finish_non_exhaustive()
    }
}

/// Why opening stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A CMS layer.
    #[error(transparent)]
    Cms(#[from] CmsError),
    /// Input/output.
    #[error("input/output")]
    Io(#[from] io::Error),
    /// More layers than `Limits::layers`.
    #[error("more layers than the limit")]
    Layers,
    /// A collection.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A MIME layer.
    #[error(transparent)]
    Mime(#[from] MimeError),
    /// A multipart/signed without its two parts (RFC 1847, 2.1).
    #[error("multipart/signed has no signature part")]
    NoSignaturePart,
}

/// A message that was opened, as far as it could be.
#[derive(Debug)]
#[non_exhaustive]
pub struct Opened {
    /// All layers, the outermost first; layers within parts of a multipart follow their container.
    pub layers: Vec<Layer>,
    /// The innermost content, not to be released before the layers were judged.
    pub content: Option<Content>,
    /// Why opening stopped before the innermost layer.
    pub error: Option<OpenError>,
    /// From, or Sender, of the outermost header.
    pub senders: Vec<String>,
    /// The outermost header, where the message has one.
    pub header: Option<HeaderBlock>,
}

/// Content that waits.
pub struct Content(Box<dyn Spool>);

impl core::fmt::Debug for Content {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Content({} octets)", self.0.len())
    }
}

impl Content {
    /// The spool.
    #[must_use]
    pub fn into_spool(self) -> Box<dyn Spool> {
        self.0
    }
}

/// How far to peel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "complete")]
pub enum Extent {
    /// Every layer.
    All,
    /// The outermost cryptographic layer.
    One,
    /// Every layer that can be seen without keys and without the content of detached signatures.
    Outside,
}

/// Opens every layer of a message whose format is detected.
#[must_use]
pub fn open(source: Box<dyn Read + '_>, context: &OpenContext<'_>) -> Opened {
    open_as(source, None, Extent::All, None, context)
}

/// Opens a message as a format, or as what it looks like, to an extent. `detached` is the content of a
/// detached signature.
#[must_use]
pub fn open_as<'a>(
    source: Box<dyn Read + 'a>,
    format: Option<Format>,
    extent: Extent,
    detached: Option<Box<dyn Read + 'a>>,
    context: &OpenContext<'_>,
) -> Opened {
    let mut opener = peel::Opener::new(context, extent);
    let result = opener.run(source, format, detached);
    let (layers, senders, header) = opener.finish();
    let (content, error) = match result {
        Ok(content) => (content.map(Content), None),
        Err(error) => (None, Some(error)),
    };
    Opened {
        layers,
        content,
        error,
        senders,
        header,
    }
}
