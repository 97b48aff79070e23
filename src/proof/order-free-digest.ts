// A digest of rows that doesn't depend on their order: their number, and the sum of the SHA-256 of each line modulo
// 2^256. Only the fallback where a restored table gives its rows back in another order; nine times the work of one digest.
import { hash } from 'node:crypto';

const LF = 0x0a;
const LIMBS = 8;
const LIMB = 2 ** 32;
/** Sums of 32-bit limbs stay exact in a double for two million lines. */
const CARRY_EVERY = 1_000_000;

/** Takes COPY text chunk by chunk; the buffers are the caller's again afterwards. */
export class OrderFreeDigest {
  rows = 0;
  readonly #sum = new Float64Array(LIMBS);
  readonly #lines = new LineSplitter(line => this.#add(line));

  take(bytes: Buffer): void {
    this.#lines.take(bytes);
  }

  /** 64 hex digits. */
  digest(): string {
    this.#carry();
    return Array.from(this.#sum, limb => limb.toString(16).padStart(8, '0')).join('');
  }

  #add(line: Buffer): void {
    const digest = hash('sha256', line, 'buffer');
    for (let limb = 0; limb < LIMBS; limb++)
      this.#sum[limb] = (this.#sum[limb] ?? 0) + digest.readUInt32BE(limb * 4);
    this.rows += 1;
    if (this.rows % CARRY_EVERY === 0) this.#carry();
  }

  #carry(): void {
    let carried = 0;
    for (let limb = LIMBS - 1; limb >= 0; limb--) {
      const sum = (this.#sum[limb] ?? 0) + carried;
      carried = Math.floor(sum / LIMB);
      this.#sum[limb] = sum % LIMB;
    }
  }
}

/** Every line with how often it came: whether one table's rows are all among another's. For small tables. */
export class LineBag {
  readonly #counts = new Map<string, number>();
  readonly #lines = new LineSplitter(line => {
    const key = hash('sha256', line, 'base64');
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  });

  take(bytes: Buffer): void {
    this.#lines.take(bytes);
  }

  contains(other: LineBag): boolean {
    return [...other.#counts].every(([line, count]) => (this.#counts.get(line) ?? 0) >= count);
  }
}

/** COPY text ends every row with a line feed and holds none within a row. */
class LineSplitter {
  readonly #line: (line: Buffer) => void;
  #rest: Buffer[] = [];

  constructor(line: (line: Buffer) => void) {
    this.#line = line;
  }

  take(bytes: Buffer): void {
    let start = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
      const piece = bytes.subarray(start, end);
      this.#line(this.#rest.length === 0 ? piece : Buffer.concat([...this.#rest, piece]));
      this.#rest = [];
      start = end + 1;
    }
    if (start < bytes.length) this.#rest.push(Buffer.from(bytes.subarray(start)));
  }
}
