// What belongs to a database and not to its content: owner, privileges, limits, settings. All of it hangs on the OID, so
// the database that takes a live one's name must be given it. Each row of a query is one statement, made and run on the
// server: the values may be secrets, and names need not travel.

/** Settings whose value is a list of names: each is quoted on its own, or the list would become one name. */
const LISTS = [
  'search_path',
  'temp_tablespaces',
  'session_preload_libraries',
  'local_preload_libraries',
  'shared_preload_libraries',
  'unix_socket_directories',
]
  .map(name => `'${name}'`)
  .join(', ');

const value = (setting: string) => `case when ${setting}.name in (${LISTS}) then
    coalesce((select pg_catalog.string_agg(pg_catalog.quote_literal(coalesce(pg_catalog.replace(part[1], '""', '"'), part[2])), ', ' order by at)
      from pg_catalog.regexp_matches(${setting}.value, '"((?:[^"]|"")*)"|([^,[:space:]"]+)', 'g') with ordinality parts(part, at)), '''''')
  else pg_catalog.quote_literal(${setting}.value) end`;

/** Owner and privileges, in the order in which they must be set. */
export function accessStatements(from: number, to: number): string {
  return `with pair as (select o.*, n.datname as target from pg_catalog.pg_database o, pg_catalog.pg_database n where o.oid = ${from} and n.oid = ${to}),
  held as (select a.* from pair, pg_catalog.aclexplode(coalesce(pair.datacl, pg_catalog.acldefault('d', pair.datdba))) a)
  select statement from (
    select 1 as step, pg_catalog.format('alter database %I owner to %I', target, pg_catalog.pg_get_userbyid(datdba)) as statement from pair
    union all select 2, pg_catalog.format('revoke all on database %I from public, %I', target, pg_catalog.pg_get_userbyid(datdba)) from pair
    union all select 3, pg_catalog.format('grant %s on database %I to %s%s', h.privilege_type, target,
      case h.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(h.grantee)) end,
      case when h.is_grantable then ' with grant option' else '' end) from pair, held h
    union all select 4, pg_catalog.format('alter database %I connection limit %s', target, datconnlimit) from pair
    union all select 5, pg_catalog.format('alter database %I is_template true', target) from pair where datistemplate
    union all select 6, pg_catalog.format('alter database %I allow_connections false', target) from pair where not datallowconn
  ) statements order by step, statement`;
}

/** Settings of the database and of roles in it, and security labels: number and name for people, no value in it. */
export function settingsQuery(from: number): string {
  return `select s.setrole::int8 as role, at::int as at, pg_catalog.split_part(item, '=', 1) as name,
    case s.setrole when 0 then null else pg_catalog.pg_get_userbyid(s.setrole) end as "roleName"
  from pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) with ordinality items(item, at)
  where s.setdatabase = ${from} order by s.setrole, at`;
}

export function settingStatement(from: number, to: number, role: number, at: number): string {
  return `select case s.setrole when 0 then pg_catalog.format('alter database %I set %s to %s', n.datname, s.setting, s.text)
    else pg_catalog.format('alter role %I in database %I set %s to %s', pg_catalog.pg_get_userbyid(s.setrole), n.datname, s.setting, s.text) end
  from (select i.setrole, pg_catalog.string_agg(pg_catalog.quote_ident(word), '.' order by place) as setting, max(i.text) as text
    from (select v.setrole, v.name, ${value('v')} as text from (
        select r.setrole, pg_catalog.split_part(item, '=', 1) as name, pg_catalog.substr(item, pg_catalog.strpos(item, '=') + 1) as value
        from pg_catalog.pg_db_role_setting r, pg_catalog.unnest(r.setconfig) with ordinality items(item, at)
        where r.setdatabase = ${from} and r.setrole = ${role} and at = ${at}) v) i,
      pg_catalog.unnest(pg_catalog.string_to_array(i.name, '.')) with ordinality words(word, place) group by i.setrole) s,
    pg_catalog.pg_database n where n.oid = ${to}`;
}

export function labelStatements(from: number, to: number): string {
  return `select pg_catalog.format('security label for %I on database %I is %L', l.provider, n.datname, l.label)
  from pg_catalog.pg_shseclabel l, pg_catalog.pg_database n
  where l.classoid = 'pg_catalog.pg_database'::regclass and l.objoid = ${from} and n.oid = ${to}`;
}

/** For the database that takes the place: the old one's comment in place of our mark, or none. */
export function commentStatement(from: number, to: number): string {
  return `select pg_catalog.format('comment on database %I is %s', n.datname,
      coalesce(pg_catalog.quote_literal(pg_catalog.shobj_description(${from}, 'pg_database')), 'null'))
    from pg_catalog.pg_database n where n.oid = ${to}`;
}
