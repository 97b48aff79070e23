// Every input, once, in the tables beside this file: action.yml, the command line's flags, its help and the tables in the docs are made from
// them, and a test holds them to it.

export type InputKind = 'text' | 'lines' | 'boolean' | 'choice' | 'count' | 'duration' | 'percent';

export interface InputSpec {
  readonly name: string;
  readonly kind: InputKind;
  /** Whole sentences, Markdown code marks allowed. */
  readonly description: string;
  /** As text, the way action.yml states it; '' = not set. */
  readonly default: string;
  readonly choices?: readonly string[];
  /** One letter, for the command line: `o` for `-o`. */
  readonly short?: string;
  /** Never taken from a command line as it stands (arguments are visible to every user of a machine). */
  readonly secret?: boolean;
}

/** The same inputs with some of their descriptions said for another command. */
export function described(
  specs: readonly InputSpec[],
  descriptions: Readonly<Record<string, string>>,
): readonly InputSpec[] {
  return specs.map(spec => ({ ...spec, description: descriptions[spec.name] ?? spec.description }));
}
