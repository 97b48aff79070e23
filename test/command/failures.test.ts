// Whatever fails before the commit, the store looks afterwards as it did before: no manifest, nothing visible, no
// unfinished upload, nothing pruned; and the outcome names what failed.
import { describe, expect, it } from 'vitest';
import type { SourceFacts } from '../../src/postgres/port.ts';
import * as postgresProblems from '../../src/problems/postgres.ts';
import { Problem } from '../../src/problems/problem.ts';
import { keyExists } from '../../src/problems/storage.ts';
import {
  backupsIn,
  type CommandWorld,
  commandWorld,
  DAY,
  nights,
  orphansIn,
} from '../parts/command-world.ts';
import type { Step } from '../parts/fake-postgres.ts';
import { table } from '../parts/fake-postgres.ts';

/** Enough nights that a sixteenth good one would prune. */
async function afterFifteenNights(options: Parameters<typeof commandWorld>[0] = {}): Promise<CommandWorld> {
  const test = commandWorld(options);
  await nights(test, 15);
  test.clock.now += 2 * DAY;
  return test;
}

/** Runs, and holds the run to having left no trace but its outcome. */
async function expectTraceless(test: CommandWorld, ...[change, signal]: Parameters<CommandWorld['run']>) {
  const before = [...test.store.objects.keys()];
  const outcome = await test.run(change, signal);
  expect(outcome).toMatchObject({ result: 'failed', backup: null, prune: null });
  expect([...test.store.objects.keys()]).toEqual(before);
  expect([...test.store.unfinished.values()]).toEqual([]);
  expect([...test.journal]).toEqual([]);
  expect(test.postgres.running).toEqual([]);
  return outcome.problems.map(({ code }) => code);
}

const refusal = new Problem({ kind: 'remote', code: 'PGB234', summary: 'Refused.', hint: 'Look.' });

it('without a fault, the run that all of these are about prunes', async () => {
  const test = await afterFifteenNights();
  expect(await test.run()).toMatchObject({
    result: 'success',
    prune: { deleted: [{}, {}, {}].map(() => expect.any(String)) },
  });
});

describe('a part that fails', () => {
  it.each<Step>(['clientFor', 'connect', 'facts', 'openSnapshot', 'count', 'dump', 'list', 'decode'])(
    '%s: the problem is told, nothing is left',
    async failing => {
      const test = await afterFifteenNights();
      test.postgres.faults.before = step => {
        if (step === failing) throw refusal;
      };
      expect(await expectTraceless(test)).toEqual(['PGB234']);
      expect(test.lines.at(-1)).not.toContain('Pruned');
    },
  );

  it('the password: refused at once, and not tried again', async () => {
    const test = await afterFifteenNights();
    test.postgres.password = 'changed';
    const from = test.postgres.steps.length;
    expect(await expectTraceless(test)).toEqual(['PGB210']);
    expect(test.postgres.steps.slice(from)).toEqual(['connect']);
  });

  it('a server that answers at the third try is backed up; one that never does is not', async () => {
    const test = commandWorld();
    let refused = 0;
    test.postgres.faults.before = step => {
      if (step === 'connect' && refused++ < 2) throw postgresProblems.serverUnreachable('db:5432', '');
    };
    expect((await test.run()).result).toBe('success');
    refused = -100;
    const failed = await test.run();
    expect(failed.problems.map(({ code }) => code)).toEqual(['PGB213']);
  });

  it('a connection that breaks once costs a second run, twice the backup', async () => {
    const test = await afterFifteenNights();
    let breaks = 1;
    test.postgres.faults.before = step => {
      if (step === 'dump' && breaks-- > 0)
        throw postgresProblems.connectionLost('server closed the connection');
    };
    const outcome = await test.run();
    expect(outcome.warnings.map(({ code }) => code)).toContain('PGB905');
    expect(outcome.backup).not.toBeNull();
    expect(orphansIn(test.store)).toEqual([]);
    breaks = 2;
    test.clock.now += DAY;
    expect(await expectTraceless(test)).toEqual(['PGB218']);
  });

  it('the store: reads, listing, start of the upload, completion', async () => {
    for (const call of ['list', 'read', 'startUpload', 'complete'] as const) {
      const test = await afterFifteenNights();
      test.store.refuse = (asked, key) => {
        // The very first listing is cached manifests; only the new archive's own key is refused where there is one.
        if (asked !== call || (call === 'read' && !key.endsWith('.json'))) return undefined;
        return keyExists(`s3://bucket/${key}`);
      };
      expect(await expectTraceless(test)).toEqual(['PGB311']);
    }
  });

  it.each(['globals.sql', 'proof.json'])(
    '%s refused: what was already visible is taken away again',
    async suffix => {
      const test = await afterFifteenNights();
      test.store.refuse = (call, key) =>
        call === 'create' && key.endsWith(suffix) ? keyExists(`s3://bucket/${key}`) : undefined;
      expect(await expectTraceless(test)).toEqual(['PGB311']);
    },
  );

  it('a role that may not delete leaves an orphan that nobody counts', async () => {
    const test = await afterFifteenNights();
    const before = backupsIn(test.store).length;
    test.store.refuse = (call, key) =>
      call === 'delete' || key.endsWith('proof.json') ? keyExists(`s3://bucket/${key}`) : undefined;
    expect((await test.run()).result).toBe('failed');
    expect(orphansIn(test.store)).toHaveLength(2);
    test.store.refuse = () => undefined;
    const next = await test.run();
    expect(next.history).toHaveLength(before);
    expect(next.result).toBe('success');
  });

  it('the manifest: an answer that may be lost leaves the archive to be swept, never a manifest without it', async () => {
    const test = await afterFifteenNights();
    test.store.refuse = (call, key) =>
      call === 'create' && key.endsWith('manifest.json') ? keyExists(`s3://bucket/${key}`) : undefined;
    const outcome = await test.run();
    expect(outcome).toMatchObject({ result: 'failed', backup: null, prune: null });
    expect(backupsIn(test.store)).toHaveLength(15);
    expect(orphansIn(test.store)).toHaveLength(3);
  });

  it('the unfinished upload that can not be dropped is told, and left to `post`', async () => {
    const test = commandWorld();
    test.postgres.faults.dumpStatus = 1;
    test.store.refuse = (call, key) => (call === 'abort' ? keyExists(`s3://bucket/${key}`) : undefined);
    const outcome = await test.run();
    expect(outcome.problems.map(({ code }) => code)).toEqual(['PGB232']);
    expect(outcome.warnings.map(({ code }) => code)).toEqual(['PGB311']);
    expect([...test.journal]).toHaveLength(1);
  });

  it('our own fault is told as one, and leaves nothing either', async () => {
    const test = await afterFifteenNights();
    test.postgres.faults.before = step => {
      if (step === 'decode') throw new TypeError('undefined is not a function');
    };
    expect(await expectTraceless(test)).toEqual(['PGB999']);
  });
});

describe('an archive that does not hold what the snapshot did', () => {
  const cases: readonly [string, string, (test: CommandWorld) => void][] = [
    [
      'pg_dump ends with 1 halfway',
      'PGB232',
      ({ postgres: { faults } }) => {
        faults.written = archive => archive.subarray(0, archive.length / 2);
        faults.dumpStatus = 1;
      },
    ],
    [
      'pg_dump ends with 1 after the last byte',
      'PGB232',
      ({ postgres: { faults } }) => {
        faults.dumpStatus = 1;
      },
    ],
    [
      'pg_dump writes nothing and ends well',
      'PGB400',
      ({ postgres: { faults } }) => {
        faults.written = () => Buffer.alloc(0);
      },
    ],
    [
      'the dump is cut, and pg_dump ends well',
      'PGB400',
      ({ postgres: { faults } }) => {
        faults.written = archive => archive.subarray(0, archive.length - 100);
      },
    ],
    [
      'the last byte is missing',
      'PGB400',
      ({ postgres: { faults } }) => {
        faults.written = archive => archive.subarray(0, archive.length - 4);
      },
    ],
    [
      'a byte is flipped in the rows',
      'PGB400',
      ({ postgres: { faults } }) => {
        faults.written = archive => {
          const at = archive.indexOf('Title 50');
          archive[at] = (archive[at] ?? 0) ^ 1;
          return archive;
        };
      },
    ],
    [
      'something else is written in its place',
      'PGB400',
      ({ postgres: { faults } }) => {
        faults.written = () => Buffer.from('pg_dump: error: this is no archive\nat all\n');
      },
    ],
    [
      'the decoded text breaks off',
      'PGB401',
      ({ postgres: { faults } }) => {
        faults.sql = text => text.slice(0, text.indexOf('Title 50'));
      },
    ],
    [
      'the table of contents can not be understood',
      'PGB402',
      ({ postgres: { faults } }) => {
        faults.toc = text => `${text}what is this\n`;
      },
    ],
    [
      'a table is missing',
      'PGB403',
      ({ postgres: { faults } }) => {
        faults.dumped = contents => ({ ...contents, tables: contents.tables.slice(1) });
      },
    ],
    [
      'a table is there that was not locked',
      'PGB404',
      ({ postgres: { faults } }) => {
        faults.dumped = contents => ({
          ...contents,
          tables: [...contents.tables, table(16999, 'public.new', 1)],
        });
      },
    ],
    [
      'a table is there twice',
      'PGB405',
      ({ postgres: { faults } }) => {
        faults.dumped = contents => ({
          ...contents,
          tables: [...contents.tables, ...contents.tables.slice(0, 1)],
        });
      },
    ],
    [
      'a table is listed whose rows are not there',
      'PGB406',
      ({ postgres: { faults } }) => {
        faults.sql = text => text.replace(/COPY public\.loans[^;]*;\n\\\.\n/, '');
      },
    ],
    [
      'the rows of another table stand in its place',
      'PGB407',
      ({ postgres: { faults } }) => {
        faults.sql = text => text.replace('COPY public.books', 'COPY public.booklets');
      },
    ],
    [
      'fewer rows were dumped than counted',
      'PGB408',
      ({ postgres: { faults } }) => {
        faults.count = (name, rows) => (name === 'public.books' ? rows + 1 : rows);
      },
    ],
    [
      'a row was lost between dump and decode',
      'PGB408',
      ({ postgres: { faults } }) => {
        faults.sql = text => text.replace('50\tTitle 50\n', '');
      },
    ],
    [
      'a sequence is listed and not set',
      'PGB410',
      ({ postgres: { faults } }) => {
        faults.sql = text => text.replace(/^SELECT pg_catalog\.setval.*$/m, '');
      },
    ],
    [
      'a large object is listed whose data is missing',
      'PGB411',
      ({ postgres: { faults } }) => {
        faults.sql = text =>
          text.replace(/^SELECT pg_catalog\.lo_(?:open|close).*\n|^SELECT pg_catalog\.lowrite.*\n/gm, '');
      },
    ],
    [
      'a statement is not what pg_restore prints',
      'PGB412',
      ({ postgres: { faults } }) => {
        faults.sql = text => text.replace('FROM stdin;', 'FROM PROGRAM;');
      },
    ],
  ];
  it.each(cases)('%s (%s)', async (_, code, breakIt) => {
    const test = await afterFifteenNights();
    breakIt(test);
    expect(await expectTraceless(test)).toEqual([code]);
  });

  it('without counts too, a lost table is found', async () => {
    const test = await afterFifteenNights();
    test.postgres.faults.dumped = contents => ({ ...contents, tables: contents.tables.slice(1) });
    expect(await expectTraceless(test, { counts: false })).toEqual(['PGB403']);
  });

  it('everything that is wrong is told at once', async () => {
    const test = await afterFifteenNights();
    test.postgres.faults.dumped = contents => ({ ...contents, tables: contents.tables.slice(1) });
    test.postgres.faults.sql = text => text.replace(/^SELECT pg_catalog\.setval.*$/m, '');
    expect(await expectTraceless(test)).toEqual(['PGB403', 'PGB410']);
  });
});

describe('a store that does not hold what was sent', () => {
  /** Changes the archive right after it has become visible. */
  async function tampered(shown: 'checksum' | 'none', change: (bytes: Buffer) => Buffer | undefined) {
    const test = await afterFifteenNights({ shown });
    const list = test.store.list.bind(test.store);
    test.store.list = (prefix, signal) => {
      const object = test.store.objects.get(prefix);
      const changed = object && change(object.bytes);
      if (object && changed) object.bytes = changed;
      else if (object) test.store.objects.delete(prefix);
      return list(prefix, signal);
    };
    const outcome = await test.run();
    expect(outcome).toMatchObject({ result: 'failed', backup: null, prune: null });
    expect(backupsIn(test.store)).toHaveLength(15);
    return outcome.problems.map(({ code }) => code);
  }
  const flip = (bytes: Buffer) => {
    const flipped = Buffer.from(bytes);
    flipped[100] = (flipped[100] ?? 0) ^ 1;
    return flipped;
  };

  it('another size is listed, with the ETag of what was sent', async () => {
    const test = await afterFifteenNights();
    const list = test.store.list.bind(test.store);
    test.store.list = async function* (prefix, signal) {
      for await (const object of list(prefix, signal))
        yield object.key === prefix ? { ...object, bytes: object.bytes - 1 } : object;
    };
    expect(await expectTraceless(test)).toEqual(['PGB420']);
  });
  it('another ETag is listed', async () => {
    expect(await tampered('checksum', flip)).toEqual(['PGB420']);
  });
  it('nothing is listed', async () => {
    expect(await tampered('checksum', () => undefined)).toEqual(['PGB420']);
  });

  it('a bit is flipped at rest, and nothing but reading it back shows it', async () => {
    const test = await afterFifteenNights({ shown: 'none' });
    const stream = test.store.stream.bind(test.store);
    test.store.stream = async function* (key, options) {
      for await (const bytes of stream(key, options)) yield flip(bytes);
    };
    expect(await expectTraceless(test)).toEqual(['PGB421']);
  });

  it('the manifest reads back otherwise', async () => {
    const test = await afterFifteenNights();
    const read = test.store.read.bind(test.store);
    let manifests = 0;
    test.store.read = async (key, options) => {
      const found = await read(key, options);
      const isNew = ++manifests > 15;
      return found && isNew ? { ...found, bytes: Buffer.from('{}') } : found;
    };
    const outcome = await test.run();
    expect(outcome).toMatchObject({ result: 'failed', backup: null, prune: null });
    expect(outcome.problems.map(({ code }) => code)).toEqual(['PGB422']);
  });
});

describe('preflight', () => {
  it('tells every reason at once, before anything is locked', async () => {
    const test = await afterFifteenNights();
    const facts: Partial<SourceFacts> = {
      transactionPooler: true,
      unreadableSequences: ['public.s'],
      unusableSchemas: ['hidden'],
    };
    test.postgres.facts = facts;
    const from = test.postgres.steps.length;
    expect(await expectTraceless(test)).toHaveLength(3);
    expect(test.postgres.steps.slice(from)).toEqual(['connect', 'facts', 'clientFor']);
  });

  it('an empty database is a wrong name, unless it is said not to be', async () => {
    const test = await afterFifteenNights();
    test.postgres.database.tables = [];
    expect(await expectTraceless(test)).toEqual(['PGB227']);
    const outcome = await test.run({ allowEmpty: true });
    expect(outcome.backup).toMatchObject({ tables: 0, rows: 0 });
  });
});

describe('what costs only itself', () => {
  it('roles that may not be read: a warning, and the backup without them', async () => {
    const test = commandWorld();
    test.postgres.faults.before = step => {
      if (step === 'globals') throw postgresProblems.globalsFailed('permission denied for table pg_authid');
    };
    const outcome = await test.run();
    expect(outcome).toMatchObject({ result: 'success', problems: [] });
    expect(outcome.warnings.map(({ code }) => code)).toEqual(['PGB235']);
    expect(backupsIn(test.store)[0]?.manifest.globals).toBeNull();
  });

  it('what pg_dump and the server warn of stands in outcome and manifest', async () => {
    const test = commandWorld();
    test.postgres.faults.dumpWarnings = ['subscription s was left out'];
    test.postgres.facts = { invalidIndexes: ['public.books_idx'] };
    const outcome = await test.run();
    expect(outcome.result).toBe('success');
    expect(outcome.warnings.map(({ code }) => code)).toEqual(['PGB251', 'PGB254']);
    expect(backupsIn(test.store)[0]?.manifest.warnings).toEqual([
      expect.stringMatching(/^PGB251 .*public\.books_idx/),
      expect.stringMatching(/^PGB254 .*subscription s/),
    ]);
  });
});
