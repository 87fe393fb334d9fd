//! Rows: who makes a message, who reads it, and what must come out.

use std::fs;
use std::process::Output;

use crate::peer::Peer;
use crate::support::Scratch;

/// What everybody signs and encrypts.
pub(crate) const CONTENT: &[u8] =
    b"Content-Type: text/plain\r\n\r\nThe quick brown fox jumps over the lazy dog.\r\n";

/// Where a bit is turned in a message that must be refused then.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Flip {
    /// In the content, which is not encrypted.
    Content,
    /// In the last octet: a tag, a MAC.
    Last,
    /// Nowhere: encryption without authentication shows no change for certain.
    Nowhere,
}

/// All rows, with a folder for their files.
pub(crate) struct Rows {
    pub(crate) scratch: Scratch,
    jobs: String,
    checks: Vec<Check>,
    left_out: Vec<String>,
}

struct Check {
    name: String,
    expected: Expected,
}

enum Expected {
    /// Bouncy Castle gets the content out.
    TheyRead,
    /// It refuses the message.
    TheyRefuse,
    /// We get the content out of its message with these words, and nothing once a bit of it is turned.
    WeRead(Vec<String>, Flip),
    /// We end with this code.
    WeRefuse(Vec<String>, i32),
}

impl Rows {
    pub(crate) fn new() -> Self {
        let scratch = Scratch::new();
        scratch.write("content", CONTENT);
        Self {
            scratch,
            jobs: String::new(),
            checks: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Makes an identity of a kind in the store, and a PEM file `KIND.pem` of it for the peer.
    pub(crate) fn identity(&self, kind: &str, words: &[&str]) {
        self.make(kind, kind, words);
    }

    /// The same for somebody else: `NAME-KIND@example.com`, `NAME-KIND.pem`.
    pub(crate) fn identity_named(&self, name: &str, kind: &str, words: &[&str]) {
        self.make(&format!("{name}-{kind}"), kind, words);
    }

    fn make(&self, name: &str, kind: &str, words: &[&str]) {
        let address = format!("{name}@example.com");
        let new = ["id", "new", &address, "--alg", kind, "-q"];
        self.scratch.smime_ends(0, &[&new[..], words].concat());
        let pem = format!("{name}.pem");
        let export = ["id", "export", &address, "--pem", &pem, "-q"];
        self.scratch.smime_ends(0, &export);
    }

    /// We make a message with these words, `{}` in them stands for its file; Bouncy Castle reads it, and refuses it
    /// once a bit is turned.
    pub(crate) fn they_read(
        &mut self,
        name: &str,
        words: &str,
        verb: &str,
        fields: &str,
        flip: Flip,
    ) {
        let file = file(name);
        let made = self.smime(&split(words, &file));
        let complaint = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{name}: smime {words}\n{complaint}");
        self.job(
            name,
            verb,
            &format!("in={file} {fields}"),
            Expected::TheyRead,
        );
        if flip != Flip::Nowhere {
            let turned = format!("{name} turned");
            let octets = fs::read(self.scratch.file(&file)).unwrap();
            self.scratch
                .write(&self::file(&turned), &turn(&octets, flip));
            let fields = format!("in={} {fields}", self::file(&turned));
            self.job(&turned, verb, &fields, Expected::TheyRefuse);
        }
    }

    /// Bouncy Castle makes a message; we read it with these words, and refuse it once a bit is turned.
    pub(crate) fn we_read(
        &mut self,
        name: &str,
        verb: &str,
        fields: &str,
        words: &str,
        flip: Flip,
    ) {
        let expected = Expected::WeRead(split(words, &file(name)), flip);
        self.job(name, verb, &format!("in=content {fields}"), expected);
    }

    /// Bouncy Castle makes a message that must not be read.
    pub(crate) fn we_refuse(
        &mut self,
        name: &str,
        verb: &str,
        fields: &str,
        words: &str,
        code: i32,
    ) {
        let expected = Expected::WeRefuse(split(words, &file(name)), code);
        self.job(name, verb, &format!("in=content {fields}"), expected);
    }

    /// Rows that this release of the peer cannot do.
    pub(crate) fn left_out(&mut self, what: &str) {
        self.left_out.push(what.to_owned());
    }

    fn job(&mut self, name: &str, verb: &str, fields: &str, expected: Expected) {
        let out = match expected {
            Expected::TheyRead | Expected::TheyRefuse => format!("{}.out", file(name)),
            _ => file(name),
        };
        let fields: Vec<_> = fields.split_whitespace().collect();
        let fields = fields.join("\t");
        self.jobs
            .push_str(&format!("{name}\t{verb}\t{fields}\tout={out}\n"));
        let name = name.to_owned();
        assert!(
            self.checks.iter().all(|check| check.name != name),
            "{name} is there twice"
        );
        self.checks.push(Check { name, expected });
    }

    /// Runs all jobs and looks at what came out; says at once everything that is not as it should be.
    pub(crate) fn finish(self, peer: &Peer) {
        let answers = peer.run(self.scratch.path(), &self.jobs);
        let answers: Vec<_> = answers
            .lines()
            .map(|line| {
                let (name, rest) = line.split_once('\t').unwrap();
                let (word, text) = rest.split_once('\t').unwrap();
                (name, word == "ok", text)
            })
            .collect();
        assert_eq!(answers.len(), self.checks.len(), "answers are missing");
        let mut wrong = Vec::new();
        for (check, (name, ok, text)) in self.checks.iter().zip(answers) {
            assert_eq!(check.name, name);
            if let Err(why) = self.check(check, ok, text) {
                wrong.push(format!("{}: {why}", check.name));
            }
        }
        for what in &self.left_out {
            eprintln!("SKIPPED {what}: not in this release of Bouncy Castle");
        }
        eprintln!("{} rows with Bouncy Castle", self.checks.len());
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn check(&self, check: &Check, ok: bool, text: &str) -> Result<(), String> {
        match &check.expected {
            Expected::TheyRefuse if ok => Err("they read it all the same".into()),
            Expected::TheyRefuse => Ok(()),
            _ if !ok => Err(format!("they: {text}")),
            Expected::TheyRead => self.is_content(&format!("{}.out", file(&check.name))),
            Expected::WeRead(words, flip) => self.we_read_it(check, words, *flip),
            Expected::WeRefuse(words, code) => self.ends(words, *code),
        }
    }

    fn we_read_it(&self, check: &Check, words: &[String], flip: Flip) -> Result<(), String> {
        self.ends(words, 0)?;
        self.is_content("out")?;
        if flip == Flip::Nowhere {
            return Ok(());
        }
        let path = file(&check.name);
        let octets = fs::read(self.scratch.file(&path)).unwrap();
        self.scratch.write(&path, &turn(&octets, flip));
        self.ends(words, 1)
    }

    fn ends(&self, words: &[String], code: i32) -> Result<(), String> {
        let ended = self.smime(&[words, &split("-o out --force", "")].concat());
        if ended.status.code() == Some(code) {
            return Ok(());
        }
        let complaint = String::from_utf8_lossy(&ended.stderr);
        let got = ended.status.code();
        Err(format!("we end with {got:?}, not {code}: {complaint}"))
    }

    fn smime(&self, words: &[String]) -> Output {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        self.scratch.smime(&words)
    }

    fn is_content(&self, path: &str) -> Result<(), String> {
        match fs::read(self.scratch.file(path)) {
            Ok(octets) if octets == CONTENT => Ok(()),
            Ok(octets) => Err(format!(
                "other content: {}",
                String::from_utf8_lossy(&octets)
            )),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// The file of a row's message.
fn file(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    format!("{name}.der")
}

fn split(words: &str, file: &str) -> Vec<String> {
    let words = words.split_whitespace();
    words.map(|word| word.replace("{}", file)).collect()
}

fn turn(message: &[u8], flip: Flip) -> Vec<u8> {
    let mut message = message.to_vec();
    let at = match flip {
        Flip::Content => memchr::memmem::find(&message, b"quick").unwrap(),
        _ => message.len() - 1,
    };
    *message.get_mut(at).unwrap() ^= 1;
    message
}
