import { runFleetNoteAction } from './index.js';

process.exit(await runFleetNoteAction());
