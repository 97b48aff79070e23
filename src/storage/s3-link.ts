// One way to ask the store something: send, and if it fails, decide whether to settle, to send again, or to tell.
// Everything that goes to S3 goes through `ask`, so patience and error texts are the same everywhere.
import type { S3Client } from '@aws-sdk/client-s3';
import { Problem } from '../problems/problem.ts';
import type { StorageStep } from '../problems/storage-access.ts';
import { abortError, pause, pauseBefore, within } from './patience.ts';
import { createClient, createHandler } from './s3-client.ts';
import { problemOf } from './s3-errors.ts';
import { readFailure, retryOf, type S3Failure } from './s3-failure.ts';
import { PATIENCE, type S3StoreOptions, type S3Tuning } from './s3-options.ts';
import { normalizePrefix } from './storage-key.ts';

/** A value in place of a failure: `{ value }`, since undefined is a value too. */
export interface Settled<T> {
  readonly value: T;
}

export interface Asking<T> {
  readonly signal: AbortSignal;
  /** For one try; default `requestTimeout`. */
  readonly timeout?: number;
  readonly deadline?: number;
  /**
   * Sees each failure first. A value ends the asking; `undefined` leaves it to the rules; what it throws is thrown.
   * `lost`: this or an earlier try may have taken effect though its answer never came.
   */
  readonly settle?: (
    failure: S3Failure,
    lost: boolean,
  ) => Settled<T> | undefined | Promise<Settled<T> | undefined>;
}

type Send<T> = (client: S3Client, signal: AbortSignal) => Promise<T>;

const FEW_TRIES = 4;

export class S3Link {
  readonly bucket: string;
  readonly prefix: string;
  readonly place: string;
  readonly tuning: S3Tuning;
  readonly #options: S3StoreOptions;
  readonly #handler;
  readonly #openedAt = Date.now();
  #client: S3Client;
  /** Counts clients: credentials are renewed by a new client, once for all requests that found them expired. */
  #generation = 0;
  #reached = false;

  constructor(options: S3StoreOptions) {
    this.#options = options;
    this.bucket = options.bucket;
    this.prefix = normalizePrefix(options.prefix);
    this.place = `s3://${options.bucket}/${this.prefix}`.replace(/\/$/, '');
    this.tuning = { ...PATIENCE, ...options.tuning };
    this.#handler = createHandler(this.tuning);
    this.#client = createClient(options, this.#handler);
  }

  /** The store's clock when it last answered. */
  get lastDate(): number | undefined {
    return this.#handler.lastDate;
  }

  /** Bucket and full key, as every request wants them. */
  at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: this.prefix + key };
  }

  step(doing: string, action: string, key?: string): StorageStep {
    return { doing, action, place: key === undefined ? this.place : `${this.place}/${key}` };
  }

  async ask<T>(step: StorageStep, send: Send<T>, asking: Asking<T>): Promise<T> {
    const { signal, timeout = this.tuning.requestTimeout } = asking;
    const startedAt = Date.now();
    let lost = false;
    let damaged = 0;
    let renewed = false;
    for (let attempt = 0; ; attempt++) {
      const generation = this.#generation;
      const outcome = await this.#try(send, timeout, signal);
      if ('value' in outcome) return outcome.value;
      const { failure } = outcome;
      lost ||= mayHaveHappened(failure);
      const settled = await asking.settle?.(failure, lost);
      if (settled) return settled.value;

      const retry = retryOf(failure);
      damaged += retry === 'few' ? 1 : 0;
      const hopeless = retry === 'never' || (retry === 'renew' && renewed) || damaged >= FEW_TRIES;
      const wait = pauseBefore(attempt, this.tuning.firstPause, this.tuning.longestPause);
      const spent = Date.now() - startedAt;
      if (hopeless || spent + wait > this.#deadline(asking.deadline))
        throw problemOf(failure, step, this.#around(spent));
      if (retry === 'renew') {
        this.#renew(generation);
        renewed = true;
      } else await pause(wait, signal);
    }
  }

  close(): void {
    this.#client.destroy();
  }

  async #try<T>(
    send: Send<T>,
    timeout: number,
    signal: AbortSignal,
  ): Promise<Settled<T> | { failure: S3Failure }> {
    try {
      const value = await within(timeout, signal, own => send(this.#client, own));
      this.#reached = true;
      return { value };
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      if (error instanceof Problem) throw error;
      const failure = readFailure(error);
      this.#reached ||= failure.status !== undefined;
      return { failure };
    }
  }

  #deadline(asked: number | undefined): number {
    const deadline = asked ?? this.tuning.deadline;
    return this.#reached ? deadline : Math.min(deadline, this.tuning.firstContactDeadline);
  }

  #around(spent: number) {
    return {
      bucket: this.bucket,
      seconds: Math.max(1, Math.round(spent / 1000)),
      minutes: Math.round((Date.now() - this.#openedAt) / 60_000),
    };
  }

  #renew(generation: number): void {
    if (generation !== this.#generation) return;
    this.#generation++;
    // The old client is not destroyed: it shares its sockets with the new one.
    this.#client = createClient(this.#options, this.#handler);
  }
}

function mayHaveHappened(failure: S3Failure): boolean {
  return failure.status === undefined || failure.status >= 500 || failure.status < 300;
}
