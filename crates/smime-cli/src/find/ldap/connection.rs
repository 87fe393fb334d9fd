//! A connection to a directory, with a deadline and a limit on what comes.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use smime_cert::directory::{Answer, decode, message_len};

use super::Directory;
use crate::find::TIMEOUT;

/// Octets of one connection: twenty entries with a chain each take less than one.
const MAX_OCTETS: usize = 8 << 20;
/// Messages of one connection, for those that hold nothing.
const MAX_MESSAGES: usize = 1000;

/// A connection.
#[derive(Debug)]
pub(super) struct Connection {
    stream: Stream,
    is_local: bool,
    buffer: Vec<u8>,
    messages: usize,
}

#[derive(Debug)]
enum Stream {
    Plain(Bounded),
    Tls(Box<StreamOwned<ClientConnection, Bounded>>),
}

/// A TCP stream that ends at a time, and after so many octets.
#[derive(Debug)]
struct Bounded {
    stream: TcpStream,
    until: Instant,
    left: usize,
}

impl Connection {
    pub(super) fn open(directory: &Directory) -> Result<Self, String> {
        let until = Instant::now() + TIMEOUT;
        let mut failed = "the host has no address".to_owned();
        for address in resolve(&directory.host, directory.port)? {
            let connected =
                left(until).and_then(|timeout| TcpStream::connect_timeout(&address, timeout));
            let stream = match connected {
                Ok(stream) => stream,
                Err(error) => {
                    failed = error.to_string();
                    continue;
                }
            };
            let bounded = Bounded {
                stream,
                until,
                left: MAX_OCTETS,
            };
            let stream = if directory.is_tls {
                Stream::Tls(Box::new(tls(&directory.host, bounded)?))
            } else {
                Stream::Plain(bounded)
            };
            return Ok(Self {
                stream,
                is_local: address.ip().to_canonical().is_loopback(),
                buffer: Vec::new(),
                messages: 0,
            });
        }
        Err(failed)
    }

    /// Whether the other end is this machine.
    pub(super) fn is_local(&self) -> bool {
        self.is_local
    }

    pub(super) fn send(&mut self, message: &[u8]) -> Result<(), String> {
        let stream: &mut dyn Write = match &mut self.stream {
            Stream::Plain(stream) => stream,
            Stream::Tls(stream) => stream.as_mut(),
        };
        let sent = stream.write_all(message).and_then(|()| stream.flush());
        sent.map_err(|error| error.to_string())
    }

    /// The next answer to the request of that number.
    pub(super) fn receive(&mut self, id: u32) -> Result<Answer, String> {
        loop {
            let message = self.message()?;
            self.messages += 1;
            if self.messages > MAX_MESSAGES {
                return Err("too many messages".into());
            }
            let (number, answer) = decode(&message).map_err(|error| error.to_string())?;
            match answer {
                Answer::Notice(outcome) => {
                    return Err(format!("the server hangs up: {}", super::told(&outcome)));
                }
                answer if number == u64::from(id) => return Ok(answer),
                _ => {}
            }
        }
    }

    fn message(&mut self) -> Result<Vec<u8>, String> {
        loop {
            let len = message_len(&self.buffer).map_err(|error| error.to_string())?;
            if let Some(len) = len {
                let len = usize::try_from(len).unwrap_or(usize::MAX);
                if len > MAX_OCTETS {
                    return Err("the answer is too long".into());
                }
                if let Some(message) = self.buffer.get(..len) {
                    let message = message.to_vec();
                    self.buffer.drain(..len);
                    return Ok(message);
                }
            }
            let mut chunk = [0; 16 * 1024];
            let stream: &mut dyn Read = match &mut self.stream {
                Stream::Plain(stream) => stream,
                Stream::Tls(stream) => stream.as_mut(),
            };
            match stream.read(&mut chunk) {
                Ok(0) => return Err("the server ended the connection".into()),
                Ok(read) => self
                    .buffer
                    .extend_from_slice(chunk.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(why(&error)),
            }
        }
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(left(self.until)?))?;
        let read = self.stream.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read)
            .ok_or_else(|| io::Error::other("the answer is too long"))?;
        Ok(read)
    }
}

impl Write for Bounded {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(left(self.until)?))?;
        self.stream.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// The time that is left, which is none of length zero: that would mean no limit.
fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    Ok(left)
}

fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "no answer in time".into(),
        _ => error.to_string(),
    }
}

/// The addresses of a host. The system's resolver knows no deadline, so somebody else waits for it.
fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    let (sender, receiver) = mpsc::channel();
    let host = host.to_owned();
    std::thread::spawn(move || {
        let found = (host.as_str(), port).to_socket_addrs();
        let _ = sender.send(found.map(|addresses| addresses.take(4).collect()));
    });
    match receiver.recv_timeout(TIMEOUT) {
        Ok(found) => found.map_err(|error| error.to_string()),
        Err(_) => Err("the host's address did not come in time".into()),
    }
}

/// TLS with the system's roots (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others), versions 1.2 and 1.3.
fn tls(host: &str, stream: Bounded) -> Result<StreamOwned<ClientConnection, Bounded>, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let client =
        ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
    Ok(StreamOwned::new(client, stream))
}
