// The outside as a restore test sees it, besides what every reading command sees.
import type { Signer } from '../../encryption/port.ts';
import type { TargetServer } from '../../postgres/target-port.ts';
import type { TestServer, TestServers } from '../../postgres/test-server-port.ts';
import type { ObtainingWorld } from '../restore/world.ts';

export interface RestoreTestWorld extends Omit<ObtainingWorld, 'target'> {
  random(bytes: number): Buffer;
  /** Signs the evidence. */
  readonly signer: Signer | null;
  /** Reads archives; its connection is never used. */
  readonly archives: TargetServer;
  /** `target-url`: a server that somebody else started for this test; null: one is made and thrown away. */
  readonly service: TargetServer | null;
  readonly servers: TestServers;
  openTarget(server: TestServer): TargetServer;
  readonly run: { readonly url: string | null; readonly tool: string };
}
