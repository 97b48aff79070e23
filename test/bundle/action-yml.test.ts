import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { BACKUP_INPUTS } from '../../src/inputs/specs/backup.ts';
import { initialOutputs } from '../../src/reports/outputs.ts';
import { actionFolder } from '../parts/packed-action.ts';

const metadata = parse(readFileSync(join(actionFolder, 'action.yml'), 'utf8'));

describe('action.yml', () => {
  it('names node24 and files that are there', () => {
    expect(metadata.runs).toEqual({ using: 'node24', main: 'dist/backup.js', post: 'dist/cleanup.js' });
    expect(existsSync(join(actionFolder, metadata.runs.main))).toBe(true);
    expect(existsSync(join(actionFolder, metadata.runs.post))).toBe(true);
  });

  it('has every input with its default, as text, and none required: the action says what is missing', () => {
    const inputs = Object.entries<{ default: unknown; required: unknown }>(metadata.inputs);
    expect(inputs.map(([name, spec]) => [name, spec.default, spec.required])).toEqual(
      BACKUP_INPUTS.map(spec => [spec.name, spec.default, false]),
    );
  });

  it('has every output', () => {
    expect(Object.keys(metadata.outputs)).toEqual(Object.keys(initialOutputs()));
  });
});
