// What a doctor needs to know: everything that the backup does, read in the same way and with the same problems.
import { type BackupConfig, readBackup } from './backup-config.ts';
import type { RawInputs } from './raw-inputs.ts';
import { type Outside, type Read, readAll } from './read.ts';
import { DOCTOR_INPUTS } from './specs/doctor.ts';

export interface DoctorConfig extends BackupConfig {
  readonly probe: boolean;
}

export function readDoctorInputs(raw: RawInputs, outside: Outside): Read<DoctorConfig> {
  return readAll(raw, DOCTOR_INPUTS, inputs => {
    const probe = inputs.boolean('probe');
    const backup = readBackup(inputs, outside);
    return backup && { ...backup, probe };
  });
}
