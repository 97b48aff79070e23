import { runBackupAction } from './index.js';

process.exit(await runBackupAction());
