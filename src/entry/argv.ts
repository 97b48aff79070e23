// The command line as the same raw inputs that the runner gives: flags are named as the inputs, a secret never stands
// in an argument but is taken from the environment or a file.
import { readFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import type { InputSpec } from '../inputs/specs/spec.ts';
import { badArgument, secretNotFound, secretOnCommandLine, unknownInput } from '../problems/inputs.ts';
import { Problem, throwAll } from '../problems/problem.ts';

export interface Arguments {
  readonly raw: RawInputs;
  readonly help: boolean;
}

/** Booleans as `--prune`, `--no-prune` or `--prune=false`; --json is for whoever started us. Throws all problems at once. */
export function readArguments(
  args: readonly string[],
  { inputs: specs, operand }: { readonly inputs: readonly InputSpec[]; readonly operand?: string },
  environment: NodeJS.ProcessEnv,
): Arguments {
  const options: NonNullable<ParseArgsConfig['options']> = {
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  };
  for (const { name, kind, short } of specs)
    options[name] = { type: kind === 'boolean' ? 'boolean' : 'string', ...(short && { short }) };
  const { tokens } = parseArgs({
    args: [...args],
    options,
    allowNegative: true,
    strict: false,
    tokens: true,
  });
  const raw = new Map<string, string>();
  const problems: Problem[] = [];
  let help = false;
  const find = (wanted: string | undefined) => specs.find(({ name }) => name === wanted);
  const take = (spec: InputSpec, value: string | Problem) => {
    if (raw.has(spec.name)) problems.push(badArgument(`--${spec.name} is given twice.`));
    else if (value instanceof Problem) problems.push(value);
    else raw.set(spec.name, value);
  };
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      const spec = find(operand);
      if (spec) take(spec, readValue(spec, token.value, environment));
      else problems.push(badArgument(`"${token.value}" stands where a flag is expected.`));
      continue;
    }
    const spec = find(typed(token)) ?? find(token.name);
    if (token.rawName === '--help' || token.rawName === '-h') help = true;
    else if (token.rawName === '--json') continue;
    else if (!spec || (isNegated(token, spec) && spec.kind !== 'boolean'))
      problems.push(unknownInput(token.rawName.replace(/^-+/, ''), namesOf(specs)));
    else take(spec, readFlag(token, spec, environment));
  }
  if (!help) throwAll(problems);
  return { raw, help };
}

function namesOf(specs: readonly InputSpec[]): string[] {
  return specs.map(({ name }) => name);
}

interface Flag {
  /** As it was written. */
  readonly rawName: string;
  readonly value?: string | undefined;
  /** Written with `=`. */
  readonly inlineValue?: boolean | undefined;
}

/** Node takes `no-` off every name, off that of an input called so as well; only the text as it was written still has it. */
function typed({ rawName }: Flag): string {
  return rawName.replace(/^--/, '');
}

function isNegated(flag: Flag, { name }: InputSpec): boolean {
  return typed(flag) === `no-${name}`;
}

function readFlag(flag: Flag, spec: InputSpec, environment: NodeJS.ProcessEnv): string | Problem {
  const { value, inlineValue } = flag;
  const { name } = spec;
  if (spec.kind === 'boolean') return value ?? String(!isNegated(flag, spec));
  if (value === undefined) return badArgument(`--${name} needs a value.`);
  // A forgotten value would swallow the next flag: `--name --dry-run` must not become a backup.
  if (!inlineValue && /^-./.test(value))
    return badArgument(
      `--${name} is followed by another flag; a value with a hyphen is written --${name}=….`,
    );
  return readValue(spec, value, environment);
}

/** `env:NAME` and `@file` everywhere; a secret in no other way, unless it is a connection without a password. */
function readValue(
  { name, secret }: InputSpec,
  text: string,
  environment: NodeJS.ProcessEnv,
): string | Problem {
  const flag = `--${name}`;
  const [, variable] = /^env:(\w+)$/.exec(text) ?? [];
  if (variable !== undefined) {
    return environment[variable] || secretNotFound(flag, `the environment variable ${variable}`);
  }
  if (text.startsWith('@')) {
    try {
      return readFileSync(text.slice(1), 'utf8');
    } catch {
      return secretNotFound(flag, `the file ${text.slice(1)}`);
    }
  }
  const harmless = name === 'database-url' && !/:.*@|password/is.test(text.replace(/^\w+:\/\//, ''));
  return secret && !harmless ? secretOnCommandLine(flag) : text;
}
