// npm pkijs on the WebCrypto of node.
import fs from 'node:fs';
import { webcrypto } from 'node:crypto';
import * as asn1 from 'asn1js';
import * as pki from 'pkijs';
import { Cannot, serve, version } from './protocol.mjs';

pki.setEngine('node', new pki.CryptoEngine({ name: 'node', crypto: webcrypto }));

const octets = (file) => new Uint8Array(fs.readFileSync(file)).buffer;
const pem = (file) => {
  const text = fs.readFileSync(file, 'utf8').replace(/-----[^-]+-----/g, '');
  return new Uint8Array(Buffer.from(text, 'base64')).buffer;
};
const wrapped = (contentType, content) =>
  Buffer.from(new pki.ContentInfo({ contentType, content }).toSchema().toBER(false));
const curves = { bob: 'P-256', carol: 'P-384', dave: 'P-521' };

async function sign(job) {
  const curve = curves[job.who];
  if (job.form !== 'opaque' && job.form !== 'detached') throw new Cannot('no MIME');
  if (job.ski || job.stream || job.direct || job.bare) throw new Cannot('the driver does not ask for it');
  if (!/^SHA-(256|384|512)$/.test(job.digest) || (!curve && job.who !== 'alice')) {
    throw new Cannot('WebCrypto has no such algorithm');
  }
  const name = curve ? 'ECDSA' : job.pss ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5';
  const how = curve ? { name, namedCurve: curve } : { name, hash: job.digest };
  const key = await webcrypto.subtle.importKey('pkcs8', pem(job.key), how, true, ['sign']);
  const data = octets(job.in);
  const certificate = pki.Certificate.fromBER(pem(job.cert));
  const attribute = (type, value) => new pki.Attribute({ type, values: [value] });
  const digest = await webcrypto.subtle.digest(job.digest, data);
  const encap = new pki.EncapsulatedContentInfo({ eContentType: '1.2.840.113549.1.7.1' });
  if (job.form === 'opaque') encap.eContent = new asn1.OctetString({ valueHex: data });
  const signed = new pki.SignedData({
    version: 1,
    encapContentInfo: encap,
    certificates: [certificate],
    signerInfos: [
      new pki.SignerInfo({
        version: 1,
        sid: new pki.IssuerAndSerialNumber({
          issuer: certificate.issuer,
          serialNumber: certificate.serialNumber,
        }),
        signedAttrs: new pki.SignedAndUnsignedAttributes({
          type: 0,
          attributes: [
            attribute('1.2.840.113549.1.9.3', new asn1.ObjectIdentifier({ value: '1.2.840.113549.1.7.1' })),
            attribute('1.2.840.113549.1.9.4', new asn1.OctetString({ valueHex: digest })),
          ],
        }),
      }),
    ],
  });
  await signed.sign(key, 0, job.digest, data);
  return wrapped('1.2.840.113549.1.7.2', signed.toSchema(true));
}

async function verify(job) {
  const signed = new pki.SignedData({ schema: pki.ContentInfo.fromBER(octets(job.in)).content });
  if (signed.signerInfos.length === 0) throw new Error('there is no signer');
  const data = job.content ? octets(job.content) : undefined;
  for (let signer = 0; signer < signed.signerInfos.length; signer++) {
    const trustedCerts = [pki.Certificate.fromBER(pem(job.root))];
    if (!(await signed.verify({ signer, data, trustedCerts, checkChain: true }))) throw new Error('bad signature');
  }
  return Buffer.from(data ?? signed.encapContentInfo.eContent.getValue());
}

async function encrypt(job) {
  const match = /^aes-(128|192|256)-cbc$/.exec(job.cipher);
  if (!match || (job.who === 'alice' && job.rsa === 'v15')) throw new Cannot('WebCrypto has no such algorithm');
  if (job.ski || job.stream || job.mail) throw new Cannot('the driver does not ask for it');
  const enveloped = new pki.EnvelopedData();
  const options = job.who === 'alice' ? { oaepHashAlgorithm: job.rsa } : {};
  if (job.who !== 'alice' && !curves[job.who]) throw new Cannot('WebCrypto has no such algorithm');
  enveloped.addRecipientByCertificate(pki.Certificate.fromBER(pem(job.cert)), options);
  await enveloped.encrypt({ name: 'AES-CBC', length: Number(match[1]) }, octets(job.in));
  return wrapped('1.2.840.113549.1.7.3', enveloped.toSchema());
}

async function decrypt(job) {
  const enveloped = new pki.EnvelopedData({ schema: pki.ContentInfo.fromBER(octets(job.in)).content });
  const recipientCertificate = pki.Certificate.fromBER(pem(job.cert));
  return Buffer.from(await enveloped.decrypt(0, { recipientCertificate, recipientPrivateKey: pem(job.key) }));
}

await serve(version('pkijs'), { sign, verify, encrypt, decrypt });
