//! Private keys on PKCS #11 tokens: smart cards, USB tokens, security modules, SoftHSM.
//!
//! Keys are named by `pkcs11:` URIs (RFC 7512) and come back as [`cms_algs::PrivateKey`], so that they sign and decrypt
//! wherever keys in memory do. The private key never leaves its token; digests, encrypted keys and points go there.
//!
//! # Rooms
//!
//! ```text
//!   uri       pkcs11: URIs, read and matched
//!   module    loading a module, once in a process
//!   token     choosing a token, logging in once, finding keys and certificates
//!   key       what a key does there; cms_algs::ExternalKey
//!   error     what can go wrong on the way
//! ```
//!
//! ```no_run
//! use cms_pkcs11::{Uri, find};
//! use zeroize::Zeroizing;
//!
//! let uri = Uri::parse("pkcs11:token=work;object=alice?module-path=/usr/lib/softhsm/libsofthsm2.so")?;
//! for found in find(&uri, &mut |_token| Some(Zeroizing::new("1234".into())))? {
//!     println!("{:?} with {} certificates", found.label(), found.certificates().len());
//! }
//! # Ok::<(), cms_pkcs11::Error>(())
//! ```
//!
//! | operation | mechanism | otherwise |
//! | --- | --- | --- |
//! | sign, RSA v1.5 | CKM_RSA_PKCS over a DigestInfo | |
//! | sign, PSS | CKM_RSA_PKCS_PSS, SHA-1 and SHA-2 | |
//! | sign, ECDSA | CKM_ECDSA over a digest | |
//! | decrypt, RSA v1.5 | CKM_RSA_X_509, the padding taken off here without a branch on it | CKM_RSA_PKCS |
//! | decrypt, OAEP | CKM_RSA_PKCS_OAEP, SHA-1 and SHA-2 | CKM_RSA_X_509, the padding taken off here |
//! | agree, ECDH | CKM_ECDH1_DERIVE, KDF null | |
//!
//! # What it will not do
//!
//! It reads no `pin-source` and runs no program for a PIN, tries no PIN twice, and writes nothing to a token. Not
//! supported: keys that ask for their PIN at each use (`CKA_ALWAYS_AUTHENTICATE`), since crate `cryptoki` has no
//! call between C_SignInit and C_Sign; EdDSA, X25519, post-quantum keys.

mod error;
mod key;
mod module;
mod token;
mod uri;

use std::sync::{Arc, Mutex};

use cms_algs::{PROVIDER, PrivateKey, SystemRandom};
use cms_core::CryptoError;
use cms_core::key::SigningKey as _;
use cms_core::provider::{Random as _, SignatureInput};
use cms_core::types::{Certificate, SubjectPublicKeyInfo};
use zeroize::Zeroizing;

pub use error::Error;
pub use uri::{Uri, UriError};

/// A private key of a token, with what lies beside it there.
#[derive(Debug)]
pub struct Found {
    key: key::TokenKey,
    certificates: Vec<Certificate>,
    public_key: Option<SubjectPublicKeyInfo>,
    label: String,
    token: String,
}

impl Found {
    /// CKA_LABEL of the private key.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The token's label.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Certificates on the token that have the key's CKA_ID.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The public key that the token tells, be it by an object or by a certificate.
    #[must_use]
    pub fn public_key(&self) -> Option<SubjectPublicKeyInfo> {
        let certificate = || self.certificates.first().and_then(|one| one.spki().ok());
        self.public_key.clone().or_else(certificate)
    }

    /// The private key, to work as the one that belongs to a public key: of one of [`Self::certificates`], or of a
    /// certificate that lies elsewhere.
    ///
    /// # Errors
    /// The token's public key is another one; kinds of keys that cannot be used.
    pub fn key(&self, public_key: &SubjectPublicKeyInfo) -> Result<PrivateKey, Error> {
        if self
            .public_key()
            .is_some_and(|own| own.key != public_key.key)
        {
            return Err(Error::OtherKey(self.label.clone()));
        }
        let key = PrivateKey::external(public_key, Arc::new(self.key.clone()))?;
        if self.public_key().is_none() && !signs_for(&key, public_key) {
            return Err(Error::Unproved(self.label.clone()));
        }
        Ok(key)
    }
}

/// Whether what the key signs holds under a public key: the token does not tell which one is its.
fn signs_for(key: &PrivateKey, public_key: &SubjectPublicKeyInfo) -> bool {
    let signed = || -> Result<(), CryptoError> {
        let mut random = SystemRandom;
        let mut message = [0; 32];
        random.fill(&mut message)?;
        let input = SignatureInput::Message(&message);
        let scheme = key.scheme(None)?;
        let signature = key.sign(&scheme, input, &mut random)?;
        let algorithm = &scheme.signature_algorithm;
        PROVIDER.signature(algorithm)?.verify(
            algorithm,
            Some(&scheme.digest_algorithm),
            public_key,
            input,
            &signature,
        )
    };
    signed().is_ok()
}

/// All private keys that a URI names. `pin` is asked once for the token's PIN, with the token's label, unless the URI
/// has a `pin-value`.
///
/// # Errors
/// A module that cannot be loaded, no such token or several, a wrong PIN (which is never tried twice), no such key.
pub fn find(
    uri: &Uri,
    pin: &mut dyn FnMut(&str) -> Option<Zeroizing<String>>,
) -> Result<Vec<Found>, Error> {
    let module = module::load(uri)?;
    let token = token::choose(&module, uri)?;
    let session = token.open(uri, pin)?;
    let found = token::keys(Arc::new(Mutex::new(session)), &token, uri)?;
    if found.is_empty() {
        return Err(Error::NoKey(token.label().to_owned()));
    }
    Ok(found)
}
