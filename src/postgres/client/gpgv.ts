// Opens a signed text with gpgv: what comes back is what the one pinned key signed, and nothing that stood around it.
import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchToolMissing, repositoryUntrusted } from '../../problems/client.ts';
import { unconnectedEnvironment } from '../child-environment.ts';
import { lastLines } from '../tool.ts';
import type { SigningKey } from './pgdg-key.ts';
import { runProgram } from './run-program.ts';

/** GnuPG's own, and Sequoia's that takes the same words: apt depends on one of them, or brings sqv instead. */
const PROGRAMS = ['/usr/bin/gpgv', '/usr/bin/gpgv-sq'];

/** `folder` is this run's own and fresh; `what` names the text in problems. */
export async function openSigned(
  signed: Buffer,
  what: string,
  key: SigningKey,
  folder: string,
  own: NodeJS.ProcessEnv,
): Promise<string> {
  const program = await findProgram();
  const [input, output, keyring] = ['signed', 'text', 'key.gpg'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(input, signed);
  await writeFile(keyring, key.keyring);
  const { status, stdout, stderr } = await runProgram(
    program,
    ['--keyring', keyring, '--weak-digest', 'SHA1', '--status-fd', '1', '--output', output, input],
    { ...unconnectedEnvironment(own), GNUPGHOME: folder },
  );
  const said = (word: string) => [...stdout.matchAll(new RegExp(`^\\[GNUPG:\\] ${word} ?(.*)$`, 'gm'))];
  // The last word of VALIDSIG is the primary key, whichever subkey signed.
  const signers = said('VALIDSIG').map(([, words = '']) => words.trim().split(' ').at(-1));
  const good = status === 0 && said('GOODSIG').length > 0 && signers.includes(key.fingerprint);
  if (!good)
    throw repositoryUntrusted(what, `it is not signed by ${key.fingerprint} (${lastLines(stderr, 2)})`);
  // Two texts in one file: one may be somebody else's.
  if (said('PLAINTEXT ').length > 1) throw repositoryUntrusted(what, 'it holds more than one text');
  return readFile(output, 'utf8');
}

async function findProgram(): Promise<string> {
  for (const program of PROGRAMS) {
    const there = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return program;
  }
  throw fetchToolMissing('gpgv', 'gpgv');
}
