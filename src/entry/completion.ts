// Completions for the shells, made from the same specs as flags and help: commands, their flags, and the values of those
// that have a choice.
import type { InputSpec } from '../inputs/specs/spec.ts';
import type { CommandHelp } from './help.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

export function completionFor(shell: Shell, commands: readonly CommandHelp[]): string {
  return { bash, zsh, fish }[shell](commands);
}

const COMMON_FLAGS = ['--json', '--help'];

function flagsOf({ name, kind, short }: InputSpec): string[] {
  const long = kind === 'boolean' ? [`--${name}`, `--no-${name}`] : [`--${name}`];
  return short === undefined ? long : [...long, `-${short}`];
}

function choicesOf(command: CommandHelp): { flags: string[]; choices: readonly string[] }[] {
  return command.inputs.flatMap(spec =>
    spec.choices ? [{ flags: flagsOf(spec), choices: spec.choices }] : [],
  );
}

/** What may stand in place of a flag. */
function operandsOf({ inputs, operand }: CommandHelp): readonly string[] {
  const spec = inputs.find(({ name }) => name === operand);
  if (!spec) return [];
  return spec.choices ?? (spec.default === '' ? [] : [spec.default]);
}

function bash(commands: readonly CommandHelp[]): string {
  const values = commands.flatMap(command =>
    choicesOf(command).map(
      ({ flags, choices }) =>
        `    ${flags.map(flag => `'${command.name} ${flag}'`).join('|')}) words='${choices.join(' ')}' ;;`,
    ),
  );
  const words = commands.map(command => {
    const all = [...operandsOf(command), ...command.inputs.flatMap(flagsOf), ...COMMON_FLAGS];
    return `    ${command.name}) words='${all.join(' ')}' ;;`;
  });
  return `# bash completion for pg-backup: source <(pg-backup completion bash)
_pg_backup() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]} $previous" in
${values.join('\n')}
  esac
  if [ -z "$words" ]; then
    case "\${COMP_WORDS[1]}" in
${words.map(line => `  ${line}`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _pg_backup pg-backup
`;
}

function zsh(commands: readonly CommandHelp[]): string {
  const describe = (text: string) => quoted(firstSentence(text).replaceAll(/[[\]:]/g, ' '));
  const cases = commands.map(command => {
    const specs = command.inputs.flatMap(spec =>
      flagsOf(spec).map(flag => {
        const value =
          spec.kind === 'boolean'
            ? ''
            : `:${spec.name}:${spec.choices ? `(${spec.choices.join(' ')})` : '_files'}`;
        return `'${flag}[${describe(spec.description)}]${value}'`;
      }),
    );
    const operands = operandsOf(command);
    const operand = command.operand === undefined ? [] : [`'::${command.operand}:(${operands.join(' ')})'`];
    const all = [...specs, "'--json[answer in JSON]'", "'--help[explain the flags]'", ...operand];
    return `    ${command.name})\n      _arguments \\\n        ${all.join(' \\\n        ')} ;;`;
  });
  return `#compdef pg-backup
# zsh completion for pg-backup: pg-backup completion zsh > "\${fpath[1]}/_pg-backup"
_pg_backup() {
  local -a commands=(
${commands.map(({ name, summary }) => `    '${name}:${describe(summary)}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
compdef _pg_backup pg-backup
`;
}

function fish(commands: readonly CommandHelp[]): string {
  const lines = commands.flatMap(command => {
    const at = `complete -c pg-backup -n '__fish_seen_subcommand_from ${command.name}'`;
    const flags = command.inputs.flatMap(spec => {
      const text = quoted(firstSentence(spec.description));
      const short = spec.short === undefined ? '' : ` -s ${spec.short}`;
      if (spec.kind === 'boolean')
        return [`${at} -l ${spec.name} -d '${text}'`, `${at} -l no-${spec.name} -d 'The opposite'`];
      const values = spec.choices ? ` -x -a '${spec.choices.join(' ')}'` : ' -r';
      return [`${at} -l ${spec.name}${short}${values} -d '${text}'`];
    });
    const operands = operandsOf(command);
    const common = [`${at} -l json -d 'Answer in JSON'`, `${at} -l help -s h -d 'Explain the flags'`];
    return [
      `complete -c pg-backup -f -n __fish_use_subcommand -a ${command.name} -d '${quoted(command.summary)}'`,
      ...flags,
      ...common,
      ...(operands.length > 0 ? [`${at} -f -a '${operands.join(' ')}'`] : []),
    ];
  });
  return `# fish completion for pg-backup: pg-backup completion fish > ~/.config/fish/completions/pg-backup.fish
${lines.join('\n')}
`;
}

function firstSentence(text: string): string {
  return text
    .replaceAll('`', '')
    .replace(/([^.]{8,}?)[.:;] .*$/s, '$1')
    .replace(/\.$/, '');
}

/** For inside single quotes, in any of these shells. */
function quoted(text: string): string {
  return text.replaceAll("'", '’');
}
