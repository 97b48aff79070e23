// Judges requests by IAM policy documents as AWS does for the part that backups need: deny beats allow, and what is
// not allowed is denied. Documents are taken as they are published, so that the tests run on the very files that users copy.
import { type Call, headerOf } from './call.ts';

type OneOrMany = string | readonly string[];

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource: OneOrMany;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[];
}

/** Condition keys of the request, in lower case; a key that the request doesn't have is undefined. */
type Context = (key: string) => string | undefined;

const many = (value: OneOrMany | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

function like(pattern: string, text: string, flags = 's'): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, flags).test(text);
}

/** The listings whose query is there to be judged: that of unfinished uploads is not among them. */
const LISTINGS = ['ListObjectsV2', 'ListObjectVersions'];

/** Keys that are derived from operation and query; every other one is the header of its name. */
function contextOf(call: Call): Context {
  const asked = (name: string) =>
    LISTINGS.includes(call.operation) ? (call.query.get(name) ?? undefined) : undefined;
  const derived: Readonly<Record<string, string | undefined>> = {
    'aws:securetransport': 'false',
    's3:prefix': asked('prefix'),
    's3:delimiter': asked('delimiter'),
    's3:max-keys': asked('max-keys'),
    's3:if-none-match': headerOf(call, 'if-none-match'),
    's3:if-match': headerOf(call, 'if-match'),
    's3:objectcreationoperation': String(['PutObject', 'CompleteMultipartUpload'].includes(call.operation)),
    's3:object-lock-mode': headerOf(call, 'x-amz-object-lock-mode'),
  };
  const tags = new URLSearchParams(headerOf(call, 'x-amz-tagging') ?? '');
  return key => {
    const name = key.toLowerCase();
    if (name in derived) return derived[name];
    if (name.startsWith('s3:requestobjecttag/'))
      return tags.get(key.slice('s3:requestobjecttag/'.length)) ?? undefined;
    if (name.startsWith('s3:x-amz-')) return headerOf(call, name.slice('s3:'.length));
    throw new TypeError(`the policy's condition key ${key} is not known here`);
  };
}

/** A condition that can't be judged must not pass in silence: it throws, and the test that uses it fails. */
function holds(operator: string, found: string | undefined, wanted: readonly string[]): boolean {
  switch (operator.replace(/IfExists$/, '')) {
    case 'Null':
      return wanted.includes(String(found === undefined));
    case 'Bool':
    case 'StringEquals':
      return found === undefined ? operator.endsWith('IfExists') : wanted.includes(found);
    case 'StringLike':
      return found === undefined ? operator.endsWith('IfExists') : wanted.some(one => like(one, found));
    case 'StringNotEquals':
      return found === undefined || !wanted.includes(found);
    case 'StringNotLike':
      return found === undefined || !wanted.some(one => like(one, found));
    default:
      throw new TypeError(`the policy's condition operator ${operator} is not known here`);
  }
}

function applies(statement: PolicyStatement, action: string, resource: string, context: Context): boolean {
  const actions = many(statement.Action);
  const others = many(statement.NotAction);
  const named = actions.some(one => like(one, action, 'is'));
  const excluded = others.length > 0 && !others.some(one => like(one, action, 'is'));
  const arn = `arn:aws:s3:::${resource}`;
  if (!(named || excluded) || !many(statement.Resource).some(one => like(one, arn))) return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, context(key), many(wanted))),
  );
}

/**
 * Whether an action on `bucket` or `bucket/key` is allowed. `identity` undefined is the account's owner, who may do
 * everything that no bucket policy denies.
 */
export function isAllowed(
  identity: PolicyDocument | undefined,
  ofTheBucket: PolicyDocument | undefined,
  call: Call,
  action: string,
  resource: string,
): boolean {
  const context = contextOf(call);
  const statements = [...(identity?.Statement ?? []), ...(ofTheBucket?.Statement ?? [])];
  const matching = statements.filter(statement => applies(statement, action, resource, context));
  if (matching.some(statement => statement.Effect === 'Deny')) return false;
  return identity === undefined || matching.some(statement => statement.Effect === 'Allow');
}

/** What a request needs besides the action of its operation. */
export function furtherActions(call: Call): readonly string[] {
  const creates = call.operation === 'PutObject' || call.operation === 'CreateMultipartUpload';
  const ifMatch = headerOf(call, 'if-match');
  const comparesEtag = ifMatch !== undefined && ifMatch !== '*' && !['GET', 'HEAD'].includes(call.method);
  const has = (header: string): boolean => headerOf(call, header) !== undefined;
  return [
    ...(creates && has('x-amz-tagging') ? ['s3:PutObjectTagging'] : []),
    ...(creates && has('x-amz-object-lock-mode') ? ['s3:PutObjectRetention'] : []),
    ...(creates && has('x-amz-object-lock-legal-hold') ? ['s3:PutObjectLegalHold'] : []),
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html: whoever may not read an object
    // must not find out its ETag by trying.
    ...(comparesEtag ? ['s3:GetObject'] : []),
    ...(has('x-amz-bypass-governance-retention') ? ['s3:BypassGovernanceRetention'] : []),
  ];
}
