//! Broken certificates: nothing panics.
