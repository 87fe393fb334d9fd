//! The forms of domain names, mail addresses and URIs (RFC 5280, 4.2.1.6).

use alloc::string::String;

/// Domain names in the preferred syntax of RFC 1034, 3.5 (underscores within labels are let pass), of at least two
/// labels, of which the last ends with a letter.
pub(super) fn is_domain(name: &str) -> bool {
    let Some((parents, last)) = name.rsplit_once('.') else {
        return false;
    };
    let within = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-' || octet == b'_';
    let is_label = |label: &str| {
        let octets = label.as_bytes();
        let ends = octets.first().zip(octets.last());
        octets.len() <= 63
            && octets.iter().all(|octet| within(*octet))
            && ends.is_some_and(|(a, b)| a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric())
    };
    let ends_with_letter = last.ends_with(|c: char| c.is_ascii_alphabetic());
    parents.split('.').all(is_label) && is_label(last) && last.len() >= 2 && ends_with_letter
}

/// The Mailbox of RFC 5321, 4.1.2, with a domain name as its host.
pub(super) fn is_address(address: &str) -> bool {
    let Some((local, host)) = address.split_once('@') else {
        return false;
    };
    let is_local = local.len() <= 64 && (is_dot_atom(local) || is_quoted(local));
    !host.contains('@') && host.len() <= 253 && is_local && is_domain(host)
}

fn is_dot_atom(local: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|octet| {
                octet.is_ascii_alphanumeric() || b"-!#$%&'*+/=?^_`{}|~".contains(&octet)
            })
    };
    local.split('.').all(is_atom)
}

fn is_quoted(local: &str) -> bool {
    let inner = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = inner else {
        return false;
    };
    let mut octets = inner.bytes();
    while let Some(octet) = octets.next() {
        let good = match octet {
            b'\\' => octets
                .next()
                .is_some_and(|next| next.is_ascii() && next != b'\n'),
            b'"' | b'\n' | b'\r' | b'\t' | 0 => false,
            octet => octet.is_ascii() && octet != b' ',
        };
        if !good {
            return false;
        }
    }
    true
}

/// The parts of a URI: its scheme in lower case, and its authority where it has one.
pub(super) struct Uri<'a> {
    pub(super) scheme: String,
    authority: Option<&'a str>,
    /// What follows scheme and authority.
    rest: &'a str,
}

impl<'a> Uri<'a> {
    /// Splits a URI; what has no scheme has an empty one.
    pub(super) fn split(uri: &'a str) -> Self {
        let is_scheme = |scheme: &str| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme
                    .bytes()
                    .all(|octet| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet))
        };
        let (scheme, rest) = match uri.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme, rest),
            _ => ("", uri),
        };
        let scheme = scheme.to_ascii_lowercase();
        let Some(hierarchy) = rest.strip_prefix("//") else {
            return Self {
                scheme,
                authority: None,
                rest,
            };
        };
        let end = hierarchy.find(['/', '?', '#']).unwrap_or(hierarchy.len());
        let (authority, rest) = hierarchy.split_at_checked(end).unwrap_or((hierarchy, ""));
        Self {
            scheme,
            authority: Some(authority),
            rest,
        }
    }

    /// The host without user information, brackets and port; empty where there is none.
    pub(super) fn host(&self) -> String {
        let authority = self.authority.unwrap_or_default();
        let host = authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host);
        let host = match host.strip_prefix('[') {
            Some(address) => address
                .split_once(']')
                .map_or(address, |(address, _)| address),
            None => host.split_once(':').map_or(host, |(host, _)| host),
        };
        host.to_ascii_lowercase()
    }

    /// rfc5280:4.2.1.6: "The name MUST NOT be a relative URI"; one with an authority has a domain name or an IP address
    /// in it.
    pub(super) fn is_absolute(&self) -> bool {
        const WITH_HOST: [&str; 4] = ["http", "https", "ftp", "ldap"];
        let printable = |text: &str| text.bytes().all(|octet| (0x21..=0x7e).contains(&octet));
        let clean = printable(self.rest)
            && !self
                .rest
                .contains(['"', '<', '>', '\\', '^', '`', '{', '|', '}']);
        match self.authority {
            _ if self.scheme.is_empty() || !clean => false,
            Some(authority) => printable(authority) && is_port(authority) && is_host(&self.host()),
            None => !self.rest.is_empty() && !WITH_HOST.contains(&self.scheme.as_str()),
        }
    }
}

fn is_host(host: &str) -> bool {
    is_domain(host) || host.parse::<core::net::IpAddr>().is_ok()
}

fn is_port(authority: &str) -> bool {
    let after = authority
        .rsplit_once(']')
        .map_or(authority, |(_, after)| after);
    let after = after.rsplit_once('@').map_or(after, |(_, after)| after);
    match after.rsplit_once(':') {
        Some((_, port)) => port.parse::<u16>().is_ok_and(|port| port != 0),
        None => true,
    }
}

/// Whether a domain name ends in a top-level domain of the public domain name system.
pub(super) fn is_public(domain: &str) -> bool {
    let last = domain.rsplit('.').next().unwrap_or_default();
    let last = last.to_ascii_lowercase();
    !domain.starts_with('.')
        && !domain.contains("..")
        && TOP_LEVEL_DOMAINS.lines().any(|known| known == last)
}

/// The domains of the root zone, as A-labels; where the list is from, and how to renew it, stands at its head.
const TOP_LEVEL_DOMAINS: &str = include_str!("tlds.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_local_part_and_a_domain() {
        for address in [
            "alice@example.com",
            "a.b+c@mail.example.org",
            "\"a\\ b\"@example.com",
        ] {
            assert!(is_address(address), "{address}");
        }
        for address in [
            "",
            "alice",
            "alice@",
            "@example.com",
            "a@b@example.com",
            "alice@localhost",
            "a b@example.com",
            "alice@-example.com",
            "alice@example.c",
            "alice@example.123",
            ".alice@example.com",
            "alice@example..com",
            "\"a b\"@example.com",
            "\u{e4}lice@example.com",
            "alice@[192.0.2.1]",
        ] {
            assert!(!is_address(address), "{address}");
        }
    }

    #[test]
    fn uris_have_a_scheme_and_a_host() {
        for uri in [
            "http://example.com/a.crl",
            "HTTP://example.com:8080",
            "http://192.0.2.1/",
            "https://[2001:db8::1]/x?y",
            "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "ldap://ldap.example.com/cn=x?y",
        ] {
            assert!(Uri::split(uri).is_absolute(), "{uri}");
        }
        for uri in [
            "",
            "example.com",
            "/relative",
            "http:",
            "http:///path",
            "http://",
            "http://host/",
            "http://a b.com/",
            "http://example.com:0/",
            "http://example.com:99999/",
            "http://exa_mple/",
            "http://example.com/\"x",
            ":x",
            "ldap:///CN=x",
        ] {
            assert!(!Uri::split(uri).is_absolute(), "{uri}");
        }
    }

    #[test]
    fn the_list_of_domains_is_in_the_form_that_is_searched() {
        let domains: alloc::vec::Vec<_> = TOP_LEVEL_DOMAINS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert!(domains.len() > 1400 && domains.is_sorted());
        let fits =
            |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
        assert!(domains.iter().all(|name| name.bytes().all(fits)));
    }

    #[test]
    fn names_outside_of_the_public_tree_are_internal() {
        for name in [
            "example.com",
            "mail.example.co.uk",
            "com",
            "example.xn--p1ai",
        ] {
            assert!(is_public(name), "{name}");
        }
        for name in [
            "",
            "localhost",
            "server.local",
            "a.example",
            "host.internal",
            ".com",
            "a..com",
            "a.test",
        ] {
            assert!(!is_public(name), "{name}");
        }
    }
}
