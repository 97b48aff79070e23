// What a person sees of the demo: numbered steps with what each took, blocks of text beneath them. Colours only where
// a terminal shows them.
const WIDTH = 96;

type Style = 'bold' | 'dim' | 'green' | 'red';
const CODES: Readonly<Record<Style, string>> = { bold: '1', dim: '2', green: '32', red: '31' };

export class Screen {
  readonly #colours = process.stdout.isTTY && !process.env.NO_COLOR;
  #step = 0;

  style(style: Style, text: string): string {
    return this.#colours ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
  }

  line(text = ''): void {
    process.stdout.write(`${text}\n`);
  }

  /** Indented beneath a step. */
  block(lines: readonly string[], style?: Style): void {
    for (const line of lines) this.line(`    ${style ? this.style(style, line) : line}`.trimEnd());
  }

  /** Announces the step, does it, closes it with what it told and how long it took. */
  async step<T>(title: string, work: () => Promise<{ told: string; value: T }>): Promise<T> {
    this.#step += 1;
    this.line(`\n${this.style('bold', `${String(this.#step).padStart(2)}  ${title}`)}`);
    const startedAt = performance.now();
    const { told, value } = await work();
    const seconds = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
    const gap = ' '.repeat(Math.max(2, WIDTH - 4 - told.length - seconds.length));
    this.line(`    ${told}${gap}${this.style('dim', seconds)}`);
    return value;
  }
}

/** Rows as aligned lines, the first a head; numbers of the columns named go to the right. */
export function alignRows(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows.map(row =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
