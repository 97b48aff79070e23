// Errors and warnings about getting the right PostgreSQL client: chosen, fetched, kept. Codes PGB270 to PGB289.
import { Problem, type Warning } from './problem.ts';

export function clientVulnerable(version: string, holes: readonly string[], fixedIn: string): Warning {
  return {
    code: 'PGB270',
    summary: `The client ${version} has known security holes: ${holes.join(', ')}.`,
    hint: `Use ${fixedIn} or newer.`,
  };
}

export function clientTooNew(client: string, serverMajor: number): Warning {
  return {
    code: 'PGB271',
    summary: `The server is PostgreSQL ${serverMajor}, the client ${client}: it writes a setting that servers before 17 don't know.`,
    hint: `A restore into PostgreSQL ${serverMajor} reports one error about transaction_timeout and is whole; pg_restore --exit-on-error stops there. Make a client of ${serverMajor} available.`,
  };
}

/** `how`: what would make it available on this kind of machine. */
export function clientNotToBeHad(wanted: string, how: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB272',
    summary: `No ${wanted} was found on this machine, and none can be fetched for it.`,
    hint: how,
  });
}

export function repositoryUnreachable(url: string, why: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB273',
    summary: `The package repository did not give ${url}: ${why}.`,
    hint: 'Run again later, name a mirror in `pgdg-mirror`, or install the PostgreSQL client on the machine beforehand.',
  });
}

/** `what` is a file of the repository, `why` half a sentence. */
export function repositoryUntrusted(what: string, why: string): Problem {
  return new Problem({
    kind: 'integrity',
    code: 'PGB274',
    summary: `${what} can't be trusted: ${why}. Nothing of it was run.`,
    hint: 'If `pgdg-mirror` is set, look at the mirror: it must be an unchanged copy of apt.postgresql.org.',
  });
}

export function repositoryExpired(place: string, validUntil: string): Problem {
  return new Problem({
    kind: 'integrity',
    code: 'PGB275',
    summary: `The package index from ${place} was valid until ${validUntil} only.`,
    hint: "Update the mirror named in `pgdg-mirror`, and check this machine's clock.",
  });
}

export function packageNotInRepository(name: string, suite: string, place: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB276',
    summary: `${place} has no ${name} for ${suite}.`,
    hint: 'Use a newer release of the operating system, another `postgres-version`, or a client of your own in `postgres-bin`.',
  });
}

export function fetchedClientBroken(version: string, missing: readonly string[], detail: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB277',
    summary: `The fetched client ${version} does not run on this machine.`,
    hint:
      missing.length > 0
        ? `Install what it needs: apt-get install ${missing.join(' ')}.`
        : 'The detail names what it lacks; install that, or a PostgreSQL client of your own.',
    detail,
  });
}

export function fetchToolMissing(program: string, debianPackage: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB278',
    summary: `${program} is not on this machine: without it no PostgreSQL client can be fetched and checked.`,
    hint: `apt-get install ${debianPackage}, or install the PostgreSQL client itself.`,
  });
}

export function homebrewFailed(formula: string, detail: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB279',
    summary: `brew install ${formula} failed.`,
    hint: 'Its last lines say why; install the client in a step before this one.',
    detail,
  });
}

/** Without the value: it may hold a password. */
export function badMirror(): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB280',
    summary: '`pgdg-mirror` is not the address of a package repository.',
    hint: 'Give an https URL without user, query and fragment (http on loopback only), such as https://apt.postgresql.org/pub/repos/apt.',
  });
}

export function versionsDisagree(version: string, wanted: number): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB281',
    summary: `\`postgres-bin\` holds a client ${version}, but \`postgres-version\` is ${wanted}.`,
    hint: 'Leave one of the two out.',
  });
}

export function serverNotInFolder(folder: string, major: number): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB287',
    summary: `The folder ${folder} of \`postgres-bin\` holds no server programs (initdb, postgres) of PostgreSQL ${major}.`,
    hint: `Name a folder that does, or leave \`postgres-bin\` out: then they are looked for, and fetched on Debian and Ubuntu.`,
  });
}

export function versionTooOld(wanted: number, serverMajor: number): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB282',
    summary: `\`postgres-version\` is ${wanted}, but the server is PostgreSQL ${serverMajor}: pg_dump refuses newer servers.`,
    hint: `Set \`postgres-version\` to auto or ${serverMajor}.`,
  });
}

export function keptRefused(why: string): Warning {
  return {
    code: 'PGB283',
    summary: `The client that was kept from an earlier run was refused, and fetched anew: ${why}`,
    hint: 'Look at who may write to the cache of this repository; delete its entries that start with pg-backup-.',
  };
}

/** `date`: of the index. */
export function repositoryFrozen(place: string, date: string): Warning {
  return {
    code: 'PGB284',
    summary: `${place} was last updated on ${date}: fixes since then are missing from the client.`,
    hint: 'Update the mirror, or the operating system where PostgreSQL no longer builds for its release.',
  };
}

export function keptUsedInstead(date: string, why: string): Warning {
  return {
    code: 'PGB285',
    summary: `The client kept from an index of ${date} was used, since no newer one could be fetched: ${why}`,
    hint: 'It was verified as ever. If this lasts, look at the mirror.',
  };
}

export function fetchFailed(why: string, used: string): Warning {
  return {
    code: 'PGB286',
    summary: `The right client could not be fetched, ${used} was used instead: ${why}`,
    hint: 'Make the right client available on the machine, or let it reach the repository.',
  };
}
