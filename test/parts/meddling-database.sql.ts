// A database that does not come back as it was although nothing fails: an index whose function is said to be immutable
// changes a default of another table each time that it is built.
export const MEDDLER = `
create table victims (id int default 1);
create table baits (id int);
create function public.meddle() returns int language plpgsql volatile as $$ begin
  execute 'alter table public.victims alter id set default 2';
  return 1;
end $$;
create function public.taste(i int) returns int language plpgsql immutable as $$ begin return i; end $$;
create index on baits (public.taste(id));
create or replace function public.taste(i int) returns int language plpgsql immutable as $$ begin return i + public.meddle(); end $$;
insert into baits values (1);
alter table victims alter id set default 1;`;
