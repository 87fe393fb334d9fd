//! Media types and dispositions (RFC 2045, section 5.1; RFC 2183, section 2).
//!
//! Reading is forgiving (see `Deviations`), writing is exact: what [`ContentType`] displays can be
//! read by a strict reader. What a type means is decided elsewhere.

use std::fmt;

use super::deviation::{Deviation, Deviations};
use super::error::{MimeError, MimeErrorKind};
use super::parameters::{Cursor, Parameters, is_token};

/// The value of a Content-Type field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ContentType {
    essence: String,
    slash: usize,
    parameters: Parameters,
    deviations: Deviations,
}

impl ContentType {
    /// Reads a field value.
    ///
    /// # Errors
    ///
    /// [`MimeErrorKind::MediaType`] when it does not begin with `type/subtype`. Damaged parameters
    /// are no error; see [`ContentType::deviations`].
    pub fn parse(value: &str) -> Result<Self, MimeError> {
        let mut cursor = Cursor::new(value);
        cursor.skip_blank();
        let type_ = cursor.token();
        cursor.skip_blank();
        let slash = cursor.eat('/');
        cursor.skip_blank();
        let subtype = cursor.token();
        if type_.is_empty() || !slash || subtype.is_empty() {
            return Err(MimeError::new(MimeErrorKind::MediaType, 0));
        }
        let mut content_type = Self::from_tokens(type_, subtype);
        content_type.parameters = Parameters::parse(&mut cursor, &mut content_type.deviations);
        Ok(content_type)
    }

    /// Adds or replaces a parameter.
    ///
    /// # Errors
    ///
    /// [`MimeErrorKind::FieldValue`] when the name is no token.
    pub fn with_parameter(mut self, name: &str, value: &str) -> Result<Self, MimeError> {
        check_name(name)?;
        self.parameters.set(name, value);
        Ok(self)
    }

    /// `type/subtype` in lower case.
    #[must_use]
    pub fn essence(&self) -> &str {
        &self.essence
    }

    /// The type in lower case.
    #[must_use]
    pub fn type_(&self) -> &str {
        self.essence.get(..self.slash).unwrap_or_default()
    }

    /// The subtype in lower case.
    #[must_use]
    pub fn subtype(&self) -> &str {
        self.essence
            .get(self.slash.saturating_add(1)..)
            .unwrap_or_default()
    }

    /// Whether this is the type and the subtype, whatever the ASCII case.
    #[must_use]
    pub fn is(&self, type_: &str, subtype: &str) -> bool {
        self.type_().eq_ignore_ascii_case(type_) && self.subtype().eq_ignore_ascii_case(subtype)
    }

    /// The value of a parameter, decoded; the name in any ASCII case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)
    }

    /// The parameters in their order; names in lower case.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter()
    }

    /// What is odd about the field.
    #[must_use]
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }

    /// What a field that cannot be understood counts as.
    pub(crate) fn malformed() -> Self {
        let mut content_type = Self::from_tokens("application", "octet-stream");
        content_type.note(Deviation::MalformedContentType);
        content_type
    }

    /// A type without parameters.
    pub(crate) fn from_tokens(type_: &str, subtype: &str) -> Self {
        Self {
            essence: format!("{type_}/{subtype}").to_ascii_lowercase(),
            slash: type_.len(),
            parameters: Parameters::default(),
            deviations: Deviations::default(),
        }
    }

    /// Notes something odd.
    pub(crate) fn note(&mut self, deviation: Deviation) {
        self.deviations.note(deviation, 0);
    }
}

impl Default for ContentType {
    /// `text/plain; charset=us-ascii`, RFC 2045, section 5.2.
    fn default() -> Self {
        let mut content_type = Self::from_tokens("text", "plain");
        content_type.parameters.set("charset", "us-ascii");
        content_type
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.essence, self.parameters)
    }
}

/// The value of a Content-Disposition field (RFC 2183).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Disposition {
    kind: String,
    parameters: Parameters,
    deviations: Deviations,
}

impl Disposition {
    /// Reads a field value.
    ///
    /// # Errors
    ///
    /// [`MimeErrorKind::MediaType`] when it does not begin with a token.
    pub fn parse(value: &str) -> Result<Self, MimeError> {
        let mut cursor = Cursor::new(value);
        cursor.skip_blank();
        let kind = cursor.token().to_ascii_lowercase();
        if kind.is_empty() {
            return Err(MimeError::new(MimeErrorKind::MediaType, 0));
        }
        let mut deviations = Deviations::default();
        let parameters = Parameters::parse(&mut cursor, &mut deviations);
        Ok(Self {
            kind,
            parameters,
            deviations,
        })
    }

    /// Adds or replaces a parameter.
    ///
    /// # Errors
    ///
    /// [`MimeErrorKind::FieldValue`] when the name is no token.
    pub fn with_parameter(mut self, name: &str, value: &str) -> Result<Self, MimeError> {
        check_name(name)?;
        self.parameters.set(name, value);
        Ok(self)
    }

    /// `inline`, `attachment` or another token, in lower case.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The value of a parameter, decoded; the name in any ASCII case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)
    }

    /// The parameters in their order; names in lower case.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter()
    }

    /// What is odd about the field.
    #[must_use]
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }
}

impl fmt::Display for Disposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.kind, self.parameters)
    }
}

// A '*' or '%' in a name would be read as RFC 2231 notation.
fn check_name(name: &str) -> Result<(), MimeError> {
    if !is_token(name) || name.contains(['*', '%', '\'']) {
        return Err(MimeError::new(MimeErrorKind::FieldValue, 0));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
