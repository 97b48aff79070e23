// A repository for act: this project's actions as they are packed, its workflows rewritten, and the callers of a test,
// committed, since act asks git where it is.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { actionFiles } from '../action-files.ts';
import { atExit } from '../at-exit.ts';
import { checkout } from '../folder.ts';
import { distFolder } from '../packed-action.ts';
import { run } from '../run.ts';
import { rewriteForAct } from './rewrite.ts';

const WORKFLOWS = join('.github', 'workflows');

export interface WorkflowTree extends AsyncDisposable {
  readonly folder: string;
  /** Puts a caller beside the workflows. `file` is its name there; the text is rewritten as theirs. */
  addWorkflow(file: string, text: string): void;
  /** Any other file of the caller's repository. */
  addFile(path: string, text: string): void;
}

export async function plantTree(): Promise<WorkflowTree> {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-tree-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const cancelDuty = atExit(remove);
  cpSync(distFolder, join(folder, 'dist'), { recursive: true });
  const addFile = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const addWorkflow = (file: string, text: string) => addFile(join(WORKFLOWS, file), rewriteForAct(text));
  for (const [path, text] of Object.entries(actionFiles())) addFile(path, text);
  for (const file of readdirSync(join(checkout, WORKFLOWS)))
    addWorkflow(file, readFileSync(join(checkout, WORKFLOWS, file), 'utf8'));
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: folder });
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('remote', 'add', 'origin', 'https://github.com/acme/shop.git');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'All');
  return {
    folder,
    addFile,
    addWorkflow,
    [Symbol.asyncDispose]: async () => {
      cancelDuty();
      remove();
    },
  };
}
