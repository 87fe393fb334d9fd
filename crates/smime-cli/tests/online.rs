//! `--online`: CRLs, OCSP responses and issuers' certificates from a server on loopback; without it nothing is asked.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use support::{Scratch, has_openssl};

/// What is served at a path.
type Answers = BTreeMap<&'static str, Vec<u8>>;

/// A server of one request at a time; what it was asked for.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<Answers>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(Answers::new()));
        let (log, shelf) = (Arc::clone(&asked), Arc::clone(&answers));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut head = Vec::new();
                let mut octet = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut octet).unwrap_or(0) == 1 {
                    head.push(octet[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let mut words = head.split(' ');
                let method = words.next().unwrap_or_default().to_owned();
                let path = words.next().unwrap_or_default().to_owned();
                log.lock().unwrap().push(format!("{method} {path}"));
                let found = shelf.lock().unwrap().get(path.as_str()).cloned();
                let answer = match found {
                    Some(body)
                        if [&b"http"[..], b"file", b"/"]
                            .iter()
                            .any(|to| body.starts_with(to)) =>
                    {
                        let to = String::from_utf8_lossy(&body).into_owned();
                        format!(
                            "HTTP/1.1 302 Found\r\nLocation: {to}\r\n\
                             Connection: close\r\nContent-Length: 0\r\n\r\n"
                        )
                        .into_bytes()
                    }
                    Some(body) => {
                        let answer = format!(
                            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                            body.len()
                        );
                        [answer.into_bytes(), body].concat()
                    }
                    None => {
                        b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                            .to_vec()
                    }
                };
                let _ = stream.write_all(&answer);
            }
        });
        Self {
            port,
            asked,
            answers,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn serve(&self, path: &'static str, octets: Vec<u8>) {
        self.answers.lock().unwrap().insert(path, octets);
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn read(s: &Scratch, name: &str) -> Vec<u8> {
    std::fs::read(s.path().join(name)).unwrap()
}

fn crl(s: &Scratch) -> Vec<u8> {
    s.smime_ends(0, &["ca", "crl", "--der", "--force", "-o", "crl"]);
    read(s, "crl")
}

fn setup(server: &Server) -> Scratch {
    let s = Scratch::new();
    let url = server.url("/crl");
    s.smime_ends(0, &["ca", "init", "--crl-url", &url, "-o", "ca.pem"]);
    s.smime_ends(0, &["ca", "issue", "alice@example.com"]);
    s.smime_ends(
        0,
        &["cert", "export", "alice@example.com", "-o", "alice.pem"],
    );
    s
}

#[test]
fn crls_are_fetched_kept_and_fetched_again() {
    let server = Server::start();
    let s = setup(&server);
    server.serve("/crl", crl(&s));
    let verify = |code, more: &[&str]| {
        let mut words = vec!["cert", "verify", "alice.pem"];
        words.extend(more);
        s.smime_ends(code, &words);
    };
    verify(0, &[]);
    verify(3, &["--revocation", "hard"]);
    assert_eq!(server.asked(), Vec::<String>::new());
    verify(0, &["--online"]);
    assert_eq!(server.asked(), ["GET /crl"]);
    // The list is kept until the next one is due.
    s.smime_ends(0, &["ca", "revoke", "alice@example.com"]);
    server.serve("/crl", crl(&s));
    verify(0, &["--online"]);
    assert_eq!(server.asked(), Vec::<String>::new());
    verify(3, &["--online", "--at", "2027-10-01T00:00:00Z"]);
    assert_eq!(server.asked(), ["GET /crl"]);
}

#[test]
fn what_cannot_be_fetched_leaves_the_status_unknown() {
    let server = Server::start();
    let s = setup(&server);
    let elsewhere = server.url("/elsewhere");
    let list = crl(&s);
    let verify = |code, asked: &[&str]| {
        s.smime_ends(code, &["cert", "verify", "alice.pem", "--online"]);
        assert_eq!(server.asked(), asked);
        let soft = [
            "cert",
            "verify",
            "alice.pem",
            "--online",
            "--revocation",
            "soft",
        ];
        s.smime_ends(0, &soft);
        server.asked();
    };
    // Nothing there; redirects to other schemes, and in a circle; garbage.
    verify(3, &["GET /crl"]);
    server.serve("/crl", b"file:///etc/passwd".to_vec());
    verify(3, &["GET /crl"]);
    server.serve("/crl", b"https://127.0.0.1/crl".to_vec());
    verify(3, &["GET /crl"]);
    server.serve("/crl", server.url("/crl").into_bytes());
    verify(3, &["GET /crl"; 4]);
    server.serve("/crl", vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff]);
    verify(3, &["GET /crl"]);
    // One redirect is followed.
    server.serve("/crl", elsewhere.into_bytes());
    server.serve("/elsewhere", list);
    verify(0, &["GET /crl", "GET /elsewhere"]);
}

/// What somebody on the way gives does not last: only what has proved right is kept, for a day, and never an older list
/// in the place of a newer one.
#[test]
fn the_cache_keeps_what_has_held() {
    let server = Server::start();
    let s = setup(&server);
    let other = Scratch::new();
    other.smime_ends(
        0,
        &[
            "ca",
            "init",
            "--crl-url",
            "http://x.example/",
            "-o",
            "ca.pem",
        ],
    );
    let genuine = crl(&s);
    let verify = |code, more: &[&str], asked: &[&str]| {
        let mut words = vec!["cert", "verify", "alice.pem", "--online"];
        words.extend(more);
        s.smime_ends(code, &words);
        assert_eq!(server.asked(), asked);
    };
    // A foreign list, in hard and in soft mode, is asked for again.
    server.serve("/crl", crl(&other));
    verify(3, &[], &["GET /crl"]);
    verify(0, &["--revocation", "soft"], &["GET /crl"]);
    // A relative redirect (RFC 9110, 10.2.2).
    server.serve("/crl", b"/lists/one".to_vec());
    server.serve("/lists/one", genuine.clone());
    verify(0, &[], &["GET /crl", "GET /lists/one"]);
    verify(0, &[], &[]);
    // The day is over; the old list is given again, and the newer one that is kept counts.
    let age = |s: &Scratch| {
        let store = rusqlite::Connection::open(s.path().join("store/store.sqlite")).unwrap();
        store
            .execute("UPDATE fetched SET at = at - 86401", [])
            .unwrap();
    };
    s.smime_ends(0, &["ca", "revoke", "alice@example.com"]);
    server.serve("/crl", crl(&s));
    age(&s);
    verify(3, &[], &["GET /crl"]);
    server.serve("/crl", genuine);
    age(&s);
    verify(3, &[], &["GET /crl"]);
    verify(3, &[], &["GET /crl"]);
}

/// Certificates of strangers name any address: the machine itself is not asked.
#[test]
fn the_machine_itself_is_not_asked() {
    let server = Server::start();
    let s = setup(&server);
    server.serve("/crl", crl(&s));
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_smime"))
        .args(["cert", "verify", "alice.pem", "--online", "--no-input"])
        .env("SMIME_HOME", s.path().join("store"))
        .env_remove("SMIME_ONLINE_LOOPBACK")
        .current_dir(s.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("this machine's"), "{text}");
    assert_eq!(server.asked(), Vec::<String>::new());
}

/// One command about many certificates asks for each, and once for what they have in common.
#[test]
fn many_certificates_are_asked_about() {
    let server = Server::start();
    let s = setup(&server);
    server.serve("/crl", crl(&s));
    let names: Vec<_> = (0..40)
        .map(|number| format!("p{number}@example.com"))
        .collect();
    let mut words = vec!["cert", "verify", "--online"];
    for name in &names {
        s.smime_ends(0, &["ca", "issue", name, "--alg", "p256"]);
        words.push(name);
    }
    s.smime_ends(0, &words);
    assert_eq!(server.asked(), ["GET /crl"]);
}

#[test]
fn issuers_are_fetched_and_are_not_trusted_for_it() {
    if !has_openssl("issuers_are_fetched_and_are_not_trusted_for_it") {
        return;
    }
    let server = Server::start();
    let s = Scratch::new();
    let url = server.url("/issuer");
    // OpenSSL makes the root and an authority below it; ours has no authorities below others.
    s.openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        "root.key",
        "-out",
        "root.pem",
        "-subj",
        "/CN=Root",
        "-days",
        "30",
    ]);
    let request = |name: &str, subject: &str| {
        s.openssl(&[
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            &format!("{name}.key"),
            "-out",
            &format!("{name}.csr"),
            "-subj",
            subject,
        ]);
    };
    let sign = |name: &str, issuer: &str, extensions: &str| {
        s.write("ext", extensions.as_bytes());
        s.openssl(&[
            "x509",
            "-req",
            "-in",
            &format!("{name}.csr"),
            "-CA",
            &format!("{issuer}.pem"),
            "-CAkey",
            &format!("{issuer}.key"),
            "-days",
            "20",
            "-extfile",
            "ext",
            "-out",
            &format!("{name}.pem"),
        ]);
    };
    request("middle", "/CN=Middle");
    sign(
        "middle",
        "root",
        "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n",
    );
    request("end", "/CN=End");
    let access =
        format!("authorityInfoAccess=caIssuers;URI:{url}\nsubjectAltName=email:end@example.com\n");
    sign("end", "middle", &access);
    s.openssl(&[
        "x509",
        "-in",
        "middle.pem",
        "-outform",
        "DER",
        "-out",
        "middle.der",
    ]);
    server.serve("/issuer", read(&s, "middle.der"));
    let verify = |code, ca: &str, more: &[&str]| {
        let mut words = vec![
            "cert",
            "verify",
            "end.pem",
            "--ca",
            ca,
            "--revocation",
            "none",
        ];
        words.extend(more);
        s.smime_ends(code, &words);
    };
    verify(3, "root.pem", &[]);
    assert_eq!(server.asked(), Vec::<String>::new());
    verify(0, "root.pem", &["--online"]);
    assert_eq!(server.asked(), ["GET /issuer"]);
    // What was fetched is no anchor.
    s.smime_ends(0, &["ca", "init", "-o", "other.pem"]);
    verify(3, "other.pem", &["--online"]);
    // A certificate of another name is no issuer.
    server.serve("/issuer", read(&s, "other.pem"));
    verify(3, "root.pem", &["--online"]);
}
