// Every real part that tests may ask for by name: how to see whether it is here, and how to get it.
import { existsSync } from 'node:fs';
import { installBrowser, isBrowserHere } from './browser.ts';
import { ensureDebianPackages } from './debian.ts';
import { areDebianPackagesHere, installDebianPackages } from './debian-packages.ts';
import { buildGoProgram, isGoProgramBuilt } from './go-programs.ts';
import { isPgBouncerInstalled } from './pgbouncer.ts';
import { installPostgres, isPostgresInstalled } from './postgres-binaries.ts';
import { installPrometheus, isPrometheusInstalled } from './prometheus.ts';
import { installPythonProgram, isPythonProgramHere } from './python-programs.ts';
import { findOnPath } from './stock-tools.ts';
import { allowUserNamespaces, canMakeUsers, hasUserNamespaces, installSudo } from './users.ts';

interface Part {
  isHere(): boolean;
  /** Rejects with a sentence that says what is wanting. */
  install(): Promise<void>;
  /** A right that the kernel gives or keeps back: nothing to install, so not even CI can insist on it. */
  readonly ofTheKernel?: true;
}

export const PARTS = {
  'postgres-14': { isHere: () => isPostgresInstalled(14), install: () => installPostgres(14) },
  'postgres-15': { isHere: () => isPostgresInstalled(15), install: () => installPostgres(15) },
  'postgres-16': { isHere: () => isPostgresInstalled(16), install: () => installPostgres(16) },
  'postgres-17': { isHere: () => isPostgresInstalled(17), install: () => installPostgres(17) },
  'postgres-18': { isHere: () => isPostgresInstalled(18), install: () => installPostgres(18) },
  age: { isHere: () => existsSync('/usr/bin/age'), install: () => ensureDebianPackages('age') },
  'debian-packages': { isHere: areDebianPackagesHere, install: installDebianPackages },
  sudo: { isHere: canMakeUsers, install: installSudo },
  'user-namespaces': { isHere: hasUserNamespaces, install: allowUserNamespaces, ofTheKernel: true },
  browser: { isHere: isBrowserHere, install: installBrowser },
  pgbouncer: { isHere: isPgBouncerInstalled, install: () => ensureDebianPackages('pgbouncer') },
  prometheus: { isHere: isPrometheusInstalled, install: installPrometheus },
  versitygw: { isHere: () => isGoProgramBuilt('versitygw'), install: () => buildGoProgram('versitygw') },
  minio: { isHere: () => isGoProgramBuilt('minio'), install: () => buildGoProgram('minio') },
  actionlint: { isHere: () => isGoProgramBuilt('actionlint'), install: () => buildGoProgram('actionlint') },
  act: { isHere: () => isGoProgramBuilt('act'), install: () => buildGoProgram('act') },
  shellcheck: {
    isHere: () => isPythonProgramHere('shellcheck'),
    install: () => installPythonProgram('shellcheck'),
  },
  zizmor: { isHere: () => isPythonProgramHere('zizmor'), install: () => installPythonProgram('zizmor') },
  packers: {
    isHere: () => ['gzip', 'bzip2', 'xz', 'zstd'].every(program => findOnPath(program) !== undefined),
    install: () => ensureDebianPackages('gzip', 'bzip2', 'xz-utils', 'zstd'),
  },
  'aws-cli': { isHere: () => findOnPath('aws') !== undefined, install: () => ensureDebianPackages('awscli') },
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as PartName[];

/** Why each part that couldn't be had is missing. */
export type MissingParts = Partial<Record<PartName, string>>;

/** Installs what isn't here, all at once; `tell` gets a line for each. Nothing missing rejects: it is returned. */
export async function prepareParts(
  names: readonly PartName[],
  tell: (line: string) => void,
): Promise<MissingParts> {
  const missing: MissingParts = {};
  const prepare = async (name: PartName) => {
    const part: Part = PARTS[name];
    if (part.isHere()) return;
    const startedAt = performance.now();
    tell(`Installing ${name} ...`);
    try {
      // Each comes over a network: what ends a part is the second refusal.
      await part.install().catch((error: Error) => {
        tell(`Once more for ${name}: ${error.message}`);
        return part.install();
      });
      tell(`Installed ${name} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    } catch (error) {
      missing[name] = error instanceof Error ? error.message : String(error);
      tell(`No ${name}: ${missing[name]}`);
    }
  };
  await Promise.all(names.map(prepare));
  return missing;
}
