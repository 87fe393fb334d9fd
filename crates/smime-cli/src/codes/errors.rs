//! Codes of the `error` in a report.

use super::Entry;

pub(super) const ERRORS: &[Entry] = &[
    Entry {
        code: "algorithm-parameters",
        title: "parameters that the algorithm forbids",
        text: "The parameters of an AlgorithmIdentifier are missing, malformed or not allowed, for example a GCM tag \
               that is too short or an OAEP hash that differs from that of its mask generation.",
        section: "RFC 5652, 10.1; RFC 4055; RFC 5084",
        advice: "`smime dump FILE` shows the parameters; the sender's program has to be corrected.",
    },
    Entry {
        code: "authenticated-attributes",
        title: "a rule on authenticated attributes is broken",
        text: "Attributes that are authenticated together with the content lack content-type or message-digest, \
               hold one of them twice, or say something else than the message does.",
        section: "RFC 5083, 2.1; RFC 5652, 9.1 and 11",
        advice: "Do not use the content: what was authenticated is not what the message claims.",
    },
    Entry {
        code: "bad-compression",
        title: "compressed content is broken",
        text: "The content of a CompressedData is no zlib stream, ends within one, or has octets behind its end. \
               Nothing was written.",
        section: "RFC 3274, 2; RFC 1950",
        advice: "Ask for the message again: it was damaged on its way, or the sender's program compresses in another \
                 way.",
    },
    Entry {
        code: "bad-signature",
        title: "a signature does not hold",
        text: "The digest of the content differs from the signed one, or the signature is not one over the \
               attributes or content under the signer's key. Content or signature were changed.",
        section: "RFC 5652, 5.4 and 5.6",
        advice: "Do not trust the content. Mailing lists and gateways that rewrite bodies, and detached content \
                 with other line ends, are the common causes; `--content` must name the exact octets.",
    },
    Entry {
        code: "content-twice",
        title: "content is embedded and was given beside it",
        text: "`--content FILE` was given for a message that holds its content itself. Which of both was meant is \
               not for the reader to guess.",
        section: "RFC 5652, 5.2",
        advice: "Leave `--content` out.",
    },
    Entry {
        code: "crypto-failed",
        title: "a cryptographic check failed",
        text: "A signature, tag, MAC or wrapped key does not hold. Why is not told: details would help an attacker.",
        section: "RFC 3218, 2.3.2",
        advice: "Make sure that key and message belong together; otherwise the message was damaged or forged.",
    },
    Entry {
        code: "decryption-failed",
        title: "decryption failed",
        text: "A recipient's key was chosen, but the content could not be decrypted: a wrong key, padding or tag, \
               which look the same on purpose. Nothing was written.",
        section: "RFC 3218, 2.3.2; RFC 5083, 3",
        advice: "Ask for the message again. If it happens with all messages of a sender, the certificate he uses \
                 may hold another public key than your private key's.",
    },
    Entry {
        code: "demo",
        title: "a step of the demonstration failed",
        text: "`smime demo` runs the command's own verbs in a temporary store, and one of them did not end as it \
               should. That is a defect of the command or of its build.",
        section: "the command's contract",
        advice: "Run `smime demo --keep DIR` and report the step that fails with the files in DIR.",
    },
    Entry {
        code: "depth-limit",
        title: "too many layers",
        text: "Messages within messages, more of them than `--max-depth` allows. Honest mail has fewer than ten \
               layers, triple wrapping and mailing lists included.",
        section: "RFC 8551, 3.7",
        advice: "Raise `--max-depth` if the message is honest.",
    },
    Entry {
        code: "detached-content",
        title: "the content is not in the message",
        text: "The signature is detached: it covers content that lies elsewhere.",
        section: "RFC 5652, 5.2; RFC 8551, 3.5.3",
        advice: "Give the signed octets with `--content FILE`.",
    },
    Entry {
        code: "digest-mismatch",
        title: "a digest differs from its content's",
        text: "The digest of a DigestedData, or the imprint of a time-stamp, is not that of the content: one of the \
               two was changed.",
        section: "RFC 5652, 7; RFC 5544, 3",
        advice: "Do not use the content. With detached content `--content` must name the exact octets.",
    },
    Entry {
        code: "directory",
        title: "a directory gave no answer",
        text: "A directory of `cert find` could not be reached, did not let the user in, or said something that is no \
               answer to a search. What other sources had is told beside it.",
        section: "RFC 4511, 4.1.9 and 4.5.2",
        advice: "Check host, port and base of the URL; `--ldap-bind DN` with `--pass` where the directory wants a \
                 name.",
    },
    Entry {
        code: "dns",
        title: "the DNS gave no answer",
        text: "The name server could not be reached by TCP, or its answer cannot be read or is an error.",
        section: "RFC 8162, 7; RFC 7766",
        advice: "Name another server with `--dns ADDRESS`.",
    },
    Entry {
        code: "dnssec-bogus",
        title: "the answer of the DNS fails DNSSEC",
        text: "The signatures of a signed zone are missing, wrong or expired, or do not lead to the keys of the root. \
               Nothing of the answer was looked at.",
        section: "RFC 8162, 6; RFC 4035, 4.3 and 5",
        advice: "A name server that passes signatures on is needed: `--dns ADDRESS`. If it is one, the zone is \
                 broken, or somebody changes answers on their way.",
    },
    Entry {
        code: "element-limit",
        title: "an element is too large, too deep, or one of too many",
        text: "A certificate, CRL, signer or recipient is larger than the limit, encodings are nested deeper than \
               128 levels, or a set has more elements than any honest message.",
        section: "`cms_core::Limits`",
        advice: "Such input is made to exhaust memory or stack; there is no option to read it.",
    },
    Entry {
        code: "file-limit",
        title: "a file is too large",
        text: "A file that has to be read whole, such as one with keys or certificates, is larger than it may be.",
        section: "the command's contract",
        advice: "Check that the right file was named.",
    },
    Entry {
        code: "io",
        title: "input/output",
        text: "Reading or writing failed; the text is the operating system's.",
        section: "the command's contract",
        advice: "Check path, permissions and space.",
    },
    Entry {
        code: "limit",
        title: "a limit is exceeded",
        text: "The input wants more work or memory than it may: recipients to try, signatures to check, iterations \
               of a password's key derivation, or captured parts together.",
        section: "`cms_core::Limits`",
        advice: "The text names the limit. Honest messages are far below it.",
    },
    Entry {
        code: "mac-failed",
        title: "a message authentication code does not hold",
        text: "The MAC of an AuthenticatedData is wrong, or no key gave the right one, which look the same on \
               purpose. Nothing was written.",
        section: "RFC 5652, 9.3",
        advice: "Do not use the content. Make sure that key, password and content belong to this message.",
    },
    Entry {
        code: "malformed",
        title: "the octets are not what their type wants",
        text: "An encoding is broken, cut off, or of another type than its place asks for. `offset` and `path` of \
               the error say where.",
        section: "X.690; RFC 5652",
        advice: "`smime dump FILE` shows everything before that place. Say `--in-format` if the form of the input \
                 was not recognised.",
    },
    Entry {
        code: "malformed-mime",
        title: "the message cannot be read as mail",
        text: "Header fields or multiparts are so broken that the reader cannot tell the parts, or a part's \
               encoding cannot be undone.",
        section: "RFC 2045; RFC 2046; RFC 5322",
        advice: "Save the message again in its raw form; programs that show mail often save something else.",
    },
    Entry {
        code: "mime-limit",
        title: "too many parts, or a header that is too long",
        text: "The message has more parts, deeper nesting or longer headers than any honest mail.",
        section: "RFC 2046, 5.1",
        advice: "There is no option to read it.",
    },
    Entry {
        code: "no-cms-part",
        title: "nothing to dump in the message",
        text: "The input looks like mail, but none of its parts is application/pkcs7-mime or pkcs7-signature.",
        section: "RFC 8551, 3.2",
        advice: "For a file in another form say `--in-format pem` or `--in-format der`.",
    },
    Entry {
        code: "no-common-cipher",
        title: "the recipients have no cipher in common",
        text: "No cipher is announced by every recipient, or mandatory for those who announce none, and allowed to be \
               written by the profile as well.",
        section: "RFC 8551, 2.7.1 and 2.7.3",
        advice: "Send separate messages, or name a cipher with `--cipher NAME` if you know that all can read it.",
    },
    Entry {
        code: "no-randomness",
        title: "the operating system gives no randomness",
        text: "Keys and signatures need random numbers, and the system's source failed.",
        section: "RFC 4086",
        advice: "This is a matter of the system or its sandbox; try again outside of it.",
    },
    Entry {
        code: "no-recipient",
        title: "the message is for other keys",
        text: "No RecipientInfo names a certificate or key that was given or is in the store.",
        section: "RFC 5652, 6.2",
        advice: "`smime inspect FILE` shows for whom it is; give the key with `-k`.",
    },
    Entry {
        code: "not-compressed",
        title: "the message is not compressed",
        text: "`smime decompress` inflates a CompressedData; the outermost layer of this message is something else.",
        section: "RFC 3274",
        advice: "`smime inspect FILE` shows what it is; `smime open FILE` goes through every layer.",
    },
    Entry {
        code: "not-encrypted",
        title: "there is nothing to decrypt",
        text: "`decrypt` was given a message that has no encrypted layer.",
        section: "RFC 8551, 3.3",
        advice: "`smime open` reads messages of any kind; `smime inspect` shows what it is.",
    },
    Entry {
        code: "not-found",
        title: "no certificate was found",
        text: "`cert find` asked all its sources, and none of them has a certificate that can be used for the \
               address: there is none (exit code 4), or what there is names another address, has expired, is revoked, \
               contradicts the domain, or came from the DNS without DNSSEC (exit code 3). The report has each of \
               those with its refusal.",
        section: "RFC 8162, 6 and 9; RFC 8550, 3",
        advice: "Ask for a signed mail, which carries its certificate, and read it with `smime verify --remember`.",
    },
    Entry {
        code: "other-type",
        title: "the message is of another type",
        text: "The reading form of a `smime cms` command takes one type of message, and this is another one.",
        section: "RFC 5652, 3",
        advice: "`smime inspect FILE` shows what it is; `smime open FILE` reads all types.",
    },
    Entry {
        code: "policy",
        title: "an algorithm is refused",
        text: "The message depends on an algorithm or key size that the profile does not accept for this use.",
        section: "RFC 8551, 2; RFC 8550, 4.3 and Appendix B",
        advice: "`smime explain algorithms` shows what each profile accepts; `--profile legacy` reads historic mail.",
    },
    Entry {
        code: "size-limit",
        title: "more plaintext than may be held",
        text: "Content that must wait for its verdict is larger than the space that there is for it.",
        section: "the command's contract",
        advice: "Raise `--max-size`.",
    },
    Entry {
        code: "store",
        title: "the store failed",
        text: "The database of keys and certificates cannot be opened, read or written.",
        section: "the command's contract",
        advice: "Check the directory that `--store` or `SMIME_HOME` names, its permissions and its space.",
    },
    Entry {
        code: "token",
        title: "a PKCS #11 token does not do its work",
        text: "The token or its module failed for a reason that has nothing to do with the message: it was pulled out, \
               has no session left, or its key asks for its PIN at each use.",
        section: "RFC 7512; PKCS #11",
        advice: "The text names the token and its error code; `pkcs11-tool -O` shows what the token holds.",
    },
    Entry {
        code: "unsigned",
        title: "the message is not signed",
        text: "`verify` wants at least one signer and found none. A message without a signature proves nothing \
               about its sender.",
        section: "RFC 8551, 3.5",
        advice: "`smime open` reads unsigned messages; `smime inspect` shows what it is.",
    },
    Entry {
        code: "unsupported-algorithm",
        title: "an algorithm that this program lacks",
        text: "The message or key needs an algorithm that no backend has.",
        section: "RFC 8551, 2",
        advice: "`smime explain algorithms` lists what there is. Ask the sender for one of those.",
    },
    Entry {
        code: "unusable-key",
        title: "a key cannot be used",
        text: "A key cannot be read, has impossible values, or is of a type that its algorithm cannot use.",
        section: "RFC 5958; RFC 5280, 4.1.2.7",
        advice: "`smime dump FILE` shows what kind of key it is, without showing the key.",
    },
    Entry {
        code: "usage",
        title: "the command was asked for something impossible",
        text: "An option is missing, contradicts another, or has a value that makes no sense.",
        section: "the command's contract",
        advice: "`smime help VERB` lists the options.",
    },
    Entry {
        code: "weak-key",
        title: "no certificate for a weak key",
        text: "Certificates are not issued for RSA keys below 2048 bits.",
        section: "RFC 8551, 4.1; RFC 8550, 4.3",
        advice: "Make a new key: `smime id new ADDRESS`.",
    },
    Entry {
        code: "wrong-passphrase",
        title: "the passphrase does not open the key file",
        text: "The integrity of the file does not check under this passphrase, or what it decrypts to is no key.",
        section: "RFC 7292, 5; RFC 8018",
        advice: "Give the right one with `--pass env:NAME`, `file:PATH`, `fd:N` or `prompt`.",
    },
    Entry {
        code: "wrong-purpose",
        title: "a certificate is not for this",
        text: "keyUsage, extKeyUsage, the period of validity or the type of the key forbid to sign with, or to \
               encrypt to, this certificate.",
        section: "RFC 8550, 4.4; RFC 5280, 4.2.1.3 and 4.2.1.12",
        advice: "Choose another certificate; `smime cert show FILE` tells what each is for.",
    },
];
