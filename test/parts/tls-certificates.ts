// A certificate authority of one test and a server certificate by it: right, expired, or made for another host.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

export type CertificateFlaw = 'none' | 'expired' | 'other-host';

export interface ServerCertificate {
  authority: string;
  certificate: string;
  key: string;
}

/** PEM texts. The certificate is for localhost and 127.0.0.1 unless it is flawed. */
export async function makeServerCertificate(flaw: CertificateFlaw = 'none'): Promise<ServerCertificate> {
  const work = await mkdtemp(join(tmpdir(), 'pg-backup-tls-'));
  const openssl = (...args: string[]) => run('openssl', args, { cwd: work });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = flaw === 'other-host' ? 'DNS:elsewhere.example' : 'DNS:localhost,IP:127.0.0.1';
  try {
    await writeFile(join(work, 'index'), '');
    await writeFile(join(work, 'serial'), '01\n');
    await writeFile(join(work, 'ca.cnf'), signingConfig(work, names));
    const authority = ['-x509', '-days', '30', '-subj', '/CN=Test authority'];
    await openssl('req', ...newKey, ...authority, '-keyout', 'ca.key', '-out', 'ca.pem');
    await openssl('req', ...newKey, '-subj', '/CN=localhost', '-keyout', 'key.pem', '-out', 'request.pem');
    // `openssl ca`, because `openssl x509` can't set a certificate's dates before OpenSSL 3.4.
    const dates =
      flaw === 'expired' ? ['20200101000000Z', '20200201000000Z'] : ['20200101000000Z', '20491231235959Z'];
    const signing = [
      '-startdate',
      dates[0] ?? '',
      '-enddate',
      dates[1] ?? '',
      '-in',
      'request.pem',
      '-out',
      'cert.pem',
    ];
    await openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', ...signing);
    const read = (name: string) => readFile(join(work, name), 'utf8');
    return {
      authority: await read('ca.pem'),
      certificate: await read('cert.pem'),
      key: await read('key.pem'),
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function signingConfig(work: string, names: string): string {
  return `
[ca]
default_ca = test
[test]
database = ${work}/index
serial = ${work}/serial
new_certs_dir = ${work}
certificate = ${work}/ca.pem
private_key = ${work}/ca.key
default_md = sha256
policy = any
x509_extensions = server
[any]
commonName = supplied
[server]
subjectAltName = ${names}
extendedKeyUsage = serverAuth
`;
}
