//! HTTP with bounds: the URLs come from certificates, which anybody can write.
//!
//! Only `http` is fetched: RFC 5280, 8 warns of `https` here, whose certificates would have to be validated in turn,
//! and what is fetched is signed. Redirects stay with HTTP and are few; every answer has a limit and a time, and so
//! have all answers of a run together. The machine itself and its link are not asked (RFC 5280, 8: "a certificate can
//! contain a URL to anything"), unless the caller says so.

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::config::Config;
use ureq::http::StatusCode;
use ureq::http::Uri;
use ureq::http::header::LOCATION;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use url::Url;

/// Requests for one kind of thing, until [`Client::renew`]. A path of five certificates with CRLs, OCSP and issuers
/// makes fewer than 20.
const MAX_REQUESTS: u32 = 32;
/// Redirects of one request.
const MAX_REDIRECTS: u32 = 3;
/// One request, from the name of the host to the last octet.
const TIMEOUT: Duration = Duration::from_secs(15);
/// All requests until [`Client::renew`].
const DEADLINE: Duration = Duration::from_secs(90);
/// Octets of all answers of a run.
const MAX_OCTETS: u64 = 256 << 20;

/// The variable that allows to ask the machine itself: for a private CA that runs on it, and for tests.
const LOOPBACK_VARIABLE: &str = "SMIME_ONLINE_LOOPBACK";

/// What is fetched. Each kind has requests of its own, so that nobody's issuers use up those for the status.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Issuer,
    List,
    Response,
}

impl Kind {
    /// Octets of an answer: the largest public CRLs have 30 MB.
    const fn limit(self) -> u64 {
        match self {
            Self::Issuer | Self::Response => 1 << 20,
            Self::List => 64 << 20,
        }
    }
}

/// An HTTP client.
pub(super) struct Client {
    agent: Agent,
    requests: [Cell<u32>; 3],
    octets: Cell<u64>,
    since: Cell<Instant>,
    failures: RefCell<Vec<String>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("requests", &self.requests)
            .finish_non_exhaustive()
    }
}

impl Client {
    pub(super) fn new() -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .proxy(None)
            .user_agent("smime")
            .build();
        let resolver = Elsewhere {
            resolver: DefaultResolver::default(),
            loopback: std::env::var_os(LOOPBACK_VARIABLE).is_some_and(|value| value == "1"),
        };
        Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), resolver),
            requests: Default::default(),
            octets: Cell::new(0),
            since: Cell::new(Instant::now()),
            failures: RefCell::default(),
        }
    }

    /// Another path begins: it may make as many requests as the one before.
    pub(super) fn renew(&self) {
        self.requests.iter().for_each(|requests| requests.set(0));
        self.since.set(Instant::now());
    }

    /// What could not be fetched, and why.
    pub(super) fn failures(&self) -> Vec<String> {
        self.failures.borrow().clone()
    }

    pub(super) fn fail(&self, url: &str, why: impl std::fmt::Display) {
        self.failures.borrow_mut().push(format!("{url}: {why}"));
    }

    /// The answer to a GET, or with a body to a POST.
    pub(super) fn fetch(
        &self,
        kind: Kind,
        url: &str,
        body: Option<(&str, &[u8])>,
    ) -> Option<Vec<u8>> {
        match self.request(kind, url, body) {
            Ok(octets) => Some(octets),
            Err(why) => {
                self.fail(url, why);
                None
            }
        }
    }

    fn request(
        &self,
        kind: Kind,
        url: &str,
        mut body: Option<(&str, &[u8])>,
    ) -> Result<Vec<u8>, String> {
        let mut url = Url::parse(url).map_err(|error| error.to_string())?;
        for _ in 0..=MAX_REDIRECTS {
            // Schemes have no case (RFC 3986, 3.1); the URL has it in lower case.
            if url.scheme() != "http" {
                return Err("only http is fetched".into());
            }
            self.spend(kind)?;
            let answer = match body {
                Some((media, octets)) => self
                    .agent
                    .post(url.as_str())
                    .content_type(media)
                    .send(octets),
                None => self.agent.get(url.as_str()).call(),
            };
            let mut answer = answer.map_err(|error| error.to_string())?;
            if answer.status().is_redirection() {
                if answer.status() == StatusCode::SEE_OTHER {
                    body = None;
                }
                let location = answer.headers().get(LOCATION);
                let location = location.and_then(|location| location.to_str().ok());
                // It may be relative to where it comes from (RFC 9110, 10.2.2).
                let to = url.join(location.ok_or("a redirect to nowhere")?);
                url = to.map_err(|error| error.to_string())?;
                continue;
            }
            if !answer.status().is_success() {
                return Err(format!("status {}", answer.status()));
            }
            let left = MAX_OCTETS.saturating_sub(self.octets.get());
            let body = answer
                .body_mut()
                .with_config()
                .limit(kind.limit().min(left));
            let octets = body.read_to_vec().map_err(|error| error.to_string())?;
            let len = u64::try_from(octets.len()).unwrap_or(u64::MAX);
            self.octets.set(self.octets.get().saturating_add(len));
            return Ok(octets);
        }
        Err("too many redirects".into())
    }

    fn spend(&self, kind: Kind) -> Result<(), String> {
        let [issuers, lists, responses] = &self.requests;
        let requests = match kind {
            Kind::Issuer => issuers,
            Kind::List => lists,
            Kind::Response => responses,
        };
        requests.set(requests.get() + 1);
        if requests.get() > MAX_REQUESTS {
            return Err("too many requests".into());
        }
        if self.since.get().elapsed() > DEADLINE {
            return Err("the network has taken too long".into());
        }
        Ok(())
    }
}

/// Resolves names to other machines alone.
#[derive(Debug)]
struct Elsewhere {
    resolver: DefaultResolver,
    loopback: bool,
}

impl Resolver for Elsewhere {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.resolver.resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        for address in found
            .iter()
            .filter(|address| self.loopback || !is_here(address.ip()))
        {
            kept.push(*address);
        }
        if kept.is_empty() {
            let why =
                "the address is this machine's or its link's, which certificates may not name";
            return Err(ureq::Error::Io(std::io::Error::other(why)));
        }
        Ok(kept)
    }
}

/// Loopback addresses, those of the link (where clouds keep their secrets, with one that Amazon has elsewhere) and of
/// nobody, also within IPv6. Other addresses that the machine has are not known here.
fn is_here(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_here_v4(v4),
        IpAddr::V6(v6) => {
            // IPv4-compatible, or behind a translator (RFC 6052, 2.1).
            let within = match v6.segments() {
                [0, 0, 0, 0, 0, 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
                    let [.., a, b, c, d] = v6.octets();
                    is_here_v4(Ipv4Addr::new(a, b, c, d))
                }
                [0xfd00, 0x0ec2, ..] => true,
                _ => false,
            };
            within || v6.is_loopback() || v6.is_unicast_link_local() || v6.is_unspecified()
        }
    }
}

fn is_here_v4(v4: Ipv4Addr) -> bool {
    let [first, ..] = v4.octets();
    first == 0 || v4.is_loopback() || v4.is_link_local() || v4.is_broadcast()
}

#[cfg(test)]
mod tests {
    use super::is_here;

    #[test]
    fn the_machine_itself_is_here() {
        for here in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "169.254.169.254",
            "::1",
            "::",
            "fe80::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "fd00:ec2::254",
            "0.1.2.3",
        ] {
            assert!(is_here(here.parse().unwrap()), "{here}");
        }
        for elsewhere in ["192.0.2.1", "10.0.0.1", "2001:db8::1", "fd00::1"] {
            assert!(!is_here(elsewhere.parse().unwrap()), "{elsewhere}");
        }
    }
}
