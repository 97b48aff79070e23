// Over TLS: certificates are checked, and parts go with a signed CRC32 in place of a SHA-256 of every byte.
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import type { StandInOptions } from '../../parts/s3-stand-in/start.ts';
import { BUCKET, never, standInStore, threeParts, uploadThreeParts } from '../../parts/stand-in-store.ts';
import { type CertificateFlaw, makeServerCertificate } from '../../parts/tls-certificates.ts';

/** TLS before a server that speaks plain HTTP; the Host that was signed passes unchanged. */
async function startTlsFront(target: () => string, flaw?: CertificateFlaw) {
  const { authority, certificate, key } = await makeServerCertificate(flaw);
  const front = createServer({ cert: certificate, key }, (request, response) => {
    const { method = 'GET', url: path = '/', headers } = request;
    const onward = httpRequest(target(), { method, path, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response).catch(() => response.destroy());
    });
    pipeline(request, onward).catch(() => response.destroy());
  });
  await new Promise<void>(resolve => front.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    front.closeAllConnections();
    front.close();
  });
  return { authority, endpoint: `https://127.0.0.1:${(front.address() as AddressInfo).port}` };
}

async function storeBehindTls(flaw?: CertificateFlaw, options: StandInOptions = {}) {
  let target = '';
  const { authority, endpoint } = await startTlsFront(() => target, flaw);
  const subject = await standInStore({ ...options, store: { endpoint } });
  target = subject.server.endpoint;
  return { ...subject, authority };
}

function trust(authority: string): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, authority]);
  onTestFinished(() => setDefaultCACertificates(before));
}

test('parts are not hashed for the signature, and yet a changed byte is found', async () => {
  const { server, store, strike, authority } = await storeBehindTls();
  trust(authority);
  const fault = strike('UploadPart', { kind: 'corrupt', where: 'request' });
  expect(await uploadThreeParts(store)).toMatchObject({ shown: 'checksum' });
  expect(fault.hits).toBe(1);
  expect((await server.read(BUCKET, 'p/x.dump')).equals(Buffer.concat(threeParts()))).toBe(true);
  const hashOf = (operation: string) =>
    server.requests.find(request => request.operation === operation)?.headers['x-amz-content-sha256'];
  expect(hashOf('UploadPart')).toBe('UNSIGNED-PAYLOAD');
  expect(hashOf('CompleteMultipartUpload')).toMatch(/^[0-9a-f]{64}$/);
});

test('a store that checks nothing and got a changed byte does not pass for one that has ours', async () => {
  const { store, strike, authority } = await storeBehindTls('none', { noChecksums: true });
  trust(authority);
  expect(await uploadThreeParts(store)).toMatchObject({ shown: 'etag' });
  strike('UploadPart', { kind: 'corrupt', where: 'request' });
  const upload = await store.startUpload('y', { expectedBytes: 1, contentType: 'a/b', signal: never });
  await upload.write(Buffer.from('right'));
  expect(await upload.complete()).toMatchObject({ shown: 'none' });
});

test('a certificate of an unknown authority is refused', async () => {
  const { store } = await storeBehindTls();
  await expect(store.read('a', { maxBytes: 1, signal: never })).rejects.toMatchObject({ code: 'PGB308' });
});

test.each(['expired', 'other-host'] as const)('a certificate that is %s is refused', async flaw => {
  const { store, authority } = await storeBehindTls(flaw);
  trust(authority);
  await expect(store.read('a', { maxBytes: 1, signal: never })).rejects.toMatchObject({ code: 'PGB308' });
});
