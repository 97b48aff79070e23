// A machine without any PostgreSQL client, as far as looking for one goes: a folder for its file system. The packages
// that are unpacked must run here, so its release and architecture are this machine's own.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCache } from '../../src/postgres/client/cache.ts';
import { type DebianName, debianName, type Machine } from '../../src/postgres/client/machine.ts';
import type { Files } from '../../src/postgres/client/supply.ts';
import { scratchFolder } from './backup-places.ts';

export function freshMachine(environment: NodeJS.ProcessEnv = {}): Machine {
  const root = scratchFolder('machine');
  mkdirSync(join(root, 'etc'));
  copyFileSync('/etc/os-release', join(root, 'etc/os-release'));
  return { platform: process.platform, arch: process.arch, environment, root };
}

/** Debian's words for this machine. */
export async function thisDebian(): Promise<DebianName> {
  const name = await debianName({ ...freshMachine(), root: '/' });
  if (!name) throw new Error('this machine is no Debian');
  return name;
}

/** A program in the machine's file system, as a shell script. */
export function addProgram(machine: Machine, path: string, script: string): void {
  const file = join(machine.root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** What is kept, in memory: entries stand in the order in which they were saved. */
export class MemoryCache implements ClientCache {
  readonly entries = new Map<string, Map<string, Buffer>>();

  async load(prefix: string): Promise<Files | undefined> {
    const keys = [...this.entries.keys()].filter(key => key.startsWith(prefix));
    return this.entries.get(keys.at(-1) ?? '');
  }

  async save(_prefix: string, key: string, files: Files): Promise<boolean> {
    if (this.entries.has(key)) return false;
    this.entries.set(key, new Map(files));
    return true;
  }

  /** Changes the kept file whose path matches; undefined drops it. */
  poison(path: RegExp, change: (bytes: Buffer) => Buffer | undefined): void {
    for (const files of this.entries.values()) {
      for (const [name, bytes] of [...files].filter(([each]) => path.test(each))) {
        const poisoned = change(bytes);
        if (poisoned) files.set(name, poisoned);
        else files.delete(name);
      }
    }
  }
}
