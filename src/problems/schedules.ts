// What a watch over schedules finds. Codes PGB697 to PGB699.
import { Problem } from './problem.ts';

/** `state` as GitHub's API calls it. */
export function scheduleOff(file: string, state: string): Problem {
  const why =
    state === 'disabled_inactivity'
      ? 'GitHub switched it off, as it does in public repositories after 60 days without activity'
      : state === 'disabled_manually'
        ? 'somebody switched it off'
        : `its state is ${state}`;
  return new Problem({
    kind: 'stale',
    code: 'PGB697',
    summary: `The workflow \`${file}\` does not run any more: ${why}.`,
    hint: 'Switch it on again on its page under Actions, or by `gh workflow enable`, and start it once by hand.',
  });
}

export function watchedWorkflowMissing(file: string): Problem {
  return new Problem({
    kind: 'stale',
    code: 'PGB698',
    summary: `GitHub knows no workflow \`${file}\` in this repository.`,
    hint: 'Give the name of the file as it is in .github/workflows on the default branch; the job needs `permissions: actions: read`.',
  });
}

export function schedulesNotGiven(what: 'workflows' | 'github-token'): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB699',
    summary: `\`${what}\` is not given.`,
    hint:
      what === 'workflows'
        ? 'Name the files whose schedules are to be watched, one a line, as in `backup.yml`.'
        : 'Hand over the token of the job, `github.token`, with `permissions: actions: read`.',
  });
}
