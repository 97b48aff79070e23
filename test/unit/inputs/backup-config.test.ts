import { describe, expect, it } from 'vitest';
import { readBackupInputs } from '../../../src/inputs/backup-config.ts';
import { readListInputs } from '../../../src/inputs/reading-config.ts';
import { BACKUP_INPUTS } from '../../../src/inputs/specs/backup.ts';
import { outside } from '../../parts/outside.ts';

const LEAST = { 'database-url': 'postgresql://db/app', destination: 's3://bucket/pg' };

function read(raw: Record<string, string> = {}, event: string | null = null) {
  return readBackupInputs(new Map(Object.entries({ ...LEAST, ...raw })), outside({ event }));
}
const codes = (inputs: ReturnType<typeof read>) => inputs.problems.map(({ code }) => code);

it('the least that must be given makes a whole config', () => {
  const { config, problems, keyTexts, detail, timeoutMs } = read();
  expect(problems).toEqual([]);
  expect(detail).toBe('auto');
  expect(Object.values(keyTexts).filter(text => text !== undefined)).toEqual([]);
  expect(timeoutMs).toBe(20_700_000);
  expect(config).toMatchObject({
    name: undefined,
    tier: 'auto',
    timezone: 'UTC',
    policy: null,
    minKeep: 3,
    maxDelete: 10,
    prune: true,
    compression: 'auto',
    counts: true,
    client: { given: undefined, version: 'auto', mirror: 'https://apt.postgresql.org/pub/repos/apt' },
    lockWaitTimeoutMs: 300_000,
    shrinkGuardPercent: 50,
    reportArtifact: false,
    allowEmpty: false,
    dryRun: false,
  });
});

it('every input that is given is read', () => {
  const { config, notifyOn, problems, timeoutMs } = read({
    name: 'Shop',
    tier: 'pre-migration',
    timezone: 'Europe/Vienna',
    retention: 'daily: 30d; weekly: 12w',
    'min-keep': '0',
    'max-delete': '99',
    prune: 'False',
    compression: 'gzip:1',
    counts: 'off',
    'accept-identity': 'abc',
    'postgres-bin': '/opt/bin',
    'postgres-version': '17',
    'pgdg-mirror': 'https://packages.example.net/pgdg',
    'lock-wait-timeout': '90s',
    timeout: '2h',
    'shrink-guard': '12.5 %',
    'notify-on': 'change',
    'report-artifact': 'TRUE',
    'allow-empty': 'true',
    'dry-run': 'true',
  });
  expect(problems).toEqual([]);
  expect(timeoutMs).toBe(7_200_000);
  expect(notifyOn).toBe('change');
  expect(config).toMatchObject({
    name: 'Shop',
    tier: 'pre-migration',
    timezone: 'Europe/Vienna',
    policy: { daily: [{ keep: 'age' }], weekly: [{ keep: 'age' }] },
    minKeep: 0,
    maxDelete: 99,
    prune: false,
    compression: 'gzip:1',
    counts: false,
    acceptIdentity: 'abc',
    client: { given: '/opt/bin', version: 17, mirror: 'https://packages.example.net/pgdg' },
    lockWaitTimeoutMs: 90_000,
    shrinkGuardPercent: 12.5,
    reportArtifact: true,
    allowEmpty: true,
    dryRun: true,
  });
});

it('every problem is told at once, and leaves no config', () => {
  const inputs = read({
    destination: 'nowhere',
    tier: 'nightly',
    timezone: 'Mars/Olympus',
    retention: 'nightly: 3\ndaily: 30m\ndaily',
    'min-keep': '-1',
    prune: 'yes',
    compression: 'best',
    timeout: '26',
    'shrink-guard': '50',
    name: '',
    'dry-run': 'on',
  });
  expect(inputs.config).toBeUndefined();
  expect(codes(inputs).sort()).toEqual(
    [
      'PGB101',
      'PGB101',
      'PGB102',
      'PGB103',
      'PGB104',
      'PGB105',
      'PGB111',
      'PGB130',
      'PGB131',
      'PGB500',
      'PGB501',
      'PGB503',
    ].sort(),
  );
  for (const { kind, summary, hint } of inputs.problems) {
    expect(kind).toBe('configuration');
    expect(summary).toMatch(/`[a-z-]+`/);
    expect(hint).not.toBe('');
  }
});

describe('as YAML and people write', () => {
  it.each(['yes', 'no', 'on', 'off', '1', '0', 'y', 'null', 'tru'])(
    '`prune: %s` is neither true nor false',
    text => {
      expect(codes(read({ prune: text }))).toEqual(['PGB101']);
    },
  );
  it.each([' true ', 'TRUE', 'true\n', '\uFEFFtrue'])('%j is true', text => {
    expect(read({ 'allow-empty': text }).config?.allowEmpty).toBe(true);
  });
  it.each(['', '  ', '\r\n'])('%j is not set, and takes the default', text => {
    expect(read({ prune: text, timeout: text, name: text }).config).toMatchObject({
      prune: true,
      name: undefined,
    });
  });
  it.each(['1e3', '0x10', '1_000', '٣', '3.0', '+3', '12345678901'])('`min-keep: %s` is no count', text => {
    expect(codes(read({ 'min-keep': text }))).toEqual(['PGB103']);
  });
  it('0 is no timeout', () => {
    expect(codes(read({ timeout: '0s' }))).toEqual(['PGB104']);
  });
  it('lines may end as on Windows', () => {
    expect(read({ retention: 'daily: 30d\r\nweekly: 12w\r\n' }).config?.policy).toMatchObject({
      daily: [{}],
      weekly: [{}],
    });
  });
  it('secrets keep their blanks, and lose the line end that an editor left', () => {
    const { keyTexts } = read({ 'signing-key': ' key \n', 'slack-webhook-url': '\uFEFFurl\r\n\r\n' });
    expect(keyTexts).toMatchObject({ signingKey: ' key ', slackWebhookUrl: 'url' });
  });
  it('10 kB of anything are judged, not choked on', () => {
    for (const { name } of BACKUP_INPUTS)
      expect(() => read({ [name]: 'a:=%\n'.repeat(2_000) })).not.toThrow();
  });
});

it.each([
  ['retension', 'retention'],
  ['Timeout', 'timeout'],
  ['dry_run', 'dry-run'],
])('%s: did you mean %s', (given, meant) => {
  const inputs = read({ [given]: 'x' });
  expect(codes(inputs)).toEqual(['PGB100']);
  expect(inputs.problems[0]?.hint).toContain(`\`${meant}\``);
});

it('an input that is near to none is sent to the list', () => {
  expect(read({ 'delete-everything': 'true' }).problems[0]?.hint).toContain('docs/inputs.md');
});

it.each(['', ' '.repeat(3)])('a blank name %j is none', name => {
  expect(read({ name }).config?.name).toBeUndefined();
});

it('a name that no key can hold is refused', () => {
  expect(codes(read({ name: 'ü'.repeat(100) }))).toEqual(['PGB505']);
});

describe('events', () => {
  it.each([
    'pull_request',
    'pull_request_target',
    'pull_request_review',
    'issues',
    'issue_comment',
    'discussion',
    'discussion_comment',
    'fork',
    'watch',
    'workflow_run',
  ])('%s is refused, unless it is allowed by name', event => {
    expect(codes(read({}, event))).toEqual(['PGB140']);
    expect(codes(read({ 'allow-event': `schedule, ${event}` }, event))).toEqual([]);
    expect(codes(read({ 'allow-event': 'pull' }, event))).toEqual(['PGB140']);
  });
  it.each(['schedule', 'push', 'workflow_dispatch', 'workflow_call', 'repository_dispatch', null])(
    '%s runs',
    event => {
      expect(codes(read({}, event))).toEqual([]);
    },
  );
});

it('a tier that `retention` does not name is kept for ever, and that is told', () => {
  const { warnings } = read({ tier: 'yearly', retention: 'daily: 7' });
  expect(warnings.map(({ code }) => code)).toEqual(['PGB133']);
  expect(read({ tier: 'manual', retention: 'daily: 7' }).warnings).toEqual([]);
  expect(read({ tier: 'auto', retention: 'daily: 7' }).warnings).toEqual([]);
});

it('list asks for little, and tells all that is wrong with it', () => {
  const read = (raw: Record<string, string>) => readListInputs(new Map(Object.entries(raw)));
  expect(read({ destination: 'file:///b', name: 'app', 'verify-keys': 'k' })).toMatchObject({
    config: { destination: { kind: 'folder', folder: '/b' }, name: 'app' },
    keyTexts: { verifyKeys: 'k' },
    problems: [],
  });
  expect(read({ retention: 'daily: 7' }).problems.map(({ code }) => code)).toEqual(['PGB100', 'PGB110']);
});
