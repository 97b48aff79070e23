// What a restore test needs of the server that it throws away: a target to restore into, how well it is fenced off from
// the run's own credentials, and an end after which not one of its processes is left.
import type { Connection } from './child-environment.ts';

/**
 * The dump's own code (functions, triggers, COPY PROGRAM) runs inside that server as its superuser. `user: own` owns no
 * other process or file; `processes: hidden`: those of the run can't be seen.
 */
export interface Isolation {
  readonly user: 'own' | 'same';
  readonly network: 'none' | 'shared';
  readonly processes: 'hidden' | 'visible';
}

export interface TestServer {
  /** The superuser of a fresh cluster, through a socket in a folder of this run. */
  readonly connection: Connection;
  readonly isolation: Isolation;
  /** e.g. `16.15`. */
  readonly version: string;
  /**
   * Ends it at once, with everything that was started inside of it, and removes its folder. Throws a Problem where a
   * process would not go. Idempotent.
   */
  stop(): Promise<void>;
}

export interface TestServers {
  /** A fresh server of that major, from the programs of this machine. `expectedBytes`: of the database, for the disk. */
  start(
    major: number,
    options: { readonly isolation: 'auto' | 'none'; readonly expectedBytes: number },
    signal: AbortSignal,
  ): Promise<TestServer>;
}
