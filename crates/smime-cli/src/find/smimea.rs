//! SMIMEA records (RFC 8162) of the DNS, with DNSSEC validated here.
//!
//! The name server is only a carrier: its own word for an answer (the AD bit) is not taken, signatures are followed
//! from the keys of the root, or from others that the user names. Questions go by TCP (RFC 8162, 7: "SHOULD use TCP").

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::Resolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::dnssec::{Proof, TrustAnchors};
use hickory_resolver::proto::rr::rdata::SMIMEA;
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use hickory_resolver::system_conf::read_system_conf;
use smime_cert::smimea::Association;

use super::{Dnssec, TIMEOUT};
use crate::outcome::{Failure, Outcome};

/// Records of one name. One mailbox has one or two: an old certificate and a new one.
const MAX_RECORDS: usize = 32;
/// Aliases (CNAME) on the way to them.
const MAX_ALIASES: usize = 8;
/// One question; validating an answer takes some of them.
const QUESTION: Duration = Duration::from_secs(5);

/// What the DNS said.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) dnssec: Dnssec,
    pub(crate) associations: Vec<Association>,
    /// What the user should know about it.
    pub(crate) notes: Vec<String>,
}

/// Which name server is asked, and which keys are believed.
pub(crate) struct Dns {
    servers: Vec<NameServerConfig>,
    anchors: TrustAnchors,
}

impl fmt::Debug for Dns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Dns");
        fields
            .field("servers", &self.servers)
            .finish_non_exhaustive()
    }
}

impl Dns {
    /// The system's name servers, or this one: `ADDRESS[:PORT]`; the keys of the root, or those of a file with DNSKEY
    /// records.
    pub(crate) fn new(server: Option<&str>, anchors: Option<&Path>) -> Result<Self, Failure> {
        let anchors = match anchors {
            Some(path) => TrustAnchors::from_file(path).map_err(|error| {
                Failure::usage(error.to_string()).about(&path.display().to_string())
            })?,
            None => TrustAnchors::default(),
        };
        let servers = match server {
            Some(text) => vec![by_tcp(named(text)?)],
            None => {
                let (config, _) = read_system_conf().map_err(|error| failed(&error))?;
                let servers = config.name_servers().iter();
                servers
                    .map(|server| by_tcp((server.ip, 53).into()))
                    .collect()
            }
        };
        Ok(Self { servers, anchors })
    }

    /// The SMIMEA records of a name; none where there is no such name.
    pub(crate) fn lookup(self, name: &str) -> Result<Option<Answered>, Failure> {
        let owner = Name::from_ascii(format!("{name}."))
            .map_err(|error| Failure::usage(format!("{name}: {error}")))?;
        let mut options = ResolverOpts::default();
        options.validate = true;
        options.timeout = QUESTION;
        options.attempts = 1;
        options.use_hosts_file = ResolveHosts::Never;
        options.preserve_intermediates = true;
        let config = ResolverConfig::from_name_servers(self.servers);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let answer = runtime.block_on(async {
            let resolver = Resolver::builder_with_config(config, TokioRuntimeProvider::default())
                .with_options(options)
                .with_trust_anchor(Arc::new(self.anchors))
                .build()?;
            let question = resolver.lookup(owner.clone(), RecordType::SMIMEA);
            match tokio::time::timeout(TIMEOUT, question).await {
                Ok(answer) => answer,
                Err(_) => Err(NetError::Timeout),
            }
        });
        // Whatever still runs is not waited for.
        runtime.shutdown_background();
        let lookup = match answer {
            Ok(lookup) => lookup,
            Err(error) if is_none(&error) => return Ok(None),
            Err(error) => return Err(failed(&error)),
        };
        let Some((proof, records)) = of_owner(owner, lookup.answers()) else {
            return Ok(None);
        };
        let dnssec = match proof {
            Proof::Secure => Dnssec::Secure,
            Proof::Insecure => Dnssec::Insecure,
            _ => return Err(failed(&DnsError::DnssecBogus.into())),
        };
        let mut answered = Answered {
            dnssec,
            associations: Vec::new(),
            notes: Vec::new(),
        };
        for (index, record) in records.into_iter().enumerate() {
            if index >= MAX_RECORDS {
                let note = format!("more than {MAX_RECORDS} records: the rest is left");
                answered.notes.push(note);
                break;
            }
            let head = [
                record.cert_usage.into(),
                record.selector.into(),
                record.matching.into(),
            ];
            match Association::decode(&[&head, record.cert_data.as_slice()].concat()) {
                Ok(association) if answered.associations.contains(&association) => {}
                Ok(association) => answered.associations.push(association),
                Err(error) => answered.notes.push(format!("an unusable record: {error}")),
            }
        }
        Ok(Some(answered))
    }
}

/// The SMIMEA records of a name, or of the one that it is an alias of, and the least that was proved of all that leads
/// there. An answer may hold records of other names as well, each perfectly signed: they are another's.
fn of_owner(mut owner: Name, records: &[Record]) -> Option<(Proof, Vec<&SMIMEA>)> {
    let mut proof = Proof::Secure;
    for _ in 0..MAX_ALIASES {
        let mut found = Vec::new();
        let mut alias = None;
        for record in records.iter().filter(|record| record.name == owner) {
            match &record.data {
                RData::SMIMEA(data) => found.push((record.proof, data)),
                RData::CNAME(target) => alias = Some((record.proof, target.0.clone())),
                _ => {}
            }
        }
        if !found.is_empty() {
            let least = found.iter().map(|(proof, _)| *proof).min();
            let proof = least.map_or(proof, |least| least.min(proof));
            return Some((proof, found.into_iter().map(|(_, data)| data).collect()));
        }
        let (of_alias, target) = alias?;
        proof = proof.min(of_alias);
        owner = target;
    }
    None
}

/// A server of `--dns`.
fn named(text: &str) -> Result<SocketAddr, Failure> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(address);
    }
    let address = text.trim_matches(['[', ']']).parse::<IpAddr>();
    address.map(|address| (address, 53).into()).map_err(|_| {
        Failure::usage(format!("--dns {text}: no IP address"))
            .with_hint("a name server is ADDRESS or ADDRESS:PORT")
    })
}

fn by_tcp(address: SocketAddr) -> NameServerConfig {
    let mut connection = ConnectionConfig::tcp();
    connection.port = address.port();
    NameServerConfig::new(address.ip(), true, vec![connection])
}

/// Whether an answer says, as far as DNSSEC can tell, that there is nothing.
fn is_none(error: &NetError) -> bool {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(_)) => true,
        NetError::Dns(DnsError::Nsec { proof, .. }) => {
            matches!(proof, Proof::Insecure | Proof::Secure)
        }
        _ => false,
    }
}

fn failed(error: &NetError) -> Failure {
    match error {
        NetError::Dns(DnsError::DnssecBogus | DnsError::Nsec { .. }) => {
            let text = "the answer of the DNS fails DNSSEC";
            Failure::new(Outcome::Policy, "dnssec-bogus", text).with_hint(
                "a name server that hides signatures looks the same: try another with --dns ADDRESS",
            )
        }
        error => Failure::new(Outcome::Io, "dns", error.to_string()).about("DNS"),
    }
}

#[cfg(test)]
mod tests {
    use hickory_resolver::proto::rr::rdata::CNAME;
    use hickory_resolver::proto::rr::rdata::tlsa::{CertUsage, Matching, Selector};

    use super::*;

    fn record(name: &str, data: RData, proof: Proof) -> Record {
        let mut record = Record::from_rdata(Name::from_ascii(name).unwrap(), 60, data);
        record.proof = proof;
        record
    }

    fn smimea(name: &str, octet: u8, proof: Proof) -> Record {
        let usage = CertUsage::DaneEe;
        let data = SMIMEA::new(usage, Selector::Full, Matching::Sha256, vec![octet; 32]);
        record(name, RData::SMIMEA(data), proof)
    }

    fn alias(name: &str, target: &str, proof: Proof) -> Record {
        let target = Name::from_ascii(target).unwrap();
        record(name, RData::CNAME(CNAME(target)), proof)
    }

    fn found(records: &[Record]) -> Option<(Proof, Vec<u8>)> {
        let owner = Name::from_ascii("a.example.").unwrap();
        let (proof, records) = of_owner(owner, records)?;
        Some((proof, records.iter().map(|one| one.cert_data[0]).collect()))
    }

    #[test]
    fn records_of_other_names_are_not_the_mailboxs() {
        use Proof::{Bogus, Insecure, Secure};
        assert_eq!(found(&[]), None);
        assert_eq!(found(&[smimea("evil.test.", 1, Secure)]), None);
        let both = [
            smimea("evil.test.", 1, Secure),
            smimea("A.example.", 2, Secure),
        ];
        assert_eq!(found(&both), Some((Secure, vec![2])));
        // The least that was proved counts, aliases included.
        let mixed = [
            smimea("a.example.", 1, Secure),
            smimea("a.example.", 2, Bogus),
        ];
        assert_eq!(found(&mixed), Some((Bogus, vec![1, 2])));
        let aliased = [
            alias("a.example.", "b.example.", Insecure),
            alias("b.example.", "c.example.", Secure),
            smimea("c.example.", 3, Secure),
        ];
        assert_eq!(found(&aliased), Some((Insecure, vec![3])));
        let circle = [
            alias("a.example.", "b.example.", Secure),
            alias("b.example.", "a.example.", Secure),
        ];
        assert_eq!(found(&circle), None);
    }

    #[test]
    fn name_servers_are_addresses() {
        let port = |text: &str| named(text).unwrap().port();
        assert_eq!(port("192.0.2.1"), 53);
        assert_eq!(port("192.0.2.1:5353"), 5353);
        assert_eq!(port("2001:db8::1"), 53);
        assert_eq!(port("[2001:db8::1]:5353"), 5353);
        for wrong in ["", "ns.example.com", "192.0.2.1:", "192.0.2.1:70000"] {
            assert!(named(wrong).is_err(), "{wrong}");
        }
    }
}
