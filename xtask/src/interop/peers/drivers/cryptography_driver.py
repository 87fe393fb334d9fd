"""PyPI cryptography: signs, encrypts to RSA and decrypts; it has no way to verify CMS."""

import cryptography
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7
from protocol import Cannot, read, serve

OPTIONS = pkcs7.PKCS7Options
HASHES = {
    "SHA-224": hashes.SHA224,
    "SHA-256": hashes.SHA256,
    "SHA-384": hashes.SHA384,
    "SHA-512": hashes.SHA512,
}


def sign(job):
    if "ski" in job or "stream" in job or job["digest"] not in HASHES:
        raise Cannot("no option for it")
    if job["who"] not in ("alice", "bob", "carol", "dave", "quentin", "rupert"):
        raise Cannot("RSA and ECDSA alone")
    if job["form"] == "mail":
        raise Cannot("it makes multipart/signed alone")
    options = []
    encoding = Encoding.DER
    if job["form"] == "clear":
        encoding = Encoding.SMIME
        options.append(OPTIONS.DetachedSignature)
    else:
        options.append(OPTIONS.Binary)
    if job["form"] == "detached":
        options.append(OPTIONS.DetachedSignature)
    if "direct" in job:
        options.append(OPTIONS.NoAttributes)
    if "bare" in job:
        options.append(OPTIONS.NoCerts)
    digest = HASHES[job["digest"]]()
    how = {}
    if "pss" in job:
        how["rsa_padding"] = padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH)
    certificate = x509.load_pem_x509_certificate(read(job, "cert"))
    key = load_pem_private_key(read(job, "key"), None)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(read(job, "in"))
    return builder.add_signer(certificate, key, digest, **how).sign(encoding, options)


def encrypt(job):
    ciphers = {"aes-128-cbc": algorithms.AES128, "aes-256-cbc": algorithms.AES256}
    if job["who"] != "alice" or job["rsa"] != "v15" or job["cipher"] not in ciphers:
        raise Cannot("RSA with PKCS #1 v1.5, AES-128 and AES-256 in CBC alone")
    if "ski" in job or "stream" in job:
        raise Cannot("no option for it")
    certificate = x509.load_pem_x509_certificate(read(job, "cert"))
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(read(job, "in")).add_recipient(certificate)
    builder = builder.set_content_encryption_algorithm(ciphers[job["cipher"]])
    encoding = Encoding.SMIME if "mail" in job else Encoding.DER
    return builder.encrypt(encoding, [OPTIONS.Binary])


def decrypt(job):
    certificate = x509.load_pem_x509_certificate(read(job, "cert"))
    if job["who"] != "alice":
        raise Cannot("RSA alone")
    key = load_pem_private_key(read(job, "key"), None)
    return pkcs7.pkcs7_decrypt_der(read(job, "in"), certificate, key, [])


serve(cryptography.__version__, {"sign": sign, "encrypt": encrypt, "decrypt": decrypt})
