// Looks at the rows of a dump of foreign origin for what ends them for psql, and not for us.
import { sqlRefused } from '../problems/restore-files.ts';
import type { RowSink } from './copy-block.ts';

/**
 * psql ends the rows at `\.` with a carriage return as well, and would run what follows. No row that COPY wrote begins
 * with `\.`: such a one is a trap, or damage.
 */
export class RowGuard implements RowSink {
  readonly #line: number;
  /** The last bytes of what came before. */
  #tail = Buffer.from('\n');

  readonly #next: RowSink | undefined;

  constructor(line: number, next: RowSink | undefined) {
    this.#line = line;
    this.#next = next;
  }

  take(rows: Buffer): void {
    const seam = Buffer.concat([this.#tail, rows.subarray(0, 2)]);
    if (seam.includes('\n\\.') || rows.includes('\n\\.'))
      throw sqlRefused(this.#line, 'a row that begins with `\\.` among those that follow it');
    this.#tail = Buffer.concat([this.#tail, rows.subarray(-2)]).subarray(-2);
    this.#next?.take(rows);
  }
}
