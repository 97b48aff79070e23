import { runDoctorAction } from './index.js';

process.exit(await runDoctorAction());
