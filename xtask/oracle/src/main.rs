//! Judges certification paths with crate certval. A case is a line of JSON on stdin:
//!
//! ```text
//! {"anchor": "DER in hex", "chain": ["DER in hex", ...], "at": seconds since 1970, "policies": ["1.2.3", ...],
//!  "explicit": bool, "inhibit_mapping": bool, "inhibit_any": bool}
//! ```
//!
//! `chain` begins with what the anchor issued and ends with the end entity. The answer is a line of JSON:
//! `{"valid": bool, "why": "..."}`. Revocation and purposes are not looked at.

use std::error::Error;
use std::io::{BufRead, Write};

use certval::{
    CertificationPath, CertificationPathResults, CertificationPathSettings, PDVCertificate,
    PDVTrustAnchorChoice, PkiEnvironment, TimeOfInterest, enforce_trust_anchor_constraints,
    validate_path_rfc5280,
};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let mut environment = PkiEnvironment::new();
    environment.populate_5280_pki_environment();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let case: Value = serde_json::from_str(&line?)?;
        let found = judge(&environment, &case);
        let answer = match found {
            Ok(()) => json!({"valid": true, "why": ""}),
            Err(why) => json!({"valid": false, "why": why.to_string()}),
        };
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

fn judge(environment: &PkiEnvironment, case: &Value) -> Result<(), Box<dyn Error>> {
    let anchor = PDVTrustAnchorChoice::try_from(octets(&case["anchor"])?.as_slice())?;
    let chain = case["chain"].as_array().ok_or("no chain")?;
    let mut chain = chain
        .iter()
        .map(|der| Ok(PDVCertificate::try_from(octets(der)?.as_slice())?))
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    let target = chain.pop().ok_or("an empty chain")?;
    let flag = |name: &str| case[name].as_bool().unwrap_or(false);
    let mut settings = CertificationPathSettings::new();
    settings.set_time_of_interest(TimeOfInterest::from_unix_secs(
        case["at"].as_u64().ok_or("no time")?,
    )?);
    settings.set_require_ta_store(false);
    settings.set_enforce_trust_anchor_constraints(true);
    settings.set_initial_explicit_policy_indicator(flag("explicit"));
    settings.set_initial_policy_mapping_inhibit_indicator(flag("inhibit_mapping"));
    settings.set_initial_inhibit_any_policy_indicator(flag("inhibit_any"));
    let policies: Vec<String> = case["policies"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|policy| policy.as_str().map(str::to_owned))
        .collect();
    if !policies.is_empty() {
        settings.set_initial_policy_set(policies);
    }
    let settings = enforce_trust_anchor_constraints(&settings, &anchor).map_err(failure)?;
    let path = CertificationPath::new(anchor, chain, target);
    let mut results = CertificationPathResults::new();
    validate_path_rfc5280(environment, &settings, &path, &mut results).map_err(failure)
}

fn failure(error: certval::Error) -> Box<dyn Error> {
    format!("{error:?}").into()
}

fn octets(value: &Value) -> Result<Vec<u8>, Box<dyn Error>> {
    let text = value.as_str().ok_or("no text")?;
    let octet = |at: usize| -> Result<u8, Box<dyn Error>> {
        let digits = text.get(at..at + 2).ok_or("half an octet")?;
        Ok(u8::from_str_radix(digits, 16)?)
    };
    let mut octets = Vec::with_capacity(text.len() / 2);
    for at in (0..text.len()).step_by(2) {
        octets.push(octet(at)?);
    }
    Ok(octets)
}
