// What hangs on tables that are filled anew or replaced: foreign keys to them and from them, triggers, sequences, views.
// Foreign keys and triggers are put out of the way inside the transaction and put back as they were; the statements that
// do so are kept on the server, in a temporary table, so that no name travels.
import type { TableName } from '../backups/table-name.ts';
import { literal } from './sql-text.ts';

/** OIDs of those that exist, with all their partitions. Inherited children are tables of their own. */
function chosen(tables: readonly TableName[]): string {
  if (tables.length === 0) return 'select null::oid as oid where false';
  const names = tables.map(({ schema, table }) => `(${literal(schema)}, ${literal(table)})`).join(', ');
  return `with recursive tree(oid) as (
      select c.oid from (values ${names}) wanted(schema, name) join pg_catalog.pg_namespace n on n.nspname = wanted.schema
        join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = wanted.name and c.relkind in ('r', 'p')
      union select i.inhrelid from tree join pg_catalog.pg_inherits i on i.inhparent = tree.oid
        join pg_catalog.pg_class c on c.oid = i.inhrelid and c.relispartition)
    select oid from tree`;
}

const qualified = (
  oid: string,
) => `(select pg_catalog.format('%I.%I', qn.nspname, qc.relname) from pg_catalog.pg_class qc
  join pg_catalog.pg_namespace qn on qn.oid = qc.relnamespace where qc.oid = ${oid})`;

/** Of a table of ours; a partition's keys are its root's where they come from there. */
const KEYS = `pg_catalog.pg_constraint k where k.contype = 'f' and k.conparentid = 0`;

/** A key that points to a root points to each of its partitions. */
const WITH_ROOTS = `select oid from chosen union select a.relid from chosen c2, pg_catalog.pg_partition_ancestors(c2.oid) a`;

const list = (query: string) =>
  `(select coalesce(pg_catalog.jsonb_agg(item order by item), '[]') from (${query}) items(item))`;

/** What keeps a table from being dropped: everything but its own parts, and foreign keys, which are put back. */
const DEPENDENTS = `select distinct pg_catalog.pg_describe_object(coalesce(r.class, d.classid), coalesce(r.oid, d.objid), 0)
  from pg_catalog.pg_depend d
  left join lateral (select 'pg_catalog.pg_class'::regclass as class, w.ev_class as oid from pg_catalog.pg_rewrite w
    where d.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = d.objid) r on true
  where (d.deptype = 'n' or d.classid = 'pg_catalog.pg_publication_rel'::regclass) and (d.refclassid = 'pg_catalog.pg_class'::regclass and (d.refobjid = c.oid or d.refobjid in (${ownedSequences('c.oid')}))
      or d.refclassid = 'pg_catalog.pg_type'::regclass and d.refobjid in (c.reltype, (select typarray from pg_catalog.pg_type where oid = c.reltype)))
    and not exists (select from pg_catalog.pg_constraint k where d.classid = 'pg_catalog.pg_constraint'::regclass and k.oid = d.objid
      and (k.contype = 'f' or k.conrelid in (select oid from chosen)))
    and not exists (select from pg_catalog.pg_policy p where d.classid = 'pg_catalog.pg_policy'::regclass and p.oid = d.objid
      and p.polrelid in (select oid from chosen))
    and coalesce(r.oid, d.objid) not in (select oid from chosen) and not (d.classid = 'pg_catalog.pg_attrdef'::regclass and exists (
      select from pg_catalog.pg_attrdef f where f.oid = d.objid and f.adrelid in (select oid from chosen)))`;

function ownedSequences(table: string): string {
  return `select s.objid from pg_catalog.pg_depend s join pg_catalog.pg_class sc on sc.oid = s.objid and sc.relkind = 'S'
    where s.classid = 'pg_catalog.pg_class'::regclass and s.refclassid = 'pg_catalog.pg_class'::regclass and s.refobjid = ${table}
      and s.deptype in ('a', 'i') and s.refobjsubid <> 0`;
}

export function tablesQuery(tables: readonly TableName[]): string {
  return `with chosen as materialized (${chosen(tables)})
  select ${qualified('c.oid')} as name, n.nspname as schema, c.relname as table,
    pg_catalog.pg_has_role(c.relowner, 'USAGE') or (select rolsuper from pg_catalog.pg_roles where rolname = current_user) as "mayAlter",
    case when c.reltuples >= 0 then c.reltuples::int8 end as rows, pg_catalog.pg_total_relation_size(c.oid)::int8 as bytes,
    ${list(`select pg_catalog.quote_ident(k.conname) || ' to ' || ${qualified('k.confrelid')} from ${KEYS} and k.conrelid = c.oid`)} as "foreignKeysOut",
    ${list(`select ${qualified('k.conrelid')} || ' ' || pg_catalog.quote_ident(k.conname) from ${KEYS}
      and k.confrelid in (select c.oid union select a.relid from pg_catalog.pg_partition_ancestors(c.oid) a where a.relid not in (select oid from chosen))
      and k.conrelid not in (select oid from chosen)`)} as "foreignKeysIn",
    ${list(`select ${qualified('owned.objid')} from (${ownedSequences('c.oid')}) owned`)} as sequences,
    ${list('select pg_catalog.quote_ident(t.tgname) from pg_catalog.pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal')} as triggers,
    ${list(DEPENDENTS)} as dependents
  from chosen join pg_catalog.pg_class c on c.oid = chosen.oid join pg_catalog.pg_namespace n on n.oid = c.relnamespace order by 1`;
}

/** Statements that `putBack` runs, in the order of `step`; gone with the transaction. */
export const REMEMBER = `create temporary table pg_backup_put_back (step int, place serial, statement text) on commit drop;`;
export const PUT_BACK_QUERY = 'select statement from pg_temp.pg_backup_put_back order by step, place';

/**
 * `own`: also those that go out from the chosen tables, and checks that are not valid there, since rows that were there
 * before them may break them; dropped tables take theirs with them.
 */
export function takeKeysOff(tables: readonly TableName[], { own }: { own: boolean }): string[] {
  const keys = `select k.oid, k.conname, k.conrelid, pg_catalog.pg_get_constraintdef(k.oid) as definition,
      pg_catalog.obj_description(k.oid, 'pg_constraint') as comment
    from pg_catalog.pg_constraint k where k.conparentid = 0 and (k.contype = 'f' and k.confrelid in (${WITH_ROOTS})
        ${own ? "or (k.contype = 'f' or k.contype = 'c' and not k.convalidated and k.conislocal) and" : 'and not'} k.conrelid in (select oid from chosen))`;
  return [
    `with chosen as materialized (${chosen(tables)}), keys as (${keys})
      insert into pg_temp.pg_backup_put_back (step, statement)
      select 2, pg_catalog.format('alter table %s add constraint %I %s', ${qualified('conrelid')}, conname, definition) from keys
      union all select 3, pg_catalog.format('comment on constraint %I on %s is %L', conname, ${qualified('conrelid')}, comment) from keys where comment is not null;`,
    `with chosen as materialized (${chosen(tables)}), keys as (${keys})
      select pg_catalog.format('alter table %s drop constraint %I', ${qualified('conrelid')}, conname) from keys \\gexec`,
  ];
}

/** The user's own triggers; each then gets back the state it was in. */
export function switchTriggersOff(tables: readonly TableName[]): string[] {
  const triggers = `select t.tgrelid, t.tgname, t.tgenabled from chosen join pg_catalog.pg_trigger t on t.tgrelid = chosen.oid
    where not t.tgisinternal or t.tgparentid <> 0 and t.tgconstraint = 0`;
  return [
    `with chosen as materialized (${chosen(tables)}), triggers as (${triggers})
      insert into pg_temp.pg_backup_put_back (step, statement)
      select 1, pg_catalog.format('alter table only %s %s trigger %I', ${qualified('tgrelid')},
        case tgenabled when 'O' then 'enable' when 'R' then 'enable replica' when 'A' then 'enable always' end, tgname)
      from triggers where tgenabled <> 'D';`,
    `with chosen as materialized (${chosen(tables)}), triggers as (${triggers})
      select pg_catalog.format('alter table only %s disable trigger %I', ${qualified('tgrelid')}, tgname) from triggers where tgenabled <> 'D' \\gexec`,
  ];
}

/** All at once: they may point to one another. Not their inherited children. */
export function truncateAll(tables: readonly TableName[]): string {
  return `with chosen as materialized (${chosen(tables)})
  select pg_catalog.format('truncate %s', pg_catalog.string_agg('only ' || ${qualified('c.oid')}, ', ' order by c.oid))
  from chosen join pg_catalog.pg_class c on c.oid = chosen.oid where c.relkind = 'r' having count(*) > 0 \\gexec`;
}

/** Refused by the server where anything else depends on one; partitions go with their root. */
export function dropAll(tables: readonly TableName[]): string {
  return `with chosen as materialized (${chosen(tables)})
  select pg_catalog.format('drop table %s', pg_catalog.string_agg(${qualified('c.oid')}, ', ' order by c.oid))
  from chosen join pg_catalog.pg_class c on c.oid = chosen.oid where not exists (select from pg_catalog.pg_inherits i
    join chosen up on up.oid = i.inhparent where i.inhrelid = c.oid and c.relispartition) having count(*) > 0 \\gexec`;
}

/** `name`: as setval's argument has it; only those that belong to the chosen tables are set. */
export function setSequences(
  tables: readonly TableName[],
  values: readonly { readonly name: string; readonly value: string; readonly called: boolean }[],
): string {
  const wanted = values
    .map(({ name, value, called }) => `(${literal(name)}, ${literal(value)}, ${called})`)
    .join(', ');
  return `with chosen as materialized (${chosen(tables)}), owned as (${ownedSequences('any (select oid from chosen)')})
  select pg_catalog.setval(owned.objid::pg_catalog.regclass, wanted.value::int8, wanted.called)
  from owned join (values ${wanted}) wanted(name, value, called) on pg_catalog.to_regclass(wanted.name) = owned.objid;`;
}
