import { describe, expect, it } from 'vitest';
import {
  foreignKeysOf,
  readPartitions,
  statisticsOf,
  withPartitions,
} from '../../../src/proof/archive-tables.ts';

const SCHEMA = `
ALTER TABLE ONLY public.by_year ATTACH PARTITION public.by_year_25 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ALTER TABLE ONLY public.by_year_25 ATTACH PARTITION "odd ""schema"""."a.b" DEFAULT;
CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $$ ALTER TABLE ONLY public.by_year ATTACH PARTITION public.fake DEFAULT; $$;
COMMENT ON TABLE public.t IS 'ALTER TABLE ONLY public.by_year ATTACH PARTITION public.fake DEFAULT;';
`;

describe('partitions', () => {
  it('are found under their roots, however deep; bodies and comments prove nothing', () => {
    const all = withPartitions([{ schema: 'public', table: 'by_year' }], readPartitions(SCHEMA));
    expect(all).toEqual([
      { schema: 'public', table: 'by_year' },
      { schema: 'public', table: 'by_year_25' },
      { schema: 'odd "schema"', table: 'a.b' },
    ]);
  });
});

describe('foreign keys', () => {
  const KEYS = `
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES public.customers(id) ON DELETE CASCADE;
COMMENT ON CONSTRAINT of_customer ON public.orders IS 'it''s; theirs';
ALTER TABLE ONLY public."Orders"
    ADD CONSTRAINT other FOREIGN KEY (a) REFERENCES public.orders(id);
ALTER TABLE public.by_year
    ADD CONSTRAINT of_order FOREIGN KEY (a) REFERENCES public.orders(id);
`;

  it.each([
    ['orders', ['of_customer FOREIGN KEY', "'it''s; theirs'"]],
    ['Orders', ['other FOREIGN KEY']],
    ['by_year', ['of_order FOREIGN KEY']],
    ['customers', []],
  ])('of %s, with their comments', (table, parts) => {
    const statements = foreignKeysOf(KEYS, [{ schema: 'public', table }]);
    expect(statements).toEqual(parts.map(part => expect.stringContaining(part)));
  });
});

describe('extended statistics', () => {
  it('of a table come with their owner, target and comment, and no others', () => {
    const printed = `
CREATE STATISTICS public.of_a (ndistinct) ON x, (lower(' FROM public.b')) FROM public.a;
ALTER STATISTICS public.of_a OWNER TO shop;
ALTER STATISTICS public.of_a SET STATISTICS 7;
CREATE STATISTICS public.of_b ON x, y FROM public.b;
ALTER STATISTICS public.of_b OWNER TO shop;
COMMENT ON STATISTICS public.of_a IS 'x; y';
COMMENT ON STATISTICS public.of_b IS 'ALTER STATISTICS public.of_a SET STATISTICS 8;';
`;
    expect(statisticsOf(printed, [{ schema: 'public', table: 'a' }])).toEqual([
      expect.stringContaining('(ndistinct)'),
      expect.stringContaining('OWNER TO'),
      expect.stringContaining('STATISTICS 7'),
      expect.stringContaining('x; y'),
    ]);
  });
});
