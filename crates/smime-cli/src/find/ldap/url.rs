//! LDAP URLs (RFC 4516).

use smime_cert::directory::Scope;
use url::Url;

use crate::outcome::Failure;

/// A directory, and where in it the search begins.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    /// The URL as it was given.
    pub(crate) text: String,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) is_tls: bool,
    pub(super) base: String,
    pub(super) scope: Scope,
}

impl Directory {
    /// Reads `ldap[s]://HOST[:PORT]/BASE[??SCOPE]`. Attributes, a filter and extensions are refused: what is asked
    /// for stands fast. Without a scope everything below BASE is searched, where RFC 4516, 2 has BASE alone: the URL
    /// names a directory here, not an entry.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let wrong = |why: &str| {
            Failure::usage(why)
                .about(text)
                .with_hint("a directory is ldap[s]://HOST[:PORT]/BASE")
        };
        let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
        let is_tls = match url.scheme() {
            "ldap" => false,
            "ldaps" => true,
            _ => return Err(wrong("not an LDAP URL")),
        };
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(wrong("an LDAP URL has no user and no fragment"));
        }
        let host = url.host_str().unwrap_or_default();
        if host.is_empty() {
            return Err(wrong("the URL names no host"));
        }
        let base = url.path().trim_start_matches('/');
        let base = percent_decoded(base).ok_or_else(|| wrong("the base is not UTF-8"))?;
        let mut parts = url.query().unwrap_or_default().split('?');
        let attributes = parts.next().unwrap_or_default();
        let scope = match parts.next().unwrap_or_default() {
            "" | "sub" => Scope::Subtree,
            "base" => Scope::Base,
            "one" => Scope::One,
            _ => return Err(wrong("the scope is base, one or sub")),
        };
        if !attributes.is_empty() || parts.any(|part| !part.is_empty()) {
            return Err(wrong("attributes, filter and extensions are not taken"));
        }
        Ok(Self {
            text: text.to_owned(),
            // Brackets of an IPv6 address are the URL's.
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(if is_tls { 636 } else { 389 }),
            is_tls,
            base,
            scope,
        })
    }
}

/// Octets behind percent signs (RFC 3986, 2.1), as UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first != b'%' {
            octets.push(*first);
            continue;
        }
        let (digits, behind) = rest.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok()?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        octets.push(u8::from_str_radix(digits, 16).ok()?);
        rest = behind;
    }
    String::from_utf8(octets).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_rfc4516_are_read() {
        let read = |text: &str| {
            let url = Directory::parse(text).unwrap();
            (url.host, url.port, url.is_tls, url.base, url.scope)
        };
        let expect = |host: &str, port, is_tls, base: &str, scope| {
            (host.to_owned(), port, is_tls, base.to_owned(), scope)
        };
        assert_eq!(
            read("ldap://ldap.example.com/dc=example,dc=com"),
            expect(
                "ldap.example.com",
                389,
                false,
                "dc=example,dc=com",
                Scope::Subtree
            )
        );
        assert_eq!(
            read("LDAPS://[2001:db8::7]/c=GB??one"),
            expect("2001:db8::7", 636, true, "c=GB", Scope::One)
        );
        // RFC 4516, 4: "?" within the name, and UTF-8.
        assert_eq!(
            read("ldap://h:1389/o=Question%3f,c=US??base??"),
            expect("h", 1389, false, "o=Question?,c=US", Scope::Base)
        );
        assert_eq!(
            read("ldap://h/o=Bu%cc%88cher%2C%20x"),
            expect("h", 389, false, "o=Bu\u{308}cher, x", Scope::Subtree)
        );
        assert_eq!(
            read("ldap://h"),
            expect("h", 389, false, "", Scope::Subtree)
        );
    }

    #[test]
    fn other_urls_are_refused() {
        for wrong in [
            "ldap.example.com",
            "http://h/",
            "ldapi://%2frun%2fldapi",
            "ldap:///dc=example",
            "ldap://user@h/",
            "ldap://u:p@h/",
            "ldap://h/#x",
            "ldap://h/?userCertificate",
            "ldap://h/???(mail=*)",
            "ldap://h/??sub?(objectClass=*)",
            "ldap://h/????!bindname=cn=a",
            "ldap://h/??deep",
            "ldap://h/%ff",
            "ldap://h/%4",
            "ldap://h/%+1",
            "ldap://h:99999/",
        ] {
            assert!(Directory::parse(wrong).is_err(), "{wrong}");
        }
    }
}
