import { runStatusAction } from './index.js';

process.exit(await runStatusAction());
