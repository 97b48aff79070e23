import { describe, expect, it } from 'vitest';
import { parsePairs } from '../../parts/action-runner/file-commands.ts';
import { Masks } from '../../parts/action-runner/masks.ts';
import { parseCommand } from '../../parts/action-runner/workflow-commands.ts';

describe('a workflow command', () => {
  it.each([
    ['::error title=a,file=b::text', { name: 'error', properties: { title: 'a', file: 'b' }, data: 'text' }],
    ['  ::debug::x', { name: 'debug', properties: {}, data: 'x' }],
    ['\u00a0::Notice::x', { name: 'notice', properties: {}, data: 'x' }],
    ['::add-mask::a%0Ab%250A', { name: 'add-mask', properties: {}, data: 'a\nb%0A' }],
    ['::warning title=a%3Ab%2Cc::', { name: 'warning', properties: { title: 'a:b,c' }, data: '' }],
    ['words ##[error]x', { name: 'error', properties: {}, data: 'x' }],
    ['##[set-output name=a%3Bb;]x%5D', { name: 'set-output', properties: { name: 'a;b' }, data: 'x]' }],
  ])('is read from %j', (line, command) => {
    expect(parseCommand(line)).toEqual(command);
  });

  it.each(['words ::error::x', '::unknown::x', '::error', ': :error::x', '##error]x', '## [error]x'])(
    'is not read from %j',
    line => {
      expect(parseCommand(line)).toBeUndefined();
    },
  );

  it('is not read between a stop and its token', () => {
    expect(parseCommand('::error::x', 'token')).toBeUndefined();
    expect(parseCommand('::token::', 'token')).toMatchObject({ name: 'token' });
  });
});

describe('a file command', () => {
  it('holds values of one line and of many', () => {
    expect(parsePairs('a=1\nb<<END\nx=y\n\nz\nEND\nc=d<<e\n')).toEqual({ a: '1', b: 'x=y\n\nz', c: 'd<<e' });
  });

  it.each(['no sign', '=x', 'a<<\nx\n', 'a<<END\nx\n'])('is refused as %j', text => {
    expect(() => parsePairs(text)).toThrow();
  });
});

describe('masks', () => {
  it('hide a value, its lines and its encodings, and refuse a blank one', () => {
    const masks = new Masks();
    expect([masks.add('first line\nsecond'), masks.add(' \n')]).toEqual([true, false]);
    masks.add(`it's a "value"`);
    const line = (text: string) => masks.apply(text);
    expect(line('x first line y second z')).toBe('x *** y *** z');
    expect(line(encodeURIComponent(`it's a "value"`))).toBe('***');
    expect(line(JSON.stringify(`it's a "value"`))).toBe('"***"');
    expect(line(Buffer.from('second').toString('base64'))).toBe('***');
    expect(line("select 'it''s a \"value\"'")).toBe("select '***'");
  });

  it('make one of finds that overlap or touch', () => {
    const masks = new Masks();
    masks.add('abcd');
    masks.add('cdef');
    expect(masks.apply('xabcdefx abcdcdef')).toBe('x***x ***');
  });
});
