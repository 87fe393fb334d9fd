//! The network, with `--online` alone: CRLs, OCSP responses and issuers' certificates by HTTP.
//!
//! Only `http` is fetched: RFC 5280, 8 warns of `https` here, whose certificates would have to be validated in turn,
//! and what is fetched is signed. Redirects stay with HTTP and are few, every answer has a limit and a time, and one
//! run makes a bounded number of requests: the URLs come from certificates, which anybody can write.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use cms_algs::SystemRandom;
use cms_core::Limits;
use cms_core::provider::CryptoProvider;
use cms_core::types::{CanonicalName, Certificate, SubjectPublicKeyInfo, Time};
use smime_cert::container;
use smime_cert::crl::CertificateList;
use smime_cert::extension::{access_locations, ids};
use smime_cert::ocsp::{OcspRequest, OcspResponse};
use smime_cert::path::Issuers;
use smime_cert::revocation::StatusSource;
use ureq::Agent;
use ureq::http::header::LOCATION;

use crate::store::Store;

/// Requests of one run. A path of five certificates with CRLs, OCSP and issuers makes fewer than 20.
const MAX_REQUESTS: u32 = 32;
/// Redirects of one request.
const MAX_REDIRECTS: u32 = 3;
/// One request, from the name of the host to the last octet.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Octets of an answer: the largest public CRLs have 30 MB.
const MAX_ANSWER: u64 = 64 << 20;

/// The network.
pub(crate) struct Online {
    agent: Agent,
    provider: &'static CryptoProvider,
    at: Time,
    /// CRLs are kept in the user's store until the next one is due.
    store: Option<Store>,
    requests: Cell<u32>,
    /// What was fetched in this run, failures included.
    fetched: RefCell<BTreeMap<String, Option<Vec<u8>>>>,
    failures: RefCell<Vec<String>>,
}

impl std::fmt::Debug for Online {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Online")
            .field("requests", &self.requests.get())
            .finish_non_exhaustive()
    }
}

impl Online {
    pub(crate) fn new(provider: &'static CryptoProvider, at: Time, store: Option<Store>) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent("smime")
            .build();
        Self {
            agent: Agent::new_with_config(config),
            provider,
            at,
            store,
            requests: Cell::new(0),
            fetched: RefCell::default(),
            failures: RefCell::default(),
        }
    }

    /// What could not be fetched, and why.
    pub(crate) fn failures(&self) -> Vec<String> {
        self.failures.borrow().clone()
    }

    /// The answer to a GET, or with a body to a POST.
    fn fetch(&self, url: &str, body: Option<(&str, &[u8])>) -> Option<Vec<u8>> {
        match self.request(url, body) {
            Ok(octets) => Some(octets),
            Err(why) => {
                self.failures.borrow_mut().push(format!("{url}: {why}"));
                None
            }
        }
    }

    fn request(&self, url: &str, body: Option<(&str, &[u8])>) -> Result<Vec<u8>, String> {
        let mut url = url.to_owned();
        for _ in 0..=MAX_REDIRECTS {
            let is_http = url
                .get(..7)
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
            if !is_http {
                return Err("only http is fetched".into());
            }
            self.requests.set(self.requests.get() + 1);
            if self.requests.get() > MAX_REQUESTS {
                return Err("too many requests".into());
            }
            let answer = match body {
                Some((kind, octets)) => self.agent.post(&url).content_type(kind).send(octets),
                None => self.agent.get(&url).call(),
            };
            let mut answer = answer.map_err(|error| error.to_string())?;
            if answer.status().is_redirection() {
                let location = answer.headers().get(LOCATION);
                let location = location.and_then(|location| location.to_str().ok());
                url = location.ok_or("a redirect to nowhere")?.to_owned();
                continue;
            }
            if !answer.status().is_success() {
                return Err(format!("status {}", answer.status()));
            }
            let body = answer.body_mut().with_config().limit(MAX_ANSWER);
            return body.read_to_vec().map_err(|error| error.to_string());
        }
        Err("too many redirects".into())
    }

    /// A GET, once in a run.
    fn get(&self, url: &str) -> Option<Vec<u8>> {
        if let Some(known) = self.fetched.borrow().get(url) {
            return known.clone();
        }
        let octets = self.fetch(url, None);
        self.fetched
            .borrow_mut()
            .insert(url.to_owned(), octets.clone());
        octets
    }

    fn list(&self, url: &str) -> Option<CertificateList> {
        let is_current =
            |list: &CertificateList| list.next_update().is_some_and(|next| next > self.at);
        let stored = self.store.as_ref().and_then(|store| store.fetched(url));
        let stored = stored.and_then(|octets| CertificateList::from_vec(octets).ok());
        if let Some(list) = stored.filter(is_current) {
            return Some(list);
        }
        let octets = self.get(url)?;
        let list = CertificateList::from_vec(der(octets)).ok()?;
        if let Some(store) = &self.store
            && is_current(&list)
        {
            store.set_fetched(url, list.octets());
        }
        Some(list)
    }
}

/// The DER of what some servers send as PEM.
fn der(octets: Vec<u8>) -> Vec<u8> {
    if !container::pem::is_pem(&octets) {
        return octets;
    }
    let blocks = container::pem::parse_all(&octets).unwrap_or_default();
    blocks
        .first()
        .map(|block| block.der.to_vec())
        .unwrap_or_default()
}

impl StatusSource for Online {
    fn lists(&self, _: &Certificate, urls: &[&str]) -> Vec<CertificateList> {
        let http = urls.iter().filter(|url| url.starts_with("http"));
        http.filter_map(|url| self.list(url)).collect()
    }

    fn responses(
        &self,
        certificate: &Certificate,
        issuer: &SubjectPublicKeyInfo,
    ) -> Vec<OcspResponse> {
        let mut found = Vec::new();
        for url in access_locations(certificate, &ids::ACCESS_OCSP) {
            let request = OcspRequest::new(certificate, issuer, self.provider, &mut SystemRandom);
            let Ok(request) = request else { continue };
            let body = ("application/ocsp-request", request.der());
            let Some(octets) = self.fetch(&url, Some(body)) else {
                continue;
            };
            match OcspResponse::from_der(&octets) {
                // An answer to another request is somebody's replay (RFC 9654, 2).
                Ok(response) if request.is_answered_by(&response) != Some(false) => {
                    found.push(response);
                }
                Ok(_) => self
                    .failures
                    .borrow_mut()
                    .push(format!("{url}: the nonce is another")),
                Err(error) => self.failures.borrow_mut().push(format!("{url}: {error}")),
            }
        }
        found
    }
}

impl Issuers for Online {
    fn named(&self, subject: &CanonicalName, issued: Option<&Certificate>) -> Vec<Certificate> {
        let urls = issued.map(|issued| access_locations(issued, &ids::ACCESS_CA_ISSUERS));
        let mut found = Vec::new();
        for url in urls.into_iter().flatten() {
            let Some(octets) = self.get(&url) else {
                continue;
            };
            // A certificate, or a certs-only message (RFC 5280, 4.2.2.1).
            let loaded = container::load(&octets, &|| None, self.provider, &Limits::DEFAULT);
            found.extend(loaded.map(|loaded| loaded.certificates).unwrap_or_default());
        }
        found.retain(|certificate| certificate.subject().canonical().as_ref() == Ok(subject));
        found
    }
}
