// Stands in for Slack's incoming webhooks on this machine: keeps what it gets, answers as Slack does, and fails on
// demand. The demo shows its messages; the tests make it misbehave.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SlackMessage } from '../../src/reports/slack-message.ts';

export type SlackFault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Sends the head of a good answer and nothing more. */
  | { readonly kind: 'hang-in-body' }
  /** Cuts the connection. */
  | { readonly kind: 'drop' }
  /** Answers 200 and goes on sending until the other side has had enough. */
  | { readonly kind: 'flood' };

export interface SlackEndpoint {
  readonly url: string;
  /** Accepted messages, oldest first. */
  readonly messages: readonly SlackMessage[];
  /** Every request's body, accepted or not. */
  readonly requests: readonly string[];
  /** The next requests get these faults, one each, in order. */
  failNext(...faults: readonly SlackFault[]): void;
  stop(): Promise<void>;
}

const PATH = '/services/T0EXAMPLE/B0EXAMPLE/exampleexampleexample';

export async function startSlackEndpoint(): Promise<SlackEndpoint> {
  const messages: SlackMessage[] = [];
  const requests: string[] = [];
  const faults: SlackFault[] = [];

  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    requests.push(body);
    const fault = faults.shift();
    if (fault) {
      misbehave(fault, response);
      return;
    }
    const refusal = judge(request, body);
    if (!refusal) messages.push(JSON.parse(body));
    answer(response, refusal?.status ?? 200, refusal?.word ?? 'ok');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}${PATH}`,
    messages,
    requests,
    failNext: (...next) => void faults.push(...next),
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function answer(response: ServerResponse, status: number, body: string, headers = {}): void {
  response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
}

function misbehave(fault: SlackFault, response: ServerResponse): void {
  switch (fault.kind) {
    case 'answer':
      answer(response, fault.status, fault.body ?? '', fault.headers);
      return;
    case 'hang':
      return;
    case 'hang-in-body':
      response.writeHead(200, { 'content-length': '2' }).flushHeaders();
      return;
    case 'drop':
      response.destroy();
      return;
    case 'flood':
      response.writeHead(200);
      flood(response);
      return;
  }
}

function flood(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write('x'.repeat(65_536)));
  };
  response.on('drain', more);
  more();
}

/** The limits that Slack documents and refuses by. */
function judge(request: IncomingMessage, body: string): { status: number; word: string } | undefined {
  if (request.url !== PATH) return { status: 404, word: 'no_service' };
  const message = parse(body);
  if (request.method !== 'POST' || !message) return { status: 400, word: 'invalid_payload' };
  if (!message.text && !message.blocks?.length) return { status: 400, word: 'no_text' };
  const blocks = message.blocks ?? [];
  const texts = blocks.map(({ text }) => text).filter(text => typeof text === 'object' && text !== null);
  const tooLong = texts.some(text => 'text' in text && String(text.text).length > 3_000);
  return blocks.length > 50 || tooLong ? { status: 400, word: 'invalid_blocks' } : undefined;
}

function parse(body: string): Partial<SlackMessage> | undefined {
  try {
    const message: unknown = JSON.parse(body);
    return typeof message === 'object' && message !== null ? message : undefined;
  } catch {
    return undefined;
  }
}
