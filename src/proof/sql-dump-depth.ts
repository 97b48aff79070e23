// Whether a semicolon ends a statement for psql: not within parentheses (the actions of a rule), nor between BEGIN ATOMIC
// and END of a function whose body is SQL. psql counts words for that, and so must whoever wants to agree with it.

/** psql remembers these, in the order in which they come, as their first letters. */
const COUNTED = new Set(['create', 'function', 'procedure', 'or', 'replace']);

export class SqlDepth {
  #parentheses = 0;
  #begins = 0;
  #words = 0;
  #letters = '';
  #atomic = false;

  open(): void {
    this.#parentheses += 1;
  }

  close(): void {
    if (this.#parentheses > 0) this.#parentheses -= 1;
  }

  /** A word in lower case, outside of quotes. False: psql would take what follows for a body, and a server perhaps not. */
  word(word: string): boolean {
    if (this.#atomic) {
      this.#atomic = false;
      if (word !== 'atomic') return false;
    }
    if (COUNTED.has(word) && this.#words < 4) this.#letters += word.charAt(0);
    else if (this.#words < 4) this.#letters += ' ';
    this.#words += 1;
    if (!/^c(?:f|p|or[fp])/.test(this.#letters) || this.#parentheses > 0) return true;
    if (word === 'begin') {
      this.#atomic = this.#begins === 0;
      this.#begins += 1;
    } else if (word === 'case' && this.#begins > 0) this.#begins += 1;
    else if (word === 'end' && this.#begins > 0) this.#begins -= 1;
    return true;
  }

  /** At a semicolon; where it does, the next statement begins. */
  endsStatement(): boolean {
    if (this.#parentheses > 0 || this.#begins > 0) return false;
    this.#words = 0;
    this.#letters = '';
    this.#atomic = false;
    return true;
  }
}
