// Text that others choose (names in a database, what tools and servers print) tries to give the runner commands: to set
// outputs, add masks, forge annotations, move the cursor. None is obeyed, whatever becomes of the run.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { type Bench, type BenchRun, startBench } from '../parts/packed-action.ts';

const { missing } = await need('postgres-16');

/** At most 63 bytes each, as PostgreSQL takes them. */
const NAMES = [
  '::set-output name=pwned::yes',
  'a\n::set-output name=pwned::yes',
  'b\r::add-mask::stored',
  'c\n::error title=forged::forged',
  '##[error]forged',
  'd %0A::error::forged %0D%0A::warning::forged',
  'e\n  ::stop-commands::forged',
  'f\u001b[2J\u001b]0;forged\u0007\u009b2Kescape',
  'g`|<b>forged</b>\n\n# forged\n\n![x](https://example.com)',
  'h\u202eforged\u2028::error::forged',
  'i\n::add-path::/forged\n::set-env name=FORGED::1',
];

const LINES = [
  '::set-output name=pwned::yes',
  '  ::error title=forged::forged',
  '\u00a0::warning::forged',
  '\u001b[1m::error::forged',
  'pg_dump: warning: \r::error::forged',
  'pg_dump: warning: ##[error]forged',
  'pg_dump: warning: %0A::error::forged',
  'pg_dump: warning: ##vso[task.setvariable]forged',
  '::add-mask::stored',
  '::stop-commands::forged',
];

const OUTPUT_NAMES = [
  'backup-id',
  'duration-seconds',
  'expires-at',
  'key',
  'level',
  'manifest-key',
  'pruned',
  'raw-bytes',
  'result',
  'rows',
  'sha256',
  'size-bytes',
  'tables',
  'tier',
  'warnings',
];

function expectNothingObeyed(run: BenchRun, annotations: readonly string[]): void {
  const own = ['add-mask', 'group', 'endgroup', ...annotations];
  expect(run.commands.filter(command => !own.includes(command))).toEqual([]);
  expect(run.annotations.map(({ level }) => level)).toEqual(annotations);
  for (const { title } of run.annotations) expect(title).toMatch(/^PostgreSQL backup/);
  expect(run.masks).not.toContain('stored');
  expect(Object.keys(run.outputs).sort()).toEqual(OUTPUT_NAMES);
  expect(['finished', 'folder', 'upload']).toEqual(expect.arrayContaining(Object.keys(run.state)));
  // Neither escapes nor what turns the reading direction around reaches a terminal, a page or a message.
  for (const text of [run.rawLog, run.rawSummary])
    expect(text).not.toMatch(/[\u001b\u009b\u202e\u2028\r\u0007]/);
  expect(run.rawSummary).not.toMatch(/^# forged|<b>forged|!\[x\]\(/m);
}

describe.skipIf(missing)('what others wrote, in a run of the packed action', () => {
  let bench: Bench;
  const database = NAMES[1] ?? '';
  beforeAll(async () => {
    bench = await startBench();
    await bench.server.createDatabase(database);
    const tables = NAMES.map(name => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      return `create table ${quoted} (${quoted} int); insert into ${quoted} values (1);
        comment on table ${quoted} is '${name.replaceAll("'", "''")}';`;
    });
    await bench.server.psql(
      `${tables.join('\n')} create role intruder login password 'intruder-password-1';`,
      database,
    );
  });
  afterAll(() => bench.stop());

  it('is backed up whole where it is the name of a database, of tables and of columns', async () => {
    const run = await bench.run({ database });
    expect([run.exitCode, run.outputs.result, run.outputs.tables], run.log).toEqual([
      0,
      'success',
      String(NAMES.length),
    ]);
    expectNothingObeyed(run, []);
  });

  it('is told, harmless, where tables of such names may not be read', async () => {
    const url = bench.server.url(database, { user: 'intruder', password: 'intruder-password-1' });
    const run = await bench.run({ inputs: { 'database-url': url } });
    expect([run.exitCode, run.keys]).toEqual([1, []]);
    expect(run.log).toContain('set-output name=pwned');
    expectNothingObeyed(run, ['error']);
  });

  it.each(['pg_dump', 'psql', 'pg_dumpall', 'pg_restore'])(
    'is not obeyed where %s prints it and goes on',
    async program => {
      const bin = bench.falseClient(program, `${printing(LINES)}exec "$REAL" "$@"`);
      const run = await bench.run({ inputs: { 'postgres-bin': bin } });
      expect(run.outputs.result, run.log).toMatch(/^(success|degraded|failed)$/);
      expectNothingObeyed(
        run,
        run.annotations.map(({ level }) => level),
      );
      expect(run.annotations.length).toBeLessThanOrEqual(1);
      expect(run.leftovers.processes).toEqual([]);
    },
  );

  it.each(['pg_dump', 'psql', 'pg_restore'])('is not obeyed where %s prints it and fails', async program => {
    const bin = bench.falseClient(program, `${printing(LINES)}exit 1`);
    const run = await bench.run({ inputs: { 'postgres-bin': bin } });
    expect([run.exitCode, run.keys, run.uploads]).toEqual([1, [], []]);
    expectNothingObeyed(run, ['error']);
  });

  it('is not obeyed where it stands in an input', async () => {
    const run = await bench.run({
      inputs: {
        destination: 'x\n::error::forged',
        tier: '\n::set-output name=pwned::yes',
        timezone: '##[error]forged',
        'min-keep': '%0A::error::forged',
        compression: '::add-mask::stored',
      },
    });
    expect(run.exitCode).toBe(2);
    expectNothingObeyed(run, ['error']);
  });

  it('is not obeyed where Slack answers it', async () => {
    bench.slack.failNext({ kind: 'answer', status: 400, body: LINES.join('\n') });
    const run = await bench.run();
    expect([run.exitCode, JSON.parse(run.outputs.warnings ?? '[]')]).toEqual([
      0,
      [expect.stringContaining('PGB714')],
    ]);
    expectNothingObeyed(run, []);
  });

  it('floods neither log nor summary where a tool does not stop talking', async () => {
    const bin = bench.falseClient(
      'pg_dump',
      'yes "pg_dump: warning: line after line after line" | head -c 30000000 >&2; head -c 3000000 /dev/zero | tr "\\0" x >&2; exit 1',
    );
    const run = await bench.run({ inputs: { 'postgres-bin': bin } });
    expect(run.exitCode).toBe(1);
    expect(run.rawLog.length).toBeLessThan(60_000);
    expect(run.rawSummary.length).toBeLessThan(60_000);
  });
});

function printing(lines: readonly string[]): string {
  return lines.map(line => `printf '%s\\n' '${line.replaceAll("'", "'\\''")}' >&2\n`).join('');
}
