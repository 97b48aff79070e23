// The signed index of a package repository (the text inside InRelease): when it was made, how long it holds, and the
// SHA-256 of the lists it vouches for. Only text that gpgv let through comes here.
import { repositoryUntrusted } from '../../problems/client.ts';

export interface Listed {
  readonly bytes: number;
  readonly sha256: string;
}

export interface Release {
  readonly codename: string;
  /** Milliseconds since 1970. */
  readonly date: number;
  /** null: it says nothing of its end. */
  readonly validUntil: number | null;
  /** Lists lie under their digest too, so that an update between two requests does no harm. */
  readonly byHash: boolean;
  /** By path, relative to the folder of the index. */
  readonly files: ReadonlyMap<string, Listed>;
}

export function parseRelease(text: string, what: string): Release {
  const field = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(text)?.[1]?.trim();
  const instant = (name: string) => {
    const value = field(name);
    return value === undefined ? null : Date.parse(value);
  };
  const codename = field('Codename');
  const date = instant('Date');
  const validUntil = instant('Valid-Until');
  if (codename === undefined || date === null || Number.isNaN(date) || Number.isNaN(validUntil))
    throw repositoryUntrusted(what, 'it has no codename or no readable date');
  return { codename, date, validUntil, byHash: field('Acquire-By-Hash') === 'yes', files: listed(text) };
}

/** The lines below `SHA256:`, each digest, size, path. */
function listed(text: string): Map<string, Listed> {
  const files = new Map<string, Listed>();
  const [, section = ''] = /^SHA256:[ \t]*\n((?: .*\n?)*)/m.exec(text) ?? [];
  for (const [, sha256 = '', bytes, path = ''] of section.matchAll(/^ ([0-9a-f]{64}) +(\d+) +(\S+)$/gm)) {
    files.set(path, { sha256, bytes: Number(bytes) });
  }
  return files;
}
