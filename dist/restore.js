import { runRestoreAction } from './index.js';

process.exit(await runRestoreAction());
