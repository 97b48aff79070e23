// Writes what is made from the spec tables: action.yml, docs/inputs.md, the flags in docs/command-line.md. `npm run check`
// holds the files to it, so that no input is ever documented in two ways.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../src/entry/commands.ts';
import { helpFor, overview } from '../src/entry/help.ts';
import { BACKUP_INPUTS, type InputSpec } from '../src/inputs/spec.ts';
import { OUTPUT_DESCRIPTIONS } from '../src/reports/outputs.ts';
import { root } from './root.ts';

/** path → text, as it should be. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'action.yml': actionYml(),
    'docs/inputs.md': inputsPage(),
    'docs/command-line.md': commandLinePage(),
  };
}

function actionYml(): string {
  const inputs = BACKUP_INPUTS.map(
    spec =>
      `  ${spec.name}:\n    description: ${JSON.stringify(describe(spec))}\n    required: false\n    default: ${JSON.stringify(spec.default)}`,
  );
  const outputs = Object.entries(OUTPUT_DESCRIPTIONS).map(
    ([name, description]) => `  ${name}:\n    description: ${JSON.stringify(description)}`,
  );
  return `# Made by scripts/generate.ts from src/inputs/spec.ts and src/reports/outputs.ts; npm run check holds it to them.
name: PostgreSQL backup to S3, proven
description: Back up PostgreSQL to S3, prove that the archive restores, prune by tier, report.
author: pg-backup-action contributors
branding:
  icon: database
  color: blue
inputs:
${inputs.join('\n')}
outputs:
${outputs.join('\n')}
runs:
  using: node24
  main: dist/backup.js
  post: dist/cleanup.js
`;
}

function describe({ description, choices }: InputSpec): string {
  return choices ? `${description} One of ${choices.join(', ')}.` : description;
}

function inputsPage(): string {
  const row = (spec: InputSpec) =>
    `| \`${spec.name}\`${spec.secret ? ' (secret)' : ''} | ${describe(spec).replaceAll('|', '\\|')} | ${spec.default === '' ? '' : `\`${spec.default}\``} |`;
  const outputs = Object.entries(OUTPUT_DESCRIPTIONS).map(([name, text]) => `| \`${name}\` | ${text} |`);
  return `# Inputs and outputs of the backup

Made by \`npm run generate\`; edit \`src/inputs/spec.ts\` instead.

## Inputs

| input | what it says | default |
|---|---|---|
${BACKUP_INPUTS.map(row).join('\n')}

Durations (\`lock-wait-timeout\`, \`timeout\`) carry their unit: \`90s\`, \`5m\`, \`26h\`, \`5h45m\`, \`2d\`.

## Outputs

All outputs are set from the first line of the run; empty means unknown.

| output | what it says |
|---|---|
${outputs.join('\n')}
`;
}

function commandLinePage(): string {
  const help = COMMANDS.map(command => `## ${command.name}\n\n\`\`\`text\n${helpFor(command)}\`\`\`\n`);
  return `# Command line

Made by \`npm run generate\`: this is what \`pg-backup --help\` says.

\`\`\`text
${overview(COMMANDS)}\`\`\`

${help.join('\n')}`;
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generatedFiles())) {
    const file = join(root, path);
    if (readText(file) === text) continue;
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
