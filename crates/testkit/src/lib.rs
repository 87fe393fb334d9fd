//! Shared test support, for development only: keys and certificates, vectors, every chunking of an input, trees of DER
//! to break, the paper on conformance.

pub mod ber;
pub mod chunking;
pub mod keys;
pub mod paper;
pub mod vectors;
