// A number in SQL, as far as all programs agree on where it ends: digits, a point, an exponent with its digits. What runs
// into a word or breaks off behind its exponent they read in different ways, and pg_dump writes none such.
import { HYPHEN, isDigit, isWordByte } from './sql-bytes.ts';

type State = 'whole' | 'exponent' | 'sign' | 'power';

export class SqlNumber {
  #state: State = 'whole';

  /** Behind its first digit. */
  begin(): void {
    this.#state = 'whole';
  }

  /** Whether the byte belongs to it; undefined where nobody can say. */
  take(byte: number): boolean | undefined {
    if (isDigit(byte)) {
      if (this.#state !== 'whole') this.#state = 'power';
      return true;
    }
    if (this.#state === 'whole' && byte === 0x2e) return true;
    if (this.#state === 'whole' && (byte === 0x65 || byte === 0x45)) return this.#turn('exponent');
    if (this.#state === 'exponent' && (byte === 0x2b || byte === HYPHEN)) return this.#turn('sign');
    const broken = this.#state === 'exponent' || this.#state === 'sign';
    return broken || isWordByte(byte) ? undefined : false;
  }

  #turn(state: State): true {
    this.#state = state;
    return true;
  }
}
