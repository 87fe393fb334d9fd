//! Tags (X.690, 8.1.2): class and number, without the constructed bit.

use core::fmt;

/// A BER tag: class and number. Whether an encoding is constructed is told by its header.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Tag(u32);

const CLASS_SHIFT: u32 = 30;
const NUMBER_MASK: u32 = (1 << CLASS_SHIFT) - 1;

impl Tag {
    /// End-of-contents (X.690, 8.1.5).
    pub const END_OF_CONTENTS: Self = Self::universal(0);
    /// BOOLEAN.
    pub const BOOLEAN: Self = Self::universal(1);
    /// INTEGER.
    pub const INTEGER: Self = Self::universal(2);
    /// BIT STRING.
    pub const BIT_STRING: Self = Self::universal(3);
    /// OCTET STRING.
    pub const OCTET_STRING: Self = Self::universal(4);
    /// NULL.
    pub const NULL: Self = Self::universal(5);
    /// OBJECT IDENTIFIER.
    pub const OBJECT_IDENTIFIER: Self = Self::universal(6);
    /// ENUMERATED.
    pub const ENUMERATED: Self = Self::universal(10);
    /// UTF8String.
    pub const UTF8_STRING: Self = Self::universal(12);
    /// SEQUENCE and SEQUENCE OF.
    pub const SEQUENCE: Self = Self::universal(16);
    /// SET and SET OF.
    pub const SET: Self = Self::universal(17);
    /// PrintableString.
    pub const PRINTABLE_STRING: Self = Self::universal(19);
    /// TeletexString.
    pub const TELETEX_STRING: Self = Self::universal(20);
    /// IA5String.
    pub const IA5_STRING: Self = Self::universal(22);
    /// UTCTime.
    pub const UTC_TIME: Self = Self::universal(23);
    /// GeneralizedTime.
    pub const GENERALIZED_TIME: Self = Self::universal(24);
    /// UniversalString.
    pub const UNIVERSAL_STRING: Self = Self::universal(28);
    /// BMPString.
    pub const BMP_STRING: Self = Self::universal(30);

    /// The largest tag number that is read: 28 bits, four octets of base 128.
    pub const MAX_NUMBER: u32 = (1 << 28) - 1;

    /// A tag of class universal.
    #[must_use]
    pub const fn universal(number: u32) -> Self {
        Self(number & NUMBER_MASK)
    }

    /// A tag of class application, written `[APPLICATION number]` in ASN.1.
    #[must_use]
    pub const fn application(number: u32) -> Self {
        Self::from_parts(1, number)
    }

    /// A context-specific tag, written `[number]` in ASN.1.
    #[must_use]
    pub const fn context(number: u32) -> Self {
        Self::from_parts(2, number)
    }

    pub(crate) const fn from_parts(class: u8, number: u32) -> Self {
        let class = match class & 3 {
            0 => 0,
            1 => 1 << CLASS_SHIFT,
            2 => 2 << CLASS_SHIFT,
            _ => 3 << CLASS_SHIFT,
        };
        Self(class | (number & NUMBER_MASK))
    }

    /// The number within the class.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0 & NUMBER_MASK
    }

    /// Whether every encoding with this tag is constructed (`true`) or primitive (`false`); `None` when both occur
    /// (X.690, 8.2 to 8.12).
    pub(crate) const fn form(self) -> Option<bool> {
        match self {
            Self::SEQUENCE | Self::SET => Some(true),
            Self::BOOLEAN
            | Self::INTEGER
            | Self::NULL
            | Self::OBJECT_IDENTIFIER
            | Self::ENUMERATED => Some(false),
            _ => None,
        }
    }

    /// The class: 0 universal, 1 application, 2 context-specific, 3 private.
    #[must_use]
    pub const fn class(self) -> u8 {
        match self.0 >> CLASS_SHIFT {
            0 => 0,
            1 => 1,
            2 => 2,
            _ => 3,
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match *self {
            Self::END_OF_CONTENTS => "end-of-contents",
            Self::BOOLEAN => "BOOLEAN",
            Self::INTEGER => "INTEGER",
            Self::BIT_STRING => "BIT STRING",
            Self::OCTET_STRING => "OCTET STRING",
            Self::NULL => "NULL",
            Self::OBJECT_IDENTIFIER => "OBJECT IDENTIFIER",
            Self::SEQUENCE => "SEQUENCE",
            Self::SET => "SET",
            Self::UTC_TIME => "UTCTime",
            Self::GENERALIZED_TIME => "GeneralizedTime",
            _ => {
                let class = match self.class() {
                    0 => "UNIVERSAL ",
                    1 => "APPLICATION ",
                    2 => "",
                    _ => "PRIVATE ",
                };
                return write!(f, "[{class}{}]", self.number());
            }
        };
        f.write_str(name)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
