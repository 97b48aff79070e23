import { describe, expect, it } from 'vitest';
import { parseArchiveSchema } from '../../../src/proof/archive-schema.ts';

const PRINTED = `
-- Name: x; Type: DATABASE; Owner: not_me
CREATE DATABASE "odd ""name" WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = icu LOCALE = 'C.UTF-8' ICU_LOCALE = 'en-u-kn''x';
ALTER DATABASE "odd ""name" OWNER TO "the; owner";
CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $_$ select 'x'; ALTER TABLE x OWNER TO nobody; $_$;
ALTER FUNCTION public.f(a "OWNER TO me", b text) OWNER TO fn_owner;
COMMENT ON TABLE public.t IS 'GRANT ALL ON TABLE x TO nobody;';
GRANT SELECT(a) ON TABLE public.t TO reader WITH GRANT OPTION;
GRANT ALL ON SCHEMA public TO PUBLIC;
REVOKE ALL ON SCHEMA public FROM old_one;
ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA s GRANT SELECT ON TABLES TO "gr""antee";
SET SESSION AUTHORIZATION grantor;
CREATE POLICY p ON public.t FOR SELECT TO one, "tw, o" USING ((a = 'TO nobody'::text));
CREATE POLICY q ON public.t USING (true);
CREATE USER MAPPING FOR mapped SERVER s OPTIONS ("user" 'TO nobody');
`;

describe('parseArchiveSchema', () => {
  it('names roles by what needs them, and no other', () => {
    expect(parseArchiveSchema(PRINTED).roles).toEqual({
      owners: ['fn_owner', 'the; owner'],
      grants: ['gr"antee', 'grantor', 'maker', 'old_one', 'reader'],
      others: ['mapped', 'one', 'tw, o'],
    });
  });

  it('reads how the database was made', () => {
    expect(Object.fromEntries(parseArchiveSchema(PRINTED).locale ?? [])).toEqual({
      ENCODING: 'UTF8',
      LOCALE_PROVIDER: 'icu',
      LOCALE: 'C.UTF-8',
      ICU_LOCALE: "en-u-kn'x",
    });
  });

  it('finds no locale where nothing is created', () => {
    expect(parseArchiveSchema('SELECT 1;').locale).toBeUndefined();
  });
});
