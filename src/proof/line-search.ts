// Counts line feeds and finds the end of a COPY block, sixteen bytes a step: every byte of a backup passes here, and a
// loop in JavaScript costs several times what the SHA-256 of the same bytes does. The WebAssembly module is small
// enough to be read: each line below is its bytes, then what they say.

const MODULE = `
  00 61 73 6d 01 00 00 00    (module
  01 06 01 60 01 7f 01 7f      (type (func (param i32) (result i32)))
  03 02 01 00                  (func 0)
  05 03 01 00 05               (memory 5)              five pages: 256 KiB of text, and room to read past its end
  06 06 01 7f 01 41 00 0b      (global (mut i32) (i32.const 0))
  07 1b 03                     (export three things)
    06 6d 65 6d 6f 72 79 02 00   "memory" (memory 0)
    05 66 65 65 64 73 03 00      "feeds" (global 0)
    06 73 65 61 72 63 68 00 00   "search" (func 0)
  0a 80 01 01                  (code: one function)
    7e 01 03 7f                  locals: 0 length (the parameter), 1 at, 2 feeds, 3 ends
    41 00 24 00                  feeds counted = 0
    03 40                        loop
      20 01 fd 00 04 00            v128.load at
      41 0a fd 0f fd 23            i8x16.eq with LF
      fd 64 21 02                  feeds = i8x16.bitmask: a bit for each LF
      20 02                        feeds
      20 01 fd 00 04 01            v128.load at + 1
      41 dc 00 fd 0f fd 23         i8x16.eq with backslash
      20 01 fd 00 04 02            v128.load at + 2
      41 2e fd 0f fd 23            i8x16.eq with full stop
      fd 4e                        v128.and
      20 01 fd 00 04 03            v128.load at + 3
      41 0a fd 0f fd 23            i8x16.eq with LF
      fd 4e                        v128.and
      fd 64 71 21 03               ends = feeds and i8x16.bitmask: a bit for each LF \\ . LF
      20 03 04 40                  if ends
        23 00                        feeds counted
        20 02                        feeds
        20 03 20 03 41 01 6b 73      ends xor (ends - 1): the lowest end and all below it
        71 69 6a 24 00               feeds counted += popcnt (feeds and that)
        20 01 20 03 68 6a 0f         return at + ctz ends
      0b                           end
      23 00 20 02 69 6a 24 00      feeds counted += popcnt feeds
      20 01 41 10 6a 22 01         at += 16
      20 00 49 0d 00               br_if loop, at < length
    0b                           end
    20 00 0b                     return length
`;

/** How much one search may look at. */
export const SEARCH_BYTES = 256 * 1024;
/** The last step reads up to sixteen bytes and three more behind the text. */
const OVERRUN = 19;

/** The part of the WebAssembly interface that is used here; neither TypeScript's libraries nor Node's types have it. */
interface WebAssemblyHere {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
  ) => {
    exports: { memory: { buffer: ArrayBuffer }; feeds: { value: number }; search(length: number): number };
  };
}

const bytesOf = (line: string) => /^ *((?:[0-9a-f]{2} )+)/.exec(`${line} `)?.[1] ?? '';
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyHere }).WebAssembly;
const module = new Module(Buffer.from(MODULE.split('\n').map(bytesOf).join('').replaceAll(' ', ''), 'hex'));
const { memory, feeds, search } = new Instance(module).exports;
const window = new Uint8Array(memory.buffer);

/**
 * The position of the first LF `\` `.` LF, or the length if there is none. `lineFeeds()` then tells how many LFs there
 * are up to the end found (its first LF included), or in all. At most SEARCH_BYTES.
 */
export function searchEnd(text: Uint8Array): number {
  window.set(text);
  window.fill(0, text.length, text.length + OVERRUN);
  return search(text.length);
}

/** Of the latest `searchEnd`. */
export function lineFeeds(): number {
  return feeds.value;
}
