// The commands that read what is stored, and the holds, which are all that they write.
import { CLIENT, POSTGRES_VERSIONS } from './connection.ts';
import { TIMEOUT } from './run.ts';
import type { InputSpec } from './spec.ts';
import { BACKUP, DESTINATION, NAME_OF_BACKUPS, OPENING, SELECTION, VERIFY_KEYS } from './store.ts';

export const LIST_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  {
    name: 'name',
    kind: 'text',
    default: '',
    description: 'Show the backups of this name only. Default: all names.',
  },
  VERIFY_KEYS,
];

const CLIENT_OF_ARCHIVE: InputSpec = {
  name: 'postgres-version',
  kind: 'choice',
  default: 'auto',
  choices: POSTGRES_VERSIONS,
  description:
    'Major version of the client. `auto` takes one that reads the archive: of the major that wrote it or newer, fetched where none is on the machine.',
};

export const VERIFY_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  ...SELECTION,
  ...OPENING,
  ...CLIENT.map(spec => (spec.name === 'postgres-version' ? CLIENT_OF_ARCHIVE : spec)),
  TIMEOUT,
];

export const FETCH_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  ...SELECTION,
  {
    name: 'output',
    short: 'o',
    kind: 'text',
    default: '',
    description:
      'File to write, which must not exist yet; `-` streams to standard output, where the bytes count only if the exit status is 0. Required.',
  },
  {
    name: 'what',
    kind: 'choice',
    default: 'archive',
    choices: ['archive', 'globals', 'proof', 'manifest'],
    description:
      'Which of its files: the dump, roles and tablespaces as SQL, rows and SHA-256 of each table, or the manifest.',
  },
  {
    name: 'decrypt',
    kind: 'boolean',
    default: 'true',
    description: 'Turned off, the bytes come as they are stored; that needs no `age-identity`.',
  },
  ...OPENING,
  TIMEOUT,
];

export const HOLD_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  NAME_OF_BACKUPS,
  BACKUP,
  { name: 'reason', kind: 'text', default: '', description: 'Why, for whoever comes across the hold.' },
  {
    name: 'by',
    kind: 'text',
    default: '',
    description: 'Who holds it. Default: the user, or the actor of the workflow run.',
  },
  VERIFY_KEYS,
];

export const RELEASE_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  NAME_OF_BACKUPS,
  { ...BACKUP, default: '', description: 'Which one: its id, or the key of any of its objects. Required.' },
  VERIFY_KEYS,
];
