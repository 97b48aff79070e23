// The gate's pages say what the gate does: its reasons, and workflows that parse and give it inputs that exist.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readGateInputs } from '../../../src/inputs/gate-config.ts';
import { FAIL_REASONS, GATE_OUTPUT_DESCRIPTIONS, PASS_REASONS } from '../../../src/reports/gate-outcome.ts';
import { outside } from '../../parts/outside.ts';
import { readPage } from './pages.ts';

/** What the expressions come to. */
const PLAUSIBLE: Readonly<Record<string, string>> = {
  'database-url': 'postgresql://h/d',
  'aws-role': 'arn:aws:iam::111122223333:role/gate',
};
const REASONS = [...new Set<string>([...PASS_REASONS, ...FAIL_REASONS])].sort();

it('docs/gate.md explains every reason, and no other', () => {
  const table = readPage('docs/gate.md').text.split('| reason | |\n|---|---|\n')[1]?.split('\n\n')[0] ?? '';
  expect([...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, reason]) => reason).sort()).toEqual(REASONS);
});

it('the output names every reason, and no other', () => {
  const named = [...GATE_OUTPUT_DESCRIPTIONS.reason.matchAll(/`([\w-]+)`/g)].map(([, reason]) => reason);
  expect([...new Set(named)].sort()).toEqual(REASONS);
});

describe('gate/README.md', () => {
  const workflows = readPage('gate/README.md').blocks.filter(({ language }) => language === 'yaml');

  it('shows whole workflows that give the gate what it takes', () => {
    expect(workflows.length).toBe(2);
    for (const { text } of workflows) {
      const { permissions, jobs } = parse(text, { strict: true, uniqueKeys: true });
      expect(permissions).toEqual({});
      const [job] = Object.values<{ steps: { uses?: string; with?: Record<string, unknown> }[] }>(jobs);
      const steps = job?.steps.filter(({ uses }) => uses?.startsWith('org/pg-backup-action/gate@')) ?? [];
      expect(steps.length).toBe(1);
      const given = Object.entries(steps[0]?.with ?? {}).map(([name, value]): [string, string] => [
        name,
        PLAUSIBLE[name] ?? String(value),
      ]);
      expect(readGateInputs(new Map(given), outside()).problems).toEqual([]);
    }
  });
});
