//! What can go wrong on the way to a token's key.

use cms_core::CryptoError;

use crate::uri::UriError;

/// Why a key on a token cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The key wants its PIN at each use.
    #[error(
        "the key {0} asks for its PIN at each use (CKA_ALWAYS_AUTHENTICATE), which is not supported"
    )]
    AlwaysAuthenticate(String),
    /// The module or its token refused.
    #[error("PKCS #11: {0}")]
    Device(String),
    /// The key is of a kind that cannot be used.
    #[error(transparent)]
    Key(#[from] CryptoError),
    /// The module cannot be loaded.
    #[error("the PKCS #11 module {path}: {reason}")]
    Module {
        /// What was to be loaded.
        path: String,
        /// What the loader says.
        reason: String,
    },
    /// The token has no such private key.
    #[error("the token {0} has no private key of that name")]
    NoKey(String),
    /// No token fits.
    #[error("no token fits the URI; there are: {0}")]
    NoToken(String),
    /// The key on the token is not the certificate's.
    #[error("the key {0} on the token belongs to another public key")]
    OtherKey(String),
    /// The token does not accept the PIN.
    #[error("the token {0} refuses the PIN")]
    Pin(String),
    /// The token's PIN is locked.
    #[error("the PIN of the token {0} is locked")]
    PinLocked(String),
    /// The token wants a PIN, and there is none.
    #[error("the token {0} wants its PIN")]
    PinNeeded(String),
    /// A PIN is given to one token alone.
    #[error("several tokens fit the URI: {0}")]
    SeveralTokens(String),
    /// The token tells no public key, and what the key signs does not hold under the one that was given.
    #[error(
        "the key {0} on the token does not prove to be the certificate's: its public key or certificate is not there"
    )]
    Unproved(String),
    /// The URI cannot be read.
    #[error("{0}")]
    Uri(#[from] UriError),
}

impl From<cryptoki::error::Error> for Error {
    fn from(error: cryptoki::error::Error) -> Self {
        Self::Device(error.to_string())
    }
}
