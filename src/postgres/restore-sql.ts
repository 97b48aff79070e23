// psql with a plain SQL dump that has been scanned: in one transaction that only we commit, stopped by the first error,
// and in psql's restricted mode, in which it runs no command of its own whatever the dump holds. The scanner has refused
// those already; this is for what it could have read in another way than psql.
import { restoreFailed } from '../problems/restore.ts';
import type { ToolOutput } from './port.ts';
import { sessionOptions } from './restore-archive.ts';
import { describeEnd, lastLines, runTool, type ToolCommand } from './tool.ts';

export interface SqlOptions {
  /** The scanned dump without what is left out. Rejects where it is not what was scanned: nothing is committed then. */
  readonly dump: AsyncIterable<Buffer>;
  /** Nobody else knows it: ends the restricted mode. */
  readonly key: string;
}

export function restoreSql(
  tool: (program: string, args: readonly string[]) => ToolCommand,
  folder: string,
  { dump, key }: SqlOptions,
): ToolOutput {
  const command = tool('psql', [
    '--no-psqlrc',
    '--quiet',
    '--set=ON_ERROR_STOP=1',
    '--output=/dev/null',
    '--file=-',
  ]);
  const environment = { ...command.environment, PGOPTIONS: sessionOptions(undefined) };
  const psql = runTool({ ...command, environment }, folder, end =>
    restoreFailed(describeEnd(end), lastLines(end.stderr), 'psql'),
  );
  const feed = async () => {
    try {
      await psql.write(Buffer.from(`\\restrict ${key}\nbegin;\n`));
      for await (const piece of dump) await psql.write(piece);
      await psql.write(Buffer.from('\ncommit;\n'));
    } catch (error) {
      // Its input is ended without a commit.
      await psql.stop();
      throw error;
    } finally {
      psql.end();
    }
  };
  const fed = feed();
  fed.catch(() => {});
  const done = (async () => {
    const end = psql.done.then(
      result => result,
      (error: unknown) => ({ error }),
    );
    await fed;
    const result = await end;
    if ('error' in result) throw result.error;
    return result;
  })();
  done.catch(() => {});
  return { output: psql.output, done, stop: () => psql.stop() };
}
