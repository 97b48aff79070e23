// What the runner blacks out in its log: every masked value, and the encodings of it that tools commonly print.

export class Masks {
  readonly #values = new Set<string>();
  #forms: readonly string[] = [];

  /** As given to `::add-mask::`, in order. */
  get values(): readonly string[] {
    return [...this.#values];
  }

  /** The runner masks each line of a value as well. Returns false for a blank value, which it refuses. */
  add(value: string): boolean {
    if (value.trim() === '') return false;
    this.#values.add(value);
    for (const line of value.split(/[\r\n]+/)) if (line !== '') this.#values.add(line);
    const forms = new Set([...this.#values].flatMap(encodingsOf).filter(form => form.trim() !== ''));
    this.#forms = [...forms].sort((a, b) => b.length - a.length);
    return true;
  }

  /** Overlapping and touching finds become one `***`, as in the runner's own masker. */
  apply(line: string): string {
    const spans: [number, number][] = [];
    for (const form of this.#forms) {
      for (let at = line.indexOf(form); at >= 0; at = line.indexOf(form, at + 1))
        spans.push([at, at + form.length]);
    }
    spans.sort(([a], [b]) => a - b);
    let shown = '';
    let done = 0;
    let last = -1;
    for (const [from, to] of spans) {
      if (from > last) {
        shown += `${line.slice(done, from)}***`;
      }
      last = Math.max(last, to);
      done = last;
    }
    return shown + line.slice(done);
  }
}

function encodingsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const ampersand = value.indexOf('&');
  return [
    value,
    ...[0, 1, 2].map(shift => shiftedBase64(value, shift)),
    json,
    value.replaceAll("'", "''"),
    value.replaceAll('"', '\\"'),
    encodeURIComponent(value.toWellFormed()),
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;'),
    value.length > 8 && /^".*"$/s.test(value) ? value.slice(1, -1) : value,
    // PowerShell prints what stands before and after the first `&` apart.
    ...(ampersand >= 6 ? [value.slice(0, ampersand)] : []),
    ...(ampersand >= 0 && value.length - ampersand > 6 ? [value.slice(ampersand + 1)] : []),
  ];
}

/** The part of the base64 of a longer text that depends on the value alone, at one of three alignments. */
function shiftedBase64(value: string, shift: number): string {
  const bytes = Buffer.from(value).subarray(shift);
  return bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
}
