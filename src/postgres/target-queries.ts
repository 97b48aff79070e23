// What is asked of a target before anything is planned, and by which a restore knows its own databases again.
import { literal } from './sql-text.ts';

/** The comment on a database that a restore has made and not yet handed over. */
const MARK = 'pg-backup-action restores into this database';

/**
 * The lock's key stands in the mark: whoever can take the lock knows that the restore is over. Advisory locks are of one
 * database, so its name stands there too.
 */
export function markOf(scratch: { lock: number; maintenanceDatabase: string; since: string }): string {
  return `${MARK} (since ${scratch.since}, lock ${scratch.lock} in ${scratch.maintenanceDatabase})`;
}

/** Databases that carry the mark, made from this maintenance database. */
export const MARKED_QUERY = `select d.oid::int8 as oid, d.datname as name,
    pg_catalog.substring(c.description, ', lock ([0-9]+) in ')::int8 as lock
  from pg_catalog.pg_database d
  join pg_catalog.pg_shdescription c on c.objoid = d.oid and c.classoid = 'pg_catalog.pg_database'::regclass
  where c.description ~ '^${MARK} \\(since [^ ]+, lock [0-9]+ in '
    and c.description like '% in ' || current_database() || ')'
    and d.datname !~ '_before_[0-9a-z]+$'
    and (pg_catalog.pg_has_role(d.datdba, 'USAGE') or (select rolsuper from pg_catalog.pg_roles where rolname = current_user))
    and not exists (select from pg_catalog.pg_stat_activity a where a.datid = d.oid)
  order by d.datname`;

const SIZE = `case when pg_catalog.has_database_privilege(d.oid, 'CONNECT') or pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
    then pg_catalog.pg_database_size(d.oid) end`;

/** In the words of CREATE DATABASE. The columns differ between 14 and 18, so they are taken from the row as a whole. */
const LOCALE = `(select pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
      'ENCODING', pg_catalog.pg_encoding_to_char(d.encoding), 'LC_COLLATE', d.datcollate, 'LC_CTYPE', d.datctype,
      'LOCALE_PROVIDER', case p.provider when 'i' then 'icu' when 'b' then 'builtin' when 'c' then 'libc' end,
      'ICU_LOCALE', case p.provider when 'i' then p.locale end, 'BUILTIN_LOCALE', case p.provider when 'b' then p.locale end,
      'ICU_RULES', p.rules))
    from (select r.row ->> 'datlocprovider' as provider, coalesce(r.row ->> 'datlocale', r.row ->> 'daticulocale') as locale,
      r.row ->> 'daticurules' as rules from (select pg_catalog.to_jsonb(d) as row) r) p)`;

export const LEFTOVER_QUERY = `select m.name, (select (${SIZE})::int8 from pg_catalog.pg_database d where d.oid = m.oid) as bytes
  from (${MARKED_QUERY}) m
  where not exists (select from pg_catalog.pg_locks l where l.locktype = 'advisory' and l.objsubid = 1
    and (l.classid::int8 << 32 | l.objid::int8) = m.lock
    and l.database = (select oid from pg_catalog.pg_database where datname = current_database()))`;

export const TARGET_QUERY = `select current_user as "user", pg_catalog.current_setting('server_version') as "serverVersion",
    pg_catalog.current_setting('server_version_num')::int / 10000 as "serverMajor",
    pg_catalog.pg_is_in_recovery() as standby, r.rolsuper as superuser,
    pg_catalog.current_setting('lc_monetary') as "lcMonetary",
    r.rolsuper or r.rolcreatedb as "mayCreateDatabases",
    (select pg_catalog.jsonb_agg(rolname order by rolname) from pg_catalog.pg_roles) as roles,
    (select coalesce(pg_catalog.jsonb_agg(e order by e.name), '[]') from (select name, pg_catalog.jsonb_agg(version) as versions
      from pg_catalog.pg_available_extension_versions group by name) e) as extensions
  from pg_catalog.pg_roles r where r.rolname = current_user`;

export function databaseQuery(name: string): string {
  return `select d.oid::int8 as oid, d.datname as name, pg_catalog.pg_get_userbyid(d.datdba) as owner, (${SIZE})::int8 as bytes,
    pg_catalog.pg_encoding_to_char(d.encoding) as encoding, ${LOCALE} as locale,
    (select coalesce(pg_catalog.jsonb_agg(s order by s.count desc, s.application), '[]') from (
      select coalesce(nullif(application_name, ''), '(no name)') as application, count(*)::int as count
      from pg_catalog.pg_stat_activity where datid = d.oid and pid <> pg_catalog.pg_backend_pid()
        and coalesce(backend_type, '') <> 'autovacuum worker' group by 1) s) as sessions,
    (select coalesce(pg_catalog.jsonb_agg(gid order by gid), '[]') from pg_catalog.pg_prepared_xacts where database = d.datname)
      as "preparedTransactions",
    (select coalesce(pg_catalog.jsonb_agg(slot_name order by slot_name), '[]') from pg_catalog.pg_replication_slots
      where datoid = d.oid) as "logicalSlots",
    (select coalesce(pg_catalog.jsonb_agg(subname order by subname), '[]') from pg_catalog.pg_subscription where subdbid = d.oid)
      as subscriptions,
    r.rolsuper or (r.rolcreatedb and pg_catalog.pg_has_role(d.datdba, 'USAGE')) as "mayRename",
    d.datallowconn and pg_catalog.has_database_privilege(d.oid, 'CONNECT') as "mayEnter"
  from pg_catalog.pg_database d, pg_catalog.pg_roles r where r.rolname = current_user and d.datname = ${literal(name)}`;
}

export const INSIDE_QUERY = `select exists (select from pg_catalog.pg_namespace where nspname = 'public') as "hasPublic",
    (select count(*)::int from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema') as tables`;
