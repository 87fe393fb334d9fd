//! What the readers of all layers with one content have in common.

use crate::authenticated::AuthenticatedDataReader;
use crate::compressed::CompressedDataReader;
use crate::digested::DigestedDataReader;
use crate::encrypted::EncryptedDataReader;
use crate::enveloped::EnvelopedDataReader;
use crate::error::CmsError;
use crate::plain::DataReader;
use crate::unverified::Unverified;

/// Receives content before its layer's verdict.
pub type ContentSink<'s> = dyn FnMut(Unverified<'_>) -> Result<(), CmsError> + 's;

/// A push reader whose verdict needs nothing but the message and its content: all but those of SignedData and
/// TimeStampedData, which may read the content a second time.
pub trait LayerReader {
    /// Takes more octets of the message; content goes to `content` as it comes.
    ///
    /// # Errors
    /// What makes the message unreadable, and what `content` returns.
    fn push(&mut self, input: &[u8], content: &mut ContentSink<'_>) -> Result<(), CmsError>;

    /// Takes content (ciphertext, for encrypted types) that is not in the message, after all of the message.
    ///
    /// # Errors
    /// A truncated message, one that holds content, types that have no detached form.
    fn push_detached(
        &mut self,
        octets: &[u8],
        content: &mut ContentSink<'_>,
    ) -> Result<(), CmsError>;

    /// The input is over: the last content, and the verdict.
    ///
    /// # Errors
    /// A truncated input, a verdict that is not good.
    fn finish(&mut self, content: &mut ContentSink<'_>) -> Result<(), CmsError>;
}

impl LayerReader for EnvelopedDataReader<'_> {
    fn push(&mut self, input: &[u8], content: &mut ContentSink<'_>) -> Result<(), CmsError> {
        self.push(input, content)
    }

    fn push_detached(
        &mut self,
        octets: &[u8],
        content: &mut ContentSink<'_>,
    ) -> Result<(), CmsError> {
        self.push_detached(octets, content)
    }

    fn finish(&mut self, content: &mut ContentSink<'_>) -> Result<(), CmsError> {
        self.finish(content)
    }
}

impl LayerReader for EncryptedDataReader<'_> {
    fn push(&mut self, input: &[u8], content: &mut ContentSink<'_>) -> Result<(), CmsError> {
        self.push(input, content)
    }

    fn push_detached(
        &mut self,
        octets: &[u8],
        content: &mut ContentSink<'_>,
    ) -> Result<(), CmsError> {
        self.push_detached(octets, content)
    }

    fn finish(&mut self, content: &mut ContentSink<'_>) -> Result<(), CmsError> {
        self.finish(content)
    }
}

impl LayerReader for AuthenticatedDataReader<'_> {
    fn push(&mut self, input: &[u8], content: &mut ContentSink<'_>) -> Result<(), CmsError> {
        self.push(input, content)
    }

    fn push_detached(
        &mut self,
        octets: &[u8],
        content: &mut ContentSink<'_>,
    ) -> Result<(), CmsError> {
        self.push_detached(octets)?;
        content(Unverified::new(octets))
    }

    fn finish(&mut self, _content: &mut ContentSink<'_>) -> Result<(), CmsError> {
        self.finish()
    }
}

impl LayerReader for DigestedDataReader<'_> {
    fn push(&mut self, input: &[u8], content: &mut ContentSink<'_>) -> Result<(), CmsError> {
        self.push(input, content)
    }

    fn push_detached(
        &mut self,
        octets: &[u8],
        content: &mut ContentSink<'_>,
    ) -> Result<(), CmsError> {
        self.push_detached(octets)?;
        content(Unverified::new(octets))
    }

    fn finish(&mut self, _content: &mut ContentSink<'_>) -> Result<(), CmsError> {
        self.finish()
    }
}

impl LayerReader for CompressedDataReader<'_> {
    fn push(&mut self, input: &[u8], content: &mut ContentSink<'_>) -> Result<(), CmsError> {
        self.push(input, content)
    }

    fn push_detached(
        &mut self,
        _octets: &[u8],
        _content: &mut ContentSink<'_>,
    ) -> Result<(), CmsError> {
        Err(CmsError::Misuse("compressed content stands in its message"))
    }

    fn finish(&mut self, _content: &mut ContentSink<'_>) -> Result<(), CmsError> {
        Self::finish(self)
    }
}

impl LayerReader for DataReader {
    fn push(&mut self, input: &[u8], content: &mut ContentSink<'_>) -> Result<(), CmsError> {
        self.push(input, content)
    }

    fn push_detached(
        &mut self,
        _octets: &[u8],
        _content: &mut ContentSink<'_>,
    ) -> Result<(), CmsError> {
        Err(CmsError::Misuse("the content of Data stands in it"))
    }

    fn finish(&mut self, _content: &mut ContentSink<'_>) -> Result<(), CmsError> {
        Self::finish(self)
    }
}
