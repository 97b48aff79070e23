// actionlint with shellcheck. It does not know `$/` and `queue` yet; written as `./` and left out, it also checks what
// our own actions and workflows are given, since those are then files of the same tree.
import { goProgramPath } from '../go-programs.ts';
import { pythonProgramPath } from '../python-programs.ts';
import { collect } from '../run.ts';
import type { Finding, Sample } from './sample.ts';
import { withScratchTree } from './scratch-tree.ts';

interface Message {
  readonly filepath: string;
  readonly line: number;
  readonly kind: string;
  readonly message: string;
}

export function lintByActionlint(samples: readonly Sample[]): Promise<Finding[]> {
  return withScratchTree(samples, asLocal, async tree => {
    const args = [`-shellcheck=${pythonProgramPath('shellcheck')}`, '-pyflakes=', '-format', '{{json .}}'];
    const { out, status, err } = await collect(goProgramPath('actionlint'), [...args, ...tree.files], {
      cwd: tree.folder,
    });
    if (status !== 0 && status !== 1) throw new Error(`actionlint ended with ${status}: ${err}`);
    const messages: readonly Message[] = JSON.parse(out);
    return messages.map(({ filepath, line, kind, message }) => ({
      where: tree.sampleOf(filepath)?.where ?? filepath,
      line,
      message: `${kind}: ${message}`,
    }));
  });
}

function asLocal(workflow: string): string {
  return workflow
    .replaceAll(/(uses: )(?:\$|org\/pg-backup-action)(\/\.github\/workflows\/[\w-]+\.yml)(?:@\S+)?/g, '$1.$2')
    .replaceAll(/(uses: )(?:\$\/|org\/pg-backup-action\/?)([\w./-]*)(?:@\S+)?/g, '$1./$2')
    .replaceAll(/^ *queue: max\n/gm, '\n');
}
