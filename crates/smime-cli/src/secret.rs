//! Passphrases: from where the caller says, never asked without a terminal.

use std::cell::OnceCell;
use std::io::{IsTerminal, Read};

use zeroize::Zeroizing;

use crate::outcome::Failure;

/// The passphrase of `--pass`, read when first needed.
#[derive(Debug)]
pub(crate) struct Passphrase {
    source: Option<String>,
    may_prompt: bool,
    value: OnceCell<Option<Zeroizing<String>>>,
}

impl Passphrase {
    pub(crate) fn new(source: Option<String>, may_prompt: bool) -> Self {
        Self {
            source,
            may_prompt,
            value: OnceCell::new(),
        }
    }

    /// Whether one was announced.
    pub(crate) fn is_given(&self) -> bool {
        self.source.is_some()
    }

    /// The passphrase, if there is a way to it.
    pub(crate) fn get(&self) -> Result<Option<Zeroizing<String>>, Failure> {
        if let Some(value) = self.value.get() {
            return Ok(value.clone());
        }
        let value = self.read()?;
        Ok(self.value.get_or_init(|| value).clone())
    }

    fn read(&self) -> Result<Option<Zeroizing<String>>, Failure> {
        match self.source.as_deref() {
            None if self.may_prompt && std::io::stdin().is_terminal() => prompt().map(Some),
            None => Ok(None),
            Some("prompt") if self.may_prompt => prompt().map(Some),
            Some("prompt") => Err(Failure::usage(
                "--pass prompt needs a terminal and no --no-input",
            )),
            Some(source) => read(source).map(Some),
        }
    }
}

fn prompt() -> Result<Zeroizing<String>, Failure> {
    Ok(Zeroizing::new(rpassword::prompt_password("Passphrase: ")?))
}

/// The password of a `--password` source.
pub(crate) fn password(source: &str, may_prompt: bool) -> Result<Zeroizing<String>, Failure> {
    match source {
        "prompt" if may_prompt && std::io::stdin().is_terminal() => prompt(),
        "prompt" => Err(Failure::usage(
            "--password prompt needs a terminal and no --no-input",
        )),
        source => read(source),
    }
}

fn read(source: &str) -> Result<Zeroizing<String>, Failure> {
    let (kind, rest) = source.split_once(':').ok_or_else(|| {
        Failure::usage("a passphrase source is env:NAME, file:PATH, fd:N or prompt")
    })?;
    let text = match kind {
        "env" => {
            let value = std::env::var(rest)
                .map_err(|_| Failure::usage(format!("the environment has no {rest}")))?;
            Zeroizing::new(value)
        }
        "file" => first_line(rest)?,
        "fd" if rest.bytes().all(|octet| octet.is_ascii_digit()) => {
            first_line(&format!("/dev/fd/{rest}"))?
        }
        _ => {
            return Err(Failure::usage(
                "a passphrase source is env:NAME, file:PATH, fd:N or prompt",
            ));
        }
    };
    Ok(text)
}

/// The first line of a file, without its line end.
fn first_line(path: &str) -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    std::fs::File::open(path)
        .and_then(|file| file.take(64 * 1024).read_to_string(&mut text))
        .map_err(|error| Failure::from(error).about(path))?;
    let line = text.lines().next().unwrap_or_default();
    Ok(Zeroizing::new(line.to_owned()))
}
