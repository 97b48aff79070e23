// One secret that holds the addresses of a whole fleet, one `name=url` a line, and the choice of one of them by its name.
// Each line is masked like a URL that is given by itself.
import {
  databaseUrlsAndAnother,
  databaseUrlsMalformed,
  databaseUrlsWithoutName,
  notInDatabaseUrls,
  twiceInDatabaseUrls,
} from '../problems/fleet.ts';
import type { InputReader } from './raw-inputs.ts';

const SINGLE = ['database-url', 'host', 'port', 'user', 'password', 'database'];

interface Line {
  readonly name: string;
  readonly url: string;
}

/** The URL of `name`; undefined where no list is given or a problem was pushed. */
export function chooseDatabaseUrl(inputs: InputReader, name: string | undefined): string | undefined {
  const list = inputs.optional('database-urls');
  if (list === undefined) return undefined;
  if (SINGLE.some(input => inputs.optional(input) !== undefined)) {
    inputs.problems.push(databaseUrlsAndAnother());
    return undefined;
  }
  const lines = splitLines(list);
  const bad = lines.findIndex(line => line !== 'blank' && line.name === '');
  if (bad >= 0) inputs.problems.push(databaseUrlsMalformed(bad + 1));
  if (name === undefined) inputs.problems.push(databaseUrlsWithoutName());
  if (bad >= 0 || name === undefined) return undefined;
  const given = lines.filter(line => line !== 'blank');
  const [found, another] = given.filter(line => line.name === name);
  if (another) inputs.problems.push(twiceInDatabaseUrls(name));
  else if (!found) inputs.problems.push(notInDatabaseUrls(name, given.length));
  return another ? undefined : found?.url;
}

/** Whatever in the list may be an address, in a line that is right or wrong: for masking. */
export function listedUrls(list: string): string[] {
  return splitLines(list).flatMap(line => (line === 'blank' ? [] : [line.url]));
}

/** Without a name where the line has none. */
function splitLines(list: string): (Line | 'blank')[] {
  return list.split(/\r?\n/).map(line => {
    const text = line.trim();
    if (text === '') return 'blank';
    const [, name = '', url = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    // `postgresql://…?sslmode=require` has an equals sign of its own.
    return name.includes('://') || url === ''
      ? { name: '', url: text }
      : { name: name.trim(), url: url.trim() };
  });
}
