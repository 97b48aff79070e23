import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../../src/entry/argv.ts';
import { COMMANDS } from '../../../src/entry/commands.ts';
import { Problem, Problems } from '../../../src/problems/problem.ts';

function read(name: string, args: string[], environment: NodeJS.ProcessEnv = {}) {
  const command = COMMANDS.find(known => known.name === name);
  if (!command) throw new Error(name);
  try {
    const { raw, help } = readArguments(args, command, environment);
    return { ...Object.fromEntries(raw), ...(help && { help }) };
  } catch (error) {
    if (error instanceof Problems) return error.all.map(({ code }) => code);
    if (error instanceof Problem) return [error.code];
    throw error;
  }
}

describe('arguments', () => {
  it('are flags, short ones, their negations, and one operand', () => {
    expect(read('fetch', ['3f9k2m7q', '-o', '-', '--no-decrypt', '--what=proof'])).toEqual({
      backup: '3f9k2m7q',
      output: '-',
      decrypt: 'false',
      what: 'proof',
    });
    expect(read('backup', ['--no-prune', '--allow-empty'])).toEqual({
      prune: 'false',
      'allow-empty': 'true',
    });
    expect(read('completion', ['zsh', '--json'])).toEqual({ shell: 'zsh' });
  });

  it('know an input whose own name begins with no-', () => {
    const inputs = [{ name: 'no-owner', kind: 'boolean', default: 'false', description: '' }] as const;
    const of = (flag: string) => readArguments([flag], { inputs }, {}).raw.get('no-owner');
    expect([of('--no-owner'), of('--no-no-owner')]).toEqual(['true', 'false']);
  });

  it('are refused where one is unknown, double, without its value, or where nothing may stand', () => {
    expect(read('fetch', ['--ouput', '--what'])).toEqual(['PGB100', 'PGB153']);
    expect(read('fetch', ['a', '--backup', 'b'])).toEqual(['PGB153']);
    expect(read('fetch', ['--output'])).toEqual(['PGB153']);
    expect(read('list', ['app'])).toEqual(['PGB153']);
  });

  it('hold no secret: those come from the environment or a file', () => {
    expect(read('verify', ['--age-identity', 'AGE-SECRET-KEY-1QQ'])).toEqual(['PGB150']);
    expect(read('verify', ['--age-identity', 'env:KEY'], { KEY: 'AGE-SECRET-KEY-1QQ' })).toEqual({
      'age-identity': 'AGE-SECRET-KEY-1QQ',
    });
    const folder = mkdtempSync(join(tmpdir(), 'argv-'));
    writeFileSync(join(folder, 'key.txt'), 'AGE-SECRET-KEY-1PP\n');
    expect(read('verify', ['--age-identity', `@${join(folder, 'key.txt')}`])).toEqual({
      'age-identity': 'AGE-SECRET-KEY-1PP\n',
    });
    rmSync(folder, { recursive: true });
    expect(read('verify', ['--age-identity', '@/nowhere'])).toEqual(['PGB151']);
  });

  it('that ask for help are not judged', () => {
    expect(read('verify', ['--help', '--nonsense'])).toMatchObject({ help: true });
  });
});
