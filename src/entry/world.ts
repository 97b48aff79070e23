// Builds the world that commands run in out of a valid configuration: the only place that knows every adapter.
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { DecodingWorld, Journal, OpeningWorld, World } from '../commands/world.ts';
import type { BackupConfig } from '../inputs/backup-config.ts';
import type { Destination } from '../inputs/destination.ts';
import { type ClientsSetting, openClients } from '../postgres/client/clients.ts';
import type { Postgres } from '../postgres/port.ts';
import { openArchiveTools, openPostgres } from '../postgres/postgres.ts';
import type { Log } from '../reports/log.ts';
import { openFolderShelf } from '../storage/folder-shelf.ts';
import { openFolderStore } from '../storage/folder-store.ts';
import { githubRole } from '../storage/github-role.ts';
import type { ObjectStore } from '../storage/port.ts';
import type { S3StoreOptions } from '../storage/s3-options.ts';
import { openS3Shelf } from '../storage/s3-shelf.ts';
import { openS3Store, openS3StoreWithSetup } from '../storage/s3-store.ts';
import type { StoreSetup } from '../storage/setup-port.ts';
import type { Shelf } from '../storage/shelf-port.ts';
import { clientsSetting } from './clients-setting.ts';
import type { Keys } from './keys.ts';
import type { Lines } from './lines.ts';
import type { RunFacts } from './run-facts.ts';

export interface Setting {
  readonly keys: Keys;
  readonly log: Log;
  readonly lines: Lines;
  readonly environment: NodeJS.ProcessEnv;
  /** Values that the runner itself shall mask. */
  mask(values: readonly string[]): void;
}

type Access = Pick<Setting, 'environment' | 'lines' | 'mask'>;

/** Throws a Problem where `aws-role` is set and this process can't take one. */
export function openStore(destination: Destination, access: Access): ObjectStore {
  return destination.kind === 'folder'
    ? openFolderStore(destination)
    : openS3Store(s3Options(destination, access));
}

/** Throws as `openStore` does. null: a folder has nothing of the kind. */
export function openStoreWithSetup(
  destination: Destination,
  access: Access,
): { readonly store: ObjectStore; readonly setup: StoreSetup | null } {
  return destination.kind === 'folder'
    ? { store: openFolderStore(destination), setup: null }
    : openS3StoreWithSetup(s3Options(destination, access));
}

/** Throws as `openStore` does. */
export function openShelf(destination: Destination, access: Access): Shelf {
  return destination.kind === 'folder'
    ? openFolderShelf(destination)
    : openS3Shelf(s3Options(destination, access));
}

function s3Options(
  { endpoint, region, role, bucket, prefix, forcePathStyle }: Extract<Destination, { kind: 's3' }>,
  { environment, lines, mask }: Access,
): S3StoreOptions {
  const hide = (secrets: readonly string[]) => {
    lines.hide(secrets);
    mask(secrets);
  };
  return {
    bucket,
    prefix,
    forcePathStyle,
    ...(endpoint && { endpoint }),
    ...(region && { region }),
    ...(role && { openCredentials: githubRole({ role, environment, now: Date.now, hide }) }),
  };
}

export function openingWorld(destination: Destination, setting: Setting): OpeningWorld {
  return {
    now: Date.now,
    store: openStore(destination, setting),
    verifier: setting.keys.verifier,
    opener: setting.keys.opener,
    log: setting.log,
    clean: text => setting.lines.clean(text),
    pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
  };
}

/** `folder` is this run's own (work-folder.ts). */
export function decodingWorld(world: OpeningWorld, clients: ClientsSetting, folder: string): DecodingWorld {
  const own = clients.machine.environment;
  return { ...world, postgres: openArchiveTools({ clients: openClients(clients), folder, own }) };
}

/** `folder` is this run's own (work-folder.ts). */
export function backupWorld(
  config: Pick<BackupConfig, 'connection' | 'destination' | 'client' | 'compression' | 'lockWaitTimeoutMs'>,
  setting: Setting & { readonly folder: string; readonly journal: Journal; readonly run: RunFacts },
): World {
  const { url, commit, actor, tool } = setting.run;
  return {
    ...openingWorld(config.destination, setting),
    random: randomBytes,
    postgres: sourcePostgres(config, setting),
    encryption: setting.keys.encryption,
    signer: setting.keys.signer,
    journal: setting.journal,
    run: { url, commit, actor, tool },
  };
}

/** `folder` is this run's own (work-folder.ts). */
export function sourcePostgres(
  config: Pick<BackupConfig, 'connection' | 'client' | 'compression' | 'lockWaitTimeoutMs'>,
  setting: Pick<Setting, 'environment' | 'log'> & { readonly folder: string },
): Postgres {
  return openPostgres({
    ...config,
    clients: openClients(clientsSetting(config, setting)),
    folder: setting.folder,
    own: setting.environment,
    now: Date.now,
  });
}
