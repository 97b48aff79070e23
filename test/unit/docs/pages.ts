// The project's own prose, as the tests of this folder read it: every page with its headings, links and code blocks.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../../parts/folder.ts';

export interface Block {
  readonly language: string;
  readonly text: string;
}

export interface Page {
  /** Relative to the checkout. */
  readonly path: string;
  readonly text: string;
  /** As they stand after the `#`s. */
  readonly headings: readonly string[];
  readonly blocks: readonly Block[];
  /** Targets of Markdown links outside of code. */
  readonly links: readonly string[];
}

/** README and its like, docs/, all Markdown. */
export function readPages(): Page[] {
  const top = readdirSync(checkout).filter(name => name.endsWith('.md'));
  const docs = readdirSync(join(checkout, 'docs')).filter(name => name.endsWith('.md'));
  return [...top, ...docs.map(name => join('docs', name))].sort().map(readPage);
}

export function readPage(path: string): Page {
  const text = readFileSync(join(checkout, path), 'utf8');
  const blocks = [...text.matchAll(/^(?:> ?)?```(\w*)\n([\s\S]*?)^(?:> ?)?```$/gm)].map(
    ([, language = '', block = '']) => ({ language, text: block }),
  );
  const prose = text.replaceAll(/^(?:> ?)?```[\s\S]*?^(?:> ?)?```$/gm, '');
  return {
    path,
    text,
    blocks,
    headings: [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading),
    links: [...prose.replaceAll(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(
      ([, target = '']) => target,
    ),
  };
}

/** As GitHub makes them: lower case, punctuation gone, blanks to hyphens. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
