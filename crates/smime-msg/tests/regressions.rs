//! What fuzzing found, made small, read again by the target that found it (`fuzz/regressions/TARGET`).

use std::path::Path;

#[test]
fn what_fuzzing_found_is_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/regressions");
    let mut inputs = 0;
    for entry in std::fs::read_dir(&folder).unwrap().flatten() {
        if !entry.path().is_dir() {
            continue;
        }
        let name = entry.file_name().into_string().unwrap();
        let target = fuzz::targets::ALL.iter().find(|(known, _)| *known == name);
        let (_, target) = target.unwrap_or_else(|| panic!("there is no target {name}"));
        for path in testkit::vectors::files(&entry.path()) {
            target(&std::fs::read(&path).unwrap());
            inputs += 1;
        }
    }
    assert!(inputs > 0, "nothing was replayed");
}

/// Every target reads nothing, and something that is nothing.
#[test]
fn every_target_runs() {
    for (name, target) in fuzz::targets::ALL {
        for input in [
            &b""[..],
            b"\0",
            b"\x300",
            b"\0\x30\x80\0\0",
            b"\0From: a@example.com\r\n\r\n",
        ] {
            target(input);
        }
        assert!(!name.is_empty());
    }
}
