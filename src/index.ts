// The one bundle. The stubs in dist/ (written by scripts/build.ts) import what they start from here.
export { runBackupAction } from './entry/action.ts';
export { runCleanup } from './entry/cleanup.ts';
export { runCli } from './entry/cli.ts';
export { runRestoreAction } from './entry/restore-action.ts';
export { runRestoreTestAction } from './entry/restore-test-action.ts';
