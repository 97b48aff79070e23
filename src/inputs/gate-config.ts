// Everything that the gate needs to know, complete and valid. On a pull request's event nothing of a database is read, and
// for a fork nothing of the store either: there are no secrets to read it with.
import { DEFAULT_MIGRATIONS, GATE_LEVELS, type GateSettings } from '../commands/gate/settings.ts';
import {
  databaseUrlNeeded,
  gateNameMissing,
  migrationGlobsEmpty,
  migrationGlobUnknown,
  restoredWithinAlone,
} from '../problems/gate.ts';
import { type BackupConfig, readBackupInputs } from './backup-config.ts';
import { readBackupName } from './backup-name.ts';
import { type Destination, readDestination } from './destination.ts';
import { readGateEvent } from './gate-event.ts';
import type { InputReader, RawInputs } from './raw-inputs.ts';
import { type Outside, type Read, readAll } from './read.ts';
import { BACKUP_INPUTS } from './specs/backup.ts';
import { GATE_INPUTS } from './specs/gate.ts';

/** What the command is told, and what the entry makes its world of. */
export interface GateConfig extends Omit<GateSettings, 'detail' | 'warnings'> {
  /** undefined: a fork's pull request. */
  readonly destination: Destination | undefined;
  /** The database that is about to be migrated, and how a backup of it is taken; undefined: none may be touched. */
  readonly backup: BackupConfig | undefined;
  readonly github:
    | {
        readonly token: string;
        readonly apiUrl: string;
        /** `owner/name`. */
        readonly repository: string;
      }
    | undefined;
  readonly comment: boolean;
}

export function readGateInputs(raw: RawInputs, outside: Outside): Read<GateConfig> {
  return readAll(raw, GATE_INPUTS, inputs => {
    const event = readGateEvent(outside);
    const destination = event.fork ? undefined : readDestination(inputs);
    const name = readBackupName(inputs);
    if (name === undefined) inputs.problems.push(gateNameMissing());
    const require = inputs.choice('require', GATE_LEVELS);
    const onStale = inputs.choice('on-stale', ['fail', 'backup']);
    const config = {
      event,
      name: name ?? '',
      maxAgeMs: inputs.duration('max-age'),
      require,
      restoredWithinMs: readRestoredWithin(inputs, require),
      onStale,
      onFork: inputs.choice('on-fork', ['fail', 'pass']),
      acceptIdentity: inputs.optional('accept-identity'),
      migrations: readMigrations(inputs),
      github: readGitHub(inputs, outside),
      comment: inputs.boolean('comment'),
    };
    const backup = event.trusted ? readBackup(raw, inputs, outside, onStale === 'backup') : undefined;
    return event.fork || destination ? { ...config, destination, backup } : undefined;
  });
}

function readRestoredWithin(inputs: InputReader, require: GateConfig['require']): number | undefined {
  if (inputs.optional('restored-within') === undefined) return undefined;
  if (require !== 'restored') inputs.problems.push(restoredWithinAlone());
  return inputs.duration('restored-within');
}

function readMigrations(inputs: InputReader): readonly string[] {
  const text = inputs.optional('migrations');
  if (text === undefined) return DEFAULT_MIGRATIONS;
  const globs = text
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
    // GitHub names files from the root of the repository.
    .map(line => line.replace(/^\.?\/+/, '').replace(/\/+$/, ''));
  if (globs.length === 0) inputs.problems.push(migrationGlobsEmpty());
  inputs.problems.push(...globs.filter(glob => !isKnownGlob(glob)).map(migrationGlobUnknown));
  return globs;
}

/** As `matchesGlob` reads it: `**` is a name of its own, braces are not nested, and what others mean by `!`, `[]` and `\` is not there. */
function isKnownGlob(glob: string): boolean {
  const plain = glob.replaceAll(/\{[^{}]*\}/g, '');
  const names = glob.split('/');
  return (
    !/^!|[[\]\\]/.test(glob) &&
    !/[{}]/.test(plain) &&
    names.every(name => name !== '' && !/^\.\.?$/.test(name) && (name === '**' || !name.includes('**')))
  );
}

function readGitHub(inputs: InputReader, { environment }: Outside): GateConfig['github'] {
  const token = inputs.optional('github-token')?.trim();
  const repository = environment.GITHUB_REPOSITORY ?? '';
  if (token === undefined || !/^[^/]+\/[^/]+$/.test(repository)) return undefined;
  return { token, repository, apiUrl: environment.GITHUB_API_URL || 'https://api.github.com' };
}

/** The same inputs that the backup itself would read, and the same problems with them. */
function readBackup(
  raw: RawInputs,
  inputs: InputReader,
  outside: Outside,
  needed: boolean,
): BackupConfig | undefined {
  if (inputs.optional('database-url') === undefined) {
    if (needed) inputs.problems.push(databaseUrlNeeded());
    return undefined;
  }
  const its = new Set(BACKUP_INPUTS.map(spec => spec.name));
  const given = [...raw].filter(([name]) => its.has(name));
  const read = readBackupInputs(new Map([...given, ['tier', 'pre-migration'], ['prune', 'false']]), outside);
  const told = new Set(inputs.problems.map(problem => problem.message));
  inputs.problems.push(...read.problems.filter(problem => !told.has(problem.message)));
  inputs.warnings.push(...read.warnings);
  return read.config;
}
