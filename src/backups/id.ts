// A backup's id: short enough to type on the worst day, long enough never to meet its double in one destination.

/** Crockford's base 32 in lower case: no i, l, o or u, so nothing is misread and no word appears. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 8;

/** Matches one id; for building larger patterns. */
export const ID_PATTERN = `[${ALPHABET}]{${LENGTH}}`;
const WHOLE = new RegExp(`^${ID_PATTERN}$`);

/** `random` gives that many unpredictable bytes (`crypto.randomBytes`). 32 divides 256, so no character is likelier. */
export function makeId(random: (bytes: number) => Buffer): string {
  return Array.from(random(LENGTH), byte => ALPHABET.charAt(byte % ALPHABET.length)).join('');
}

export function isId(text: string): boolean {
  return WHOLE.test(text);
}
