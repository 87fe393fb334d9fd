//! OpenSSL 4.0, whose source, programs included, is in a crate of crates.io.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Places;
use crate::process;

const CRATE: &str = "openssl-src";
const VERSION: &str = "400.0.2";

/// Builds the program; that takes some minutes.
pub(super) fn build(places: &Places) -> Result<()> {
    let program = places.tools().join("openssl-4.0");
    if program.is_file() {
        return Ok(());
    }
    let folder = places.build().join("openssl-4.0");
    if !folder.join("Configure").is_file() {
        let source = source(&places.build().join("crate"))?;
        let _ = fs::remove_dir_all(&folder);
        process::output(process::command("cp").arg("-r").arg(source).arg(&folder))?;
    }
    // The crate leaves it out, and Configure stops without it.
    fs::write(folder.join("util/providers.num"), "")?;
    let run = |program: &str, words: &str| {
        let mut command = process::command(program);
        process::output(command.current_dir(&folder).args(words.split(' ')))
    };
    let words = "Configure linux-x86_64 zlib no-shared no-tests no-docs no-module enable-legacy";
    run("perl", words)?;
    run("nice", "make -j2 build_programs")?;
    fs::copy(folder.join("apps/openssl"), &program)?;
    Ok(())
}

/// Where cargo puts the crate's source.
fn source(folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         {CRATE} = \"={VERSION}\"\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    Ok(process::crate_source(&folder.join("Cargo.toml"), CRATE)?.join("openssl"))
}
