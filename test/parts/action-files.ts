// Every action.yml of this project: the root's, one in each folder that people name after `uses:`, and those of the
// actions that only our own workflows use.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './folder.ts';

/** Relative to the checkout. */
export function actionFiles(): string[] {
  const folders = ['.', ...readdirSync(checkout), ...subfolders(join('.github', 'actions'))];
  return folders.map(folder => join(folder, 'action.yml')).filter(path => existsSync(join(checkout, path)));
}

function subfolders(path: string): string[] {
  const folder = join(checkout, path);
  return existsSync(folder) ? readdirSync(folder).map(name => join(path, name)) : [];
}
