// Lets pg_dump run ahead of the decode by a few megabytes. The decoder takes its input in gulps; without this, pg_dump,
// which is the slowest of all, would stand still during each of them.
const BUFFERS = 16;
const BUFFER_BYTES = 256 * 1024;

/** Hands bytes on in order, several pieces at a time, from buffers that are used again and again. */
export class RunAhead {
  readonly #handOn: (bytes: Buffer) => Promise<void>;
  readonly #idle: Buffer[] = [];
  #made = 0;
  #failure: { readonly cause: unknown } | undefined;
  #wake = () => {};

  /** `handOn` takes pieces in the order of its calls, and may use each until it resolves. */
  constructor(handOn: (bytes: Buffer) => Promise<void>) {
    this.#handOn = handOn;
  }

  /**
   * Copies the bytes; resolves late while all buffers wait to be taken. Rejects with what an earlier piece failed of.
   * For one caller at a time.
   */
  async write(bytes: Buffer): Promise<void> {
    for (let from = 0; from < bytes.length; from += BUFFER_BYTES) {
      const buffer = await this.#take();
      if (this.#failure) throw this.#failure.cause;
      const copied = bytes.copy(buffer, 0, from, from + BUFFER_BYTES);
      this.#handOn(buffer.subarray(0, copied))
        .catch((cause: unknown) => {
          this.#failure = { cause };
        })
        .finally(() => this.#release(buffer));
    }
  }

  async #take(): Promise<Buffer> {
    if (this.#idle.length === 0 && this.#made < BUFFERS) {
      this.#made += 1;
      return Buffer.allocUnsafeSlow(BUFFER_BYTES);
    }
    if (this.#idle.length === 0) await new Promise<void>(resolve => (this.#wake = resolve));
    const buffer = this.#idle.pop();
    if (!buffer) throw new Error('woken without an idle buffer');
    return buffer;
  }

  #release(buffer: Buffer): void {
    this.#idle.push(buffer);
    this.#wake();
  }
}
