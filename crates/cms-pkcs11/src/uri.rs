//! `pkcs11:` URIs, RFC 7512.
//!
//! ```text
//! pkcs11:token=work;object=alice;id=%01%02?module-path=/usr/lib/libp11.so&pin-source=file:/run/pin
//! ```
//! Path attributes are separated by semicolons, query attributes by `&`; values are percent-encoded.

use std::fmt;

use zeroize::Zeroizing;

/// What a URI asks for. Attributes that it lacks match everything (RFC 7512, 2.3).
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Uri {
    /// CKA_LABEL of the key or of its certificate.
    pub object: Option<String>,
    /// CKA_ID of the key.
    pub id: Option<Vec<u8>>,
    /// Label of the token.
    pub token: Option<String>,
    /// Who made the token.
    pub manufacturer: Option<String>,
    /// The token's serial number.
    pub serial: Option<String>,
    /// The token's model.
    pub model: Option<String>,
    /// Who made the module.
    pub library_manufacturer: Option<String>,
    /// What the module says of itself.
    pub library_description: Option<String>,
    /// The module's version, major and minor.
    pub library_version: Option<(u8, u8)>,
    /// Who made the slot.
    pub slot_manufacturer: Option<String>,
    /// What the slot says of itself.
    pub slot_description: Option<String>,
    /// The slot's number; it may change when the machine starts anew.
    pub slot_id: Option<u64>,
    /// The module's file.
    pub module_path: Option<String>,
    /// The module's name, without folder and extension.
    pub module_name: Option<String>,
    /// Where the PIN is: a `file:` URI or the path of a file, by RFC 7512, 2.4. Reading it is the caller's.
    pub pin_source: Option<String>,
    /// The PIN itself. Whoever sees the command line sees it (RFC 7512, 5).
    pub pin_value: Option<Zeroizing<String>>,
}

/// Why a URI cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("pkcs11 URI, octet {offset}: {what}")]
#[non_exhaustive]
pub struct UriError {
    /// Where in the URI.
    pub offset: usize,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Uri")
            .field("object", &self.object)
            .field("id", &self.id)
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

impl Uri {
    /// Reads a URI. Unknown path attributes are refused, since they would narrow the choice; unknown query attributes
    /// are passed over (RFC 7512, 2.3 and 2.4).
    ///
    /// # Errors
    /// Another scheme, unknown or repeated attributes, broken percent-encoding.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let error = |offset, what: &str| UriError {
            offset,
            what: what.to_owned(),
        };
        // rfc3986:3.1: schemes are without case.
        let rest = match text.split_at_checked(7) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("pkcs11:") => rest,
            _ => return Err(error(0, "the scheme is not pkcs11")),
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, query),
            None => (rest, ""),
        };
        let mut uri = Self::default();
        for attribute in attributes(path, ';', 7)? {
            uri.set_path(&attribute)?;
        }
        for attribute in attributes(query, '&', 8 + path.len())? {
            uri.set_query(&attribute)?;
        }
        if uri.pin_source.is_some() && uri.pin_value.is_some() {
            return Err(error(
                8 + path.len(),
                "pin-source and pin-value exclude each other",
            ));
        }
        Ok(uri)
    }

    fn set_path(&mut self, attribute: &Attribute<'_>) -> Result<(), UriError> {
        match attribute.name {
            "token" => set(&mut self.token, attribute),
            "manufacturer" => set(&mut self.manufacturer, attribute),
            "serial" => set(&mut self.serial, attribute),
            "model" => set(&mut self.model, attribute),
            "object" => set(&mut self.object, attribute),
            "library-manufacturer" => set(&mut self.library_manufacturer, attribute),
            "library-description" => set(&mut self.library_description, attribute),
            "slot-manufacturer" => set(&mut self.slot_manufacturer, attribute),
            "slot-description" => set(&mut self.slot_description, attribute),
            "id" => put(&mut self.id, attribute, attribute.value.clone()),
            "library-version" => {
                let version = version(&attribute.text()?);
                let version = version.ok_or_else(|| attribute.error("no version"))?;
                put(&mut self.library_version, attribute, version)
            }
            "slot-id" => {
                let id = attribute.text()?.parse();
                let id = id.map_err(|_| attribute.error("no number"))?;
                put(&mut self.slot_id, attribute, id)
            }
            "type" => match attribute.text()?.as_str() {
                "private" | "cert" => Ok(()),
                _ => Err(attribute.error("an identity is of type private or cert")),
            },
            name => Err(attribute.error(&format!("unknown attribute {name}"))),
        }
    }

    fn set_query(&mut self, attribute: &Attribute<'_>) -> Result<(), UriError> {
        match attribute.name {
            "module-path" => set(&mut self.module_path, attribute),
            "module-name" => set(&mut self.module_name, attribute),
            "pin-source" => {
                let source = attribute.text()?;
                if source.starts_with('|') {
                    return Err(attribute.error("a program as pin-source is not run"));
                }
                put(&mut self.pin_source, attribute, source)
            }
            "pin-value" => {
                let value = Zeroizing::new(attribute.text()?);
                put(&mut self.pin_value, attribute, value)
            }
            _ => Ok(()),
        }
    }
}

/// `name=value` of a path or query, decoded.
struct Attribute<'a> {
    name: &'a str,
    value: Vec<u8>,
    offset: usize,
}

impl Attribute<'_> {
    fn error(&self, what: &str) -> UriError {
        UriError {
            offset: self.offset,
            what: what.to_owned(),
        }
    }

    fn text(&self) -> Result<String, UriError> {
        let text = String::from_utf8(self.value.clone());
        text.map_err(|_| self.error("the value is not UTF-8"))
    }
}

fn attributes(text: &str, separator: char, start: usize) -> Result<Vec<Attribute<'_>>, UriError> {
    let mut out = Vec::new();
    let mut offset = start;
    for part in text.split(separator) {
        let at = offset;
        offset += part.len() + 1;
        if part.is_empty() {
            continue;
        }
        let Some((name, value)) = part.split_once('=') else {
            // The part is not told: it may be a piece of a PIN.
            let what = "an attribute has no value".to_owned();
            return Err(UriError { offset: at, what });
        };
        let value = unescaped(value).map_err(|place| UriError {
            offset: at + name.len() + 1 + place,
            what: "broken percent-encoding".to_owned(),
        })?;
        out.push(Attribute {
            name,
            value,
            offset: at,
        });
    }
    Ok(out)
}

/// Percent-encoding taken off; the place of a broken one.
fn unescaped(text: &str) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len());
    let mut octets = text.bytes().enumerate();
    while let Some((place, octet)) = octets.next() {
        if octet != b'%' {
            out.push(octet);
            continue;
        }
        let mut digit = || {
            let (_, octet) = octets.next()?;
            char::from(octet).to_digit(16)
        };
        let (high, low) = (digit().ok_or(place)?, digit().ok_or(place)?);
        out.push(u8::try_from(high << 4 | low).map_err(|_| place)?);
    }
    Ok(out)
}

fn version(text: &str) -> Option<(u8, u8)> {
    match text.split_once('.') {
        Some((major, minor)) => Some((major.parse().ok()?, minor.parse().ok()?)),
        None => Some((text.parse().ok()?, 0)),
    }
}

fn set(slot: &mut Option<String>, attribute: &Attribute<'_>) -> Result<(), UriError> {
    put(slot, attribute, attribute.text()?)
}

/// rfc7512:2.3: an attribute MUST NOT be there twice.
fn put<T>(slot: &mut Option<T>, attribute: &Attribute<'_>, value: T) -> Result<(), UriError> {
    if slot.is_some() {
        return Err(attribute.error(&format!("{} is there twice", attribute.name)));
    }
    *slot = Some(value);
    Ok(())
}

#[cfg(test)]
mod tests;
