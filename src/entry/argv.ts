// The command line as the same raw inputs that the runner gives: flags are named as the inputs, a secret never stands
// in an argument but is taken from the environment or a file.
import { readFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import type { InputSpec } from '../inputs/spec.ts';
import { badArgument, secretNotFound, secretOnCommandLine, unknownInput } from '../problems/inputs.ts';
import { Problem, throwAll } from '../problems/problem.ts';

export interface Arguments {
  readonly raw: RawInputs;
  readonly json: boolean;
  readonly help: boolean;
}

/** Booleans as `--prune` and `--no-prune`. Throws all problems at once. */
export function readArguments(
  args: readonly string[],
  specs: readonly InputSpec[],
  environment: NodeJS.ProcessEnv,
): Arguments {
  const options: NonNullable<ParseArgsConfig['options']> = {
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  };
  for (const { name, kind } of specs) options[name] = { type: kind === 'boolean' ? 'boolean' : 'string' };
  const { tokens } = parseArgs({
    args: [...args],
    options,
    allowNegative: true,
    strict: false,
    tokens: true,
  });
  const raw = new Map<string, string>();
  const problems: Problem[] = [];
  const flags = { json: false, help: false };
  for (const token of tokens) {
    if (token.kind === 'positional')
      problems.push(badArgument(`"${token.value}" stands where a flag is expected.`));
    if (token.kind !== 'option') continue;
    const name = token.name.replace(/^no-(?=(.+)$)/, prefix => (options[token.name] ? prefix : ''));
    const spec = specs.find(candidate => candidate.name === name);
    if (name === 'json' || name === 'help' || name === 'h') flags[name === 'json' ? 'json' : 'help'] = true;
    else if (!spec)
      problems.push(
        unknownInput(
          token.name,
          specs.map(known => known.name),
        ),
      );
    else if (raw.has(name)) problems.push(badArgument(`--${name} is given twice.`));
    else if (spec.kind === 'boolean') raw.set(name, String(name === token.name));
    else if (token.value === undefined) problems.push(badArgument(`--${name} needs a value.`));
    else {
      const value = readValue(spec, token.value, environment);
      if (value instanceof Problem) problems.push(value);
      else raw.set(name, value);
    }
  }
  if (!flags.help) throwAll(problems);
  return { raw, ...flags };
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
