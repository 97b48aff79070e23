// Every action.yml of this project as its generator makes it: the root's, one in each folder that people name after
// `uses:`, and those of the actions that only our own workflows use. `npm run check` holds the files to the generator.
import { generatedFiles } from '../../scripts/generate.ts';

/** Path → text. */
export function actionFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(generatedFiles()).filter(([path]) => path.endsWith('action.yml')));
}
