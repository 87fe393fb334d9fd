//! The layers of a message, as reports.

use cms_core::report::{EnvelopedDataReport, SignedDataReport};

use super::assess::Assessment;
use crate::mime::deviation::Deviations;

/// One layer.
#[derive(Debug)]
#[non_exhaustive]
pub struct Layer {
    /// Where it stands: indexes of parts in the multiparts around it, empty for the message itself.
    pub part: Vec<usize>,
    /// What it is.
    pub kind: LayerKind,
}

/// What a layer is.
#[derive(Debug)]
#[non_exhaustive]
pub enum LayerKind {
    /// A SignedData without signers: certificates and CRLs (RFC 8551, 3.8).
    CertsOnly(SignedDataReport),
    /// EnvelopedData or AuthEnvelopedData.
    Enveloped {
        /// What was found.
        report: EnvelopedDataReport,
        /// Whether the plaintext came out.
        decrypted: bool,
    },
    /// A MIME entity that is no S/MIME layer.
    Mime {
        /// The media type.
        media_type: String,
        /// What deviates from the standard.
        deviations: Deviations,
    },
    /// SignedData.
    Signed {
        /// What was found.
        report: SignedDataReport,
        /// How the content stands to the signature.
        form: Form,
        /// Trust in each signer, in the order of the report's signers.
        assessments: Vec<Assessment>,
        /// micalg names a digest that no signer used, or none (RFC 8551, 3.5.3.2): survived, reported.
        micalg_wrong: bool,
    },
}

/// How signed content stands to its signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the forms of the command's contract"
)]
pub enum Form {
    /// multipart/signed.
    Clear,
    /// The content was given beside the signature.
    Detached,
    /// The content is in the SignedData.
    Opaque,
}

impl Form {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Detached => "detached",
            Self::Opaque => "opaque",
        }
    }
}
