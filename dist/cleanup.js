import { runCleanup } from './index.js';

process.exit(await runCleanup());
