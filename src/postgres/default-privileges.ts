// What ALTER DEFAULT PRIVILEGES would give to whom on tables that are made anew. A dump tells a table's privileges against
// PostgreSQL's own defaults, so that on top of the database's somebody could read what the backup keeps from them. They are
// put out of the way inside the transaction, and back by the statements that are kept beside those of `table-surroundings`.

/** Of the role that makes the tables; those for the whole database stand in the place of PostgreSQL's own. */
const HELD = `with held as (select d.defaclacl, d.defaclnamespace,
      pg_catalog.acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole) as usual,
      case d.defaclobjtype when 'r' then 'tables' else 'sequences' end as kind,
      pg_catalog.format('alter default privileges for role %I', current_user)
        || coalesce(' in schema ' || (select pg_catalog.quote_ident(nspname) from pg_catalog.pg_namespace where oid = d.defaclnamespace), '') as head
    from pg_catalog.pg_default_acl d
    where d.defaclobjtype in ('r', 'S') and d.defaclrole = (select oid from pg_catalog.pg_roles where rolname = current_user)),
  given as (select h.*, a.*, true as own from held h, pg_catalog.aclexplode(h.defaclacl) a
    union all select h.*, a.*, false from held h, pg_catalog.aclexplode(h.usual) a where h.defaclnamespace = 0),
  named as (select *, case grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(grantee)) end as who from given)`;

const revoke = (own: boolean) =>
  `select distinct pg_catalog.format('%s revoke all on %s from %s', head, kind, who) from named where own = ${own}`;
const grant = (own: boolean) =>
  `select pg_catalog.format('%s grant %s on %s to %s%s', head, privilege_type, kind, who, case when is_grantable then ' with grant option' else '' end)
    from named where own = ${own}`;

export const TAKE_DEFAULTS_OFF: readonly string[] = [
  `${HELD} insert into pg_temp.pg_backup_put_back (step, statement)
    select step, statement from (select 4 as step, r.* from (${revoke(false)}) r union all select 5, g.* from (${grant(true)}) g) steps(step, statement);`,
  `${HELD} select statement from (select 1 as step, r.* from (${revoke(true)}) r
    union all select 2, g.* from (${grant(false)}) g) steps(step, statement) order by step \\gexec`,
];
