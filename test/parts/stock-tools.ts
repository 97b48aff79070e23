// Programs that a person recovers with, as the system has them: no version of our own, that is the point of them.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where the program lies; undefined where PATH does not have it. */
export function findOnPath(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, program))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
