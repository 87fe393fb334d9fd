import java.io.FileReader;
import java.math.BigInteger;
import java.security.*;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.*;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate with its private key, of a PEM file or made here. */
class Identity {
    final X509CertificateHolder certificate;
    final PrivateKeyInfo info;
    final PrivateKey key;

    private Identity(X509CertificateHolder certificate, PrivateKeyInfo info, PrivateKey key) {
        this.certificate = certificate;
        this.info = info;
        this.key = key;
    }

    X509Certificate x509() throws Exception {
        return new JcaX509CertificateConverter().setProvider(BouncyCastle.BC).getCertificate(certificate);
    }

    PublicKey publicKey() throws Exception {
        return BouncyCastle.BC.getPublicKey(certificate.getSubjectPublicKeyInfo());
    }

    /** The first certificate of a PEM file. */
    static X509CertificateHolder certificate(String file) throws Exception {
        try (PEMParser parser = new PEMParser(new FileReader(file))) {
            return (X509CertificateHolder) parser.readObject();
        }
    }

    static Identity signer(String file) throws Exception {
        return load(file, true);
    }

    static Identity recipient(String file) throws Exception {
        return load(file, false);
    }

    /** Of a file with several, that which may do it; "new:NAME" is made here. */
    private static Identity load(String file, boolean signs) throws Exception {
        if (file.startsWith("new:")) {
            return make(file.substring(4));
        }
        List<X509CertificateHolder> certificates = new ArrayList<>();
        List<PrivateKeyInfo> keys = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new FileReader(file))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof X509CertificateHolder) {
                    certificates.add((X509CertificateHolder) object);
                } else if (object instanceof PrivateKeyInfo) {
                    keys.add((PrivateKeyInfo) object);
                }
            }
        }
        for (X509CertificateHolder certificate : certificates) {
            KeyUsage usage = KeyUsage.fromExtensions(certificate.getExtensions());
            int wanted = signs ? KeyUsage.digitalSignature : KeyUsage.keyAgreement;
            if (!usage.hasUsages(wanted) && (signs || !usage.hasUsages(KeyUsage.keyEncipherment))) {
                continue;
            }
            for (PrivateKeyInfo key : keys) {
                Object kind = certificate.getSubjectPublicKeyInfo().getAlgorithm().getAlgorithm();
                if (kind.equals(key.getPrivateKeyAlgorithm().getAlgorithm())) {
                    return new Identity(certificate, key, privateKey(key, certificate));
                }
            }
        }
        throw new IllegalArgumentException(file + " has no such identity");
    }

    private static PrivateKey privateKey(PrivateKeyInfo info, X509CertificateHolder of) throws Exception {
        String kind = info.getPrivateKeyAlgorithm().getAlgorithm().getId();
        // ML-DSA and ML-KEM: their seeds are expanded there, the provider does not read all forms.
        if (kind.matches("2\\.16\\.840\\.1\\.101\\.3\\.4\\.(3\\.1[789]|4\\.[123])")) {
            return (PrivateKey) postQuantum("privateKey", PrivateKeyInfo.class, info, X509CertificateHolder.class, of);
        }
        return BouncyCastle.BC.getPrivateKey(info);
    }

    /** Calls what is only compiled against releases that have these algorithms. */
    static Object postQuantum(String method, Class<?> one, Object first, Class<?> two, Object second)
            throws Exception {
        try {
            return Class.forName("PostQuantum").getDeclaredMethod(method, one, two).invoke(null, first, second);
        } catch (java.lang.reflect.InvocationTargetException error) {
            throw (Exception) error.getCause();
        }
    }

    /** "EC/secp224r1/SHA256withECDSA", "DSA/2048/SHA256withDSA". */
    private static Identity make(String text) throws Exception {
        String[] words = text.split("/");
        KeyPairGenerator generator = KeyPairGenerator.getInstance(words[0], BouncyCastle.BC);
        if (words[0].equals("EC")) {
            generator.initialize(new ECGenParameterSpec(words[1]));
        } else {
            generator.initialize(Integer.parseInt(words[1]));
        }
        KeyPair pair = generator.generateKeyPair();
        X500Name name = new X500Name("CN=" + words[0] + " " + words[1]);
        long now = System.currentTimeMillis();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(name,
                BigInteger.valueOf(now), new Date(now - 3600_000L), new Date(now + 86_400_000L), name,
                pair.getPublic());
        X509CertificateHolder certificate = builder.build(
                new JcaContentSignerBuilder(words[2]).setProvider(BouncyCastle.BC).build(pair.getPrivate()));
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded());
        return new Identity(certificate, info, pair.getPrivate());
    }
}
