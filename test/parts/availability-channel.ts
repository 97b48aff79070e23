// How `npm test` and the test files tell each other about missing parts: two environment variables and a log.

/** Names the file that test files append one `SkipRecord` a line to. */
export const SKIP_LOG_VARIABLE = 'PG_BACKUP_TEST_SKIP_LOG';

/** Holds, as JSON, what couldn't be installed and why. */
export const MISSING_PARTS_VARIABLE = 'PG_BACKUP_TEST_MISSING_PARTS';

export interface SkipRecord {
  /** The test file, relative to the checkout. */
  file: string;
  reason: string;
}
