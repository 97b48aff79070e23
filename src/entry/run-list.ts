// `pg-backup list` from raw inputs to its answer.
import { list } from '../commands/list/list.ts';
import { readListInputs } from '../inputs/list-config.ts';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import { throwAll } from '../problems/problem.ts';
import { listToJson } from '../reports/list-json.ts';
import { renderList } from '../reports/list-table.ts';
import { hideSecrets } from './hide-secrets.ts';
import { readKeys } from './keys.ts';
import { readingWorld, type Setting } from './world.ts';

/** The table, or JSON. Throws Problems. */
export async function runList(
  raw: RawInputs,
  setting: Omit<Setting, 'keys'>,
  json: boolean,
  signal: AbortSignal,
): Promise<string> {
  hideSecrets(raw, setting.environment, setting.lines);
  const { destination, name, keyTexts, problems } = readListInputs(raw);
  const keys = readKeys(keyTexts);
  throwAll([...problems, ...keys.problems]);
  if (!destination) throw new Error('the inputs have no problem and no destination');
  const world = readingWorld(destination, { ...setting, keys });
  try {
    const { names, warnings } = await list(world, name, signal);
    for (const warning of warnings) setting.log.warn(warning);
    if (json) return `${JSON.stringify(listToJson(world.store.place, names), null, 2)}\n`;
    const columns = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
    return setting.lines.clean(renderList(names, { now: world.now(), columns }));
  } finally {
    world.store.close();
  }
}
