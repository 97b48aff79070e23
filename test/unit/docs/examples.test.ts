// What people copy out of the documentation works: workflows parse, call this action with inputs that exist, and ask
// for what they need; commands have flags that exist; policies are policies.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../../src/entry/commands.ts';
import { readBackupInputs } from '../../../src/inputs/backup-config.ts';
import { readDoctorInputs } from '../../../src/inputs/doctor-config.ts';
import { readGateInputs } from '../../../src/inputs/gate-config.ts';

import { parsePolicy } from '../../../src/retention/policy.ts';
import { actionFiles } from '../../parts/action-files.ts';
import { checkout } from '../../parts/folder.ts';
import { outside } from '../../parts/outside.ts';
import { readPages } from './pages.ts';

type Json = Readonly<Record<string, unknown>>;

interface Sample {
  readonly where: string;
  readonly text: string;
}

const OWN_ACTION = /^org\/pg-backup-action(?:\/|@)/;
const workflowFiles = readdirSync(join(checkout, '.github', 'workflows')).map(name =>
  join('.github', 'workflows', name),
);
/** By folder: how each action reads its inputs. */
const READERS = { '': readBackupInputs, doctor: readDoctorInputs, gate: readGateInputs } as const;
const pages = readPages();
const examples: readonly Sample[] = readdirSync(join(checkout, 'examples')).map(name => ({
  where: join('examples', name),
  text: readFileSync(join(checkout, 'examples', name), 'utf8'),
}));
const samples: readonly Sample[] = [...blocksOf('yaml'), ...blocksOf('yml'), ...examples];

function blocksOf(language: string): Sample[] {
  return pages.flatMap(({ path, blocks }) =>
    blocks.filter(block => block.language === language).map(({ text }) => ({ where: path, text })),
  );
}

/** Every mapping anywhere in a document. */
function mappings(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(mappings);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Json, ...Object.values(value).flatMap(mappings)];
}

const steps = samples.flatMap(({ where, text }) =>
  mappings(parse(text))
    .filter(({ uses }) => typeof uses === 'string')
    .map(step => ({ where, uses: String(step.uses), inputs: (step.with ?? {}) as Json })),
);
const readerOf = (uses: string) => {
  const folder = /^org\/pg-backup-action\/?([\w-]*)@/.exec(uses)?.[1];
  return Object.entries(READERS).find(([name]) => name === folder)?.[1];
};
const ownSteps = steps.filter(({ uses }) => OWN_ACTION.test(uses));

describe('YAML in the documentation', () => {
  it('parses, strictly', () => {
    expect(samples.length).toBeGreaterThan(3);
    for (const { text, where } of samples) {
      expect(() => parse(text, { strict: true, uniqueKeys: true }), where).not.toThrow();
    }
  });

  it('calls no other folder or workflow of this project than there is', () => {
    expect(ownSteps.length).toBeGreaterThan(3);
    const there = [...Object.keys(actionFiles()), ...workflowFiles];
    const missing = ownSteps.filter(({ uses }) => {
      const [, path = ''] = /^org\/pg-backup-action\/?([^@]*)@/.exec(uses) ?? [];
      return !there.includes(path.endsWith('.yml') ? path : join(path, 'action.yml'));
    });
    expect(missing).toEqual([]);
  });

  it('gives our actions inputs that exist, and values that they take', () => {
    const readable = ownSteps.filter(({ uses }) => readerOf(uses) !== undefined);
    expect(readable.length).toBeGreaterThan(1);
    for (const { where, uses, inputs } of readable) {
      const raw = new Map(Object.entries(inputs).map(([name, value]) => [name, plausible(name, value)]));
      const read = readerOf(uses)?.(raw, outside({ event: 'schedule' }));
      expect(
        read?.problems.map(problem => problem.message),
        where,
      ).toEqual([]);
    }
  });

  it('grants nothing by default in any whole workflow, and runs at a minute that few others choose', () => {
    const workflows = samples.filter(({ text }) => /^on:/m.test(text) && /^jobs:/m.test(text));
    expect(workflows.length).toBeGreaterThan(4);
    for (const { text, where } of workflows) {
      const workflow = parse(text) as Json & { on: { schedule?: { cron: string; timezone?: string }[] } };
      expect(workflow.permissions, where).toEqual({});
      for (const { cron, timezone } of workflow.on.schedule ?? []) {
        expect(timezone, where).toEqual(expect.any(String));
        expect(Number(cron.split(' ')[0]) % 5, `${where}: ${cron}`).not.toBe(0);
      }
    }
  });

  it('pins every action and workflow of the whole examples to a commit, with the version beside it', () => {
    const unpinned = examples.flatMap(({ where, text }) =>
      text
        .split('\n')
        .filter(line => /^\s*(?:- )?uses:/.test(line) && !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))
        .map(line => `${where}: ${line}`),
    );
    expect(unpinned).toEqual([]);
  });

  it('ends every job of the whole examples that has steps of its own', () => {
    const endless = examples.flatMap(({ where, text }) =>
      Object.entries((parse(text) as { jobs: Record<string, Json> }).jobs)
        .filter(([, job]) => job.uses === undefined && typeof job['timeout-minutes'] !== 'number')
        .map(([id]) => `${where}: ${id}`),
    );
    expect(endless).toEqual([]);
  });

  it('shows policies that are policies', () => {
    const policies = steps.map(({ inputs }) => inputs.retention).filter(text => typeof text === 'string');
    expect(policies.length).toBeGreaterThan(2);
    expect(policies.filter(policy => 'not' in parsePolicy(policy))).toEqual([]);
  });

  it('puts no expression into a shell command', () => {
    const injected = samples.flatMap(({ where, text }) =>
      mappings(parse(text))
        .filter(({ run }) => typeof run === 'string' && run.includes('${{'))
        .map(({ run }) => `${where}: ${String(run)}`),
    );
    expect(injected).toEqual([]);
  });
});

it('what a page shows of a policy is what the file beside it says', () => {
  const squeeze = (text: string) => text.replaceAll(/\s/g, '');
  const folder = join(checkout, 'docs', 'iam');
  const files = readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8'));
  for (const file of files) expect(() => JSON.parse(file)).not.toThrow();
  const shown = pages
    .filter(({ path }) => path === 'docs/iam.md')
    .flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'json'));
  expect(shown.length).toBeGreaterThan(0);
  for (const { text } of shown) expect(files.some(file => squeeze(file).includes(squeeze(text)))).toBe(true);
});

describe('commands in the documentation', () => {
  const calls = pages.flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'))
      .map(line => ({ path, call: /(?:pg-backup|dist\/cli\.js) (\w+)(.*)/.exec(line) }))
      .filter(({ call }) => call !== null),
  );

  it('use commands and flags that exist', () => {
    expect(calls.length).toBeGreaterThan(2);
    const known: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
      COMMANDS.map(({ name, inputs }) => [name, [...inputs.map(input => input.name), 'json', 'help']]),
    );
    const unknown = calls.flatMap(({ path, call }) => {
      const [, command = '', rest = ''] = call ?? [];
      const flags = [...rest.matchAll(/--(?:no-)?([a-z0-9-]+)/g)].map(([, flag = '']) => flag);
      const missing = flags.filter(flag => !known[command]?.includes(flag));
      return known[command] && missing.length === 0 ? [] : [`${path}: ${command} ${missing.join(' ')}`];
    });
    expect(unknown).toEqual([]);
  });
});

describe('names in the documentation', () => {
  it('that look like an input in a `with` sentence are inputs', () => {
    const names = new Set(COMMANDS.flatMap(({ inputs }) => inputs.map(({ name }) => name)));
    const settings = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/`([a-z0-9]+(?:-[a-z0-9]+)+): [^`]+`/g)].map(([, name = '']) => ({ path, name })),
    );
    const others = new Set(['id-token', 'cache-mode', 'pull-requests']);
    expect(settings.filter(({ name }) => !names.has(name) && !others.has(name) && !isTier(name))).toEqual([]);
  });

  it('every `retention` that is shown is a policy', () => {
    const policies = [...pages.map(({ text }) => text), ...examples.map(({ text }) => text)].flatMap(text =>
      [...text.matchAll(/retention: '([^']+)'/g)].map(([, policy = '']) => policy),
    );
    expect(policies.length).toBeGreaterThan(1);
    expect(policies.filter(policy => 'not' in parsePolicy(policy))).toEqual([]);
  });
});

function isTier(name: string): boolean {
  return name === 'pre-migration';
}

const PLAUSIBLE: Readonly<Record<string, string>> = {
  'database-url': 'postgresql://backup@db.example.com/shop',
  'aws-role': 'arn:aws:iam::111122223333:role/pg-backup',
};

/** An expression stands for something that only the runner knows. */
function plausible(name: string, value: unknown): string {
  const text = String(value);
  if (!text.includes('${{')) return text;
  return PLAUSIBLE[name] ?? text.replaceAll(/\$\{\{[^}]*\}\}/g, 'x');
}
