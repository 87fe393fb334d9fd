/* wolfSSL's PKCS7 calls behind the lines of `cargo xtask interop`: a verb and key=value with tabs between;
 * then ok, no or cannot. RSA and elliptic curves; no certification paths. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wolfssl/options.h>
#include <wolfssl/version.h>
#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/pkcs7.h>
#include <wolfssl/wolfcrypt/random.h>

#define FIELDS 24
#define ROOM (4 << 20)

typedef struct { char *key, *value; } Field;
typedef struct { byte *octets; word32 length; } Octets;

static Field fields[FIELDS];
static int count;
static WC_RNG rng;

static const char *field(const char *key) {
    for (int i = 0; i < count; i++)
        if (strcmp(fields[i].key, key) == 0) return fields[i].value;
    return NULL;
}

static int is(const char *key, const char *value) {
    const char *found = field(key);
    return found && strcmp(found, value) == 0;
}

static Octets load(const char *key) {
    Octets found = {NULL, 0};
    FILE *file = field(key) ? fopen(field(key), "rb") : NULL;
    if (!file) return found;
    found.octets = malloc(ROOM);
    found.length = (word32)fread(found.octets, 1, ROOM, file);
    fclose(file);
    return found;
}

/* A PEM file in DER. */
static Octets der(const char *key, int type) {
    Octets pem = load(key), found = {NULL, 0};
    DerBuffer *buffer = NULL;
    EncryptedInfo info;
    memset(&info, 0, sizeof info);
    if (pem.octets && wc_PemToDer(pem.octets, pem.length, type, &buffer, NULL, &info, NULL) == 0) {
        found.octets = malloc(buffer->length);
        found.length = buffer->length;
        memcpy(found.octets, buffer->buffer, buffer->length);
        wc_FreeDer(&buffer);
    }
    free(pem.octets);
    return found;
}

static int answer(int code) {
    if (code >= 0) printf("ok\t\n");
    else printf("no\twolfSSL error %d: %s\n", code, wc_GetErrorString(code));
    return 0;
}

static int cannot(const char *why) {
    printf("cannot\t%s\n", why);
    return 0;
}

static int store(const byte *octets, int length) {
    if (length < 0) return length;
    FILE *file = fopen(field("out"), "wb");
    if (!file) return -1;
    fwrite(octets, 1, (size_t)length, file);
    return fclose(file);
}

static int rsa(void) { return is("who", "alice"); }
static int curve(void) { return is("who", "bob") || is("who", "carol") || is("who", "dave"); }

static int sign(void) {
    static const struct { const char *name; int oid; } hashes[] = {
        {"SHA-224", SHA224h}, {"SHA-256", SHA256h}, {"SHA-384", SHA384h}, {"SHA-512", SHA512h}};
    int hash = 0;
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
        if (is("digest", hashes[i].name)) hash = hashes[i].oid;
    if (!hash || (!rsa() && !curve()) || field("pss")) return cannot("no such algorithm");
    int plain = !field("direct") && !field("stream") && !field("bare") && !field("ski");
    if (!plain) return cannot("the driver does not ask for it");
    if (!is("form", "opaque") && !is("form", "detached")) return cannot("no MIME");
    Octets certificate = der("cert", CERT_TYPE), key = der("key", PRIVATEKEY_TYPE), content = load("in");
    byte *out = malloc(ROOM);
    PKCS7 *made = wc_PKCS7_New(NULL, INVALID_DEVID);
    int code = wc_PKCS7_InitWithCert(made, certificate.octets, certificate.length);
    made->rng = &rng;
    made->content = content.octets;
    made->contentSz = content.length;
    made->contentOID = DATA;
    made->hashOID = hash;
    made->encryptOID = rsa() ? RSAk : ECDSAk;
    made->privateKey = key.octets;
    made->privateKeySz = key.length;
    if (code == 0 && is("form", "detached")) code = wc_PKCS7_SetDetached(made, 1);
    if (code == 0) code = store(out, wc_PKCS7_EncodeSignedData(made, out, ROOM));
    wc_PKCS7_Free(made);
    free(out);
    return answer(code);
}

static int verify(void) {
    Octets message = load("in"), content = load("content");
    PKCS7 *read = wc_PKCS7_New(NULL, INVALID_DEVID);
    int code = wc_PKCS7_InitWithCert(read, NULL, 0);
    if (content.octets) {
        read->content = content.octets;
        read->contentSz = content.length;
    }
    if (code == 0) code = wc_PKCS7_VerifySignedData(read, message.octets, message.length);
    if (code == 0 && read->signerInfo == NULL && read->verifyCert == NULL) code = PKCS7_NO_SIGNER_E;
    if (code == 0) code = store(read->content, (int)read->contentSz);
    wc_PKCS7_Free(read);
    return answer(code);
}

static int encrypt(void) {
    static const struct { const char *name; int oid; } ciphers[] = {
        {"aes-128-cbc", AES128CBCb}, {"aes-192-cbc", AES192CBCb}, {"aes-256-cbc", AES256CBCb}, {"des-ede3-cbc", DES3b}};
    int cipher = 0;
    for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
        if (is("cipher", ciphers[i].name)) cipher = ciphers[i].oid;
    if (!cipher || !rsa() || !is("rsa", "v15")) return cannot("no such algorithm");
    if (field("ski") || field("stream") || field("mail")) return cannot("the driver does not ask for it");
    Octets certificate = der("cert", CERT_TYPE), content = load("in");
    byte *out = malloc(ROOM);
    PKCS7 *made = wc_PKCS7_New(NULL, INVALID_DEVID);
    int code = wc_PKCS7_InitWithCert(made, certificate.octets, certificate.length);
    made->rng = &rng;
    made->content = content.octets;
    made->contentSz = content.length;
    made->contentOID = DATA;
    made->encryptOID = cipher;
    if (code == 0) code = store(out, wc_PKCS7_EncodeEnvelopedData(made, out, ROOM));
    wc_PKCS7_Free(made);
    free(out);
    return answer(code);
}

static int decrypt(void) {
    if (!rsa() && !curve()) return cannot("no such key");
    Octets certificate = der("cert", CERT_TYPE), key = der("key", PRIVATEKEY_TYPE), message = load("in");
    byte *out = malloc(ROOM);
    PKCS7 *read = wc_PKCS7_New(NULL, INVALID_DEVID);
    int code = wc_PKCS7_InitWithCert(read, certificate.octets, certificate.length);
    read->privateKey = key.octets;
    read->privateKeySz = key.length;
    if (code == 0) code = store(out, wc_PKCS7_DecodeEnvelopedData(read, message.octets, message.length, out, ROOM));
    wc_PKCS7_Free(read);
    free(out);
    return answer(code);
}

int main(void) {
    static char line[1 << 16];
    if (wc_InitRng(&rng) != 0) return 1;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        char *state = NULL, *verb = strtok_r(line, "\t", &state);
        count = 0;
        for (char *word; count < FIELDS && (word = strtok_r(NULL, "\t", &state));) {
            char *equals = strchr(word, '=');
            if (!equals) continue;
            *equals = 0;
            fields[count++] = (Field){word, equals + 1};
        }
        if (!verb) continue;
        if (!strcmp(verb, "version")) printf("ok\t%s\n", LIBWOLFSSL_VERSION_STRING);
        else if (!strcmp(verb, "sign")) sign();
        else if (!strcmp(verb, "verify")) verify();
        else if (!strcmp(verb, "encrypt")) encrypt();
        else if (!strcmp(verb, "decrypt")) decrypt();
        else cannot("no such verb");
        fflush(stdout);
    }
    return 0;
}
