// A text between dollars: `$$ … $$` or `$tag$ … $tag$`, as functions have their bodies.
import { DOLLAR, isWordByte } from './sql-bytes.ts';

/** pg_dump's own tags have a few bytes. */
const LONGEST_TAG = 256;

export class SqlBody {
  #tag = '';
  /** How much of the tag the end has matched so far. */
  #matched = 0;

  /** Behind the first dollar. */
  begin(): void {
    this.#tag = '$';
    this.#matched = 0;
  }

  /** No byte of the tag has come yet. */
  get isBare(): boolean {
    return this.#tag === '$';
  }

  /** Whether the tag is whole with this byte; undefined where it is none. */
  takeTag(byte: number): boolean | undefined {
    if (byte !== DOLLAR && !(isWordByte(byte) && this.#tag.length < LONGEST_TAG)) return undefined;
    this.#tag += String.fromCharCode(byte);
    return byte === DOLLAR;
  }

  /** Reads on within the body: where it stopped, and whether it has ended there. */
  read(chunk: Buffer, at: number): { readonly to: number; readonly ended: boolean } {
    const from = this.#matched === 0 ? chunk.indexOf(DOLLAR, at) : at;
    if (from === -1) return { to: chunk.length, ended: false };
    const byte = chunk[from] ?? 0;
    const wanted = this.#tag.charCodeAt(this.#matched);
    this.#matched = byte === wanted ? this.#matched + 1 : byte === DOLLAR ? 1 : 0;
    return { to: from + 1, ended: this.#matched === this.#tag.length };
  }
}
