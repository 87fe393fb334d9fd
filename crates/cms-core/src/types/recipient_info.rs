//! RecipientInfo: how recipients get at the content-encryption key.

mod kek;
mod kem;
mod key_agree;
mod key_trans;
mod other;
mod password;

use alloc::vec::Vec;

use crate::ber::{Cursor, Element, Tag};
use crate::error::DecodeError;

pub use kek::{KekIdentifier, KekRecipientInfo};
pub use kem::{KemRecipientInfo, ORI_KEM};
pub use key_agree::{KeyAgreeRecipientInfo, OriginatorIdentifierOrKey, RecipientEncryptedKey};
pub use key_trans::KeyTransRecipientInfo;
pub use other::OtherRecipientInfo;
pub use password::PasswordRecipientInfo;

/// How one recipient, or one group of them, gets the content-encryption key, [RFC 5652, section 6.2].
///
/// ```text
/// RecipientInfo ::= CHOICE { ktri KeyTransRecipientInfo, kari [1] KeyAgreeRecipientInfo,
///   kekri [2] KEKRecipientInfo, pwri [3] PasswordRecipientInfo, ori [4] OtherRecipientInfo }
/// ```
///
/// [RFC 5652, section 6.2]: https://www.rfc-editor.org/rfc/rfc5652#section-6.2
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RecipientInfo {
    /// Key transport.
    KeyTrans(KeyTransRecipientInfo),
    /// Key agreement.
    KeyAgree(KeyAgreeRecipientInfo),
    /// A key that was distributed before.
    Kek(KekRecipientInfo),
    /// A password.
    Password(PasswordRecipientInfo),
    /// Key encapsulation (RFC 9629).
    Kem(KemRecipientInfo),
    /// A kind of another specification, kept but not used.
    Other(OtherRecipientInfo),
    /// An alternative that RFC 5652 does not know, kept but not used.
    Unknown,
}

/// The alternatives of RecipientInfo.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RecipientKind {
    /// KeyTransRecipientInfo.
    Ktri,
    /// KeyAgreeRecipientInfo.
    Kari,
    /// KEKRecipientInfo.
    Kekri,
    /// PasswordRecipientInfo.
    Pwri,
    /// KEMRecipientInfo, within an OtherRecipientInfo.
    Kemri,
    /// OtherRecipientInfo.
    Ori,
    /// An alternative that RFC 5652 does not know.
    Unknown,
}

impl RecipientKind {
    /// The name in ASN.1.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ktri => "ktri",
            Self::Kari => "kari",
            Self::Kekri => "kekri",
            Self::Pwri => "pwri",
            Self::Kemri => "kemri",
            Self::Ori => "ori",
            Self::Unknown => "unknown",
        }
    }

    /// The kind that a tag announces.
    #[must_use]
    pub fn of(tag: Tag) -> Self {
        match tag {
            Tag::SEQUENCE => Self::Ktri,
            tag if tag == Tag::context(1) => Self::Kari,
            tag if tag == Tag::context(2) => Self::Kekri,
            tag if tag == Tag::context(3) => Self::Pwri,
            tag if tag == Tag::context(4) => Self::Ori,
            _ => Self::Unknown,
        }
    }
}

impl RecipientInfo {
    /// Reads one.
    ///
    /// # Errors
    /// Broken structure of a kind that is decoded.
    pub fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        // rfc5652:6.2/2
        match RecipientKind::of(element.tag()) {
            RecipientKind::Ktri => KeyTransRecipientInfo::decode(element).map(Self::KeyTrans),
            RecipientKind::Kari => KeyAgreeRecipientInfo::decode(element).map(Self::KeyAgree),
            RecipientKind::Kekri => KekRecipientInfo::decode(element).map(Self::Kek),
            RecipientKind::Pwri => PasswordRecipientInfo::decode(element).map(Self::Password),
            RecipientKind::Ori | RecipientKind::Kemri => {
                let other = OtherRecipientInfo::decode(element)?;
                if other.oid != ORI_KEM {
                    // rfc5652:6.2/5
                    return Ok(Self::Other(other));
                }
                let value = Cursor::single(&other.value, element.header().contents_offset())?;
                KemRecipientInfo::decode(&value).map(Self::Kem)
            }
            // rfc5652:6.2/3
            RecipientKind::Unknown => Ok(Self::Unknown),
        }
    }

    /// Which alternative it is.
    #[must_use]
    pub fn kind(&self) -> RecipientKind {
        match self {
            Self::KeyTrans(_) => RecipientKind::Ktri,
            Self::KeyAgree(_) => RecipientKind::Kari,
            Self::Kek(_) => RecipientKind::Kekri,
            Self::Password(_) => RecipientKind::Pwri,
            Self::Kem(_) => RecipientKind::Kemri,
            Self::Other(_) => RecipientKind::Ori,
            Self::Unknown => RecipientKind::Unknown,
        }
    }

    /// The version field; `None` where the alternative has none.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        match self {
            Self::KeyTrans(ktri) => Some(ktri.version),
            Self::KeyAgree(kari) => Some(kari.version),
            Self::Kek(kekri) => Some(kekri.version),
            Self::Password(pwri) => Some(pwri.version),
            Self::Kem(_) | Self::Other(_) | Self::Unknown => None,
        }
    }

    /// The DER encoding; nothing for an unknown alternative.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        match self {
            Self::KeyTrans(ktri) => ktri.to_der(),
            Self::KeyAgree(kari) => kari.to_der(),
            Self::Kek(kekri) => kekri.to_der(),
            Self::Password(pwri) => pwri.to_der(),
            Self::Kem(kemri) => kemri.to_der(),
            Self::Other(ori) => ori.to_der(),
            Self::Unknown => Vec::new(),
        }
    }
}

/// `ukm [n] EXPLICIT UserKeyingMaterial OPTIONAL`, where `UserKeyingMaterial ::= OCTET STRING`.
fn optional_ukm(fields: &mut Cursor<'_>, number: u32) -> Result<Option<Vec<u8>>, DecodeError> {
    let Some(explicit) = fields.optional(Tag::context(number))? else {
        return Ok(None);
    };
    let mut inner = explicit.children();
    let ukm = inner.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
    inner.finish()?;
    Ok(Some(ukm))
}
