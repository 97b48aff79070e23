// What lies in a database besides what came with it, and how it is emptied, in one transaction: so that what is left is
// what a new database has. Asked by catalogs, each object under the name that PostgreSQL itself gives it.
import type { Session } from './session.ts';

/** With what each catalog calls the object's owner; null: it has none, or its schema's will do. */
const CATALOGS: readonly { catalog: string; owner: string | null; where: string }[] = [
  { catalog: 'pg_event_trigger', owner: 'evtowner', where: '' },
  { catalog: 'pg_publication', owner: 'pubowner', where: '' },
  { catalog: 'pg_extension', owner: 'extowner', where: '' },
  {
    catalog: 'pg_namespace',
    owner: 'nspowner',
    where: `and nspname !~ '^pg_' and nspname <> 'information_schema'`,
  },
  // Indexes, owned sequences, row types and TOAST tables go with what they belong to.
  {
    catalog: 'pg_class',
    owner: 'relowner',
    where: `and (relkind in ('r', 'p', 'v', 'm', 'f') or relkind = 'S' and not exists (select from pg_catalog.pg_depend s
      where s.classid = 'pg_catalog.pg_class'::regclass and s.objid = o.oid and s.deptype in ('a', 'i')
        and s.refclassid = 'pg_catalog.pg_class'::regclass and s.refobjsubid <> 0)) and relpersistence <> 't'`,
  },
  {
    catalog: 'pg_type',
    owner: 'typowner',
    where: `and not exists (select from pg_catalog.pg_type e where e.typarray = o.oid)
      and not exists (select from pg_catalog.pg_class r where r.oid = typrelid and r.relkind <> 'c')
      and not exists (select from pg_catalog.pg_range r where r.rngmultitypid = o.oid)`,
  },
  { catalog: 'pg_proc', owner: 'proowner', where: '' },
  { catalog: 'pg_operator', owner: 'oprowner', where: '' },
  { catalog: 'pg_opclass', owner: 'opcowner', where: '' },
  { catalog: 'pg_opfamily', owner: 'opfowner', where: '' },
  { catalog: 'pg_collation', owner: 'collowner', where: '' },
  { catalog: 'pg_conversion', owner: 'conowner', where: '' },
  { catalog: 'pg_statistic_ext', owner: 'stxowner', where: '' },
  { catalog: 'pg_ts_config', owner: 'cfgowner', where: '' },
  { catalog: 'pg_ts_dict', owner: 'dictowner', where: '' },
  { catalog: 'pg_ts_parser', owner: null, where: '' },
  { catalog: 'pg_ts_template', owner: null, where: '' },
  { catalog: 'pg_foreign_data_wrapper', owner: 'fdwowner', where: '' },
  { catalog: 'pg_foreign_server', owner: 'srvowner', where: '' },
  { catalog: 'pg_language', owner: 'lanowner', where: '' },
  { catalog: 'pg_cast', owner: null, where: '' },
  { catalog: 'pg_transform', owner: null, where: '' },
  { catalog: 'pg_am', owner: null, where: '' },
];

const SUPERUSER = '(select rolsuper from pg_catalog.pg_roles where rolname = current_user)';
/** Everything with a higher number was made after initdb. */
const FIRST_OWN_OID = 16_384;

/** `public` is initdb's, and yet its content is ours. */
const OBJECTS = CATALOGS.map(({ catalog, owner, where }) => {
  const own = owner === null ? SUPERUSER : `pg_catalog.pg_has_role(o.${owner}, 'USAGE')`;
  const made =
    catalog === 'pg_namespace'
      ? `(o.oid >= ${FIRST_OWN_OID} or nspname = 'public')`
      : `o.oid >= ${FIRST_OWN_OID}`;
  return `select 'pg_catalog.${catalog}'::regclass as class, o.oid, ${own} or ${SUPERUSER} as mine
    from pg_catalog.${catalog} o where ${made} ${where}`;
}).join('\n  union all ');

/** Members of extensions go with those. The schema's owner may drop what others have made in it. */
const NAMED_OBJECTS = `select a.class, a.oid, i.type, i.identity, a.mine or coalesce((select pg_catalog.pg_has_role(n.nspowner, 'USAGE')
      from pg_catalog.pg_namespace n where i.schema in (n.nspname, pg_catalog.quote_ident(n.nspname))), false) as may_drop
  from (${OBJECTS}) a, lateral pg_catalog.pg_identify_object(a.class, a.oid, 0) i
  where i.identity is not null and coalesce(i.schema, '') !~ '^pg_' and coalesce(i.schema, '') <> 'information_schema'
    and not exists (select from pg_catalog.pg_depend d where d.classid = a.class and d.objid = a.oid and d.objsubid = 0
      and d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e')`;

export const CONTENT_QUERY = `select o.type || ' ' || o.identity as name, o.may_drop as "mayDrop",
    o.type in ('extension', 'schema') as "mayStay"
  from (${NAMED_OBJECTS}) o where not (o.type = 'schema' and o.identity = 'public') order by 1`;

export const LARGE_OBJECTS_COUNT_QUERY =
  'select count(*)::int8 as count from pg_catalog.pg_largeobject_metadata';

const drop = (types: readonly string[]) => `select pg_catalog.format('drop %s if exists %s cascade',
    case type when 'foreign-data wrapper' then 'foreign data wrapper' when 'statistics object' then 'statistics' else type end, identity)
  from (${NAMED_OBJECTS}) o where may_drop and type in (${types.map(type => `'${type}'`).join(', ')}) order by class, oid`;

/**
 * As initdb leaves it, so that a dump that says nothing of it means the same. Not dropped and made again: pg_dump 14 tells
 * the two apart.
 */
const PUBLIC_AS_NEW = `with schema as (select n.nspacl, n.nspowner, pg_catalog.current_setting('server_version_num')::int >= 150000 as is_15
    from pg_catalog.pg_namespace n where nspname = 'public' and (pg_catalog.pg_has_role(nspowner, 'USAGE') or ${SUPERUSER}))
  select statement from (
    select 1 as step, pg_catalog.format('revoke all on schema public from %s', case a.grantee when 0 then 'public'
      else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end) as statement from schema, pg_catalog.aclexplode(nspacl) a
    union select 2, case when is_15 then 'alter schema public owner to pg_database_owner' else (select pg_catalog.format(
      'alter schema public owner to %I', rolname) from pg_catalog.pg_roles where oid = 10 and ${SUPERUSER}) end from schema
    union select 3, pg_catalog.format('grant all on schema public to %s', case when is_15 then 'pg_database_owner' else
      pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(case when ${SUPERUSER} then 10 else nspowner end)) end) from schema
    union select 4, case when is_15 then 'grant usage on schema public to public' else 'grant all on schema public to public' end from schema
    union select 5, $$comment on schema public is 'standard public schema'$$ from schema
  ) steps where statement is not null order by step`;

/** Those for one schema went with it; the others are set to what they would be without. */
const DEFAULT_PRIVILEGES = `with held as (select d.defaclrole, d.defaclobjtype, d.defaclacl,
      case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
        when 'n' then 'schemas' when 'L' then 'large objects' end as kind,
      pg_catalog.acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole) as usual
    from pg_catalog.pg_default_acl d where d.defaclnamespace = 0),
  named as (select 1 as step, defaclrole, kind, a.grantee, 'all' as privilege from held, pg_catalog.aclexplode(defaclacl) a
    union select 2, defaclrole, kind, a.grantee, a.privilege_type from held, pg_catalog.aclexplode(usual) a)
  select pg_catalog.format('alter default privileges for role %I %s %s on %s %s %s', pg_catalog.pg_get_userbyid(defaclrole),
    case step when 1 then 'revoke' else 'grant' end, privilege, kind, case step when 1 then 'from' else 'to' end,
    case grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(grantee)) end)
  from named where pg_catalog.pg_has_role(defaclrole, 'USAGE') or ${SUPERUSER} order by step`;

export const UNLINK_LARGE_OBJECTS =
  'select pg_catalog.count(pg_catalog.lo_unlink(oid)) from pg_catalog.pg_largeobject_metadata';

/**
 * In this order: event triggers first, which would watch the rest; extensions before the schemas they lie in. Each query
 * is asked after the statements of the one before have run.
 */
const STEPS: readonly string[] = [
  drop(['event trigger']),
  drop(['publication']),
  drop(['extension']),
  `select pg_catalog.format('drop schema %s cascade', identity) from (${NAMED_OBJECTS}) o
    where type = 'schema' and identity <> 'public' and may_drop order by oid`,
  PUBLIC_AS_NEW,
  drop(['cast', 'transform', 'server', 'foreign-data wrapper', 'language', 'access method']),
  // What lies in `public`, and in schemas of others.
  drop(['view', 'materialized view', 'table', 'foreign table', 'sequence', 'statistics object']),
  drop(['aggregate', 'function', 'procedure', 'operator class', 'operator family', 'operator', 'type']),
  drop([
    'collation',
    'conversion',
    'text search configuration',
    'text search dictionary',
    'text search parser',
    'text search template',
  ]),
  DEFAULT_PRIVILEGES,
];

/** Within the caller's transaction. What is left is told: nothing but what belongs to others and may stay. */
export async function emptyDatabase(
  session: Pick<Session, 'rows'> & { generated(what: string, select: string): Promise<string[]> },
): Promise<string[]> {
  const step = 'emptying the database';
  for (const statements of STEPS) await session.generated(step, statements);
  await session.rows(step, UNLINK_LARGE_OBJECTS);
  const left = await session.rows<{ name: string; mayStay: boolean }>(step, CONTENT_QUERY);
  return left.filter(({ mayStay }) => !mayStay).map(({ name }) => name);
}
