//! What is found on certificates that are changed in one thing.
