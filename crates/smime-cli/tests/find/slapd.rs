//! OpenLDAP on loopback.

use std::fmt::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::Scratch;

const PROGRAM: &str = "/usr/sbin/slapd";

/// A server with the suffix `dc=corp,dc=example`, gone with the value.
pub(crate) struct Slapd {
    child: Child,
    pub(crate) port: u16,
}

/// A person's entry.
pub(crate) struct Person<'a> {
    pub(crate) uid: &'a str,
    pub(crate) mail: &'a str,
    pub(crate) values: &'a [(&'a str, Vec<u8>)],
}

/// Whether the server is there; if not, says what is skipped.
pub(crate) fn has_slapd(what: &str) -> bool {
    let there = Path::new(PROGRAM).exists();
    if !there {
        eprintln!("SKIPPED {what}: no slapd");
    }
    there
}

impl Slapd {
    /// `more` goes into the configuration; a certificate and key in `tls.pem` and `tls.key` make it one for TLS.
    pub(crate) fn start(s: &Scratch, more: &str, people: &[Person<'_>]) -> Self {
        let port = crate::free_port();
        let folder = s.path().display();
        std::fs::create_dir_all(s.path().join("ldap")).unwrap();
        let tls = s.path().join("tls.pem").exists();
        let mut conf = String::new();
        for schema in ["core", "cosine", "inetorgperson"] {
            writeln!(conf, "include /etc/ldap/schema/{schema}.schema").unwrap();
        }
        writeln!(conf, "modulepath /usr/lib/ldap\nmoduleload back_mdb").unwrap();
        writeln!(conf, "pidfile {folder}/slapd.pid").unwrap();
        if tls {
            writeln!(conf, "TLSCertificateFile {folder}/tls.pem").unwrap();
            writeln!(conf, "TLSCertificateKeyFile {folder}/tls.key").unwrap();
        }
        writeln!(
            conf,
            "database mdb\nmaxsize 16777216\ndirectory {folder}/ldap"
        )
        .unwrap();
        writeln!(
            conf,
            "suffix dc=corp,dc=example\nrootdn cn=admin,dc=corp,dc=example"
        )
        .unwrap();
        writeln!(conf, "rootpw secret\n{more}").unwrap();
        let conf = s.write("slapd.conf", conf.as_bytes());
        let ldif = s.write("people.ldif", ldif(people).as_bytes());
        let added = Command::new("/usr/sbin/slapadd")
            .args(["-f", &conf, "-l", &ldif])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&added.stderr);
        assert!(added.status.success(), "{told}");
        let scheme = if tls { "ldaps" } else { "ldap" };
        let url = format!("{scheme}://127.0.0.1:{port}");
        let child = Command::new(PROGRAM)
            .args(["-f", &conf, "-h", &url, "-d", "0"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { child, port };
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("slapd does not start");
    }

    pub(crate) fn url(&self) -> String {
        format!("ldap://127.0.0.1:{}/dc=corp,dc=example", self.port)
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ldif(people: &[Person<'_>]) -> String {
    let mut text = "dn: dc=corp,dc=example\nobjectClass: dcObject\nobjectClass: organization\n\
        dc: corp\no: Corp\n\n"
        .to_owned();
    for Person { uid, mail, values } in people {
        let lines = format!(
            "dn: uid={uid},dc=corp,dc=example\nobjectClass: inetOrgPerson\nuid: {uid}\n\
             cn: {uid}\nsn: {uid}\nmail: {mail}\n"
        );
        text.push_str(&lines);
        for (name, value) in *values {
            let value = base64_simd::STANDARD.encode_to_string(value);
            writeln!(text, "{name}:: {value}").unwrap();
        }
        text.push('\n');
    }
    text
}
