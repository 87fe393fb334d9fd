//! Every chunking of a message gives the same tree of entities, or the same error.

use smime_msg::mime::scanner::{ScanLimits, Scanner};

fn scan(chunks: &[&[u8]]) -> String {
    let mut scanner = Scanner::new(ScanLimits::new(8, 32, 16 << 10));
    for chunk in chunks {
        if let Err(error) = scanner.push(chunk) {
            return format!("{error:?}");
        }
    }
    format!("{:?}", scanner.finish())
}

/// Reads an input.
pub fn run(data: &[u8]) {
    let whole = scan(&[data.get(1..).unwrap_or_default()]);
    assert_eq!(whole, scan(&crate::chunks(data)));
}
