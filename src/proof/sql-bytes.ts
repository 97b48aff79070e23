// The bytes that mean something where SQL is cut into words, as psql's own rules have them.

/** Where in a statement a byte stands. */
export type Inside =
  | 'nothing'
  | 'line'
  | 'word'
  | 'number'
  | 'hyphen'
  | 'slash'
  | 'comment'
  | 'block'
  | 'string'
  | 'escape'
  | 'name'
  | 'tag'
  | 'body';

export const [LF, SPACE, QUOTE, DOUBLE, DOLLAR, HYPHEN, SLASH, STAR, SEMICOLON, BACKSLASH, OPEN, CLOSE] = [
  0x0a, 0x20, 0x27, 0x22, 0x24, 0x2d, 0x2f, 0x2a, 0x3b, 0x5c, 0x28, 0x29,
];

export function isBlank(byte: number): boolean {
  return byte === SPACE || (byte >= 0x09 && byte <= 0x0d);
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** May stand in a word; what can't begin one has been looked at before. */
export function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x5f ||
    byte === DOLLAR ||
    isDigit(byte) ||
    byte >= 0x80
  );
}
