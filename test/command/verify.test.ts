// What `verify` finds: everything good, and every way in which a stored backup may not be what it says. On a store in
// memory whose bytes the tests change behind its back.
import { generateKeyPairSync } from 'node:crypto';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { parseSelector } from '../../src/backups/selector.ts';
import { verify } from '../../src/commands/verify/verify.ts';
import type { DecodingWorld } from '../../src/commands/world.ts';
import { AgeEncryption } from '../../src/encryption/age.ts';
import { AgeOpener } from '../../src/encryption/open.ts';
import { Ed25519Signer, Ed25519Verifier } from '../../src/encryption/signature.ts';
import { parseSigningKey, type SigningKey } from '../../src/encryption/signing-keys.ts';
import { clientMissing } from '../../src/problems/postgres.ts';
import { Problem } from '../../src/problems/problem.ts';
import { overloaded } from '../../src/problems/storage.ts';
import type { VerifyOutcome } from '../../src/reports/verify-outcome.ts';
import { backupsIn, type CommandWorld, commandWorld, DAY, never, nights } from '../parts/command-world.ts';

const age = await generateX25519Identity();
const keys = { signing: newKey(), stranger: newKey() };

function newKey(): SigningKey {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const parsed = parseSigningKey(pem);
  if ('problems' in parsed) throw parsed.problems[0];
  return parsed.key;
}

interface Bench extends CommandWorld {
  look(backup?: string, change?: Partial<DecodingWorld>): Promise<VerifyOutcome | Problem>;
  /** The object of the newest backup whose key ends so. */
  object(suffix: string): { key: string; bytes: Buffer };
  change(suffix: string, change: (bytes: Buffer) => Buffer): void;
}

/** Two nights of backups. */
async function bench(kind: 'plain' | 'sealed' = 'plain'): Promise<Bench> {
  const sealed = kind === 'sealed';
  const test = commandWorld({
    world: sealed
      ? {
          encryption: new AgeEncryption([await identityToRecipient(age)]),
          signer: new Ed25519Signer(keys.signing),
          verifier: new Ed25519Verifier([keys.signing]),
        }
      : {},
  });
  await nights(test, 2);
  test.clock.now -= DAY;
  const world: DecodingWorld = { ...test.world, opener: sealed ? new AgeOpener([age]) : null };
  const object = (suffix: string) => {
    const key = [...test.store.objects.keys()].filter(one => one.endsWith(suffix)).at(-1) ?? '';
    return { key, bytes: test.store.objects.get(key)?.bytes ?? Buffer.alloc(0) };
  };
  return {
    ...test,
    object,
    change(suffix, change) {
      const stored = test.store.objects.get(object(suffix).key);
      if (stored) stored.bytes = change(Buffer.from(stored.bytes));
    },
    look: (backup = 'latest', change = {}) => {
      const selector = parseSelector(backup);
      if (!selector) throw new Error(`${backup} is no selector`);
      const settings = { name: undefined, wish: { selector }, thaw: 'off' } as const;
      return verify({ ...world, ...change }, settings, never).catch((problem: unknown) => {
        if (problem instanceof Problem) return problem;
        throw problem;
      });
    },
  };
}

const flip = (at: number) => (bytes: Buffer) => {
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return bytes;
};

/** In base64, where a flipped bit could make a character that no header holds. */
const otherLetter = (at: number) => (bytes: Buffer) => bytes.fill(bytes[at] === 0x41 ? 'B' : 'A', at, at + 1);

/** `check result` for each, and the codes of what is wrong. */
function told(outcome: VerifyOutcome | Problem) {
  if (outcome instanceof Problem) return { refused: outcome.code };
  const { result, checks, problems } = outcome;
  return {
    result,
    failed: checks.filter(check => check.result === 'failed').map(({ check }) => check),
    skipped: checks.filter(check => check.result === 'skipped').map(({ check }) => check),
    codes: problems.map(({ code }) => code),
  };
}

describe('a good backup', () => {
  it('passes every check', async () => {
    const test = await bench();
    const outcome = await test.look();
    expect(told(outcome)).toEqual({ result: 'good', failed: [], skipped: ['signature'], codes: [] });
    expect(outcome).toMatchObject({ name: 'app', backup: { rows: 104, tables: 3 } });
    expect(test.postgres.running).toEqual([]);
  });

  it('passes them sealed and signed', async () => {
    const test = await bench('sealed');
    expect(told(await test.look())).toEqual({ result: 'good', failed: [], skipped: [], codes: [] });
  });

  it('is found by id and by key', async () => {
    const test = await bench();
    const [older] = backupsIn(test.store);
    for (const which of [older?.manifest.id ?? '', older?.manifest.archive.key ?? ''])
      expect(await test.look(which)).toMatchObject({ result: 'good', backup: { id: older?.manifest.id } });
  });

  it('passes without the roles that could not be read', async () => {
    const test = await bench();
    test.postgres.faults.before = step => {
      if (step === 'globals') throw clientMissing(['/nowhere']);
    };
    test.clock.now += DAY / 2;
    await test.run();
    expect(told(await test.look())).toMatchObject({ result: 'good', skipped: ['signature', 'roles'] });
  });
});

describe('what can not be looked at', () => {
  it('leaves a sealed backup unproven without an identity, its bytes checked', async () => {
    const test = await bench('sealed');
    const outcome = await test.look('latest', { opener: null });
    expect(told(outcome)).toEqual({
      result: 'unproven',
      failed: [],
      skipped: ['proof', 'roles', 'contents'],
      codes: ['PGB446'],
    });
    test.change('.dump.age', flip(-5));
    expect(told(await test.look('latest', { opener: null }))).toMatchObject({
      result: 'failed',
      failed: ['archive'],
      codes: ['PGB440'],
    });
  });

  it('leaves a backup unproven without a pg_restore for it', async () => {
    const test = await bench();
    test.postgres.faults.before = step => {
      if (step === 'clientFor') throw clientMissing(['/nowhere']);
    };
    const outcome = await test.look();
    expect(told(outcome)).toMatchObject({ result: 'unproven', skipped: ['signature', 'contents'] });
    if (outcome instanceof Problem) throw outcome;
    expect(outcome.problems[0]?.summary).toContain('no pg_restore 16 or newer could be had: PGB');
    expect(outcome.problems[0]?.kind).toBe('stale');
  });

  it('is told as what it is where the store fails', async () => {
    const test = await bench();
    const step = { doing: 'read an object', action: 's3:GetObject', place: 's3://b/p' };
    test.store.refuse = (call, key) =>
      call === 'read' && key.endsWith('.dump') ? overloaded(step, 3, {}) : undefined;
    expect(told(await test.look())).toEqual({ refused: 'PGB309' });
    expect(test.postgres.running).toEqual([]);
  });
});

it('a cancel ends every part at once, and nothing keeps running', async () => {
  for (const kind of ['plain', 'sealed'] as const) {
    const test = await bench(kind);
    const controller = new AbortController();
    const log = { ...test.world.log, progress: () => controller.abort(new Error('cancelled')) };
    const world = { ...test.world, log, opener: kind === 'sealed' ? new AgeOpener([age]) : null };
    const settings = { name: undefined, wish: { selector: { by: 'latest' } }, thaw: 'off' } as const;
    await expect(verify(world, settings, controller.signal)).rejects.toThrow(/cancelled|aborted/);
    expect(test.postgres.running).toEqual([]);
  }
});

describe('a stored backup that was changed', () => {
  it.each([
    ['its first byte flipped', flip(0)],
    ['a byte in the middle flipped', flip(700)],
    ['its last byte flipped', flip(-1)],
  ])('fails with %s', async (_, damage) => {
    const test = await bench();
    test.change('.dump', damage);
    const outcome = told(await test.look());
    expect(outcome).toMatchObject({ result: 'failed', failed: expect.arrayContaining(['archive']) });
    expect(outcome.codes?.[0]).toBe('PGB440');
    expect(test.postgres.running).toEqual([]);
  });

  it.each([
    ['flipped in what is for its recipient', otherLetter(100), ['PGB440', 'PGB631']],
    ['flipped in its payload', flip(-40), ['PGB440', 'PGB634']],
  ])('fails sealed, with a byte %s', async (_, damage, codes) => {
    const test = await bench('sealed');
    test.change('.dump.age', damage);
    expect(told(await test.look())).toMatchObject({
      result: 'failed',
      failed: ['archive', 'contents'],
      codes,
    });
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, -10)],
    ['longer', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('more')])],
  ])('stops `latest` and fails by its id with an archive that is %s', async (_, damage) => {
    const test = await bench();
    test.change('.dump', damage);
    expect(told(await test.look())).toEqual({ refused: 'PGB517' });
    const id = backupsIn(test.store).at(-1)?.manifest.id;
    expect(told(await test.look(id))).toMatchObject({
      result: 'failed',
      failed: ['archive'],
      codes: ['PGB517'],
    });
  });

  it.each([
    ['proof', '.proof.json', 'proof'],
    ['roles', '.globals.sql', 'roles'],
  ])('fails with other %s', async (_, suffix, check) => {
    const test = await bench();
    test.change(suffix, flip(5));
    expect(told(await test.look())).toMatchObject({ result: 'failed', codes: ['PGB440'] });
    expect((await test.look()) as VerifyOutcome).toMatchObject({
      checks: expect.arrayContaining([expect.objectContaining({ check, result: 'failed' })]),
    });
  });

  it('fails with the archive of another night in its place, although that one is good', async () => {
    const test = await bench();
    const [older] = backupsIn(test.store);
    const other = test.store.objects.get(older?.manifest.archive.key ?? '')?.bytes ?? Buffer.alloc(0);
    expect(other.length).toBe(test.object('.dump').bytes.length);
    flip(-30)(other);
    test.change('.dump', () => other);
    expect(told(await test.look())).toMatchObject({
      result: 'failed',
      failed: expect.arrayContaining(['archive']),
    });
  });

  it('stops at a backup that was renamed', async () => {
    const test = await bench();
    for (const [key, object] of [...test.store.objects]) {
      if (!key.startsWith('app/daily/20261122')) continue;
      test.store.objects.delete(key);
      test.store.objects.set(key.replace('app/daily/20261122', 'app/monthly/20261122'), object);
    }
    expect(told(await test.look())).toEqual({ refused: 'PGB512' });
  });

  it('stops at a manifest of a newer format, and fails by its id', async () => {
    const test = await bench();
    const id = backupsIn(test.store).at(-1)?.manifest.id;
    test.change('.manifest.json', bytes => Buffer.from(bytes.toString().replace('"format":1', '"format":2')));
    expect(told(await test.look())).toEqual({ refused: 'PGB528' });
    expect(told(await test.look(id))).toMatchObject({
      result: 'failed',
      failed: ['manifest'],
      codes: ['PGB528'],
    });
  });
});

describe('a backup that somebody else made', () => {
  it('is refused where its manifest was changed after it was signed', async () => {
    const test = await bench('sealed');
    const id = backupsIn(test.store).at(-1)?.manifest.id;
    test.change('.manifest.json', bytes => Buffer.from(bytes.toString().replace('"rows":104', '"rows":105')));
    expect(told(await test.look())).toEqual({ refused: 'PGB513' });
    expect(told(await test.look(id))).toMatchObject({
      result: 'failed',
      codes: expect.arrayContaining(['PGB513']),
    });
  });

  it('is refused where it is signed by another key, or not at all', async () => {
    const test = await bench('sealed');
    const stranger = new Ed25519Verifier([keys.stranger]);
    expect(told(await test.look('latest', { verifier: stranger }))).toEqual({ refused: 'PGB514' });
    const plain = await bench();
    expect(told(await plain.look('latest', { verifier: stranger }))).toEqual({ refused: 'PGB515' });
  });

  it('is refused where it is sealed to another key', async () => {
    const test = await bench('sealed');
    const other = new AgeOpener([await generateX25519Identity()]);
    expect(told(await test.look('latest', { opener: other }))).toMatchObject({
      result: 'failed',
      failed: ['proof', 'roles', 'contents'],
      codes: ['PGB631', 'PGB631', 'PGB631'],
    });
  });
});

describe('an archive whose bytes are right and whose contents are not', () => {
  it('fails where it decodes to other rows than its proof names', async () => {
    const test = await bench();
    test.postgres.faults.sql = sql => sql.replace('7\tTitle 7\n', '7\tTitle X\n');
    expect(told(await test.look())).toMatchObject({
      result: 'failed',
      failed: ['contents'],
      codes: ['PGB442'],
    });
    test.postgres.faults.sql = sql => sql.replace('7\tTitle 7\n', '');
    expect(told(await test.look())).toMatchObject({ result: 'failed', codes: ['PGB445'] });
  });

  it('fails where a sequence or a large object is another', async () => {
    const test = await bench();
    test.postgres.faults.sql = sql => sql.replace("authors_id_seq', 4, true", "authors_id_seq', 5, true");
    expect(told(await test.look())).toMatchObject({ codes: ['PGB444'] });
    const hex = Buffer.from('a large object').toString('hex');
    test.postgres.faults.sql = sql => sql.replace(hex, hex.replace(/^../, '62'));
    expect(told(await test.look())).toMatchObject({ codes: ['PGB443'] });
  });

  it('fails where pg_restore ends badly, or prints what it should not, and leaves nothing running', async () => {
    for (const change of [
      (sql: string) => sql.replace(/COPY public.books[^;]*;/, 'COPY public.books (id'),
      (sql: string) => sql.slice(0, sql.length / 2),
    ]) {
      const test = await bench();
      test.postgres.faults.sql = change;
      expect(told(await test.look())).toMatchObject({ result: 'failed', failed: ['contents'] });
      expect(test.postgres.running).toEqual([]);
    }
  });
});

describe('an archived backup', () => {
  async function cold() {
    const test = await bench();
    for (const [key, object] of test.store.objects)
      if (!/manifest|evidence|hold/.test(key)) object.readiness = 'archived';
    return test;
  }
  const look = (test: Bench, thaw: 'off' | 'request' | 'wait') =>
    verify(
      { ...test.world, opener: null },
      { name: undefined, wish: { selector: { by: 'latest' } }, thaw },
      never,
    ).catch((problem: unknown) => problem as Problem);

  it('is refused, or asked for, or waited for', async () => {
    const test = await cold();
    expect(await look(test, 'off')).toMatchObject({ code: 'PGB316' });
    expect(await look(test, 'request')).toMatchObject({ code: 'PGB332' });
    const states = () => new Set([...test.store.objects.values()].map(({ readiness }) => readiness));
    expect(states()).toEqual(new Set([undefined, 'archived', 'thawing']));
    expect(await look(test, 'off')).toMatchObject({ code: 'PGB316' });
    let waits = 0;
    const { pause } = test.world;
    const patient = {
      ...test,
      world: {
        ...test.world,
        async pause(...args: Parameters<typeof pause>) {
          waits += 1;
          if (waits === 3) for (const object of test.store.objects.values()) object.readiness = 'ready';
          return pause(...args);
        },
      },
    };
    expect(told((await look(patient, 'wait')) as VerifyOutcome)).toMatchObject({ result: 'good' });
    expect(waits).toBe(3);
  });
});
