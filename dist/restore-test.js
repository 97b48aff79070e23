import { runRestoreTestAction } from './index.js';

process.exit(await runRestoreTestAction());
