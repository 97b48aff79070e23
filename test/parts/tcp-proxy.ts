// A TCP relay on loopback that misbehaves on command: cuts the line, lets it fall silent, slows it down. Stands
// between the software under test and a real server, so that a lost network is real to both ends.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export type Direction = 'to-server' | 'to-client';

interface Relay {
  client: Socket;
  server: Socket;
}

export class TcpProxy implements AsyncDisposable {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #listener: Server;
  readonly #relays = new Set<Relay>();
  readonly #passed: Record<Direction, number> = { 'to-server': 0, 'to-client': 0 };
  #cutAfter: Partial<Record<Direction, number>> = {};
  #bytesPerSecond = Number.POSITIVE_INFINITY;
  #isSilent = false;
  #refuses = false;
  #connections = 0;

  private constructor(listener: Server, port: number) {
    this.#listener = listener;
    this.port = port;
  }

  /** Listens on a free port and relays to `target`. */
  static async start(target: { host: string; port: number }): Promise<TcpProxy> {
    const listener = createServer();
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    const proxy = new TcpProxy(listener, address.port);
    listener.on('connection', client => proxy.#relay(client, target));
    return proxy;
  }

  /** Connections accepted so far, refused ones not counted. */
  get connections(): number {
    return this.#connections;
  }

  /** Bytes that went through, over all connections. */
  passed(direction: Direction): number {
    return this.#passed[direction];
  }

  /** Resets every open connection, and each later one, once `bytes` more have gone in `direction`. */
  cutAfter(bytes: number, direction: Direction = 'to-client'): void {
    this.#cutAfter = { [direction]: this.#passed[direction] + bytes };
  }

  /** Resets every open connection now; new ones are relayed as before. */
  cut(): void {
    for (const relay of this.#relays) reset(relay);
  }

  /** From now on nothing passes either way and no end learns why, as behind a firewall that forgot the connection. */
  fallSilent(): void {
    this.#isSilent = true;
    for (const { client, server } of this.#relays) {
      client.pause();
      server.pause();
    }
  }

  /** Limits each direction of each connection. */
  limit(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Accepts no connection any more; open ones live on. */
  refuse(): void {
    this.#refuses = true;
  }

  /** Takes back every fault. What was cut stays cut. */
  heal(): void {
    this.#cutAfter = {};
    this.#bytesPerSecond = Number.POSITIVE_INFINITY;
    this.#isSilent = false;
    this.#refuses = false;
    for (const { client, server } of this.#relays) {
      client.resume();
      server.resume();
    }
  }

  async stop(): Promise<void> {
    this.#listener.close();
    this.cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #relay(client: Socket, target: { host: string; port: number }): void {
    if (this.#refuses) {
      client.resetAndDestroy();
      return;
    }
    this.#connections++;
    const relay = { client, server: connect({ ...target, allowHalfOpen: true }) };
    this.#relays.add(relay);
    this.#pass(relay, client, relay.server, 'to-server');
    this.#pass(relay, relay.server, client, 'to-client');
  }

  #pass(relay: Relay, from: Socket, to: Socket, direction: Direction): void {
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      const room = (this.#cutAfter[direction] ?? Number.POSITIVE_INFINITY) - this.#passed[direction];
      const part = chunk.subarray(0, Math.max(0, Math.min(room, chunk.length)));
      this.#passed[direction] += part.length;
      const isFlowing = to.write(part);
      if (part.length < chunk.length || room === 0) {
        // The last bytes are on their way before the reset: an abrupt one would throw them away.
        to.write('', () => reset(relay));
        return;
      }
      const pause = (chunk.length / this.#bytesPerSecond) * 1000;
      if (pause > 0) this.#holdBack(from, pause);
      else if (!isFlowing) from.pause();
    });
    to.on('drain', () => {
      if (!this.#isSilent) from.resume();
    });
    from.on('end', () => {
      if (!this.#isSilent) to.end();
    });
    from.on('error', () => reset(relay));
    from.on('close', () => {
      // The end that still stands is reset by `cut` or `stop`: a server must not keep a session of nobody.
      if (to.destroyed) this.#relays.delete(relay);
      if (!this.#isSilent) to.destroySoon();
    });
    if (this.#isSilent) from.pause();
  }

  #holdBack(from: Socket, milliseconds: number): void {
    from.pause();
    setTimeout(() => {
      if (!this.#isSilent) from.resume();
    }, milliseconds);
  }
}

function reset({ client, server }: Relay): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}
