//! Whose mail a certificate speaks for (RFC 8550, section 3).

use alloc::string::String;

use cms_core::types::Certificate;

use crate::extension::email_addresses;

/// The outcome of comparing a message's sender with a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AddressMatch {
    /// The certificate names no address: accepted, and reported (RFC 8550, 3).
    Absent,
    /// One of the certificate's addresses is the sender's.
    Match,
    /// None of them is.
    Mismatch,
}

impl AddressMatch {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Match => "match",
            Self::Mismatch => "mismatch",
        }
    }
}

/// Compares the addresses of From, or of Sender, with those of a certificate.
#[must_use]
pub fn check(certificate: &Certificate, senders: &[String]) -> AddressMatch {
    let addresses = email_addresses(certificate);
    if addresses.is_empty() {
        // rfc8550:3/1
        return AddressMatch::Absent;
    }
    let found = addresses
        .iter()
        .any(|address| senders.iter().any(|sender| same(address, sender)));
    if found {
        AddressMatch::Match
    } else {
        AddressMatch::Mismatch
    }
}

/// Whether two addresses are one mailbox: the host is compared without regard to case, and so is an ASCII local
/// part, as RFC 8550, 3 recommends ("case-insensitive comparison"); other local parts octet by octet.
#[must_use]
pub fn same(one: &str, two: &str) -> bool {
    let (Some((local_one, host_one)), Some((local_two, host_two))) =
        (one.rsplit_once('@'), two.rsplit_once('@'))
    else {
        return false;
    };
    let local = if local_one.is_ascii() && local_two.is_ascii() {
        local_one.eq_ignore_ascii_case(local_two)
    } else {
        local_one == local_two
    };
    local && !host_one.is_empty() && same_host(host_one, host_two)
}

/// Whether two hosts are one, their U-labels as A-labels (RFC 9598, 5; RFC 8550, 3).
fn same_host(one: &str, two: &str) -> bool {
    if one.is_ascii() && two.is_ascii() {
        // rfc8550:3/5
        return one.eq_ignore_ascii_case(two);
    }
    match (
        idna::domain_to_ascii_strict(one),
        idna::domain_to_ascii_strict(two),
    ) {
        (Ok(one), Ok(two)) => one.eq_ignore_ascii_case(&two),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_addresses_are_the_same() {
        // rfc8550:3/5
        assert!(same("Alice@Example.COM", "alice@example.com"));
        assert!(same("alice@bücher.example", "alice@xn--bcher-kva.example"));
        assert!(same("алиса@Bücher.example", "алиса@xn--bcher-kva.example"));
        for (one, two) in [
            ("alice@example.com", "alice@example.org"),
            ("alice@example.com", "malice@example.com"),
            ("alice@example.com", "alice@example.com.evil.net"),
            ("alice", "alice"),
            ("alice@", "alice@"),
            ("ÄLICE@example.com", "älice@example.com"),
            ("a@b@example.com", "b@example.com"),
            ("alice@bücher.example", "alice@bucher.example"),
            ("alice@ex\u{430}mple.com", "alice@example.com"),
            ("alice@xn--bcher-kva.example\0", "alice@bücher.example"),
        ] {
            assert!(!same(one, two), "{one} {two}");
        }
    }
}
