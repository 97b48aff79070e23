// Holds the house to its plan: who may import whom, and where the outside may be touched.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../../src');
const PURE = ['backups', 'retention', 'proof', 'reports', 'problems'];
const ADAPTERS = ['postgres', 'storage', 'encryption', 'files', 'notify', 'github'];

interface Import {
  readonly file: string;
  readonly room: string;
  /** A room, or the package's name. */
  readonly target: string;
  /** Path inside the room, or the package again. */
  readonly path: string;
}

const imports = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts') && path.includes('/'))
  .flatMap(path => importsOf(join(SRC, path)));

function importsOf(file: string): Import[] {
  const room = relative(SRC, file).split('/')[0] ?? '';
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(
    /(?:^|\n)(?:import|export)[^;'"]*?from '([^']+)'|import\('([^']+)'\)|(?:^|\n)import '([^']+)'/g,
  );
  return [...found].map(([, static_, dynamic, bare]) => {
    const specifier = static_ ?? dynamic ?? bare ?? '';
    if (!specifier.startsWith('.'))
      return { file: relative(SRC, file), room, target: specifier, path: specifier };
    const path = relative(SRC, resolve(file, '..', specifier));
    return { file: relative(SRC, file), room, target: path.split('/')[0] ?? '', path };
  });
}

function offenders(room: string, allowed: (one: Import) => boolean): string[] {
  return imports
    .filter(one => one.room === room && !allowed(one))
    .map(one => `${one.file} imports ${one.path}`);
}

const isPackage = ({ path }: Import) => !path.endsWith('.ts');

describe('the house', () => {
  it.each(PURE)('%s imports pure rooms only, and nothing that touches the outside', room => {
    const pureModules = ['node:crypto', 'node:buffer', 'canonicalize', 'temporal-polyfill'];
    expect(offenders(room, one => PURE.includes(one.target) || pureModules.includes(one.target))).toEqual([]);
  });

  it.each(ADAPTERS)('%s imports its own room, types of backups, problems and libraries', room => {
    const allowed = [room, 'backups', 'problems'];
    const known = room === 'notify' ? [...allowed, 'reports'] : allowed;
    expect(offenders(room, one => isPackage(one) || known.includes(one.target))).toEqual([]);
  });

  it('inputs import pure rooms, and what a command wants to be told', () => {
    const allowed = (one: Import) =>
      ['inputs', ...PURE].includes(one.target) || /^commands\/[\w-]+\/settings\.ts$/.test(one.path);
    expect(offenders('inputs', allowed)).toEqual([]);
  });

  it('commands import commands, pure rooms and ports', () => {
    const allowed = (one: Import) =>
      ['commands', ...PURE].includes(one.target) ||
      (ADAPTERS.includes(one.target) && /[/-]port\.ts$/.test(one.path)) ||
      ['node:crypto', 'node:stream'].includes(one.target);
    expect(offenders('commands', allowed)).toEqual([]);
  });

  it('no room but the entry and the stubs imports the entry', () => {
    expect(imports.filter(one => one.target === 'entry' && one.room !== 'entry')).toEqual([]);
  });

  it('clocks, randomness and process.env are touched by adapters and entries alone', () => {
    const inside = [...PURE, 'commands', 'inputs'];
    const touched = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.ts') && inside.includes(path.split('/')[0] ?? ''))
      .filter(path =>
        /\bDate\.now\(|new Date\(\)|Math\.random\(|process\.env\b|randomBytes\(/.test(code(join(SRC, path))),
      );
    expect(touched).toEqual([]);
  });

  it('files open with a sentence and stay readable', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(path =>
      path.endsWith('.ts'),
    );
    const mute = files.filter(path => !readFileSync(join(SRC, path), 'utf8').startsWith('//'));
    const long = files
      .filter(path => !path.startsWith('problems/'))
      .filter(path => readFileSync(join(SRC, path), 'utf8').split('\n').length > 250);
    expect({ mute, long }).toEqual({ mute: [], long: [] });
  });
});

/** Without comments: they may speak of anything. */
function code(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
