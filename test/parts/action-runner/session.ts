// Which processes a run has: all that share the session it was started in, wherever their parents went. Reads /proc;
// on a machine without it there is nothing to see.
import { readdirSync, readFileSync } from 'node:fs';

export interface SeenProcess {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Living processes of the session, zombies not counted. */
export function sessionPids(session: number): number[] {
  return processIds().filter(pid => {
    const [state, , , ofSession] = statusFields(pid);
    return Number(ofSession) === session && state !== 'Z';
  });
}

export function commandLine(pid: number): string {
  return readNulls(pid, 'cmdline').join(' ');
}

/** Notes the arguments and the environment of every process that the session ever has, as far as looks can catch it. */
export class SessionWatch {
  readonly #seen = new Map<string, SeenProcess>();
  readonly #timer: NodeJS.Timeout;

  constructor(session: number, everyMs = 15) {
    this.#timer = setInterval(() => this.#look(session), everyMs);
  }

  get seen(): readonly SeenProcess[] {
    return [...this.#seen.values()];
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(session: number): void {
    const leader = readNulls(session, 'cmdline').join('\0');
    for (const pid of sessionPids(session)) {
      // The arguments first: once they are the program's own, so is the environment.
      const argv = readNulls(pid, 'cmdline');
      const key = `${pid} ${argv.join('\0')}`;
      const isForkOfLeader = pid !== session && argv.join('\0') === leader;
      if (argv.length === 0 || isForkOfLeader || this.#seen.has(key)) continue;
      const pairs = readNulls(pid, 'environ').map(text => {
        const equals = text.indexOf('=');
        return [text.slice(0, equals), text.slice(equals + 1)];
      });
      this.#seen.set(key, { pid, argv, environment: Object.fromEntries(pairs) });
    }
  }
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

/** State, parent, group, session, …: what follows the name, which may hold anything. */
function statusFields(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function readNulls(pid: number, file: 'cmdline' | 'environ'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}
