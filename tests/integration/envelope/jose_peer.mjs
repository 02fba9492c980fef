// Another JOSE implementation at the other end: opens what we sealed, and seals as we do.
import {
  CompactEncrypt, FlattenedSign, compactDecrypt, flattenedVerify, importPKCS8, importX509,
} from "jose";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const job = JSON.parse(Buffer.concat(chunks).toString());
const answer = {};

if (job.do === "open") {
  const alg = JSON.parse(Buffer.from(job.value.split(".")[0], "base64url")).alg;
  const { plaintext } = await compactDecrypt(job.value, await importPKCS8(job.key, alg));
  const [protectedHeader, , signature] = job.jws.split(".");
  const payload = Buffer.from(plaintext).toString("base64url");
  const signer = await importX509(job.signer, job.algorithm);
  await flattenedVerify({ protected: protectedHeader, payload, signature }, signer, {
    algorithms: [job.algorithm],
  });
  answer.alg = alg;
  answer.payload = payload;
}

if (job.do === "verify-file") {
  const pem = `-----BEGIN CERTIFICATE-----\n${job.file.header.x5c[0]}\n-----END CERTIFICATE-----`;
  const { payload, protectedHeader } = await flattenedVerify(
    job.file, await importX509(pem, job.algorithm), { algorithms: [job.algorithm] },
  );
  answer.payload = Buffer.from(payload).toString("base64url");
  answer.topic = protectedHeader.topic;
}

if (job.do === "seal") {
  const signed = Buffer.from(job.payload, "base64url");
  const signer = await importPKCS8(job.key, job.claims.alg);
  const jws = await new FlattenedSign(signed).setProtectedHeader(job.claims).sign(signer);
  answer.jws = `${jws.protected}..${jws.signature}`;
  answer.value = await new CompactEncrypt(signed)
    .setProtectedHeader(job.header)
    .encrypt(await importX509(job.recipient, job.header.alg));
}

process.stdout.write(JSON.stringify(answer));
