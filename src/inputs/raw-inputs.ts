// Inputs as text, before anything is believed of them: one map whatever they came from, every problem collected.
import {
  notABoolean,
  notAChoice,
  notACount,
  notADuration,
  notAPercent,
  unknownInput,
} from '../problems/inputs.ts';
import type { Problem, Warning } from '../problems/problem.ts';
import { parseDuration } from './duration.ts';
import type { InputSpec } from './specs/spec.ts';

/** name → text as given; a missing or blank one takes its default. */
export type RawInputs = ReadonlyMap<string, string>;

/** Reads typed values out of raw text; what is wrong goes to `problems` and yields the default, so that all of it shows at once. */
export class InputReader {
  readonly problems: Problem[] = [];
  /** What is allowed, and yet worth a word. */
  readonly warnings: Warning[] = [];
  readonly #raw: RawInputs;
  readonly #specs: ReadonlyMap<string, InputSpec>;

  constructor(raw: RawInputs, specs: readonly InputSpec[]) {
    this.#raw = raw;
    this.#specs = new Map(specs.map(spec => [spec.name, spec]));
    for (const name of raw.keys()) {
      if (!this.#specs.has(name)) this.problems.push(unknownInput(name, [...this.#specs.keys()]));
    }
  }

  /** Trimmed, without a byte-order mark; secrets keep blanks at their ends, but not the newline an editor left. */
  text(name: string): string {
    const spec = this.#spec(name);
    const given = (this.#raw.get(name) ?? '').replace(/^\uFEFF/, '');
    const text = spec.secret ? given.replace(/(?:\r?\n)+$/, '') : given.trim();
    return text.trim() === '' ? spec.default : text;
  }

  optional(name: string): string | undefined {
    return this.text(name) || undefined;
  }

  boolean(name: string): boolean {
    const text = this.text(name).trim().toLowerCase();
    if (text === 'true' || text === 'false') return text === 'true';
    this.problems.push(notABoolean(name, text));
    return this.#spec(name).default === 'true';
  }

  choice<T extends string>(name: string, choices: readonly T[]): T {
    const text = this.text(name);
    const chosen = choices.find(choice => choice === text);
    if (chosen !== undefined) return chosen;
    this.problems.push(notAChoice(name, text, choices));
    return choices.find(choice => choice === this.#spec(name).default) ?? (choices[0] as T);
  }

  count(name: string): number {
    const text = this.text(name);
    if (/^\d{1,9}$/.test(text)) return Number(text);
    this.problems.push(notACount(name, text));
    return Number(this.#spec(name).default);
  }

  /** Milliseconds. */
  duration(name: string): number {
    const text = this.text(name);
    const milliseconds = parseDuration(text);
    if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
    this.problems.push(notADuration(name, text));
    return parseDuration(this.#spec(name).default) ?? 0;
  }

  /** 50 for `50%`. */
  percent(name: string): number {
    const text = this.text(name);
    const [, digits] = /^(\d{1,4}(?:\.\d{1,2})?)\s*%$/.exec(text) ?? [];
    if (digits !== undefined) return Number(digits);
    this.problems.push(notAPercent(name, text));
    return Number.parseFloat(this.#spec(name).default);
  }

  #spec(name: string): InputSpec {
    const spec = this.#specs.get(name);
    if (!spec) throw new Error(`input ${name} is not in the spec table`);
    return spec;
  }
}
