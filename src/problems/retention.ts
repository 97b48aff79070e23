// What is wrong with a retention policy, and why a prune was stopped.
import { Problem, type ProblemCode, type Warning } from './problem.ts';

const EXAMPLE = 'One line a tier, as in `daily: 30d`, `weekly: 12w`, `monthly: 12`, `yearly: forever`.';

export function retentionLineUnreadable(line: string): Problem {
  return policyProblem(
    'PGB500',
    `\`retention\` has the line ${quote(line)}, which is not \`tier: rule\`.`,
    EXAMPLE,
  );
}

export function retentionTierUnknown(tier: string, known: readonly string[]): Problem {
  return policyProblem(
    'PGB501',
    `\`retention\` names the tier ${quote(tier)}, which there is not.`,
    `The tiers are ${known.join(', ')}.`,
  );
}

export function retentionTierTwice(tier: string): Problem {
  return policyProblem(
    'PGB502',
    `\`retention\` names the tier \`${tier}\` twice.`,
    'Put its rules on one line, as in `daily: 7, 30d`: a backup is kept while either of them keeps it.',
  );
}

export function retentionRuleUnreadable(tier: string, rule: string, hint?: string): Problem {
  return policyProblem(
    'PGB503',
    `\`retention\` has the rule ${quote(rule)} for \`${tier}\`, which is not understood.`,
    hint ?? 'Use an age (`36h`, `30d`, `12w`, `12mo`, `2y`), a number of periods (`7`) or `forever`.',
  );
}

export function retentionEmpty(): Problem {
  return policyProblem(
    'PGB504',
    '`retention` is empty.',
    `${EXAMPLE} Leave it out altogether to prune nothing.`,
  );
}

/** `reasons` are whole sentences: a plan's `stopped`. */
export function pruneStopped(reasons: string, confirmable: boolean): Warning {
  return {
    code: 'PGB530',
    summary: `Nothing was pruned. ${reasons}`,
    hint: confirmable
      ? 'If this is what you want, raise `max-delete` for one run; a dry run prints the plan.'
      : 'Backups are kept until this is settled; the newest backup is not touched by it.',
    loud: true,
  };
}

function policyProblem(code: ProblemCode, summary: string, hint: string): Problem {
  return new Problem({ kind: 'configuration', code, summary, hint });
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
