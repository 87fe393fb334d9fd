//! Mail addresses and the three shapes of their constraints (RFC 5280, 4.2.1.10; RFC 9598, 6).

use alloc::string::String;

use super::host::Host;

/// An address, or a constraint on addresses: a mailbox, a host, or after a period the hosts of a domain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Mail {
    local: Option<String>,
    host: Host,
}

impl Mail {
    /// An rfc822Name, or an emailAddress in a subject.
    pub(super) fn address(octets: &[u8]) -> Option<Self> {
        let (local, domain) = parts(octets)?;
        Some(Self {
            local: Some(local.into()),
            host: Host::name(domain.as_bytes()).filter(|_| !domain.starts_with('*'))?,
        })
    }

    /// An SmtpUTF8Mailbox, whose domain may have U-labels.
    pub(super) fn international(address: &str) -> Option<Self> {
        let (local, domain) = address.rsplit_once('@')?;
        (!local.is_empty() && !local.contains('\0')).then_some(())?;
        Some(Self {
            local: Some(local.into()),
            host: Host::international(domain)?,
        })
    }

    /// A constraint; no name at all stands for every address.
    pub(super) fn constraint(octets: &[u8]) -> Option<Self> {
        if octets.contains(&b'@') {
            return Self::address(octets);
        }
        Some(Self {
            local: None,
            host: Host::constraint_with_dot(octets)?,
        })
    }

    /// Whether this address is within a constraint. What is excluded is excluded in any case of its local part: mail
    /// systems do not tell them apart, and RFC 8550, 3 compares so.
    pub(super) fn is_within(&self, base: &Self, excluding: bool) -> bool {
        let Some(wanted) = &base.local else {
            return self.host.is_on(&base.host);
        };
        let same = |local: &String| match excluding {
            true => local.eq_ignore_ascii_case(wanted),
            false => local == wanted,
        };
        self.local.as_ref().is_some_and(same) && self.host == base.host
    }
}

/// Local part and domain of an ASCII address.
fn parts(octets: &[u8]) -> Option<(&str, &str)> {
    let text = core::str::from_utf8(octets).ok()?;
    let printable = text.bytes().all(|octet| (b' '..0x7f).contains(&octet));
    let (local, domain) = text.rsplit_once('@')?;
    (printable && !local.is_empty()).then_some((local, domain))
}

#[cfg(test)]
mod tests {
    use super::Mail;

    fn within(address: &str, base: &str, excluding: bool) -> bool {
        let address = Mail::address(address.as_bytes()).expect("address");
        address.is_within(
            &Mail::constraint(base.as_bytes()).expect("constraint"),
            excluding,
        )
    }

    #[test]
    fn the_three_shapes() {
        for (address, base, wanted) in [
            ("a@example.com", "a@example.com", true),
            ("a@example.com", "b@example.com", false),
            ("A@example.com", "a@example.com", false),
            ("a@EXAMPLE.com", "a@example.com", true),
            ("a@example.com", "example.com", true),
            ("a@sub.example.com", "example.com", false),
            ("a@sub.example.com", ".example.com", true),
            ("a@example.com", ".example.com", false),
            ("a@notexample.com", ".example.com", false),
            ("a@example.com", "", true),
        ] {
            assert_eq!(within(address, base, false), wanted, "{address} {base}");
        }
        assert!(within("A@example.com", "a@example.com", true));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for address in [
            "",
            "a",
            "@example.com",
            "a@",
            "a@example.com.",
            "a\0@example.com",
            "a@exam\0ple.com",
            "ä@example.com",
            "a@*.example.com",
        ] {
            assert_eq!(Mail::address(address.as_bytes()), None, "{address:?}");
        }
    }

    #[test]
    fn international_domains_are_compared_as_a_labels() {
        let base = Mail::constraint(b"xn--pss25c.example.com").expect("constraint");
        let address = Mail::international("学生@大学.example.com").expect("address");
        let other = Mail::international("学生@医学.example.com").expect("address");
        assert!(address.is_within(&base, false));
        assert!(!other.is_within(&base, false));
    }
}
