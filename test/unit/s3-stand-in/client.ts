// The real SDK against a stand-in, without the SDK's retries: a test sees the first answer.
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3StandIn } from '../../parts/s3-stand-in/start.ts';

export function clientOf(standIn: S3StandIn, more: S3ClientConfig = {}): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = standIn;
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
    ...more,
  });
}

/** `Code status` of what S3 refused a request with; throws if it wasn't refused. */
export async function refusal(request: Promise<unknown>): Promise<string> {
  try {
    await request;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return `${name} ${$metadata?.httpStatusCode ?? 'without an answer'}`;
  }
  throw new Error('the request was not refused');
}
