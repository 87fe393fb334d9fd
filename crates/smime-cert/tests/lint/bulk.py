"""pkilint's findings on certificates, by its library: a line in with a profile and a certificate in hexadecimal, a line
of JSON out.

Each line is [[code, severity], ...], or null for what pkilint does not take for a certificate."""

import json
import logging
import sys

from pkilint import loader
from pkilint.cabf import smime
from pkilint.cabf.smime.smime_constants import Generation, ValidationLevel
from pkilint.pkix import certificate

logging.disable(logging.CRITICAL)
validators = {
    f"{level.name}-{generation.name}".lower(): certificate.create_pkix_certificate_validator_container(
        smime.create_decoding_validators(),
        smime.create_subscriber_validators(level, generation),
    )
    for level in ValidationLevel
    for generation in Generation
}
load = loader.RFC5280CertificateDocumentLoader().load_der_document

# That a field cannot be read is fatal to pkilint's other checks of it.
SEVERITIES = {
    "FATAL": "error",
    "ERROR": "error",
    "WARNING": "warning",
    "NOTICE": "notice",
    "INFO": "info",
}


def findings(profile, octets):
    try:
        document = load(octets)
    except Exception:
        return None
    found = {
        (each.finding.code, SEVERITIES[each.finding.severity.name])
        for result in validators[profile].validate(document.root)
        for each in result.finding_descriptions
    }
    return sorted(found)


for line in sys.stdin:
    profile, octets = line.split()
    print(json.dumps(findings(profile, bytes.fromhex(octets))), flush=True)
