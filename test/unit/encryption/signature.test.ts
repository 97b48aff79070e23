import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ed25519Signer, Ed25519Verifier } from '../../../src/encryption/signature.ts';
import { parseSigningKey, parseVerifyKeys, type SigningKey } from '../../../src/encryption/signing-keys.ts';

function signingKey(text: string): SigningKey {
  const parsed = parseSigningKey(text);
  if ('problems' in parsed) throw parsed.problems[0];
  return parsed.key;
}

const first = signingKey(randomBytes(32).toString('base64'));
const second = signingKey(randomBytes(32).toString('base64'));

describe('a signature', () => {
  it('is valid for its message under its key, and for nothing else', () => {
    const verifier = new Ed25519Verifier([first]);
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (bytes, others) => {
        const [message, other] = [Buffer.from(bytes), Buffer.from(others)];
        const signature = new Ed25519Signer(first).sign(message);
        expect(verifier.verify(message, signature)).toBe('valid');
        expect(verifier.verify(other, signature)).toBe(message.equals(other) ? 'valid' : 'invalid');
      }),
      { numRuns: 50 },
    );
  });

  it('names its key, and is of an unknown key for those who lack it', () => {
    const message = Buffer.from('manifest');
    const signature = new Ed25519Signer(first).sign(message);
    expect(signature).toMatchObject({ algorithm: 'ed25519', key: first.id });
    expect(new Ed25519Verifier([second]).verify(message, signature)).toBe('unknown-key');
    expect(new Ed25519Verifier([]).verify(message, signature)).toBe('unknown-key');
    expect(new Ed25519Verifier([second, first]).verify(message, signature)).toBe('valid');
  });

  it('under the name of another trusted key is invalid', () => {
    const message = Buffer.from('manifest');
    const signature = new Ed25519Signer(first).sign(message);
    const verifier = new Ed25519Verifier([first, second]);
    expect(verifier.verify(message, { ...signature, key: second.id })).toBe('invalid');
  });

  it('has one spelling', () => {
    const message = Buffer.from('manifest');
    const signature = new Ed25519Signer(first).sign(message);
    const verifier = new Ed25519Verifier([first]);
    const { value } = signature;
    for (const other of [
      '',
      `${value} `,
      `${value.slice(0, 9)}\n${value.slice(9)}`,
      value.replace(/=+$/, ''),
      `${value}AAAA`,
    ]) {
      expect(verifier.verify(message, { ...signature, value: other }), JSON.stringify(other)).toBe('invalid');
    }
  });

  it('cannot be forged where a verify key is the placeholder of all zeros', () => {
    const parsed = parseVerifyKeys(`ed25519:${Buffer.alloc(32).toString('base64')}`);
    const keys = 'keys' in parsed ? parsed.keys : [];
    // R = S·B with S = 0: valid for every fourth message under a point of order four, if the library let it.
    const value = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]).toString('base64');
    for (let attempt = 0; attempt < 32; attempt++) {
      const signature = { algorithm: 'ed25519', key: keys[0]?.id ?? '', value } as const;
      expect(new Ed25519Verifier(keys).verify(Buffer.from(`${attempt}`), signature)).toBe('invalid');
    }
  });
});

describe('keys from openssl', () => {
  let folder: string;
  let privatePem: string;
  let publicPem: string;
  const file = (name: string) => join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'signature-test-'));
    execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', file('key.pem')]);
    privatePem = execFileSync('openssl', ['pkey', '-in', file('key.pem')]).toString();
    publicPem = execFileSync('openssl', ['pkey', '-in', file('key.pem'), '-pubout']).toString();
    writeFileSync(file('public.pem'), publicPem);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('sign what openssl verifies', () => {
    const message = randomBytes(1000);
    writeFileSync(file('message'), message);
    const { value } = new Ed25519Signer(signingKey(privatePem)).sign(message);
    writeFileSync(file('signature'), Buffer.from(value, 'base64'));
    const args = [
      'pkeyutl',
      '-verify',
      '-pubin',
      '-inkey',
      file('public.pem'),
      '-rawin',
      '-in',
      file('message'),
    ];
    const said = execFileSync('openssl', [...args, '-sigfile', file('signature')]).toString();
    expect(said).toContain('Signature Verified Successfully');
  });

  it('verify what openssl signs', () => {
    const message = randomBytes(1000);
    writeFileSync(file('message'), message);
    const args = ['pkeyutl', '-sign', '-inkey', file('key.pem'), '-rawin', '-in', file('message')];
    const value = execFileSync('openssl', args).toString('base64');
    const parsed = parseVerifyKeys(publicPem);
    const keys = 'keys' in parsed ? parsed.keys : [];
    const signature = { algorithm: 'ed25519', key: signingKey(privatePem).id, value } as const;
    expect(new Ed25519Verifier(keys).verify(message, signature)).toBe('valid');
  });

  it('have an id that openssl and sha256sum can compute', () => {
    const der = execFileSync('openssl', ['pkey', '-in', file('key.pem'), '-pubout', '-outform', 'DER']);
    writeFileSync(file('raw'), der.subarray(-32));
    const id = execFileSync('sha256sum', [file('raw')])
      .toString()
      .slice(0, 16);
    expect(signingKey(privatePem).id).toBe(id);
  });
});

describe('parseSigningKey', () => {
  const ed25519 = generateKeyPairSync('ed25519');
  const pem = ed25519.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const publicPem = ed25519.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const seed = ed25519.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32).toString('base64');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

  it('takes PEM and the bare seed for the same key', () => {
    expect(signingKey(seed).id).toBe(signingKey(pem).id);
    expect(signingKey(`\ufeff\n${pem.replaceAll('\n', '\r\n')}\n`).id).toBe(signingKey(pem).id);
  });

  it('gives a public half that verifies where no verify-keys are set', () => {
    const key = signingKey(pem);
    const signature = new Ed25519Signer(key).sign(Buffer.from('m'));
    expect(new Ed25519Verifier([key]).verify(Buffer.from('m'), signature)).toBe('valid');
  });

  it.each([
    ['nothing', '', 'PGB610'],
    ['a word', 'hunter2hunter2', 'PGB610'],
    ['base64 of another length', randomBytes(31).toString('base64'), 'PGB610'],
    ['a PEM whose line breaks were lost and half of it', pem.slice(0, 60), 'PGB610'],
    ['a damaged PEM', pem.replace('MC4', 'MC5'), 'PGB610'],
    [
      'an OpenSSH key',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----',
      'PGB610',
    ],
    ['a public key', publicPem, 'PGB611'],
    ['a public key on a line', `ed25519:${randomBytes(32).toString('base64')}`, 'PGB611'],
    ['an SSH public key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@host', 'PGB611'],
    [
      'an encrypted key',
      ed25519.privateKey
        .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
      'PGB612',
    ],
    ['an RSA key', rsa.export({ format: 'pem', type: 'pkcs8' }).toString(), 'PGB613'],
    ['two keys', pem + pem, 'PGB614'],
  ])('refuses %s, and repeats nothing of it', (_, text, code) => {
    const parsed = parseSigningKey(text);
    const problem = 'problems' in parsed ? parsed.problems[0] : undefined;
    expect(problem?.code).toBe(code);
    const line = text.split('\n').find(part => part.length > 20 && !part.startsWith('-')) ?? 'hunter2';
    expect(JSON.stringify(problem) + String(problem?.cause ?? '')).not.toContain(line.slice(0, 20));
  });
});

describe('parseVerifyKeys', () => {
  const pems = [0, 1].map(() => generateKeyPairSync('ed25519'));
  const publicPems = pems.map(pair => pair.publicKey.export({ format: 'pem', type: 'spki' }).toString());
  const privatePem = pems[0]?.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() ?? '';
  const seed = randomBytes(32).toString('base64');
  const raw = first.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const codes = (text: string) => {
    const parsed = parseVerifyKeys(text);
    return 'problems' in parsed ? parsed.problems.map(problem => problem.code) : [];
  };

  it('takes PEM blocks and lines in any order, with comments', () => {
    const text = `# old\n${publicPems[0]}\n\ned25519:${raw}\r\n# new\n${publicPems[1]}`;
    const parsed = parseVerifyKeys(text);
    const ids = 'keys' in parsed ? parsed.keys.map(key => key.id) : [];
    expect(ids).toHaveLength(3);
    expect(ids[1]).toBe(first.id);
  });

  it('refuses private keys, in either form, and repeats nothing of them', () => {
    expect(codes(`ed25519:${raw}\n${privatePem}`)).toEqual(['PGB622']);
    expect(codes(seed)).toEqual(['PGB621']);
    const parsed = parseVerifyKeys(`${privatePem}${seed}`);
    expect(JSON.stringify(parsed)).not.toContain(seed.slice(0, 12));
    expect(JSON.stringify(parsed)).not.toContain(privatePem.split('\n')[1]?.slice(0, 24));
  });

  it('refuses other kinds of keys, by their position', () => {
    const text = `${publicPems[0]}${rsa.export({ format: 'pem', type: 'spki' })}`;
    const parsed = parseVerifyKeys(text);
    const [problem] = 'problems' in parsed ? parsed.problems : [];
    expect(problem?.summary).toBe('`verify-keys`: entry 2 is a public key of the kind rsa, not Ed25519.');
  });

  it.each([
    ['nothing', ' \n# none', ['PGB620']],
    ['an unfinished block', '-----BEGIN PUBLIC KEY-----', ['PGB621']],
    ['short base64', 'ed25519:AAAA', ['PGB621']],
    ['two faults', 'x\ny', ['PGB621', 'PGB621']],
  ])('refuses %s', (_, text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it('refuses any text rather than throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => 'problems' in parseVerifyKeys(text)));
  });
});
