//! Exit codes of the command.

use super::Entry;

const CONTRACT: &str = "the command's contract";

pub(super) const EXITS: &[Entry] = &[
    Entry {
        code: "0",
        title: "good",
        text: "Everything that was asked for was done, and everything that was checked is good. Warnings may still \
               have been given: read them.",
        section: CONTRACT,
        advice: "Nothing. With verdict `unauthenticated` the plaintext came from encryption that does not \
                 authenticate: see `unauthenticated-encryption`.",
    },
    Entry {
        code: "1",
        title: "verified false",
        text: "A signature, digest, MAC or tag does not hold, a signer cannot be decoded, decryption failed after a \
               recipient was chosen, or `verify` was given something that is not signed. The content may have been \
               changed on its way. Nothing was written.",
        section: "RFC 5652, 5.4 and 5.6; RFC 8551, 2.6",
        advice: "Do not use the content. Ask the sender to send it again; for detached signatures make sure that \
                 `--content` names the very octets that were signed.",
    },
    Entry {
        code: "2",
        title: "usage",
        text: "The command line is wrong, or asks for something that cannot be done. Nothing was read or written.",
        section: CONTRACT,
        advice: "Read the message and its hint; `smime help VERB` lists all options.",
    },
    Entry {
        code: "3",
        title: "intact but not trusted",
        text: "The signature holds, so the content is as the signer left it; but there is no path from the \
               signer's certificate to a trust anchor, or it has expired, is not for mail, or is for another \
               address than the sender's.",
        section: "RFC 8550, 3 and 4; RFC 5280, 6",
        advice: "Give the issuer with `--ca`, or missing intermediates with `--certs`; `--at TIME` judges an old \
                 message at its time; `--no-trust` checks the signature only.",
    },
    Entry {
        code: "4",
        title: "no key",
        text: "No RecipientInfo fits any of the keys, or the certificate of a signer is unknown, or a passphrase is \
               wrong, or `cert find` found no certificate.",
        section: "RFC 5652, 6.2 and 5.3",
        advice: "`smime inspect FILE` shows for whom a message is encrypted; give the key with `-k`, a signer's \
                 certificate with `--certs`.",
    },
    Entry {
        code: "5",
        title: "refused by policy",
        text: "An algorithm, a key size or a certificate's purpose is not acceptable under the profile in force.",
        section: "RFC 8551, 2; RFC 8550, 4.3",
        advice: "`smime explain algorithms` shows what each profile says. `--profile legacy` reads historic mail; \
                 for writing choose a current algorithm.",
    },
    Entry {
        code: "6",
        title: "malformed",
        text: "The reader cannot go on: the octets are not what their type wants, or are cut off.",
        section: "X.690; RFC 5652; RFC 2045",
        advice: "`smime dump FILE` shows everything before the place that is broken, and where that is. Files cut \
                 off in transport and line ends changed in binary data are the usual causes.",
    },
    Entry {
        code: "7",
        title: "limit exceeded",
        text: "The input wants more memory, nesting or work than the limits allow.",
        section: CONTRACT,
        advice: "If the input is honest, raise the limit that the message names: `--max-size`, `--max-depth`.",
    },
    Entry {
        code: "8",
        title: "input/output",
        text: "A file, the store, the terminal or the operating system's randomness failed.",
        section: CONTRACT,
        advice: "The message is the system's own: check path, permissions and space.",
    },
];
