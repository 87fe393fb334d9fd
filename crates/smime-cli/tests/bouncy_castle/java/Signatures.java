import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.*;

/** SignedData with Bouncy Castle's own classes. */
class Signatures {
    /**
     * Fields: key, algorithm (as Java names it), in, out; direct=yes signs without signed attributes, ski=yes names the
     * signer by key identifier, detached, ber and bare (without certificates) say what they say; key2 and algorithm2
     * are of a second signer, counter and counter-algorithm of one who signs the first signature.
     */
    static void sign(BouncyCastle.Job job) throws Exception {
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        add(generator, job, job.get("key"), job.get("algorithm"));
        if (job.has("key2")) {
            add(generator, job, job.get("key2"), job.get("algorithm2"));
        }
        CMSSignedData signed = generator.generate(new CMSProcessableByteArray(job.read("in")), !job.has("detached"));
        if (job.has("counter")) {
            CMSSignedDataGenerator again = new CMSSignedDataGenerator();
            add(again, job, job.get("counter"), job.get("counter-algorithm"));
            SignerInformation first = signed.getSignerInfos().iterator().next();
            SignerInformation with = SignerInformation.addCounterSigners(first, again.generateCounterSigners(first));
            signed = CMSSignedData.replaceSigners(signed, new SignerInformationStore(with));
        }
        job.write(job.has("ber") ? signed.getEncoded() : signed.toASN1Structure().getEncoded("DER"));
    }

    private static void add(CMSSignedDataGenerator generator, BouncyCastle.Job job, String key, String algorithm)
            throws Exception {
        Identity identity = Identity.signer(key);
        ContentSigner signer = new JcaContentSignerBuilder(algorithm).setProvider(BouncyCastle.BC)
                .build(identity.key);
        JcaSignerInfoGeneratorBuilder infos = new JcaSignerInfoGeneratorBuilder(
                new JcaDigestCalculatorProviderBuilder().setProvider(BouncyCastle.BC).build());
        infos.setDirectSignature(job.has("direct"));
        if (job.has("ski")) {
            byte[] id = org.bouncycastle.asn1.x509.SubjectKeyIdentifier
                    .fromExtensions(identity.certificate.getExtensions()).getKeyIdentifier();
            generator.addSignerInfoGenerator(infos.build(signer, id));
        } else {
            generator.addSignerInfoGenerator(infos.build(signer, identity.certificate));
        }
        if (!job.has("bare")) {
            generator.addCertificate(identity.certificate);
        }
    }

    /**
     * Fields: in, out; content of a detached signature, certificate where the message has none. A certificate is taken
     * from the message; nobody asks who issued it.
     */
    static void verify(BouncyCastle.Job job) throws Exception {
        CMSProcessableByteArray content = job.has("content") ? new CMSProcessableByteArray(job.read("content")) : null;
        CMSSignedData signed = content == null ? new CMSSignedData(job.read("in"))
                : new CMSSignedData(content, job.read("in"));
        int count = 0;
        for (SignerInformation signer : signed.getSignerInfos()) {
            check(signed, signer, job);
            for (SignerInformation counter : signer.getCounterSignatures()) {
                check(signed, counter, job);
            }
            count++;
        }
        if (count == 0) {
            throw new CMSException("there is no signer");
        }
        job.write((byte[]) signed.getSignedContent().getContent());
    }

    @SuppressWarnings("unchecked")
    private static void check(CMSSignedData signed, SignerInformation signer, BouncyCastle.Job job) throws Exception {
        X509CertificateHolder certificate = job.has("certificate")
                ? Identity.certificate(job.get("certificate"))
                : (X509CertificateHolder) signed.getCertificates().getMatches(signer.getSID()).iterator().next();
        if (!signer.verify(
                new JcaSimpleSignerInfoVerifierBuilder().setProvider(BouncyCastle.BC).build(certificate))) {
            throw new CMSException("the signature is bad");
        }
    }

    /** Fields: one, two (PEM), out. */
    static void certificates(BouncyCastle.Job job) throws Exception {
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addCertificate(Identity.certificate(job.get("one")));
        generator.addCertificate(Identity.certificate(job.get("two")));
        CMSSignedData made = generator.generate(new CMSAbsentContent());
        job.write(made.toASN1Structure().getEncoded("DER"));
    }

    /** Writes the subjects of the certificates. */
    static void readCertificates(BouncyCastle.Job job) throws Exception {
        StringBuilder text = new StringBuilder();
        for (Object holder : new CMSSignedData(job.read("in")).getCertificates().getMatches(null)) {
            text.append(((X509CertificateHolder) holder).getSubject()).append('\n');
        }
        job.write(text.toString().getBytes("UTF-8"));
    }
}
