// Opens a signed text with gpgv: what comes back is what the one pinned key signed, and nothing that stood around it.
import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchToolMissing, repositoryUntrusted } from '../../problems/client.ts';
import { unconnectedEnvironment } from '../child-environment.ts';
import { lastLines } from '../tool.ts';
import type { SigningKey } from './pgdg-key.ts';
import { runProgram } from './run-program.ts';

const GPGV = '/usr/bin/gpgv';

/**
 * `folder` is this run's own and fresh; `what` names the text in problems. gpgv itself refuses a file with a second text
 * in it, and writes nothing that stands before or after the signed one.
 */
export async function openSigned(
  signed: Buffer,
  what: string,
  key: SigningKey,
  folder: string,
  own: NodeJS.ProcessEnv,
): Promise<string> {
  await access(GPGV, constants.X_OK).catch(() => {
    throw fetchToolMissing('gpgv', 'gpgv');
  });
  const file = (name: string) => join(folder, name);
  await writeFile(file('signed'), signed);
  await writeFile(file('key.gpg'), key.keyring);
  const { status, stdout, stderr } = await runProgram(
    GPGV,
    [
      '--keyring',
      file('key.gpg'),
      '--weak-digest',
      'SHA1',
      '--status-fd',
      '1',
      '--output',
      file('text'),
      file('signed'),
    ],
    { ...unconnectedEnvironment(own), GNUPGHOME: folder },
  );
  const said = (word: string) => [...stdout.matchAll(new RegExp(`^\\[GNUPG:\\] ${word} ?(.*)$`, 'gm'))];
  // The last word of VALIDSIG is the primary key, whichever subkey signed.
  const signers = said('VALIDSIG').map(([, words = '']) => words.trim().split(' ').at(-1));
  const good = status === 0 && said('GOODSIG').length > 0 && signers.includes(key.fingerprint);
  if (!good)
    throw repositoryUntrusted(what, `it is not signed by ${key.fingerprint} (${lastLines(stderr, 2)})`);
  return readFile(file('text'), 'utf8');
}
