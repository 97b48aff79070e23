// The runner itself, on actions of a few lines that do what a bad one would do: a test that relies on it must see that.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ActionOptions, runAction } from '../../parts/action-runner.ts';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach(folder => void rmSync(folder, { recursive: true, force: true })));

/** Runs an action with these two scripts. */
function act(main: string, { post, ...options }: Partial<ActionOptions> & { post?: string } = {}) {
  const actionFolder = mkdtempSync(join(tmpdir(), 'action-'));
  folders.push(actionFolder);
  mkdirSync(join(actionFolder, 'dist'));
  writeFileSync(
    join(actionFolder, 'action.yml'),
    `inputs: {plain: {default: 'a b'}, two words: {}, with-hyphen: {default: 5}}
runs: {using: node24, main: dist/main.mjs${post === undefined ? '' : ', post: dist/post.mjs'}}\n`,
  );
  const imports = `import fs from 'node:fs'; import { spawn } from 'node:child_process'; const env = process.env;\n`;
  writeFileSync(join(actionFolder, 'dist/main.mjs'), imports + main);
  if (post !== undefined) writeFileSync(join(actionFolder, 'dist/post.mjs'), imports + post);
  return runAction({ actionFolder, ...options });
}

describe('the local runner', () => {
  it('gives inputs as the runner names them, defaults included, and warns of unknown ones', async () => {
    const run = await act(
      "console.log(JSON.stringify(Object.entries(env).filter(([name]) => name.startsWith('INPUT_'))))",
      { inputs: { 'Two Words': 'x\ny', unknown: '1' } },
    );
    expect(JSON.parse(run.rawLog)).toEqual([
      ['INPUT_PLAIN', 'a b'],
      ['INPUT_TWO_WORDS', 'x\ny'],
      ['INPUT_WITH-HYPHEN', '5'],
      ['INPUT_UNKNOWN', '1'],
    ]);
    expect(run.log).toContain("##[warning]Unexpected input(s) 'unknown'");
  });

  it('carries state to post, which runs after a failure too, with files of its own', async () => {
    const run = await act(
      "fs.appendFileSync(env.GITHUB_STATE, 'key<<E\\n1\\n2\\nE\\n'); fs.appendFileSync(env.GITHUB_OUTPUT, 'a=b\\n'); process.exit(3)",
      { post: "console.log(JSON.stringify([env.STATE_key, fs.readFileSync(env.GITHUB_OUTPUT, 'utf8')]))" },
    );
    expect([run.exitCode, run.postExitCode, run.conclusion]).toEqual([3, 0, 'failure']);
    expect([run.state, run.outputs, run.postLog]).toEqual([{ key: '1\n2' }, { a: 'b' }, '["1\\n2",""]']);
  });

  it('obeys commands on both outputs, and masks from then on', async () => {
    const run = await act(
      "console.log('before hunter2'); console.log('::add-mask::hunter2'); setTimeout(() => { console.error('  ::error title=T::hunter2 failed'); fs.writeFileSync(env.GITHUB_STEP_SUMMARY, 'hunter2'); }, 50)",
    );
    expect(run.log).toBe('before hunter2\n##[error]*** failed\n');
    expect(run.rawLog).toContain('::hunter2 failed');
    expect(run.annotations).toEqual([{ level: 'error', title: 'T', message: '*** failed' }]);
    expect([run.summary, run.rawSummary, run.masks]).toEqual(['***', 'hunter2', ['hunter2']]);
  });

  it('fails a step for a malformed file and for a disabled command, and drops a long summary', async () => {
    expect((await act("fs.writeFileSync(env.GITHUB_OUTPUT, 'a<<E\\nx')")).conclusion).toBe('failure');
    expect((await act("console.log('::set-env name=A::b')")).conclusion).toBe('failure');
    const long = await act("fs.writeFileSync(env.GITHUB_STEP_SUMMARY, 'x'.repeat(1024 * 1024 + 1))");
    expect([long.conclusion, long.summary, long.annotations.length]).toEqual(['success', '', 1]);
  });

  it('sees files and processes that are left, and ends the processes', async () => {
    const run = await act(
      "fs.writeFileSync(env.RUNNER_TEMP + '/left', ''); spawn('sleep', ['60'], { stdio: 'ignore' }).unref()",
    );
    expect(run.leftovers).toEqual({ afterMain: ['left'], afterPost: ['left'], processes: ['sleep 60'] });
  });

  it('sends SIGINT to node alone: its children live on unless it ends them', async () => {
    const started = Promise.withResolvers<void>();
    const run = await act(
      "process.on('SIGINT', () => process.exit(130)); spawn('sleep', ['60'], { stdio: 'ignore' }).on('spawn', () => console.log('started'))",
      { cancelAfter: started.promise, onLine: line => line === 'started' && started.resolve() },
    );
    expect([run.exitCode, run.conclusion, run.signals]).toEqual([130, 'cancelled', ['SIGINT']]);
    expect(run.leftovers.processes).toEqual(['sleep 60']);
  });

  it('notes arguments and environment of the processes it watches', async () => {
    const run = await act(
      "spawn('sleep', ['0.3'], { stdio: 'ignore', env: { SECRET: 'in the environment' } })",
      { watchProcesses: true },
    );
    const seen = run.processes.find(({ argv }) => argv[0] === 'sleep');
    expect(seen).toMatchObject({ argv: ['sleep', '0.3'], environment: { SECRET: 'in the environment' } });
  });
});
