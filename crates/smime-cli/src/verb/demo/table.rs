//! `smime demo --alg`: the main job with one kind of key, or with each, as a table.

use std::fs;
use std::time::Instant;

use cms_algs::{KEY_TYPES, KeyType};

use super::{Folder, MAIL, run_verb, words};
use crate::outcome::{Failure, Outcome};
use crate::session::Session;
use crate::verb::id::key_type;

/// Makes a CA, then for every kind of key an identity that signs, verifies, encrypts and decrypts a mail.
pub(super) fn run(which: &str, folder: &Folder, session: &Session) -> Result<u8, Failure> {
    let kinds: Vec<(&str, KeyType)> = match which {
        "all" => KEY_TYPES.to_vec(),
        name => vec![(name, key_type(name)?)],
    };
    let quiet = session.in_store(&folder.path.join("store"), None).quieted();
    run_verb(&words(&["ca", "init", "--name", "Demo CA"]), &quiet)?;
    println!(
        "{:<18} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}  result",
        "key", "make ms", "sign ms", "verify ms", "encr. ms", "decr. ms", "signed B", "secret B"
    );
    let mut failed = 0;
    for (name, kind) in kinds {
        match row(name, kind, folder, &quiet) {
            Ok(row) => println!("{row}  ok"),
            Err(failure) => {
                failed += 1;
                println!("{name:<18} failed: {failure}");
            }
        }
    }
    if failed > 0 {
        let text = format!("{failed} kinds of keys did not get through");
        return Err(Failure::new(Outcome::Bad, "demo", text));
    }
    Ok(0)
}

fn row(name: &str, kind: KeyType, folder: &Folder, session: &Session) -> Result<String, Failure> {
    let at = |file: &str| folder.path.join(format!("{name}-{file}"));
    let path = |file: &str| at(file).display().to_string();
    let address = format!("{name}@example.com");
    let mail = path("mail.eml");
    fs::write(at("mail.eml"), MAIL.replace("alice@example.com", &address))?;
    let mut times = Vec::new();
    let mut timed = |command: &[&str]| -> Result<(), Failure> {
        let started = Instant::now();
        run_verb(&words(command), session)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
        Ok(())
    };
    let mut issue = vec!["ca", "issue", &address, "--alg", name];
    if !(kind.signs() && kind.encrypts()) {
        issue.push("--split");
    }
    let (signed, secret) = (path("signed.eml"), path("secret.eml"));
    timed(&issue)?;
    timed(&["sign", &mail, "-s", &address, "-o", &signed])?;
    timed(&["verify", &signed, "-o", &path("verified.txt")])?;
    timed(&["encrypt", &mail, "-r", &address, "-o", &secret])?;
    timed(&["decrypt", &secret, "-o", &path("opened.txt")])?;
    let body = MAIL.split_once("\n\n").map(|(_, body)| body);
    let expected = body.unwrap_or_default().replace('\n', "\r\n");
    for file in ["verified.txt", "opened.txt"] {
        if !fs::read(at(file))?.ends_with(expected.as_bytes()) {
            let text = format!("{file} differs from the mail");
            return Err(Failure::new(Outcome::Bad, "demo", text));
        }
    }
    let size = |file: &str| fs::metadata(at(file)).map(|data| data.len());
    let mut row = format!("{name:<18}");
    for time in times {
        row.push_str(&format!(" {time:>9.1}"));
    }
    row.push_str(&format!(
        " {:>9} {:>9}",
        size("signed.eml")?,
        size("secret.eml")?
    ));
    Ok(row)
}
