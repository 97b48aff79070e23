// The client for a restore: one that reads the archive and writes nothing that the target doesn't know.
import { clientForRestoreMissing } from '../../problems/restore.ts';
import type { ClientFacts } from '../port.ts';
import type { Clients } from './clients.ts';

/** From this major on pg_restore sets transaction_timeout, which older servers refuse. */
const SETS_TRANSACTION_TIMEOUT = 17;

/** pg_restore reads the archives of its own pg_dump and of older ones. */
export async function clientForRestore(
  clients: Clients,
  targetMajor: number,
  dumpMajor: number,
): Promise<ClientFacts> {
  const client = await clients.forServer(Math.max(targetMajor, dumpMajor));
  const refused = client.major >= SETS_TRANSACTION_TIMEOUT && targetMajor < SETS_TRANSACTION_TIMEOUT;
  if (client.major < dumpMajor || refused)
    throw clientForRestoreMissing(targetMajor, dumpMajor, [client.version]);
  return client;
}
