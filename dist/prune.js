import { runPruneAction } from './index.js';

process.exit(await runPruneAction());
