// The checkout's own folder, for every script.
import { dirname } from 'node:path';

export const root: string = dirname(import.meta.dirname);
