//! `replay TARGET FOLDER...`: a target over the files of folders, without a fuzzer.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let Some((_, target)) = fuzz::targets::ALL.iter().find(|(known, _)| *known == name) else {
        eprintln!("usage: replay TARGET FOLDER...");
        return ExitCode::FAILURE;
    };
    for folder in arguments {
        for path in testkit::vectors::files(Path::new(&folder)) {
            if let Ok(octets) = std::fs::read(path) {
                target(&octets);
            }
        }
    }
    ExitCode::SUCCESS
}
