// The database that everything has to get through whole: whatever has been seen to fool a parser, a count, a
// comparison or a shell. For psql of the server's own major; needs the test extension and contrib.
import { TEST_EXTENSION } from './test-extension.ts';

/** Looks like the start of a table's data to whoever reads a script line by line. */
const SPOOF = 'COPY public.fake (a) FROM stdin;';

/** Names of tables, each a trap for somebody: SQL, psql, shells, the Actions log, Slack, file systems. */
export const HOSTILE_NAMES: readonly string[] = [
  'quote"in"it',
  "apostrophe's",
  'new\nline',
  `before\n${SPOOF}\nafter`,
  SPOOF,
  'FROM stdin;',
  '$$',
  '$(touch /tmp/owned)',
  '`id`',
  '--flag',
  '-f',
  '::set-output name=a::b',
  '::error::fake',
  '##[error]fake',
  '<!channel> & <http://x|y>',
  '%s%n%25',
  'a=b c',
  ' leading and trailing ',
  '.',
  '..',
  'a/b\\c',
  '\\.',
  '\ttab',
  ':USER',
  'Select',
  '🐘 éléphant 象',
  `${'x'.repeat(62)}y`,
  `${'é'.repeat(31)}z`,
  '\u001b[31mred',
  'rtl \u202e txt',
];

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** SQL for an empty database. Some lines are psql commands. */
export function hostileDatabaseSql(): string {
  return [
    'set client_min_messages = error;',
    spoofs(),
    names(),
    shapes,
    partitions,
    values,
    states,
    largeObjects,
    extensions,
    newest,
    watchers,
  ].join('\n');
}

function spoofs(): string {
  const lines = `\n${SPOOF}\n1\n\\.\n`;
  return `
create table public.spoofed (id int primary key, body text default ${literal(lines)}, note text);
insert into public.spoofed values (1, ${literal(lines)}, ${literal(SPOOF)}), (2, default, '\\.'), (3, null, '');
comment on table public.spoofed is ${literal(lines)};
create function public.spoof() returns text language sql as $body$ select ${literal(lines)} /*${lines}*/ $body$;
comment on function public.spoof() is ${literal(lines)};
create view public.spoof_view as select ${literal(lines)}::text as body;
create function public.spoof_lo() returns void language plpgsql as $body$ begin
SELECT pg_catalog.lo_open('1', 131072);
end $body$;
`;
}

function names(): string {
  return HOSTILE_NAMES.map((name, index) => {
    const schema = index % 5 === 0 ? identifier(`schema ${name}`.slice(0, 20)) : 'public';
    const table = `${schema}.${identifier(name)}`;
    return `
${schema === 'public' ? '' : `create schema ${schema};`}
create table ${table} (id int primary key, ${identifier(name)} text default ${literal(name)});
insert into ${table} (id) select generate_series(1, ${(index % 7) + 1});
comment on table ${table} is ${literal(name)};
create index on ${table} (${identifier(name)});`;
  }).join('\n');
}

const shapes = `
create table public.no_columns ();
insert into public.no_columns default values;
insert into public.no_columns default values;
insert into public.no_columns default values;
create table public.no_rows (a int, b text);
create table public.generated_only (seven int generated always as (7) stored);
insert into public.generated_only default values;
insert into public.generated_only default values;
create table public.generated_between (a int, twice int generated always as (a * 2) stored, b text);
insert into public.generated_between (a, b) select i, 'b' || i from generate_series(1, 10) i;
create table public.dropped_columns (a int, gone text, b text);
insert into public.dropped_columns select i, 'gone', 'b' from generate_series(1, 5) i;
alter table public.dropped_columns drop column gone, add column c int default 3;
create unlogged table public.unlogged (a int);
insert into public.unlogged select generate_series(1, 12);

create table public.parent (a int, b text);
insert into public.parent select i, 'parent' from generate_series(1, 3) i;
create table public.child (c int) inherits (public.parent);
insert into public.child select i, 'child', i from generate_series(1, 40) i;

create sequence public."sequence ""of"" odd
name" start 5 increment -3 minvalue -9223372036854775808 maxvalue 100;
select setval('public."sequence ""of"" odd
name"', -9223372036854775807);
create sequence public.never_called start 17;
create table public.identities (id bigint generated always as identity (start 9000000000000000000 increment 7), a int);
insert into public.identities (a) select generate_series(1, 3);

create materialized view public.chain_1 as select a, b from public.parent;
create materialized view public.chain_2 as select count(*) as n from public.chain_1;
create materialized view public.chain_3 as select n + 1 as n from public.chain_2;
create materialized view public.never_filled as select 1 as a with no data;
create unique index on public.chain_1 (a, b) where false;

create table public.ring_a (id int primary key, b_id int);
create table public.ring_b (id int primary key, a_id int not null references public.ring_a deferrable initially deferred);
insert into public.ring_a values (1, 1), (2, 2);
insert into public.ring_b values (1, 2), (2, 1);
alter table public.ring_a add foreign key (b_id) references public.ring_b;
`;

const partitions = `
create type public.mood as enum ('glad', 'sad', 'cross', 'odd '' one');
create table public.by_mood (mood public.mood not null, n int) partition by hash (mood);
create table public.by_mood_0 partition of public.by_mood for values with (modulus 2, remainder 0);
create table public.by_mood_1 partition of public.by_mood for values with (modulus 2, remainder 1);
insert into public.by_mood select (enum_range(null::public.mood))[1 + i % 4], i from generate_series(1, 1000) i;

create table public.by_range (at date not null, n int) partition by range (at);
create table public.by_range_old partition of public.by_range for values from (minvalue) to ('2025-01-01')
  partition by list (n);
create table public.by_range_old_rest partition of public.by_range_old default;
create table public.by_range_new partition of public.by_range for values from ('2025-01-01') to (maxvalue);
insert into public.by_range select date '2024-12-01' + i, i from generate_series(1, 60) i;
-- Valid on neither: no leaf has it yet.
create index on_only on only public.by_range (n);
`;

const values = `
create table public.one_text (t text);
insert into public.one_text values (''), ('\\.'), (null), ('\\N'), (E'\\\\\\\\.'), (E'\\n\\\\.\\n'), (E'\\r\\n'), (E'\\t'),
  ('COPY public.fake (a) FROM stdin;'), (E'--\\n'), (''), (''), (repeat('long ', 300000)), (E'\\u2028'), ('::error::x');
create domain public.small_even as int check (value % 2 = 0);
create type public.pair as (a int, b text);
create table public.of_every_type (
  id int primary key, b bytea, m money, i interval, t timestamptz, d date, f float8, r real, n numeric, j json, jb jsonb,
  x xml, bits bit varying, a text[], p public.pair, e public.small_even, rg int4range, mr int4multirange, u uuid,
  ip inet, pt point, ts tsvector, c "char", nm name, o oid, ch char(5)
);
insert into public.of_every_type values
  (1, '\\x00ff5c2e0a', 12345.67, '1 year -3 days 04:05:06.789', '2024-02-29 23:59:60+14', '4713-01-01 BC', 'NaN', '-0',
   'Infinity', E'{"a":\\n 1, "a": 2}', '{"b":[1,null]}', '<a>&amp;</a>', b'10101', '{"a,b",NULL,"\\"",""}',
   row(1, 'x"y'), 42, '[1,5)', '{[1,2),[5,9)}', '00000000-0000-0000-0000-000000000001', '::1/128', '(1,2)',
   $$'it''s':1 a:2$$, 'x', 'name', 4294967295, 'ab'),
  (2, '', -0.01, '-178000000 years', 'infinity', '-infinity', 1e-300, 3.4e38, 1e-1000, 'null', '"\\u00e9"', '', b'',
   '{}', row(null, ''), -2, 'empty', '{}', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '0.0.0.0/0', '(-0,NaN)', '', '', '', 0, '');
insert into public.of_every_type (id) values (3);
`;

const states = `
create table public.checked (id int, a int);
insert into public.checked select i, i - 5 from generate_series(1, 10) i;
alter table public.checked add constraint positive check (a > 0) not valid;
create function public.refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
create trigger refuses before insert on public.checked for each row execute function public.refuse();
create trigger on_replica before insert on public.checked for each row execute function public.refuse();
alter table public.checked disable trigger refuses;
alter table public.checked enable replica trigger on_replica;
create table public.doubles (a int);
insert into public.doubles values (1), (1);
\\set ON_ERROR_STOP off
create unique index concurrently invalid_index on public.doubles (a);
\\set ON_ERROR_STOP on
create table public.booked (room int, during tsrange, exclude using gist (during with &&));
insert into public.booked values (1, '[2026-01-01,2026-01-02)');
create table public.secret_rows (id int, owner_name text);
insert into public.secret_rows select i, 'nobody' from generate_series(1, 6) i;
alter table public.secret_rows enable row level security, force row level security;
create policy "own ""rows""" on public.secret_rows for select using (owner_name = current_user);
create rule quiet as on insert to public.no_rows where new.a < 0 do instead nothing;
create function public.join_text(text, text) returns text language sql immutable as $$ select $1 || $2 $$;
create operator public.|+| (leftarg = text, rightarg = text, function = public.join_text);
create aggregate public.glue (text) (sfunc = public.join_text, stype = text, initcond = '');
create cast (public.pair as text) with inout;
create collation public."odd collation" from "C";
create statistics public.odd_statistics on a, b from public.parent;
`;

const largeObjects = `
select lo_from_bytea(0, '');
select lo_from_bytea(0, string_agg(sha512(convert_to(i::text, 'UTF8')), '')) from generate_series(1, 49152) i;
select lo_from_bytea(424242, convert_to(E'\\nCOPY public.fake (a) FROM stdin;\\n1\\n\\\\.\\n', 'UTF8'));
comment on large object 424242 is E'a comment\\nSELECT pg_catalog.lo_open(''1'', 131072);\\n';
`;

const extensions = `
create extension hstore;
create extension file_fdw;
create server files foreign data wrapper file_fdw;
create foreign table public.outside (line text) server files options (filename '/dev/null');
create schema probe;
create extension ${TEST_EXTENSION} schema probe;
insert into probe.probe_settings values ('ours 1', 'a'), ('ours 2', E'b\\n\\\\.');
insert into probe.probe_history values (3, 'ours');
insert into probe.probe_private values (2);
`;

/** What only newer majors have. */
const newest = `
select current_setting('server_version_num')::int >= 150000 as is_15, current_setting('server_version_num')::int >= 180000 as is_18 \\gset
\\if :is_15
create table public.nulls_alike (a int unique nulls not distinct);
insert into public.nulls_alike values (null);
\\endif
\\if :is_18
create table public.virtual_only (a int, twice int generated always as (a * 2) virtual);
insert into public.virtual_only (a) values (1), (2);
alter table public.virtual_only add constraint unenforced check (a > 100) not enforced;
\\endif
`;

/** Last: they watch, and would see what stands above. */
const watchers = `
create publication "odd publication" for table public.parent, public."new
line" with (publish = 'insert');
create function public.on_ddl() returns event_trigger language plpgsql as $$ begin
  if tg_tag = 'DROP TABLE' then raise 'no table is dropped here'; end if;
end $$;
create event trigger "odd event trigger" on ddl_command_end execute function public.on_ddl();
create event trigger sleeping on sql_drop execute function public.on_ddl();
alter event trigger sleeping disable;
`;
