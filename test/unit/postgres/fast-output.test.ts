import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OutputChannel, openOutputChannel } from '../../../src/postgres/fast-output.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fast-output-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Started {
  readonly channel: OutputChannel;
  readonly exit: Promise<unknown[]>;
}

async function start(script: string): Promise<Started> {
  const channel = await openOutputChannel(folder);
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', channel.childEnd, 'ignore'] });
  channel.handedOver();
  return { channel, exit: once(child, 'exit') };
}

async function all(output: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const bytes of output) text += bytes.toString();
  return text;
}

/** 20 MB of numbers, in pieces of every size from 1 to 9999 bytes. */
const COUNTING = `
  const { writeSync } = require('node:fs');
  const text = Array.from({ length: 20000 }, (_, n) => String(n).repeat(200).slice(0, 1000)).join('');
  for (let at = 0, size = 1; at < text.length; at += size, size = (size * 7) % 9999 + 1) {
    const bytes = Buffer.from(text.slice(at, at + size));
    for (let from = 0; from < bytes.length; ) from += writeSync(1, bytes, from);
  }`;
const COUNTED = Array.from({ length: 20000 }, (_, n) => String(n).repeat(200).slice(0, 1000)).join('');
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

it('gives every byte in order, and ends', async () => {
  const { channel, exit } = await start(COUNTING);
  const hash = createHash('sha256');
  for await (const bytes of channel.output) hash.update(bytes);
  expect(hash.digest('hex')).toBe(digest(COUNTED));
  expect(await exit).toEqual([0, null]);
});

it('leaves a buffer alone until the next is asked for', async () => {
  const { channel, exit } = await start(COUNTING);
  const hash = createHash('sha256');
  for await (const bytes of channel.output) {
    const taken = Buffer.from(bytes);
    await new Promise(resolve => setImmediate(resolve));
    expect(bytes.equals(taken)).toBe(true);
    hash.update(taken);
  }
  expect(hash.digest('hex')).toBe(digest(COUNTED));
  expect(await exit).toEqual([0, null]);
});

it('ends empty for a program that writes nothing, whatever its status', async () => {
  const { channel, exit } = await start('process.exit(3)');
  expect(await all(channel.output)).toBe('');
  expect(await exit).toEqual([3, null]);
});

it('gives what a program wrote before it was killed', async () => {
  const { channel, exit } = await start(
    `require('node:fs').writeSync(1, 'some'); process.kill(process.pid, 'SIGKILL')`,
  );
  expect(await all(channel.output)).toBe('some');
  expect(await exit).toEqual([null, 'SIGKILL']);
});

it('stops a program that still writes when it is closed, and ends for the reader', async () => {
  const { channel, exit } = await start(`setInterval(() => process.stdout.write('x'.repeat(1e6)), 1)`);
  for await (const _ of channel.output) channel.close();
  const [status, signal] = await exit;
  expect(status !== 0 || signal !== null).toBe(true);
  channel.close();
});

it('stops a program when the reader leaves early', async () => {
  const { channel, exit } = await start(`setInterval(() => process.stdout.write('x'.repeat(1e6)), 1)`);
  for await (const _ of channel.output) break;
  const [status, signal] = await exit;
  expect(status !== 0 || signal !== null).toBe(true);
});

it('ends when the program could not be started', async () => {
  const channel = await openOutputChannel(folder);
  const child = spawn(join(folder, 'missing'), [], { stdio: ['ignore', channel.childEnd, 'ignore'] });
  channel.handedOver();
  await once(child, 'error');
  expect(await all(channel.output)).toBe('');
});

it('leaves nothing in the folder, and says so when it can not use it', async () => {
  const { channel, exit } = await start('');
  expect(await readdir(folder)).toEqual([]);
  await all(channel.output);
  await exit;
  await expect(openOutputChannel(join(folder, 'absent'))).rejects.toThrow();
  await expect(openOutputChannel(join(folder, 'x'.repeat(110)))).rejects.toThrow();
});
