// Opens what was encrypted without any code of this project: stock `age` where it is installed, else the JavaScript
// library of age's own authors.
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Decrypter } from 'age-encryption';
import { run } from '../../test/parts/run.ts';
import type { DemoKeys } from './keys.ts';

export interface Opener {
  /** For people. */
  readonly name: string;
  open(encrypted: string, target: string): Promise<void>;
}

export async function findOpener(keys: DemoKeys): Promise<Opener> {
  const version = await run('age', ['--version']).catch(() => undefined);
  if (version === undefined) return { name: 'age-encryption (npm)', open: byLibrary(keys) };
  return {
    name: `age ${version.trim()}`,
    open: async (encrypted, target) => {
      await run('age', ['--decrypt', '--identity', keys.ageIdentityFile, '--output', target, encrypted]);
    },
  };
}

function byLibrary(keys: DemoKeys): Opener['open'] {
  return async (encrypted, target) => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(keys.ageIdentity);
    const sealed = Readable.toWeb(createReadStream(encrypted)) as ReadableStream<Uint8Array>;
    await pipeline(Readable.fromWeb(await decrypter.decrypt(sealed)), createWriteStream(target));
  };
}
