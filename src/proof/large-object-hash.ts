// One large object, taken up piece by piece as pg_restore writes it.
import { createHash } from 'node:crypto';
import type { LargeObjectProof } from './proof.ts';

export class LargeObjectHash {
  readonly oid: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(oid: number) {
    this.oid = oid;
  }

  write(data: Buffer): void {
    this.#hash.update(data);
    this.#bytes += data.length;
  }

  end(): LargeObjectProof {
    return { oid: this.oid, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}
