import { required } from '@sensorium/contracts';
import { element, say } from './dom.js';
import { wordsOf } from './settings.js';
import type { Answer } from './worker/answer.js';

const percent = (share: number): string => {
  const whole = Math.round(100 * share);
  if (whole === 100 && share < 1) return '> 99 %';
  return whole === 0 ? '< 1 %' : `${whole} %`;
};

interface Shown {
  readonly answer: Answer;
  /** What is right, where somebody knows. */
  readonly truth?: string | undefined;
  /** What else a person should know. */
  readonly notes?: readonly string[];
}

/** Shows an answer with the probability of each candidate as a bar. */
export function showAnswer(place: HTMLElement, { answer, truth, notes = [] }: Shown): void {
  const [best] = answer.candidates;
  const { label, probability } = required(best, 'an answer');
  const verdict = truth === undefined ? [] : [verdictOf(label, truth)];
  place.replaceChildren(
    element('p', { class: 'said' }, element('span', { class: 'label' }, label), ...verdict),
    element('ol', { class: 'bars' }, ...answer.candidates.map(bar)),
    ...[...answer.notes.map(noteOf), ...notes].map((note) => element('p', { class: 'note' }, note)),
    element('p', { class: 'meta' }, `${duration(answer.milliseconds)} on ${wordsOf(answer.runsOn)}`),
  );
  say(`${label}, ${percent(probability)}`);
}

const verdictOf = (label: string, truth: string): HTMLElement =>
  label === truth
    ? element('span', { class: 'verdict right' }, 'which is right')
    : element('span', { class: 'verdict' }, `but it is ${truth}`);

function bar({ label, probability }: Answer['candidates'][number]): HTMLElement {
  const track = element('span', { class: 'track', 'aria-hidden': 'true' }, element('span'));
  track.style.setProperty('--share', String(probability));
  const name = element('span', { class: 'name' }, label);
  return element('li', {}, name, track, element('span', { class: 'share' }, percent(probability)));
}

const duration = (milliseconds: number): string =>
  milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;

/** As sentences: the encoders' notes begin small. */
const noteOf = (note: string): string => `${note.charAt(0).toUpperCase()}${note.slice(1)}.`;
