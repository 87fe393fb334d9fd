//! The micalg parameter of multipart/signed (RFC 8551, section 3.4.3.2).
//!
//! It is a hint that lets a reader digest while it reads; what counts is in the SignerInfo.

use std::fmt;

/// A digest algorithm by its micalg name.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Micalg {
    /// `md5`, historic.
    Md5,
    /// `sha-1`; older mail writes `sha1`.
    Sha1,
    /// `sha-224`.
    Sha224,
    /// `sha-256`; older mail writes `sha256`.
    Sha256,
    /// `sha-384`.
    Sha384,
    /// `sha-512`.
    Sha512,
    /// Any other name, in lower case.
    Unknown(String),
}

impl Micalg {
    /// Reads one name; ASCII case and the hyphen of the SHA names do not matter.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let name = name.trim().to_ascii_lowercase();
        match name.as_str() {
            "md5" | "rsa-md5" => Self::Md5,
            "sha-1" | "sha1" | "rsa-sha1" => Self::Sha1,
            "sha-224" | "sha224" => Self::Sha224,
            "sha-256" | "sha256" => Self::Sha256,
            "sha-384" | "sha384" => Self::Sha384,
            "sha-512" | "sha512" => Self::Sha512,
            _ => Self::Unknown(name),
        }
    }

    /// The name to write.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha-1",
            Self::Sha224 => "sha-224",
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
            Self::Unknown(name) => name,
        }
    }
}

impl fmt::Display for Micalg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The algorithms of a comma list, in order and without repetition.
#[must_use]
pub fn micalg_digests(value: &str) -> Vec<Micalg> {
    let mut digests = Vec::new();
    for name in value.split(',').filter(|name| !name.trim().is_empty()) {
        let digest = Micalg::parse(name);
        if !digests.contains(&digest) {
            digests.push(digest);
        }
    }
    digests
}

/// The value for these algorithms, e.g. `sha-256,sha-512`.
#[must_use]
pub fn micalg_value(digests: &[Micalg]) -> String {
    let names: Vec<&str> = digests.iter().map(Micalg::name).collect();
    // rfc8551:3.5.3.2/3
    names.join(",")
}

#[cfg(test)]
mod tests {
    use super::{Micalg, micalg_digests, micalg_value};

    #[test]
    fn lists_with_old_and_unknown_names_are_read() {
        // rfc8551:3.5.3.2/3
        let digests = micalg_digests(" SHA1, sha-256,,x-new ,sha256");
        let unknown = Micalg::Unknown("x-new".to_owned());
        assert_eq!(digests, [Micalg::Sha1, Micalg::Sha256, unknown]);
        assert_eq!(micalg_value(&digests), "sha-1,sha-256,x-new");
    }

    #[test]
    fn empty_values_have_no_algorithms() {
        assert!(micalg_digests("").is_empty());
        assert!(micalg_digests(" , ,").is_empty());
    }
}
