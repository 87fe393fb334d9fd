//! The types of the ASN.1 language (X.680), and the choices among them that every standard makes.

use cms_core::ber::Tag;

use super::{Shape, Type};

macro_rules! simple {
    ($($name:ident $text:literal $tag:expr;)*) => {
        $(pub(crate) static $name: Type = Type { name: $text, shape: Shape::Simple($tag, &[]) };)*

        /// The type of a universal tag.
        pub(crate) fn of_tag(tag: Tag) -> Option<&'static Type> {
            [$(&$name),*]
                .into_iter()
                .find(|ty| matches!(&ty.shape, Shape::Simple(own, _) if *own == tag))
        }
    };
}

simple! {
    BOOLEAN "BOOLEAN" Tag::BOOLEAN;
    INTEGER "INTEGER" Tag::INTEGER;
    BIT_STRING "BIT STRING" Tag::BIT_STRING;
    OCTET_STRING "OCTET STRING" Tag::OCTET_STRING;
    NULL "NULL" Tag::NULL;
    OID "OBJECT IDENTIFIER" Tag::OBJECT_IDENTIFIER;
    ENUMERATED "ENUMERATED" Tag::ENUMERATED;
    UTF8String "UTF8String" Tag::UTF8_STRING;
    NumericString "NumericString" NUMERIC_STRING;
    PrintableString "PrintableString" Tag::PRINTABLE_STRING;
    TeletexString "TeletexString" Tag::TELETEX_STRING;
    IA5String "IA5String" Tag::IA5_STRING;
    UTCTime "UTCTime" Tag::UTC_TIME;
    GeneralizedTime "GeneralizedTime" Tag::GENERALIZED_TIME;
    VisibleString "VisibleString" VISIBLE_STRING;
    GeneralString "GeneralString" GENERAL_STRING;
    UniversalString "UniversalString" Tag::UNIVERSAL_STRING;
    BMPString "BMPString" Tag::BMP_STRING;
}

/// Tags of string types that mail hardly has (X.680, 8.6).
pub(crate) const NUMERIC_STRING: Tag = Tag::universal(18);
pub(crate) const VISIBLE_STRING: Tag = Tag::universal(26);
pub(crate) const GENERAL_STRING: Tag = Tag::universal(27);

pub(crate) static ANY: Type = Type {
    name: "ANY",
    shape: Shape::Any,
};

/// Private key material.
pub(crate) static SECRET: Type = Type {
    name: "private key",
    shape: Shape::Secret,
};

asn1! {
    Time ::= CHOICE { utcTime UTCTime, generalTime GeneralizedTime }

    DirectoryString ::= CHOICE {
        teletexString TeletexString,
        printableString PrintableString,
        universalString UniversalString,
        utf8String UTF8String,
        bmpString BMPString,
        ia5String IA5String,
    }

    DisplayText ::= CHOICE {
        ia5String IA5String,
        visibleString VisibleString,
        bmpString BMPString,
        utf8String UTF8String,
    }

    OidList ::= SEQUENCE OF OID
    IntegerList ::= SEQUENCE OF INTEGER
}
