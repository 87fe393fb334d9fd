//! Certificates in directories: the few messages of LDAP ([RFC 4511]) that ask for a mailbox's certificates, and what
//! its entries hold of them ([RFC 4523], [RFC 2798]).
//!
//! One search is all that is known here: for entries whose `mail` is an address. The address stands in the request as
//! octets of its own, never in the text of a filter (RFC 4515), so that there is nothing to escape. Connections,
//! deadlines and the limit on all answers together are the caller's.
//!
//! Nothing of this proves that a certificate is the mailbox's: whoever writes the directory, or the connection where it
//! has no TLS, says so.
//!
//! [RFC 4511]: https://www.rfc-editor.org/rfc/rfc4511
//! [RFC 4523]: https://www.rfc-editor.org/rfc/rfc4523
//! [RFC 2798]: https://www.rfc-editor.org/rfc/rfc2798

use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::write::{self, Form};
use cms_core::ber::{Cursor, Element, Header, Tag};
use cms_core::provider::CryptoProvider;
use cms_core::types::Certificate;
use cms_core::{DecodeError, DecodeErrorKind, Limits};
use zeroize::Zeroizing;

use crate::container::pkcs7;
use crate::extension::basic_constraints;
use crate::smimea::ascii_domain;

/// Values of one entry that are read. A person's entry has a few; old certificates are often left there.
const MAX_VALUES: usize = 64;

/// What is searched below the base.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 4511, 4.5.1.2 has these three")]
pub enum Scope {
    /// The base alone.
    Base,
    /// The entries right below it.
    One,
    /// It and everything below it.
    Subtree,
}

/// Limits that the server is asked to keep (RFC 4511, 4.5.1.4 and 4.5.1.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "built with struct literals")]
pub struct SearchLimits {
    /// Entries.
    pub entries: u32,
    /// Seconds.
    pub seconds: u32,
}

/// A message from the server.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// The answer to a bind.
    Bound(Outcome),
    /// The end of the search.
    Done(Outcome),
    /// An entry.
    Entry(Entry),
    /// The server ends the connection (RFC 4511, 4.4.1).
    Notice(Outcome),
    /// Something that this search does not need.
    Other,
    /// Another server has more (RFC 4511, 4.5.3).
    Reference,
}

/// An LDAPResult without its referral.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// resultCode (RFC 4511, appendix A).
    pub code: u64,
    /// diagnosticMessage, for people.
    pub message: String,
}

/// An entry: its name, and the values of the attributes that were asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// objectName, in the form of RFC 4514.
    pub name: String,
    certificates: Vec<Vec<u8>>,
    bundles: Vec<Vec<u8>>,
}

/// What an entry's values hold.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Found {
    /// Certificates of no authority, each once.
    pub certificates: Vec<Certificate>,
    /// Certificates of authorities, which came as a chain.
    pub authorities: Vec<Certificate>,
    /// Values and certificates that cannot be read, and those above the limit.
    pub unreadable: usize,
}

/// A request to be known by a name and password (RFC 4511, 4.2; simple authentication of RFC 4513, 5.1.3).
#[must_use]
pub fn bind_request(id: u32, name: &str, password: &str) -> Zeroizing<Vec<u8>> {
    let password = Zeroizing::new(write::context_primitive(0, password.as_bytes()));
    let name = write::octet_string(name.as_bytes());
    let fields = Zeroizing::new([&write::integer(3), &name, password.as_slice()].concat());
    let request = Zeroizing::new(application(0, &fields));
    Zeroizing::new(message(id, &request))
}

/// A search for the entries whose `mail` is the address (RFC 4511, 4.5.1): their userCertificate and
/// userSMIMECertificate, which travel as `;binary` (RFC 4523, 2.1; RFC 2798, 2.8), the latter without it too.
#[must_use]
pub fn search_request(
    id: u32,
    base: &str,
    scope: Scope,
    address: &str,
    limits: SearchLimits,
) -> Vec<u8> {
    let scope = match scope {
        Scope::Base => 0,
        Scope::One => 1,
        Scope::Subtree => 2,
    };
    let text = |text: &str| write::octet_string(text.as_bytes());
    let never_deref = enumerated(0);
    let types_only = write::tagged(Tag::BOOLEAN, Form::Primitive, &[0]);
    let equality = [text("mail"), text(&mailbox(address))].concat();
    let attributes = [
        text("userCertificate;binary"),
        text("userSMIMECertificate;binary"),
        // OpenLDAP 2.5 has it without the option alone (the test of `cert find` with slapd).
        text("userSMIMECertificate"),
    ]
    .concat();
    let fields = [
        text(base),
        enumerated(scope),
        never_deref,
        write::integer(limits.entries.into()),
        write::integer(limits.seconds.into()),
        types_only,
        write::context(3, &equality),
        write::sequence(&[&attributes]),
    ];
    message(id, &application(3, &fields.concat()))
}

/// The end of a connection (RFC 4511, 4.3).
#[must_use]
pub fn unbind_request(id: u32) -> Vec<u8> {
    message(
        id,
        &write::tagged(Tag::application(2), Form::Primitive, &[]),
    )
}

/// The length of the message that `octets` begin with; `None` where more of them are needed.
///
/// # Errors
/// What is no LDAPMessage, or one of indefinite length (RFC 4511, 5.1).
pub fn message_len(octets: &[u8]) -> Result<Option<u64>, DecodeErrorKind> {
    let Some(header) = Header::parse(octets, 0)? else {
        return Ok(None);
    };
    if header.tag != Tag::SEQUENCE {
        return Err(DecodeErrorKind::UnexpectedTag {
            expected: Tag::SEQUENCE,
            found: header.tag,
        });
    }
    let length = header
        .length
        .and_then(|length| length.checked_add(header.header_len));
    length.map(Some).ok_or(DecodeErrorKind::LengthTooLarge)
}

/// Reads a message: its number, and what it says.
///
/// ```text
/// LDAPMessage ::= SEQUENCE { messageID INTEGER, protocolOp CHOICE { ... }, controls [0] Controls OPTIONAL }
/// ```
///
/// # Errors
/// Broken structure.
pub fn decode(octets: &[u8]) -> Result<(u64, Answer), DecodeError> {
    let mut fields = Cursor::single(octets, 0)?.children();
    let id = fields.expect(Tag::INTEGER)?.u64()?;
    let operation = fields.element()?;
    let tag = operation.tag();
    let answer = match (tag.class(), tag.number()) {
        (1, 1) => Answer::Bound(outcome(&operation)?),
        (1, 4) => Answer::Entry(entry(&operation)?),
        (1, 5) => Answer::Done(outcome(&operation)?),
        (1, 19) => Answer::Reference,
        // An unsolicited notification (RFC 4511, 4.4).
        (1, 24) if id == 0 => Answer::Notice(outcome(&operation)?),
        _ => Answer::Other,
    };
    Ok((id, answer))
}

impl Outcome {
    /// success.
    pub const SUCCESS: u64 = 0;
    /// timeLimitExceeded: what came before is a part of the answer.
    pub const TIME_LIMIT: u64 = 3;
    /// sizeLimitExceeded: likewise.
    pub const SIZE_LIMIT: u64 = 4;
    /// referral: another server is to be asked.
    pub const REFERRAL: u64 = 10;
}

impl Entry {
    /// The certificates of the entry. `userSMIMECertificate` is a SignedData whose content and signature mean nothing
    /// (RFC 2798, 2.8); its certificates are a chain.
    #[must_use]
    pub fn certificates(&self, provider: &CryptoProvider, limits: &Limits) -> Found {
        let mut found = Found::default();
        let values = self.bundles.len().saturating_add(self.certificates.len());
        found.unreadable = values.saturating_sub(MAX_VALUES);
        for bundle in self.bundles.iter().take(MAX_VALUES) {
            match pkcs7::read(bundle, provider, limits) {
                Ok(bundle) => {
                    found.unreadable = found.unreadable.saturating_add(bundle.unreadable);
                    bundle
                        .certificates
                        .into_iter()
                        .for_each(|one| found.add(one));
                }
                Err(_) => found.unreadable = found.unreadable.saturating_add(1),
            }
        }
        let left = MAX_VALUES.saturating_sub(self.bundles.len());
        for value in self.certificates.iter().take(left) {
            match Certificate::from_der(value) {
                Ok(certificate) => found.add(certificate),
                Err(_) => found.unreadable = found.unreadable.saturating_add(1),
            }
        }
        found
    }
}

impl Found {
    fn add(&mut self, certificate: Certificate) {
        let constraints = basic_constraints(&certificate);
        let is_authority = constraints.is_ok_and(|found| found.is_some_and(|found| found.ca));
        let list = if is_authority {
            &mut self.authorities
        } else {
            &mut self.certificates
        };
        if list.len() >= MAX_VALUES {
            self.unreadable = self.unreadable.saturating_add(1);
        } else if !list.contains(&certificate) {
            list.push(certificate);
        }
    }
}

/// An address as `mail` has it: IA5String, and so the domain in A-labels (RFC 4524, 2.16).
fn mailbox(address: &str) -> String {
    let parts = address.rsplit_once('@');
    let ascii = parts.and_then(|(local, domain)| {
        let domain = ascii_domain(domain)?;
        Some(alloc::format!("{local}@{domain}"))
    });
    ascii.unwrap_or_else(|| address.into())
}

fn message(id: u32, operation: &[u8]) -> Vec<u8> {
    write::sequence(&[&write::integer(id.into()), operation])
}

fn application(number: u32, contents: &[u8]) -> Vec<u8> {
    write::tagged(Tag::application(number), Form::Constructed, contents)
}

fn enumerated(value: u8) -> Vec<u8> {
    write::tagged(Tag::ENUMERATED, Form::Primitive, &[value])
}

/// ```text
/// LDAPResult ::= SEQUENCE { resultCode ENUMERATED, matchedDN LDAPDN, diagnosticMessage LDAPString,
///   referral [3] Referral OPTIONAL }
/// ```
fn outcome(operation: &Element<'_>) -> Result<Outcome, DecodeError> {
    let mut fields = operation.children();
    let code = fields.expect(Tag::ENUMERATED)?.u64()?;
    fields.expect(Tag::OCTET_STRING)?;
    let message = text(&fields.expect(Tag::OCTET_STRING)?)?;
    Ok(Outcome { code, message })
}

/// ```text
/// SearchResultEntry ::= [APPLICATION 4] SEQUENCE { objectName LDAPDN, attributes SEQUENCE OF SEQUENCE {
///   type AttributeDescription, vals SET OF OCTET STRING } }
/// ```
fn entry(operation: &Element<'_>) -> Result<Entry, DecodeError> {
    let mut fields = operation.children();
    let mut entry = Entry {
        name: text(&fields.expect(Tag::OCTET_STRING)?)?,
        certificates: Vec::new(),
        bundles: Vec::new(),
    };
    let mut attributes = fields.expect(Tag::SEQUENCE)?.children();
    while !attributes.is_empty() {
        let mut attribute = attributes.expect(Tag::SEQUENCE)?.children();
        let description = text(&attribute.expect(Tag::OCTET_STRING)?)?;
        let mut values = attribute.expect(Tag::SET)?.children();
        // Names of attributes have no case (RFC 4512, 2.5); options such as ";binary" follow.
        let kind = description.split(';').next().unwrap_or_default();
        let list = if kind.eq_ignore_ascii_case("userCertificate") {
            &mut entry.certificates
        } else if kind.eq_ignore_ascii_case("userSMIMECertificate") {
            &mut entry.bundles
        } else {
            continue;
        };
        while !values.is_empty() {
            list.push(values.expect(Tag::OCTET_STRING)?.octets()?.into_owned());
        }
    }
    Ok(entry)
}

fn text(element: &Element<'_>) -> Result<String, DecodeError> {
    Ok(String::from_utf8_lossy(&element.octets()?).into_owned())
}

#[cfg(test)]
mod tests;
