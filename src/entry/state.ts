// What main leaves for `post`: read only there, written as soon as there is something that a kill would leave behind.
import * as core from '@actions/core';

export function saveFolder(folder: string): void {
  core.saveState('folder', folder);
}

/** '' once there is nothing to drop any more. */
export function saveUpload(reference: string): void {
  core.saveState('upload', reference);
}

/** Of the throw-away server; '' once nothing is left of it. */
export function saveServer(traces: string): void {
  core.saveState('server', traces);
}

/** Main came to its end and cleaned up after itself. */
export function saveFinished(): void {
  core.saveState('finished', 'true');
}

export function savedState(): {
  readonly folder: string;
  readonly upload: string;
  readonly server: string;
  readonly finished: boolean;
} {
  return {
    folder: core.getState('folder'),
    upload: core.getState('upload'),
    server: core.getState('server'),
    finished: core.getState('finished') === 'true',
  };
}
