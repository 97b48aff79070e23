// Tells by its first bytes what a file is that somebody left: a dump, a layer around one, or something that only looks
// like one from its name. Names prove nothing: half of all `.sql` files are compressed or an error page.

export type Layer = 'age' | 'openssl' | 'gzip' | 'bzip2' | 'xz' | 'zstd';

export type FileKind =
  | { readonly is: 'layer'; readonly layer: Layer }
  | { readonly is: 'dump'; readonly format: 'custom' | 'tar' | 'sql' }
  | { readonly is: 'pgp' }
  | { readonly is: 'cluster-dump' }
  | { readonly is: 'empty' }
  /** Known, and no dump: `what` in the middle of a sentence, `remedy` a whole one with `FILE` for the path. */
  | { readonly is: 'other'; readonly what: string; readonly remedy: string }
  | { readonly is: 'unknown' };

/** As much of a file as `recognise` wants to see. */
export const HEAD_BYTES = 4096;

const LAYERS: readonly (readonly [Layer, RegExp])[] = [
  ['age', /^age-encryption\.org\/v1\n/],
  ['openssl', /^Salted__/],
  ['gzip', /^\x1f\x8b\x08[\x00-\x1f]/],
  ['bzip2', /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/],
  ['xz', /^\xfd7zXZ\0/],
  ['zstd', /^(?:\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)/],
];

type Other = readonly [RegExp, string, string];
const AGAIN = 'Find the file that the dump wrote; this one was saved in its place.';
const OTHERS: readonly Other[] = [
  [/^PK\x03\x04/, 'a zip file', 'Take it apart: unzip -p FILE > dump'],
  [/^7z\xbc\xaf\x27\x1c/, 'a 7-Zip file', 'Take it apart: 7z x -so FILE > dump'],
  [/^Rar!/, 'a RAR file', 'Take it apart with unrar.'],
  [/^\x04\x22\x4d\x18/, 'compressed with lz4', 'Take it apart: lz4 -d FILE dump'],
  [/^\x1f\x9d/, 'compressed with compress', 'Take it apart: zcat FILE > dump'],
  [
    /^U2FsdGVkX1/,
    'encrypted by openssl and written in base64',
    'Decode it: openssl base64 -d -in FILE -out dump.enc',
  ],
  [
    /^-----BEGIN AGE ENCRYPTED FILE-----/,
    'an armoured age file',
    'Decrypt it: age --decrypt --identity key.txt FILE > dump',
  ],
  [
    /^(?:\xff\xfe|\xfe\xff)/,
    'text in UTF-16, as PowerShell writes what is redirected',
    'Convert it: iconv -f UTF-16 -t UTF-8 FILE > dump.sql',
  ],
  [/^(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)/i, 'a web page', AGAIN],
  [
    /^(?:\xef\xbb\xbf)?\s*<\?xml|^\s*<Error>/i,
    'an XML document, such as a store answers with instead of a file',
    AGAIN,
  ],
  [/^\s*[{[]\s*["{[\]}]/, 'a JSON document', AGAIN],
  [/^version https:\/\/git-lfs/, 'a pointer of Git LFS', 'Fetch the file itself: git lfs pull'],
  [/^SQLite format 3\0/, 'a SQLite database', AGAIN],
  [/^-- (?:MySQL|MariaDB) dump/, 'a dump of MySQL', AGAIN],
  [/^(?:pg_dump|pg_dumpall|psql|bash|sh): /, 'the error message of a command', AGAIN],
];

const SQL_TITLE = /^-- PostgreSQL database dump$/m;
const CLUSTER_TITLE = /^-- PostgreSQL database cluster dump$/m;

/** `head`: the first HEAD_BYTES, or the whole of a shorter file. */
export function recognise(head: Buffer): FileKind {
  if (head.length === 0) return { is: 'empty' };
  const text = head.toString('latin1');
  const layer = LAYERS.find(([, magic]) => magic.test(text));
  if (layer) return { is: 'layer', layer: layer[0] };
  if (text.startsWith('PGDMP')) return { is: 'dump', format: 'custom' };
  if (text.slice(257, 262) === 'ustar') return { is: 'dump', format: 'tar' };
  if (isPgp(head)) return { is: 'pgp' };
  const other = OTHERS.find(([pattern]) => pattern.test(text));
  if (other) return { is: 'other', what: other[1], remedy: other[2] };
  if (/\r\n-- PostgreSQL database (?:cluster )?dump\r\n/.test(text))
    return {
      is: 'other',
      what: 'a dump whose lines end as on Windows',
      remedy: "Convert it: sed 's/\\r$//' FILE > dump.sql",
    };
  if (CLUSTER_TITLE.test(text)) return { is: 'cluster-dump' };
  if (SQL_TITLE.test(text) && !text.includes('\0')) return { is: 'dump', format: 'sql' };
  return { is: 'unknown' };
}

/** Armoured, or a first packet that is an encrypted session key (old and new form of its tag). */
function isPgp(head: Buffer): boolean {
  if (head.toString('latin1', 0, 27) === '-----BEGIN PGP MESSAGE-----') return true;
  const [tag = 0, length = 0, third = 0, fourth = 0] = head;
  if (tag === 0x84 || tag === 0xc1) return length > 8 && third === 3;
  if (tag === 0x85) return fourth === 3;
  if (tag === 0x8c || tag === 0xc3) return length >= 4 && (third === 4 || third === 5);
  return false;
}

/** For people who have to find out by themselves: `4c 5a 49 50 01 …`. */
export function firstBytes(head: Buffer): string {
  return head
    .subarray(0, 16)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
}

/** Whether a dump or a layer may begin so: what a wrong password makes of a file does not. */
export function isFileBeginning(head: Buffer): boolean {
  const kind = recognise(head);
  return kind.is === 'dump' || kind.is === 'layer' || kind.is === 'cluster-dump';
}
