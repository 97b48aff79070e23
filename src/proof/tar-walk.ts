// Walks through a tar archive of pg_dump to its end. pg_restore reads a tar that was cut off without a word, or never
// ends: so the members' sizes and the two empty blocks behind the last one are checked here, before it sees the file.

const BLOCK = 512;
/** Names that only a physical base backup has. */
const PHYSICAL = /^(?:\.\/)?(?:backup_label|PG_VERSION|tablespace_map|base\/1\/PG_VERSION)$/;

export type TarVerdict =
  | { readonly is: 'whole' }
  /** `at`: the byte at which it breaks off. */
  | { readonly is: 'cut'; readonly at: number }
  | { readonly is: 'damaged'; readonly at: number }
  /** A folder of `pg_dump -Fd` that somebody packed; the folder's name in the archive. */
  | { readonly is: 'packed-folder' }
  | { readonly is: 'base-backup' }
  | { readonly is: 'no-dump'; readonly first: string };

export class TarWalk {
  /** The beginning of the member `toc.dat`, whose header tells who wrote the dump. */
  readonly toc = Buffer.alloc(64 * 1024);
  tocBytes = 0;
  #block = Buffer.alloc(BLOCK);
  #filled = 0;
  #skip = 0;
  #taking = false;
  #at = 0;
  #members = 0;
  #emptyBlocks = 0;
  #verdict: TarVerdict | undefined;

  push(chunk: Buffer): void {
    for (let from = 0; from < chunk.length && !this.#verdict; ) {
      const taken = this.#skip > 0 ? this.#pass(chunk, from) : this.#gather(chunk, from);
      from += taken;
      this.#at += taken;
    }
  }

  /** After the last chunk. */
  end(): TarVerdict {
    if (this.#verdict) return this.#verdict;
    const whole = this.#emptyBlocks >= 2 && this.#skip === 0 && this.#filled === 0;
    return whole ? { is: 'whole' } : { is: 'cut', at: this.#at };
  }

  #pass(chunk: Buffer, from: number): number {
    const taken = Math.min(this.#skip, chunk.length - from);
    if (this.#taking && this.tocBytes < this.toc.length)
      this.tocBytes += chunk.copy(this.toc, this.tocBytes, from, from + taken);
    this.#skip -= taken;
    return taken;
  }

  #gather(chunk: Buffer, from: number): number {
    const taken = chunk.copy(this.#block, this.#filled, from, from + BLOCK - this.#filled);
    this.#filled += taken;
    if (this.#filled === BLOCK) {
      this.#filled = 0;
      this.#readHeader();
    }
    return taken;
  }

  #readHeader(): void {
    const block = this.#block;
    if (block.every(byte => byte === 0)) {
      this.#emptyBlocks += 1;
      return;
    }
    const size = sizeOf(block);
    if (this.#emptyBlocks > 0 || size === undefined || !sumFits(block)) {
      this.#verdict = { is: 'damaged', at: this.#at };
      return;
    }
    const name = textOf(block.subarray(0, 100));
    this.#members += 1;
    if (this.#members === 1 && name !== 'toc.dat') this.#verdict = judgeFirst(name);
    this.#taking = name === 'toc.dat';
    this.#skip = Math.ceil(size / BLOCK) * BLOCK;
  }
}

function judgeFirst(name: string): TarVerdict | undefined {
  if (PHYSICAL.test(name)) return { is: 'base-backup' };
  return /\/$|(?:^|\/)toc\.dat$|\.dat(?:\.gz|\.zst|\.lz4)?$/.test(name)
    ? { is: 'packed-folder' }
    : { is: 'no-dump', first: name };
}

function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}

/** Octal digits, or from 8 GiB on a number of base 256 behind a set bit. */
function sizeOf(block: Buffer): number | undefined {
  const field = block.subarray(124, 136);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const size = field.readUIntBE(6, 6);
    return field.subarray(1, 6).every(byte => byte === 0) ? size : undefined;
  }
  const digits = textOf(field).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** The sum of the header's bytes, its own field taken for blanks. */
function sumFits(block: Buffer): boolean {
  let sum = 0;
  for (const [at, byte] of block.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte;
  return Number.parseInt(textOf(block.subarray(148, 156)).trim(), 8) === sum;
}
