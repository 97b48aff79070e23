// The first bytes of an archive in the custom format, and of `toc.dat` in the two others: which pg_dump wrote it, of which
// server and database, and when. Read before any pg_restore is chosen, which must be as new as that pg_dump.

export interface ArchiveHeader {
  /** As the archive's format counts: `1.16`. */
  readonly formatVersion: string;
  readonly database: string;
  /** e.g. `16.15 (Debian 16.15-1.pgdg12+1)`; '' in archives that don't say. */
  readonly serverVersion: string;
  readonly dumpVersion: string;
  /** By the clock and in the zone of the machine that dumped it: `2026-11-21 03:17`. */
  readonly dumpedAt: string;
}

const MAGIC = 'PGDMP';
/** Names and versions are short; an archive whose header claims more is damaged. */
const LONGEST_TEXT = 4096;

/** undefined: damaged, cut off, or of a format older than PostgreSQL 8.0's. */
export function parseArchiveHeader(head: Buffer): ArchiveHeader | undefined {
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  try {
    return read(new Cursor(head));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function read(cursor: Cursor): ArchiveHeader {
  const [major, minor] = [cursor.byte(), cursor.byte()];
  cursor.skip(1);
  const version = major * 100 + minor;
  if (version < 110 || version > 199) throw new RangeError('of another age');
  cursor.integerBytes = cursor.byte();
  cursor.skip(2);
  // The compression's name since 1.15, its level before.
  if (version >= 115) cursor.skip(1);
  else cursor.integer();
  const [, minute, hour, day, month, year] = Array.from({ length: 7 }, () => cursor.integer());
  const two = (value = 0) => String(value).padStart(2, '0');
  return {
    formatVersion: `${major}.${minor}`,
    dumpedAt: `${1900 + (year ?? 0)}-${two((month ?? 0) + 1)}-${two(day)} ${two(hour)}:${two(minute)}`,
    database: cursor.text(),
    serverVersion: cursor.text(),
    dumpVersion: cursor.text(),
  };
}

class Cursor {
  integerBytes = 4;
  readonly #bytes: Buffer;
  #at = MAGIC.length;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    const byte = this.#bytes.readUInt8(this.#at);
    this.#at += 1;
    return byte;
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }

  /** A sign, and then as many bytes as the header says, the lowest first. */
  integer(): number {
    const negative = this.byte() !== 0;
    const value = this.#bytes.readUIntLE(this.#at, Math.min(this.integerBytes, 6));
    this.#at += this.integerBytes;
    return negative ? -value : value;
  }

  text(): string {
    const length = this.integer();
    if (length < 0) return '';
    if (length > LONGEST_TEXT || this.#at + length > this.#bytes.length) throw new RangeError('cut off');
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }
}
