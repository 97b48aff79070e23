// Objects in archive classes (GLACIER, DEEP_ARCHIVE, the archive tiers of INTELLIGENT_TIERING) must be asked back before
// they can be read, which takes minutes to days.
import { HeadObjectCommand, RestoreObjectCommand } from '@aws-sdk/client-s3';
import { objectMissing } from '../problems/storage.ts';
import type { Readiness } from './port.ts';
import { isAbsent } from './s3-failure.ts';
import type { S3Link } from './s3-link.ts';

const ARCHIVES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

interface Found {
  readonly readiness: Readiness;
  /** Brought back to its usual tier for good, not as a copy for some days. */
  readonly tiered: boolean;
}

export async function readinessOf(link: S3Link, key: string, signal: AbortSignal): Promise<Readiness> {
  return (await lookAt(link, key, signal)).readiness;
}

export async function thawObject(
  link: S3Link,
  key: string,
  { days, signal }: { days: number; signal: AbortSignal },
): Promise<Readiness> {
  const { readiness, tiered } = await lookAt(link, key, signal);
  if (readiness !== 'archived') return readiness;
  await link.ask<unknown>(
    link.step('bring back an archived object', 's3:RestoreObject', key),
    (client, abortSignal) => {
      const request = {
        ...(tiered ? {} : { Days: days }),
        GlacierJobParameters: { Tier: 'Standard' },
      } as const;
      const command = new RestoreObjectCommand({ ...link.at(key), RestoreRequest: request });
      return client.send(command, { abortSignal });
    },
    {
      signal,
      settle: ({ code }) => (code === 'RestoreAlreadyInProgress' ? { value: undefined } : undefined),
    },
  );
  return readinessOf(link, key, signal);
}

function lookAt(link: S3Link, key: string, signal: AbortSignal): Promise<Found> {
  return link.ask<Found>(
    link.step('look at an object', 's3:GetObject', key),
    async (client, abortSignal) => {
      const head = await client.send(new HeadObjectCommand(link.at(key)), { abortSignal });
      const tiered = head.ArchiveStatus !== undefined;
      if (!tiered && !ARCHIVES.has(head.StorageClass ?? '')) return { readiness: 'ready', tiered };
      const [, ongoing] = /ongoing-request="(true|false)"/.exec(head.Restore ?? '') ?? [];
      if (ongoing === undefined) return { readiness: 'archived', tiered };
      return { readiness: ongoing === 'true' ? 'thawing' : 'ready', tiered };
    },
    {
      signal,
      settle: failure => {
        if (isAbsent(failure)) throw objectMissing(`${link.place}/${key}`);
        return undefined;
      },
    },
  );
}
