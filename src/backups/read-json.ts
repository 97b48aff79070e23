// Reads JSON that somebody else may have written: within a size and a depth, in strict UTF-8, no key twice. A
// document that two readers could understand differently is not read at all.

export interface JsonLimits {
  readonly maxBytes: number;
  /** How many arrays and objects may lie within each other. */
  readonly maxDepth: number;
}

/** Manifests, evidence and holds: the largest real manifest is some hundred KiB (extensions, warnings). */
export const SMALL_DOCUMENT: JsonLimits = { maxBytes: 1024 * 1024, maxDepth: 32 };

export type ReadJson = { readonly ok: unknown } | { readonly not: string };

/** `not` is half a sentence that says why, e.g. "it is not UTF-8". */
export function readJson(bytes: Uint8Array, limits: JsonLimits): ReadJson {
  if (bytes.byteLength > limits.maxBytes) return { not: `it is larger than ${limits.maxBytes} bytes` };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { not: 'it is not UTF-8' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { not: 'it is not JSON' };
  }
  const fault = findFault(text, limits.maxDepth);
  return fault === undefined ? { ok: value } : { not: fault };
}

/**
 * Depth and double keys, which JSON.parse lets pass (the last of two keys wins there). `text` is known to be valid
 * JSON, so that strings and brackets are all there is to look at.
 */
function findFault(text: string, maxDepth: number): string | undefined {
  /** One entry for each open bracket: the keys seen in an object, null for an array. */
  const open: (Set<string> | null)[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text[position];
    if (character === '"') {
      const end = endOfString(text, position);
      const keys = open.at(-1);
      if (keys && isKey(text, end)) {
        const key = JSON.parse(text.slice(position, end)) as string;
        if (keys.has(key)) return `it has the key ${JSON.stringify(key.slice(0, 64))} twice`;
        keys.add(key);
      }
      position = end;
      continue;
    }
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(null);
    else if (character === '}' || character === ']') open.pop();
    if (open.length > maxDepth) return `it is nested deeper than ${maxDepth} levels`;
    position += 1;
  }
  return undefined;
}

/** The position after the closing quote. */
function endOfString(text: string, start: number): number {
  let position = start + 1;
  while (text[position] !== '"') position += text[position] === '\\' ? 2 : 1;
  return position + 1;
}

/** Whether a colon follows: in valid JSON that makes the string before it a key. */
function isKey(text: string, end: number): boolean {
  let position = end;
  while (/\s/.test(text[position] ?? '')) position += 1;
  return text[position] === ':';
}
