// Tells people and services how a run ended. None of it changes the result: what went wrong with it is a warning.
import { askLastRun } from '../github/last-run.ts';
import type { Notifier } from '../notify/port.ts';
import type { Warning } from '../problems/problem.ts';
import { lastRunUnknown, notDelivered, notifierFault } from '../problems/telling.ts';
import { type Notice, redactNotice, type Standing } from '../reports/notice.ts';
import { dependsOnBefore, isWorthTelling, type NotifyOn, withRecovery } from '../reports/notify-on.ts';
import type { Host } from './job.ts';

export interface Telling {
  readonly notifiers: readonly Notifier[];
  readonly notifyOn: NotifyOn;
  /** Of GitHub. */
  readonly token: string | undefined;
}

const CANCELLED_MS = 4_000;

/** All at once: a run that was cancelled has seconds left. */
export async function tellPeople(
  notice: Notice,
  { notifiers, notifyOn, token }: Telling,
  host: Pick<Host, 'log' | 'lines' | 'run'>,
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  const messages = notifiers.filter(({ kind }) => kind === 'message');
  let before: Standing | null = null;
  if (messages.length > 0 && dependsOnBefore(notifyOn, notice)) {
    const last = await lastRun(notice, token, host.run);
    before = last.before;
    if (last.warning) warnings.push(last.warning);
  }
  const told = isWorthTelling(notifyOn, notice, before) ? messages : [];
  const pings = notifiers.filter(({ kind }) => kind === 'ping');
  // Tool lines in a failure may quote a secret; nothing leaves this machine without passing here.
  const harmless = redactNotice(withRecovery(notice, before), text => host.lines.redact(text));
  const results = await Promise.all([...pings, ...told].map(notifier => tell(notifier, harmless)));
  warnings.push(...results.filter(warning => warning !== undefined));
  for (const warning of warnings) host.log.warn(warning);
  return warnings;
}

/** GitHub knows it of a workflow's runs; on a terminal the store may show it. */
async function lastRun(
  notice: Notice,
  token: string | undefined,
  { event, place }: Host['run'],
): Promise<{ readonly before: Standing | null; readonly warning?: Warning }> {
  if (event === null) return { before: notice.before };
  if (place === null) return { before: null };
  if (token === undefined) return { before: null, warning: lastRunUnknown('`github-token` is not set') };
  return askLastRun(place, token);
}

async function tell(notifier: Notifier, notice: Notice): Promise<Warning | undefined> {
  try {
    const told = notifier.notify(notice);
    return notice.result === 'cancelled' ? await inTime(notifier.name, told) : await told;
  } catch (error) {
    return notifierFault(notifier.name, error instanceof Error ? error.message : String(error));
  }
}

/** The runner kills ten seconds after it cancels, and outputs and summary are still to be written. */
async function inTime(name: string, told: Promise<Warning | undefined>): Promise<Warning | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Warning>(resolve => {
    timer = setTimeout(() => resolve(notDelivered(name, 'the run was cancelled meanwhile')), CANCELLED_MS);
  });
  try {
    return await Promise.race([told, late]);
  } finally {
    clearTimeout(timer);
  }
}
