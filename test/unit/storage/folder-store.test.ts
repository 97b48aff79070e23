// What a folder adds to the contract: files and modes, what a crash leaves, disks that are full or refuse.
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openFolderStore } from '../../../src/storage/folder-store.ts';
import { publishWithoutLinks } from '../../../src/storage/folder-upload.ts';

const signal = new AbortController().signal;
const options = { contentType: 'text/plain', signal };
const upload = { ...options, expectedBytes: 1 };

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'folder-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('files are for the owner alone, folders too', async () => {
  const folder = await newFolder();
  await openFolderStore({ folder }).create('db/daily/a', Buffer.from('x'), options);
  expect((await stat(join(folder, 'db/daily/a'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'db'))).mode & 0o777).toBe(0o700);
});

test('nothing but the object is left behind', async () => {
  const folder = await newFolder();
  const store = openFolderStore({ folder });
  await store.create('a', Buffer.from('x'), options);
  await store.create('a', Buffer.from('y'), options).catch(() => {});
  const begun = await store.startUpload('b', upload);
  await begun.write(Buffer.from('x'));
  await begun.abort();
  expect(await readdir(folder)).toEqual(['a']);
  expect((await stat(join(folder, 'a'))).nlink).toBe(1);
});

test('an unfinished upload is no object, and its reference drops it', async () => {
  const folder = await newFolder();
  const store = openFolderStore({ folder });
  const begun = await store.startUpload('b', upload);
  await begun.write(Buffer.from('x'));
  for await (const object of store.list('', signal)) expect.unreachable(object.key);
  await expect(store.read('.pg-backup-unfinished/b', { maxBytes: 1, signal })).rejects.toThrow();
  await store.abandon(begun.reference, signal);
  expect(await readdir(folder)).toEqual([]);
});

test('links that lead out of the folder are not listed', async () => {
  const folder = await newFolder();
  await symlink('/etc', join(folder, 'etc'));
  await symlink('/etc/passwd', join(folder, 'passwd'));
  for await (const object of openFolderStore({ folder }).list('', signal)) expect.unreachable(object.key);
});

test('the ETag tells a file that was replaced by one of the same size', async () => {
  const folder = await newFolder();
  const store = openFolderStore({ folder });
  const { etag } = await store.create('a', Buffer.from('old'), options);
  await rm(join(folder, 'a'));
  await writeFile(join(folder, 'a'), 'new');
  expect(await store.delete('a', { etag, signal })).toBe('changed');
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('new');
});

describe('a destination that is not there', () => {
  test('is told, not made', async () => {
    const folder = join(await newFolder(), 'unmounted');
    const store = openFolderStore({ folder });
    const missing = { code: 'PGB350' };
    await expect(store.create('a', Buffer.from('x'), options)).rejects.toMatchObject(missing);
    await expect(store.startUpload('a', upload)).rejects.toMatchObject(missing);
    await expect(store.read('a', { maxBytes: 1, signal })).rejects.toMatchObject(missing);
    await expect(store.list('', signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject(missing);
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('or is a file', async () => {
    const folder = join(await newFolder(), 'file');
    await writeFile(folder, '');
    const store = openFolderStore({ folder });
    await expect(store.startUpload('a', upload)).rejects.toMatchObject({ code: 'PGB355' });
    await expect(store.list('', signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'PGB355',
    });
  });
});

test.skipIf(process.getuid?.() === 0)('a folder without permission is told (not as root)', async () => {
  const folder = await newFolder();
  await chmod(folder, 0o500);
  const store = openFolderStore({ folder });
  await expect(store.startUpload('a', upload)).rejects.toMatchObject({ code: 'PGB351' });
});

function mountSmallDisk(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a full disk ends the upload, leaves nothing, and harms nothing (needs the right to mount)', async context => {
  const folder = join(await newFolder(), 'disk');
  await mkdir(folder);
  if (!mountSmallDisk(folder)) return context.skip('mounting is refused here');
  onTestFinished(() => void execFileSync('umount', [folder]));
  const store = openFolderStore({ folder });
  await store.create('kept', Buffer.alloc(1000), options);
  const begun = await store.startUpload('large', upload);
  const fill = async () => {
    for (let i = 0; i < 40; i++) await begun.write(Buffer.alloc(65_536));
    await begun.complete();
  };
  await expect(fill()).rejects.toMatchObject({ code: 'PGB353' });
  await begun.abort();
  await expect(store.create('small', Buffer.alloc(2_000_000), options)).rejects.toMatchObject({
    code: 'PGB353',
  });
  expect(await readdir(folder)).toEqual(['kept']);
  execFileSync('mount', ['-o', 'remount,ro', folder]);
  await expect(store.create('b', Buffer.from('x'), options)).rejects.toMatchObject({ code: 'PGB352' });
});

describe('where the file system knows no hard links', () => {
  test('the file takes its name, and only a free one', async () => {
    const folder = await newFolder();
    const [work, path] = [join(folder, 'work'), join(folder, 'final')];
    await writeFile(work, 'whole');
    await publishWithoutLinks(work, path);
    expect(await readFile(path, 'utf8')).toBe('whole');
    await writeFile(work, 'other');
    await expect(publishWithoutLinks(work, path)).rejects.toMatchObject({ code: 'PGB311' });
    expect(await readFile(path, 'utf8')).toBe('whole');
  });

  test('a name that could not be filled is given back', async () => {
    const folder = await newFolder();
    const gone = join(folder, 'gone');
    await expect(publishWithoutLinks(gone, join(folder, 'final'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual([]);
  });
});
