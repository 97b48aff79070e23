// Writes what is made from the spec tables: action.yml, docs/inputs.md, the flags in docs/command-line.md. `npm run check`
// holds the files to it, so that no input is ever documented in two ways.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATION_GLOBS } from '../src/commands/gate/migration-files.ts';
import { COMMANDS } from '../src/entry/commands.ts';
import { helpFor, overview } from '../src/entry/help.ts';
import { BACKUP_INPUTS } from '../src/inputs/specs/backup.ts';
import { FLEET_NOTE_INPUTS, FLEET_SUMMARY_INPUTS } from '../src/inputs/specs/fleet.ts';
import { GATE_INPUTS } from '../src/inputs/specs/gate.ts';
import { RESTORE_INPUTS } from '../src/inputs/specs/restore.ts';
import { RESTORE_TEST_INPUTS } from '../src/inputs/specs/restore-test.ts';
import type { InputSpec } from '../src/inputs/specs/spec.ts';
import { FLEET_OUTPUT_DESCRIPTIONS } from '../src/reports/fleet-outcome.ts';
import { GATE_OUTPUT_DESCRIPTIONS } from '../src/reports/gate-outcome.ts';
import { OUTPUT_DESCRIPTIONS } from '../src/reports/outputs.ts';
import { RESTORE_OUTPUT_DESCRIPTIONS } from '../src/reports/restore-outcome.ts';
import { RESTORE_TEST_OUTPUT_DESCRIPTIONS } from '../src/reports/restore-test-outcome.ts';
import { root } from './root.ts';

/** path → text, as it should be. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'action.yml': actionYml({
      name: 'PostgreSQL backup to S3, proven',
      description: 'Back up PostgreSQL to S3, prove that the archive restores, prune by tier, report.',
      icon: 'database',
      inputs: BACKUP_INPUTS,
      outputs: OUTPUT_DESCRIPTIONS,
      main: 'dist/backup.js',
      post: 'dist/cleanup.js',
    }),
    'restore/action.yml': actionYml({
      name: 'PostgreSQL restore, planned and compared',
      description:
        'Restore a PostgreSQL backup beside the live database, compare it row by row, swap the two, keep the old one.',
      icon: 'rotate-ccw',
      inputs: RESTORE_INPUTS,
      outputs: RESTORE_OUTPUT_DESCRIPTIONS,
      main: '../dist/restore.js',
      post: '../dist/cleanup.js',
    }),
    'restore/README.md': withTables('restore/README.md', RESTORE_INPUTS, RESTORE_OUTPUT_DESCRIPTIONS),
    'restore-test/action.yml': actionYml({
      name: 'PostgreSQL restore test',
      description:
        'Restore a PostgreSQL backup into a throw-away server, compare it row by row, measure, and record the evidence.',
      icon: 'check-circle',
      inputs: RESTORE_TEST_INPUTS,
      outputs: RESTORE_TEST_OUTPUT_DESCRIPTIONS,
      main: '../dist/restore-test.js',
      post: '../dist/cleanup.js',
    }),
    'restore-test/README.md': withTables(
      'restore-test/README.md',
      RESTORE_TEST_INPUTS,
      RESTORE_TEST_OUTPUT_DESCRIPTIONS,
    ),
    '.github/actions/fleet-note/action.yml': actionYml({
      name: 'Note for the summary of a fleet',
      description:
        'Leaves the outcome of one database for the last job of backup-fleet.yml; used by that workflow alone.',
      icon: 'edit',
      inputs: FLEET_NOTE_INPUTS,
      outputs: {},
      main: '../../../dist/fleet-note.js',
    }),
    '.github/actions/fleet-summary/action.yml': actionYml({
      name: 'Summary of a fleet',
      description: 'Sums up what the jobs of backup-fleet.yml have left; used by that workflow alone.',
      icon: 'list',
      inputs: FLEET_SUMMARY_INPUTS,
      outputs: FLEET_OUTPUT_DESCRIPTIONS,
      main: '../../../dist/fleet-summary.js',
    }),
    'gate/action.yml': actionYml({
      name: 'PostgreSQL migration gate',
      description: 'Let a migration through only if a proven backup of the database is fresh enough.',
      icon: 'shield',
      inputs: GATE_INPUTS,
      outputs: GATE_OUTPUT_DESCRIPTIONS,
      main: '../dist/gate.js',
      post: '../dist/cleanup.js',
    }),
    'gate/README.md': withTables('gate/README.md', GATE_INPUTS, GATE_OUTPUT_DESCRIPTIONS),
    'docs/gate.md': withGlobs('docs/gate.md'),
    'docs/inputs.md': inputsPage(),
    'docs/command-line.md': commandLinePage(),
  };
}

interface ActionText {
  readonly name: string;
  readonly description: string;
  readonly icon: string;
  readonly inputs: readonly InputSpec[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly main: string;
  /** What runs at the job's end, where there is something to clean up. */
  readonly post?: string;
}

function actionYml(action: ActionText): string {
  const inputs = action.inputs.map(
    spec =>
      `  ${spec.name}:\n    description: ${JSON.stringify(describe(spec))}\n    required: false\n    default: ${JSON.stringify(spec.default)}`,
  );
  const outputs = Object.entries(action.outputs).map(
    ([name, description]) => `  ${name}:\n    description: ${JSON.stringify(description)}`,
  );
  return `# Made by scripts/generate.ts from src/inputs/specs and src/reports; npm run check holds it to them.
name: ${action.name}
description: ${action.description}
author: pg-backup-action contributors
branding:
  icon: ${action.icon}
  color: blue
inputs:
${inputs.join('\n')}
${outputs.length > 0 ? `outputs:\n${outputs.join('\n')}\n` : ''}runs:
  using: node24
  main: ${action.main}
${action.post === undefined ? '' : `  post: ${action.post}\n`}`;
}

/** A page written by hand, with the tables between its marks made anew. */
function withTables(
  path: string,
  inputs: readonly InputSpec[],
  outputs: Readonly<Record<string, string>>,
): string {
  const tables = `<!-- made by npm run generate -->

## Inputs

${inputTable(inputs)}

## Outputs

${outputTable(outputs)}

<!-- end -->`;
  const page = readText(join(root, path)) ?? '';
  return page.replace(/<!-- made by npm run generate -->[\s\S]*<!-- end -->/, () => tables);
}

/** What the gate takes for a migration, between the page's marks. */
function withGlobs(path: string): string {
  const rows = Object.entries(MIGRATION_GLOBS).map(
    ([tool, globs]) => `| ${tool} | ${globs.map(glob => `\`${glob}\``).join(' ')} |`,
  );
  const table = ['<!-- globs -->', '', '| tool | files |', '|---|---|', ...rows, '', '<!-- /globs -->'].join(
    '\n',
  );
  const page = readText(join(root, path)) ?? '';
  return page.replace(/<!-- globs -->[\s\S]*<!-- \/globs -->/, () => table);
}

function inputTable(inputs: readonly InputSpec[]): string {
  const row = (spec: InputSpec) =>
    `| \`${spec.name}\`${spec.secret ? ' (secret)' : ''} | ${describe(spec).replaceAll('|', '\\|')} | ${spec.default === '' ? '' : `\`${spec.default}\``} |`;
  return ['| input | what it says | default |', '|---|---|---|', ...inputs.map(row)].join('\n');
}

function outputTable(outputs: Readonly<Record<string, string>>): string {
  const rows = Object.entries(outputs).map(([name, text]) => `| \`${name}\` | ${text} |`);
  return ['| output | what it says |', '|---|---|', ...rows].join('\n');
}

function describe({ description, choices }: InputSpec): string {
  return choices ? `${description} One of ${choices.join(', ')}.` : description;
}

function inputsPage(): string {
  return `# Inputs and outputs of the backup

Made by \`npm run generate\`; edit \`src/inputs/specs\` instead.

## Inputs

${inputTable(BACKUP_INPUTS)}

Durations (\`lock-wait-timeout\`, \`timeout\`) carry their unit: \`90s\`, \`5m\`, \`26h\`, \`5h45m\`, \`2d\`.

## Outputs

All outputs are set from the first line of the run; empty means unknown.

${outputTable(OUTPUT_DESCRIPTIONS)}
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
