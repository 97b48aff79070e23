// A TCP port of the loopback interface for a server to listen on.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range that the kernel takes outgoing connections from, so that a server that is stopped and started
// again finds its port still free.
const [FIRST_PORT, LAST_PORT] = [15_000, 31_999];

/** A port that nothing listens on right now. Another process may take it: a server that can't bind asks again. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (await canListen(port)) return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
