// Runs a small program to its end and keeps what it printed: version questions, gpgv, dpkg-deb, brew.
import { getExecOutput } from '@actions/exec';

export interface Printed {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Never rejects: a program that can't be started has status 127. */
export async function runProgram(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Printed> {
  const options = { silent: true, ignoreReturnCode: true, env: { ...environment } };
  try {
    // Quoted, because exec takes its first argument for a command line.
    const { exitCode, stdout, stderr } = await getExecOutput(`"${file}"`, [...args], options);
    return { status: exitCode, stdout, stderr };
  } catch (error) {
    return { status: 127, stdout: '', stderr: error instanceof Error ? error.message : String(error) };
  }
}
