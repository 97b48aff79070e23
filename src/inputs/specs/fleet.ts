// The two actions that only this project's own workflow for fleets uses: the note that each database's job leaves, and the
// summary made of them.
import { NOTICES } from './notices.ts';
import { DETAIL } from './run.ts';
import type { InputSpec } from './spec.ts';

export const FLEET_NOTE_INPUTS: readonly InputSpec[] = [
  { name: 'name', kind: 'text', default: '', description: 'Name of the database. Required.' },
  {
    name: 'outputs',
    kind: 'text',
    default: '',
    description: "The backup's outputs, as JSON. Required.",
  },
];

export const FLEET_SUMMARY_INPUTS: readonly InputSpec[] = [
  {
    name: 'databases',
    kind: 'text',
    default: '',
    description: 'The databases of the fleet: a JSON array of objects with a `name` each. Required.',
  },
  DETAIL,
  ...NOTICES,
];
