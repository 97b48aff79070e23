// Object tags: from the header of a new object, and by their own operations.
import { type Call, headerOf } from './call.ts';
import { S3Error } from './errors.ts';
import { type Operation, xmlAnswer } from './operation.ts';
import { readDocument } from './payload.ts';
import { childOf, childrenOf, parseXml, xml } from './xml.ts';

function checkTags(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length !== pairs.length) {
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  }
  const valid = pairs.every(([key, value]) => key.length >= 1 && key.length <= 128 && value.length <= 256);
  if (!valid || pairs.length > 10) throw new S3Error('InvalidTag', 'The tags you provided are not valid');
  return tags;
}

export function tagsOf(call: Call): Record<string, string> {
  return checkTags([...new URLSearchParams(headerOf(call, 'x-amz-tagging') ?? '')]);
}

export const getObjectTagging: Operation = ({ bucket, call }) => {
  const { tags } = bucket.find(call.key, call.query.get('versionId'));
  const Tag = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return xmlAnswer(xml('Tagging', { TagSet: { Tag } }));
};

export const putObjectTagging: Operation = async ({ bucket, call, content, variants }) => {
  const document = parseXml(await readDocument(call, content, !variants.noChecksums));
  const tags = childrenOf(childOf(document, 'TagSet'), 'Tag');
  const pairs = tags.map(
    tag => [childOf(tag, 'Key')?.text ?? '', childOf(tag, 'Value')?.text ?? ''] as const,
  );
  bucket.find(call.key, call.query.get('versionId')).tags = checkTags(pairs);
  return { status: 200 };
};
