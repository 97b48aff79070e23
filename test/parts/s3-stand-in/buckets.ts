// What the stand-in remembers: buckets, the versions of their objects, unfinished uploads. Plain state with the few
// moves that keep it whole; who may do what, and when, is decided in the operations.
import { randomBytes } from 'node:crypto';
import type { Algorithm, Checksum, ChecksumType } from './checksums.ts';
import type { Piece } from './content.ts';
import { S3Error } from './errors.ts';

export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly until: Date;
}

export interface Version {
  /** `null` as text where the bucket keeps no versions. */
  readonly versionId: string;
  readonly deleteMarker: boolean;
  readonly pieces: readonly Piece[];
  readonly bytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum?: Checksum;
  storageClass: string;
  /** `content-type` and its like, and `x-amz-meta-*`, as they were sent. */
  readonly headers: Readonly<Record<string, string>>;
  modifiedAt: Date;
  tags: Readonly<Record<string, string>>;
  retention?: Retention | undefined;
  legalHold: boolean;
  /** An archived object that was asked back: readable between the two moments. */
  restored?: { readonly from: Date; readonly until: Date } | undefined;
}

export interface Part {
  readonly piece: Piece;
  readonly md5: Buffer;
  readonly etag: string;
  readonly checksums: ReadonlyMap<Algorithm, string>;
  readonly at: Date;
}

export interface Upload {
  readonly uploadId: string;
  readonly key: string;
  readonly initiatedAt: Date;
  readonly checksum?: { readonly algorithm: Algorithm; readonly type: ChecksumType };
  readonly template: Pick<Version, 'storageClass' | 'headers' | 'tags' | 'retention' | 'legalHold'>;
  readonly parts: Map<number, Part>;
}

/** A finished upload is remembered, so that its Complete may be repeated after a lost answer. */
export interface Finished {
  readonly key: string;
  readonly parts: string;
  readonly version: Version;
}

export class Bucket {
  readonly name: string;
  readonly region: string;
  readonly createdAt: Date;
  versioning: 'Off' | 'Enabled' | 'Suspended' = 'Off';
  objectLock = false;
  defaultRetention?: { readonly mode: Retention['mode']; readonly days: number } | undefined;
  lifecycle?: string;
  readonly uploads = new Map<string, Upload>();
  readonly finished = new Map<string, Finished>();
  readonly #versions = new Map<string, Version[]>();
  #sortedKeys: string[] | undefined;

  constructor(name: string, region: string, createdAt: Date) {
    this.name = name;
    this.region = region;
    this.createdAt = createdAt;
  }

  /** In the order of their UTF-8 bytes, as S3 lists them. */
  keys(): readonly string[] {
    this.#sortedKeys ??= [...this.#versions.keys()]
      .map(key => ({ key, bytes: Buffer.from(key) }))
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
      .map(({ key }) => key);
    return this.#sortedKeys;
  }

  /** Newest first. */
  versions(key: string): readonly Version[] {
    return this.#versions.get(key) ?? [];
  }

  /** What a request without a version id sees; a delete marker hides what lies under it. */
  current(key: string): Version | undefined {
    const newest = this.#versions.get(key)?.[0];
    return newest?.deleteMarker ? undefined : newest;
  }

  /** The version asked for, or the current one; throws as S3 answers where there is none. */
  find(key: string, versionId: string | null): Version {
    const found =
      versionId === null ? this.current(key) : this.versions(key).find(v => v.versionId === versionId);
    if (found && !found.deleteMarker) return found;
    if (found) {
      throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
        headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': found.versionId },
      });
    }
    if (versionId !== null) {
      throw new S3Error('NoSuchVersion', 'The specified version does not exist.', {
        details: { Key: key, VersionId: versionId },
      });
    }
    const marker = this.versions(key)[0];
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', {
      details: { Key: key },
      headers: marker ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId } : {},
    });
  }

  nextVersionId(): string {
    return this.versioning === 'Enabled' ? randomBytes(16).toString('base64url') : 'null';
  }

  /** Puts a version on top; what it replaces (the same version id) is given back, for its bytes to be dropped. */
  add(key: string, version: Version): Version | undefined {
    const before = this.#versions.get(key);
    if (!before) this.#sortedKeys = undefined;
    const replaced = before?.find(v => v.versionId === version.versionId);
    this.#versions.set(key, [version, ...(before ?? []).filter(v => v !== replaced)]);
    return replaced;
  }

  remove(key: string, version: Version): void {
    const rest = this.versions(key).filter(v => v !== version);
    if (rest.length > 0) this.#versions.set(key, rest);
    else if (this.#versions.delete(key)) this.#sortedKeys = undefined;
  }
}
