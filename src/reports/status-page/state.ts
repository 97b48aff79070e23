// A name's or a page's state in a word and a colour; the word alone must do.
import type { State } from './data.ts';
import { type Html, html } from './html.ts';

const WORDS: Readonly<Record<State, string>> = {
  good: 'all well',
  warning: 'needs a look',
  critical: 'not protected',
};

export function renderState(state: State): Html {
  return html`<span class="state ${state}">${WORDS[state]}</span>`;
}
