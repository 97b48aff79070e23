// What a backup leaves behind, as text for a terminal: the bucket, the manifest in short, the message in Slack.
import { writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Manifest } from '../../src/backups/manifest.ts';
import { formatBytes, formatCount } from '../../src/reports/quantities.ts';
import type { SlackMessage } from '../../src/reports/slack-message.ts';
import { alignRows } from './screen.ts';
import { BUCKET, PREFIX, type Servers } from './servers.ts';

/** Copies every object below the prefix into `folder`, which then is a destination of its own. Returns its keys. */
export async function copyBucket({ s3 }: Servers, folder: string): Promise<string[]> {
  const keys = s3.objects(BUCKET).map(({ key }) => key.slice(PREFIX.length + 1));
  for (const key of keys) {
    const file = join(folder, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await s3.read(BUCKET, `${PREFIX}/${key}`));
  }
  return keys;
}

export function bucketLines({ s3 }: Servers): string[] {
  return alignRows(
    s3.objects(BUCKET).map(({ key, bytes }) => [formatBytes(bytes), key]),
    [0],
  );
}

export function manifestLines(manifest: Manifest): string[] {
  const { archive, totals, server, client, encryption, signature, levels, previous } = manifest;
  return alignRows([
    ['taken', `${manifest.stamp} in ${manifest.durationSeconds.toFixed(1)} s, tier ${manifest.tier}`],
    ['server', `${server.version}, ${server.encoding}; pg_dump ${client.version}, ${archive.compression}`],
    [
      'holds',
      `${totals.tables} tables, ${formatCount(totals.rows)} rows, ${formatBytes(totals.rawBytes)} of rows, ${totals.largeObjects} large objects`,
    ],
    ['archive', `${formatBytes(archive.bytes)}, SHA-256 ${archive.sha256.slice(0, 16)}…`],
    ['encrypted', encryption ? `${encryption.scheme}, to ${encryption.recipients} recipient` : 'no'],
    ['signed', signature ? `${signature.algorithm}, key ${signature.key}` : 'no'],
    ['proven', levels.map(({ level }) => level).join(' → ')],
    ['follows', previous ? `${previous.id}, linked by the SHA-256 of its manifest` : 'nothing'],
  ]);
}

/** A message's blocks as a phone would show them, without Slack's marks. */
export function slackLines({ blocks = [] }: SlackMessage): string[] {
  return blocks.flatMap(block => {
    const { text, fields = [], elements = [] } = block as BlockTexts;
    const pairs = alignRows(fields.map(field => plain(field.text).split('\n')));
    const lines = [...(text ? plain(text.text).split('\n') : []), ...pairs];
    return [...lines, ...elements.map(element => plain(element.text))].map(line => `│ ${line}`);
  });
}

/** What the blocks of our messages hold; a field is its label, a line feed, its value. */
interface BlockTexts {
  readonly text?: { readonly text: string };
  readonly fields?: readonly { readonly text: string }[];
  readonly elements?: readonly { readonly text: string }[];
}

function plain(markdown: string): string {
  return markdown
    .replaceAll(/<([^|>]+)\|([^>]+)>/g, '$2')
    .replaceAll(/[*`]/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

export function saveJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
