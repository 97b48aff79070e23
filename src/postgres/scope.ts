// Which tables pg_dump puts into an archive as TABLE DATA, asked of the catalogs by OID. Held to pg_dump itself: a
// difference between this and the archive's table of contents, either way, fails the backup.
import { APPLICATION_NAME } from './child-environment.ts';

/** Where each kind of object is ours to dump: not of the system, not a member of an extension. */
function ownObject(schema: string, catalog: string, oid: string): string {
  return `(${schema}.nspname not like 'pg\\_%' and ${schema}.nspname <> 'information_schema'
    and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.${catalog}'::regclass
      and d.objid = ${oid} and d.objsubid = 0 and d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'))`;
}

/** Ordinary tables that are ours, and the configuration tables that an extension registered for dumping. */
const IN_SCOPE = `(ext.oid is not null or ${ownObject('n', 'pg_class', 'c.oid')})`;

const FROM = `from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join (select u.oid, u.cond from pg_catalog.pg_extension e, rows from (unnest(e.extconfig), unnest(e.extcondition)) u(oid, cond)
    where e.oid >= 16384) ext on ext.oid = c.oid`;

const QUALIFIED = "pg_catalog.format('%I.%I', n.nspname, c.relname)";

/** Unlogged tables are empty on a standby, and pg_dump leaves them out there. */
const TABLES = `c.relkind = 'r' and c.relpersistence <> 't'
  and not (c.relpersistence = 'u' and pg_catalog.pg_is_in_recovery()) and ${IN_SCOPE}`;

/** Tables in scope under a lock that keeps even readers out; five at most, for people. */
export const LOCKED_BY_OTHERS_QUERY = `select distinct ${QUALIFIED} as name ${FROM}
  join pg_catalog.pg_locks l on l.relation = c.oid
  where ${TABLES} and l.mode = 'AccessExclusiveLock' and l.granted and l.pid <> pg_catalog.pg_backend_pid()
    and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
  order by 1 limit 5`;

/** The scope and the partition roots: what pg_dump locks, so that it never waits for a lock that we don't hold. */
export const LOCK_QUERY = `select c.oid::int8 as oid, ${QUALIFIED} as name, ext.cond as "extensionCondition", c.relkind = 'r' as "hasData" ${FROM}
  where ${TABLES} or (c.relkind = 'p' and ${IN_SCOPE}) order by c.oid`;

/** The scope with what preflight must know of each table; partition roots as well, which pg_dump locks. */
export const TABLE_FACTS_QUERY = `select c.oid::int8 as oid, ${QUALIFIED} as name, ext.cond as "extensionCondition",
    c.relkind = 'r' as "hasData", pg_catalog.has_table_privilege(c.oid, 'SELECT') as "canSelect",
    pg_catalog.row_security_active(c.oid) as "rowSecurity", c.relpersistence = 'u' as unlogged
  ${FROM} where ${TABLES} or (c.relkind = 'p' and ${IN_SCOPE}) order by c.oid`;

/** On a standby: unlogged tables that will not be in the archive. */
export const UNLOGGED_ON_STANDBY_QUERY = `select ${QUALIFIED} as name ${FROM}
  where c.relkind = 'r' and c.relpersistence = 'u' and pg_catalog.pg_is_in_recovery() and ${IN_SCOPE} order by 1`;

/** CASE, because the privilege function refuses what is no sequence, and WHERE has no order. */
export const UNREADABLE_SEQUENCES_QUERY = `select ${QUALIFIED} as name ${FROM}
  where case when c.relkind = 'S' and ${IN_SCOPE} then not pg_catalog.has_sequence_privilege(c.oid, 'SELECT') end order by 1`;

export const UNUSABLE_SCHEMAS_QUERY = `select pg_catalog.quote_ident(n.nspname) as name from pg_catalog.pg_namespace n
  where ${ownObject('n', 'pg_namespace', 'n.oid')} and not pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    and exists (select from pg_catalog.pg_class c where c.relnamespace = n.oid and c.relkind in ('r', 'p', 'S')) order by 1`;

export const INVALID_INDEXES_QUERY = `select ${QUALIFIED} as name from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where not i.indisvalid and c.relkind = 'i' and ${ownObject('n', 'pg_class', 'c.oid')} order by 1`;

export const NOT_VALID_CONSTRAINTS_QUERY = `select pg_catalog.format('%s on %s', pg_catalog.quote_ident(k.conname), ${QUALIFIED}) as name
  from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where not k.convalidated and ${ownObject('n', 'pg_class', 'c.oid')} order by 1`;

export const DISABLED_TRIGGERS_QUERY = `select pg_catalog.format('%s on %s', pg_catalog.quote_ident(t.tgname), ${QUALIFIED}) as name
  from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where not t.tgisinternal and t.tgenabled = 'D' and ${ownObject('n', 'pg_class', 'c.oid')} order by 1`;

/** Large objects in all, and those that this role may not read (pg_read_all_data does not cover them). */
export const LARGE_OBJECTS_QUERY = `select count(*)::int8 as total, count(*) filter (where not (
      (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
      or pg_catalog.pg_has_role(lomowner, 'USAGE')
      or exists (select from pg_catalog.aclexplode(lomacl) a where a.privilege_type = 'SELECT'
        and (a.grantee = 0 or pg_catalog.pg_has_role(a.grantee, 'USAGE')))))::int8 as unreadable
  from pg_catalog.pg_largeobject_metadata`;

export const SUBSCRIPTIONS_QUERY = `select pg_catalog.quote_ident(s.subname) as name from pg_catalog.pg_subscription s
  where s.subdbid = (select oid from pg_catalog.pg_database where datname = current_database()) order by 1`;

/**
 * Milliseconds since 1970; null on a primary. The primary's commit time of the last transaction replayed. Where nothing was
 * written for long it looks older than it is, which errs on the safe side; how far the link to the primary reaches can't be
 * told from here, since what sends may be a standby itself.
 */
const REPLAYED_AT = `case when pg_catalog.pg_is_in_recovery()
    then pg_catalog.floor(1000 * extract(epoch from pg_catalog.pg_last_xact_replay_timestamp()))::int8 end`;

export const SERVER_QUERY = `select current_database() as database, current_user as "user",
    pg_catalog.current_setting('server_version') as "serverVersion",
    pg_catalog.current_setting('server_version_num')::int / 10000 as "serverMajor",
    pg_catalog.pg_encoding_to_char(d.encoding) as encoding, d.datcollate as collate, d.datctype as ctype,
    pg_catalog.pg_is_in_recovery() as standby, ${REPLAYED_AT} as "replayedAt", pg_catalog.pg_database_size(d.oid)::int8 as "databaseBytes",
    (select rolsuper from pg_catalog.pg_roles where rolname = current_user) as superuser,
    coalesce((select ssl from pg_catalog.pg_stat_ssl where pid = pg_catalog.pg_backend_pid()), false) as tls,
    pg_catalog.current_setting('max_locks_per_transaction')::int8 * (pg_catalog.current_setting('max_connections')::int8
      + pg_catalog.current_setting('max_prepared_transactions')::int8) as "lockCapacity",
    (select count(*)::int8 from pg_catalog.pg_index where indrelid >= 16384) as indexes,
    (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', extname, 'version', extversion) order by extname), '[]')
      from pg_catalog.pg_extension) as extensions,
    pg_catalog.jsonb_build_object('bytea_output', pg_catalog.current_setting('bytea_output'),
      'lc_monetary', pg_catalog.current_setting('lc_monetary'), 'xmlbinary', pg_catalog.current_setting('xmlbinary')) as "textSettings"
  from pg_catalog.pg_database d where d.datname = current_database()`;

/**
 * Who dumps this database now: pg_dump under its own name, and our backups, whose sessions hold locks on its tables
 * (names and locks are open to every role). 16384 is the first OID that isn't the system's.
 */
export const DUMPS_QUERY = `select a.pid::int8 as pid, a.application_name as application,
    pg_catalog.floor(extract(epoch from pg_catalog.now() - a.backend_start))::int8 as seconds
  from pg_catalog.pg_stat_activity a
  where a.datname = current_database() and a.pid <> pg_catalog.pg_backend_pid()
    and (a.application_name = 'pg_dump' or (a.application_name = '${APPLICATION_NAME}' and exists (select from pg_catalog.pg_locks l
      where l.pid = a.pid and l.locktype = 'relation' and l.relation >= 16384 and l.database = (select d.oid
        from pg_catalog.pg_database d where d.datname = current_database()))))
  order by a.pid`;

/** Not everyone may ask it; the host stands in where it is refused. */
export const SYSTEM_IDENTIFIER_QUERY =
  'select system_identifier::text as id from pg_catalog.pg_control_system()';
