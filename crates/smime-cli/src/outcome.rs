//! Exit codes and failures: what happened, and what to do about it.

use std::fmt;
use std::io;

use cms_core::{CmsError, CryptoError, DecodeError};
use smime_cert::container::ContainerError;
use smime_cert::make::MakeError;
use smime_msg::compose::ComposeError;
use smime_msg::mime::error::{MimeError, MimeErrorKind};
use smime_msg::open::OpenError;

/// Exit codes of the command's contract, the gravest last.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Outcome {
    Good,
    Untrusted,
    NoKey,
    Policy,
    Bad,
    Limit,
    Malformed,
    Io,
    Usage,
}

impl Outcome {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Bad => 1,
            Self::Usage => 2,
            Self::Untrusted => 3,
            Self::NoKey => 4,
            Self::Policy => 5,
            Self::Malformed => 6,
            Self::Limit => 7,
            Self::Io => 8,
        }
    }

    pub(crate) fn verdict(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Usage => "usage",
            Self::Untrusted => "untrusted",
            Self::NoKey => "no-key",
            Self::Policy => "policy",
            Self::Malformed => "malformed",
            Self::Limit => "limit",
            Self::Io => "io",
        }
    }
}

/// A failure: outcome, a stable code, what happened, where, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) outcome: Outcome,
    pub(crate) code: &'static str,
    pub(crate) text: String,
    pub(crate) offset: Option<u64>,
    pub(crate) path: Option<String>,
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(outcome: Outcome, code: &'static str, text: impl Into<String>) -> Self {
        Self {
            outcome,
            code,
            text: text.into(),
            offset: None,
            path: None,
            hint: None,
        }
    }

    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self::new(Outcome::Usage, "usage", text)
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says which file it is about.
    pub(crate) fn about(mut self, what: &str) -> Self {
        self.text = format!("{what}: {}", self.text);
        self
    }

    pub(crate) fn code(&self) -> u8 {
        self.outcome.code()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::report::escaped(&self.text))?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::FileTooLarge {
            return Self::new(Outcome::Limit, "size-limit", error.to_string())
                .with_hint("raise the limit with --max-size");
        }
        if error.kind() == io::ErrorKind::InvalidData {
            return Self::new(Outcome::Malformed, "malformed", error.to_string());
        }
        Self::new(Outcome::Io, "io", error.to_string())
    }
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Self {
            offset: Some(error.offset),
            path: Some(error.path.clone()),
            ..Self::new(Outcome::Malformed, "malformed", error.to_string())
        }
    }
}

impl From<CryptoError> for Failure {
    fn from(error: CryptoError) -> Self {
        let code = match &error {
            CryptoError::Failed => {
                return Self::new(Outcome::Bad, "crypto-failed", error.to_string());
            }
            CryptoError::External(_) => {
                return Self::new(Outcome::Io, "token", error.to_string());
            }
            CryptoError::Random => {
                return Self::new(Outcome::Io, "no-randomness", error.to_string());
            }
            CryptoError::Limit(_) => {
                return Self::new(Outcome::Limit, "limit", error.to_string());
            }
            CryptoError::Unsupported(_) => "unsupported-algorithm",
            CryptoError::Parameters(_) => "algorithm-parameters",
            _ => "unusable-key",
        };
        Self::new(Outcome::Malformed, code, error.to_string())
    }
}

impl From<CmsError> for Failure {
    fn from(error: CmsError) -> Self {
        let text = error.to_string();
        match error {
            CmsError::Crypto(error) => error.into(),
            CmsError::Io(error) => error.into(),
            CmsError::Decode(error) => {
                let (outcome, code) = if error.kind.is_limit() {
                    (Outcome::Limit, "element-limit")
                } else {
                    (Outcome::Malformed, "malformed")
                };
                let mut failure = Self::new(outcome, code, text);
                failure.offset = Some(error.offset);
                failure.path = (!error.path.is_empty()).then_some(error.path);
                failure
            }
            CmsError::Attribute(..) => Self::new(Outcome::Bad, "authenticated-attributes", text),
            CmsError::BadCompression => Self::new(Outcome::Malformed, "bad-compression", text),
            CmsError::DigestMismatch => Self::new(Outcome::Bad, "digest-mismatch", text),
            CmsError::MacFailed => Self::new(Outcome::Bad, "mac-failed", text),
            CmsError::DecryptFailed => Self::new(Outcome::Bad, "decryption-failed", text),
            CmsError::Signer { .. } => Self::new(Outcome::Bad, "bad-signature", text),
            CmsError::NoCommonCipher => Self::new(Outcome::Policy, "no-common-cipher", text),
            CmsError::NoSigner => Self::new(Outcome::Bad, "unsigned", text),
            CmsError::NoRecipient => Self::new(Outcome::NoKey, "no-recipient", text)
                .with_hint("give a key with -k, or see who can read it: smime inspect FILE"),
            CmsError::Policy(_) => Self::new(Outcome::Policy, "policy", text).with_hint(
                "--profile legacy reads historic mail; strict refuses what the default still reads",
            ),
            CmsError::Limit(_) => Self::new(Outcome::Limit, "limit", text),
            CmsError::DetachedContentMissing => Self::new(Outcome::Usage, "detached-content", text)
                .with_hint("give it with --content FILE"),
            CmsError::DetachedAndEmbedded => Self::new(Outcome::Malformed, "content-twice", text),
            CmsError::Misuse(_) => Self::new(Outcome::Usage, "usage", text),
            _ => Self::new(Outcome::Malformed, "malformed", text),
        }
    }
}

impl From<MimeError> for Failure {
    fn from(error: MimeError) -> Self {
        let limit = matches!(
            error.kind(),
            MimeErrorKind::Depth { .. }
                | MimeErrorKind::HeaderTooLong { .. }
                | MimeErrorKind::Parts { .. }
        );
        let (outcome, code) = if limit {
            (Outcome::Limit, "mime-limit")
        } else {
            (Outcome::Malformed, "malformed-mime")
        };
        let mut failure = Self::new(outcome, code, error.to_string());
        failure.offset = Some(error.offset());
        failure
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let text = error.to_string();
        match error {
            OpenError::Cms(error) => error.into(),
            OpenError::Io(error) => error.into(),
            OpenError::Mime(error) => error.into(),
            OpenError::Decode(error) => CmsError::from(error).into(),
            OpenError::Layers => Self::new(Outcome::Limit, "depth-limit", text)
                .with_hint("raise the limit with --max-depth"),
            _ => Self::new(Outcome::Malformed, "malformed-mime", text),
        }
    }
}

impl From<ComposeError> for Failure {
    fn from(error: ComposeError) -> Self {
        let text = error.to_string();
        match error {
            ComposeError::Cms(error) => error.into(),
            ComposeError::Io(error) => error.into(),
            ComposeError::Mime(error) => error.into(),
            ComposeError::NotText => {
                Self::usage(text).with_hint("sign it as a file: --out-format der or pem")
            }
            _ => Self::usage(text),
        }
    }
}

impl From<ContainerError> for Failure {
    fn from(error: ContainerError) -> Self {
        let text = error.to_string();
        match error {
            ContainerError::Limit(_) => Self::new(Outcome::Limit, "limit", text),
            ContainerError::PasswordNeeded => Self::usage(text)
                .with_hint("give the passphrase with --pass env:NAME, file:PATH, fd:N or prompt"),
            ContainerError::WrongPassword => Self::new(Outcome::NoKey, "wrong-passphrase", text),
            ref decode @ ContainerError::Decode(_) => {
                let mut failure = Self::new(Outcome::Malformed, "malformed", text);
                failure.offset = decode.offset();
                failure
            }
            _ => Self::new(Outcome::Malformed, "malformed", text),
        }
    }
}

impl From<MakeError> for Failure {
    fn from(error: MakeError) -> Self {
        match error {
            MakeError::Address(_) => Self::usage(error.to_string()),
            MakeError::Crypto(error) => error.into(),
            other => Self::new(Outcome::Malformed, "malformed", other.to_string()),
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(Outcome::Io, "store", format!("store: {error}"))
    }
}
