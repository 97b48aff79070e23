// What the commands that read backups need to know: `list`, `verify`, `fetch`, `hold` and `release`.
import type { Wish } from '../backups/choose-backup.ts';
import type { Selector } from '../backups/selector.ts';
import { jsonOverArchive, outputMissing } from '../problems/fetch.ts';
import { readBackupName } from './backup-name.ts';
import { type Destination, readDestination } from './destination.ts';
import { type ClientConfig, readClient } from './postgres-client.ts';
import type { InputReader, RawInputs } from './raw-inputs.ts';
import { type Read, readAll } from './read.ts';
import { readSelector, readWish } from './selection.ts';
import { FETCH_INPUTS, HOLD_INPUTS, LIST_INPUTS, RELEASE_INPUTS, VERIFY_INPUTS } from './specs/reading.ts';
import type { InputSpec } from './specs/spec.ts';

export type Reading<Config> = Config & { readonly destination: Destination };

interface Opening {
  readonly name: string | undefined;
  readonly wish: Wish;
  readonly thaw: 'off' | 'request' | 'wait';
}

export interface VerifyConfig extends Opening {
  readonly client: ClientConfig;
}

export interface FetchConfig extends Opening {
  /** `-`: standard output. */
  readonly output: string;
  readonly what: 'archive' | 'globals' | 'proof' | 'manifest';
  readonly decrypt: boolean;
}

export interface HoldConfig {
  readonly name: string | undefined;
  readonly selector: Selector;
  readonly reason: string | undefined;
  readonly by: string | undefined;
}

export interface ListConfig {
  /** undefined: all names. */
  readonly name: string | undefined;
}

export function readListInputs(raw: RawInputs): Read<Reading<ListConfig>> {
  return read(raw, LIST_INPUTS, inputs => ({ name: readBackupName(inputs) }));
}

export function readVerifyInputs(raw: RawInputs): Read<Reading<VerifyConfig>> {
  return read(raw, VERIFY_INPUTS, inputs => ({
    ...readOpening(inputs),
    client: readClient(inputs),
  }));
}

/** `json`: the outcome is wanted on standard output. */
export function readFetchInputs(raw: RawInputs, json: boolean): Read<Reading<FetchConfig>> {
  return read(raw, FETCH_INPUTS, inputs => {
    const output = inputs.text('output');
    if (output === '') inputs.problems.push(outputMissing());
    if (output === '-' && json) inputs.problems.push(jsonOverArchive());
    return {
      ...readOpening(inputs),
      output,
      what: inputs.choice('what', ['archive', 'globals', 'proof', 'manifest']),
      decrypt: inputs.boolean('decrypt'),
    };
  });
}

export function readHoldInputs(raw: RawInputs): Read<Reading<HoldConfig>> {
  return read(raw, HOLD_INPUTS, inputs => ({
    name: readBackupName(inputs),
    selector: readSelector(inputs),
    reason: inputs.optional('reason'),
    by: inputs.optional('by'),
  }));
}

export function readReleaseInputs(raw: RawInputs): Read<Reading<Pick<HoldConfig, 'name' | 'selector'>>> {
  return read(raw, RELEASE_INPUTS, inputs => ({
    name: readBackupName(inputs),
    selector: readSelector(inputs),
  }));
}

function read<T>(
  raw: RawInputs,
  specs: readonly InputSpec[],
  build: (inputs: InputReader) => T,
): Read<Reading<T>> {
  return readAll(raw, specs, inputs => {
    const destination = readDestination(inputs);
    const config = build(inputs);
    return destination && { ...config, destination };
  });
}

function readOpening(inputs: InputReader): Opening {
  return {
    name: readBackupName(inputs),
    wish: readWish(inputs),
    thaw: inputs.choice('thaw', ['off', 'request', 'wait']),
  };
}
