// Asks a session for everything that preflight judges. Nothing is judged here and nothing is locked.
import type { SourceFacts, TableFacts } from './port.ts';
import * as scope from './scope.ts';
import type { Session } from './session.ts';

interface Named {
  readonly name: string;
}
type ServerAnswer = Omit<
  SourceFacts,
  'host' | 'port' | 'systemIdentifier' | 'tables' | 'tablesToLock' | 'transactionPooler'
>;

export async function askFacts(session: Session, transactionPooler: boolean): Promise<SourceFacts> {
  const [server] = await session.rows<ServerAnswer>('the server', scope.SERVER_QUERY);
  if (!server) throw new Error('the server query of scope.ts returned no row');
  const relations = await session.rows<TableFacts & { hasData: boolean }>(
    'the tables',
    scope.TABLE_FACTS_QUERY,
  );
  const [objects] = await session.rows<{ total: number; unreadable: number }>(
    'the large objects',
    scope.LARGE_OBJECTS_QUERY,
  );
  const names = async (what: string, query: string) =>
    (await session.rows<Named>(what, query)).map(row => row.name);
  return {
    ...server,
    host: session.host,
    port: Number(session.port),
    systemIdentifier: await askSystemIdentifier(session),
    tables: relations.filter(relation => relation.hasData),
    unreadablePartitionRoots: relations
      .filter(relation => !relation.hasData && !relation.canSelect)
      .map(root => root.name),
    tablesToLock: relations.length,
    largeObjects: objects?.total ?? 0,
    unreadableLargeObjects: objects?.unreadable ?? 0,
    unloggedOnStandby: await names('the unlogged tables', scope.UNLOGGED_ON_STANDBY_QUERY),
    unreadableSequences: await names('the sequences', scope.UNREADABLE_SEQUENCES_QUERY),
    unusableSchemas: await names('the schemas', scope.UNUSABLE_SCHEMAS_QUERY),
    subscriptions: await names('the subscriptions', scope.SUBSCRIPTIONS_QUERY),
    invalidIndexes: await names('the indexes', scope.INVALID_INDEXES_QUERY),
    notValidConstraints: await names('the constraints', scope.NOT_VALID_CONSTRAINTS_QUERY),
    disabledTriggers: await names('the triggers', scope.DISABLED_TRIGGERS_QUERY),
    transactionPooler,
  };
}

export async function askSystemIdentifier(session: Session): Promise<string | null> {
  try {
    const [answer] = await session.rows<{ id: string }>(
      'the system identifier',
      scope.SYSTEM_IDENTIFIER_QUERY,
    );
    return answer?.id ?? null;
  } catch {
    return null;
  }
}

/**
 * Shows a transaction-mode pooler by what it does: `first` leaves a mark in its session, `second` holds a transaction
 * open on whatever server connection it gets; if that one carries the mark, the two share it.
 */
export async function shareOneConnection(first: Session, second: Session): Promise<boolean> {
  const mark = `m${Math.random().toString(36).slice(2)}`;
  await first.run('the pooler probe', `set pg_backup.probe = '${mark}'`);
  await second.run('the pooler probe', 'begin', 20_000);
  const [seen] = await second.rows<{ mark: string | null }>(
    'the pooler probe',
    "select pg_catalog.current_setting('pg_backup.probe', true) as mark",
    20_000,
  );
  await second.run('the pooler probe', 'rollback');
  await first.run('the pooler probe', 'reset pg_backup.probe');
  return seen?.mark === mark;
}
