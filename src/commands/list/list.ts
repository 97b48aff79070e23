// What lies at a destination, name by name. Reads only.
import { toBackupLines } from '../../backups/choose.ts';
import type { Warning } from '../../problems/problem.ts';
import type { NamedBackups } from '../../reports/list-table.ts';
import { findNames } from '../names.ts';
import { CatalogReader } from '../read-catalog.ts';
import type { ReadingWorld } from '../world.ts';

export interface Listed {
  readonly names: readonly NamedBackups[];
  readonly warnings: readonly Warning[];
}

/** Of one name, or of all that have an object at this destination, in alphabetical order. */
export async function list(
  world: ReadingWorld,
  name: string | undefined,
  signal: AbortSignal,
): Promise<Listed> {
  const reader = new CatalogReader(world);
  const names: NamedBackups[] = [];
  const warnings: Warning[] = [];
  for (const each of name === undefined ? await findNames(world, signal) : [name]) {
    const catalog = await reader.read({ name: each, now: world.now() }, signal);
    names.push({ name: each, backups: toBackupLines(catalog) });
    warnings.push(...catalog.alarms);
  }
  return { names, warnings };
}
