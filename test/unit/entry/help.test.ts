// Every word of --help, in golden files (UPDATE_GOLDEN=1 writes them).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/entry/commands.ts';
import { helpFor, overview } from '../../../src/entry/help.ts';

const golden = fileURLToPath(new URL('golden/', import.meta.url));

function expectGolden(name: string, text: string): void {
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(golden, { recursive: true });
    writeFileSync(join(golden, name), text);
  }
  expect(text).toBe(readFileSync(join(golden, name), 'utf8'));
}

describe('help', () => {
  it('gives an overview', () => {
    expectGolden('overview.txt', overview(COMMANDS));
  });

  it.each(COMMANDS.map(command => [command.name, command] as const))('explains %s', (name, command) => {
    const text = helpFor(command);
    expectGolden(`${name}.txt`, text);
    for (const spec of command.inputs)
      expect(text).toMatch(new RegExp(`^  --(\\[no-\\])?${spec.name}\\b`, 'm'));
    // The examples may be longer: they are for copying.
    const flags = text.slice(text.indexOf('Flags'));
    expect(flags.split('\n').filter(line => line.length > 104)).toEqual([]);
  });
});
