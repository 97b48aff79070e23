// The files through which a step hands things on: GITHUB_OUTPUT and its kind, fresh for each phase, read when it has
// ended.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES = {
  GITHUB_OUTPUT: 'set_output_',
  GITHUB_ENV: 'set_env_',
  GITHUB_PATH: 'add_path_',
  GITHUB_STATE: 'save_state_',
  GITHUB_STEP_SUMMARY: 'step_summary_',
} as const;

type FileVariable = keyof typeof FILES;

/** More is refused whole. */
const SUMMARY_LIMIT = 1024 * 1024;

export const FILE_COMMANDS_FOLDER = '_runner_file_commands';

export interface HandedOn {
  readonly outputs: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  readonly state: Readonly<Record<string, string>>;
  /** As written, before it is masked. */
  readonly summary: string;
  /** Each fails the step, except for a summary that is too long. */
  readonly errors: readonly { readonly message: string; readonly fatal: boolean }[];
}

export class FileCommands {
  /** GITHUB_OUTPUT → path, and so on. */
  readonly environment: Readonly<Record<FileVariable, string>>;

  constructor(runnerTemp: string) {
    const folder = join(runnerTemp, FILE_COMMANDS_FOLDER);
    mkdirSync(folder, { recursive: true });
    const paths = Object.entries(FILES).map(([name, prefix]) => {
      const path = join(folder, `${prefix}${randomUUID()}`);
      writeFileSync(path, '');
      return [name, path];
    });
    this.environment = Object.fromEntries(paths);
  }

  /** Reads what the phase wrote, and removes the files. */
  collect(): HandedOn {
    const errors: { message: string; fatal: boolean }[] = [];
    const pairs = (variable: FileVariable) => {
      try {
        return parsePairs(this.#take(variable));
      } catch (error) {
        errors.push({
          message: `Unable to process file command '${variable}': ${(error as Error).message}`,
          fatal: true,
        });
        return {};
      }
    };
    const environment = pairs('GITHUB_ENV');
    if ('NODE_OPTIONS' in environment)
      errors.push({ message: "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV'", fatal: true });
    const summary = this.#take('GITHUB_STEP_SUMMARY');
    const bytes = Buffer.byteLength(summary);
    if (bytes > SUMMARY_LIMIT)
      errors.push({
        message: `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(bytes / 1024)}k.`,
        fatal: false,
      });
    return {
      outputs: pairs('GITHUB_OUTPUT'),
      environment,
      path: this.#take('GITHUB_PATH')
        .split(/\r?\n/)
        .filter(line => line !== ''),
      state: pairs('GITHUB_STATE'),
      summary: bytes > SUMMARY_LIMIT ? '' : summary,
      errors,
    };
  }

  #take(variable: FileVariable): string {
    const path = this.environment[variable];
    const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    rmSync(path);
    return text;
  }
}

/** `KEY=VALUE`, or `KEY<<DELIMITER`, lines, `DELIMITER`; whichever sign comes first on the line decides. */
export function parsePairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`);
      pairs[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    const [name, delimiter] = [line.slice(0, heredoc), line.slice(heredoc + 2)];
    if (heredoc <= 0 || delimiter === '') throw new Error(`Invalid format '${line}'`);
    const end = lines.indexOf(delimiter, at + 1);
    if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
    pairs[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return pairs;
}
