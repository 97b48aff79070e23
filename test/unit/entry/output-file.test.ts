// Where `fetch` writes: whole under its name, or not at all.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileSink, openStreamSink } from '../../../src/entry/output-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-file-'));
  path = join(folder, 'app.dump');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a file', () => {
  it('appears under its name when it is kept, readable by its owner alone', async () => {
    const sink = await openFileSink(path);
    await sink.write(Buffer.from('whole '));
    await sink.write(Buffer.from('dump'));
    expect(readdirSync(folder)).not.toContain('app.dump');
    await sink.keep();
    expect(readdirSync(folder)).toEqual(['app.dump']);
    expect(readFileSync(path, 'utf8')).toBe('whole dump');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing when it is discarded', async () => {
    const sink = await openFileSink(path);
    await sink.write(Buffer.from('half'));
    await sink.discard();
    await sink.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is never written over one that is there, nor over one that came meanwhile', async () => {
    writeFileSync(path, 'precious');
    await expect(openFileSink(path)).rejects.toMatchObject({ code: 'PGB331' });
    rmSync(path);
    const sink = await openFileSink(path);
    await sink.write(Buffer.from('ours'));
    writeFileSync(path, 'theirs');
    await expect(sink.keep()).rejects.toMatchObject({ code: 'PGB331' });
    await sink.discard();
    expect(readdirSync(folder)).toEqual(['app.dump']);
    expect(readFileSync(path, 'utf8')).toBe('theirs');
  });

  it('needs its folder', async () => {
    const missing = openFileSink(join(folder, 'none', 'app.dump'));
    await expect(missing).rejects.toMatchObject({ code: 'PGB330' });
  });

  it('tells a full disk', async () => {
    const sink = await openFileSink('/dev/full').catch((problem: unknown) => problem);
    expect(sink).toMatchObject({ code: 'PGB331' });
  });
});

describe('standard output', () => {
  it('waits for its reader, and tells when that one has gone', async () => {
    const stream = new PassThrough({ highWaterMark: 4 });
    const sink = openStreamSink(stream as unknown as NodeJS.WriteStream);
    const written = sink.write(Buffer.from('some bytes'));
    expect(stream.read()?.toString()).toBe('some bytes');
    await written;
    stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await expect(sink.write(Buffer.from('more'))).rejects.toMatchObject({ code: 'PGB452' });
    await expect(sink.write(Buffer.from('more'))).rejects.toMatchObject({ code: 'PGB452' });
  });
});
