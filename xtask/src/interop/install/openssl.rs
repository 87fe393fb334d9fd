//! OpenSSL 4.0, whose source, programs included, is in a crate of crates.io.

use anyhow::Result;
use std::fs;

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
        let source =
            process::crate_source(CRATE, VERSION, &places.build().join("crate"))?.join("openssl");
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
