//! NSD on loopback: a root of its own with zones below it, signed and not.

use std::fmt::Write as _;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::Scratch;
use crate::{digest, hex};

/// A name server, gone with the value. Its zones: `example` is signed, `open` is not, and `bogus` is not either, but
/// the root says that it is.
pub(crate) struct Nsd {
    child: Child,
    port: u16,
    anchor: String,
}

/// Whether name server and signer are there; if not, says what is skipped.
pub(crate) fn has_nsd(what: &str) -> bool {
    for program in ["nsd", "ldns-signzone"] {
        let found = Command::new(program).arg("-v").output();
        if found.is_err() {
            eprintln!("SKIPPED {what}: no {program}");
            return false;
        }
    }
    true
}

/// A record of a mailbox, in the form of RFC 3597.
pub(crate) fn record(address: &str, head: [u8; 3], data: &[u8]) -> String {
    generic(address, &[&head, data].concat())
}

/// The same, with any data.
pub(crate) fn generic(address: &str, data: &[u8]) -> String {
    let hex = hex(data);
    format!(
        "{}. 60 IN TYPE53 \\# {} {hex}\n",
        owner(address),
        data.len()
    )
}

/// The name of the records (RFC 8162, 3).
pub(crate) fn owner(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap();
    let label = hex(&digest(local.as_bytes()));
    format!("{}._smimecert.{domain}", &label[..56])
}

impl Nsd {
    /// A server for these records; each goes into the zone that its name ends with.
    pub(crate) fn start(s: &Scratch, records: &[String]) -> Self {
        let port = crate::free_port();
        let keygen = |zone: &str| {
            let output = Command::new("ldns-keygen")
                .args(["-a", "ECDSAP256SHA256", "-k", zone])
                .current_dir(s.path())
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        let (root_key, key) = (keygen("."), keygen("example"));
        let ds = std::fs::read_to_string(s.path().join(format!("{key}.ds"))).unwrap();
        let mut root = head(".");
        for zone in ["example", "open", "bogus"] {
            writeln!(
                root,
                "{zone}. 60 IN NS ns.{zone}.\nns.{zone}. 60 IN A 127.0.0.1"
            )
            .unwrap();
            let ending = format!(".{zone}. 60 IN ");
            let records = records.iter().filter(|record| record.contains(&ending));
            let records: String = records.map(String::as_str).collect();
            let text = format!("{}{records}", head(&format!("{zone}.")));
            s.write(&format!("{zone}.zone"), text.as_bytes());
        }
        root.push_str(&ds);
        root.push_str(&ds.replacen("example.", "bogus.", 1));
        s.write("root.zone", root.as_bytes());
        // What there is not, is proved by NSEC in the root and by NSEC3 below it.
        for (options, origin, zone, key) in [
            (&[][..], ".", "root", &root_key),
            (&["-n"], "example", "example", &key),
        ] {
            let signed = Command::new("ldns-signzone")
                .args(options)
                .args(["-o", origin, &format!("{zone}.zone"), key])
                .current_dir(s.path())
                .output()
                .unwrap();
            assert!(signed.status.success(), "{signed:?}");
        }
        let conf = s.write(
            "nsd.conf",
            conf(&s.path().display().to_string(), port).as_bytes(),
        );
        let child = Command::new("nsd")
            .args(["-d", "-c", &conf])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self {
            child,
            port,
            anchor: format!("{root_key}.key"),
        };
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("nsd does not start: {}", s.file("nsd.log"));
    }

    /// `cert find` of an address there.
    pub(crate) fn words<'a>(&self, address: &'a str, more: &[&'a str]) -> Vec<String> {
        let server = format!("127.0.0.1:{}", self.port);
        let words = ["cert", "find", address, "--online", "--dns", &server];
        let anchor = ["--dns-anchor", &self.anchor];
        let words = words.iter().chain(&anchor).chain(more);
        words.map(ToString::to_string).collect()
    }

    /// The server's address and port.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for Nsd {
    fn drop(&mut self) {
        // It has children, which it ends itself when it is asked to.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        for _ in 0..100 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn head(origin: &str) -> String {
    let ns = format!("ns.{}", origin.trim_start_matches('.'));
    format!(
        "{origin} 60 IN SOA {ns} host.invalid. 1 3600 600 86400 60\n{origin} 60 IN NS {ns}\n\
         {ns} 60 IN A 127.0.0.1\n"
    )
}

fn conf(folder: &str, port: u16) -> String {
    let mut text = format!(
        "server:\n ip-address: 127.0.0.1@{port}\n zonesdir: \"{folder}\"\n database: \"\"\n \
         pidfile: \"{folder}/nsd.pid\"\n xfrdfile: \"{folder}/xfrd.state\"\n \
         zonelistfile: \"{folder}/zone.list\"\n logfile: \"{folder}/nsd.log\"\n username: \"\"\n \
         chroot: \"\"\n server-count: 1\nremote-control:\n control-enable: no\n"
    );
    for (name, file) in [
        (".", "root.zone.signed"),
        ("example", "example.zone.signed"),
        ("open", "open.zone"),
        ("bogus", "bogus.zone"),
    ] {
        writeln!(text, "zone:\n name: \"{name}\"\n zonefile: \"{file}\"").unwrap();
    }
    text
}
