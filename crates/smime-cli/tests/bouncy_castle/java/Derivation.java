import java.math.BigInteger;
import java.security.PrivateKey;
import java.util.Arrays;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.*;
import org.bouncycastle.crypto.*;
import org.bouncycastle.crypto.agreement.*;
import org.bouncycastle.crypto.agreement.kdf.ConcatenationKDFGenerator;
import org.bouncycastle.crypto.digests.*;
import org.bouncycastle.crypto.engines.*;
import org.bouncycastle.crypto.generators.*;
import org.bouncycastle.crypto.params.*;
import org.bouncycastle.crypto.util.*;

/** Key-encryption keys and wrapped keys from primitives, as the RFCs have them. */
class Derivation {
    /** Z of a key agreement. RFC 8418, 2: of X25519 and X448 the octets; RFC 5753: of the curves a field element. */
    static byte[] agree(PrivateKeyInfo own, SubjectPublicKeyInfo peer) throws Exception {
        AsymmetricKeyParameter key = PrivateKeyFactory.createKey(own);
        AsymmetricKeyParameter other = PublicKeyFactory.createKey(peer);
        if (key instanceof ECPrivateKeyParameters) {
            ECDHBasicAgreement agreement = new ECDHBasicAgreement();
            agreement.init(key);
            BigInteger z = agreement.calculateAgreement(other);
            return org.bouncycastle.util.BigIntegers.asUnsignedByteArray(agreement.getFieldSize(), z);
        }
        RawAgreement agreement = key instanceof X25519PrivateKeyParameters ? new X25519Agreement()
                : new X448Agreement();
        agreement.init(key);
        byte[] z = new byte[agreement.getAgreementSize()];
        agreement.calculateAgreement(other, z, 0);
        return z;
    }

    /** The KDF that a key agreement's identifier names, over ECC-CMS-SharedInfo (RFC 5753, 7.2; RFC 8418, 2.2). */
    static byte[] kek(String scheme, byte[] z, AlgorithmIdentifier wrap, byte[] ukm) throws Exception {
        int length = kekLength(wrap);
        ASN1EncodableVector info = new ASN1EncodableVector();
        info.add(wrap);
        if (ukm != null) {
            info.add(new DERTaggedObject(true, 0, new DEROctetString(ukm)));
        }
        byte[] bits = java.nio.ByteBuffer.allocate(4).putInt(8 * length).array();
        info.add(new DERTaggedObject(true, 2, new DEROctetString(bits)));
        byte[] shared = new DERSequence(info).getEncoded("DER");
        byte[] kek = new byte[length];
        if (scheme.startsWith("1.2.840.113549.1.9.16.3.")) {
            Digest digest = scheme.endsWith(".19") ? new SHA256Digest()
                    : scheme.endsWith(".20") ? new SHA384Digest() : new SHA512Digest();
            HKDFBytesGenerator hkdf = new HKDFBytesGenerator(digest);
            hkdf.init(new HKDFParameters(z, ukm, shared));
            hkdf.generateBytes(kek, 0, length);
            return kek;
        }
        Digest digest;
        switch (scheme.substring(scheme.lastIndexOf('.') + 1)) {
            case "0":
                digest = new SHA224Digest();
                break;
            case "1":
                digest = new SHA256Digest();
                break;
            case "2":
                digest = scheme.startsWith("1.3.133.") ? new SHA1Digest() : new SHA384Digest();
                break;
            default:
                digest = scheme.startsWith("1.3.133.") ? new SHA1Digest() : new SHA512Digest();
        }
        // The KDF of X9.63 is KDF2: Hash(Z || counter || SharedInfo), from 1.
        KDF2BytesGenerator kdf = new KDF2BytesGenerator(digest);
        kdf.init(new KDFParameters(z, shared));
        kdf.generateBytes(kek, 0, length);
        return kek;
    }

    /** RFC 9629, 5: the info is CMSORIforKEMOtherInfo. RFC 9690, B.1: KDF3 is Hash(counter || Z || OtherInfo). */
    static byte[] kemKek(AlgorithmIdentifier kdf, byte[] secret, AlgorithmIdentifier wrap, int length, byte[] ukm)
            throws Exception {
        ASN1EncodableVector info = new ASN1EncodableVector();
        info.add(wrap);
        info.add(new ASN1Integer(length));
        if (ukm != null) {
            info.add(new DERTaggedObject(true, 0, new DEROctetString(ukm)));
        }
        byte[] other = new DERSequence(info).getEncoded("DER");
        byte[] kek = new byte[length];
        DerivationFunction function;
        switch (kdf.getAlgorithm().getId()) {
            case "1.2.840.113549.1.9.16.3.28":
                HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
                hkdf.init(new HKDFParameters(secret, null, other));
                hkdf.generateBytes(kek, 0, length);
                return kek;
            case "1.3.133.16.840.9.44.1.2":
                function = new ConcatenationKDFGenerator(hash(kdf));
                break;
            case "1.3.133.16.840.9.44.1.1":
                function = new KDF2BytesGenerator(hash(kdf));
                break;
            default:
                throw new IllegalArgumentException("another KDF: " + kdf.getAlgorithm());
        }
        function.init(new KDFParameters(secret, other));
        function.generateBytes(kek, 0, length);
        return kek;
    }

    private static Digest hash(AlgorithmIdentifier kdf) {
        return Opening.digest(AlgorithmIdentifier.getInstance(kdf.getParameters()).getAlgorithm().getId());
    }

    /** RFC 9690, A.2: the shared secret of a ciphertext. */
    static byte[] rsaDecapsulate(PrivateKeyInfo own, byte[] ciphertext, int length) throws Exception {
        RSAKeyParameters key = (RSAKeyParameters) PrivateKeyFactory.createKey(own);
        BigInteger z = new BigInteger(1, ciphertext).modPow(key.getExponent(), key.getModulus());
        return rsaSecret(z, key.getModulus(), length);
    }

    /** RFC 9690, A.1, 3, and 2.3: z as long as the modulus, then KDF3 with SHA-256 without other information. */
    static byte[] rsaSecret(BigInteger z, BigInteger modulus, int length) {
        byte[] octets = org.bouncycastle.util.BigIntegers.asUnsignedByteArray((modulus.bitLength() + 7) / 8, z);
        ConcatenationKDFGenerator kdf3 = new ConcatenationKDFGenerator(new SHA256Digest());
        kdf3.init(new KDFParameters(octets, new byte[0]));
        byte[] secret = new byte[length];
        kdf3.generateBytes(secret, 0, length);
        return secret;
    }

    static int kekLength(AlgorithmIdentifier wrap) {
        switch (wrap.getAlgorithm().getId()) {
            case "2.16.840.1.101.3.4.1.5":
            case "2.16.840.1.101.3.4.1.8":
            case "1.2.392.200011.61.1.1.3.2":
                return 16;
            case "2.16.840.1.101.3.4.1.25":
            case "2.16.840.1.101.3.4.1.28":
            case "1.2.392.200011.61.1.1.3.3":
                return 24;
            default:
                return 32;
        }
    }

    static Wrapper wrapper(AlgorithmIdentifier wrap) {
        String id = wrap.getAlgorithm().getId();
        if (id.startsWith("1.2.392.")) {
            return new CamelliaWrapEngine();
        }
        return id.matches(".*\\.[124]8|.*\\.1\\.8") ? new AESWrapPadEngine() : new AESWrapEngine();
    }

    static byte[] unwrap(AlgorithmIdentifier wrap, byte[] kek, byte[] wrapped) throws Exception {
        Wrapper wrapper = wrapper(wrap);
        wrapper.init(false, new KeyParameter(kek));
        return wrapper.unwrap(wrapped, 0, wrapped.length);
    }

    static byte[] wrap(AlgorithmIdentifier wrap, byte[] kek, byte[] key) throws Exception {
        Wrapper wrapper = wrapper(wrap);
        wrapper.init(true, new KeyParameter(kek));
        return wrapper.wrap(key, 0, key.length);
    }
}
