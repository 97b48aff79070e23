// What every line passes before anyone sees it: secrets out, workflow commands and terminal escapes made harmless.
import { harmless } from '../problems/harmless.ts';
import { makeRedactor, type Redact } from '../problems/redact.ts';

export class Lines {
  /** Until the inputs are read, as little as possible is told. */
  detail: 'full' | 'minimal' = 'minimal';
  #hidden: readonly string[] = [];
  #redact: Redact = text => text;

  /** Fit for the log. */
  clean(text: string): string {
    return harmless(text, this.#redact);
  }

  /** Without secrets, otherwise as it is: for files and messages that nobody takes for commands. */
  redact(text: string): string {
    return this.#redact(text);
  }

  /** From now on these values are blacked out. */
  hide(secrets: readonly string[]): void {
    this.#hidden = [...new Set([...this.#hidden, ...secrets])];
    this.#redact = makeRedactor(this.#hidden);
  }
}
