//! The operations of a token's key.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cms_algs::{ExternalError, ExternalKey, Hash};
use cryptoki::error::{Error as CryptokiError, RvError};
use cryptoki::mechanism::elliptic_curve::{EcKdf, Ecdh1DeriveParams};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsOaepParams, PkcsOaepSource, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use zeroize::Zeroizing;

/// A private key of a token. Its session does one thing at a time.
#[derive(Clone)]
pub(crate) struct TokenKey {
    session: Arc<Mutex<Session>>,
    handle: ObjectHandle,
    token: Arc<str>,
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKey({})", self.token)
    }
}

impl TokenKey {
    pub(crate) fn new(session: Arc<Mutex<Session>>, handle: ObjectHandle, token: &str) -> Self {
        Self {
            session,
            handle,
            token: token.into(),
        }
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sign(&self, mechanism: &Mechanism<'_>, data: &[u8]) -> Result<Vec<u8>, ExternalError> {
        // Nothing that fails here depends on a secret: every failure is told.
        self.session()
            .sign(mechanism, self.handle, data)
            .map_err(|error| self.device(&error))
    }

    fn decrypt(
        &self,
        mechanism: &Mechanism<'_>,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, ExternalError> {
        self.session()
            .decrypt(mechanism, self.handle, ciphertext)
            .map(Zeroizing::new)
            .map_err(|error| self.decrypting(&error))
    }

    fn device(&self, error: &CryptokiError) -> ExternalError {
        ExternalError::Device(format!("{}: {error}", self.token))
    }

    /// What a failed decryption means. Tokens tell broken paddings in several ways, some with CKR_GENERAL_ERROR; only
    /// what cannot come from a padding is a failure of the token.
    fn decrypting(&self, error: &CryptokiError) -> ExternalError {
        let CryptokiError::Pkcs11(code, _) = error else {
            return self.device(error);
        };
        match code {
            RvError::ArgumentsBad
            | RvError::CurveNotSupported
            | RvError::FunctionNotSupported
            | RvError::KeyFunctionNotPermitted
            | RvError::KeyTypeInconsistent
            | RvError::MechanismInvalid
            | RvError::MechanismParamInvalid => ExternalError::Unsupported,
            RvError::CryptokiNotInitialized
            | RvError::DeviceError
            | RvError::DeviceMemory
            | RvError::DeviceRemoved
            | RvError::HostMemory
            | RvError::KeyHandleInvalid
            | RvError::ObjectHandleInvalid
            | RvError::OperationActive
            | RvError::PinExpired
            | RvError::PinIncorrect
            | RvError::PinLocked
            | RvError::SessionClosed
            | RvError::SessionCount
            | RvError::SessionHandleInvalid
            | RvError::TokenNotPresent
            | RvError::TokenNotRecognized
            | RvError::UserNotLoggedIn => self.device(error),
            _ => ExternalError::Failed,
        }
    }
}

/// A hash and MGF1 with another; SHA-3 has no name in crate `cryptoki` for masks.
fn hash_and_mgf(hash: Hash, mgf: Hash) -> Result<(MechanismType, PkcsMgfType), ExternalError> {
    let hash = match hash {
        Hash::Sha1 => MechanismType::SHA1,
        Hash::Sha224 => MechanismType::SHA224,
        Hash::Sha256 => MechanismType::SHA256,
        Hash::Sha384 => MechanismType::SHA384,
        Hash::Sha512 => MechanismType::SHA512,
        _ => return Err(ExternalError::Unsupported),
    };
    let mgf = match mgf {
        Hash::Sha1 => PkcsMgfType::MGF1_SHA1,
        Hash::Sha224 => PkcsMgfType::MGF1_SHA224,
        Hash::Sha256 => PkcsMgfType::MGF1_SHA256,
        Hash::Sha384 => PkcsMgfType::MGF1_SHA384,
        Hash::Sha512 => PkcsMgfType::MGF1_SHA512,
        _ => return Err(ExternalError::Unsupported),
    };
    Ok((hash, mgf))
}

impl ExternalKey for TokenKey {
    fn rsa_sign_pkcs1(&self, digest_info: &[u8]) -> Result<Vec<u8>, ExternalError> {
        self.sign(&Mechanism::RsaPkcs, digest_info)
    }

    fn rsa_sign_pss(
        &self,
        hash: Hash,
        mgf: Hash,
        salt_len: usize,
        digest: &[u8],
    ) -> Result<Vec<u8>, ExternalError> {
        let (hash_alg, mgf) = hash_and_mgf(hash, mgf)?;
        let s_len = salt_len.try_into();
        let parameters = PkcsPssParams {
            hash_alg,
            mgf,
            s_len: s_len.map_err(|_| ExternalError::Unsupported)?,
        };
        self.sign(&Mechanism::RsaPkcsPss(parameters), digest)
    }

    fn rsa_decrypt_raw(&self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, ExternalError> {
        self.decrypt(&Mechanism::RsaX509, ciphertext)
    }

    fn rsa_decrypt_pkcs1(&self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, ExternalError> {
        // What a module says of a broken padding must not show, whatever it says.
        self.session()
            .decrypt(&Mechanism::RsaPkcs, self.handle, ciphertext)
            .map(Zeroizing::new)
            .map_err(|error| match error {
                CryptokiError::Pkcs11(RvError::ArgumentsBad | RvError::DeviceError, _) => {
                    ExternalError::Failed
                }
                error => self.decrypting(&error),
            })
    }

    fn rsa_decrypt_oaep(
        &self,
        hash: Hash,
        mgf: Hash,
        label: &[u8],
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, ExternalError> {
        let (hash, mgf) = hash_and_mgf(hash, mgf)?;
        let source = match label {
            [] => PkcsOaepSource::empty(),
            label => PkcsOaepSource::data_specified(label),
        };
        let parameters = PkcsOaepParams::new(hash, mgf, source);
        self.decrypt(&Mechanism::RsaPkcsOaep(parameters), ciphertext)
    }

    fn ecdsa_sign(&self, digest: &[u8]) -> Result<Vec<u8>, ExternalError> {
        self.sign(&Mechanism::Ecdsa, digest)
    }

    fn ecdh(&self, peer: &[u8]) -> Result<Zeroizing<Vec<u8>>, ExternalError> {
        // An uncompressed point is 04 and two coordinates.
        let len = (peer.len().saturating_sub(1) / 2).try_into();
        let len = len.map_err(|_| ExternalError::Failed)?;
        let template = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::GENERIC_SECRET),
            Attribute::Sensitive(false),
            Attribute::Extractable(true),
            Attribute::Token(false),
            Attribute::ValueLen(len),
        ];
        let mechanism = Mechanism::Ecdh1Derive(Ecdh1DeriveParams::new(EcKdf::null(), peer));
        let session = self.session();
        let secret = session
            .derive_key(&mechanism, self.handle, &template)
            .map_err(|error| match self.decrypting(&error) {
                // There is no other way, and the reason is the key's, not the message's.
                ExternalError::Unsupported => self.device(&error),
                other => other,
            })?;
        let attributes = session.get_attributes(secret, &[AttributeType::Value]);
        // It ends with the session in any case.
        let _ = session.destroy_object(secret);
        let attributes = attributes.map_err(|error| self.device(&error))?;
        attributes
            .into_iter()
            .find_map(|attribute| match attribute {
                Attribute::Value(octets) => Some(Zeroizing::new(octets)),
                _ => None,
            })
            .ok_or_else(|| {
                let text = "the token does not give the shared secret";
                ExternalError::Device(format!("{}: {text}", self.token))
            })
    }
}
