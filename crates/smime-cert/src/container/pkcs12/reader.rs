//! Reading PKCS #12.

use alloc::string::String;
use alloc::vec::Vec;

use cms_core::ber::{Cursor, Element, Tag};
use cms_core::provider::{CryptoProvider, DigestAlgorithm};
use cms_core::types::{AlgorithmIdentifier, Certificate};
use cms_core::{DecodeError, DecodeErrorKind, Limits, ObjectIdentifier, oid};
use zeroize::Zeroizing;

use super::{CertificateEntry, Integrity, KeyEntry, Pkcs12, Unreadable, oids};
use crate::container::{ContainerError, bad_value, private_key};

/// How many times [`Limits::kdf_iterations`] all key derivations of a file together may cost. 16: a
/// file has one MAC, one derivation for its certificates and one for each key; some programs have
/// one for each certificate.
const DERIVATIONS: u64 = 16;

/// Reads a file. An empty password stands for no password as well: programs do not agree which of
/// the two an unprotected file has.
///
/// ```text
/// PFX ::= SEQUENCE { version INTEGER {v3(3)}, authSafe ContentInfo, macData MacData OPTIONAL }
/// ```
///
/// # Errors
/// [`ContainerError::WrongPassword`] when the MAC does not hold or, without a MAC, when something
/// does not decrypt; broken structure outside of what is encrypted; limits; integrity by public
/// key.
pub fn read(
    octets: &[u8],
    password: &str,
    provider: &CryptoProvider,
    limits: &Limits,
) -> Result<Pkcs12, ContainerError> {
    let pfx = Pfx::decode(octets).map_err(|error| within(error, "PFX"))?;
    let mut reader = Reader {
        password,
        provider,
        limits,
        bags: 0,
        iterations: 0,
        found: Pkcs12 {
            keys: Vec::new(),
            certificates: Vec::new(),
            crls: Vec::new(),
            unreadable: Vec::new(),
            integrity: Integrity::Absent,
        },
    };
    if let Some(mac) = pfx.mac {
        reader.verify_mac(&mac, &pfx.content)?;
        reader.found.integrity = Integrity::Mac(mac.algorithm);
    }
    reader
        .authenticated_safe(&pfx.content, pfx.content_offset)
        .map_err(|error| within(error, "PFX.authSafe"))?;
    Ok(reader.found)
}

struct Pfx<'a> {
    /// The octets of authSafe's content, which the MAC covers.
    content: alloc::borrow::Cow<'a, [u8]>,
    content_offset: u64,
    mac: Option<MacData>,
}

/// ```text
/// MacData ::= SEQUENCE { mac DigestInfo, macSalt OCTET STRING, iterations INTEGER DEFAULT 1 }
/// DigestInfo ::= SEQUENCE { digestAlgorithm DigestAlgorithmIdentifier, digest OCTET STRING }
/// ```
struct MacData {
    algorithm: AlgorithmIdentifier,
    digest: Vec<u8>,
    salt: Vec<u8>,
    iterations: u32,
}

impl<'a> Pfx<'a> {
    fn decode(octets: &'a [u8]) -> Result<Self, ContainerError> {
        let mut outer = Cursor::new(octets, 0);
        let mut fields = outer.expect(Tag::SEQUENCE)?.children();
        outer.finish()?;
        let version = fields.expect(Tag::INTEGER)?;
        if version.u64()? != 3 {
            return Err(bad_value("unknown version of PFX", &version));
        }
        let (content_type, content) = content_info(&fields.expect(Tag::SEQUENCE)?)?;
        let mac = match fields.optional(Tag::SEQUENCE)? {
            Some(mac) => Some(MacData::decode(&mac)?),
            None => None,
        };
        fields.finish()?;
        if content_type == oid::SIGNED_DATA {
            return Err(ContainerError::Unsupported(
                "PKCS #12 with integrity by public key".into(),
            ));
        }
        if content_type != oid::DATA {
            return Err(ContainerError::Unsupported(
                oid::display(&content_type).into(),
            ));
        }
        let content = content.ok_or_else(|| missing("content", version.offset()))?;
        let content = content.children().expect(Tag::OCTET_STRING)?;
        Ok(Self {
            content: content.octets()?,
            content_offset: base(&content),
            mac,
        })
    }
}

impl MacData {
    fn decode(element: &Element<'_>) -> Result<Self, ContainerError> {
        let mut fields = element.children();
        let mut info = fields.expect(Tag::SEQUENCE)?.children();
        let algorithm = AlgorithmIdentifier::decode(&info.expect(Tag::SEQUENCE)?)?;
        let digest = info.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        info.finish()?;
        let salt = fields.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        let iterations = match fields.optional(Tag::INTEGER)? {
            // rfc9579:4: "If the PBMAC1 algorithm is used, the iterations value MUST be ignored."
            Some(_) if algorithm.oid == oid::PBMAC1 => 1,
            Some(iterations) => u32::try_from(iterations.u64()?).unwrap_or(u32::MAX),
            None => 1,
        };
        fields.finish()?;
        Ok(Self {
            algorithm,
            digest,
            salt,
            iterations,
        })
    }
}

/// `ContentInfo ::= SEQUENCE { contentType, content [0] EXPLICIT ANY OPTIONAL }`: the type and the
/// `[0]`.
fn content_info<'a>(
    element: &Element<'a>,
) -> Result<(ObjectIdentifier, Option<Element<'a>>), DecodeError> {
    let mut fields = element.children();
    let content_type = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
    let content = fields.optional(Tag::context(0))?;
    fields.finish()?;
    Ok((content_type, content))
}

/// Offset of an OCTET STRING's value, where it is in one piece.
fn base(element: &Element<'_>) -> u64 {
    if element.header().constructed {
        0
    } else {
        element.header().contents_offset()
    }
}

fn missing(field: &'static str, offset: u64) -> ContainerError {
    DecodeError::at(DecodeErrorKind::Missing(field), offset).into()
}

fn within(error: ContainerError, field: &str) -> ContainerError {
    match error {
        ContainerError::Decode(error) => ContainerError::Decode(error.within(field)),
        other => other,
    }
}

struct Reader<'a> {
    password: &'a str,
    provider: &'a CryptoProvider,
    limits: &'a Limits,
    bags: u64,
    /// Of all derivations so far.
    iterations: u64,
    found: Pkcs12,
}

impl Reader<'_> {
    fn verify_mac(&self, mac: &MacData, content: &[u8]) -> Result<(), ContainerError> {
        let max_iterations = self.limits.kdf_iterations;
        let expected = self.provider.password.pkcs12_mac(
            &mac.algorithm,
            self.password,
            &mac.salt,
            mac.iterations,
            max_iterations,
            content,
        )?;
        if equal(&expected, &mac.digest) {
            return Ok(());
        }
        if self.password.is_empty() && mac.algorithm.oid != oid::PBMAC1 {
            let digest = self.provider.digest(&mac.algorithm.oid)?;
            if equal(&mac_without_password(digest, mac, content), &mac.digest) {
                return Ok(());
            }
        }
        Err(ContainerError::WrongPassword)
    }

    /// `AuthenticatedSafe ::= SEQUENCE OF ContentInfo`
    fn authenticated_safe(&mut self, octets: &[u8], offset: u64) -> Result<(), ContainerError> {
        let mut outer = Cursor::new(octets, offset);
        let mut safes = outer.expect(Tag::SEQUENCE)?.children();
        outer.finish()?;
        while !safes.is_empty() {
            let safe = safes.expect(Tag::SEQUENCE)?;
            self.count()?;
            let (content_type, content) = content_info(&safe)?;
            let content = content.ok_or_else(|| missing("content", safe.offset()))?;
            match content_type {
                oid::DATA => {
                    let content = content.children().expect(Tag::OCTET_STRING)?;
                    self.safe_contents(&content.octets()?, base(&content))?;
                }
                oid::ENCRYPTED_DATA => {
                    let result = self.encrypted_data(&content);
                    self.or_skip(content_type, result)?;
                }
                _ => self.skip(
                    content_type,
                    ContainerError::Unsupported(oid::display(&content_type).into()),
                ),
            }
        }
        Ok(())
    }

    /// `EncryptedData` (RFC 5652, section 8), whose content is a SafeContents.
    fn encrypted_data(&mut self, content: &Element<'_>) -> Result<(), ContainerError> {
        let mut fields = content.children().expect(Tag::SEQUENCE)?.children();
        fields.expect(Tag::INTEGER)?;
        let mut info = fields.expect(Tag::SEQUENCE)?.children();
        info.expect(Tag::OBJECT_IDENTIFIER)?;
        let algorithm = AlgorithmIdentifier::decode(&info.expect(Tag::SEQUENCE)?)?;
        let ciphertext = info
            .optional(Tag::context(0))?
            .ok_or_else(|| missing("encryptedContent", content.offset()))?
            .octets()?;
        let plaintext = self.decrypt(&algorithm, &ciphertext)?;
        // Without a MAC, and with the padding right by chance, this is where a wrong password shows.
        self.safe_contents(&plaintext, 0)
            .map_err(|error| match error {
                ContainerError::Decode(_) if self.found.integrity == Integrity::Absent => {
                    ContainerError::WrongPassword
                }
                other => within(other, "SafeContents"),
            })
    }

    fn decrypt(
        &mut self,
        algorithm: &AlgorithmIdentifier,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
        self.iterations = self
            .iterations
            .saturating_add(iterations(algorithm).unwrap_or(0));
        if self.iterations > DERIVATIONS.saturating_mul(self.limits.kdf_iterations.into()) {
            return Err(ContainerError::Limit("iterations of all key derivations"));
        }
        let max_iterations = self.limits.kdf_iterations;
        Ok(self
            .provider
            .password
            .decrypt(algorithm, self.password, ciphertext, max_iterations)?)
    }

    /// `SafeContents ::= SEQUENCE OF SafeBag`
    fn safe_contents(&mut self, octets: &[u8], offset: u64) -> Result<(), ContainerError> {
        let mut outer = Cursor::new(octets, offset);
        let mut stack = alloc::vec![outer.expect(Tag::SEQUENCE)?.children()];
        outer.finish()?;
        while let Some(bags) = stack.last_mut() {
            if bags.is_empty() {
                stack.pop();
                continue;
            }
            let bag = SafeBag::decode(&bags.expect(Tag::SEQUENCE)?)?;
            self.count()?;
            if bag.kind == oids::SAFE_CONTENTS_BAG {
                if stack.len() >= self.limits.layers {
                    return Err(ContainerError::Limit("nesting of SafeContents"));
                }
                stack.push(bag.value.cursor().expect(Tag::SEQUENCE)?.children());
                continue;
            }
            let kind = bag.kind;
            let result = self.bag(bag);
            self.or_skip(kind, result)?;
        }
        Ok(())
    }

    fn bag(&mut self, bag: SafeBag<'_>) -> Result<(), ContainerError> {
        match bag.kind {
            oids::KEY_BAG => {
                let pkcs8 = private_key::plain_pkcs8(&bag.value)?;
                self.key(pkcs8, bag);
            }
            oids::SHROUDED_KEY_BAG => {
                let mut fields = bag.value.cursor().expect(Tag::SEQUENCE)?.children();
                let algorithm = AlgorithmIdentifier::decode(&fields.expect(Tag::SEQUENCE)?)?;
                let ciphertext = fields.expect(Tag::OCTET_STRING)?.octets()?;
                fields.finish()?;
                let plaintext = self.decrypt(&algorithm, &ciphertext)?;
                let pkcs8 = Cursor::single(&plaintext, 0)
                    .map_err(ContainerError::from)
                    .and_then(|element| private_key::plain_pkcs8(&element))
                    .map_err(|_| ContainerError::WrongPassword)?;
                self.key(pkcs8, bag);
            }
            oids::CERT_BAG => {
                let (value, offset) = typed_value(&bag.value, &oids::X509_CERTIFICATE)?;
                let certificate = Certificate::decode(&Cursor::single(&value, offset)?)
                    .map_err(|error| error.within("CertBag.certValue"))?;
                self.found.certificates.push(CertificateEntry {
                    certificate,
                    local_key_id: bag.local_key_id,
                    friendly_name: bag.friendly_name,
                });
            }
            oids::CRL_BAG => {
                let (value, offset) = typed_value(&bag.value, &oids::X509_CRL)?;
                Cursor::new(&value, offset).expect(Tag::SEQUENCE)?;
                self.found.crls.push(value);
            }
            other => return Err(ContainerError::Unsupported(oid::display(&other).into())),
        }
        Ok(())
    }

    fn key(&mut self, pkcs8: Zeroizing<Vec<u8>>, bag: SafeBag<'_>) {
        self.found.keys.push(KeyEntry {
            pkcs8,
            local_key_id: bag.local_key_id,
            friendly_name: bag.friendly_name,
        });
    }

    /// Lists a part that cannot be read and goes on, unless a limit is exceeded or, without a MAC,
    /// the password is wrong.
    fn or_skip(
        &mut self,
        kind: ObjectIdentifier,
        result: Result<(), ContainerError>,
    ) -> Result<(), ContainerError> {
        match result {
            Err(error @ ContainerError::Limit(_)) => Err(error),
            Err(ContainerError::WrongPassword) if self.found.integrity == Integrity::Absent => {
                Err(ContainerError::WrongPassword)
            }
            Err(error) => {
                self.skip(kind, error);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn skip(&mut self, kind: ObjectIdentifier, reason: ContainerError) {
        self.found.unreadable.push(Unreadable { kind, reason });
    }

    fn count(&mut self) -> Result<(), ContainerError> {
        self.bags += 1;
        if self.bags > self.limits.elements {
            return Err(ContainerError::Limit("number of bags"));
        }
        Ok(())
    }
}

/// ```text
/// SafeBag ::= SEQUENCE { bagId OBJECT IDENTIFIER, bagValue [0] EXPLICIT ANY DEFINED BY bagId,
///   bagAttributes SET OF PKCS12Attribute OPTIONAL }
/// ```
struct SafeBag<'a> {
    kind: ObjectIdentifier,
    value: Element<'a>,
    local_key_id: Option<Vec<u8>>,
    friendly_name: Option<String>,
}

impl<'a> SafeBag<'a> {
    fn decode(element: &Element<'a>) -> Result<Self, DecodeError> {
        let mut fields = element.children();
        let kind = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        let value = explicit(&fields.expect(Tag::context(0))?)?;
        let attributes = fields.optional(Tag::SET)?;
        fields.finish()?;
        let mut bag = Self {
            kind,
            value,
            local_key_id: None,
            friendly_name: None,
        };
        if let Some(attributes) = attributes {
            let mut attributes = attributes.children();
            while !attributes.is_empty() {
                bag.attribute(&attributes.expect(Tag::SEQUENCE)?)?;
            }
        }
        Ok(bag)
    }

    fn attribute(&mut self, element: &Element<'_>) -> Result<(), DecodeError> {
        let mut fields = element.children();
        let kind = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        let mut values = fields.expect(Tag::SET)?.children();
        fields.finish()?;
        if values.is_empty() {
            return Ok(());
        }
        let value = values.element()?;
        match (kind, value.tag()) {
            (oids::FRIENDLY_NAME, Tag::BMP_STRING) => {
                self.friendly_name = Some(bmp_text(value.contents()))
            }
            (oids::FRIENDLY_NAME, Tag::UTF8_STRING) => {
                self.friendly_name = Some(String::from_utf8_lossy(value.contents()).into_owned());
            }
            (oids::LOCAL_KEY_ID, Tag::OCTET_STRING) => {
                self.local_key_id = Some(value.octets()?.into_owned())
            }
            _ => {}
        }
        Ok(())
    }
}

/// The one encoding within an explicit tag.
fn explicit<'a>(element: &Element<'a>) -> Result<Element<'a>, DecodeError> {
    Cursor::single(element.contents(), element.header().contents_offset())
}

/// CertBag and CRLBag: `SEQUENCE { type OBJECT IDENTIFIER, value [0] EXPLICIT OCTET STRING }`: the
/// value of a type.
fn typed_value(
    element: &Element<'_>,
    kind: &ObjectIdentifier,
) -> Result<(Vec<u8>, u64), ContainerError> {
    let mut fields = element.cursor().expect(Tag::SEQUENCE)?.children();
    let found = fields.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
    if found != *kind {
        return Err(ContainerError::Unsupported(oid::display(&found).into()));
    }
    let value = explicit(&fields.expect(Tag::context(0))?)?
        .cursor()
        .expect(Tag::OCTET_STRING)?;
    fields.finish()?;
    Ok((value.octets()?.into_owned(), base(&value)))
}

/// The text of a BMPString. Windows counts a zero at the end.
fn bmp_text(octets: &[u8]) -> String {
    let units: Vec<u16> = octets
        .chunks_exact(2)
        .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
        .map(u16::from_be_bytes)
        .collect();
    String::from_utf16_lossy(&units)
        .trim_end_matches('\0')
        .into()
}

/// The iterations that the parameters of a password-based scheme ask, as far as they are understood
/// here.
fn iterations(algorithm: &AlgorithmIdentifier) -> Option<u64> {
    let parameters = Cursor::single(algorithm.parameters.as_deref()?, 0).ok()?;
    let mut fields = parameters.children();
    if algorithm.oid == oid::PBES2 {
        let mut derivation = fields.expect(Tag::SEQUENCE).ok()?.children();
        derivation.expect(Tag::OBJECT_IDENTIFIER).ok()?;
        fields = derivation.expect(Tag::SEQUENCE).ok()?.children();
    }
    fields.element().ok()?;
    fields.expect(Tag::INTEGER).ok()?.u64().ok()
}

/// The MAC under no password at all, which is not the empty password's (RFC 7292, B.1 has no word
/// on it). The key derivation of B.2 then works on the salt alone, and for a MAC its output is one
/// digest.
fn mac_without_password(digest: &dyn DigestAlgorithm, mac: &MacData, content: &[u8]) -> Vec<u8> {
    const MAC_KEY: u8 = 3;
    let block = if matches!(mac.algorithm.oid, oid::SHA384 | oid::SHA512) {
        128
    } else {
        64
    };
    let mut input = alloc::vec![MAC_KEY; block];
    let salt_len = mac.salt.len().div_ceil(block).saturating_mul(block);
    input.extend(mac.salt.iter().copied().cycle().take(salt_len));
    let mut key = digest.digest(&input);
    for _ in 1..mac.iterations {
        key = digest.digest(&key);
    }
    key.resize(block, 0);
    let pad = |mask: u8| -> Vec<u8> { key.iter().map(|octet| octet ^ mask).collect() };
    // HMAC (RFC 2104).
    let inner = digest.digest(&[pad(0x36).as_slice(), content].concat());
    digest.digest(&[pad(0x5c), inner].concat())
}

/// Whether two MACs are equal, without an early exit.
fn equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .fold(0, |difference, (one, other)| difference | (one ^ other))
            == 0
}
