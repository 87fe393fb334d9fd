import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.cms.*;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.*;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.generators.*;
import org.bouncycastle.crypto.modes.*;
import org.bouncycastle.crypto.params.*;
import org.bouncycastle.crypto.util.*;
import org.bouncycastle.util.encoders.Hex;

/**
 * Writes what Bouncy Castle's CMS classes do not know: AuthEnvelopedData with AES-GCM or ChaCha20-Poly1305 for X25519,
 * X448, RSA-KEM and keys that both sides have, and for elliptic curves with a static originator; AuthenticatedData.
 */
class Sealing {
    private static final SecureRandom RANDOM = new SecureRandom();
    private final BouncyCastle.Job job;
    private final AlgorithmIdentifier wrap;

    /** Fields: key, scheme, wrap, cipher, in, out; ukm in hex, originator=FILE and key-id for a static one. */
    Sealing(BouncyCastle.Job job) {
        this.job = job;
        this.wrap = new AlgorithmIdentifier(new ASN1ObjectIdentifier(job.get("wrap")));
    }

    byte[] seal(byte[] content) throws Exception {
        byte[] key = random(32);
        byte[] nonce = random(12);
        if (job.has("mac")) {
            return authenticated(content, key, nonce);
        }
        ASN1ObjectIdentifier cipherId = new ASN1ObjectIdentifier(job.get("cipher"));
        boolean gcm = cipherId.getId().equals("2.16.840.1.101.3.4.1.46");
        AEADCipher cipher = gcm ? new GCMBlockCipher(new AESEngine()) : new ChaCha20Poly1305();
        // rfc5084:3.2: 12 octets of ICV are the default, 16 are said.
        ASN1Encodable parameters = gcm
                ? new DERSequence(new ASN1Encodable[] {new DEROctetString(nonce), new ASN1Integer(16)})
                : new DEROctetString(nonce);
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(cipherId, parameters);
        byte[] used = key;
        if (job.has("binding")) {
            // rfc9709:2: the cipher's identifier is the info of HKDF, and the parameter of what stands in the message.
            used = Opening.boundKey(key, algorithm);
            algorithm = new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.3.31"), algorithm);
        }
        cipher.init(true, new AEADParameters(new KeyParameter(used), 128, nonce));
        byte[] out = new byte[cipher.getOutputSize(content.length)];
        int length = cipher.processBytes(content, 0, content.length, out, 0);
        length += cipher.doFinal(out, length);
        EncryptedContentInfo encrypted = new EncryptedContentInfo(CMSObjectIdentifiers.data, algorithm,
                new DEROctetString(Arrays.copyOf(out, length - 16)));
        ASN1OctetString tag = new DEROctetString(Arrays.copyOfRange(out, length - 16, length));
        OriginatorInfo sender = null;
        if (job.has("originator")) {
            X509CertificateHolder certificate = Identity.recipient(job.get("originator")).certificate;
            sender = new OriginatorInfo(new DERSet(certificate.toASN1Structure()), null);
        }
        AuthEnvelopedData data = new AuthEnvelopedData(sender, new DERSet(recipient(key)), encrypted, null, tag, null);
        return new ContentInfo(CMSObjectIdentifiers.authEnvelopedData, data).getEncoded("DER");
    }

    /** RFC 5652, 9.1, over the content alone. */
    private byte[] authenticated(byte[] content, byte[] master, byte[] nonce) throws Exception {
        ASN1ObjectIdentifier id = new ASN1ObjectIdentifier(job.get("mac"));
        boolean gmac = id.getId().matches("2\\.16\\.840\\.1\\.101\\.3\\.4\\.1\\.[024]?9");
        // rfc9044:3.1: the length of the MAC is said where it is not 12. Others have no parameters.
        AlgorithmIdentifier algorithm = !gmac ? new AlgorithmIdentifier(id)
                : new AlgorithmIdentifier(id,
                        new DERSequence(new ASN1Encodable[] {new DEROctetString(nonce), new ASN1Integer(16)}));
        int length = !gmac ? 32 : id.getId().endsWith(".9") ? 16 : id.getId().endsWith(".29") ? 24 : 32;
        byte[] key = Arrays.copyOf(master, length);
        byte[] mac = Opening.mac(algorithm, key, content);
        AuthenticatedData data = new AuthenticatedData(null, new DERSet(recipient(key)), algorithm, null,
                new ContentInfo(CMSObjectIdentifiers.data, new DEROctetString(content)), null,
                new DEROctetString(mac), null);
        return new ContentInfo(CMSObjectIdentifiers.authenticatedData, data).getEncoded("DER");
    }

    private ASN1Encodable recipient(byte[] key) throws Exception {
        if (job.has("kek")) {
            String[] words = job.get("kek").split(":", 2);
            byte[] kek = java.nio.file.Files.readAllBytes(java.nio.file.Paths.get(words[1]));
            KEKIdentifier id = new KEKIdentifier(Hex.decode(words[0]), null, null);
            return new RecipientInfo(new KEKRecipientInfo(id, wrap,
                    new DEROctetString(Derivation.wrap(wrap, kek, key))));
        }
        Identity identity = Identity.recipient(job.get("key"));
        X509CertificateHolder certificate = identity.certificate;
        IssuerAndSerialNumber rid = new IssuerAndSerialNumber(certificate.getIssuer(),
                certificate.getSerialNumber());
        String scheme = job.get("scheme");
        if (scheme.equals("1.2.840.113549.1.9.16.3.14")) {
            return new RecipientInfo(new OtherRecipientInfo(
                    new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.13.3"), encapsulated(identity, rid, key)));
        }
        byte[] ukm = job.has("ukm") ? Hex.decode(job.get("ukm")) : null;
        SubjectPublicKeyInfo own = certificate.getSubjectPublicKeyInfo();
        OriginatorIdentifierOrKey originator;
        PrivateKeyInfo secret;
        if (job.has("originator")) {
            Identity sender = Identity.recipient(job.get("originator"));
            secret = sender.info;
            originator = job.has("key-id")
                    ? new OriginatorIdentifierOrKey(SubjectKeyIdentifier.fromExtensions(
                            sender.certificate.getExtensions()))
                    : new OriginatorIdentifierOrKey(new IssuerAndSerialNumber(sender.certificate.getIssuer(),
                            sender.certificate.getSerialNumber()));
        } else {
            boolean x25519 = own.getAlgorithm().getAlgorithm().getId().equals("1.3.101.110");
            AsymmetricCipherKeyPair pair = x25519 ? x25519() : x448();
            secret = PrivateKeyInfoFactory.createPrivateKeyInfo(pair.getPrivate());
            SubjectPublicKeyInfo fresh = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(pair.getPublic());
            originator = new OriginatorIdentifierOrKey(
                    new OriginatorPublicKey(fresh.getAlgorithm(), fresh.getPublicKeyData().getBytes()));
        }
        byte[] kek = Derivation.kek(scheme, Derivation.agree(secret, own), wrap, ukm);
        RecipientEncryptedKey entry = new RecipientEncryptedKey(new KeyAgreeRecipientIdentifier(rid),
                new DEROctetString(Derivation.wrap(wrap, kek, key)));
        return new RecipientInfo(new KeyAgreeRecipientInfo(originator,
                ukm == null ? null : new DEROctetString(ukm),
                new AlgorithmIdentifier(new ASN1ObjectIdentifier(scheme), wrap), new DERSequence(entry)));
    }

    private static AsymmetricCipherKeyPair x25519() {
        X25519KeyPairGenerator generator = new X25519KeyPairGenerator();
        generator.init(new X25519KeyGenerationParameters(RANDOM));
        return generator.generateKeyPair();
    }

    private static AsymmetricCipherKeyPair x448() {
        X448KeyPairGenerator generator = new X448KeyPairGenerator();
        generator.init(new X448KeyGenerationParameters(RANDOM));
        return generator.generateKeyPair();
    }

    /** RFC 9690, A.1: a number below the modulus, raised to the public exponent. */
    private ASN1Encodable encapsulated(Identity identity, IssuerAndSerialNumber rid, byte[] key) throws Exception {
        RSAKeyParameters rsa = (RSAKeyParameters) PublicKeyFactory.createKey(
                identity.certificate.getSubjectPublicKeyInfo());
        int length = (rsa.getModulus().bitLength() + 7) / 8;
        BigInteger z = new BigInteger(rsa.getModulus().bitLength() + 64, RANDOM).mod(rsa.getModulus());
        int kekLength = Derivation.kekLength(wrap);
        byte[] secret = Derivation.rsaSecret(z, rsa.getModulus(), kekLength);
        byte[] kemct = org.bouncycastle.util.BigIntegers.asUnsignedByteArray(length,
                z.modPow(rsa.getExponent(), rsa.getModulus()));
        AlgorithmIdentifier kdf = new AlgorithmIdentifier(new ASN1ObjectIdentifier(job.get("kdf")),
                new AlgorithmIdentifier(new ASN1ObjectIdentifier("2.16.840.1.101.3.4.2.1")));
        ASN1EncodableVector fields = new ASN1EncodableVector();
        fields.add(new ASN1Integer(0));
        fields.add(rid);
        fields.add(new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.0.18033.2.2.4")));
        fields.add(new DEROctetString(kemct));
        fields.add(kdf);
        fields.add(new ASN1Integer(kekLength));
        byte[] ukm = job.has("ukm") ? Hex.decode(job.get("ukm")) : null;
        if (ukm != null) {
            fields.add(new DERTaggedObject(true, 0, new DEROctetString(ukm)));
        }
        fields.add(wrap);
        byte[] kek = Derivation.kemKek(kdf, secret, wrap, kekLength, ukm);
        fields.add(new DEROctetString(Derivation.wrap(wrap, kek, key)));
        return new DERSequence(fields);
    }

    private static byte[] random(int length) {
        byte[] octets = new byte[length];
        RANDOM.nextBytes(octets);
        return octets;
    }
}
