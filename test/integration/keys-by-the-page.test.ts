// docs/encryption-and-signing.md makes keys that the program takes: its commands are run as they stand.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AgeEncryption } from '../../src/encryption/age.ts';
import { parseRecipients } from '../../src/encryption/recipients.ts';
import { Ed25519Signer, Ed25519Verifier } from '../../src/encryption/signature.ts';
import { parseSigningKey, parseVerifyKeys } from '../../src/encryption/signing-keys.ts';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { readPage } from '../unit/docs/pages.ts';

const { missing } = await need('age');

describe.skipIf(missing)('the keys that the page makes', () => {
  const folder = scratchFolder('keys');
  const commands = readPage('docs/encryption-and-signing.md')
    .blocks.filter(({ language }) => language === 'sh')
    .map(({ text }) => text);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');

  it('are made without an error', () => {
    expect(commands).toHaveLength(2);
    for (const text of commands) execFileSync('bash', ['-ec', text], { cwd: folder, stdio: 'pipe' });
  });

  it.each(['operational.txt', 'offline.txt'])(
    'open what was encrypted to both, by %s alone',
    async identity => {
      const parsed = parseRecipients(read('recipients.txt'));
      if ('problems' in parsed) throw parsed.problems[0];
      expect(parsed.recipients).toHaveLength(2);
      const sealer = await new AgeEncryption(parsed.recipients).sealer();
      const sealed = Buffer.concat([Buffer.from(sealer.update(Buffer.from('a backup'))), sealer.finish()]);
      const opened = execFileSync('age', ['--decrypt', '--identity', join(folder, identity)], {
        input: sealed,
      });
      expect(opened.toString()).toBe('a backup');
    },
  );

  it('sign what the public half verifies', () => {
    const signing = parseSigningKey(read('signing.pem'));
    const verifying = parseVerifyKeys(read('verify.pem'));
    if ('problems' in signing) throw signing.problems[0];
    if ('problems' in verifying) throw verifying.problems[0];
    const message = Buffer.from('a manifest');
    const signature = new Ed25519Signer(signing.key).sign(message);
    expect(new Ed25519Verifier(verifying.keys).verify(message, signature)).toBe('valid');
  });
});
