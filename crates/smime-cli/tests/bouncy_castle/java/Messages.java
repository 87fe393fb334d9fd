import java.io.InputStream;
import java.security.*;
import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.operator.*;
import org.bouncycastle.operator.jcajce.*;
import org.bouncycastle.util.encoders.Hex;

/**
 * EnvelopedData, AuthEnvelopedData, AuthenticatedData and CompressedData with Bouncy Castle's own classes.
 *
 * Who receives: kek=ID:FILE with wrap=AES or Camellia, password=TEXT, or key=FILE with how=rsa, oaep, kem, or the object
 * identifier of a key agreement, with wrap.
 */
class Messages {
    static void encrypt(BouncyCastle.Job job) throws Exception {
        ASN1ObjectIdentifier cipher = new ASN1ObjectIdentifier(job.get("cipher"));
        CMSTypedData content = new CMSProcessableByteArray(job.read("in"));
        OutputEncryptor encryptor = new JceCMSContentEncryptorBuilder(cipher).setProvider(BouncyCastle.BC).build();
        if (encryptor instanceof OutputAEADEncryptor && !job.has("enveloped")) {
            CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
            generator.addRecipientInfoGenerator(recipient(job));
            job.write(generator.generate(content, (OutputAEADEncryptor) encryptor).toASN1Structure()
                    .getEncoded("DER"));
        } else {
            CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
            generator.addRecipientInfoGenerator(recipient(job));
            if (job.has("rsa-too")) {
                generator.addRecipientInfoGenerator(new JceKeyTransRecipientInfoGenerator(
                        Identity.recipient(job.get("rsa-too")).x509()).setProvider(BouncyCastle.BC));
            }
            CMSEnvelopedData enveloped = generator.generate(content, encryptor);
            job.write(job.has("ber") ? enveloped.getEncoded() : enveloped.toASN1Structure().getEncoded("DER"));
        }
    }

    static void decrypt(BouncyCastle.Job job) throws Exception {
        byte[] message = job.read("in");
        ContentInfoType type = ContentInfoType.of(message);
        RecipientInformation recipient = type == ContentInfoType.AUTH_ENVELOPED
                ? wanted(job, new CMSAuthEnvelopedData(message).getRecipientInfos())
                : wanted(job, new CMSEnvelopedData(message).getRecipientInfos());
        job.write(recipient.getContent(opener(job, type)));
    }

    static void mac(BouncyCastle.Job job) throws Exception {
        CMSAuthenticatedDataGenerator generator = new CMSAuthenticatedDataGenerator();
        generator.addRecipientInfoGenerator(recipient(job));
        MacCalculator mac = new JceCMSMacCalculatorBuilder(new ASN1ObjectIdentifier(job.get("mac")))
                .setProvider(BouncyCastle.BC).build();
        CMSTypedData content = new CMSProcessableByteArray(job.read("in"));
        CMSAuthenticatedData made = job.has("digest")
                ? generator.generate(content, mac, digests().get(
                        new AlgorithmIdentifier(new ASN1ObjectIdentifier(job.get("digest")))))
                : generator.generate(content, mac);
        job.write(made.toASN1Structure().getEncoded("DER"));
    }

    static void checkMac(BouncyCastle.Job job) throws Exception {
        CMSAuthenticatedData data = new CMSAuthenticatedData(job.read("in"), digests());
        RecipientInformation recipient = only(data.getRecipientInfos());
        byte[] content = recipient.getContent(opener(job, ContentInfoType.AUTHENTICATED));
        if (!MessageDigest.isEqual(data.getMac(), recipient.getMac())) {
            throw new CMSException("the MAC is bad");
        }
        if (data.getAuthAttrs() != null && !Arrays.equals(data.getContentDigest(), recipient.getContentDigest())) {
            throw new CMSException("the digest of the content is another one");
        }
        job.write(content);
    }

    static void compress(BouncyCastle.Job job) throws Exception {
        CMSProcessableByteArray content = new CMSProcessableByteArray(job.read("in"));
        job.write(new CMSCompressedDataGenerator().generate(content, new ZlibCompressor()).getEncoded());
    }

    static void decompress(BouncyCastle.Job job) throws Exception {
        CMSCompressedData data = new CMSCompressedData(job.read("in"));
        job.write(data.getContent(new ZlibExpanderProvider(1 << 20)));
    }

    private static DigestCalculatorProvider digests() throws Exception {
        return new JcaDigestCalculatorProviderBuilder().setProvider(BouncyCastle.BC).build();
    }

    static void checkDigest(BouncyCastle.Job job) throws Exception {
        CMSDigestedData data = new CMSDigestedData(job.read("in"));
        if (!data.verify(digests())) {
            throw new CMSException("the digest is another one");
        }
        job.write((byte[]) data.getDigestedContent().getContent());
    }

    /** Of several recipients, that of the key. */
    private static RecipientInformation wanted(BouncyCastle.Job job, RecipientInformationStore store)
            throws Exception {
        if (store.size() == 1) {
            return only(store);
        }
        Identity identity = Identity.recipient(job.get("key"));
        RecipientId id = identity.key.getAlgorithm().equals("RSA") ? new JceKeyTransRecipientId(identity.x509())
                : new JceKeyAgreeRecipientId(identity.x509());
        return store.get(id);
    }

    private static RecipientInformation only(RecipientInformationStore store) {
        return store.iterator().next();
    }

    private static SecretKeySpec kek(BouncyCastle.Job job) throws Exception {
        String path = job.get("kek").split(":", 2)[1];
        return new SecretKeySpec(java.nio.file.Files.readAllBytes(java.nio.file.Paths.get(path)), job.get("wrap"));
    }

    private static RecipientInfoGenerator recipient(BouncyCastle.Job job) throws Exception {
        if (job.has("kek")) {
            byte[] id = Hex.decode(job.get("kek").split(":", 2)[0]);
            return new JceKEKRecipientInfoGenerator(id, kek(job)).setProvider(BouncyCastle.BC);
        }
        if (job.has("password")) {
            return new JcePasswordRecipientInfoGenerator(CMSAlgorithm.AES256_CBC, job.get("password").toCharArray())
                    .setProvider(BouncyCastle.BC).setPasswordConversionScheme(PasswordRecipient.PKCS5_SCHEME2_UTF8)
                    .setPRF(PasswordRecipient.PRF.HMacSHA256)
                    .setSaltAndIterationCount(SecureRandom.getSeed(16), 2048);
        }
        Identity identity = Identity.recipient(job.get("key"));
        switch (job.get("how")) {
            case "rsa":
                if (job.has("ski")) {
                    byte[] id = org.bouncycastle.asn1.x509.SubjectKeyIdentifier
                            .fromExtensions(identity.certificate.getExtensions()).getKeyIdentifier();
                    return new JceKeyTransRecipientInfoGenerator(id, identity.publicKey())
                            .setProvider(BouncyCastle.BC);
                }
                return new JceKeyTransRecipientInfoGenerator(identity.x509()).setProvider(BouncyCastle.BC);
            case "oaep": {
                javax.crypto.spec.OAEPParameterSpec spec = new javax.crypto.spec.OAEPParameterSpec(job.get("hash"),
                        "MGF1", new java.security.spec.MGF1ParameterSpec(job.get("hash")),
                        javax.crypto.spec.PSource.PSpecified.DEFAULT);
                AlgorithmIdentifier oaep = new JcaAlgorithmParametersConverter().getAlgorithmIdentifier(
                        org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers.id_RSAES_OAEP, spec);
                return new JceKeyTransRecipientInfoGenerator(identity.x509(), oaep).setProvider(BouncyCastle.BC);
            }
            case "kem":
                return (RecipientInfoGenerator) Identity.postQuantum("recipient", X509CertificateHolder.class,
                        identity.certificate, BouncyCastle.Job.class, job);
            default: {
                PublicKey key = identity.publicKey();
                KeyPairGenerator ephemeral = KeyPairGenerator.getInstance(key.getAlgorithm(), BouncyCastle.BC);
                ephemeral.initialize(((java.security.interfaces.ECKey) key).getParams());
                KeyPair pair = ephemeral.generateKeyPair();
                JceKeyAgreeRecipientInfoGenerator generator = new JceKeyAgreeRecipientInfoGenerator(
                        new ASN1ObjectIdentifier(job.get("how")), pair.getPrivate(), pair.getPublic(),
                        new ASN1ObjectIdentifier(job.get("wrap"))).setProvider(BouncyCastle.BC)
                        .addRecipient(identity.x509());
                if (job.has("ukm")) {
                    generator.setUserKeyingMaterial(Hex.decode(job.get("ukm")));
                }
                return generator;
            }
        }
    }

    private static Recipient opener(BouncyCastle.Job job, ContentInfoType type) throws Exception {
        boolean authenticated = type == ContentInfoType.AUTHENTICATED;
        if (job.has("kek")) {
            return authenticated ? new JceKEKAuthenticatedRecipient(kek(job)).setProvider(BouncyCastle.BC)
                    : new JceKEKEnvelopedRecipient(kek(job)).setProvider(BouncyCastle.BC);
        }
        if (job.has("password")) {
            char[] password = job.get("password").toCharArray();
            JcePasswordRecipient recipient = authenticated ? new JcePasswordAuthenticatedRecipient(password)
                    : new JcePasswordEnvelopedRecipient(password);
            recipient.setPasswordConversionScheme(PasswordRecipient.PKCS5_SCHEME2_UTF8);
            return recipient.setProvider(BouncyCastle.BC);
        }
        Identity identity = Identity.recipient(job.get("key"));
        switch (identity.key.getAlgorithm()) {
            case "RSA":
                switch (type) {
                    case AUTHENTICATED:
                        return new JceKeyTransAuthenticatedRecipient(identity.key).setProvider(BouncyCastle.BC);
                    case AUTH_ENVELOPED:
                        return new JceKeyTransAuthEnvelopedRecipient(identity.key).setProvider(BouncyCastle.BC);
                    default:
                        return new JceKeyTransEnvelopedRecipient(identity.key).setProvider(BouncyCastle.BC);
                }
            case "EC":
            case "ECDSA":
            case "ECDH":
                return authenticated
                        ? new JceKeyAgreeAuthenticatedRecipient(identity.key).setProvider(BouncyCastle.BC)
                        : new JceKeyAgreeEnvelopedRecipient(identity.key).setProvider(BouncyCastle.BC);
            default:
                return (Recipient) Identity.postQuantum("opener", PrivateKey.class, identity.key,
                        BouncyCastle.Job.class, job);
        }
    }

    enum ContentInfoType {
        AUTHENTICATED, AUTH_ENVELOPED, OTHER;

        static ContentInfoType of(byte[] message) {
            String type = org.bouncycastle.asn1.cms.ContentInfo.getInstance(message).getContentType().getId();
            switch (type) {
                case "1.2.840.113549.1.9.16.1.2":
                    return AUTHENTICATED;
                case "1.2.840.113549.1.9.16.1.23":
                    return AUTH_ENVELOPED;
                default:
                    return OTHER;
            }
        }
    }
}
