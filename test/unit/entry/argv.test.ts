import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readArguments } from '../../../src/entry/argv.ts';
import { COMMANDS } from '../../../src/entry/commands.ts';
import { BACKUP_INPUTS } from '../../../src/inputs/specs/backup.ts';
import { Problem, Problems } from '../../../src/problems/problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'argv-'));
const file = join(folder, 'secret');
writeFileSync(file, 'from a file\n');
afterAll(() => rmSync(folder, { recursive: true }));

const ENVIRONMENT = { KEY: 'from the environment', EMPTY: '' };

function read(...args: string[]) {
  const { raw, help } = readArguments(args, { inputs: BACKUP_INPUTS }, ENVIRONMENT);
  return { ...Object.fromEntries(raw), ...(help && { help }) };
}

function problemsOf(...args: string[]): readonly Problem[] {
  try {
    read(...args);
  } catch (error) {
    if (error instanceof Problems) return error.all;
    if (error instanceof Problem) return [error];
    throw error;
  }
  return [];
}
const codes = (...args: string[]) => problemsOf(...args).map(({ code }) => code);

describe('flags', () => {
  it.each<[string[], object]>([
    [[], {}],
    [['--name', 'app'], { name: 'app' }],
    [['--name=app=1'], { name: 'app=1' }],
    [['--prune'], { prune: 'true' }],
    [['--no-prune'], { prune: 'false' }],
    [['--dry-run', '--tier', 'manual'], { 'dry-run': 'true', tier: 'manual' }],
    [['--json', '--help'], { help: true }],
    [['-h'], { help: true }],
    [['--retention', 'daily: 30d; weekly: 12w'], { retention: 'daily: 30d; weekly: 12w' }],
    [['--name=-x'], { name: '-x' }],
    [['--name', '-'], { name: '-' }],
    [['--prune=false'], { prune: 'false' }],
    [['--dry-run=nonsense'], { 'dry-run': 'nonsense' }],
    [['--name='], { name: '' }],
  ])('%j', (args, wanted) => {
    expect(read(...args)).toEqual(wanted);
  });

  it.each<[string[], string[]]>([
    [['app'], ['PGB153']],
    [['--', '--name'], ['PGB153']],
    [['--name'], ['PGB153']],
    [['--name', 'a', '--name', 'b'], ['PGB153']],
    [['--prune', '--no-prune'], ['PGB153']],
    [
      ['--retension', 'x'],
      ['PGB100', 'PGB153'],
    ],
    [
      ['-n', 'app'],
      ['PGB100', 'PGB153'],
    ],
    [['--no-name'], ['PGB100']],
    [
      ['--constructor', '--no-constructor'],
      ['PGB100', 'PGB100'],
    ],
    [['--name', '--dry-run'], ['PGB153']],
    [['--name', '-x'], ['PGB153']],
    [['--no-prune=true'], ['PGB100']],
    [['--prune', 'false'], ['PGB153']],
    [['--no-json'], ['PGB100']],
    [['--no-help'], ['PGB100']],
  ])('%j is refused: %j', (args, wanted) => {
    expect(codes(...args)).toEqual(wanted);
  });

  it('a help that is asked for is given, whatever else is wrong', () => {
    expect(read('--help', '--nonsense', 'x')).toMatchObject({ help: true });
  });

  it('a slip of the pen gets its proposal', () => {
    expect(problemsOf('--retension=x')[0]?.hint).toContain('`retention`');
  });

  it('every input of every command is a flag', () => {
    for (const command of COMMANDS) {
      for (const { name, kind } of command.inputs) {
        const args = kind === 'boolean' ? [`--${name}`] : [`--${name}`, 'env:KEY'];
        expect(readArguments(args, command, ENVIRONMENT).raw.has(name)).toBe(true);
      }
    }
  });
});

describe('commands with more than flags', () => {
  const of = (name: string, ...args: string[]) => {
    const command = COMMANDS.find(known => known.name === name);
    if (!command) throw new Error(name);
    return Object.fromEntries(readArguments(args, command, ENVIRONMENT).raw);
  };

  it('take an operand, and a short flag', () => {
    expect(of('fetch', '3f9k2m7q', '-o', '-', '--no-decrypt', '--what=proof')).toEqual({
      backup: '3f9k2m7q',
      output: '-',
      decrypt: 'false',
      what: 'proof',
    });
    expect(of('completion', 'zsh', '--json')).toEqual({ shell: 'zsh' });
    expect(() => of('fetch', '3f9k2m7q', '--backup', 'latest')).toThrow('--backup is given twice');
    expect(() => of('fetch', 'one', 'two')).toThrow('--backup is given twice');
    expect(() => of('list', 'app')).toThrow('stands where a flag is expected');
  });

  it('know an input whose own name begins with no-', () => {
    const inputs = [{ name: 'no-owner', kind: 'boolean', default: 'false', description: '' }] as const;
    const owner = (flag: string) => readArguments([flag], { inputs }, {}).raw.get('no-owner');
    expect([owner('--no-owner'), owner('--no-no-owner')]).toEqual(['true', 'false']);
  });
});

describe('values from elsewhere', () => {
  it('stand in the environment or in a file', () => {
    expect(read('--password', 'env:KEY', '--signing-key', `@${file}`, '--name', 'env:KEY')).toEqual({
      password: 'from the environment',
      'signing-key': 'from a file\n',
      name: 'from the environment',
    });
  });

  it.each([
    ['--password', 'env:EMPTY'],
    ['--password', 'env:MISSING'],
    ['--password', '@/no/such/file'],
    ['--name', '@'],
  ])('%s %s is not there', (flag, value) => {
    expect(codes(flag, value)).toEqual(['PGB151']);
  });
});

describe('a secret in an argument', () => {
  it.each(BACKUP_INPUTS.filter(({ secret }) => secret).map(({ name }) => name))(
    '`%s` is refused, and never repeated',
    name => {
      const [problem, ...others] = problemsOf(`--${name}`, 'postgresql://u:hunter2@db/app');
      expect(others).toEqual([]);
      expect(problem).toMatchObject({ code: 'PGB150', kind: 'configuration' });
      expect(`${problem?.message} ${problem?.detail}`).not.toContain('hunter2');
    },
  );

  it.each([
    'postgresql://u@db/app',
    'postgresql://db:5432/app',
    'host=db dbname=app',
    'service=prod',
    'postgresql://[::1]:5432/app',
  ])('a connection without a password may stand there: %s', url => {
    expect(read('--database-url', url)).toEqual({ 'database-url': url });
  });

  it.each([
    'postgresql://u:hunter2@db/app',
    'postgresql://u:hun/ter2@db/app',
    'postgresql://u:hun@ter2@db/app',
    'postgresql://u:hun\nter2@db/app',
    'postgresql://u@db/app?password=hunter2',
    'host=db PASSWORD = hunter2',
    'u:hunter2@db',
  ])('one with a password may not: %j', url => {
    expect(codes('--database-url', url)).toEqual(['PGB150']);
  });
});
