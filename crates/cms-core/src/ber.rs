//! BER and DER: the push tokenizer, the grammar parser on top of it, a reader for captured parts and
//! the DER writer.
//!
//! Two ways to read live here because CMS has two kinds of parts. Bulky content arrives in any
//! chunking and goes through the [`Tokenizer`]; the small parts around it are captured as octets and
//! then read from the slice with a [`Cursor`]. Both accept all of BER that X.690 allows for the types
//! that CMS uses: definite, indefinite and non-minimal lengths and constructed OCTET STRINGs.

mod element;
mod header;
pub(crate) mod parser;
mod tag;
mod tokenizer;
pub mod write;

pub use element::{Cursor, Element, is_der, to_der};
pub use header::Header;
pub use tag::Tag;
pub use tokenizer::{Token, Tokenizer};
