// The report artifact: what the run came to, for people and programs; never the archive, and with minimal detail only
// what the summary shows as well. @actions/artifact is half of the bundle, so it is loaded only when it is asked for.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Document } from '../commands/backup/draft.ts';
import type { BackupOutcome } from '../reports/outcome.ts';
import { outcomeToJson } from '../reports/outcome-json.ts';
import { renderSummary } from '../reports/summary.ts';
import type { Lines } from './lines.ts';

/** `documents` as the command made them; empty where little is to be told. */
export async function uploadReport(
  outcome: BackupOutcome,
  documents: readonly Document[],
  lines: Lines,
): Promise<void> {
  const folder = await mkdtemp(join(process.env.RUNNER_TEMP || tmpdir(), 'pg-backup-report-'));
  try {
    const all: Document[] = [
      { name: 'summary.md', text: renderSummary(outcome) },
      ...(outcome.detail === 'full'
        ? [{ name: 'outcome.json', text: `${JSON.stringify(outcomeToJson(outcome), null, 2)}\n` }]
        : []),
      ...documents,
    ];
    for (const { name, text } of all) await writeFile(join(folder, name), lines.redact(text));
    const { DefaultArtifactClient } = await import('@actions/artifact');
    const name = `pg-backup-report-${outcome.backup?.id ?? 'failed'}-${process.env.GITHUB_RUN_ATTEMPT ?? '1'}`;
    await new DefaultArtifactClient().uploadArtifact(
      name,
      all.map(file => join(folder, file.name)),
      folder,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
