import java.nio.file.*;
import java.util.Arrays;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.cms.*;
import org.bouncycastle.asn1.x509.*;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.crypto.*;
import org.bouncycastle.crypto.digests.*;
import org.bouncycastle.crypto.engines.*;
import org.bouncycastle.crypto.generators.*;
import org.bouncycastle.crypto.macs.*;
import org.bouncycastle.crypto.modes.*;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.*;

/** Reads what Bouncy Castle's CMS classes do not know, with its ASN.1 classes and primitives. */
class Opening {
    private final BouncyCastle.Job job;

    Opening(BouncyCastle.Job job) {
        this.job = job;
    }

    /** Fields: in, key or kek=ID:FILE, out; originator=FILE where the sender's key is not in the message. */
    byte[] open(byte[] message) throws Exception {
        ContentInfo info = ContentInfo.getInstance(message);
        switch (info.getContentType().getId()) {
            case "1.2.840.113549.1.7.3": {
                EnvelopedData data = EnvelopedData.getInstance(info.getContent());
                EncryptedContentInfo content = data.getEncryptedContentInfo();
                return decrypt(content.getContentEncryptionAlgorithm(), key(data.getRecipientInfos()),
                        content.getEncryptedContent().getOctets(), new byte[0], new byte[0]);
            }
            case "1.2.840.113549.1.9.16.1.23": {
                AuthEnvelopedData data = AuthEnvelopedData.getInstance(info.getContent());
                EncryptedContentInfo content = data.getAuthEncryptedContentInfo();
                byte[] aad = data.getAuthAttrs() == null ? new byte[0] : data.getAuthAttrs().getEncoded("DER");
                return decrypt(content.getContentEncryptionAlgorithm(), key(data.getRecipientInfos()),
                        content.getEncryptedContent().getOctets(), data.getMac().getOctets(), aad);
            }
            default:
                return authenticated(AuthenticatedData.getInstance(info.getContent()));
        }
    }

    /** RFC 5652, 9.2: the MAC covers the content, or the DER encoding of authAttrs with the tag of SET OF. */
    private byte[] authenticated(AuthenticatedData data) throws Exception {
        byte[] content = ASN1OctetString.getInstance(data.getEncapsulatedContentInfo().getContent()).getOctets();
        byte[] covered = content;
        if (data.getAuthAttrs() != null) {
            covered = data.getAuthAttrs().getEncoded("DER");
            byte[] digest = hash(digest(data.getDigestAlgorithm().getAlgorithm().getId()), content);
            ASN1Encodable value = new AttributeTable(data.getAuthAttrs()).get(CMSAttributes.messageDigest)
                    .getAttrValues().getObjectAt(0);
            if (!Arrays.equals(digest, ASN1OctetString.getInstance(value).getOctets())) {
                throw new IllegalArgumentException("the digest of the content is another one");
            }
        }
        byte[] mac = mac(data.getMacAlgorithm(), key(data.getRecipientInfos()), covered);
        if (!Arrays.equals(mac, data.getMac().getOctets())) {
            throw new IllegalArgumentException("the MAC is bad");
        }
        return content;
    }

    private byte[] key(ASN1Set infos) throws Exception {
        RecipientInfo info = RecipientInfo.getInstance(infos.getObjectAt(0));
        ASN1Encodable choice = info.getInfo();
        if (choice instanceof KEKRecipientInfo) {
            KEKRecipientInfo kek = (KEKRecipientInfo) choice;
            byte[] secret = Files.readAllBytes(Paths.get(job.get("kek").split(":", 2)[1]));
            return Derivation.unwrap(kek.getKeyEncryptionAlgorithm(), secret, kek.getEncryptedKey().getOctets());
        }
        Identity identity = Identity.recipient(job.get("key"));
        if (choice instanceof KeyAgreeRecipientInfo) {
            return agreed((KeyAgreeRecipientInfo) choice, identity);
        }
        if (choice instanceof OtherRecipientInfo) {
            return encapsulated((OtherRecipientInfo) choice, identity);
        }
        throw new IllegalArgumentException("Bouncy Castle reads this recipient itself");
    }

    private byte[] agreed(KeyAgreeRecipientInfo info, Identity identity) throws Exception {
        SubjectPublicKeyInfo peer;
        OriginatorIdentifierOrKey originator = info.getOriginator();
        if (originator.getOriginatorKey() == null) {
            X509CertificateHolder sender = Identity.recipient(job.get("originator")).certificate;
            named(originator, sender);
            peer = sender.getSubjectPublicKeyInfo();
            // rfc5753:3.1.1 and rfc2631:2.3: with a static key on both sides, only the ukm is fresh.
            if (info.getUserKeyingMaterial() == null) {
                throw new IllegalArgumentException("static keys, and no ukm");
            }
        } else {
            OriginatorPublicKey key = originator.getOriginatorKey();
            AlgorithmIdentifier algorithm = key.getAlgorithm();
            // rfc5753:3.1.1: parameters may be absent or NULL, they are those of the recipient's key.
            if (algorithm.getAlgorithm().getId().equals("1.2.840.10045.2.1")) {
                algorithm = identity.certificate.getSubjectPublicKeyInfo().getAlgorithm();
            }
            peer = new SubjectPublicKeyInfo(algorithm, key.getPublicKey().getBytes());
        }
        byte[] ukm = info.getUserKeyingMaterial() == null ? null : info.getUserKeyingMaterial().getOctets();
        AlgorithmIdentifier scheme = info.getKeyEncryptionAlgorithm();
        AlgorithmIdentifier wrap = AlgorithmIdentifier.getInstance(scheme.getParameters());
        byte[] z = Derivation.agree(identity.info, peer);
        byte[] kek = Derivation.kek(scheme.getAlgorithm().getId(), z, wrap, ukm);
        RecipientEncryptedKey first = RecipientEncryptedKey.getInstance(
                info.getRecipientEncryptedKeys().getObjectAt(0));
        return Derivation.unwrap(wrap, kek, first.getEncryptedKey().getOctets());
    }

    private static void named(OriginatorIdentifierOrKey originator, X509CertificateHolder sender) {
        boolean right = originator.getIssuerAndSerialNumber() != null
                ? originator.getIssuerAndSerialNumber().equals(
                        new IssuerAndSerialNumber(sender.getIssuer(), sender.getSerialNumber()))
                : Arrays.equals(originator.getSubjectKeyIdentifier().getKeyIdentifier(),
                        SubjectKeyIdentifier.fromExtensions(sender.getExtensions()).getKeyIdentifier());
        if (!right) {
            throw new IllegalArgumentException("the originator is somebody else");
        }
    }

    /** KEMRecipientInfo, RFC 9629, 3, with RSA-KEM. */
    private byte[] encapsulated(OtherRecipientInfo info, Identity identity) throws Exception {
        ASN1Sequence fields = ASN1Sequence.getInstance(info.getValue());
        int next = 3;
        byte[] kemct = ASN1OctetString.getInstance(fields.getObjectAt(next++)).getOctets();
        AlgorithmIdentifier kdf = AlgorithmIdentifier.getInstance(fields.getObjectAt(next++));
        int length = ASN1Integer.getInstance(fields.getObjectAt(next++)).intValueExact();
        byte[] ukm = null;
        if (fields.getObjectAt(next) instanceof ASN1TaggedObject) {
            ASN1TaggedObject tagged = (ASN1TaggedObject) fields.getObjectAt(next++);
            ukm = ASN1OctetString.getInstance(tagged, true).getOctets();
        }
        AlgorithmIdentifier wrap = AlgorithmIdentifier.getInstance(fields.getObjectAt(next++));
        byte[] wrapped = ASN1OctetString.getInstance(fields.getObjectAt(next)).getOctets();
        byte[] secret = Derivation.rsaDecapsulate(identity.info, kemct, length);
        return Derivation.unwrap(wrap, Derivation.kemKek(kdf, secret, wrap, length, ukm), wrapped);
    }

    static byte[] decrypt(AlgorithmIdentifier algorithm, byte[] key, byte[] ciphertext, byte[] tag, byte[] aad)
            throws Exception {
        String id = algorithm.getAlgorithm().getId();
        ASN1Encodable parameters = algorithm.getParameters();
        switch (id) {
            case "1.2.840.113549.1.9.16.3.31": {
                // rfc9709:2: the parameter is the cipher, and the info of HKDF.
                AlgorithmIdentifier inner = AlgorithmIdentifier.getInstance(parameters);
                return decrypt(inner, boundKey(key, inner), ciphertext, tag, aad);
            }
            case "1.2.840.113549.1.9.16.3.15":
            case "1.2.840.113549.1.9.16.3.16":
                return authEnc(algorithm, key, ciphertext, tag, aad);
            case "1.2.840.113549.1.9.16.3.18":
                // rfc8103:3: the parameter is the nonce.
                return aead(new ChaCha20Poly1305(), key, ASN1OctetString.getInstance(parameters).getOctets(),
                        ciphertext, tag, aad);
            default:
                if (id.matches("2\\.16\\.840\\.1\\.101\\.3\\.4\\.1\\.[024]?[67]")) {
                    byte[] nonce = ASN1OctetString.getInstance(ASN1Sequence.getInstance(parameters).getObjectAt(0))
                            .getOctets();
                    AEADCipher cipher = id.endsWith("6") ? new GCMBlockCipher(new AESEngine())
                            : new CCMBlockCipher(new AESEngine());
                    return aead(cipher, key, nonce, ciphertext, tag, aad);
                }
                return cbc(id, key, ASN1OctetString.getInstance(parameters).getOctets(), ciphertext);
        }
    }

    /** RFC 9709, 2: the key that CEK-HKDF makes for a cipher. */
    static byte[] boundKey(byte[] key, AlgorithmIdentifier cipher) throws Exception {
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
        byte[] salt = "The Cryptographic Message Syntax".getBytes("US-ASCII");
        hkdf.init(new HKDFParameters(key, salt, cipher.getEncoded("DER")));
        byte[] derived = new byte[key.length];
        hkdf.generateBytes(derived, 0, derived.length);
        return derived;
    }

    private static byte[] aead(AEADCipher cipher, byte[] key, byte[] nonce, byte[] ciphertext, byte[] tag, byte[] aad)
            throws Exception {
        cipher.init(false, new AEADParameters(new KeyParameter(key), 8 * tag.length, nonce, aad));
        byte[] input = org.bouncycastle.util.Arrays.concatenate(ciphertext, tag);
        byte[] out = new byte[cipher.getOutputSize(input.length)];
        int length = cipher.processBytes(input, 0, input.length, out, 0);
        length += cipher.doFinal(out, length);
        return Arrays.copyOf(out, length);
    }

    private static byte[] cbc(String id, byte[] key, byte[] iv, byte[] ciphertext) throws Exception {
        BlockCipher engine = id.startsWith("1.2.392.") ? new CamelliaEngine() : new AESEngine();
        PaddedBufferedBlockCipher cipher = new PaddedBufferedBlockCipher(new CBCBlockCipher(engine));
        cipher.init(false, new ParametersWithIV(new KeyParameter(key), iv));
        byte[] out = new byte[cipher.getOutputSize(ciphertext.length)];
        int length = cipher.processBytes(ciphertext, 0, ciphertext.length, out, 0);
        length += cipher.doFinal(out, length);
        return Arrays.copyOf(out, length);
    }

    /** RFC 6476, 4, with the default PRF: the MAC covers the identifier, the ciphertext and the attributes. */
    private static byte[] authEnc(AlgorithmIdentifier algorithm, byte[] key, byte[] ciphertext, byte[] tag,
            byte[] aad) throws Exception {
        ASN1Sequence parameters = ASN1Sequence.getInstance(algorithm.getParameters());
        AlgorithmIdentifier cipher = AlgorithmIdentifier.getInstance(parameters.getObjectAt(0));
        AlgorithmIdentifier mac = AlgorithmIdentifier.getInstance(parameters.getObjectAt(1));
        int length = cipher.getAlgorithm().getId().endsWith(".2") ? 16 : 32;
        byte[] macKey = pbkdf2(key, "authentication", 32);
        byte[] covered = org.bouncycastle.util.Arrays.concatenate(algorithm.getEncoded("DER"), ciphertext, aad);
        if (!Arrays.equals(mac(mac, macKey, covered), tag)) {
            throw new IllegalArgumentException("the MAC is bad");
        }
        return decrypt(cipher, pbkdf2(key, "encryption", length), ciphertext, null, null);
    }

    private static byte[] pbkdf2(byte[] secret, String purpose, int length) throws Exception {
        PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(new SHA1Digest());
        generator.init(secret, purpose.getBytes("US-ASCII"), 1);
        return ((KeyParameter) generator.generateDerivedMacParameters(8 * length)).getKey();
    }

    static byte[] mac(AlgorithmIdentifier algorithm, byte[] key, byte[] covered) throws Exception {
        String id = algorithm.getAlgorithm().getId();
        Mac mac;
        CipherParameters with = new KeyParameter(key);
        if (id.matches("2\\.16\\.840\\.1\\.101\\.3\\.4\\.1\\.[024]?9")) {
            ASN1Sequence parameters = ASN1Sequence.getInstance(algorithm.getParameters());
            byte[] nonce = ASN1OctetString.getInstance(parameters.getObjectAt(0)).getOctets();
            // rfc9044:3.1: the length is 12 octets by default.
            int length = parameters.size() == 1 ? 12
                    : ASN1Integer.getInstance(parameters.getObjectAt(1)).intValueExact();
            mac = new GMac(new GCMBlockCipher(new AESEngine()), 8 * length);
            with = new ParametersWithIV(with, nonce);
        } else if (id.endsWith("4.2.19") || id.endsWith("4.2.20")) {
            // rfc8702:3.4: parameters are absent for 256 bits and 512 bits.
            mac = new KMAC(id.endsWith("19") ? 128 : 256, new byte[0]);
        } else {
            mac = new HMac(digest(id));
        }
        mac.init(with);
        mac.update(covered, 0, covered.length);
        byte[] out = new byte[mac.getMacSize()];
        mac.doFinal(out, 0);
        return out;
    }

    static byte[] hash(Digest digest, byte[] content) {
        digest.update(content, 0, content.length);
        byte[] out = new byte[digest.getDigestSize()];
        digest.doFinal(out, 0);
        return out;
    }

    /** The digest of an identifier of its own, or of its HMAC. */
    static Digest digest(String id) {
        switch (id) {
            case "1.2.840.113549.2.8":
                return new SHA224Digest();
            case "2.16.840.1.101.3.4.2.1":
            case "1.2.840.113549.2.9":
                return new SHA256Digest();
            case "2.16.840.1.101.3.4.2.2":
            case "1.2.840.113549.2.10":
                return new SHA384Digest();
            case "2.16.840.1.101.3.4.2.3":
            case "1.2.840.113549.2.11":
                return new SHA512Digest();
            case "1.2.840.113549.2.12":
                return new SHA512tDigest(224);
            case "1.2.840.113549.2.13":
                return new SHA512tDigest(256);
            case "2.16.840.1.101.3.4.2.13":
                return new SHA3Digest(224);
            case "2.16.840.1.101.3.4.2.8":
            case "2.16.840.1.101.3.4.2.14":
                return new SHA3Digest(256);
            case "2.16.840.1.101.3.4.2.15":
                return new SHA3Digest(384);
            case "2.16.840.1.101.3.4.2.16":
                return new SHA3Digest(512);
            default:
                throw new IllegalArgumentException("no digest for " + id);
        }
    }
}
