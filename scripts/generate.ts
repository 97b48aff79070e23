// Writes what is made from the spec tables and from the last recorded bench: action.yml, docs/inputs.md, the flags in
// docs/command-line.md, the figures of README and docs/performance.md. `npm run check` holds the files to it, so that
// nothing is ever documented in two ways.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MIGRATION_GLOBS } from '../src/commands/gate/migration-files.ts';
import { COMMANDS } from '../src/entry/commands.ts';
import { helpFor, overview } from '../src/entry/help.ts';
import { BACKUP_INPUTS } from '../src/inputs/specs/backup.ts';
import type { InputSpec } from '../src/inputs/specs/spec.ts';
import { OUTPUT_DESCRIPTIONS } from '../src/reports/outputs.ts';
import { ACTIONS, type ActionText } from './actions.ts';
import { performancePage, withShortBench } from './bench-tables.ts';
import { root } from './root.ts';
import { workflowsPage } from './workflow-tables.ts';

/** path → text, as it should be. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(ACTIONS.flatMap(filesOf)),
    'README.md': withShortBench(readText(join(root, 'README.md')) ?? ''),
    'docs/gate.md': withGlobs('docs/gate.md'),
    'docs/performance.md': performancePage(readText(join(root, 'docs/performance.md')) ?? ''),
    'docs/workflows.md': workflowsPage(readText(join(root, 'docs/workflows.md')) ?? ''),
    'docs/inputs.md': inputsPage(),
    'docs/command-line.md': commandLinePage(),
  };
}

/** action.yml, and the tables of the README beside it. */
function filesOf(action: ActionText): [path: string, text: string][] {
  const { folder, inputs, outputs } = action;
  if (folder === '') return [['action.yml', actionYml(action)]];
  if (isInternal(action)) return [[`${folder}/action.yml`, actionYml(action)]];
  const readme = `${folder}/README.md`;
  return [
    [`${folder}/action.yml`, actionYml(action)],
    [readme, withTables(readme, inputs, outputs)],
  ];
}

/** A colon would begin a mapping. */
function scalar(text: string): string {
  return /: |#/.test(text) ? JSON.stringify(text) : text;
}

/** For our own workflows alone: without a page, and with nothing to clean up. */
function isInternal({ folder }: ActionText): boolean {
  return folder.startsWith('.github/');
}

function actionYml(action: ActionText): string {
  const dist = relative(action.folder, 'dist');
  const inputs = action.inputs.map(
    spec =>
      `  ${spec.name}:\n    description: ${JSON.stringify(describe(spec))}\n    required: false\n    default: ${JSON.stringify(spec.default)}`,
  );
  const outputs = Object.entries(action.outputs).map(
    ([name, description]) => `  ${name}:\n    description: ${JSON.stringify(description)}`,
  );
  return `# Made by scripts/generate.ts from src/inputs/specs and src/reports; npm run check holds it to them.
name: ${action.name}
description: ${scalar(action.description)}
author: pg-backup-action contributors
branding:
  icon: ${action.icon}
  color: blue
inputs:
${inputs.join('\n')}
${outputs.length > 0 ? `outputs:\n${outputs.join('\n')}\n` : ''}runs:
  using: node24
  main: ${dist}/${action.stub}.js
${isInternal(action) ? '' : `  post: ${dist}/cleanup.js\n`}`;
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
    mkdirSync(dirname(file), { recursive: true });
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
