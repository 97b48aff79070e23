// The one bundle. The stubs in dist/ (written by scripts/build.ts) import what they start from here.
export {
  runBackupAction,
  runDoctorAction,
  runFleetSummaryAction,
  runGateAction,
  runPruneAction,
  runRestoreAction,
  runRestoreTestAction,
  runSchedulesAction,
  runStatusAction,
} from './entry/actions.ts';

export { runCleanup } from './entry/cleanup.ts';
export { runCli } from './entry/cli.ts';
export { runFleetNoteAction } from './entry/fleet-note-action.ts';
