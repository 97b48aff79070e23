// Sessions on the target, database by database, all on the node that the first one reached; and which database serves to
// create and rename others from.
import { join } from 'node:path';
import { Problem, type ProblemCode } from '../problems/problem.ts';
import { noMaintenanceDatabase } from '../problems/restore.ts';
import { type Connection, connectedEnvironment, connectionString } from './child-environment.ts';
import type { Named } from './explain.ts';
import { Session } from './session.ts';
import { pinTo } from './source.ts';

/** Where everybody is let in: PostgreSQL's own, some providers', and the template as the last resort. */
const USUAL = ['postgres', 'defaultdb', 'template1'];
/** No such database, not let into it. */
const TRY_NEXT: ReadonlySet<ProblemCode> = new Set(['PGB214', 'PGB216', 'PGB228']);

/** Session connects end with it; what must come to its end (a swap, a clean-up) has no signal. */
export type MaybeSignal = AbortSignal | undefined;

export class TargetSessions {
  readonly #connection: Connection;
  readonly #psqlFolder: string;
  readonly #named: Named;
  readonly environment: Readonly<Record<string, string>>;
  #pinned: Connection | undefined;
  #maintenance: string | undefined;

  private constructor(
    connection: Connection,
    psqlFolder: string,
    named: Named,
    environment: Readonly<Record<string, string>>,
  ) {
    this.#connection = connection;
    this.#psqlFolder = psqlFolder;
    this.#named = named;
    this.environment = environment;
  }

  static async make(setting: {
    readonly connection: Connection;
    readonly psqlFolder: string;
    readonly named: Named;
    readonly folder: string;
    readonly own: NodeJS.ProcessEnv;
  }): Promise<TargetSessions> {
    const environment = await connectedEnvironment(setting.connection, setting.folder, setting.own);
    return new TargetSessions(setting.connection, setting.psqlFolder, setting.named, environment);
  }

  /** Everything that a child needs to reach that database, on the node that answered first. */
  connectionTo(database: string): Connection {
    const connection = this.#pinned ?? this.#connection;
    // In the connection string, where it wins over a service file and is never taken for a connection string itself.
    return { ...connection, keywords: { ...connection.keywords, dbname: database } };
  }

  async open(database: string, signal: MaybeSignal): Promise<Session> {
    const session = await Session.open(
      {
        file: join(this.#psqlFolder, 'psql'),
        args: ['--dbname', connectionString(this.connectionTo(database))],
        environment: this.environment,
      },
      { ...this.#named, database },
      signal ?? new AbortController().signal,
    );
    this.#pinned ??= pinTo(session, this.#connection);
    // A role may be set to read only; what only reads says so for its transaction.
    await session.run('preparing the session', 'set default_transaction_read_only = off');
    return session;
  }

  /** Known once `openMaintenance` has resolved. */
  get maintenance(): string {
    if (this.#maintenance === undefined) throw new Error('no maintenance database has been opened yet');
    return this.#maintenance;
  }

  /** `not`: the database that is to be renamed. */
  async openMaintenance(not: string, signal: MaybeSignal): Promise<Session> {
    const candidates = this.#maintenance ? [this.#maintenance] : USUAL.filter(name => name !== not);
    let refused = '';
    for (const name of candidates) {
      try {
        const session = await this.open(name, signal);
        this.#maintenance = name;
        return session;
      } catch (error) {
        if (!(error instanceof Problem) || !TRY_NEXT.has(error.code)) throw error;
        refused = error.detail ?? error.summary;
      }
    }
    throw noMaintenanceDatabase(candidates, refused);
  }
}
