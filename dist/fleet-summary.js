import { runFleetSummaryAction } from './index.js';

process.exit(await runFleetSummaryAction());
