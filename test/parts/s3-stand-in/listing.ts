// Listing: objects, versions and unfinished uploads, in key order and in pages of at most 1000.
import type { Version } from './buckets.ts';
import type { Call } from './call.ts';
import { S3Error } from './errors.ts';
import { type Operation, type Work, xmlAnswer } from './operation.ts';
import { xml } from './xml.ts';

interface Asked {
  readonly prefix: string;
  readonly delimiter: string;
  readonly most: number;
  readonly encode: (text: string) => string;
  readonly encoding: string | undefined;
}

function asked({ query }: Call, mostName: string): Asked {
  const most = Number(query.get(mostName) ?? 1000);
  if (!Number.isInteger(most) || most < 0)
    throw new S3Error('InvalidArgument', `Provided ${mostName} not an integer or within integer range`);
  const url = query.get('encoding-type') === 'url';
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    most: Math.min(most, 1000),
    encode: url
      ? text => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+')
      : text => text,
    encoding: url ? 'url' : undefined,
  };
}

const inOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** One page of keys and of the prefixes that they roll up to; `last` is where the next one starts behind. */
function pageOf(keys: readonly string[], after: string, { prefix, delimiter, most }: Asked) {
  const found: string[] = [];
  const prefixes: string[] = [];
  let last = after;
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    if (after !== '' && inOrder(key, after) <= 0) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const rolled = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    // A marker that is itself such a prefix stands behind everything that it rolls up.
    if (rolled !== undefined && (rolled === prefixes.at(-1) || rolled === after)) continue;
    if (found.length + prefixes.length === most) return { found, prefixes, last, truncated: most > 0 };
    if (rolled === undefined) found.push(key);
    else prefixes.push(rolled);
    last = rolled ?? key;
  }
  return { found, prefixes, last, truncated: false };
}

const checksumTags = (version: Version) => ({
  ChecksumAlgorithm: version.checksum?.algorithm,
  ChecksumType: version.checksum?.type,
});

export const listObjectsV2: Operation = ({ bucket, call }) => {
  const wanted = asked(call, 'max-keys');
  const token = call.query.get('continuation-token');
  const startAfter = call.query.get('start-after') ?? '';
  const after = token === null ? startAfter : Buffer.from(token, 'base64url').toString('utf8');
  const keys = bucket.keys().filter(key => bucket.current(key) !== undefined);
  const page = pageOf(keys, after, wanted);
  return xmlAnswer(
    xml('ListBucketResult', {
      Name: bucket.name,
      Prefix: wanted.encode(wanted.prefix),
      Delimiter: wanted.delimiter === '' ? undefined : wanted.encode(wanted.delimiter),
      StartAfter: startAfter === '' ? undefined : wanted.encode(startAfter),
      EncodingType: wanted.encoding,
      MaxKeys: wanted.most,
      KeyCount: page.found.length + page.prefixes.length,
      IsTruncated: page.truncated,
      ContinuationToken: token ?? undefined,
      NextContinuationToken: page.truncated ? Buffer.from(page.last).toString('base64url') : undefined,
      Contents: page.found.flatMap(key => {
        const version = bucket.current(key);
        if (!version) return [];
        return {
          Key: wanted.encode(key),
          LastModified: version.modifiedAt.toISOString(),
          ETag: `"${version.etag}"`,
          ...checksumTags(version),
          Size: version.bytes,
          StorageClass: version.storageClass,
        };
      }),
      CommonPrefixes: page.prefixes.map(prefix => ({ Prefix: wanted.encode(prefix) })),
    }),
  );
};

function versionEntry(key: string, version: Version, latest: boolean, encode: Asked['encode']) {
  return {
    Key: encode(key),
    VersionId: version.versionId,
    IsLatest: latest,
    LastModified: version.modifiedAt.toISOString(),
    ...(!version.deleteMarker && {
      ETag: `"${version.etag}"`,
      ...checksumTags(version),
      Size: version.bytes,
      StorageClass: version.storageClass,
    }),
  };
}

/** Pages end between keys, never between the versions of one. */
export const listObjectVersions: Operation = ({ bucket, call }) => {
  const wanted = asked(call, 'max-keys');
  const page = pageOf(bucket.keys(), call.query.get('key-marker') ?? '', wanted);
  const entries = page.found.flatMap(key =>
    bucket.versions(key).map((version, index) => ({ key, version, latest: index === 0 })),
  );
  const render = (markers: boolean) =>
    entries
      .filter(({ version }) => version.deleteMarker === markers)
      .map(({ key, version, latest }) => versionEntry(key, version, latest, wanted.encode));
  return xmlAnswer(
    xml('ListVersionsResult', {
      Name: bucket.name,
      Prefix: wanted.encode(wanted.prefix),
      KeyMarker: call.query.get('key-marker') ?? '',
      EncodingType: wanted.encoding,
      MaxKeys: wanted.most,
      IsTruncated: page.truncated,
      NextKeyMarker: page.truncated ? wanted.encode(page.last) : undefined,
      Version: render(false),
      DeleteMarker: render(true),
      CommonPrefixes: page.prefixes.map(prefix => ({ Prefix: wanted.encode(prefix) })),
    }),
  );
};

function uploadsInOrder({ bucket }: Work, prefix: string) {
  return [...bucket.uploads.values()]
    .filter(upload => upload.key.startsWith(prefix))
    .sort((a, b) => inOrder(a.key, b.key) || a.initiatedAt.getTime() - b.initiatedAt.getTime());
}

export const listMultipartUploads: Operation = work => {
  const { call, bucket } = work;
  const wanted = asked(call, 'max-uploads');
  const keyMarker = call.query.get('key-marker') ?? '';
  const idMarker = call.query.get('upload-id-marker') ?? '';
  const all = uploadsInOrder(work, wanted.prefix);
  const marked = all.findIndex(upload => upload.key === keyMarker && upload.uploadId === idMarker);
  const rest =
    marked >= 0
      ? all.slice(marked + 1)
      : all.filter(upload => keyMarker === '' || inOrder(upload.key, keyMarker) > 0);
  const page = rest.slice(0, wanted.most);
  const last = page.at(-1);
  const truncated = page.length < rest.length;
  return xmlAnswer(
    xml('ListMultipartUploadsResult', {
      Bucket: bucket.name,
      KeyMarker: wanted.encode(keyMarker),
      UploadIdMarker: idMarker,
      Prefix: wanted.encode(wanted.prefix),
      EncodingType: wanted.encoding,
      MaxUploads: wanted.most,
      IsTruncated: truncated,
      NextKeyMarker: truncated && last ? wanted.encode(last.key) : undefined,
      NextUploadIdMarker: truncated ? last?.uploadId : undefined,
      Upload: page.map(upload => ({
        Key: wanted.encode(upload.key),
        UploadId: upload.uploadId,
        StorageClass: upload.template.storageClass,
        Initiated: upload.initiatedAt.toISOString(),
        ChecksumAlgorithm: upload.checksum?.algorithm,
        ChecksumType: upload.checksum?.type,
      })),
    }),
  );
};
