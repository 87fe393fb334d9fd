//! Codes of the `warnings` in a report.

use super::Entry;

pub(super) const WARNINGS: &[Entry] = &[
    Entry {
        code: "attributes-not-der",
        title: "signed attributes were sent in another form than they were signed",
        text: "Signed attributes must be DER. These are not, but the signature holds over their DER form, so the \
               signer's program sent another encoding of what it signed.",
        section: "RFC 5652, 5.3 and 5.4",
        advice: "Nothing; the signature is as good as any. The sender's program should be corrected.",
    },
    Entry {
        code: "content-in-detached-signature",
        title: "a signature part with content of its own",
        text: "The signature of a multipart/signed must be detached. This one holds content, which was ignored: what \
               is verified and shown is the first part.",
        section: "RFC 8551, 3.5.3.1",
        advice: "Compare with what other programs show: some may show the embedded content.",
    },
    Entry {
        code: "content-not-octet-string",
        title: "content that is no OCTET STRING",
        text: "The signed content is a structure, as PKCS #7 1.5 had it and Authenticode still has. CMS wants an \
               OCTET STRING around it.",
        section: "RFC 2315, 9.1; RFC 5652, 5.2.1",
        advice: "Nothing; it was read as PKCS #7 says.",
    },
    Entry {
        code: "countersignature",
        title: "a countersignature is not good",
        text: "Someone signed the signature of this signer, and that signature is bad or cannot be checked. The \
               signer's own signature does not depend on it: anyone can add or remove countersignatures.",
        section: "RFC 5652, 11.4",
        advice: "Do not rely on the countersignature; for an unknown certificate give it with `--certs`.",
    },
    Entry {
        code: "expired",
        title: "a certificate that is used has expired",
        text: "What is signed with it will not be trusted by anybody who looks at its time.",
        section: "RFC 5280, 4.1.2.5 and 6.1.3",
        advice: "Renew it with `smime id renew`, or take another identity.",
    },
    Entry {
        code: "expires-soon",
        title: "a certificate that is used expires within 30 days",
        text: "It still works. Who waits until the last day has correspondents who are told that mail is not trusted.",
        section: "RFC 5280, 4.1.2.5",
        advice: "Renew your own with `smime id renew`; ask a recipient for a new signed mail.",
    },
    Entry {
        code: "extra-parts",
        title: "more than two parts in multipart/signed",
        text: "A multipart/signed has two parts. Whatever follows the signature is covered by nothing, and anyone \
               can have added it.",
        section: "RFC 1847, 2.1",
        advice: "Trust the first part only.",
    },
    Entry {
        code: "foreign-signature-part",
        title: "the signature part has another label",
        text: "The second part of multipart/signed is not labelled application/pkcs7-signature.",
        section: "RFC 8551, 3.5.3.1; RFC 1847, 2.1",
        advice: "Nothing, if the signature is good; other programs may not recognise the message as signed.",
    },
    Entry {
        code: "historic-algorithm",
        title: "a historic algorithm",
        text: "The message uses an algorithm that gives no security any more, or little, and was read because the \
               legacy profile asks for it.",
        section: "RFC 8551, Appendix B; RFC 8550, Appendix B",
        advice: "Do not take it as proof of origin or as confidential. Never write with it.",
    },
    Entry {
        code: "micalg",
        title: "micalg does not name the digests",
        text: "The micalg parameter of multipart/signed should name the digest algorithm of every signer. It does \
               not; the digests were calculated all the same.",
        section: "RFC 8551, 3.5.3.2",
        advice: "Nothing; other readers may fail to verify in one pass.",
    },
    Entry {
        code: "mime-deviation",
        title: "the mail is not as MIME wants it",
        text: "Something in header fields, parts or transfer encodings departs from the standards and was read as \
               well as possible: base64 with stray characters, a field that occurs twice, a multipart without its \
               closing delimiter, and the like. The text says which.",
        section: "RFC 2045; RFC 2046; RFC 2231; RFC 5322",
        advice: "Beware of what programs read in different ways: it can make them show different content.",
    },
    Entry {
        code: "misplaced-attribute",
        title: "an attribute where it may not stand, or too often",
        text: "contentType, messageDigest, signingTime or a countersignature stands among attributes that nothing \
               protects, where anyone could have put it; or what a signer can read, and which key decrypts for him, \
               is not signed or is said more than once.",
        section: "RFC 5652, 11.1 to 11.4; RFC 8551, 2.5.2 and 2.5.3",
        advice: "Believe nothing that such an attribute says; the content is not concerned.",
    },
    Entry {
        code: "missing-close-delimiter",
        title: "a multipart/signed without its end",
        text: "The closing delimiter is missing: the end of the message may have been cut off.",
        section: "RFC 2046, 5.1.1",
        advice: "If the signature is good the signed part is whole; text after it may be missing.",
    },
    Entry {
        code: "no-address",
        title: "the certificate names no mail address",
        text: "The signer's certificate holds no address, so it cannot be compared with the sender's. That is \
               allowed.",
        section: "RFC 8550, 3",
        advice: "Look at the certificate's subject to see who signed.",
    },
    Entry {
        code: "not-checked",
        title: "trust was not checked",
        text: "The signature holds, but `--no-trust` was given or nothing was asked of the certificate: anybody can \
               have made a certificate with this name.",
        section: "RFC 8550, 4; RFC 5280, 6",
        advice: "Verify without `--no-trust`, with the issuer given by `--ca`.",
    },
    Entry {
        code: "partly-signed",
        title: "only some parts are signed",
        text: "A multipart holds signed parts and others. The signature says nothing about the others, and programs \
               show all of them together.",
        section: "RFC 8551, 3.1; RFC 1847",
        advice: "Take only the signed parts as the signer's words.",
    },
    Entry {
        code: "recipient",
        title: "a recipient cannot be used",
        text: "A RecipientInfo is malformed, or of a kind or algorithm that cannot be read. Other recipients are not \
               affected.",
        section: "RFC 5652, 6.2",
        advice: "Nothing, unless it is the one for your key: then `smime dump FILE` shows it.",
    },
    Entry {
        code: "revocation-unknown",
        title: "nobody knows whether a certificate is revoked",
        text: "No CRL or OCSP response at hand tells the status of a certificate in the signer's path, or it is out of \
               date or not signed by one who may. `--revocation soft` accepts that and says so; what is known to be \
               revoked is refused all the same.",
        section: "RFC 5280, 6.3; RFC 6960, 3.2; RFC 8550, 4.1",
        advice: "Give the issuer's CRL with `--crl FILE`, or allow fetching it with `--online`.",
    },
    Entry {
        code: "sha-1-derivation",
        title: "SHA-1 within key derivation or padding",
        text: "A key is derived or padded with SHA-1. Its collisions do not matter there, and many programs write it \
               by default, so that every profile reads it.",
        section: "RFC 8551, 2.3; RFC 4055, 4.1; RFC 5753, 7.1.4",
        advice: "Nothing for reading; senders should move to SHA-256.",
    },
    Entry {
        code: "signature-removed",
        title: "another signature of the signer is missing",
        text: "The signer signed several times, with different algorithms, and each signature names the others. One \
               of them was removed or changed, perhaps to leave the weaker one.",
        section: "RFC 5752, 4.6",
        advice: "Ask for the message again if the missing signature would have been the stronger one.",
    },
    Entry {
        code: "source",
        title: "a source of certificates said something else, too",
        text: "A source of `cert find` failed, has more than was taken, refers to other servers, or holds values that \
               are no certificates.",
        section: "RFC 4511, 4.5.3; RFC 6698, 4.1",
        advice: "Nothing, where the certificate was found. Servers that are referred to can be asked with `--ldap \
                 URL`.",
    },
    Entry {
        code: "text-after-parts",
        title: "text after the parts",
        text: "Text stands behind the closing delimiter of multipart/signed. No signature covers it.",
        section: "RFC 2046, 5.1.1; RFC 1847, 2.1",
        advice: "Ignore that text: mailing lists add such lines, and so can anyone.",
    },
    Entry {
        code: "trailing-zeros",
        title: "zero octets after the end",
        text: "Zero octets follow the end of the encoding, as some programs pad their output.",
        section: "X.690, 8.1.1",
        advice: "Nothing.",
    },
    Entry {
        code: "unauthenticated-encryption",
        title: "encryption without authentication",
        text: "CBC ciphers hide the content but do not protect it from changes: somebody who cannot read the message \
               may have altered the text that you see, and mail programs that load remote content may leak it.",
        section: "RFC 8551, 2.7 and 6; RFC 5083; https://efail.de",
        advice: "Do not follow links in it unless a good signature covers it. Ask the sender for AES-GCM; \
                 `--profile strict` refuses such messages.",
    },
    Entry {
        code: "unknown-version",
        title: "a version that the standard does not have",
        text: "The version of a structure is not one of those that the standard defines. It was read as the known \
               one.",
        section: "RFC 5652, 5.1, 5.3 and 6.1",
        advice: "Nothing, if the rest is good.",
    },
    Entry {
        code: "unreadable-attributes",
        title: "attributes that nothing protects cannot be read",
        text: "Unprotected or unauthenticated attributes are not in the form of attributes. Nothing depends on \
               them, and they were left aside.",
        section: "RFC 5652, 6.1 and 9.1",
        advice: "Nothing; the sender's program should be corrected.",
    },
    Entry {
        code: "unreadable-certificate",
        title: "a certificate in the message cannot be read",
        text: "One of the certificates that the message carries is malformed or in an unknown form. It was passed \
               over.",
        section: "RFC 5652, 10.2.2",
        advice: "If it is the signer's, give a readable copy with `--certs`.",
    },
    Entry {
        code: "weak-key",
        title: "a short RSA key",
        text: "The RSA key of a signer, or of a certificate in a path, has fewer than 2048 bits. It was accepted \
               because the legacy profile asks for it.",
        section: "RFC 8550, 4.3 and 6",
        advice: "Do not take the signature as proof today; keys of 1024 bits are within reach of the powerful.",
    },
];
