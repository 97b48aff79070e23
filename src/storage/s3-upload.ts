// The stream into S3: bytes are copied into part buffers that are used again and again, a few parts are on the wire at
// once, and whoever writes waits when they are. Memory is the same for ten megabytes and for ten terabytes.
import { crc32 } from 'node:zlib';
import { uploadTooLong } from '../problems/storage.ts';
import { evenPartBytes, MOST_PARTS, partBytes, partsInFlight } from './part-plan.ts';
import { throwIfAborted } from './patience.ts';
import type { StoredUpload, Upload, UploadOptions } from './port.ts';
import { completeUpload } from './s3-complete.ts';
import { dropUpload } from './s3-drop.ts';
import type { S3Link } from './s3-link.ts';
import { type OpenUpload, type PartToSend, type StoredPart, uploadPart } from './s3-multipart.ts';

export class S3Upload implements Upload {
  readonly reference: string;
  readonly #link: S3Link;
  readonly #upload: OpenUpload;
  readonly #signal: AbortSignal;
  /** Ends the parts on the wire: on the caller's abort, on `abort`, and when one of them failed for good. */
  readonly #stop = new AbortController();
  readonly #evenBytes: number;
  readonly #parts: StoredPart[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  readonly #idle: Buffer[] = [];
  #buffer: Buffer | undefined;
  #filled = 0;
  #launched = 0;
  #bytes = 0;
  #crc = 0;
  /** The first thing that went wrong; whatever is called next rejects with it. */
  #failure: unknown;
  #completed = false;
  #dropping: Promise<void> | undefined;

  constructor(link: S3Link, upload: OpenUpload, options: Pick<UploadOptions, 'expectedBytes' | 'signal'>) {
    this.#link = link;
    this.#upload = upload;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    this.#evenBytes = evenPartBytes(options.expectedBytes, link.tuning.smallestPart);
    this.reference = JSON.stringify({ key: upload.key, uploadId: upload.uploadId });
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#throwIfOver();
    this.#crc = crc32(bytes, this.#crc);
    this.#bytes += bytes.length;
    for (let from = 0; from < bytes.length; ) {
      this.#buffer ??= this.#nextBuffer();
      const chunk = bytes.subarray(from, from + this.#buffer.length - this.#filled);
      this.#buffer.set(chunk, this.#filled);
      this.#filled += chunk.length;
      from += chunk.length;
      if (this.#filled === this.#buffer.length) await this.#launch(this.#buffer);
    }
  }

  async complete(): Promise<StoredUpload> {
    this.#throwIfOver();
    // An object has at least one part, be it empty.
    if (this.#filled > 0 || this.#launched === 0) await this.#launch(this.#buffer ?? Buffer.alloc(0));
    await Promise.all(this.#inFlight);
    this.#throwIfOver();
    const whole = {
      upload: this.#upload,
      parts: this.#parts.toSorted((a, b) => a.number - b.number),
      bytes: this.#bytes,
      crc: this.#crc,
    };
    const stored = await completeUpload(this.#link, whole, this.#signal);
    this.#completed = true;
    return stored;
  }

  abort(): Promise<void> {
    if (this.#completed) return Promise.resolve();
    this.#dropping ??= this.#drop().catch(error => {
      this.#dropping = undefined;
      throw error;
    });
    return this.#dropping;
  }

  async #drop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#inFlight);
    // Not the caller's signal: after a cancel this is what is left to do.
    await dropUpload(this.#link, this.#upload.key, this.#upload.uploadId, new AbortController().signal);
  }

  #throwIfOver(): void {
    if (this.#failure !== undefined) throw this.#failure;
    throwIfAborted(this.#signal);
  }

  #nextBuffer(): Buffer {
    const number = this.#launched + 1;
    if (number > MOST_PARTS) throw uploadTooLong(`${this.#link.place}/${this.#upload.key}`, MOST_PARTS);
    const size = partBytes(this.#evenBytes, number);
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) if (idle.length === size) return idle;
    return Buffer.allocUnsafeSlow(size);
  }

  /** Resolves as soon as the part is on its way, which is late when too many are. */
  async #launch(buffer: Buffer): Promise<void> {
    const body = buffer.subarray(0, this.#filled);
    const part = { number: ++this.#launched, body, crc: crc32(body) };
    this.#buffer = undefined;
    this.#filled = 0;
    const most = partsInFlight(buffer.length, this.#link.tuning.partsInFlight);
    while (this.#inFlight.size >= most) await Promise.race(this.#inFlight);
    this.#throwIfOver();
    const sending = this.#send(part, buffer).finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
  }

  /** Never rejects: a failure is kept for whoever writes or completes next. */
  async #send(part: PartToSend, buffer: Buffer): Promise<void> {
    try {
      this.#parts.push(await uploadPart(this.#link, this.#upload, part, this.#signal));
      this.#idle.push(buffer);
    } catch (error) {
      this.#failure ??= error;
      this.#stop.abort();
    }
  }
}
