// Completions are tried in the shell itself, where it is there.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/entry/commands.ts';
import { completionFor } from '../../../src/entry/completion.ts';

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'completion-'));
  for (const shell of ['bash', 'zsh', 'fish'] as const)
    writeFileSync(join(folder, shell), completionFor(shell, COMMANDS));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What bash offers behind these words. */
function offered(...words: string[]): string[] {
  const list = ['pg-backup', ...words].map(word => `'${word}'`).join(' ');
  const script = `source ${join(folder, 'bash')}; COMP_WORDS=(${list}); COMP_CWORD=${words.length}; _pg_backup; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

describe.skipIf(!has('bash'))('bash', () => {
  it('offers every command', () => {
    expect(offered('')).toEqual([...COMMANDS.map(({ name }) => name), '--help', '--version']);
    expect(offered('ve')).toEqual(['verify']);
  });

  it.each(COMMANDS.map(({ name }) => name))('offers the flags of %s', name => {
    const command = COMMANDS.find(known => known.name === name);
    const flags = offered(name, '--');
    for (const spec of command?.inputs ?? []) expect(flags).toContain(`--${spec.name}`);
    expect(flags).toContain('--json');
  });

  it('offers the values of a choice, and operands', () => {
    expect(offered('fetch', '--what', '')).toEqual(['archive', 'globals', 'proof', 'manifest']);
    expect(offered('verify', '--tier', 'mo')).toEqual(['monthly']);
    expect(offered('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
    expect(offered('verify', 'la')).toEqual(['latest']);
  });
});

it.skipIf(!has('zsh'))('zsh reads its completions', () => {
  expect(spawnSync('zsh', ['-n', join(folder, 'zsh')]).status).toBe(0);
});
it.skipIf(!has('fish'))('fish reads its completions', () => {
  expect(spawnSync('fish', ['--no-execute', join(folder, 'fish')]).status).toBe(0);
});

it('no script holds an unpaired quote or an unescaped description', () => {
  for (const shell of ['zsh', 'fish'] as const) {
    const script = completionFor(shell, COMMANDS);
    for (const line of script.split('\n').filter(each => !each.startsWith('#')))
      expect(line.split("'").length % 2, line).toBe(1);
    for (const { name } of COMMANDS) expect(script).toContain(name);
  }
});
