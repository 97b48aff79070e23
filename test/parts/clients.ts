// Clients as a test wants them: of one folder, or of a machine that the test stands up in a folder of its own.
import { tmpdir } from 'node:os';
import { type Clients, type ClientsSetting, openClients } from '../../src/postgres/client/clients.ts';
import { PGDG_KEY } from '../../src/postgres/client/pgdg-key.ts';

/** Looks nowhere and fetches nothing unless `wishes` say so. */
export function clientsSetting(wishes: Partial<ClientsSetting> = {}): ClientsSetting {
  return {
    given: undefined,
    version: 'auto',
    zstd: 'preferred',
    machine: { platform: 'linux', arch: 'x64', environment: {}, root: '/nonexistent' },
    mirror: 'http://127.0.0.1:9/',
    key: PGDG_KEY,
    cache: null,
    folder: tmpdir(),
    now: Date.now,
    tell() {},
    ...wishes,
  };
}

/** The client in `folder`, as by `postgres-bin`. */
export function clientsIn(folder: string): Clients {
  return openClients(clientsSetting({ given: folder }));
}
