// Files that lie on this machine and were left by somebody: read, hashed, unpacked. Everything throws `Problem` and nothing
// else. The files themselves are never changed.

/** `changed` differs whenever the file may have been written to since: compared before what was checked is used. */
export interface LocalFile {
  readonly kind: 'file';
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: number;
  readonly changed: string;
}

/** A folder as `pg_dump --format=directory` makes it; files sorted by name. */
export interface LocalFolder {
  readonly kind: 'folder';
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: number;
  readonly changed: string;
  readonly files: readonly { readonly name: string; readonly path: string; readonly bytes: number }[];
}

export interface LocalFiles {
  look(path: string): Promise<LocalFile | LocalFolder>;
  /** The whole of a file, or its first `bytes`. A buffer is the caller's until the next is asked for. */
  read(path: string, bytes?: number): AsyncIterable<Buffer>;
  /** A small file beside another, or undefined where there is none or it is larger than `maxBytes`. */
  readSmall(path: string, maxBytes: number): Promise<Buffer | undefined>;
}

export type Packing = 'gzip' | 'bzip2' | 'xz' | 'zstd';

export interface Unpacker {
  /**
   * Unpacked bytes; a buffer is lent until the next is asked for. Ends only where the packed stream ended in order: what
   * was cut off or damaged ends in a Problem. `what` names the stream in texts.
   */
  unpack(packing: Packing, packed: AsyncIterable<Buffer>, what: string): AsyncIterable<Buffer>;
}
