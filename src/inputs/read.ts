// From raw text to a command's configuration, the same way for every command: what is wrong is collected, so that one run
// shows all of it, and a configuration exists only where nothing is.
import type { Problem, Warning } from '../problems/problem.ts';
import { NOTIFY_ON, type NotifyOn } from '../reports/notify-on.ts';
import type { KeyTexts } from './key-texts.ts';
import { InputReader, type RawInputs } from './raw-inputs.ts';
import type { InputSpec } from './specs/spec.ts';

/** What inputs are judged against. */
export interface Outside {
  readonly environment: NodeJS.ProcessEnv;
  /** The event that started the workflow; null on a terminal. */
  readonly event: string | null;
  /** A file's text. Throws where it can't be read. */
  readText(path: string): string;
}

export interface Read<Config> {
  /** undefined where a problem leaves no valid one. */
  readonly config: Config | undefined;
  readonly keyTexts: KeyTexts;
  readonly detail: 'auto' | 'full' | 'minimal';
  /** When people are told. */
  readonly notifyOn: NotifyOn;
  /** Of the whole run; undefined where the command has no such limit. */
  readonly timeoutMs: number | undefined;
  readonly warnings: readonly Warning[];
  readonly problems: readonly Problem[];
}

/** `build` may return undefined where it has pushed a problem. */
export function readAll<Config>(
  raw: RawInputs,
  specs: readonly InputSpec[],
  build: (inputs: InputReader) => Config | undefined,
): Read<Config> {
  const inputs = new InputReader(raw, specs);
  const has = (name: string) => specs.some(spec => spec.name === name);
  const key = (name: string) => (has(name) ? inputs.optional(name) : undefined);
  const config = build(inputs);
  const keyTexts = {
    ageRecipients: key('age-recipients'),
    ageIdentity: key('age-identity'),
    signingKey: key('signing-key'),
    verifyKeys: key('verify-keys'),
    slackWebhookUrl: key('slack-webhook-url'),
    pushgatewayUrl: key('pushgateway-url'),
    emailTo: key('email-to'),
    emailFrom: key('email-from'),
    smtpUrl: key('smtp-url'),
    webhookUrl: key('webhook-url'),
    webhookSecret: key('webhook-secret'),
    pingUrl: key('ping-url'),
    githubToken: key('github-token'),
  };
  const detail = has('detail') ? inputs.choice('detail', ['auto', 'full', 'minimal']) : 'full';
  const notifyOn = has('notify-on') ? inputs.choice('notify-on', NOTIFY_ON) : 'always';
  const timeoutMs = has('timeout') ? inputs.duration('timeout') : undefined;
  const { problems, warnings } = inputs;
  return {
    config: problems.length === 0 ? config : undefined,
    keyTexts,
    detail,
    notifyOn,
    timeoutMs,
    warnings,
    problems,
  };
}
