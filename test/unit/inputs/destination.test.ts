import { expect, it } from 'vitest';
import { readDestination } from '../../../src/inputs/destination.ts';
import { InputReader } from '../../../src/inputs/raw-inputs.ts';
import { LIST_INPUTS } from '../../../src/inputs/specs/reading.ts';

function read(destination: string, more: Record<string, string> = {}) {
  const inputs = new InputReader(new Map(Object.entries({ destination, ...more })), LIST_INPUTS);
  return { found: readDestination(inputs), problems: inputs.problems.map(({ code }) => code) };
}

it.each<[string, object]>([
  ['s3://bucket', { kind: 's3', bucket: 'bucket', prefix: '' }],
  ['s3://bucket/', { kind: 's3', bucket: 'bucket', prefix: '' }],
  ['s3://my.bucket-1/a/b c/ü+%/', { kind: 's3', bucket: 'my.bucket-1', prefix: 'a/b c/ü+%' }],
  ['  s3://bucket/a  ', { kind: 's3', bucket: 'bucket', prefix: 'a' }],
  ['s3://bucket/a..b/.c', { kind: 's3', bucket: 'bucket', prefix: 'a..b/.c' }],
  ['file:///mnt/backups', { kind: 'folder', folder: '/mnt/backups' }],
  ['file:///mnt/backups//', { kind: 'folder', folder: '/mnt/backups' }],
])('%s', (text, wanted) => {
  expect(read(text)).toMatchObject({ found: wanted, problems: [] });
});

it.each([
  's3://',
  's3:///prefix',
  's3://b',
  's3://Bucket/a',
  's3://bu..cket/a',
  's3://bucket/a//b',
  's3://bucket//',
  's3://bucket/../other',
  's3://bucket/a/./b',
  's3://bucket/a\nb',
  's3://-bucket/a',
  'gs://bucket/a',
  'bucket/a',
  '/mnt/backups',
  'file://host/path',
  'file:///',
  'file:///a/../b',
  'file:////a',
  'https://s3.amazonaws.com/bucket',
])('is refused: %j', text => {
  expect(read(text)).toEqual({ found: undefined, problems: ['PGB111'] });
});

it('must be there', () => {
  expect(read('')).toEqual({ found: undefined, problems: ['PGB110'] });
});

it.each<[string, string[]]>([
  ['https://s3.example.net', []],
  ['http://127.0.0.1:9000', []],
  ['http://[::1]:9000', []],
  ['http://s3.example.net', ['PGB113']],
  ['s3.example.net', ['PGB112']],
  ['ftp://s3.example.net', ['PGB112']],
  ['https://key:secret@s3.example.net', ['PGB112']],
  ['https://s3.example.net/?X-Amz-Signature=secret', ['PGB112']],
])('`s3-endpoint: %s`', (endpoint, problems) => {
  const inputs = new InputReader(
    new Map([
      ['destination', 's3://bucket'],
      ['s3-endpoint', endpoint],
    ]),
    LIST_INPUTS,
  );
  readDestination(inputs);
  expect(inputs.problems.map(({ code }) => code)).toEqual(problems);
  expect(inputs.problems.map(({ message }) => message).join()).not.toContain('secret');
});

it('an endpoint means nothing for a folder, and both problems show at once', () => {
  expect(read('file:///mnt', { 's3-endpoint': 'https://s3.example.net' }).problems).toEqual(['PGB114']);
  expect(read('', { 's3-endpoint': 'nonsense', 's3-force-path-style': 'yes' }).problems.sort()).toEqual([
    'PGB101',
    'PGB110',
    'PGB112',
  ]);
});

it.each<[string, string[]]>([
  ['arn:aws:iam::111122223333:role/pg-backup', []],
  ['arn:aws-cn:iam::111122223333:role/teams/db/pg-backup', []],
  ['arn:minio:iam:us-east-1::role/oxnUw3DAuQF1uggjXGxI2AmW8IA', []],
  ['pg-backup', ['PGB165']],
  ['111122223333', ['PGB165']],
  ['arn:aws:iam::111122223333:user/pg-backup', ['PGB165']],
  ['arn:aws:iam::111122223333:role/', ['PGB165']],
  ['arn:aws:sts::111122223333:assumed-role/pg-backup/x', ['PGB165']],
])('`aws-role: %s`', (role, problems) => {
  expect(read('s3://bucket', { 'aws-role': role })).toMatchObject({ found: { role }, problems });
});

it('has no role in a folder', () => {
  const role = 'arn:aws:iam::111122223333:role/pg-backup';
  expect(read('file:///mnt/backups', { 'aws-role': role }).problems).toEqual(['PGB114']);
});
