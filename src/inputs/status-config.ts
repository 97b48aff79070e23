// Everything that a status needs to know, complete and valid: what it looks at, each threshold, and who reads it.
import type { StatusSettings, Thresholds } from '../commands/status/settings.ts';
import {
  badStatusDestination,
  notAPrice,
  notASize,
  notFreeSpace,
  statusInsideBackups,
} from '../problems/status.ts';
import type { StoragePrice } from '../reports/status-page/data.ts';
import { readBackupName } from './backup-name.ts';
import { type Destination, parseDestination, readDestination, readS3Options } from './destination.ts';
import { readPolicySettings } from './policy-config.ts';
import type { InputReader, RawInputs } from './raw-inputs.ts';
import { type Read, readAll } from './read.ts';
import { parseSize } from './size.ts';
import { STATUS_INPUTS } from './specs/status.ts';

/** What the command is told, and what the entry makes its world of. */
export interface StatusConfig extends Omit<StatusSettings, 'detail' | 'warnings'> {
  readonly destination: Destination;
  readonly statusDestination: Destination | undefined;
  /** A path. */
  readonly metricsFile: string | undefined;
  /** A path. */
  readonly html: string | undefined;
}

export function readStatusInputs(raw: RawInputs): Read<StatusConfig> {
  return readAll(raw, STATUS_INPUTS, inputs => {
    const destination = readDestination(inputs);
    const config = {
      name: readBackupName(inputs),
      ...readPolicySettings(inputs),
      shrinkGuardPercent: limit(inputs, 'shrink-guard', name => inputs.percent(name)),
      thresholds: readThresholds(inputs),
      failOn: inputs.choice('fail-on', ['critical', 'warning', 'never']),
      metricsFile: inputs.optional('metrics-file'),
      html: inputs.optional('html'),
      storagePrice: limit(inputs, 'storage-price', () => readPrice(inputs)),
    };
    if (!destination) return undefined;
    return { ...config, destination, statusDestination: readStatusDestination(inputs, destination) };
  });
}

function readThresholds(inputs: InputReader): Thresholds {
  const duration = (name: string) => inputs.duration(name);
  return {
    maxAgeMs: limit(inputs, 'max-age', duration),
    maxIdleMs: limit(inputs, 'max-idle', duration),
    minBackups: limit(inputs, 'min-backups', name => inputs.count(name)),
    minBytes: limit(inputs, 'min-size', name => readSize(inputs, name)),
    maxBytes: limit(inputs, 'max-size', name => readSize(inputs, name)),
    restoredWithinMs: limit(inputs, 'restored-within', duration),
    minFree: limit(inputs, 'min-free', () => readFree(inputs)),
  };
}

/** null for `off`. */
function limit<T>(inputs: InputReader, name: string, read: (name: string) => T): T | null {
  return inputs.text(name) === 'off' ? null : read(name);
}

function readSize(inputs: InputReader, name: string): number {
  const text = inputs.text(name);
  const bytes = parseSize(text);
  if (bytes === undefined) inputs.problems.push(notASize(name, text));
  return bytes ?? 0;
}

function readPrice(inputs: InputReader): StoragePrice | null {
  const text = inputs.text('storage-price');
  const [, amount, currency] = /^(\d{1,6}(?:\.\d{1,6})?) ?([A-Z]{3})$/.exec(text) ?? [];
  if (amount !== undefined && currency !== undefined) return { amount: Number(amount), currency };
  inputs.problems.push(notAPrice(text));
  return null;
}

function readFree(inputs: InputReader): Thresholds['minFree'] {
  const text = inputs.text('min-free');
  const [, percent] = /^(\d{1,2}(?:\.\d{1,2})?)\s*%$/.exec(text) ?? [];
  if (percent !== undefined) return { share: Number(percent) / 100 };
  const bytes = parseSize(text);
  if (bytes === undefined) inputs.problems.push(notFreeSpace(text));
  return { bytes: bytes ?? 0 };
}

/** The same endpoint and region as for the backups: both are one store, or the one that is written to is a folder. */
function readStatusDestination(inputs: InputReader, destination: Destination): Destination | undefined {
  const text = inputs.optional('status-destination');
  if (text === undefined || inputs.problems.length > 0) return undefined;
  const own = parseDestination(text, readS3Options(inputs));
  if (own === undefined) inputs.problems.push(badStatusDestination(text));
  else if (isInside(own, destination)) inputs.problems.push(statusInsideBackups(text));
  return own;
}

function isInside(own: Destination, backups: Destination): boolean {
  if (own.kind === 's3' && backups.kind === 's3')
    return own.bucket === backups.bucket && isBelow(own.prefix, backups.prefix);
  if (own.kind === 'folder' && backups.kind === 'folder') return isBelow(own.folder, backups.folder);
  return false;
}

function isBelow(path: string, parent: string): boolean {
  return parent === '' || parent === '/' || path === parent || path.startsWith(`${parent}/`);
}
