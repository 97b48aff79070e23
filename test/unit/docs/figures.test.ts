// Figures and enumerations in the README and its pages are those of the code, of what the tests run on, or of the recorded
// bench; none of them is true only on the day it was written.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { performancePage, withShortBench } from '../../../scripts/bench-tables.ts';
import { LEVELS } from '../../../src/backups/level.ts';
import { TIERS } from '../../../src/backups/tier.ts';
import { exitStatus } from '../../../src/entry/exit-status.ts';
import { Problem, type ProblemKind } from '../../../src/problems/problem.ts';
import { SMALLEST_PART } from '../../../src/storage/part-plan.ts';
import { checkout } from '../../parts/folder.ts';
import { POSTGRES_MAJORS } from '../../parts/postgres-binaries.ts';
import { readPage, readPages } from './pages.ts';

const readme = readPage('README.md');
const performance = readPage('docs/performance.md');
const pages = readPages().filter(({ path }) => path !== 'CHANGELOG.md');

/** Every match of a pattern in every page, with where it stands. */
function everywhere(pattern: RegExp) {
  return pages.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(([shown, ...groups]) => ({ where: `${path}: ${shown}`, groups })),
  );
}

describe('measured figures', () => {
  it('are those of docs/bench.json', () => {
    expect(withShortBench(readme.text)).toBe(readme.text);
    expect(performancePage(performance.text)).toBe(performance.text);
  });

  it('stand between the marks, and a miss is called one', () => {
    const { answers } = JSON.parse(readFileSync(join(checkout, 'docs', 'bench.json'), 'utf8')) as {
      answers: { what: string; target: object | null; pass: boolean }[];
    };
    expect(answers.length).toBeGreaterThan(15);
    for (const { what, target, pass } of answers) {
      const [row = ''] = performance.text.split('\n').filter(line => line.startsWith(`| ${what} |`));
      expect(row, what).not.toBe('');
      expect(row.includes('missed'), row).toBe(target !== null && !pass);
    }
    const measured = /## Measured\n\n([\s\S]*?)\n\n## /.exec(readme.text)?.[1] ?? '';
    expect(measured).toMatch(/^<!-- bench -->[\s\S]*\| \d[\s\S]*<!-- \/bench -->$/);
  });
});

describe('versions', () => {
  it('of PostgreSQL that are said to be tested are those that the tests start', () => {
    const told = everywhere(/PostgreSQL (\d+) to (\d+) are tested/g);
    expect(told.length).toBeGreaterThan(0);
    for (const { groups, where } of told)
      expect(groups.map(Number), where).toEqual([Math.min(...POSTGRES_MAJORS), Math.max(...POSTGRES_MAJORS)]);
  });

  it('of PostgreSQL that are accepted beside them begin where a backup refuses', () => {
    const preflight = readFileSync(join(checkout, 'src', 'commands', 'backup', 'preflight.ts'), 'utf8');
    const oldest = Number(/OLDEST_MAJOR = (\d+)/.exec(preflight)?.[1]);
    const between = POSTGRES_MAJORS[0] - oldest;
    const majors = Array.from({ length: between }, (_, at) => oldest + at).join(' and ');
    expect(readme.text).toContain(`are tested; ${majors} are accepted`);
  });

  it('of Node.js are the one that the package asks for', () => {
    const { engines } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    const told = everywhere(/Node(?:\.js)? (\d+)(?![\d.])/g);
    expect(told.length).toBeGreaterThan(0);
    for (const { groups, where } of told) expect(`>=${groups[0]}`, where).toBe(engines.node);
  });
});

describe('exit statuses', () => {
  const kinds: Readonly<Record<ProblemKind, true>> = {
    configuration: true,
    environment: true,
    remote: true,
    integrity: true,
    stale: true,
    cancelled: true,
    internal: true,
  };
  const statuses = new Set([
    ...(['success', 'cancelled'] as const).flatMap(result =>
      (['SIGINT', 'SIGTERM', null] as const).map(signal => exitStatus({ result, problems: [] }, signal)),
    ),
    ...(Object.keys(kinds) as ProblemKind[]).map(kind =>
      exitStatus(
        { result: 'failed', problems: [new Problem({ kind, code: 'PGB100', summary: '', hint: '' })] },
        null,
      ),
    ),
  ]);

  it('of the README are those that there are, and each means what it says', () => {
    const [, table = ''] = /\| exit status \| \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(readme.text) ?? [];
    const rows = [...table.matchAll(/^\| ([\d, ]+) \| (.+) \|$/gm)].map(
      ([, numbers = '', meaning = '']) => [numbers.split(', ').map(Number), meaning] as const,
    );
    expect(rows.flatMap(([numbers]) => numbers).sort()).toEqual([...statuses].sort());
    const meaning = (status: number) => rows.find(([numbers]) => numbers.includes(status))?.[1] ?? '';
    expect(meaning(0)).toMatch(/good/);
    expect(meaning(1)).toMatch(/failed/);
    expect(meaning(2)).toMatch(/configuration/);
    expect(meaning(3)).toMatch(/stale/);
    expect(meaning(130)).toMatch(/SIGINT, SIGTERM/);
  });
});

describe('enumerations of the README', () => {
  it('are whole: levels, tiers, actions, workflows', () => {
    const section = (title: string) => readme.text.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
    const proven = section('How a backup is proven');
    const levels = [...proven.matchAll(/^\| `(\w+)` \|/gm)].map(([, level]) => level);
    expect([...levels, 'restored']).toEqual([...LEVELS]);
    expect(proven).toContain('A fifth, `restored`,');

    const tiers = section('Tiers and retention');
    expect(TIERS.filter(tier => !tiers.includes(`\`${tier}\``))).toEqual([]);

    const folders = readdirSync(checkout, { recursive: false, withFileTypes: true })
      .filter(entry => entry.isDirectory() && readdirSync(join(checkout, entry.name)).includes('action.yml'))
      .map(({ name }) => name);
    const shown = [...section('What there is').matchAll(/^\| \[`…\/([\w-]+)`\]/gm)].map(([, name]) => name);
    expect(shown.sort()).toEqual(folders.sort());

    const called = readdirSync(join(checkout, '.github', 'workflows')).filter(name =>
      /^ {2}workflow_call:/m.test(readFileSync(join(checkout, '.github', 'workflows', name), 'utf8')),
    );
    const callers = [...readme.text.matchAll(/workflows\/([\w-]+\.yml)@/g)].map(([, name]) => name);
    expect([...new Set(callers)].sort()).toEqual(called.sort());
  });

  it('where problems are counted, it is as many as troubleshooting has', () => {
    const codes = readPage('docs/troubleshooting.md').headings.filter(heading => /^PGB\d{3}/.test(heading));
    for (const { groups, where } of everywhere(/\b(\d[\d,]*) (?:problem|error) codes?\b/g))
      expect(Number(groups[0]?.replaceAll(',', '')), where).toBe(codes.length);
  });
});

describe('sizes in docs/performance.md', () => {
  it('are those of the code', () => {
    expect(performance.text).toContain(`${SMALLEST_PART / 1024 ** 2} MiB, larger beyond 70 GiB`);
    const jobs = readFileSync(join(checkout, 'src', 'entry', 'settle-jobs.ts'), 'utf8');
    const [, most] = /MOST_JOBS = (\d+)/.exec(jobs) ?? [];
    expect(performance.text).toContain(`as many as there are cores, 2 to ${most}`);
  });
});
