// What act can't read of a workflow is put in words that it can, in a scratch copy: `$/` (the called file's own
// repository) becomes a repository that act is told to find on this machine, a called workflow one of the same tree, and
// `queue` goes. That those three do on GitHub what they say is for GitHub's own runner to prove.

export const OWN_REPOSITORY = 'org/pg-backup-action';
export const LOCAL_REF = 'v1';

const OWN = OWN_REPOSITORY.replace('/', '\\/');
const CALLED = new RegExp(`(uses: )(?:\\$|${OWN})/(\\.github/workflows/[\\w-]+\\.yml)(?:@\\S+)?`, 'g');
const STEP = new RegExp(`(uses: )(?:\\$/|${OWN}/?)([\\w./-]*)(?:@\\S+)?`, 'g');

export function rewriteForAct(workflow: string): string {
  return workflow
    .replace(CALLED, '$1./$2')
    .replace(
      STEP,
      (_, uses: string, folder: string) =>
        `${uses}${OWN_REPOSITORY}${folder === '' ? '' : `/${folder}`}@${LOCAL_REF}`,
    )
    .replaceAll(/^ *queue: max\n/gm, '');
}
