//! Bouncy Castle both ways, with every algorithm that we write: what either makes, the other reads, and what was
//! changed on the way is refused.
//!
//! Its jars are looked for in `SMIME_BC_JARS` (files with colons between, or a folder), else where Debian has them. One
//! virtual machine does all jobs: they are collected, run, and only then what came out is looked at.

#![expect(clippy::unwrap_used, reason = "tests")]

mod contents;
mod peer;
mod recipients;
mod rows;
mod signatures;
#[path = "../support/mod.rs"]
mod support;

use peer::Peer;
use rows::Rows;

#[test]
fn bouncy_castle_and_we_read_each_other() {
    let Some(peer) = Peer::find() else {
        return;
    };
    let mut rows = Rows::new();
    signatures::ask(&mut rows, &peer);
    recipients::ask(&mut rows, &peer);
    contents::ask(&mut rows, &peer);
    rows.finish(&peer);
}
