// Where metrics may be pushed, and what a Pushgateway that refuses, hangs or is gone costs: a warning, never its address.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parsePushgatewayUrl } from '../../../src/notify/pushgateway.ts';

const never = new AbortController().signal;

interface Request {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Answers each request with the next of `answers`, the last one again and again. */
async function endpoint(...answers: [status: number, body: string][]) {
  const requests: Request[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then(body => {
      const { method, url, headers } = request;
      requests.push({ method, url, authorization: headers.authorization, body });
      const [status, said] = answers[Math.min(requests.length, answers.length) - 1] ?? [200, ''];
      response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end(said);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { requests, url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}` };
}

function gatewayAt(url: string) {
  const parsed = parsePushgatewayUrl(url);
  if ('problems' in parsed) throw parsed.problems[0];
  return parsed.gateway;
}

describe('the address', () => {
  it.each([
    'https://push.example.org',
    'https://user:pw@push.example.org/base/',
    'http://127.0.0.1:9091',
    'http://localhost:9091',
    'http://[::1]:9091/',
  ])('%s is taken', url => {
    expect(parsePushgatewayUrl(url)).toHaveProperty('gateway');
  });

  it.each([
    ['push.example.org:9091', 'is not a URL'],
    ['', 'is not a URL'],
    ['file:///etc/passwd', 'is not a URL'],
    ['http://push.example.org', 'does not start with `https://`'],
    ['https://169.254.169.254/latest', 'where clouds keep'],
    ['https://[fe80::1]/', 'where clouds keep'],
    ['https://push.example.org/?job=x', 'carries parameters'],
    ['https://user:50%off@push.example.org/', 'not percent-encoded'],
  ])('%j is refused: %s', (url, why) => {
    const parsed = parsePushgatewayUrl(url);
    const problem = 'problems' in parsed ? parsed.problems[0] : undefined;
    expect(problem).toMatchObject({ code: 'PGB559', kind: 'configuration' });
    expect(problem?.summary).toContain(why);
    if (url !== '') expect(problem?.message).not.toContain(url);
  });
});

describe('a push', () => {
  it('replaces the group of the job, or of a name that no path could hold, and logs in where it is told to', async () => {
    const { requests, host } = await endpoint([202, '']);
    const gateway = gatewayAt(`http://user:p%40ss@${host}/base/`);
    expect(await gateway.push('backup_status 0\n', undefined, never)).toBeUndefined();
    expect(await gateway.push('backup_status 1\n', 'a/ü?', never)).toBeUndefined();
    expect(requests).toMatchObject([
      { method: 'PUT', url: '/base/metrics/job/pg-backup', body: 'backup_status 0\n' },
      { url: `/base/metrics/job/pg-backup/name@base64/${Buffer.from('a/ü?').toString('base64url')}` },
    ]);
    const basic = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
    expect(requests.map(({ authorization }) => authorization)).toEqual([basic, basic]);
  });

  it('is tried again where the gateway is in trouble, not where it refuses', async () => {
    const busy = await endpoint([503, 'busy'], [200, '']);
    expect(await gatewayAt(busy.url).push('x 1\n', undefined, never)).toBeUndefined();
    expect(busy.requests).toHaveLength(2);
    const strict = await endpoint([400, 'text format\nparsing error']);
    const warning = await gatewayAt(strict.url).push('x', undefined, never);
    expect(warning).toMatchObject({ code: 'PGB564' });
    expect(warning?.summary).toContain('it answered 400: text format parsing error');
    expect(strict.requests).toHaveLength(1);
  });

  it('follows nobody elsewhere', async () => {
    const { url } = await endpoint([302, '']);
    expect((await gatewayAt(url).push('x 1\n', undefined, never))?.summary).toContain('302');
  });

  it('tells nothing of the address, whatever comes back', async () => {
    const { host } = await endpoint([403, 'no push for s3cretpass here']);
    const warning = await gatewayAt(`http://user:s3cretpass@${host}`).push('x 1\n', undefined, never);
    expect(JSON.stringify(warning)).not.toContain('s3cretpass');
    const gone = await gatewayAt('http://user:s3cretpass@127.0.0.1:1').push('x 1\n', undefined, never);
    expect(gone).toMatchObject({ code: 'PGB564' });
    expect(JSON.stringify(gone)).not.toContain('s3cretpass');
  });
});
