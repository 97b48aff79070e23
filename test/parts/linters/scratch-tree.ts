// A repository on disk for linters that read files: the samples as its workflows, beside this project's own actions.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { actionFiles } from '../action-files.ts';
import { readWorkflows, type Sample, WORKFLOWS } from './sample.ts';

export interface ScratchTree {
  readonly folder: string;
  /** Of the samples, in their order. */
  readonly files: readonly string[];
  /** Which sample a linter means by a file's path. */
  sampleOf(path: string): Sample | undefined;
}

/** Gives the tree to `use` and takes it away after it; `change` sees every workflow's text first. */
export async function withScratchTree<T>(
  samples: readonly Sample[],
  change: (text: string) => string,
  use: (tree: ScratchTree) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-lint-'));
  try {
    // What linters take for a repository's root.
    for (const path of ['.git', WORKFLOWS]) mkdirSync(join(folder, path), { recursive: true });
    const add = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    for (const [path, text] of Object.entries(actionFiles())) {
      add(path, text);
      for (const script of scriptsOf(path, text)) add(script, '');
    }
    for (const { where, text } of readWorkflows(WORKFLOWS)) writeFileSync(join(folder, where), change(text));
    const files = samples.map((sample, index) => {
      const path = sample.where.startsWith('.github/')
        ? sample.where
        : join(WORKFLOWS, `sample-${index}.yml`);
      writeFileSync(join(folder, path), change(sample.text));
      return path;
    });
    const sampleOf = (path: string) => samples[files.findIndex(file => path.endsWith(file))];
    return await use({ folder, files, sampleOf });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What an action's file says to start: it has to be there, and no linter reads it. */
function scriptsOf(path: string, text: string): string[] {
  const { runs } = parse(text);
  return [runs.main, runs.post]
    .filter(script => typeof script === 'string')
    .map(script => join(dirname(path), script));
}
