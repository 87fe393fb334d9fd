//! Host names: of dNSName, uniformResourceIdentifier and the domains of addresses.

use alloc::string::String;
use alloc::vec::Vec;

/// A host name in lower case, its labels as A-labels.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Host {
    name: String,
    /// A constraint with a leading period: hosts below alone.
    below: bool,
}

impl Host {
    /// The name of a host, which may begin with the label `*`.
    pub(super) fn name(octets: &[u8]) -> Option<Self> {
        let name = core::str::from_utf8(octets).ok()?;
        is_host(name.strip_prefix("*.").unwrap_or(name)).then(|| Self {
            name: name.to_ascii_lowercase(),
            below: false,
        })
    }

    /// A constraint of dNSName: no name at all stands for every host.
    pub(super) fn constraint(octets: &[u8]) -> Option<Self> {
        let name = core::str::from_utf8(octets).ok()?;
        (name.is_empty() || is_host(name)).then(|| Self {
            name: name.to_ascii_lowercase(),
            below: false,
        })
    }

    /// A constraint of uniformResourceIdentifier or rfc822Name: a host, or after a period the hosts of a domain.
    pub(super) fn constraint_with_dot(octets: &[u8]) -> Option<Self> {
        match octets.split_first() {
            Some((b'.', rest)) => Self::name(rest)
                .filter(|host| !host.name.starts_with('*'))
                .map(|host| Self {
                    below: true,
                    ..host
                }),
            _ => Self::constraint(octets),
        }
    }

    /// The domain of an internationalised address, its U-labels as A-labels (RFC 9598, 5).
    pub(super) fn international(name: &str) -> Option<Self> {
        let name = idna::domain_to_ascii_strict(name).ok()?;
        Self::name(name.as_bytes())
    }

    /// The host of a URI with an authority; `None` where there is none or it is an address (RFC 5280, 4.2.1.10;
    /// RFC 3986, 3.2).
    pub(super) fn of_uri(uri: &[u8]) -> Option<Self> {
        let uri = core::str::from_utf8(uri).ok()?;
        let (scheme, rest) = uri.split_once("://")?;
        if scheme.is_empty()
            || !scheme
                .bytes()
                .all(|octet| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet))
        {
            return None;
        }
        let authority = rest.split(['/', '?', '#']).next()?;
        let host = authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host);
        let host = match host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => host,
            Some(_) => return None,
            None => host,
        };
        let all_digits = host
            .rsplit('.')
            .next()
            .is_none_or(|last| last.bytes().all(|octet| octet.is_ascii_digit()));
        if all_digits || host.starts_with('*') {
            return None;
        }
        Self::name(host.as_bytes())
    }

    /// Whether this is the constraint's host or one below it: the rule of dNSName.
    pub(super) fn is_within(&self, base: &Self) -> bool {
        base.name.is_empty() || self.name == base.name || self.is_below(&base.name)
    }

    /// Whether this is the constraint's host, or one below where it has a leading period: the rule of URIs and mail.
    pub(super) fn is_on(&self, base: &Self) -> bool {
        if base.below {
            self.is_below(&base.name)
        } else {
            base.name.is_empty() || self.name == base.name
        }
    }

    /// Whether this is a wildcard that stands for hosts of the constraint, which is longer.
    pub(super) fn covers(&self, base: &Self) -> bool {
        self.name
            .strip_prefix("*.")
            .is_some_and(|parent| base.is_below(parent))
    }

    fn is_below(&self, parent: &str) -> bool {
        self.name
            .strip_suffix(parent)
            .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
    }
}

/// Labels of letters, digits, hyphens and, as found in practice, underscores; no dot at the end.
fn is_host(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    name.len() <= 253
        && labels.iter().all(|label| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|octet| octet.is_ascii_alphanumeric() || b"-_".contains(&octet))
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

#[cfg(test)]
mod tests {
    use super::Host;

    fn host(name: &str) -> Option<Host> {
        Host::name(name.as_bytes())
    }

    #[test]
    fn hosts_with_broken_labels_are_none() {
        let long = "a".repeat(64);
        for name in [
            "",
            ".",
            "example.com.",
            ".example.com",
            "a..b",
            "exa mple.com",
            "a\0.example.com",
            "-a.com",
            "a-.com",
            "éxample.com",
            "*",
            "a.*.com",
            long.as_str(),
        ] {
            assert_eq!(host(name), None, "{name:?}");
        }
        assert!(host("*.example.com").is_some());
    }

    #[test]
    fn subdomains_count_by_whole_labels() {
        let base = |name: &str| Host::constraint(name.as_bytes()).expect("constraint");
        let within = |name: &str, of: &str| host(name).expect("host").is_within(&base(of));
        assert!(within("example.com", "example.com"));
        assert!(within("A.Example.COM", "example.com"));
        assert!(within("anything.org", ""));
        assert!(!within("notexample.com", "example.com"));
        assert!(!within("example.com.evil.org", "example.com"));
        assert!(
            host("*.example.com")
                .expect("host")
                .covers(&base("bad.example.com"))
        );
        assert!(
            !host("*.example.com")
                .expect("host")
                .covers(&base("example.com"))
        );
        let dotted = Host::constraint_with_dot(b".example.com").expect("constraint");
        assert!(host("a.example.com").expect("host").is_on(&dotted));
        assert!(!host("example.com").expect("host").is_on(&dotted));
        assert!(
            !host("a.example.com")
                .expect("host")
                .is_on(&base("example.com"))
        );
    }

    #[test]
    fn uris_have_a_host_by_name_or_none() {
        let of = |uri: &str| Host::of_uri(uri.as_bytes());
        assert_eq!(
            of("https://user@Host.example.com:8080/path"),
            host("host.example.com")
        );
        assert_eq!(of("ldap://host.example.com?x"), host("host.example.com"));
        for uri in [
            "urn:x",
            "http:///path",
            "http://192.0.2.1/",
            "http://[2001:db8::1]/",
            "mailto:a@example.com",
            "http://a@b@/",
            "://host.example.com",
            "http://host.example.com:x/",
            "http://ex\0ample.com/",
        ] {
            assert_eq!(of(uri), None, "{uri:?}");
        }
    }
}
