//! Identities on PKCS #11 tokens (RFC 7512).

use cms_core::key::Identity;
use cms_core::types::Certificate;
use cms_pkcs11::{Error, Uri, find};
use zeroize::Zeroizing;

use super::OwnIdentity;
use crate::outcome::{Failure, Outcome};
use crate::secret;
use crate::session::Session;

/// The identities that a URI names. Certificates may be given as well, for tokens that hold keys alone.
pub(super) fn identities(
    text: &str,
    given: Option<Vec<Certificate>>,
    session: &Session,
) -> Result<(Vec<OwnIdentity>, Vec<Certificate>), Failure> {
    let uri = Uri::parse(text).map_err(|error| Failure::usage(error.to_string()))?;
    let mut failed = None;
    let mut pin = |_: &str| match pin(&uri, session) {
        Ok(pin) => pin,
        Err(failure) => {
            failed = Some(failure);
            None
        }
    };
    let found = find(&uri, &mut pin);
    if let Some(failure) = failed {
        return Err(failure);
    }
    let (mut identities, mut bag) = (Vec::new(), Vec::new());
    let mut error = None;
    for found in found.map_err(failure)? {
        let certificates = match &given {
            Some(given) => given.as_slice(),
            None => found.certificates(),
        };
        for certificate in certificates {
            let key = certificate.spki().map_err(Failure::from);
            match key.and_then(|spki| found.key(&spki).map_err(failure)) {
                Ok(key) => identities.push(Identity {
                    certificate: certificate.clone(),
                    key,
                }),
                Err(reason) => error = Some(reason),
            }
        }
        bag.extend(certificates.iter().cloned());
    }
    match (identities.is_empty(), error) {
        (false, _) => Ok((identities, bag)),
        (true, Some(error)) => Err(error),
        (true, None) => Err(Failure::usage(
            "the token has the private key, but no certificate with its id",
        )
        .with_hint("give the certificate as a file in front: CERT,pkcs11:...")),
    }
}

/// The PIN: from where the URI says, else the passphrase of `--pass`, else asked for.
fn pin(uri: &Uri, session: &Session) -> Result<Option<Zeroizing<String>>, Failure> {
    match &uri.pin_source {
        Some(source) => {
            let path = source.strip_prefix("file:").unwrap_or(source);
            let path = path.strip_prefix("//").unwrap_or(path);
            secret::password(&format!("file:{path}"), false).map(Some)
        }
        None => session.passphrase.get(),
    }
}

fn failure(error: Error) -> Failure {
    let text = error.to_string();
    match error {
        Error::Key(error) => error.into(),
        Error::NoKey(_)
        | Error::NoToken(_)
        | Error::OtherKey(_)
        | Error::SeveralTokens(_)
        | Error::Unproved(_) => {
            Failure::usage(text).with_hint("see what there is with: pkcs11-tool --list-objects")
        }
        Error::Module { .. } => Failure::usage(text).with_hint(
            "name the module in the URI (?module-path=FILE) or in the variable PKCS11_MODULE_PATH",
        ),
        Error::PinNeeded(_) => Failure::usage(text).with_hint(
            "give it with --pass env:NAME, file:PATH, fd:N or prompt, or ?pin-source=FILE",
        ),
        Error::Pin(_) | Error::PinLocked(_) => {
            Failure::new(Outcome::NoKey, "wrong-passphrase", text)
        }
        _ => Failure::new(Outcome::Io, "token", text),
    }
}
