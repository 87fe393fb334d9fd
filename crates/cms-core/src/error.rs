//! Errors: one enum for each question a caller asks.
//!
//! * [`DecodeError`]: is it well formed? Kind, absolute offset and path.
//! * [`CmsError`]: why a reader or writer stopped.
//! * [`CryptoError`]: what an algorithm object answers.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use der::asn1::ObjectIdentifier;

use crate::ber::Tag;
use crate::report::SignerError;
use crate::types::AttributeError;

/// Broken or unreadable octets: what, where, and in which field.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// Absolute offset in the input that the caller gave.
    pub offset: u64,
    /// The field, written as in the ASN.1: `SignedData.signerInfos[2].signedAttrs`.
    pub path: String,
}

impl DecodeError {
    pub(crate) fn new(kind: DecodeErrorKind, offset: u64) -> Self {
        Self {
            kind,
            offset,
            path: String::new(),
        }
    }

    /// An error of `kind` at `offset`, for decoders outside this crate.
    #[must_use]
    pub fn at(kind: DecodeErrorKind, offset: u64) -> Self {
        Self::new(kind, offset)
    }

    /// Puts `field` in front of the path.
    #[must_use]
    pub fn within(mut self, field: &str) -> Self {
        if !self.path.is_empty() {
            self.path.insert(0, '.');
        }
        self.path.insert_str(0, field);
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at offset {}", self.kind, self.offset)?;
        if !self.path.is_empty() {
            write!(f, " in {}", self.path)?;
        }
        Ok(())
    }
}

impl core::error::Error for DecodeError {}

/// What makes octets unreadable.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// BOOLEAN whose contents are not one octet (X.690, 8.2.1).
    #[error("malformed BOOLEAN")]
    BadBoolean,
    /// BIT STRING with unused bits where octets are expected, or constructed.
    #[error("malformed BIT STRING")]
    BadBitString,
    /// INTEGER that is empty, negative where it may not be, or too large.
    #[error("malformed INTEGER")]
    BadInteger,
    /// OBJECT IDENTIFIER that is empty, unfinished or too long.
    #[error("malformed OBJECT IDENTIFIER")]
    BadObjectIdentifier,
    /// UTCTime or GeneralizedTime that is no time.
    #[error("malformed time")]
    BadTime,
    /// A value that its type does not allow.
    #[error("{0}")]
    BadValue(&'static str),
    /// An encoding that reaches beyond the one around it.
    #[error("length reaches beyond the enclosing encoding")]
    BeyondParent,
    /// A captured part above `Limits::element`.
    #[error("element is larger than the limit")]
    ElementTooLarge,
    /// A length of 2^64 octets or more.
    #[error("length is too large")]
    LengthTooLarge,
    /// A field that the type requires is absent.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The indefinite length with a primitive encoding (X.690, 8.1.3.2).
    #[error("primitive encoding of indefinite length")]
    PrimitiveIndefinite,
    /// The length octet 0xff (X.690, 8.1.3.5 c).
    #[error("reserved length octet")]
    ReservedLength,
    /// A tag number of more than 28 bits.
    #[error("tag number is too large")]
    TagNumberTooLarge,
    /// Nesting above `Limits::ber_depth`.
    #[error("nesting is deeper than the limit")]
    TooDeep,
    /// More elements in a SET OF or SEQUENCE OF than the limit.
    #[error("more elements than the limit")]
    TooMany,
    /// Octets after the end.
    #[error("octets follow the end of the encoding")]
    TrailingData,
    /// The input ends within an encoding.
    #[error("input ends within an encoding")]
    Truncated,
    /// End-of-contents octets where none are expected.
    #[error("unexpected end-of-contents")]
    UnexpectedEndOfContents,
    /// Another type than the field's.
    #[error("expected {expected}, found {found}")]
    UnexpectedTag {
        /// What the field's type asks for.
        expected: Tag,
        /// What is there.
        found: Tag,
    },
    /// A constructed encoding of a type that is primitive, or the other way round.
    #[error("{0} is primitive where it must be constructed, or the other way round")]
    WrongForm(Tag),
}

impl DecodeErrorKind {
    /// Whether a limit, not the format, stopped the reader.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        matches!(self, Self::ElementTooLarge | Self::TooDeep | Self::TooMany)
    }
}

/// What an algorithm object answers when it cannot do its work. It never tells why a secret-dependent
/// operation failed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// A key outside of this process (a token, an agent) could not be used at all: it is gone, locked or broken.
    #[error("key on a token: {0}")]
    External(String),
    /// A signature, tag, MAC or wrapped key that does not hold.
    #[error("cryptographic check failed")]
    Failed,
    /// A key that cannot be read, or that this algorithm cannot use.
    #[error("unusable key: {0}")]
    Key(&'static str),
    /// More work than a limit allows.
    #[error("limit exceeded: {0}")]
    Limit(&'static str),
    /// AlgorithmIdentifier parameters that the algorithm's specification forbids.
    #[error("algorithm parameters: {0}")]
    Parameters(&'static str),
    /// The random source failed, or the given deterministic one cannot serve this backend.
    #[error("no randomness")]
    Random,
    /// An algorithm that the provider lacks.
    #[error("not supported: {0}")]
    Unsupported(Cow<'static, str>),
}

impl CryptoError {
    /// The provider has no algorithm of this identifier.
    #[must_use]
    pub fn unsupported_oid(oid: &ObjectIdentifier) -> Self {
        let name = crate::oid::unsupported(oid)
            .or_else(|| crate::oid::name(oid))
            .map_or_else(|| Cow::Owned(alloc::format!("{oid}")), Cow::Borrowed);
        Self::Unsupported(name)
    }
}

/// Something that policy refuses.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{algorithm} is refused for {usage} by the {profile} profile")]
#[non_exhaustive]
pub struct PolicyRejection {
    /// The algorithm's name, or its OID in dots.
    pub algorithm: String,
    /// What it was to be used for.
    pub usage: &'static str,
    /// The profile that refuses.
    pub profile: &'static str,
}

impl PolicyRejection {
    /// A rejection.
    #[must_use]
    pub fn new(algorithm: String, usage: &'static str, profile: &'static str) -> Self {
        Self {
            algorithm,
            usage,
            profile,
        }
    }
}

/// Why a reader or writer stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CmsError {
    /// A rule on authenticated attributes is broken (RFC 5083, 2.1; RFC 5652, 9.1 and 11).
    #[error("{0}: {1}")]
    Attribute(&'static str, AttributeError),
    /// Compressed content that is broken, truncated, or followed by something else (RFC 3274).
    #[error("the compressed content is broken")]
    BadCompression,
    /// An algorithm could not do its work: unknown, bad parameters, bad key.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// The octets are not what they should be.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Decryption failed: padding, tag or key, indistinguishable (RFC 3218, 2.3.2; RFC 5083, 3).
    #[error("decryption failed")]
    DecryptFailed,
    /// The content is both in the message and given beside it.
    #[error("content is embedded and was given detached as well")]
    DetachedAndEmbedded,
    /// The message holds no content, and none was given.
    #[error("content is detached: it must be given")]
    DetachedContentMissing,
    /// The digest differs from the content's (RFC 5652, 7).
    #[error("the digest differs from the content's")]
    DigestMismatch,
    /// Reading or writing failed.
    #[cfg(feature = "std")]
    #[error("input/output")]
    Io(#[from] std::io::Error),
    /// A limit other than those of decoding.
    #[error("limit exceeded: {0}")]
    Limit(&'static str),
    /// The MAC does not hold, or no key gave the right one, indistinguishable (RFC 5652, 9.3).
    #[error("the MAC does not hold")]
    MacFailed,
    /// The caller used an interface in a way that it cannot serve.
    #[error("{0}")]
    Misuse(&'static str),
    /// No key of the store fits a RecipientInfo.
    #[error("no RecipientInfo fits a key")]
    NoRecipient,
    /// No cipher that all recipients can decrypt and that policy lets be written (RFC 8551, 2.7.3).
    #[error(
        "the recipients have no cipher in common that may be written: send them separate messages"
    )]
    NoCommonCipher,
    /// SignedData without signers, where a signature was asked for.
    #[error("there is no signer")]
    NoSigner,
    /// Policy refuses an algorithm that the whole layer depends on.
    #[error(transparent)]
    Policy(#[from] PolicyRejection),
    /// A signer is not good.
    #[error("signer {index}: {error}")]
    Signer {
        /// Position in signerInfos.
        index: usize,
        /// Why.
        error: SignerError,
    },
    /// Another content type than the one asked for.
    #[error("content type is {0}")]
    UnexpectedContentType(String),
    /// An error of a caller's component.
    #[error(transparent)]
    Other(Box<dyn core::error::Error + Send + Sync>),
}
