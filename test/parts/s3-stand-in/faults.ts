// Scripted misbehaviour: which request is struck, and by what. Tests add rules; the server asks once a request.
import type { RecordedRequest } from './stand-in.ts';

export type FaultAction =
  /** An error in place of the operation. The answer to a HEAD has no body, so its code is lost, as with S3. */
  | { readonly kind: 'answer'; readonly status: number; readonly code: string; readonly message?: string }
  /** The connection is reset before the body is read, after some bytes of it, or after some bytes of the answer's. */
  | { readonly kind: 'cut'; readonly at: 'request' | 'answer'; readonly afterBytes: number }
  /** The operation is carried out, then the connection is reset in place of an answer. */
  | { readonly kind: 'lose-answer' }
  /** 200 with an `<Error>` in its body, as Complete may answer; nothing is carried out. */
  | { readonly kind: 'error-in-200'; readonly code: string }
  /** 200 and no body; nothing is carried out. */
  | { readonly kind: 'empty-200' }
  /** The headers of the answer are sent, its body is not, until `release` or the server's stop. */
  | { readonly kind: 'hang-after-headers' }
  /** The request is read and never answered, until `release` or the server's stop: then it is carried out. */
  | { readonly kind: 'never-answer' }
  /** Bytes a second that the body of the request is read at, or the answer's is sent at. */
  | { readonly kind: 'slow'; readonly request?: number; readonly answer?: number }
  /** One byte is changed: on its way in, so that checks can see it; where it is stored, after them; on its way out. */
  | { readonly kind: 'corrupt'; readonly where: 'request' | 'stored' | 'answer' }
  | { readonly kind: 'delay'; readonly ms: number };

export interface FaultRule {
  /** As AWS names it, e.g. `UploadPart`; without it every request matches. */
  readonly operation?: string;
  readonly when?: (request: RecordedRequest) => boolean;
  /** The first matching request to strike, counted from 1. Default 1. */
  readonly nth?: number;
  /** How many matching requests to strike from there on. Default 1; `Infinity` for all. */
  readonly times?: number;
  readonly then: FaultAction;
}

export interface AddedFault {
  /** Requests that were struck so far. */
  readonly hits: number;
  /** Resolves when the rule strikes for the first time: what a test waits for before it acts. */
  readonly struck: Promise<void>;
  /** Lets go of the requests that hang, and strikes no more. */
  release(): void;
}

/** What one request suffers. `released` resolves when a hanging request may go on. */
export interface Strike {
  readonly action: FaultAction;
  readonly released: Promise<void>;
}

class Rule implements AddedFault {
  readonly rule: FaultRule;
  readonly struck: Promise<void>;
  readonly released: Promise<void>;
  hits = 0;
  #matches = 0;
  #over = false;
  readonly #strike: () => void;
  readonly #release: () => void;

  constructor(rule: FaultRule) {
    const struck = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    this.rule = rule;
    this.struck = struck.promise;
    this.released = released.promise;
    this.#strike = struck.resolve;
    this.#release = released.resolve;
  }

  take(request: RecordedRequest): boolean {
    const { operation, when, nth = 1, times = 1 } = this.rule;
    if (this.#over || (operation !== undefined && operation !== request.operation)) return false;
    if (when && !when(request)) return false;
    this.#matches++;
    if (this.#matches < nth || this.#matches >= nth + times) return false;
    this.hits++;
    this.#strike();
    return true;
  }

  release(): void {
    this.#over = true;
    this.#release();
  }
}

export class Faults {
  #rules: Rule[] = [];

  add(rule: FaultRule): AddedFault {
    const added = new Rule(rule);
    this.#rules.push(added);
    return added;
  }

  /** Forgets every rule and lets go of whatever hangs. */
  clear(): void {
    for (const rule of this.#rules) rule.release();
    this.#rules = [];
  }

  /** Every rule counts the requests that match it; a request suffers all that strike it, in the order they were added. */
  strikes(request: RecordedRequest): readonly Strike[] {
    return this.#rules
      .filter(rule => rule.take(request))
      .map(({ rule, released }) => ({ action: rule.then, released }));
  }
}
