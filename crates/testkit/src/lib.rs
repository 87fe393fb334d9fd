//! Shared test support, for development only: keys and certificates, vectors, every chunking of an input.

pub mod chunking;
pub mod keys;
pub mod vectors;
