//! Writes examples of every content type, algorithm family and form, byte for byte the same each time: fixed keys,
//! fixed time, fixed randomness, pure-Rust backends. `cargo xtask examples` runs it, adds annotated dumps and asks a
//! second implementation.

mod enveloped;
mod example;
mod fixed;
mod kin;
mod people;
mod restated;
mod signed;
mod write;

use std::path::PathBuf;

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).context("which folder?")?;
    let people = people::People::make()?;
    let mut list = signed::examples(&people)?;
    list.extend(enveloped::examples(&people)?);
    list.extend(kin::examples(&people)?);
    list.extend(restated::examples(&people)?);
    write::write(&PathBuf::from(folder), &people, &list)
}
