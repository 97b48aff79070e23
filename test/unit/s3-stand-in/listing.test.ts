import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../parts/s3-stand-in/start.ts';
import { clientOf, refusal } from './client.ts';

let standIn: S3StandIn;
let client: ReturnType<typeof clientOf>;
const keys = Array.from({ length: 1500 }, (_, i) => `l/${String(i).padStart(4, '0')}/x.dump`);
// In the order of their bytes in UTF-8, which UTF-16 has the other way round.
const odd = ['odd/ +%25&<>.dump', 'odd/\u{fb01}', 'odd/\u{1f600}'];

beforeAll(async () => {
  standIn = await startS3StandIn({ buckets: ['b'] });
  client = clientOf(standIn);
  for (let i = 0; i < keys.length; i += 100) await Promise.all(keys.slice(i, i + 100).map(put));
  await Promise.all(odd.toReversed().map(put));
});
afterAll(() => standIn.stop());

const put = (Key: string) => client.send(new PutObjectCommand({ Bucket: 'b', Key, Body: 'x' }));

async function listAll(asked: Partial<ListObjectsV2CommandInput>) {
  const found: (string | undefined)[] = [];
  let pages = 0;
  for await (const page of paginateListObjectsV2({ client }, { Bucket: 'b', ...asked })) {
    pages++;
    found.push(...(page.Contents ?? []).map(({ Key }) => Key));
    found.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
  }
  return { found, pages };
}

describe('ListObjectsV2', () => {
  test('pages of a thousand, in order, nothing twice and nothing lost', async () => {
    expect(await listAll({ Prefix: 'l/' })).toEqual({ found: keys, pages: 2 });
  });

  test('prefixes rolled up, also over pages', async () => {
    const folders = keys.map(key => key.replace('x.dump', ''));
    expect(await listAll({ Prefix: 'l/', Delimiter: '/' })).toEqual({ found: folders, pages: 2 });
    expect((await listAll({ Delimiter: '/' })).found).toEqual(['l/', 'odd/']);
  });

  test.each([
    [{ StartAfter: 'l/1490', MaxKeys: 3 }, keys.slice(1490, 1493)],
    [{ StartAfter: 'l/1490/x.dump', MaxKeys: 1 }, [keys[1491]]],
    [{ Prefix: 'l/149', MaxKeys: 2 }, keys.slice(1490, 1492)],
    [{ Prefix: 'nothing' }, []],
    [{ MaxKeys: 0 }, []],
  ])('%j', async (asked, expected) => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'b', ...asked }));
    expect(Contents.map(({ Key }) => Key)).toEqual(expected);
  });

  test('odd names, plain and as XML could not carry them', async () => {
    expect((await listAll({ Prefix: 'odd/' })).found).toEqual(odd);
    const { Contents } = await client.send(
      new ListObjectsV2Command({ Bucket: 'b', Prefix: 'odd/', EncodingType: 'url' }),
    );
    expect(Contents?.[0]?.Key).toBe('odd/+%2B%2525%26%3C%3E.dump');
  });

  test('what each entry tells', async () => {
    const { Contents } = await client.send(
      new ListObjectsV2Command({ Bucket: 'b', Prefix: keys[0], MaxKeys: 1 }),
    );
    expect(Contents).toMatchObject([
      { Size: 1, ETag: '"9dd4e461268c8034f5c8564e155c67a6"', StorageClass: 'STANDARD' },
    ]);
    expect(Contents?.[0]?.LastModified).toBeInstanceOf(Date);
  });

  test('a bucket that is not there', async () => {
    expect(await refusal(client.send(new ListObjectsV2Command({ Bucket: 'nope' })))).toBe('NoSuchBucket 404');
  });
});

test('unfinished uploads in pages, by key and then by age', async () => {
  const create = (Key: string) => client.send(new CreateMultipartUploadCommand({ Bucket: 'b', Key }));
  await create('u/b');
  const older = await create('u/a');
  const newer = await create('u/a');
  const page = (more: object) =>
    client.send(new ListMultipartUploadsCommand({ Bucket: 'b', Prefix: 'u/', MaxUploads: 2, ...more }));
  const first = await page({});
  expect(first.Uploads?.map(({ Key }) => Key)).toEqual(['u/a', 'u/a']);
  expect(new Set(first.Uploads?.map(({ UploadId }) => UploadId))).toEqual(
    new Set([older.UploadId, newer.UploadId]),
  );
  const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = first;
  const second = await page({ KeyMarker, UploadIdMarker });
  expect(second.Uploads?.map(({ Key }) => Key)).toEqual(['u/b']);
  expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
});
