//! Choosing a token, logging in, finding keys there.

use std::sync::{Arc, Mutex, PoisonError};

use cms_core::ber::{Cursor, Tag, write};
use cms_core::oid;
use cms_core::types::{AlgorithmIdentifier, Certificate, SubjectPublicKeyInfo};
use cryptoki::context::Pkcs11;
use cryptoki::error::{Error as CryptokiError, RvError};
use cryptoki::object::{
    Attribute, AttributeType, CertificateType, KeyType, ObjectClass, ObjectHandle,
};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

use crate::key::TokenKey;
use crate::{Error, Found, Uri};

/// Private keys that are looked at; a token with more of them wants a URI with an id.
const MAX_KEYS: usize = 256;

/// A token that a URI names.
pub(crate) struct Token {
    module: Pkcs11,
    slot: Slot,
    info: TokenInfo,
}

/// The one token that fits.
pub(crate) fn choose(module: &Pkcs11, uri: &Uri) -> Result<Token, Error> {
    let library = module.get_library_info()?;
    let version = library.library_version();
    let library_fits = fits(
        uri.library_manufacturer.as_deref(),
        library.manufacturer_id(),
    ) && fits(
        uri.library_description.as_deref(),
        library.library_description(),
    ) && uri
        .library_version
        .is_none_or(|wanted| wanted == (version.major(), version.minor()));
    let mut labels = Vec::new();
    let mut found = Vec::new();
    for slot in module.get_slots_with_token()? {
        // A card that cannot be read is none, and no matter to the others.
        let (Ok(info), Ok(place)) = (module.get_token_info(slot), module.get_slot_info(slot))
        else {
            continue;
        };
        if !info.token_initialized() {
            continue;
        }
        labels.push(info.label().to_owned());
        let right = library_fits
            && fits(uri.token.as_deref(), info.label())
            && fits(uri.manufacturer.as_deref(), info.manufacturer_id())
            && fits(uri.serial.as_deref(), info.serial_number())
            && fits(uri.model.as_deref(), info.model())
            && fits(uri.slot_manufacturer.as_deref(), place.manufacturer_id())
            && fits(uri.slot_description.as_deref(), place.slot_description())
            && uri.slot_id.is_none_or(|id| id == slot.id());
        if right {
            found.push(Token {
                module: module.clone(),
                slot,
                info,
            });
        }
    }
    match (found.pop(), found.is_empty()) {
        (Some(token), true) => Ok(token),
        (Some(_), false) => Err(Error::SeveralTokens(labels.join(", "))),
        (None, _) if labels.is_empty() => Err(Error::NoToken("none".to_owned())),
        (None, _) => Err(Error::NoToken(labels.join(", "))),
    }
}

fn fits(wanted: Option<&str>, found: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == found.trim_end_matches([' ', '\0']))
}

impl Token {
    pub(crate) fn label(&self) -> &str {
        self.info.label()
    }

    /// A session with the user logged in.
    pub(crate) fn open(
        &self,
        uri: &Uri,
        ask: &mut dyn FnMut(&str) -> Option<Zeroizing<String>>,
    ) -> Result<Session, Error> {
        let session = self.module.open_ro_session(self.slot)?;
        if !self.info.login_required() {
            return Ok(session);
        }
        let label = || self.label().to_owned();
        if self.info.user_pin_locked() {
            return Err(Error::PinLocked(label()));
        }
        let pin = if self.info.protected_authentication_path() {
            None
        } else {
            let given = uri.pin_value.clone().or_else(|| ask(self.label()));
            let given = given.ok_or_else(|| Error::PinNeeded(label()))?;
            Some(AuthPin::from(given.as_str().to_owned()))
        };
        match session.login(UserType::User, pin.as_ref()) {
            // Another session of this process has logged in: a login is the token's, not the session's.
            Ok(()) | Err(CryptokiError::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
            Err(CryptokiError::Pkcs11(
                RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange,
                _,
            )) => Err(Error::Pin(label())),
            Err(CryptokiError::Pkcs11(RvError::PinLocked, _)) => Err(Error::PinLocked(label())),
            Err(error) => Err(error.into()),
        }
    }
}

/// The private keys that the URI names, by their own label or by that of their certificate.
pub(crate) fn keys(
    shared: Arc<Mutex<Session>>,
    token: &Token,
    uri: &Uri,
) -> Result<Vec<Found>, Error> {
    let session = shared.lock().unwrap_or_else(PoisonError::into_inner);
    let mut template = vec![Attribute::Class(ObjectClass::PRIVATE_KEY)];
    template.extend(uri.id.clone().map(Attribute::Id));
    let mut found = Vec::new();
    let mut unusable = None;
    for handle in session.find_objects(&template)?.into_iter().take(MAX_KEYS) {
        let Some(private) = Private::read(&session, handle)? else {
            continue;
        };
        let (mut certificates, labels) = certificates(&session, &private.id)?;
        if let Some(wanted) = &uri.object
            && private.label != *wanted
        {
            let mut labels = labels.iter();
            certificates.retain(|_| labels.next().is_some_and(|label| label == wanted));
            if certificates.is_empty() {
                continue;
            }
        }
        if private.always_authenticate {
            unusable = Some(private.label);
            continue;
        }
        found.push(Found {
            public_key: public_key(&session, &private)?,
            key: TokenKey::new(shared.clone(), handle, token.label()),
            certificates,
            label: private.label,
            token: token.label().to_owned(),
        });
    }
    match unusable {
        Some(label) if found.is_empty() => Err(Error::AlwaysAuthenticate(label)),
        _ => Ok(found),
    }
}

/// What is to be known of a private key.
struct Private {
    id: Vec<u8>,
    label: String,
    always_authenticate: bool,
    rsa: Option<(Vec<u8>, Vec<u8>)>,
}

impl Private {
    /// Nothing, if it is of a kind that is not used here.
    fn read(session: &Session, handle: ObjectHandle) -> Result<Option<Self>, Error> {
        let wanted = [
            AttributeType::Id,
            AttributeType::Label,
            AttributeType::KeyType,
            AttributeType::AlwaysAuthenticate,
            AttributeType::Modulus,
            AttributeType::PublicExponent,
        ];
        let mut private = Self {
            id: Vec::new(),
            label: String::new(),
            always_authenticate: false,
            rsa: None,
        };
        let mut kind = None;
        let (mut modulus, mut exponent) = (None, None);
        for attribute in session.get_attributes(handle, &wanted)? {
            match attribute {
                Attribute::Id(id) => private.id = id,
                Attribute::Label(label) => {
                    private.label = String::from_utf8_lossy(&label).into_owned();
                }
                Attribute::KeyType(found) => kind = Some(found),
                Attribute::AlwaysAuthenticate(always) => private.always_authenticate = always,
                Attribute::Modulus(octets) => modulus = Some(octets),
                Attribute::PublicExponent(octets) => exponent = Some(octets),
                _ => {}
            }
        }
        private.rsa = modulus.zip(exponent);
        let usable = matches!(kind, Some(KeyType::RSA | KeyType::EC));
        Ok(usable.then_some(private))
    }
}

/// The certificates of an identifier, and their labels. What cannot be decoded is passed over.
fn certificates(session: &Session, id: &[u8]) -> Result<(Vec<Certificate>, Vec<String>), Error> {
    if id.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let template = [
        Attribute::Class(ObjectClass::CERTIFICATE),
        Attribute::CertificateType(CertificateType::X_509),
        Attribute::Id(id.to_vec()),
    ];
    let wanted = [AttributeType::Value, AttributeType::Label];
    let (mut found, mut labels) = (Vec::new(), Vec::new());
    for handle in session.find_objects(&template)?.into_iter().take(MAX_KEYS) {
        let (mut certificate, mut text) = (None, String::new());
        for attribute in session.get_attributes(handle, &wanted)? {
            match attribute {
                Attribute::Value(der) => certificate = Certificate::from_der(&der).ok(),
                Attribute::Label(label) => text = String::from_utf8_lossy(&label).into_owned(),
                _ => {}
            }
        }
        if let Some(certificate) = certificate {
            found.push(certificate);
            labels.push(text);
        }
    }
    Ok((found, labels))
}

/// The public key beside a private one: an RSA key tells its own, a key on a curve needs its public object.
fn public_key(session: &Session, private: &Private) -> Result<Option<SubjectPublicKeyInfo>, Error> {
    if let Some((modulus, exponent)) = &private.rsa {
        let key = write::sequence(&[&write::unsigned(modulus), &write::unsigned(exponent)]);
        let algorithm = AlgorithmIdentifier::with_null(oid::RSA_ENCRYPTION);
        return Ok(Some(SubjectPublicKeyInfo::new(algorithm, key)));
    }
    if private.id.is_empty() {
        return Ok(None);
    }
    let template = [
        Attribute::Class(ObjectClass::PUBLIC_KEY),
        Attribute::KeyType(KeyType::EC),
        Attribute::Id(private.id.clone()),
    ];
    let Some(handle) = session.find_objects(&template)?.into_iter().next() else {
        return Ok(None);
    };
    let (mut point, mut parameters) = (None, None);
    let wanted = [AttributeType::EcPoint, AttributeType::EcParams];
    for attribute in session.get_attributes(handle, &wanted)? {
        match attribute {
            Attribute::EcPoint(octets) => point = Some(octets),
            Attribute::EcParams(octets) => parameters = Some(octets),
            _ => {}
        }
    }
    let Some((point, parameters)) = point.zip(parameters) else {
        return Ok(None);
    };
    // PKCS #11, 2.3.3: CKA_EC_POINT is an OCTET STRING; some tokens give the point alone.
    let wrapped = Cursor::single(&point, 0)
        .ok()
        .filter(|element| element.tag() == Tag::OCTET_STRING)
        .and_then(|element| element.octets().ok().map(std::borrow::Cow::into_owned));
    let algorithm = AlgorithmIdentifier::with(oid::EC_PUBLIC_KEY, parameters);
    let key = wrapped.unwrap_or(point);
    Ok(Some(SubjectPublicKeyInfo::new(algorithm, key)))
}
