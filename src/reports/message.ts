// A notice, ready to be sent: Slack's blocks and the plain text that stands in where blocks can't be shown.

export interface Message {
  readonly text: string;
  /** Slack Block Kit blocks, within Slack's limits (50 blocks, 3,000 characters a text). */
  readonly blocks: readonly Readonly<Record<string, unknown>>[];
}
