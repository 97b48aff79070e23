// Every workflow of ours, every example, and every workflow in the documentation passes three linters; and each linter
// still sees what it is here for, since all three have ways to say nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { checkout } from '../parts/folder.ts';
import { lintByActionlint } from '../parts/linters/actionlint.ts';
import { lintByGitHub } from '../parts/linters/language-service.ts';
import { asWorkflow, readWorkflows, type Sample, WORKFLOWS } from '../parts/linters/sample.ts';
import { lintByZizmor } from '../parts/linters/zizmor.ts';
import { type Page, readPage, readPages } from '../unit/docs/pages.ts';

const parts = await need('actionlint', 'shellcheck', 'zizmor');

const files = [...readWorkflows(WORKFLOWS), ...readWorkflows('examples')];
const shown = [...readPages(), ...readmesOfActions()].flatMap(blocksOf);

function readmesOfActions(): Page[] {
  const folders = readdirSync(checkout, { withFileTypes: true }).filter(entry => entry.isDirectory());
  return folders
    .filter(({ name }) => readdirSync(join(checkout, name)).includes('action.yml'))
    .map(({ name }) => readPage(join(name, 'README.md')));
}

function blocksOf({ path, blocks }: Page): Sample[] {
  return blocks
    .filter(({ language }) => language === 'yaml' || language === 'yml')
    .map(({ text }) => asWorkflow(text))
    .filter(text => text !== undefined)
    .map(text => ({ where: path, text }));
}

it('finds workflows in all three places', () => {
  expect(files.length).toBeGreaterThan(5);
  expect(shown.length).toBeGreaterThan(2);
});

describe.skipIf(parts.missing)('the linters', () => {
  it("GitHub's language service finds nothing", async () => {
    expect(await lintByGitHub([...files, ...shown])).toEqual([]);
  });

  it('actionlint and shellcheck find nothing', async () => {
    expect(await lintByActionlint([...files, ...shown])).toEqual([]);
  });

  it('zizmor finds nothing', async () => {
    expect(await lintByZizmor(files)).toEqual([]);
    expect(await lintByZizmor(shown, { asShown: true })).toEqual([]);
    const text = readFileSync(join(checkout, '.github', 'dependabot.yml'), 'utf8');
    expect(await lintByZizmor([{ where: '.github/dependabot.yml', text }])).toEqual([]);
  });
});

/** A good workflow, and what of it is made bad. */
const GOOD = `name: Control
on:
  schedule:
    - cron: '17 3 * * *'
      timezone: Europe/Vienna
permissions: {}
jobs:
  backup:
    permissions:
      id-token: write # for the role
    uses: org/pg-backup-action/.github/workflows/backup.yml@0000000000000000000000000000000000000000 # v1.0.0
    with:
      name: shop
      destination: s3://acme/pg
    secrets:
      DATABASE_URL: \${{ secrets.DATABASE_URL }}
  after:
    name: After
    needs: backup
    runs-on: ubuntu-24.04
    steps:
      - name: Say it
        env:
          ID: \${{ needs.backup.outputs.backup-id }}
        run: echo "$ID"
      - name: Test it
        uses: org/pg-backup-action/restore-test@0000000000000000000000000000000000000000 # v1.0.0
        with:
          destination: s3://acme/pg
          name: shop
concurrency:
  group: control
  cancel-in-progress: false
  queue: max
`;

type Linter = typeof lintByGitHub;
const CONTROLS: readonly (readonly [string, Linter, string, string, RegExp])[] = [
  ['a required input that is not given', lintByGitHub, '      name: shop\n', '', /name.*required/i],
  ['an input that a called workflow lacks', lintByGitHub, 'name: shop', 'nmae: shop', /nmae/],
  [
    'a secret that a called workflow lacks',
    lintByGitHub,
    'DATABASE_URL: $',
    'DATABASE_ULR: $',
    /DATABASE_ULR/,
  ],
  ['an input that an action lacks', lintByGitHub, '          name: shop\n', '          nmae: shop\n', /nmae/],
  ['a key that does not exist', lintByGitHub, 'queue: max', 'queued: max', /queued/],
  ['a job that does not exist', lintByGitHub, 'needs: backup', 'needs: backups', /backups/],
  [
    'an output that a called workflow lacks',
    lintByActionlint,
    'outputs.backup-id',
    'outputs.id',
    /"id" is not defined/,
  ],
  [
    'an input that a folder of ours lacks',
    lintByActionlint,
    '          name: shop\n',
    '          nmae: shop\n',
    /nmae/,
  ],
  ['a time zone that does not exist', lintByActionlint, 'Europe/Vienna', 'Europe/Wien', /Wien/],
  ['a schedule that never comes', lintByActionlint, '17 3 * * *', '17 25 * * *', /cron/i],
  ['a variable without quotes', lintByActionlint, 'echo "$ID"', 'echo $ID', /SC2086/],
  [
    'an expression in a shell command',
    lintByZizmor,
    'echo "$ID"',
    `echo "$\{{ needs.backup.outputs.backup-id }}"`,
    /^template-injection/,
  ],
  [
    'an action that is not pinned',
    lintByZizmor,
    `@${'0'.repeat(40)} # v1.0.0\n        with`,
    '@v1\n        with',
    /^unpinned-uses/,
  ],
  [
    'every permission',
    lintByZizmor,
    'permissions: {}\n',
    'permissions: write-all\n',
    /^excessive-permissions/,
  ],
  [
    'every secret',
    lintByZizmor,
    `    secrets:\n      DATABASE_URL: $\{{ secrets.DATABASE_URL }}\n`,
    '    secrets: inherit\n',
    /^secrets-inherit/,
  ],
];

describe.skipIf(parts.missing)('controls', () => {
  it('the good one is good', async () => {
    const control = [{ where: 'control.yml', text: GOOD }];
    const found = [await lintByGitHub(control), await lintByActionlint(control), await lintByZizmor(control)];
    expect(found.flat()).toEqual([]);
  });

  it.each(CONTROLS)('%s is found', async (_, lint, good, bad, message) => {
    const text = GOOD.replace(good, () => bad);
    expect(text).not.toBe(GOOD);
    const found = await lint([{ where: 'control.yml', text }]);
    expect(found).toContainEqual({
      where: 'control.yml',
      line: expect.any(Number),
      message: expect.stringMatching(message),
    });
  });

  it('a workflow that does not parse is found by each', async () => {
    const broken = [{ where: 'control.yml', text: GOOD.replace('jobs:', ' jobs: [') }];
    expect(await lintByGitHub(broken)).not.toEqual([]);
    expect(await lintByActionlint(broken)).not.toEqual([]);
    await expect(lintByZizmor(broken)).rejects.toThrow(/zizmor/);
  });

  it('updates without a time to wait are found', async () => {
    const text = readFileSync(join(checkout, '.github', 'dependabot.yml'), 'utf8');
    const hasty = text.replace(/ {4}cooldown:\n( {6}.*\n)+/, '');
    expect(hasty).not.toBe(text);
    const found = await lintByZizmor([{ where: '.github/dependabot.yml', text: hasty }]);
    expect(found.map(({ message }) => message)).toEqual([expect.stringMatching(/^dependabot-cooldown/)]);
  });

  it('what a called workflow does not declare as its secret is found', async () => {
    const workflow = readWorkflows(WORKFLOWS).find(({ where }) => where.endsWith('/backup.yml'));
    const text = workflow?.text.replace('secrets.SIGNING_KEY', 'secrets.SINGING_KEY') ?? '';
    expect(await lintByGitHub([{ where: 'control.yml', text }])).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('SINGING_KEY') }),
    );
  });
});
