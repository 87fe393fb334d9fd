//! Peeling a message through every layer, with the keys of testkit and all that may be read.

use std::io::Cursor;
use std::sync::LazyLock;

use cms_algs::{PROVIDER, PrivateKey};
use cms_core::key::Identity;
use cms_core::policy::StandardPolicy;
use smime_msg::open::{OpenContext, open};
use smime_msg::spool::MemorySpools;

static KEYS: LazyLock<Vec<Identity<PrivateKey>>> = LazyLock::new(crate::identities);

/// Reads an input.
pub fn run(data: &[u8]) {
    let certificates = Vec::new();
    let limits = crate::limits();
    let context = OpenContext {
        provider: &PROVIDER,
        policy: &StandardPolicy::Legacy,
        limits: &limits,
        keys: &*KEYS,
        certificates: &certificates,
        spools: &MemorySpools::new(1 << 20),
        trust: None,
    };
    let opened = open(Box::new(Cursor::new(data)), &context);
    let held = opened
        .content
        .map_or(0, |content| content.into_spool().len());
    assert!(held <= 1 << 20);
}
