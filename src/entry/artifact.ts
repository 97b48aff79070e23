// The report artifact: what the run came to, for people and programs; never the archive, and with minimal detail only
// what the summary shows as well. @actions/artifact is half of the bundle, so it is loaded only when it is asked for.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Document } from '../commands/backup/draft.ts';
import type { Lines } from './lines.ts';

export interface Report {
  /** Markdown. */
  readonly summary: string;
  /** As JSON. */
  readonly outcome: object;
  readonly detail: 'full' | 'minimal';
  /** As the command made them; empty where little is to be told. */
  readonly documents: readonly Document[];
}

export async function uploadReport(
  { summary, outcome, detail, documents }: Report,
  name: string,
  lines: Lines,
): Promise<void> {
  const folder = await mkdtemp(join(process.env.RUNNER_TEMP || tmpdir(), 'pg-backup-report-'));
  try {
    const all: Document[] = [
      { name: 'summary.md', text: summary },
      ...(detail === 'full' ? [{ name: 'outcome.json', text: `${JSON.stringify(outcome, null, 2)}\n` }] : []),
      ...documents,
    ];
    for (const { name: file, text } of all) await writeFile(join(folder, file), lines.redact(text));
    const { DefaultArtifactClient } = await import('@actions/artifact');
    await new DefaultArtifactClient().uploadArtifact(
      name,
      all.map(file => join(folder, file.name)),
      folder,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
