import { runSchedulesAction } from './index.js';

process.exit(await runSchedulesAction());
