import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.*;

/** SignedData with Bouncy Castle's own classes. */
class Signatures {
    /** Fields: key, algorithm (as Java names it), in, out; direct=yes signs without signed attributes. */
    static void sign(BouncyCastle.Job job) throws Exception {
        Identity identity = Identity.signer(job.get("key"));
        ContentSigner signer = new JcaContentSignerBuilder(job.get("algorithm")).setProvider(BouncyCastle.BC)
                .build(identity.key);
        JcaSignerInfoGeneratorBuilder infos = new JcaSignerInfoGeneratorBuilder(
                new JcaDigestCalculatorProviderBuilder().setProvider(BouncyCastle.BC).build());
        infos.setDirectSignature(job.has("direct"));
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(infos.build(signer, identity.certificate));
        generator.addCertificate(identity.certificate);
        CMSSignedData signed = generator.generate(new CMSProcessableByteArray(job.read("in")), true);
        job.write(job.has("ber") ? signed.getEncoded() : signed.toASN1Structure().getEncoded("DER"));
    }

    /** Fields: in, out. The certificate is taken from the message; nobody asks who issued it. */
    static void verify(BouncyCastle.Job job) throws Exception {
        CMSSignedData signed = new CMSSignedData(job.read("in"));
        int count = 0;
        for (SignerInformation signer : signed.getSignerInfos()) {
            @SuppressWarnings("unchecked")
            X509CertificateHolder certificate = (X509CertificateHolder) signed.getCertificates()
                    .getMatches(signer.getSID()).iterator().next();
            if (!signer.verify(
                    new JcaSimpleSignerInfoVerifierBuilder().setProvider(BouncyCastle.BC).build(certificate))) {
                throw new CMSException("the signature is bad");
            }
            count++;
        }
        if (count == 0) {
            throw new CMSException("there is no signer");
        }
        job.write((byte[]) signed.getSignedContent().getContent());
    }
}
