// The log of one step as the runner keeps it: obeys the commands in each line, masks the rest, collects annotations.
import type { Masks } from './masks.ts';
import { parseCommand, type WorkflowCommand } from './workflow-commands.ts';

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

export interface StepLogOptions {
  readonly masks: Masks;
  /** Shows `::debug::` lines. */
  readonly debug: boolean;
  onLine(line: string): void;
}

export class StepLog {
  readonly annotations: Annotation[] = [];
  /** By `::set-output::` and `::save-state::`, which still work. */
  readonly outputs: Record<string, string> = {};
  readonly state: Record<string, string> = {};
  /** Commands that fail the step, and names of all that were obeyed, in order. */
  readonly refused: string[] = [];
  readonly obeyed: string[] = [];
  readonly #options: StepLogOptions;
  readonly #shown: string[] = [];
  readonly #raw: string[] = [];
  #stopToken: string | undefined;

  constructor(options: StepLogOptions) {
    this.#options = options;
  }

  /** As people see it. */
  get text(): string {
    return this.#shown.join('\n');
  }

  /** As the step printed it, before anything was masked. `::add-mask::` lines, which must hold secrets, are left out. */
  get rawText(): string {
    return this.#raw.join('\n');
  }

  line(line: string): void {
    const command = parseCommand(line, this.#stopToken);
    if (command?.name !== 'add-mask') this.#raw.push(line);
    if (!command) {
      this.show(line);
      return;
    }
    if (this.#stopToken !== undefined) {
      this.#stopToken = undefined;
      return;
    }
    this.obeyed.push(command.name);
    this.#obey(command);
  }

  /** The runner's own lines come this way too. */
  show(line: string): void {
    for (const part of this.#options.masks.apply(line).split('\n')) {
      this.#shown.push(part);
      this.#options.onLine(part);
    }
  }

  error(message: string): void {
    this.annotations.push({ level: 'error', title: '', message: this.#options.masks.apply(message) });
    this.show(`##[error]${message}`);
  }

  #obey({ name, properties, data }: WorkflowCommand): void {
    switch (name) {
      case 'add-mask':
        if (!this.#options.masks.add(data)) this.show("##[warning]Can't add secret mask for empty string");
        return;
      case 'stop-commands':
        this.#stopToken = data;
        return;
      case 'error':
      case 'warning':
      case 'notice':
        this.annotations.push({
          level: name,
          title: this.#options.masks.apply(properties.title ?? ''),
          message: this.#options.masks.apply(data),
        });
        this.show(`##[${name}]${data}`);
        return;
      case 'debug':
        if (this.#options.debug) this.show(`##[debug]${data}`);
        return;
      case 'group':
      case 'endgroup':
        this.show(`##[${name}]${data}`);
        return;
      case 'set-output':
        this.outputs[properties.name ?? ''] = data;
        return;
      case 'save-state':
        this.state[properties.name ?? ''] = data;
        return;
      case 'set-env':
      case 'add-path':
        this.refused.push(name);
        this.error(`The \`${name}\` command is disabled.`);
        return;
    }
  }
}
