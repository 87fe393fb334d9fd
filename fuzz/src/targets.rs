//! The targets: each reads any octets, and panics where something is wrong. `cargo xtask fuzz` runs them, and a test of
//! the command replays `fuzz/regressions` through them.

pub mod authenticated_data;
pub mod certificate;
pub mod collection;
pub mod compressed_data;
pub mod containers;
pub mod differential;
pub mod digested_data;
pub mod directory;
pub mod encrypted_data;
pub mod enveloped_data;
pub mod mime;
pub mod mutated;
pub mod open;
pub mod readdress;
pub mod recipients;
pub mod signed_data;
pub mod status;
pub mod time_stamped_data;
pub mod tokenizer;
pub mod writer;

/// A target: what reads an input, and panics where something is wrong.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const ALL: [(&str, Target); 20] = [
    ("authenticated_data", authenticated_data::run),
    ("certificate", certificate::run),
    ("collection", collection::run),
    ("compressed_data", compressed_data::run),
    ("containers", containers::run),
    ("differential", differential::run),
    ("digested_data", digested_data::run),
    ("directory", directory::run),
    ("encrypted_data", encrypted_data::run),
    ("enveloped_data", enveloped_data::run),
    ("mime", mime::run),
    ("mutated", mutated::run),
    ("open", open::run),
    ("readdress", readdress::run),
    ("recipients", recipients::run),
    ("signed_data", signed_data::run),
    ("status", status::run),
    ("time_stamped_data", time_stamped_data::run),
    ("tokenizer", tokenizer::run),
    ("writer", writer::run),
];
