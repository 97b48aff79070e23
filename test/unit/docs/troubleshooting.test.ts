// docs/troubleshooting.md has exactly the codes that the program can show, in order, each with something to read.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkout } from '../../parts/folder.ts';
import { readPage } from './pages.ts';

const problems = join(checkout, 'src', 'problems');
const shown = new Set(
  readdirSync(problems).flatMap(
    file => readFileSync(join(problems, file), 'utf8').match(/'PGB\d{3}'/g) ?? [],
  ),
);
const codes = [...shown].map(code => code.slice(1, -1)).sort();
const page = readPage('docs/troubleshooting.md');
const sections = [...page.text.matchAll(/^## (.+)\n\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm)].map(
  ([, heading = '', text = '']) => ({ heading, text }),
);

it('every code has one section, and no section is left of a code that went', () => {
  expect(codes.length).toBeGreaterThan(100);
  expect(sections.map(({ heading }) => heading)).toEqual(codes);
});

it('every section says something of its own', () => {
  expect(sections.filter(({ text }) => text.trim().length < 60).map(({ heading }) => heading)).toEqual([]);
  const texts = sections.map(({ text }) => text.trim());
  expect(new Set(texts).size).toBe(texts.length);
});

it('every code that is named anywhere on the page exists', () => {
  const named = [...page.text.replace(/^\| PGB.*$/gm, '').matchAll(/PGB\d{3}/g)].map(([code]) => code);
  expect([...new Set(named)].filter(code => !codes.includes(code))).toEqual([]);
});
