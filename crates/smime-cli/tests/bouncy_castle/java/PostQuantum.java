import java.security.*;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.*;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.jcajce.spec.*;
import org.bouncycastle.util.test.FixedSecureRandom;

/** What only releases with ML-DSA and ML-KEM have (1.79 and later): compiled where they are. */
class PostQuantum {
    /** The key that a seed makes (RFC 9881, 6; RFC 9935, 6), which must be that of the certificate. */
    static PrivateKey privateKey(PrivateKeyInfo info, X509CertificateHolder of) throws Exception {
        ASN1TaggedObject choice = ASN1TaggedObject.getInstance(info.parsePrivateKey());
        byte[] seed = ASN1OctetString.getInstance(choice, false).getOctets();
        String id = info.getPrivateKeyAlgorithm().getAlgorithm().getId();
        String family = id.startsWith("2.16.840.1.101.3.4.3.") ? "ML-DSA" : "ML-KEM";
        KeyPairGenerator generator = KeyPairGenerator.getInstance(family, BouncyCastle.BC);
        generator.initialize(set(id), new FixedSecureRandom(seed));
        KeyPair pair = generator.generateKeyPair();
        byte[] made = SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()).getPublicKeyData().getBytes();
        if (!Arrays.equals(made, of.getSubjectPublicKeyInfo().getPublicKeyData().getBytes())) {
            throw new GeneralSecurityException("the seed makes another public key");
        }
        return pair.getPrivate();
    }

    private static AlgorithmParameterSpec set(String id) {
        switch (id.substring(id.length() - 4)) {
            case "3.17":
                return MLDSAParameterSpec.ml_dsa_44;
            case "3.18":
                return MLDSAParameterSpec.ml_dsa_65;
            case "3.19":
                return MLDSAParameterSpec.ml_dsa_87;
            case ".4.1":
                return MLKEMParameterSpec.ml_kem_512;
            case ".4.2":
                return MLKEMParameterSpec.ml_kem_768;
            default:
                return MLKEMParameterSpec.ml_kem_1024;
        }
    }

    static RecipientInfoGenerator recipient(X509CertificateHolder of, BouncyCastle.Job job) throws Exception {
        return new JceKEMRecipientInfoGenerator(
                new JcaX509CertificateConverter().setProvider(BouncyCastle.BC).getCertificate(of),
                new ASN1ObjectIdentifier(job.get("wrap")))
                .setKDF(new AlgorithmIdentifier(new ASN1ObjectIdentifier(job.get("kdf"))))
                .setProvider(BouncyCastle.BC);
    }

    static Recipient opener(PrivateKey key, BouncyCastle.Job job) {
        return new JceKEMEnvelopedRecipient(key).setProvider(BouncyCastle.BC);
    }
}
