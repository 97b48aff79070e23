import { runGateAction } from './index.js';

process.exit(await runGateAction());
