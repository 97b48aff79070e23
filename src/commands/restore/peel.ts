// Takes one layer after another off a file until the dump itself lies open, and tells at each what is wrong with it:
// recognised by content, never by name.
import type { Packing } from '../../files/port.ts';
import { identityMissing } from '../../problems/keys.ts';
import * as problems from '../../problems/restore-files.ts';
import { type FileKind, firstBytes, HEAD_BYTES, type Layer, recognise } from '../../proof/file-kind.ts';
import { shellWord } from './undo.ts';
import type { FileWorld } from './world.ts';

export interface Peeled {
  /** The outermost first. */
  readonly layers: readonly Layer[];
  readonly format: 'custom' | 'tar' | 'sql';
  /** Of the dump itself. */
  readonly head: Buffer;
  /** The dump, its layers taken off; `sealed`: the file's own bytes. */
  open(sealed: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
}

/** A layer around a layer is odd, and a file that goes on like this is a trap. */
const MOST_LAYERS = 6;

export async function peel(world: FileWorld, path: string): Promise<Peeled> {
  const layers: Layer[] = [];
  const open = (sealed: AsyncIterable<Buffer>) =>
    layers.reduce((inner, layer) => takeOff(world, layer, inner, path), sealed);
  for (;;) {
    const head = await headOf(open(world.files.read(path)));
    const kind = recognise(head);
    if (kind.is === 'dump') return { layers, format: kind.format, head, open };
    if (kind.is !== 'layer' || layers.length === MOST_LAYERS) throw judge(path, kind, head, layers);
    layers.push(kind.layer);
  }
}

export function takeOff(
  world: FileWorld,
  layer: Layer,
  bytes: AsyncIterable<Buffer>,
  path: string,
): AsyncIterable<Buffer> {
  if (layer === 'age') {
    if (!world.opener) throw identityMissing(path);
    return world.opener.open(bytes, path);
  }
  if (layer !== 'openssl') return world.unpacker.unpack(layer satisfies Packing, bytes, path);
  if (!world.passwordOpener) throw problems.passwordMissing(path);
  return world.passwordOpener.open(bytes, path);
}

async function headOf(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of bytes) {
    pieces.push(Buffer.from(piece));
    length += piece.length;
    if (length >= HEAD_BYTES) break;
  }
  return Buffer.concat(pieces).subarray(0, HEAD_BYTES);
}

function judge(path: string, kind: FileKind, head: Buffer, layers: readonly Layer[]): Error {
  const inside = layers.length === 0 ? '' : ` inside of its ${layers.join(' and ')}`;
  const file = shellWord(path);
  switch (kind.is) {
    case 'empty':
      return problems.fileEmpty(path, inside);
    case 'pgp':
      return problems.pgpEncrypted(path, `gpg --decrypt --output dump ${file}`);
    case 'cluster-dump':
      return problems.clusterDump(path);
    case 'other':
      return problems.notADump(
        path,
        `${kind.what}${inside}`,
        kind.remedy.replaceAll('FILE', () => file),
      );
    default:
      return problems.notADump(
        path,
        `nothing that is known here${inside}, beginning with ${firstBytes(head)}`,
        'Known are what pg_dump writes (custom, directory, tar, plain SQL), and gzip, bzip2, xz, zstd, age and `openssl enc` around it. The script that wrote it says what it is.',
      );
  }
}
