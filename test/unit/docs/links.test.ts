// Links within the project lead somewhere, headings included; the README stays short enough to be read; no page names
// the place where it was written.
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkout } from '../../parts/folder.ts';
import { anchorOf, readPage, readPages } from './pages.ts';

const pages = readPages();
const LONGEST_README = 299;

describe('links', () => {
  it.each(pages.map(page => page.path))('of %s lead to a file, and to a heading in it', path => {
    const dead = readPage(path)
      .links.filter(target => !/^[a-z]+:/.test(target))
      .filter(target => !leads(path, target));
    expect(dead).toEqual([]);
  });

  it('are written out in full nowhere but to the outside', () => {
    const absolute = pages.flatMap(page => page.links.filter(target => target.startsWith('/')));
    expect(absolute).toEqual([]);
  });
});

describe('pages', () => {
  it('open with a title, the only one of its rank', () => {
    const odd = pages.filter(({ text }) => {
      const withoutCode = text.replaceAll(/^```[\s\S]*?^```$/gm, '');
      return !text.startsWith('# ') || withoutCode.match(/^# /gm)?.length !== 1;
    });
    expect(odd.map(page => page.path)).toEqual([]);
  });

  it('do not name the place where they were written', () => {
    const own = [checkout, dirname(checkout), homedir(), tmpdir()].filter(folder => folder !== '/');
    const named = pages.flatMap(({ path, text }) =>
      own.filter(folder => text.includes(`${folder}/`)).map(folder => `${path}: ${folder}`),
    );
    expect(named).toEqual([]);
  });

  it('are calm: no exclamation marks, no emoji', () => {
    const loud = pages.flatMap(({ path, text }) =>
      text
        .replaceAll(/^```[\s\S]*?^```$/gm, '')
        .replaceAll(/`[^`\n]*`|<!--|!\[/g, '')
        .split('\n')
        .filter(line => /!|\p{Extended_Pictographic}/u.test(line))
        .map(line => `${path}: ${line}`),
    );
    expect(loud).toEqual([]);
  });

  it('README can be read in one go', () => {
    expect(readPage('README.md').text.split('\n').length - 1).toBeLessThanOrEqual(LONGEST_README);
  });
});

describe('the guarantees', () => {
  const [, table = ''] =
    /<!-- guarantees -->\n([\s\S]*?)\n\n/.exec(readPage('docs/guarantees.md').text) ?? [];
  const rows = table.split('\n').filter(row => row.startsWith('| G'));

  it('each name at least one test, and only tests', () => {
    expect(rows.length).toBeGreaterThan(5);
    const untested = rows.filter(row => {
      const files = [...row.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file);
      return (
        files.length === 0 ||
        !files.every(file => file.endsWith('.test.ts') && existsSync(join(checkout, 'docs', file)))
      );
    });
    expect(untested).toEqual([]);
  });

  it('stand there once each, in order', () => {
    const numbers = rows.map(row => Number(/^\| G(\d+) /.exec(row)?.[1]));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });

  it('are the ones that the README promises', () => {
    const promised = [...readPage('README.md').text.matchAll(/\*\*(G\d+)\*\*/g)].map(([, name]) => name);
    expect(promised).toEqual(rows.map(row => /^\| (G\d+) /.exec(row)?.[1]));
  });
});

function leads(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from : normalize(join(dirname(from), decodeURIComponent(file)));
  if (path.startsWith('..') || !existsSync(join(checkout, path))) return false;
  return anchor === undefined || readPage(path).headings.map(anchorOf).includes(anchor);
}
