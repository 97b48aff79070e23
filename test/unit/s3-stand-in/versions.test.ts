import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../parts/s3-stand-in/start.ts';
import { clientOf, refusal } from './client.ts';

const day = 24 * 60 * 60 * 1000;
const start = new Date('2026-11-21T03:17:00Z');
let now = start;
let standIn: S3StandIn;
let client: ReturnType<typeof clientOf>;

beforeAll(async () => {
  standIn = await startS3StandIn({
    buckets: ['plain', { name: 'kept', versioning: true }, { name: 'locked', objectLock: true }],
    clock: () => now,
  });
  client = clientOf(standIn, { systemClockOffset: start.getTime() - Date.now() });
});
afterAll(() => standIn.stop());

const put = (Bucket: string, Key: string, more = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }));
const remove = (Bucket: string, Key: string, more = {}) =>
  client.send(new DeleteObjectCommand({ Bucket, Key, ...more }));
const get = (Bucket: string, Key: string, more = {}) =>
  client.send(new GetObjectCommand({ Bucket, Key, ...more }));

describe('versions', () => {
  test('a delete hides, and can be taken back', async () => {
    const one = await put('kept', 'k', { Body: 'one' });
    const two = await put('kept', 'k', { Body: 'two' });
    const marker = await remove('kept', 'k');
    expect(marker).toMatchObject({ DeleteMarker: true });
    expect(standIn.objects('kept')).toEqual([]);
    const missing = await get('kept', 'k').catch(error => error);
    expect(missing.$response.headers['x-amz-delete-marker']).toBe('true');
    const listed = await client.send(new ListObjectVersionsCommand({ Bucket: 'kept' }));
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([two.VersionId, one.VersionId]);
    expect(listed.DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }]);
    const older = await get('kept', 'k', { VersionId: one.VersionId });
    expect(await older.Body?.transformToString()).toBe('one');
    await remove('kept', 'k', { VersionId: marker.VersionId });
    expect((await standIn.read('kept', 'k')).toString()).toBe('two');
    await remove('kept', 'k', { VersionId: two.VersionId });
    expect((await standIn.read('kept', 'k')).toString()).toBe('one');
    expect(await refusal(get('kept', 'k', { VersionId: two.VersionId }))).toBe('NoSuchVersion 404');
  });

  test('create-only counts what is visible: a deleted key is free again', async () => {
    await put('kept', 'again');
    await remove('kept', 'again');
    expect(await refusal(remove('kept', 'again', { IfMatch: '*' }))).toBe('PreconditionFailed 412');
    await put('kept', 'again', { IfNoneMatch: '*' });
  });

  test('a bucket without them loses what is deleted', async () => {
    await put('plain', 'k');
    await remove('plain', 'k');
    expect(standIn.versions('plain')).toEqual([]);
  });
});

describe('Object Lock', () => {
  const until = new Date(start.getTime() + 30 * day);
  const lockedBy = (mode: 'GOVERNANCE' | 'COMPLIANCE') => ({
    ObjectLockMode: mode,
    ObjectLockRetainUntilDate: until,
  });
  const bypass = { BypassGovernanceRetention: true };

  test('governance gives way to the bypass, and a plain delete only hides', async () => {
    const { VersionId } = await put('locked', 'g', lockedBy('GOVERNANCE'));
    expect(await remove('locked', 'g')).toMatchObject({ DeleteMarker: true });
    expect(await refusal(remove('locked', 'g', { VersionId }))).toBe('AccessDenied 403');
    await remove('locked', 'g', { VersionId, ...bypass });
  });

  test('compliance gives way to nobody, can be made longer, and ends', async () => {
    const { VersionId } = await put('locked', 'c', lockedBy('COMPLIANCE'));
    const retain = (RetainUntilDate: Date) =>
      client.send(
        new PutObjectRetentionCommand({
          Bucket: 'locked',
          Key: 'c',
          ...bypass,
          Retention: { Mode: 'COMPLIANCE', RetainUntilDate },
        }),
      );
    expect(await refusal(remove('locked', 'c', { VersionId, ...bypass }))).toBe('AccessDenied 403');
    expect(await refusal(retain(new Date(start.getTime() + day)))).toBe('AccessDenied 403');
    const longer = new Date(until.getTime() + day);
    await retain(longer);
    const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket: 'locked', Key: 'c' }));
    expect(Retention).toEqual({ Mode: 'COMPLIANCE', RetainUntilDate: longer });
    now = new Date(longer.getTime() + 1);
    const later = clientOf(standIn, { systemClockOffset: now.getTime() - Date.now() });
    await later.send(new DeleteObjectCommand({ Bucket: 'locked', Key: 'c', VersionId }));
    now = start;
  });

  test('a legal hold holds until it is taken off', async () => {
    const { VersionId } = await put('locked', 'h');
    const question = new GetObjectLegalHoldCommand({ Bucket: 'locked', Key: 'h' });
    expect(await refusal(client.send(question))).toBe('NoSuchObjectLockConfiguration 404');
    const hold = (Status: 'ON' | 'OFF') =>
      client.send(new PutObjectLegalHoldCommand({ Bucket: 'locked', Key: 'h', LegalHold: { Status } }));
    await hold('ON');
    expect((await client.send(question)).LegalHold?.Status).toBe('ON');
    expect(await refusal(remove('locked', 'h', { VersionId, ...bypass }))).toBe('AccessDenied 403');
    await hold('OFF');
    await remove('locked', 'h', { VersionId });
  });

  test('a lock wants a checksum, and a moment to come', async () => {
    const bare = clientOf(standIn, {
      requestChecksumCalculation: 'WHEN_REQUIRED',
      systemClockOffset: start.getTime() - Date.now(),
    });
    const past = { ...lockedBy('GOVERNANCE'), ObjectLockRetainUntilDate: new Date(start.getTime() - 1) };
    expect(await refusal(put('locked', 'p', past))).toBe('InvalidArgument 400');
    const command = new PutObjectCommand({
      Bucket: 'locked',
      Key: 'n',
      Body: 'x',
      ...lockedBy('GOVERNANCE'),
    });
    expect(await refusal(bare.send(command))).toBe('InvalidRequest 400');
  });

  test('a bucket made with it locks by its default rule', async () => {
    const Bucket = 'made';
    await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    const DefaultRetention = { Mode: 'GOVERNANCE', Days: 7 } as const;
    await client.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
      }),
    );
    await put(Bucket, 'k');
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).toMatchObject({
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: new Date(start.getTime() + 7 * day),
    });
  });
});
