//! What is trusted, and what is known about revocation, from `--ca`, `--certs`, `--crl` and the store.

use cms_core::ObjectIdentifier;
use cms_core::types::{CanonicalName, Certificate, SubjectPublicKeyInfo};
use smime_cert::anchor::TrustAnchor;
use smime_cert::container::pem;
use smime_cert::crl::CertificateList;
use smime_cert::ocsp::OcspResponse;
use smime_cert::path::{Issuers, PathContext, PathRules, Pool};
use smime_cert::purpose::Purpose;
use smime_cert::revocation::{AtHand, Mode, Revocation, StatusSource};
use smime_msg::open::Checking;

use crate::args::{Policies, Revocation as Wanted, Trusting};
use crate::file::read_small;
use crate::identity;
use crate::online::Online;
use crate::outcome::{Failure, Outcome};
use crate::session::Session;

/// Files of CRLs: the largest public ones have 30 MB.
const FILE_LIMIT: u64 = 256 << 20;

/// Trust, owned.
#[derive(Debug)]
pub(crate) struct Trusted {
    pub(crate) anchors: Vec<TrustAnchor>,
    /// Certificates that were given, and those of the store.
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) purpose: Purpose,
    pub(crate) rules: PathRules,
    pub(crate) checking: Checking,
    pub(crate) sources: Sources,
}

/// Where issuers, CRLs and OCSP responses come from: what was given, the store, and the network where it is allowed.
#[derive(Debug)]
pub(crate) struct Sources {
    issuers: Pool,
    statuses: AtHand,
    online: Option<Online>,
}

impl Issuers for Sources {
    fn named(&self, subject: &CanonicalName, issued: Option<&Certificate>) -> Vec<Certificate> {
        let found = self.issuers.named(subject, issued);
        match &self.online {
            Some(online) if found.is_empty() => online.named(subject, issued),
            _ => found,
        }
    }
}

impl StatusSource for Sources {
    fn lists(&self, certificate: &Certificate, urls: &[&str]) -> Vec<CertificateList> {
        let mut found = self.statuses.lists(certificate, urls);
        if let Some(online) = &self.online {
            found.extend(online.lists(certificate, urls));
        }
        found
    }

    fn responses(
        &self,
        certificate: &Certificate,
        issuer: &SubjectPublicKeyInfo,
    ) -> Vec<OcspResponse> {
        let mut found = self.statuses.responses(certificate, issuer);
        if let Some(online) = &self.online {
            found.extend(online.responses(certificate, issuer));
        }
        found
    }

    fn has_held(&self, list: &CertificateList) {
        if let Some(online) = &self.online {
            online.has_held(list);
        }
    }
}

impl Sources {
    /// Another certificate's path begins: what the network may cost is counted anew.
    pub(crate) fn renew(&self) {
        if let Some(online) = &self.online {
            online.renew();
        }
    }

    /// Says what could not be fetched.
    pub(crate) fn tell(&self, session: &Session) {
        for failure in self.online.iter().flat_map(Online::failures) {
            session.say(&format!("not fetched: {failure}"));
        }
    }
}

impl Trusted {
    pub(crate) fn new(arguments: &Trusting, session: &Session) -> Result<Self, Failure> {
        let mut anchors = Vec::new();
        for name in &arguments.ca {
            anchors.extend(named_anchors(name, session)?);
        }
        if arguments.system_trust {
            anchors.extend(system_anchors(session)?);
        }
        let mut certificates = Vec::new();
        for name in &arguments.certs {
            certificates.extend(identity::certificates(name, session)?);
        }
        if let Some(store) = session.existing_store()? {
            if arguments.ca.is_empty() {
                for anchor in store.anchors()? {
                    anchors.push(TrustAnchor::from_certificate(anchor)?);
                }
            }
            certificates.extend(store.certificates()?);
        }
        let mut statuses = AtHand::default();
        for name in &arguments.crl {
            read_statuses(name, session, &mut statuses)?;
        }
        let checking = match arguments.revocation {
            Some(Wanted::Hard) => Checking::Always(Mode::Hard),
            Some(Wanted::Soft) => Checking::Always(Mode::Soft),
            Some(Wanted::None) => Checking::Never,
            None if session.online || !arguments.crl.is_empty() => Checking::Always(Mode::Hard),
            None => Checking::IfCarried,
        };
        Ok(Self {
            anchors,
            sources: Sources {
                issuers: certificates.iter().cloned().collect(),
                statuses,
                online: session
                    .online
                    .then(|| Online::new(session.provider(), session.at, session.second_store())),
            },
            certificates,
            purpose: purpose(&arguments.purpose)?,
            rules: rules(&arguments.policies)?,
            checking,
        })
    }

    /// Takes certificates in as issuers; anchors they are not.
    pub(crate) fn know(&mut self, certificates: &[Certificate]) {
        for certificate in certificates {
            self.sources.issuers.add(certificate.clone());
        }
    }

    /// What path validation needs.
    pub(crate) fn context<'a>(&'a self, session: &'a Session) -> PathContext<'a> {
        let mode = match self.checking {
            Checking::Always(mode) => Some(mode),
            _ => None,
        };
        PathContext {
            anchors: &self.anchors,
            issuers: &self.sources,
            at: session.at,
            purpose: self.purpose,
            rules: &self.rules,
            revocation: mode.map(|mode| Revocation {
                source: &self.sources,
                mode,
            }),
            known: None,
            provider: session.provider(),
            policy: &session.policy,
        }
    }
}

fn rules(policies: &Policies) -> Result<PathRules, Failure> {
    let oids = policies.policy_oid.iter().map(|oid| {
        ObjectIdentifier::new(oid)
            .map_err(|_| Failure::usage("--policy-oid is an object identifier in dots"))
    });
    Ok(PathRules {
        policies: oids.collect::<Result<_, _>>()?,
        explicit_policy: policies.explicit_policy,
        inhibit_mapping: policies.inhibit_mapping,
        inhibit_any_policy: policies.inhibit_any,
        ..PathRules::DEFAULT
    })
}

fn purpose(text: &str) -> Result<Purpose, Failure> {
    match text {
        "email" => Ok(Purpose::Signing),
        "any" => Ok(Purpose::Any),
        oid => ObjectIdentifier::new(oid)
            .map(Purpose::SigningFor)
            .map_err(|_| {
                Failure::usage("--purpose is email, any, or an object identifier in dots")
            }),
    }
}

/// Anchors of a file: certificates, a TrustAnchorChoice or a TrustAnchorList (RFC 5914).
fn named_anchors(name: &str, session: &Session) -> Result<Vec<TrustAnchor>, Failure> {
    if std::path::Path::new(name).is_file() {
        let octets = read_small(name, FILE_LIMIT)?;
        if let Ok(list) = TrustAnchor::list(&octets) {
            return Ok(list);
        }
        // The tag of taInfo.
        if octets.first() == Some(&0xa2) {
            return Ok(vec![TrustAnchor::from_der(&octets)?]);
        }
    }
    let certificates = identity::certificates(name, session)?;
    let anchors = certificates.into_iter().map(TrustAnchor::from_certificate);
    Ok(anchors.collect::<Result<_, _>>()?)
}

/// CRLs and OCSP responses of a file, in PEM or DER; a PKCS #7 bag gives its CRLs.
pub(crate) fn read_statuses(
    name: &str,
    session: &Session,
    found: &mut AtHand,
) -> Result<(), Failure> {
    let octets = read_small(name, FILE_LIMIT)?;
    if octets.starts_with(&[0x30]) {
        if let Ok(list) = CertificateList::from_der(&octets) {
            found.lists.push(list);
            return Ok(());
        }
        if let Ok(response) = OcspResponse::from_der(&octets) {
            found.responses.push(response);
            return Ok(());
        }
    }
    let before = (found.lists.len(), found.responses.len());
    for block in pem::parse_all(&octets).unwrap_or_default() {
        match block.label.as_str() {
            "OCSP RESPONSE" => {
                let response = OcspResponse::from_der(&block.der);
                found.responses.push(response.map_err(|error| {
                    Failure::new(Outcome::Malformed, "malformed", error.to_string()).about(name)
                })?);
            }
            "X509 CRL" => found.lists.push(CertificateList::from_der(&block.der)?),
            _ => {}
        }
    }
    if before == (found.lists.len(), found.responses.len()) {
        for crl in identity::load(name, session)?.crls {
            found.lists.push(CertificateList::from_vec(crl)?);
        }
    }
    if before == (found.lists.len(), found.responses.len()) {
        return Err(Failure::usage(format!(
            "{name}: there is no CRL or OCSP response"
        )));
    }
    Ok(())
}

/// The authorities that the operating system trusts: those for servers, mostly. What they may issue is judged by their
/// certificates, as with any anchor.
fn system_anchors(session: &Session) -> Result<Vec<TrustAnchor>, Failure> {
    let found = rustls_native_certs::load_native_certs();
    let anchors: Vec<_> = found
        .certs
        .iter()
        .filter_map(|der| Certificate::from_der(der).ok())
        .filter_map(|certificate| TrustAnchor::from_certificate(certificate).ok())
        .collect();
    for error in &found.errors {
        session.say(&format!("the system's authorities: {error}"));
    }
    if anchors.is_empty() {
        return Err(Failure::usage(
            "the system has no authorities that can be read",
        ));
    }
    Ok(anchors)
}
