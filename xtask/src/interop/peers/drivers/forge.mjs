// npm node-forge: RSA alone, and no way to verify.
import fs from 'node:fs';
import forge from 'node-forge';
import { Cannot, serve, version } from './protocol.mjs';

const { asn1, pki, pkcs7, util } = forge;
const text = (file) => fs.readFileSync(file, 'utf8');
const binary = (file) => util.createBuffer(fs.readFileSync(file).toString('binary'));
const der = (message) => Buffer.from(asn1.toDer(message.toAsn1()).getBytes(), 'binary');

function sign(job) {
  if (job.who !== 'alice' || job.pss || !['opaque', 'detached'].includes(job.form)) throw new Cannot('RSA in DER alone');
  if (job.ski || job.stream || job.bare) throw new Cannot('no option for it');
  const digestAlgorithm = pki.oids[job.digest.toLowerCase().replace('-', '')];
  if (!digestAlgorithm) throw new Cannot('no such digest');
  const message = pkcs7.createSignedData();
  message.content = binary(job.in);
  const certificate = pki.certificateFromPem(text(job.cert));
  message.addCertificate(certificate);
  const authenticatedAttributes = job.direct
    ? []
    : [
        { type: pki.oids.contentType, value: pki.oids.data },
        { type: pki.oids.messageDigest },
        { type: pki.oids.signingTime, value: new Date() },
      ];
  const key = pki.privateKeyFromPem(text(job.key));
  message.addSigner({ key, certificate, digestAlgorithm, authenticatedAttributes });
  message.sign({ detached: job.form === 'detached' });
  return der(message);
}

function encrypt(job) {
  const ciphers = {
    'aes-128-cbc': pki.oids['aes128-CBC'],
    'aes-192-cbc': pki.oids['aes192-CBC'],
    'aes-256-cbc': pki.oids['aes256-CBC'],
    'des-ede3-cbc': pki.oids['des-EDE3-CBC'],
  };
  const cipher = ciphers[job.cipher];
  if (job.who !== 'alice' || job.rsa !== 'v15' || !cipher) throw new Cannot('RSA with PKCS #1 v1.5 and CBC alone');
  if (job.ski || job.stream || job.mail) throw new Cannot('no option for it');
  const message = pkcs7.createEnvelopedData();
  message.addRecipient(pki.certificateFromPem(text(job.cert)));
  message.content = binary(job.in);
  message.encrypt(undefined, cipher);
  return der(message);
}

function decrypt(job) {
  if (job.who !== 'alice') throw new Cannot('RSA alone');
  const message = pkcs7.messageFromAsn1(asn1.fromDer(binary(job.in)));
  const recipient = message.findRecipient(pki.certificateFromPem(text(job.cert)));
  if (!recipient) throw new Error('no such recipient');
  message.decrypt(recipient, pki.privateKeyFromPem(text(job.key)));
  return Buffer.from(message.content.getBytes(), 'binary');
}

await serve(version('node-forge'), { sign, encrypt, decrypt });
