//! A good certificate for a mailbox in parts, each of which a test can change. The signature is none.

use cms_algs::PROVIDER;
use cms_core::ObjectIdentifier;
use cms_core::ber::write::{self, Form};
use cms_core::ber::{Cursor, Tag};
use cms_core::oid::SHA1;
use cms_core::types::Certificate;

/// An encoding with a tag of the universal class.
pub(crate) fn universal(number: u32, contents: impl AsRef<[u8]>) -> Vec<u8> {
    write::tagged(Tag::universal(number), Form::Primitive, contents.as_ref())
}

/// An OBJECT IDENTIFIER.
pub(crate) fn oid(text: &str) -> Vec<u8> {
    write::oid(&ObjectIdentifier::new_unwrap(text))
}

/// A SEQUENCE.
pub(crate) fn seq(parts: &[Vec<u8>]) -> Vec<u8> {
    write::sequence(&[&parts.concat()])
}

/// A BIT STRING of named bits.
pub(crate) fn bits(numbers: &[u8]) -> Vec<u8> {
    let Some(last) = numbers.iter().max() else {
        return universal(3, [0]);
    };
    let mut octets = vec![0; usize::from(last / 8) + 1];
    for number in numbers {
        octets[usize::from(number / 8)] |= 0x80 >> (number % 8);
    }
    octets.insert(0, 7 - last % 8);
    universal(3, octets)
}

/// An IA5String.
pub(crate) fn ia5(text: &str) -> Vec<u8> {
    universal(22, text)
}

/// A UTF8String.
pub(crate) fn utf8(text: &str) -> Vec<u8> {
    universal(12, text)
}

/// A PrintableString.
pub(crate) fn printable(text: &str) -> Vec<u8> {
    universal(19, text)
}

/// A primitive GeneralName: 1 is rfc822Name, 2 dNSName, 6 uniformResourceIdentifier, 7 iPAddress.
pub(crate) fn general(number: u32, value: impl AsRef<[u8]>) -> Vec<u8> {
    write::context_primitive(number, value.as_ref())
}

/// An AttributeTypeAndValue of the arc of X.520.
pub(crate) fn attribute(arc: u8, value: Vec<u8>) -> Vec<u8> {
    seq(&[oid(&format!("2.5.4.{arc}")), value])
}

/// emailAddress.
pub(crate) fn email_attribute(address: &str) -> Vec<u8> {
    seq(&[oid("1.2.840.113549.1.9.1"), ia5(address)])
}

/// A Name with an RDN for each attribute.
pub(crate) fn name(attributes: &[Vec<u8>]) -> Vec<u8> {
    let rdns: Vec<_> = attributes
        .iter()
        .map(|attribute| write::set_of(vec![attribute.clone()]))
        .collect();
    seq(&rdns)
}

/// An AlgorithmIdentifier, with NULL as its parameters.
pub(crate) fn algorithm(text: &str) -> Vec<u8> {
    seq(&[oid(text), universal(5, [])])
}

/// A SubjectPublicKeyInfo.
pub(crate) fn spki(algorithm: Vec<u8>, key: &[u8]) -> Vec<u8> {
    seq(&[algorithm, universal(3, [&[0], key].concat())])
}

/// A distribution point with the fullName of one URI.
pub(crate) fn point(uri: &str) -> Vec<u8> {
    let full = write::context(0, &general(6, uri));
    seq(&[write::context(0, &full)])
}

/// An AccessDescription: 1 is OCSP, 2 caIssuers.
pub(crate) fn access(method: u8, location: Vec<u8>) -> Vec<u8> {
    seq(&[oid(&format!("1.3.6.1.5.5.7.48.{method}")), location])
}

/// The parts of a certificate, encoded.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) version: Vec<u8>,
    pub(crate) serial: Vec<u8>,
    pub(crate) inner_algorithm: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) not_before: Vec<u8>,
    pub(crate) not_after: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) spki: Vec<u8>,
    /// issuerUniqueID and subjectUniqueID.
    pub(crate) unique_ids: Vec<u8>,
    pub(crate) extensions: Vec<(String, bool, Vec<u8>)>,
    pub(crate) outer_algorithm: Vec<u8>,
}

pub(crate) const AKI: &str = "2.5.29.35";
pub(crate) const SKI: &str = "2.5.29.14";
pub(crate) const KEY_USAGE: &str = "2.5.29.15";
pub(crate) const PURPOSES: &str = "2.5.29.37";
pub(crate) const POLICIES: &str = "2.5.29.32";
pub(crate) const SAN: &str = "2.5.29.17";
pub(crate) const POINTS: &str = "2.5.29.31";
pub(crate) const ACCESS: &str = "1.3.6.1.5.5.7.1.1";
pub(crate) const CONSTRAINTS: &str = "2.5.29.19";
pub(crate) const NAMES: &str = "2.5.29.30";

impl Draft {
    /// A certificate on which nothing is found: mailbox validated, strict generation.
    pub(crate) fn good() -> Self {
        let alice = Certificate::from_der(testkit::keys::ALICE.certificate).unwrap();
        let address = "alice@example.com";
        let mut draft = Self {
            version: write::context(0, &write::integer(2)),
            serial: write::unsigned(&[0x5a; 16]),
            inner_algorithm: algorithm("1.2.840.113549.1.1.11"),
            issuer: name(&[
                attribute(6, printable("DE")),
                attribute(10, utf8("Example Org")),
                attribute(3, utf8("Example CA")),
            ]),
            not_before: universal(23, "260101000000Z"),
            not_after: universal(23, "261231235959Z"),
            subject: name(&[attribute(3, utf8(address))]),
            spki: Vec::new(),
            unique_ids: Vec::new(),
            extensions: Vec::new(),
            outer_algorithm: algorithm("1.2.840.113549.1.1.11"),
        };
        let policy = seq(&[oid("2.23.140.1.5.1.3")]);
        let issuer = access(2, general(6, "http://ca.example.com/ca.cer"));
        draft.set(AKI, seq(&[general(0, [7; 20])]));
        draft.set_key(alice.spki_octets().to_vec());
        draft.set_critical(KEY_USAGE, bits(&[0, 2]));
        draft.set(PURPOSES, seq(&[oid("1.3.6.1.5.5.7.3.4")]));
        draft.set(POLICIES, seq(&[policy]));
        draft.set(SAN, seq(&[general(1, address)]));
        draft.set(POINTS, seq(&[point("http://ca.example.com/ca.crl")]));
        draft.set(ACCESS, seq(&[issuer]));
        draft
    }

    /// Puts a key in place of the key, and its identifier beside it.
    pub(crate) fn set_key(&mut self, spki: Vec<u8>) {
        self.spki = spki;
        let identifier = self.digest_of_key(&SHA1);
        self.set(SKI, universal(4, identifier));
    }

    /// A digest of what is in the BIT STRING of the key.
    pub(crate) fn digest_of_key(&self, algorithm: &ObjectIdentifier) -> Vec<u8> {
        let spki = Cursor::single(&self.spki, 0).unwrap();
        let mut fields = spki.children();
        fields.element().unwrap();
        let key = fields.element().unwrap();
        let digest = PROVIDER.digest(algorithm).unwrap();
        digest.digest(key.bit_string().unwrap())
    }

    /// Puts a value in place of that of the extension, or adds the extension.
    pub(crate) fn set(&mut self, id: &str, value: Vec<u8>) {
        self.put(id, false, value);
    }

    pub(crate) fn set_critical(&mut self, id: &str, value: Vec<u8>) {
        self.put(id, true, value);
    }

    fn put(&mut self, id: &str, critical: bool, value: Vec<u8>) {
        match self.extensions.iter_mut().find(|(other, ..)| other == id) {
            Some(extension) => *extension = (id.into(), critical, value),
            None => self.extensions.push((id.into(), critical, value)),
        }
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.extensions.retain(|(other, ..)| other != id);
    }

    /// Turns the criticality of an extension round.
    pub(crate) fn turn(&mut self, id: &str) {
        for (other, critical, _) in &mut self.extensions {
            if other == id {
                *critical = !*critical;
            }
        }
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        let extensions: Vec<_> = self
            .extensions
            .iter()
            .map(|(id, critical, value)| {
                let critical = match critical {
                    true => universal(1, [0xff]),
                    false => Vec::new(),
                };
                seq(&[oid(id), critical, universal(4, value)])
            })
            .collect();
        let extensions = match extensions.is_empty() {
            true => Vec::new(),
            false => write::context(3, &seq(&extensions)),
        };
        let tbs = seq(&[
            self.version.clone(),
            self.serial.clone(),
            self.inner_algorithm.clone(),
            self.issuer.clone(),
            seq(&[self.not_before.clone(), self.not_after.clone()]),
            self.subject.clone(),
            self.spki.clone(),
            self.unique_ids.clone(),
            extensions,
        ]);
        let signature = universal(3, [&[0], &[0x5a; 256][..]].concat());
        seq(&[tbs, self.outer_algorithm.clone(), signature])
    }
}
