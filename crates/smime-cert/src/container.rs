//! Keys, certificates and CRLs out of the files that hold them, and PKCS #12 and PKCS #8 into files.
//!
//! [`load()`] takes whatever it is given: PEM in any mixture, DER, bare base64, PKCS #7, PKCS #8,
//! PKCS #12. The modules below serve one format each. Private keys come out as PKCS #8 PrivateKeyInfo
//! for [`KeyAlgorithms`](cms_core::provider::KeyAlgorithms); cryptography is the provider's. Whether
//! a certificate is to be trusted is not asked here.

mod load;
pub mod pem;
pub mod pkcs12;
pub mod pkcs7;
pub mod private_key;

use alloc::borrow::Cow;
use alloc::string::String;

use cms_core::ber::Element;
use cms_core::{CmsError, CryptoError, DecodeError, DecodeErrorKind};
use zeroize::Zeroizing;

pub use load::{Loaded, load};

/// Where a password comes from when one is needed; `None` when there is none.
pub type PasswordSource<'a> = &'a dyn Fn() -> Option<Zeroizing<String>>;

/// Why a container could not be read or written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ContainerError {
    /// An algorithm could not do its work: bad parameters, a bad key, no randomness.
    #[error(transparent)]
    Crypto(CryptoError),
    /// Broken octets; the offset is in the DER, or in the text for broken PEM.
    #[error(transparent)]
    Decode(DecodeError),
    /// The input asks for more than [`Limits`](cms_core::Limits) allow.
    #[error("limit exceeded: {0}")]
    Limit(&'static str),
    /// The container is encrypted and no password was given.
    #[error("a password is needed")]
    PasswordNeeded,
    /// No format that is known.
    #[error("no known format of keys or certificates")]
    Unrecognised,
    /// A format or algorithm that is known or named, and not supported.
    #[error("not supported: {0}")]
    Unsupported(Cow<'static, str>),
    /// The password does not fit, or the encrypted octets were changed.
    #[error("wrong password")]
    WrongPassword,
}

impl ContainerError {
    /// Where the octets are broken.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        match self {
            Self::Decode(error) => Some(error.offset),
            _ => None,
        }
    }
}

impl From<DecodeError> for ContainerError {
    fn from(error: DecodeError) -> Self {
        match error.kind {
            DecodeErrorKind::ElementTooLarge => Self::Limit("size of an element"),
            DecodeErrorKind::TooDeep => Self::Limit("depth of nesting"),
            DecodeErrorKind::TooMany => Self::Limit("number of elements"),
            _ => Self::Decode(error),
        }
    }
}

impl From<CryptoError> for ContainerError {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::Failed => Self::WrongPassword,
            CryptoError::Parameters(text) if text.starts_with("too many iterations") => {
                Self::Limit(text)
            }
            CryptoError::Unsupported(name) => Self::Unsupported(name),
            other => Self::Crypto(other),
        }
    }
}

impl From<CmsError> for ContainerError {
    fn from(error: CmsError) -> Self {
        match error {
            CmsError::Crypto(error) => error.into(),
            CmsError::Decode(error) => error.into(),
            CmsError::Limit(name) => Self::Limit(name),
            CmsError::UnexpectedContentType(name) => Self::Unsupported(Cow::Owned(name)),
            _ => Self::Unrecognised,
        }
    }
}

/// A value that its type does not allow, at an encoding.
fn bad_value(text: &'static str, element: &Element<'_>) -> ContainerError {
    DecodeError::at(DecodeErrorKind::BadValue(text), element.offset()).into()
}
