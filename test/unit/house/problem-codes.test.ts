// A code is what people search for: it means one thing, stands in one text, and is explained in the documentation.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const problems = join(checkout, 'src', 'problems');

/** One meaning told in two shapes: of one backup in the catalog, and of the database that was just asked. */
const TOLD_TWICE = ['PGB521'];

/** By the file's name: the ranges that problem.ts divides the codes into. */
const RANGES: Readonly<Record<string, RegExp>> = {
  'inputs.ts': /^PGB1/,
  'postgres.ts': /^PGB2/,
  'source-notes.ts': /^PGB2/,
  'client.ts': /^PGB2/,
  'storage.ts': /^PGB3/,
  'aws-role.ts': /^PGB16/,
  'storage-access.ts': /^PGB3/,
  'folder.ts': /^PGB3/,
  'proof.ts': /^PGB4/,
  'choose.ts': /^PGB4/,
  'verify.ts': /^PGB4/,
  'fetch.ts': /^PGB4/,
  'hold.ts': /^PGB4/,
  'retention.ts': /^PGB5/,
  'backups.ts': /^PGB5/,
  'reports.ts': /^PGB5/,
  'prune.ts': /^PGB5[45]/,
  'status.ts': /^PGB5[56]/,
  'keys.ts': /^PGB6/,
  'doctor.ts': /^PGB68/,
  'fleet.ts': /^PGB69/,
  'schedules.ts': /^PGB69/,
  'gate.ts': /^PGB6(5\d|6[0-8]|72)$/,
  'github.ts': /^PGB67/,
  'notices.ts': /^PGB7/,
  'outbound.ts': /^PGB15/,
  'telling.ts': /^PGB91/,
  'restore.ts': /^PGB8/,
  'restore-modes.ts': /^PGB8/,
  'restore-files.ts': /^PGB(?:7[23]|886)/,
  'host.ts': /^PGB9/,
  'restore-test.ts': /^PGB8[5-8]/,
  'schema.ts': /^PGB8[68]/,
  'run.ts': /^PGB9/,
};

const used = readdirSync(problems).flatMap(file =>
  [...readFileSync(join(problems, file), 'utf8').matchAll(/'(PGB\d+)'/g)].map(([, code = '']) => ({
    file,
    code,
  })),
);

describe('problem codes', () => {
  it('are many, have three digits, and stand in the range of their file', () => {
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter(({ code }) => !/^PGB[1-9]\d\d$/.test(code))).toEqual([]);
    expect(used.filter(({ file, code }) => !RANGES[file]?.test(code))).toEqual([]);
  });

  it('mean one thing each', () => {
    const counts = Map.groupBy(used, ({ code }) => code);
    const twice = [...counts].filter(([, all]) => all.length > 1).map(([code]) => code);
    expect(twice).toEqual(TOLD_TWICE);
  });

  it('are given by src/problems alone; others only ask which it was', () => {
    const elsewhere = readdirSync(join(checkout, 'src'), { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.ts') && !path.startsWith('problems/'))
      .filter(path => /code: ?'PGB|summary: ?['`]/.test(readFileSync(join(checkout, 'src', path), 'utf8')));
    // A command's summary is no problem's.
    expect(elsewhere.filter(path => !path.startsWith('entry/command-'))).toEqual([]);
  });

  it('are headings in docs/troubleshooting.md, all of them and no other', () => {
    const page = readFileSync(join(checkout, 'docs', 'troubleshooting.md'), 'utf8');
    const headings = [...page.matchAll(/^#{2,4} (PGB\d+)\b/gm)].map(([, code]) => code);
    const codes = [...new Set(used.map(({ code }) => code))].sort();
    expect({
      missing: codes.filter(code => !headings.includes(code)),
      stale: headings.filter(code => !codes.includes(code ?? '')),
    }).toEqual({
      missing: [],
      stale: [],
    });
    expect(new Set(headings).size).toBe(headings.length);
  });
});
