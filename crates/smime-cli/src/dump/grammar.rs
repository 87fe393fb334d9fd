//! Grammar tables: ASN.1 types as constants, and what of them an encoding can be.
//!
//! A family of types is a file below; adding a type is adding it to a table, and where an object identifier leads to
//! it, to the registry beside it. The macro reads ASN.1 with these habits: tags say `IMPLICIT` or `EXPLICIT`, inner
//! types have names, and what holds an encoding says so.

use std::borrow::Cow;

use cms_core::ber::Tag;

/// Reads types in ASN.1 notation.
macro_rules! asn1 {
    (@fields $($field:ident $([$tag:literal] $how:ident)? $ty:ident $($presence:ident)?),* $(,)?) => {
        &[$(crate::dump::grammar::Field {
            name: stringify!($field),
            tagging: asn1!(@tagging $($how $tag)?),
            ty: &$ty,
            optional: asn1!(@optional $($presence)?),
        }),*]
    };
    (@tagging) => { crate::dump::grammar::Tagging::Plain };
    (@tagging IMPLICIT $tag:literal) => { crate::dump::grammar::Tagging::Implicit($tag) };
    (@tagging EXPLICIT $tag:literal) => { crate::dump::grammar::Tagging::Explicit($tag) };
    (@optional) => { false };
    (@optional OPTIONAL) => { true };
    (@optional DEFAULT) => { true };
    (@type $name:ident $shape:expr) => {
        pub(crate) static $name: crate::dump::grammar::Type =
            crate::dump::grammar::Type { name: stringify!($name), shape: $shape };
    };
    (@named $name:ident $tag:ident $($value:ident $number:literal)*) => {
        asn1!(@type $name crate::dump::grammar::Shape::Simple(
            cms_core::ber::Tag::$tag,
            &[$(($number, stringify!($value))),*],
        ));
    };
    () => {};
    ($name:ident ::= SEQUENCE { $($fields:tt)* } $($rest:tt)*) => {
        asn1!(@type $name crate::dump::grammar::Shape::Sequence(asn1!(@fields $($fields)*)));
        asn1!($($rest)*);
    };
    ($name:ident ::= PRIVATE SEQUENCE { $($fields:tt)* } $($rest:tt)*) => {
        asn1!(@type $name crate::dump::grammar::Shape::PrivateSequence(asn1!(@fields $($fields)*)));
        asn1!($($rest)*);
    };
    ($name:ident ::= SET { $($fields:tt)* } $($rest:tt)*) => {
        asn1!(@type $name crate::dump::grammar::Shape::Set(asn1!(@fields $($fields)*)));
        asn1!($($rest)*);
    };
    ($name:ident ::= CHOICE { $($fields:tt)* } $($rest:tt)*) => {
        asn1!(@type $name crate::dump::grammar::Shape::Choice(asn1!(@fields $($fields)*)));
        asn1!($($rest)*);
    };
    ($name:ident ::= SEQUENCE OF $of:ident $($rest:tt)*) => {
        asn1!(@type $name crate::dump::grammar::Shape::SequenceOf(&$of));
        asn1!($($rest)*);
    };
    ($name:ident ::= SET OF $of:ident $($rest:tt)*) => {
        asn1!(@type $name crate::dump::grammar::Shape::SetOf(&$of));
        asn1!($($rest)*);
    };
    ($name:ident ::= INTEGER { $($value:ident ($number:literal)),* $(,)? } $($rest:tt)*) => {
        asn1!(@named $name INTEGER $($value $number)*);
        asn1!($($rest)*);
    };
    ($name:ident ::= ENUMERATED { $($value:ident ($number:literal)),* $(,)? } $($rest:tt)*) => {
        asn1!(@named $name ENUMERATED $($value $number)*);
        asn1!($($rest)*);
    };
    ($name:ident ::= BIT STRING { $($value:ident ($number:literal)),* $(,)? } $($rest:tt)*) => {
        asn1!(@named $name BIT_STRING $($value $number)*);
        asn1!($($rest)*);
    };
    ($name:ident ::= OCTET STRING CONTAINING $held:ident $($rest:tt)*) => {
        asn1!(@type $name crate::dump::grammar::Shape::Holding(cms_core::ber::Tag::OCTET_STRING, &$held));
        asn1!($($rest)*);
    };
    ($name:ident ::= BIT STRING CONTAINING $held:ident $($rest:tt)*) => {
        asn1!(@type $name crate::dump::grammar::Shape::Holding(cms_core::ber::Tag::BIT_STRING, &$held));
        asn1!($($rest)*);
    };
    ($name:ident ::= ANY DEFINED BY $registry:ident $($rest:tt)*) => {
        asn1!(@type $name crate::dump::grammar::Shape::DefinedBy(&$registry));
        asn1!($($rest)*);
    };
    ($name:ident ::= $alias:ident $($rest:tt)*) => {
        asn1!(@type $name crate::dump::grammar::Shape::Alias(&$alias));
        asn1!($($rest)*);
    };
}

#[expect(non_upper_case_globals, reason = "the names of the standards")]
pub(crate) mod algorithm;
#[expect(non_upper_case_globals, reason = "the names of the standards")]
pub(crate) mod attribute;
#[expect(non_upper_case_globals, reason = "the names of the standards")]
pub(crate) mod builtin;
#[expect(non_upper_case_globals, reason = "the names of the standards")]
pub(crate) mod certificate;
#[expect(non_upper_case_globals, reason = "the names of the standards")]
pub(crate) mod cms;
#[expect(non_upper_case_globals, reason = "the names of the standards")]
pub(crate) mod content;
#[expect(non_upper_case_globals, reason = "the names of the standards")]
pub(crate) mod ess;
#[expect(non_upper_case_globals, reason = "the names of the standards")]
pub(crate) mod extension;
#[expect(non_upper_case_globals, reason = "the names of the standards")]
pub(crate) mod key;
#[expect(non_upper_case_globals, reason = "the names of the standards")]
pub(crate) mod recipient;
#[expect(non_upper_case_globals, reason = "the names of the standards")]
pub(crate) mod status;

/// A type with its name in the standard.
#[derive(Debug)]
pub(crate) struct Type {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
}

/// Types by the object identifiers, in dots, that lead to them.
pub(crate) type Registry = &'static [(&'static str, &'static Type)];

/// What a type is made of.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Another type under a name of its own.
    Alias(&'static Type),
    /// Anything.
    Any,
    Choice(&'static [Field]),
    /// The type that the object identifier before it leads to.
    DefinedBy(&'static Registry),
    /// A string whose contents are an encoding.
    Holding(Tag, &'static Type),
    /// A SEQUENCE in which everything that is not a known field may be a private key.
    PrivateSequence(&'static [Field]),
    /// Private key material, of any type.
    Secret,
    Sequence(&'static [Field]),
    SequenceOf(&'static Type),
    Set(&'static [Field]),
    SetOf(&'static Type),
    /// A type of the ASN.1 language, and the names of its values or bits.
    Simple(Tag, &'static [(u64, &'static str)]),
}

/// A component of a SEQUENCE or SET, or an alternative of a CHOICE.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) tagging: Tagging,
    pub(crate) ty: &'static Type,
    pub(crate) optional: bool,
}

/// A field's tag in the place of, or around, its type's own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tagging {
    Explicit(u32),
    Implicit(u32),
    Plain,
}

/// What an encoding is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match {
    /// The type, by the name under which the table mentions it.
    pub(crate) ty: &'static Type,
    /// The alternative of a CHOICE, where its tag alone says so; else the CHOICE's other name.
    pub(crate) alternative: Option<&'static str>,
    /// The encoding is a tag around one of the type.
    pub(crate) explicit: bool,
}

impl Type {
    /// What stands behind aliases.
    pub(crate) fn concrete(&'static self) -> &'static Self {
        let mut ty = self;
        while let Shape::Alias(inner) = ty.shape {
            ty = inner;
        }
        ty
    }

    /// Whether an encoding of this tag can be of this type; `key` is the object identifier before it.
    pub(crate) fn accepts(&'static self, tag: Tag, key: Option<&str>) -> Option<Match> {
        let plain = Match {
            ty: self,
            alternative: None,
            explicit: false,
        };
        let of_tag = |own: Tag| (own == tag).then_some(plain);
        match &self.concrete().shape {
            Shape::Alias(_) | Shape::Any | Shape::Secret => Some(plain),
            Shape::Choice(alternatives) => alternatives.iter().find_map(|alternative| {
                let mut found = alternative.accepts(tag, key)?;
                if !matches!(alternative.tagging, Tagging::Plain) {
                    found.alternative = Some(alternative.name);
                } else if matches!(self.shape, Shape::Alias(_)) {
                    found.alternative.get_or_insert(self.name);
                }
                Some(found)
            }),
            Shape::DefinedBy(registry) => match lookup(registry, key) {
                Some(ty) => ty.accepts(tag, key),
                None => Some(Match {
                    ty: &builtin::ANY,
                    ..plain
                }),
            },
            Shape::Holding(own, _) | Shape::Simple(own, _) => of_tag(*own),
            Shape::PrivateSequence(_) | Shape::Sequence(_) | Shape::SequenceOf(_) => {
                of_tag(Tag::SEQUENCE)
            }
            Shape::Set(_) | Shape::SetOf(_) => of_tag(Tag::SET),
        }
    }
}

impl Field {
    /// Whether an encoding of this tag can be this field.
    pub(crate) fn accepts(&'static self, tag: Tag, key: Option<&str>) -> Option<Match> {
        let tagged = |number, explicit| {
            (tag == Tag::context(number)).then_some(Match {
                ty: self.ty,
                alternative: None,
                explicit,
            })
        };
        match self.tagging {
            Tagging::Plain => self.ty.accepts(tag, key),
            Tagging::Implicit(number) => tagged(number, false),
            Tagging::Explicit(number) => tagged(number, true),
        }
    }
}

/// The type that an object identifier leads to.
pub(crate) fn lookup(registry: Registry, key: Option<&str>) -> Option<&'static Type> {
    let key = key?;
    registry
        .iter()
        .find(|(oid, _)| *oid == key)
        .map(|(_, ty)| *ty)
}

/// A name of a table as the standard writes it.
pub(crate) fn shown_name(name: &'static str) -> Cow<'static, str> {
    if name.contains('_') {
        Cow::Owned(name.replace('_', "-"))
    } else {
        Cow::Borrowed(name)
    }
}
