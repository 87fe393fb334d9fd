//! Cases and exceptions as they stand in the JSON files beside this one.

use std::path::Path;

use serde_json::Value;

/// A file of a corpus, how to open it, and what is to come of it.
#[derive(Clone, Debug)]
pub(crate) struct Case(Value);

impl Case {
    pub(crate) fn corpus(&self) -> &str {
        self.text("corpus").unwrap()
    }

    pub(crate) fn file(&self) -> &str {
        self.text("file").unwrap()
    }

    /// Corpus and file, and what tells two cases of one file apart.
    pub(crate) fn id(&self) -> String {
        let variant = self.text("variant").map(|variant| format!(" {variant}"));
        format!(
            "{}/{}{}",
            self.corpus(),
            self.file(),
            variant.unwrap_or_default()
        )
    }

    pub(crate) fn op(&self) -> &str {
        self.text("op").unwrap()
    }

    pub(crate) fn expected(&self) -> &str {
        self.text("expect").unwrap_or_default()
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }

    pub(crate) fn texts(&self, key: &str) -> Vec<&str> {
        let list = self.0.get(key).and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The octets that a field has in hex.
    pub(crate) fn octets(&self, key: &str) -> Option<Vec<u8>> {
        self.text(key).map(unhex)
    }
}

/// A case that ends otherwise than it is expected to, and why that is right or not ours to change.
#[derive(Clone, Debug)]
pub(crate) struct Exception(Value);

impl Exception {
    pub(crate) fn id(&self) -> &str {
        self.0["id"].as_str().unwrap()
    }

    pub(crate) fn found(&self) -> &str {
        self.0["found"].as_str().unwrap()
    }

    pub(crate) fn reason(&self) -> &str {
        self.0["reason"].as_str().unwrap()
    }
}

pub(crate) fn cases() -> Vec<Case> {
    list("cases.json").into_iter().map(Case).collect()
}

pub(crate) fn exceptions() -> Vec<Exception> {
    list("exceptions.json").into_iter().map(Exception).collect()
}

/// The cases that the command runs (`smime-cli/tests/corpora.rs`), and its exceptions.
pub(crate) fn of_the_command() -> (Vec<Case>, Vec<Exception>) {
    let folder = "../../../smime-cli/tests/corpora";
    let cases = list(&format!("{folder}/expectations.json"));
    let exceptions = list(&format!("{folder}/exceptions.json"));
    (
        cases.into_iter().map(Case).collect(),
        exceptions.into_iter().map(Exception).collect(),
    )
}

fn list(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpora")
        .join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    value.as_array().unwrap().clone()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digit = |index| u8::from_str_radix(&text[index..index + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}
