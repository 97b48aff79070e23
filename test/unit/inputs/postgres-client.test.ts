// Which client is asked for, and from where one may come.
import { expect, it } from 'vitest';
import { readClient } from '../../../src/inputs/postgres-client.ts';
import { InputReader } from '../../../src/inputs/raw-inputs.ts';
import { BACKUP_INPUTS } from '../../../src/inputs/specs/backup.ts';

function problems(raw: Readonly<Record<string, string>>) {
  const inputs = new InputReader(new Map(Object.entries(raw)), BACKUP_INPUTS);
  readClient(inputs);
  return inputs.problems;
}

it.each([
  ['https://packages.example.net/pgdg', []],
  ['http://127.0.0.1:8080/', []],
  ['http://packages.example.net/pgdg', ['PGB280']],
  ['packages.example.net', ['PGB280']],
  ['file:///srv/pgdg', ['PGB280']],
  ['https://user:secret@packages.example.net', ['PGB280']],
  ['https://packages.example.net/?token=secret', ['PGB280']],
  ['https://packages.example.net/#x', ['PGB280']],
])('a mirror at %s: %j', (mirror, codes) => {
  const found = problems({ 'pgdg-mirror': mirror });
  expect(found.map(({ code }) => code)).toEqual(codes);
  expect(JSON.stringify(found)).not.toContain('secret');
});

it.each([
  ['auto', []],
  ['14', []],
  ['18', []],
  ['13', ['PGB102']],
  ['16.15', ['PGB102']],
  ['latest', ['PGB102']],
])('version %s: %j', (version, codes) => {
  expect(problems({ 'postgres-version': version }).map(({ code }) => code)).toEqual(codes);
});
