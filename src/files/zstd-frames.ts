// Splits a zstd file into its frames. Node's decompressor takes a file that was cut off for a whole one, and stops behind
// the first frame where pzstd or `cat` left several: so where frames end is read here, and each is opened by itself.

/** A piece of a frame; `last` where the frame ends with it. */
export interface FramePiece {
  readonly bytes: Buffer;
  readonly last: boolean;
}

type State = 'magic' | 'descriptor' | 'header' | 'block' | 'content' | 'checksum' | 'skip-size' | 'skip';

const MAGIC = 0xfd2fb528;
/** Frames for other programs, their last four bits free; decompressors pass over them. */
const SKIPPABLE = 0x184d2a50;

export class ZstdFrames {
  #state: State = 'magic';
  /** Of the present state: bytes it takes, and how many of them have come. */
  #wanted = 4;
  #filled = 0;
  readonly #field = Buffer.alloc(16);
  #checksum = false;
  #lastBlock = false;

  /** Between two frames: where a whole file ends. */
  get between(): boolean {
    return this.#state === 'magic' && this.#filled === 0;
  }

  /** Pieces of `chunk`, in order; undefined: this is no zstd any more. */
  push(chunk: Buffer): FramePiece[] | undefined {
    const pieces: FramePiece[] = [];
    let begun = 0;
    let at = 0;
    while (at < chunk.length || this.#wanted === 0) {
      const taken = Math.min(this.#wanted - this.#filled, chunk.length - at);
      const passed = this.#state === 'content' || this.#state === 'skip';
      if (!passed) chunk.copy(this.#field, this.#filled, at, at + taken);
      at += taken;
      this.#filled += taken;
      if (this.#filled < this.#wanted) break;
      if (!this.#next()) return undefined;
      if (this.#state !== 'magic') continue;
      pieces.push({ bytes: chunk.subarray(begun, at), last: true });
      begun = at;
    }
    if (at > begun) pieces.push({ bytes: chunk.subarray(begun, at), last: false });
    return pieces;
  }

  #next(): boolean {
    switch (this.#state) {
      case 'magic': {
        const magic = this.#field.readUInt32LE(0);
        if (magic >>> 4 === SKIPPABLE >>> 4) return this.#turn('skip-size', 4);
        return magic === MAGIC && this.#turn('descriptor', 1);
      }
      case 'descriptor':
        return this.#readDescriptor(this.#field.readUInt8(0));
      case 'header':
        return this.#turn('block', 3);
      case 'block': {
        const header = this.#field.readUIntLE(0, 3);
        this.#lastBlock = (header & 1) === 1;
        const type = (header >> 1) & 3;
        return type !== 3 && this.#turn('content', type === 1 ? 1 : header >> 3);
      }
      case 'content':
        if (!this.#lastBlock) return this.#turn('block', 3);
        return this.#checksum ? this.#turn('checksum', 4) : this.#turn('magic', 4);
      case 'skip-size':
        return this.#turn('skip', this.#field.readUInt32LE(0));
      case 'skip':
      case 'checksum':
        return this.#turn('magic', 4);
    }
  }

  /** Which fields the frame's header has: RFC 8878, 3.1.1.1. */
  #readDescriptor(descriptor: number): boolean {
    const single = (descriptor & 0x20) !== 0;
    this.#checksum = (descriptor & 0x04) !== 0;
    const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const size = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    return this.#turn('header', (single ? 0 : 1) + dictionary + size);
  }

  #turn(state: State, wanted: number): true {
    this.#state = state;
    this.#wanted = wanted;
    this.#filled = 0;
    return true;
  }
}
