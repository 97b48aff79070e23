// Reads what the store holds of one name: one listing, and the manifests and restore tests' evidence in it. What it
// all means is the catalog's to say (src/backups/catalog.ts).
import { Readable } from 'node:stream';
import { type Catalog, makeCatalog } from '../backups/catalog.ts';
import { type ParsedEvidence, parseEvidence } from '../backups/evidence.ts';
import type { ListedObject, SignatureState, Signed } from '../backups/holdings.ts';
import type { Instant } from '../backups/instant.ts';
import { namePrefix, parseKey } from '../backups/key.ts';
import type { Identity, Signature } from '../backups/manifest.ts';
import { type ParsedManifest, parseManifest, signedMessage } from '../backups/parse-manifest.ts';
import type { Verifier } from '../encryption/port.ts';
import type { ReadingWorld } from './world.ts';

/** A manifest names extensions and warnings, never tables: larger ones are not ours. */
const MAX_DOCUMENT_BYTES = 1024 * 1024;
/** Small reads wait for the network, not for us. */
const READS_AT_ONCE = 16;

export interface CatalogQuestion {
  readonly name: string;
  /** Of the database as it was asked just now, where this command asks one. */
  readonly identity?: Identity;
  readonly accepted?: readonly string[];
  /** The later of this machine's clock and the store's. */
  readonly now: Instant;
}

/** Reads again what has changed, and remembers what has not: a manifest is never written twice. */
export class CatalogReader {
  readonly #world: ReadingWorld;
  readonly #bytes = new Map<string, Buffer>();

  constructor(world: ReadingWorld) {
    this.#world = world;
  }

  async read(question: CatalogQuestion, signal: AbortSignal): Promise<Catalog> {
    const objects: ListedObject[] = [];
    for await (const object of this.#world.store.list(namePrefix(question.name), signal))
      objects.push(object);
    return this.readOf(question, objects, signal);
  }

  /** The catalog of what was listed already: all objects of a name, or all of some of its backups. */
  async readOf(
    question: CatalogQuestion,
    objects: readonly ListedObject[],
    signal: AbortSignal,
  ): Promise<Catalog> {
    const { verifier } = this.#world;
    const manifests = new Map<string, Signed<ParsedManifest>>();
    const evidence = new Map<string, Signed<ParsedEvidence>>();
    const read = async (object: ListedObject) => {
      const kind = parseKey(object.key)?.kind;
      if (kind !== 'manifest' && kind !== 'evidence') return;
      const bytes = await this.#fetch(object, signal);
      if (!bytes) return;
      if (kind === 'manifest') manifests.set(object.key, judgeManifest(bytes, object.key, verifier));
      else evidence.set(object.key, judgeEvidence(bytes, object.key, verifier));
    };
    await Readable.from(objects).forEach(read, { concurrency: READS_AT_ONCE, signal });
    return makeCatalog({ ...question, objects, manifests, evidence });
  }

  async #fetch({ key, etag }: ListedObject, signal: AbortSignal): Promise<Buffer | undefined> {
    const known = this.#bytes.get(`${key} ${etag}`);
    if (known) return known;
    const found = await this.#world.store.read(key, { maxBytes: MAX_DOCUMENT_BYTES, signal });
    if (found) this.#bytes.set(`${key} ${found.object.etag}`, found.bytes);
    return found?.bytes;
  }
}

function judgeManifest(bytes: Buffer, key: string, verifier: Verifier | null): Signed<ParsedManifest> {
  const content = parseManifest(bytes, key);
  if ('not' in content) return { content, signature: 'not-required' };
  return {
    content,
    signature: judgeSignature(verifier, () => signedMessage(content.ok, key), content.ok.signature),
  };
}

function judgeEvidence(bytes: Buffer, key: string, verifier: Verifier | null): Signed<ParsedEvidence> {
  const content = parseEvidence(bytes, key);
  if ('not' in content) return { content, signature: 'not-required' };
  return { content, signature: judgeSignature(verifier, () => content.signed, content.ok.signature) };
}

function judgeSignature(
  verifier: Verifier | null,
  message: () => Buffer,
  signature: Signature | null,
): SignatureState {
  if (verifier === null) return 'not-required';
  return signature === null ? 'unsigned' : verifier.verify(message(), signature);
}
