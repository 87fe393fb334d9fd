//! The network, with `--online` alone: CRLs, OCSP responses and issuers' certificates by HTTP.

mod client;

use std::cell::RefCell;
use std::collections::BTreeMap;

use cms_algs::SystemRandom;
use cms_core::Limits;
use cms_core::provider::CryptoProvider;
use cms_core::types::{CanonicalName, Certificate, SubjectPublicKeyInfo, Time};
use smime_cert::container::{pem, pkcs7};
use smime_cert::crl::CertificateList;
use smime_cert::extension::{access_locations, ids};
use smime_cert::ocsp::{OcspRequest, OcspResponse};
use smime_cert::path::Issuers;
use smime_cert::revocation::StatusSource;

use crate::store::Store;
use client::{Client, Kind};

/// The network.
#[derive(Debug)]
pub(crate) struct Online {
    client: Client,
    provider: &'static CryptoProvider,
    at: Time,
    /// CRLs that have proved right are kept in the user's store.
    store: Option<Store>,
    /// What was fetched in this run, failures included.
    lists: RefCell<BTreeMap<String, Option<CertificateList>>>,
    responses: RefCell<BTreeMap<(String, Certificate), Option<OcspResponse>>>,
    issuers: RefCell<BTreeMap<String, Vec<Certificate>>>,
}

impl Online {
    pub(crate) fn new(provider: &'static CryptoProvider, at: Time, store: Option<Store>) -> Self {
        Self {
            client: Client::new(),
            provider,
            at,
            store,
            lists: RefCell::default(),
            responses: RefCell::default(),
            issuers: RefCell::default(),
        }
    }

    /// Another path begins.
    pub(crate) fn renew(&self) {
        self.client.renew();
    }

    /// What could not be fetched, and why.
    pub(crate) fn failures(&self) -> Vec<String> {
        self.client.failures()
    }

    /// The list that the store keeps, and the one of the network where that is not enough: the one that is kept has
    /// been verified, and may be newer than what somebody on the way gives.
    fn list(&self, url: &str) -> Vec<CertificateList> {
        let stored = self.store.as_ref().and_then(|store| store.fetched(url));
        let stored = stored.and_then(|stored| {
            let list = CertificateList::from_vec(stored.octets).ok()?;
            Some((list, stored.is_recent))
        });
        let is_current =
            |list: &CertificateList| list.next_update().is_some_and(|next| next > self.at);
        if let Some((list, true)) = &stored
            && is_current(list)
        {
            return vec![list.clone()];
        }
        let fetched = self.fetched_list(url);
        let stored = stored.map(|(list, _)| list);
        fetched.into_iter().chain(stored).collect()
    }

    fn fetched_list(&self, url: &str) -> Option<CertificateList> {
        if let Some(known) = self.lists.borrow().get(url) {
            return known.clone();
        }
        let list = self
            .client
            .fetch(Kind::List, url, None)
            .and_then(|octets| CertificateList::from_vec(der(octets)).ok());
        self.lists.borrow_mut().insert(url.to_owned(), list.clone());
        list
    }

    fn response(
        &self,
        url: &str,
        certificate: &Certificate,
        issuer: &SubjectPublicKeyInfo,
    ) -> Option<OcspResponse> {
        let request =
            OcspRequest::new(certificate, issuer, self.provider, &mut SystemRandom).ok()?;
        let body = ("application/ocsp-request", request.der());
        let octets = self.client.fetch(Kind::Response, url, Some(body))?;
        match OcspResponse::from_der(&octets) {
            // An answer to another request is somebody's replay (RFC 9654, 2).
            Ok(response) if request.is_answered_by(&response) != Some(false) => Some(response),
            Ok(_) => {
                self.client.fail(url, "the nonce is another");
                None
            }
            Err(error) => {
                self.client.fail(url, error);
                None
            }
        }
    }

    fn issuers(&self, url: &str) -> Vec<Certificate> {
        if let Some(known) = self.issuers.borrow().get(url) {
            return known.clone();
        }
        let octets = self.client.fetch(Kind::Issuer, url, None);
        let found = octets.map(|octets| self.certificates(der(octets)));
        let found = found.unwrap_or_default();
        self.issuers
            .borrow_mut()
            .insert(url.to_owned(), found.clone());
        found
    }

    /// A certificate, or a certs-only message, and nothing else (RFC 5280, 4.2.2.1).
    fn certificates(&self, octets: Vec<u8>) -> Vec<Certificate> {
        if let Ok(certificate) = Certificate::from_der(&octets) {
            return vec![certificate];
        }
        let bundle = pkcs7::read(&octets, self.provider, &Limits::DEFAULT);
        bundle.map(|bundle| bundle.certificates).unwrap_or_default()
    }
}

/// The DER of what some servers send as PEM.
fn der(octets: Vec<u8>) -> Vec<u8> {
    if !pem::is_pem(&octets) {
        return octets;
    }
    let blocks = pem::parse_all(&octets).unwrap_or_default();
    blocks
        .first()
        .map(|block| block.der.to_vec())
        .unwrap_or_default()
}

impl StatusSource for Online {
    fn lists(&self, _: &Certificate, urls: &[&str]) -> Vec<CertificateList> {
        let http = urls.iter().filter(|url| {
            let scheme = url.split(':').next().unwrap_or_default();
            scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
        });
        http.flat_map(|url| self.list(url)).collect()
    }

    fn responses(
        &self,
        certificate: &Certificate,
        issuer: &SubjectPublicKeyInfo,
    ) -> Vec<OcspResponse> {
        let mut found = Vec::new();
        for url in access_locations(certificate, &ids::ACCESS_OCSP) {
            let key = (url, certificate.clone());
            let known = self.responses.borrow().get(&key).cloned();
            let response = known.unwrap_or_else(|| {
                let response = self.response(&key.0, certificate, issuer);
                self.responses.borrow_mut().insert(key, response.clone());
                response
            });
            found.extend(response);
        }
        found
    }

    /// Only what has proved right is kept, so that nobody on the way can leave something there that lasts.
    fn has_held(&self, list: &CertificateList) {
        let Some(store) = &self.store else { return };
        let lists = self.lists.borrow();
        let same = lists.iter().filter(|(_, fetched)| {
            let octets = fetched.as_ref().map(CertificateList::octets);
            octets == Some(list.octets())
        });
        for (url, _) in same {
            let before = store
                .fetched(url)
                .and_then(|before| CertificateList::from_vec(before.octets).ok());
            // rfc5280:5.2.3: numbers grow.
            let is_older = before.is_some_and(|before| {
                before.canonical_issuer() == list.canonical_issuer()
                    && before.number() > list.number()
            });
            if !is_older {
                store.set_fetched(url, list.octets());
            }
        }
    }
}

impl Issuers for Online {
    fn named(&self, subject: &CanonicalName, issued: Option<&Certificate>) -> Vec<Certificate> {
        let urls = issued.map(|issued| access_locations(issued, &ids::ACCESS_CA_ISSUERS));
        let mut found: Vec<_> = urls
            .into_iter()
            .flatten()
            .flat_map(|url| self.issuers(&url))
            .collect();
        found.retain(|certificate| certificate.subject().canonical().as_ref() == Ok(subject));
        found
    }
}
