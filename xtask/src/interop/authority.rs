//! Certificates as they should not be, for the rows on paths; made by OpenSSL under the root of the examples.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::process;

/// A certificate: whose, by whom, and what is in it beside the usual.
struct Issue {
    who: &'static str,
    by: &'static str,
    extensions: &'static str,
    /// Not before and not after, as OpenSSL has them; else now and for ten years.
    validity: Option<(&'static str, &'static str)>,
}

const MAILBOX: &str = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n\
                       extendedKeyUsage=emailProtection\n";
const SERVER: &str =
    "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n";
const WRAPPER: &str =
    "basicConstraints=CA:FALSE\nkeyUsage=critical,keyAgreement\nextendedKeyUsage=emailProtection\n";
const CRITICAL: &str = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n\
                        extendedKeyUsage=emailProtection\n1.3.6.1.4.1.99999.1=critical,ASN1:NULL\n";
const AUTHORITY: &str =
    "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n";
const LAST_AUTHORITY: &str =
    "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n";
const NARROW: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n\
                      nameConstraints=critical,permitted;email:elsewhere.example\n";

const ISSUED: [Issue; 13] = [
    Issue::new("stranger-root", "", AUTHORITY),
    Issue::new("stranger", "stranger-root", MAILBOX),
    Issue::new("between", "root", AUTHORITY),
    Issue::new("under", "between", MAILBOX),
    Issue::new("server", "root", SERVER),
    Issue::new("wrapper", "root", WRAPPER),
    Issue::new("critical", "root", CRITICAL),
    Issue::new("leaf", "root", MAILBOX),
    Issue::new("child", "leaf", MAILBOX),
    Issue::new("narrow", "root", NARROW),
    Issue::new("outside", "narrow", MAILBOX),
    // "shallow" is the issuer whose path is too long: below an authority that allows none.
    Issue::new("bottom", "root", LAST_AUTHORITY),
    Issue::new("shallow", "bottom", AUTHORITY),
];

const LATER: [Issue; 3] = [
    Issue::new("deep", "shallow", MAILBOX),
    Issue {
        validity: Some(("20200101000000Z", "20210101000000Z")),
        ..Issue::new("expired", "root", MAILBOX)
    },
    Issue {
        validity: Some(("20440101000000Z", "20450101000000Z")),
        ..Issue::new("early", "root", MAILBOX)
    },
];

impl Issue {
    const fn new(who: &'static str, by: &'static str, extensions: &'static str) -> Self {
        Self {
            who,
            by,
            extensions,
            validity: None,
        }
    }
}

/// Makes all of them in the folder of keys: NAME.key, NAME.crt, NAME.pem.
pub(super) fn make(keys: &Path) -> Result<()> {
    for issue in ISSUED.iter().chain(&LATER) {
        one(issue, keys).with_context(|| format!("the certificate of {}", issue.who))?;
    }
    // Whoever is under "shallow" needs its issuer too.
    let read = |name: &str| fs::read_to_string(keys.join(format!("{name}.crt")));
    let both = read("shallow")? + &read("bottom")?;
    fs::write(keys.join("shallow.crt"), both)?;
    Ok(())
}

fn one(issue: &Issue, keys: &Path) -> Result<()> {
    let Issue { who, by, .. } = issue;
    let file = |name: &str, extension: &str| keys.join(format!("{name}.{extension}"));
    let openssl = |words: &str| {
        let mut command = process::command("openssl");
        command.args(words.split(' '));
        command
    };
    let key = file(who, "key");
    process::output(
        openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out").arg(&key),
    )?;
    let request = file(who, "csr");
    let subject = format!("/CN={who}");
    process::output(
        openssl("req -new -subj")
            .arg(&subject)
            .arg("-key")
            .arg(&key)
            .arg("-out")
            .arg(&request),
    )?;
    let settings = file(who, "cnf");
    let mut text = format!(
        "{}subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
        issue.extensions
    );
    if text.contains("CA:FALSE") {
        text.push_str(&format!("subjectAltName=email:{who}@example.com\n"));
    }
    fs::write(&settings, text)?;
    let certificate = file(who, "crt");
    let mut command = process::command("openssl");
    command
        .args(["x509", "-req", "-sha256", "-in"])
        .arg(&request);
    command
        .arg("-extfile")
        .arg(&settings)
        .arg("-out")
        .arg(&certificate);
    if by.is_empty() {
        command.arg("-signkey").arg(&key).args(["-days", "3650"]);
        process::output(&mut command)?;
    } else if let Some((from, to)) = issue.validity {
        dated(issue, keys, from, to)?;
    } else {
        command
            .arg("-CA")
            .arg(file(by, "crt"))
            .arg("-CAkey")
            .arg(file(by, "key"));
        command
            .args(["-days", "3650", "-set_serial"])
            .arg(serial(who));
        process::output(&mut command)?;
    }
    let pem = fs::read_to_string(&certificate)? + &fs::read_to_string(&key)?;
    fs::write(file(who, "pem"), pem)?;
    Ok(())
}

/// By `openssl ca`, which old releases need for dates that are not now.
fn dated(issue: &Issue, keys: &Path, from: &str, to: &str) -> Result<()> {
    let Issue { who, by, .. } = issue;
    let file = |name: &str, extension: &str| keys.join(format!("{name}.{extension}"));
    let books = keys.join(format!("{who}.books"));
    let _ = fs::remove_dir_all(&books);
    fs::create_dir_all(&books)?;
    fs::write(books.join("index"), "")?;
    let settings = format!(
        "[ca]\ndefault_ca=own\n[own]\ndatabase={0}/index\nnew_certs_dir={0}\nserial={0}/serial\ndefault_md=sha256\n\
         policy=any\nunique_subject=no\n[any]\ncommonName=supplied\n",
        books.display()
    );
    fs::write(
        books.join("serial"),
        format!("{}\n", serial(who).trim_start_matches("0x")),
    )?;
    fs::write(books.join("cnf"), settings)?;
    let mut command = process::command("openssl");
    command
        .args(["ca", "-batch", "-notext", "-config"])
        .arg(books.join("cnf"));
    command
        .arg("-cert")
        .arg(file(by, "crt"))
        .arg("-keyfile")
        .arg(file(by, "key"));
    command
        .arg("-in")
        .arg(file(who, "csr"))
        .arg("-extfile")
        .arg(file(who, "cnf"));
    command
        .args(["-startdate", from, "-enddate", to])
        .arg("-out")
        .arg(file(who, "crt"));
    process::output(&mut command).map(drop)
}

/// A serial number of its own for each name.
fn serial(who: &str) -> String {
    let digits: String = who.bytes().map(|octet| format!("{octet:02X}")).collect();
    format!("0x{digits}")
}
