//! Name constraints along a path (RFC 5280, 4.2.1.10 and 6.1.3 b and c; RFC 9549; RFC 9598, 6).

mod host;
mod mail;

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;

use cms_core::ber::Cursor;
use cms_core::types::{CanonicalName, Certificate};
use cms_core::{ObjectIdentifier, oid};

use super::PathFailure;
use crate::extension::{self, ExtensionError, NameConstraints, ids};
use crate::general_name::{GeneralName, SMTP_UTF8_MAILBOX};
use host::Host;
use mail::Mail;

/// Comparisons of a name with a subtree in one path. OpenSSL allows 2^20 for each certificate, Go 250,000.
const MAX_COMPARISONS: u32 = 1 << 20;

/// permitted_subtrees and excluded_subtrees of RFC 5280, 6.1.2.
#[derive(Debug, Default)]
pub(super) struct Constraints {
    /// One list for each certificate that has some: a name must be within each, as far as it is about its form.
    permitted: Vec<Vec<Subtree>>,
    excluded: Vec<Subtree>,
    compared: Cell<u32>,
}

/// The base of a subtree.
#[derive(Debug)]
enum Subtree {
    Mail(Mail),
    Dns(Host),
    Directory(CanonicalName),
    Uri(Host),
    Ip(Vec<u8>, Vec<u8>),
    /// A form that is not evaluated: it is about every name of its form.
    Other(ObjectIdentifier),
    Unread(u8),
    /// A dNSName that is no host, for instance with a period in front, as many CAs write it: it is about every host.
    BadDns,
}

/// A name of a certificate.
enum Named {
    Mail(Mail),
    Dns(Host),
    Directory(CanonicalName),
    /// `None` where there is no host name.
    Uri(Option<Host>),
    Ip(Vec<u8>),
    Other(ObjectIdentifier),
    Unread(u8),
}

/// Whether a name is within a subtree.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Within {
    Yes,
    No,
    /// The subtree is about names of another form.
    Unrelated,
    /// The subtree is about names of this form, which cannot be compared.
    Unknown,
}

impl Constraints {
    /// Adds the constraints of a certificate or an anchor (RFC 5280, 6.1.4 g).
    pub(super) fn add(&mut self, constraints: &NameConstraints) -> Result<(), PathFailure> {
        let malformed = || PathFailure::Extension(ExtensionError(ids::NAME_CONSTRAINTS));
        let parse = |trees: &[Vec<u8>]| {
            let trees = trees.iter().map(|base| Subtree::parse(base));
            trees.collect::<Option<Vec<_>>>().ok_or_else(malformed)
        };
        if let Some(permitted) = &constraints.permitted {
            self.permitted.push(parse(permitted)?);
        }
        self.excluded.extend(parse(&constraints.excluded)?);
        Ok(())
    }

    /// Whether every name of a certificate is within the permitted subtrees and none within an excluded one
    /// (RFC 5280, 6.1.3 b and c).
    pub(super) fn check(&self, certificate: &Certificate) -> Result<(), PathFailure> {
        if self.permitted.is_empty() && self.excluded.is_empty() {
            return Ok(());
        }
        for (name, text) in names(certificate)? {
            for excluded in &self.excluded {
                if matches!(
                    self.compare(&name, excluded, true)?,
                    Within::Yes | Within::Unknown
                ) {
                    return Err(PathFailure::NameConstraints(text));
                }
            }
            for permitted in &self.permitted {
                let mut related = false;
                let mut within = false;
                for subtree in permitted {
                    match self.compare(&name, subtree, false)? {
                        Within::Yes => {
                            within = true;
                            break;
                        }
                        Within::No | Within::Unknown => related = true,
                        Within::Unrelated => {}
                    }
                }
                if related && !within {
                    return Err(PathFailure::NameConstraints(text));
                }
            }
        }
        Ok(())
    }

    fn compare(
        &self,
        name: &Named,
        subtree: &Subtree,
        excluding: bool,
    ) -> Result<Within, PathFailure> {
        self.compared.set(self.compared.get() + 1);
        if self.compared.get() > MAX_COMPARISONS {
            return Err(PathFailure::TooManyNames);
        }
        let within = |yes| if yes { Within::Yes } else { Within::No };
        Ok(match (name, subtree) {
            (Named::Mail(name), Subtree::Mail(base)) => within(name.is_within(base, excluding)),
            (Named::Dns(name), Subtree::Dns(base)) => {
                within(name.is_within(base) || (excluding && name.covers(base)))
            }
            (Named::Dns(_), Subtree::BadDns) => Within::Unknown,
            (Named::Directory(name), Subtree::Directory(base)) => within(name.is_within(base)),
            (Named::Uri(Some(name)), Subtree::Uri(base)) => within(name.is_on(base)),
            // rfc5280:4.2.1.10: "the application MUST reject the certificate" if there is no host name.
            (Named::Uri(None), Subtree::Uri(_)) => Within::Unknown,
            (Named::Ip(name), Subtree::Ip(address, mask)) => {
                within(is_in_network(name, address, mask))
            }
            (Named::Other(one), Subtree::Other(two)) if one == two => Within::Unknown,
            (Named::Unread(one), Subtree::Unread(two)) if one == two => Within::Unknown,
            // A subtree of SmtpUTF8Mailbox is against RFC 9598, 6: it is about all addresses.
            (Named::Mail(_), Subtree::Other(SMTP_UTF8_MAILBOX)) => Within::Unknown,
            _ => Within::Unrelated,
        })
    }
}

impl Subtree {
    fn parse(base: &[u8]) -> Option<Self> {
        let element = Cursor::single(base, 0).ok()?;
        Some(match GeneralName::decode(&element).ok()? {
            GeneralName::Mail(base) => Self::Mail(Mail::constraint(base)?),
            // rfc5280:4.2.1.10: a leading period means something in URIs, in DNS names nothing.
            GeneralName::Dns(base) => Host::constraint(base).map_or(Self::BadDns, Self::Dns),
            GeneralName::Uri(base) => Self::Uri(Host::constraint_with_dot(base)?),
            GeneralName::Directory(base) => Self::Directory(base.canonical().ok()?),
            GeneralName::Ip(base) => {
                let (address, mask) = match base.len() {
                    8 | 32 => base.split_at_checked(base.len() / 2)?,
                    _ => return None,
                };
                if !is_mask(mask) {
                    return None;
                }
                Self::Ip(address.to_vec(), mask.to_vec())
            }
            GeneralName::Other(oid, _) => Self::Other(oid),
            GeneralName::Unread(number, _) => Self::Unread(number),
        })
    }
}

/// A CIDR mask: ones, then zeros (RFC 5280, 4.2.1.10; RFC 4632).
fn is_mask(mask: &[u8]) -> bool {
    let ones: u32 = mask.iter().map(|octet| octet.count_ones()).sum();
    let leading: u32 = mask
        .iter()
        .map_while({
            let mut going = true;
            move |octet| {
                core::mem::replace(&mut going, *octet == 0xff).then(|| octet.leading_ones())
            }
        })
        .sum();
    ones == leading
}

fn is_in_network(name: &[u8], address: &[u8], mask: &[u8]) -> bool {
    name.len() == address.len()
        && name
            .iter()
            .zip(address)
            .zip(mask)
            .all(|((name, address), mask)| name & mask == address & mask)
}

/// The names of a certificate that constraints are about, each with its text.
fn names(certificate: &Certificate) -> Result<Vec<(Named, String)>, PathFailure> {
    let malformed = || PathFailure::Extension(ExtensionError(ids::SUBJECT_ALT_NAME));
    let mut found = Vec::new();
    let mut directory = |name: &cms_core::types::Name<'_>| {
        let canonical = name.canonical().map_err(|_| PathFailure::MalformedName)?;
        found.push((Named::Directory(canonical), alloc::format!("{name}")));
        Ok(())
    };
    let subject = certificate.subject();
    if !subject.is_empty() {
        directory(&subject)?;
    }
    let alternatives = extension::subject_alt_names(certificate).map_err(PathFailure::Extension)?;
    for name in &alternatives {
        if let GeneralName::Directory(name) = name {
            directory(name)?;
        }
    }
    for name in alternatives {
        let lossy = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        found.push(match name {
            GeneralName::Directory(_) => continue,
            GeneralName::Mail(address) => (
                Named::Mail(Mail::address(address).ok_or_else(malformed)?),
                lossy(address),
            ),
            GeneralName::Dns(host) => (
                Named::Dns(Host::name(host).ok_or_else(malformed)?),
                lossy(host),
            ),
            GeneralName::Uri(uri) => (Named::Uri(Host::of_uri(uri)), lossy(uri)),
            GeneralName::Ip(address) if matches!(address.len(), 4 | 16) => (
                Named::Ip(address.to_vec()),
                alloc::format!("IP address {address:?}"),
            ),
            GeneralName::Ip(_) => return Err(malformed()),
            GeneralName::Other(SMTP_UTF8_MAILBOX, _) => {
                let address = name.smtp_utf8_mailbox().ok_or_else(malformed)?;
                (
                    Named::Mail(Mail::international(&address).ok_or_else(malformed)?),
                    address,
                )
            }
            GeneralName::Other(oid, _) => (Named::Other(oid), alloc::format!("otherName {oid}")),
            GeneralName::Unread(number, _) => (
                Named::Unread(number),
                alloc::format!("GeneralName [{number}]"),
            ),
        });
    }
    // Addresses in the subject are addresses as well, with or without a subjectAltName beside them: what speaks for
    // a mailbox is constrained (RFC 9598, 6).
    for address in subject.values(&oid::EMAIL_ADDRESS) {
        let mail = Mail::address(address.as_bytes()).ok_or(PathFailure::MalformedName)?;
        found.push((Named::Mail(mail), address));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_ones_and_then_zeros() {
        for mask in [
            [0, 0, 0, 0],
            [255, 255, 255, 255],
            [255, 240, 0, 0],
            [128, 0, 0, 0],
        ] {
            assert!(is_mask(&mask), "{mask:?}");
        }
        for mask in [
            [255, 0, 255, 0],
            [0, 0, 0, 1],
            [1, 0, 0, 0],
            [255, 191, 0, 0],
        ] {
            assert!(!is_mask(&mask), "{mask:?}");
        }
    }
}
