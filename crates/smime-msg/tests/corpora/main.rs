//! Foreign corpora in process: every file that holds CMS ends as `cases.json` says (field `settled_by` has who else
//! says so). What ends otherwise stands in `exceptions.json` with what is found and the reason; an exception that ends
//! as expected fails too. `docs/conformance.md` is made from these runs.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests, helpers included"
)]

mod case;
mod outcome;
mod paper;
mod rfc4134;
mod run;
mod s_expression;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use case::{Case, Exception};

/// What came of one corpus.
#[derive(Debug, Default)]
struct Tally {
    cases: usize,
    as_expected: usize,
    exceptions: Vec<Exception>,
    /// Files that tests of another crate read: PKCS #12.
    elsewhere: usize,
    /// Keys, texts and other files that cases use.
    not_applicable: usize,
    failures: Vec<String>,
}

/// Every corpus, run once; `None` without vectors.
static TALLIES: LazyLock<Option<BTreeMap<String, Tally>>> = LazyLock::new(|| {
    let vectors = testkit::vectors::folder("the corpora")?;
    let exceptions = case::exceptions();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for case in case::cases() {
        let tally = tallies.entry(case.corpus().to_owned()).or_default();
        match case.op() {
            "elsewhere" => tally.elsewhere += 1,
            "aux" => tally.not_applicable += 1,
            _ => {
                let found = run::run(&vectors.join(case.corpus()), &case);
                tally.add(&case, &found, &exceptions);
            }
        }
    }
    for exception in exceptions {
        let corpus = exception.id().split('/').next().unwrap();
        let tally = tallies.entry(corpus.to_owned()).or_default();
        if !tally
            .exceptions
            .iter()
            .any(|one| one.id() == exception.id())
        {
            let text = format!("{}: an exception without a case", exception.id());
            tally.failures.push(text);
        }
    }
    Some(tallies)
});

impl Tally {
    fn add(&mut self, case: &Case, found: &str, exceptions: &[Exception]) {
        self.cases += 1;
        let id = case.id();
        let exception = exceptions.iter().find(|exception| exception.id() == id);
        match exception {
            None if found == case.expected() => self.as_expected += 1,
            None => self.failures.push(format!(
                "{id}: found {found:?}, expected {:?} ({})",
                case.expected(),
                case.text("settled_by").unwrap_or_default()
            )),
            Some(exception) => {
                if found == case.expected() {
                    let text = format!("{id}: ends as expected although it is an exception");
                    self.failures.push(text);
                } else if found != exception.found() {
                    let text = format!("{id}: found {found:?}, not as the exception says");
                    self.failures.push(text);
                }
                self.exceptions.push(exception.clone());
            }
        }
    }
}

/// All cases of one corpus end as they should.
fn corpus(name: &str) {
    let Some(tallies) = TALLIES.as_ref() else {
        return;
    };
    let tally = &tallies[name];
    eprintln!(
        "{name}: {} of {} as expected, {} exceptions",
        tally.as_expected,
        tally.cases,
        tally.exceptions.len()
    );
    assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
}

macro_rules! corpora {
    ($($test:ident: $name:literal),* $(,)?) => {
        $(#[test]
        fn $test() {
            corpus($name);
        })*

        #[test]
        fn every_corpus_has_its_test() {
            let Some(tallies) = TALLIES.as_ref() else {
                return;
            };
            assert_eq!(tallies.keys().collect::<Vec<_>>(), [$($name),*]);
        }
    };
}

corpora! {
    bc_embedded: "bc-embedded",
    gnupg: "gnupg",
    gnutls_pkcs7: "gnutls-pkcs7",
    misc: "misc",
    // rfc5754:3.2/2
    pyasn1_alt: "pyasn1-alt",
    pyca: "pyca",
    // rfc3370:2.1/4
    realworld_1996: "realworld-1996",
    // rfc3370:2.1/3, 3.1/2, 3.1/3, 3.1/5, 3.2/3, 5.2/2
    rfc4134_examples: "rfc4134",
    rustcrypto_formats: "rustcrypto-formats",
}
