// What a doctor is told: what the backup is told, and whether it may write.
import type { BackupSettings } from '../backup/settings.ts';

export interface DoctorSettings extends BackupSettings {
  /** Write one small object, look at it, and remove it again. */
  readonly probe: boolean;
}
