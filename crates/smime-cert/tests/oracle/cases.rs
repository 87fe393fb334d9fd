//! Certification paths by dice: names, policies, constraints and lengths, each with its chance to be there or wrong.

use cms_algs::{KeyType, PrivateKey, SystemRandom};
use cms_core::ObjectIdentifier;
use cms_core::ber::{Tag, write};
use cms_core::key::SigningKey;
use cms_core::provider::SignatureInput;
use cms_core::types::{Certificate, Time};
use smime_cert::path::PathRules;

const DAY: i64 = 86_400;

/// Numbers from a seed (xorshift64*), so that a case can be had again.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides
    }

    /// True once in so many times.
    fn once_in(&mut self, times: u64) -> bool {
        self.roll(times) == 0
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let at = self.roll(u64::try_from(choices.len()).unwrap());
        choices[usize::try_from(at).unwrap()]
    }
}

fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new(text).unwrap()
}

fn string(number: u32, text: &str) -> Vec<u8> {
    write::tagged(
        Tag::universal(number),
        write::Form::Primitive,
        text.as_bytes(),
    )
}

fn attribute(kind: &str, value: &[u8]) -> Vec<u8> {
    write::set_of(vec![write::sequence(&[&write::oid(&oid(kind)), value])])
}

/// O=Org, OU of some, CN.
fn name(unit: &str, common: &str) -> Vec<u8> {
    write::sequence(&[
        &attribute("2.5.4.10", &string(12, "Org")),
        &attribute("2.5.4.11", &string(12, unit)),
        &attribute("2.5.4.3", &string(12, common)),
    ])
}

fn extension(id: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let flag: &[u8] = if critical { &write::TRUE } else { &[] };
    write::sequence(&[&write::oid(&oid(id)), flag, &write::octet_string(value)])
}

const POLICIES: [&str; 5] = ["1.2.3.1", "1.2.3.2", "1.2.3.3", "1.2.3.4", "2.5.29.32.0"];

fn policies(dice: &mut Dice) -> Vec<u8> {
    let mut chosen = Vec::new();
    for policy in POLICIES {
        if dice.once_in(2) {
            chosen.push(write::sequence(&[&write::oid(&oid(policy))]));
        }
    }
    if chosen.is_empty() {
        chosen.push(write::sequence(&[&write::oid(&oid("1.2.3.1"))]));
    }
    write::sequence(&[&chosen.concat()])
}

fn mappings(dice: &mut Dice) -> Vec<u8> {
    let mut chosen = Vec::new();
    for _ in 0..=dice.roll(3) {
        let [one, two] = [dice.of(&POLICIES[..4]), dice.of(&POLICIES[..4])].map(oid);
        chosen.push(write::sequence(&[&write::oid(&one), &write::oid(&two)]));
    }
    if dice.once_in(20) {
        let any = write::oid(&oid("2.5.29.32.0"));
        chosen.push(write::sequence(&[&any, &write::oid(&oid("1.2.3.1"))]));
    }
    write::sequence(&[&chosen.concat()])
}

const UNITS: [&str; 3] = ["Sales", "Research", "sales"];
const MAIL_BASES: [&str; 5] = [
    "example.com",
    ".example.com",
    "a@example.com",
    "other.org",
    "b@other.org",
];
const HOST_BASES: [&str; 3] = ["example.com", "www.example.com", "other.org"];

fn general_name(number: u32, text: &str) -> Vec<u8> {
    write::context_primitive(number, text.as_bytes())
}

fn subtree(dice: &mut Dice) -> Vec<u8> {
    let base = match dice.roll(5) {
        0 => {
            let unit = dice.of(&UNITS);
            let name = write::sequence(&[
                &attribute("2.5.4.10", &string(12, "Org")),
                &attribute("2.5.4.11", &string(12, unit)),
            ]);
            write::context(4, &name)
        }
        1 => general_name(2, dice.of(&HOST_BASES)),
        2 => write::context_primitive(7, &[10, 0, 0, 0, 255, 0, 0, 0]),
        _ => general_name(1, dice.of(&MAIL_BASES)),
    };
    write::sequence(&[&base])
}

fn constraints(dice: &mut Dice) -> Vec<u8> {
    let mut trees = |number| {
        let count = 1 + dice.roll(3);
        let list: Vec<_> = (0..count).map(|_| subtree(dice)).collect();
        write::context(number, &list.concat())
    };
    let (permitted, excluded) = (trees(0), trees(1));
    match dice.roll(3) {
        0 => write::sequence(&[&permitted]),
        1 => write::sequence(&[&excluded]),
        _ => write::sequence(&[&permitted, &excluded]),
    }
}

fn alternatives(dice: &mut Dice) -> Vec<u8> {
    const MAILS: [&str; 5] = [
        "a@example.com",
        "A@EXAMPLE.com",
        "a@sub.example.com",
        "b@other.org",
        "c@third.net",
    ];
    const HOSTS: [&str; 4] = [
        "example.com",
        "www.example.com",
        "notexample.com",
        "other.org",
    ];
    let mut names = vec![general_name(1, dice.of(&MAILS))];
    if dice.once_in(3) {
        names.push(general_name(2, dice.of(&HOSTS)));
    }
    if dice.once_in(4) {
        let octet = u8::try_from(10 + dice.roll(2)).unwrap();
        names.push(write::context_primitive(7, &[octet, 1, 2, 3]));
    }
    if dice.once_in(6) {
        names.push(write::context(4, &name(dice.of(&UNITS), "Other")));
    }
    write::sequence(&[&names.concat()])
}

/// A path, anchor first, and what is asked of it.
pub(crate) struct Case {
    pub(crate) anchor: Certificate,
    pub(crate) chain: Vec<Certificate>,
    pub(crate) rules: PathRules,
}

/// Keys are few, since making them takes the most time.
pub(crate) struct Keys(Vec<PrivateKey>);

impl Keys {
    pub(crate) fn new() -> Self {
        let make = |_| PrivateKey::generate(KeyType::P256, &mut SystemRandom).unwrap();
        Self((0..6).map(make).collect())
    }
}

pub(crate) fn start() -> Time {
    Time::from_rfc3339("2026-01-01T00:00:00Z").unwrap()
}

struct Draft<'a> {
    subject: Vec<u8>,
    issuer: Vec<u8>,
    key: &'a PrivateKey,
    signer: &'a PrivateKey,
    extensions: Vec<Vec<u8>>,
    days: (i64, i64),
    serial: u64,
}

impl Draft<'_> {
    fn certificate(&self) -> Certificate {
        let scheme = self.signer.scheme(None).unwrap();
        let algorithm = scheme.signature_algorithm.to_der();
        let time = |days: i64| start().plus(days * DAY).to_der();
        let validity = write::sequence(&[&time(self.days.0), &time(self.days.1)]);
        let list = write::sequence(&[&self.extensions.concat()]);
        let tbs = write::sequence(&[
            &write::context(0, &write::integer(2)),
            &write::integer(self.serial),
            &algorithm,
            &self.issuer,
            &validity,
            &self.subject,
            &self.key.spki().to_der(),
            &write::context(3, &list),
        ]);
        let input = SignatureInput::Message(&tbs);
        let signature = self.signer.sign(&scheme, input, &mut SystemRandom).unwrap();
        Certificate::from_der(&write::sequence(&[
            &tbs,
            &algorithm,
            &write::bit_string(&signature),
        ]))
        .unwrap()
    }
}

/// Extensions of an authority, each with its chance to be there.
fn authority(dice: &mut Dice, is_anchor: bool) -> Vec<Vec<u8>> {
    let mut list = Vec::new();
    let basic = match dice.roll(if is_anchor { 30 } else { 12 }) {
        0 => write::sequence(&[&write::TRUE, &write::integer(0)]),
        1 => write::sequence(&[&write::TRUE, &write::integer(1)]),
        2 if !is_anchor => write::sequence(&[]),
        _ => write::sequence(&[&write::TRUE]),
    };
    list.push(extension("2.5.29.19", true, &basic));
    // keyCertSign and cRLSign, or digitalSignature alone.
    let usage: [u8; 4] = if !is_anchor && dice.once_in(25) {
        [3, 2, 7, 0x80]
    } else {
        [3, 2, 1, 0x06]
    };
    list.push(extension("2.5.29.15", true, &usage));
    if dice.once_in(2) {
        list.push(extension("2.5.29.32", dice.once_in(3), &policies(dice)));
    }
    if !is_anchor && dice.once_in(3) {
        list.push(extension("2.5.29.33", dice.once_in(2), &mappings(dice)));
    }
    if dice.once_in(4) {
        list.push(extension("2.5.29.30", true, &constraints(dice)));
    }
    if dice.once_in(5) {
        let number = |dice: &mut Dice| [u8::try_from(dice.roll(3)).unwrap()];
        let explicit = write::context_primitive(0, &number(dice));
        let mapping = write::context_primitive(1, &number(dice));
        let value = match dice.roll(3) {
            0 => write::sequence(&[&explicit]),
            1 => write::sequence(&[&mapping]),
            _ => write::sequence(&[&explicit, &mapping]),
        };
        list.push(extension("2.5.29.36", true, &value));
    }
    if dice.once_in(6) {
        list.push(extension("2.5.29.54", true, &write::integer(dice.roll(3))));
    }
    list
}

/// The case of a seed.
pub(crate) fn case(seed: u64, keys: &Keys) -> Case {
    let mut dice = Dice::new(seed);
    let dice = &mut dice;
    let key = |depth: usize| &keys.0[depth % keys.0.len()];
    let mut subject = name("Sales", "Root");
    let anchor = Draft {
        subject: subject.clone(),
        issuer: subject.clone(),
        key: key(0),
        signer: key(0),
        extensions: if dice.once_in(3) {
            authority(dice, true)
        } else {
            vec![
                extension("2.5.29.19", true, &write::sequence(&[&write::TRUE])),
                extension("2.5.29.15", true, &[3, 2, 1, 0x06]),
            ]
        },
        days: (-10, 100),
        serial: 1,
    };
    let anchor = anchor.certificate();
    let depth = usize::try_from(1 + dice.roll(4)).unwrap();
    let mut chain = Vec::new();
    for level in 1..=depth {
        let is_end = level == depth;
        let issuer = subject.clone();
        // Self-issued ones are counted otherwise.
        let self_issued = !is_end && dice.once_in(6);
        if !self_issued {
            subject = name(dice.of(&UNITS), &format!("L{level}"));
        }
        let mut extensions = Vec::new();
        if is_end {
            extensions.push(extension("2.5.29.17", false, &alternatives(dice)));
            if dice.once_in(2) {
                extensions.push(extension("2.5.29.32", dice.once_in(3), &policies(dice)));
            }
            if dice.once_in(30) {
                extensions.push(extension("1.2.3.99", true, &write::NULL));
            }
        } else {
            extensions = authority(dice, false);
        }
        let days = if dice.once_in(40) { (-9, -1) } else { (-9, 90) };
        // A wrong signer now and then.
        let signer = if dice.once_in(60) {
            level + 1
        } else {
            level - 1
        };
        let draft = Draft {
            subject: subject.clone(),
            issuer: if dice.once_in(60) {
                name("Sales", "Nobody")
            } else {
                issuer
            },
            key: key(level),
            signer: key(signer),
            extensions,
            days,
            serial: u64::try_from(level).unwrap() + 1,
        };
        chain.push(draft.certificate());
    }
    let wanted: Vec<_> = POLICIES[..4]
        .iter()
        .filter(|_| dice.once_in(4))
        .map(|policy| oid(policy))
        .collect();
    let rules = PathRules {
        policies: wanted,
        explicit_policy: dice.once_in(3),
        inhibit_mapping: dice.once_in(5),
        inhibit_any_policy: dice.once_in(5),
        nested_purposes: true,
    };
    Case {
        anchor,
        chain,
        rules,
    }
}
