// What finding and fetching a PostgreSQL client needs, for this machine: its own facts, the pinned key, the cache of the
// runner where there is one.
import type { BackupConfig } from '../inputs/backup-config.ts';
import { actionsCache } from '../postgres/client/actions-cache.ts';
import type { ClientsSetting } from '../postgres/client/clients.ts';
import { PGDG_KEY } from '../postgres/client/pgdg-key.ts';
import type { Log } from '../reports/log.ts';

export function clientsSetting(
  { client, compression }: Pick<BackupConfig, 'client' | 'compression'>,
  { environment, folder, log }: { environment: NodeJS.ProcessEnv; folder: string; log: Log },
): ClientsSetting {
  const tell = (line: string) => log.info(line);
  return {
    ...client,
    zstd: zstdWish(compression),
    machine: { platform: process.platform, arch: process.arch, environment, root: '/' },
    key: PGDG_KEY,
    cache: environment.RUNNER_TEMP ? actionsCache(environment.RUNNER_TEMP, tell) : null,
    folder,
    now: Date.now,
    tell,
  };
}

/** lz4 came with zstd, in 16. */
function zstdWish(compression: string): ClientsSetting['zstd'] {
  if (compression === 'auto') return 'preferred';
  return /^(zstd|lz4)/.test(compression) ? 'required' : 'no';
}
