// The job's token: who may ask for one, and what becomes of a GitHub that doesn't answer.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { githubRole } from '../../../src/storage/github-role.ts';
import { askForToken, tokenDesk } from '../../../src/storage/github-token.ts';
import { ROLE_ARN } from '../../parts/github-role-world.ts';

const AUDIENCE = 'sts.amazonaws.com';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const deskAt = (url: string) =>
  tokenDesk({ ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job' });

test('is asked for as the runner says, with what proves the job', async () => {
  const heard: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    heard.push(request.url, request.headers.authorization);
    response.end(JSON.stringify({ value: 'the.token.itself' }));
  });
  const desk = deskAt(`${url}/token?api-version=2.0`);
  expect(await askForToken(desk, AUDIENCE, 5_000)).toBe('the.token.itself');
  expect(heard).toEqual([`/token?api-version=2.0&audience=${AUDIENCE}`, 'Bearer of-the-job']);
});

test('an answer that holds none is told with its status', async () => {
  for (const body of ['', '<html>', '{}', '{"value":""}', '{"value":7}', 'null']) {
    const url = await serve((_, response) => void response.end(body));
    const asking = askForToken(deskAt(url), AUDIENCE, 5_000);
    await expect(asking, body).rejects.toMatchObject({
      code: 'PGB162',
      summary: expect.stringContaining('(200)'),
    });
  }
});

test('a GitHub that does not answer is not waited for without end', async () => {
  const asking = askForToken(deskAt(await serve(() => {})), AUDIENCE, 100);
  await expect(asking).rejects.toMatchObject({
    problem: { code: 'PGB162', summary: expect.stringContaining('no answer in 0.1 s') },
  });
});

test('the proxy that the environment names is used', async () => {
  const seen: string[] = [];
  const proxy = await serve((request, response) => {
    seen.push(request.url ?? '');
    response.writeHead(502).end();
  });
  vi.stubEnv('HTTP_PROXY', proxy);
  vi.stubEnv('NO_PROXY', undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  const asking = askForToken(deskAt('http://tokens.example.invalid/here?a=b'), AUDIENCE, 5_000);
  await expect(asking).rejects.toMatchObject({
    problem: { code: 'PGB162', summary: expect.stringContaining('(502)') },
  });
  expect(seen).toEqual([`http://tokens.example.invalid/here?a=b&audience=${AUDIENCE}`]);
});

test('a job without `id-token: write`, and a process that is no job, are told at once', () => {
  const take = (environment: NodeJS.ProcessEnv) => () =>
    githubRole({ role: ROLE_ARN, environment, now: Date.now, hide() {} });
  expect(take({ GITHUB_ACTIONS: 'true' })).toThrow(expect.objectContaining({ code: 'PGB161' }));
  expect(take({})).toThrow(expect.objectContaining({ code: 'PGB160' }));
});
