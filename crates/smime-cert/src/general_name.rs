//! GeneralName, the names of certificates and of name constraints (RFC 5280, 4.2.1.6).

use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::types::Name;
use cms_core::{DecodeError, DecodeErrorKind, ObjectIdentifier};

/// id-on-SmtpUTF8Mailbox (RFC 9598, 3).
pub const SMTP_UTF8_MAILBOX: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.8.9");

/// One name of a subjectAltName, of a distribution point, or the base of a subtree: a view of its octets.
///
/// ```text
/// GeneralName ::= CHOICE { otherName [0] OtherName, rfc822Name [1] IA5String, dNSName [2] IA5String,
///   x400Address [3] ORAddress, directoryName [4] Name, ediPartyName [5] EDIPartyName,
///   uniformResourceIdentifier [6] IA5String, iPAddress [7] OCTET STRING, registeredID [8] OBJECT IDENTIFIER }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum GeneralName<'a> {
    /// otherName: its type, and the encoding within its value.
    Other(ObjectIdentifier, &'a [u8]),
    /// rfc822Name.
    Mail(&'a [u8]),
    /// dNSName.
    Dns(&'a [u8]),
    /// directoryName.
    Directory(Name<'a>),
    /// uniformResourceIdentifier.
    Uri(&'a [u8]),
    /// iPAddress: 4 or 16 octets, in a name constraint 8 or 32.
    Ip(&'a [u8]),
    /// x400Address, ediPartyName or registeredID, by the number of its tag.
    Unread(u8, &'a [u8]),
}

impl<'a> GeneralName<'a> {
    /// Reads one.
    ///
    /// # Errors
    /// A tag that is none of GeneralName, or a broken otherName or directoryName.
    pub fn decode(element: &Element<'a>) -> Result<Self, DecodeError> {
        let contents = element.contents();
        let number = (0..=8u8).find(|number| element.tag() == Tag::context((*number).into()));
        Ok(match number {
            Some(0) => {
                let mut fields = element.children();
                let oid = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
                let value = fields.expect(Tag::context(0))?.contents();
                fields.finish()?;
                Self::Other(oid, value)
            }
            Some(1) => Self::Mail(contents),
            Some(2) => Self::Dns(contents),
            Some(4) => Self::Directory(Name::new(element.children().expect(Tag::SEQUENCE)?.raw())),
            Some(6) => Self::Uri(contents),
            Some(7) => Self::Ip(contents),
            Some(number) => Self::Unread(number, contents),
            None => {
                let kind = DecodeErrorKind::BadValue("no GeneralName has this tag");
                return Err(DecodeError::at(kind, element.offset()));
            }
        })
    }

    /// Reads the names that follow each other in a GeneralNames, whatever its own tag.
    ///
    /// # Errors
    /// A name that cannot be read.
    pub fn list(names: &Element<'a>) -> Result<Vec<Self>, DecodeError> {
        let mut cursor = names.children();
        let mut list = Vec::new();
        while !cursor.is_empty() {
            list.push(Self::decode(&cursor.element()?)?);
        }
        Ok(list)
    }

    /// The address of an otherName of type SmtpUTF8Mailbox, a UTF8String (RFC 9598, 3).
    #[must_use]
    pub fn smtp_utf8_mailbox(&self) -> Option<String> {
        let Self::Other(SMTP_UTF8_MAILBOX, value) = self else {
            return None;
        };
        let value = Cursor::single(value, 0).ok()?;
        Some(String::from_utf8_lossy(value.contents()).into_owned())
    }

    /// Whether both are one name: directory names as RFC 5280, 7.1 compares them, others octet by octet.
    #[must_use]
    pub fn is(&self, other: &GeneralName<'_>) -> bool {
        match (self, other) {
            (Self::Directory(one), GeneralName::Directory(two)) => one.matches(two),
            (Self::Mail(one), GeneralName::Mail(two))
            | (Self::Dns(one), GeneralName::Dns(two))
            | (Self::Uri(one), GeneralName::Uri(two))
            | (Self::Ip(one), GeneralName::Ip(two)) => one == two,
            (Self::Other(one, value), GeneralName::Other(two, other)) => {
                one == two && value == other
            }
            (Self::Unread(one, value), GeneralName::Unread(two, other)) => {
                one == two && value == other
            }
            _ => false,
        }
    }
}
