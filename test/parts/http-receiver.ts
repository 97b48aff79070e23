// Receives what notifiers send over http on this machine: keeps each request as it came, answers as it is told.
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  /** 0 cuts the connection, -1 never answers. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpReceiver {
  /** Without a path. */
  readonly origin: string;
  readonly received: readonly Received[];
  /** The next requests get these answers, one each; all others 200. */
  answerNext(...answers: readonly Answer[]): void;
  stop(): Promise<void>;
}

export async function startHttpReceiver(tls?: {
  readonly key: string;
  readonly cert: string;
}): Promise<HttpReceiver> {
  const received: Received[] = [];
  const answers: Answer[] = [];
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    received.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
    const { status, headers: own = {}, body = 'ok' } = answers.shift() ?? { status: 200 };
    if (status === 0) response.destroy();
    else if (status > 0) response.writeHead(status, own).end(body);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    received,
    answerNext: (...next) => void answers.push(...next),
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
