//! The layers of a message, as reports.

use cms_core::report::{
    AuthenticatedDataReport, CompressedDataReport, DataReport, DigestedDataReport,
    EncryptedDataReport, EnvelopedDataReport, SignedDataReport,
};
use cms_core::time_stamped::TimeStampedDataReport;
use cms_core::types::Attributes;

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
    /// AuthenticatedData; [`AuthenticatedDataReport::mac_ok`] tells whether its MAC holds.
    Authenticated(AuthenticatedDataReport),
    /// A SignedData without signers: certificates and CRLs (RFC 8551, 3.8).
    CertsOnly(SignedDataReport),
    /// ContentCollection (RFC 4073): its contents are layers of their own, each a part.
    Collection {
        /// How many contents there are.
        contents: usize,
    },
    /// CompressedData (RFC 3274).
    Compressed(CompressedDataReport),
    /// ContentWithAttributes (RFC 4073); nothing protects the attributes but layers around.
    ContentWithAttributes {
        /// The attributes.
        attributes: Attributes,
    },
    /// Data: octets without any protection.
    Data(DataReport),
    /// DigestedData.
    Digested(DigestedDataReport),
    /// EncryptedData.
    Encrypted {
        /// What was found.
        report: EncryptedDataReport,
        /// Whether the plaintext came out.
        decrypted: bool,
    },
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
    /// TimeStampedData (RFC 5544).
    TimeStamped(TimeStampedDataReport),
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
