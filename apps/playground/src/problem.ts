import { SensoriumError } from '@sensorium/contracts';
import { element } from './dom.js';

/** Shows what went wrong and what to do, at its place; null: nothing is wrong any more. */
export function showProblem(place: HTMLElement, error: unknown): void {
  place.replaceChildren(...(error === null ? [] : wordsOf(error)));
}

function wordsOf(error: unknown): (Node | string)[] {
  if (!SensoriumError.is(error)) return [error instanceof Error ? error.message : String(error)];
  const { message, hint } = error;
  return [sentence(message), ...(hint ? [element('span', { class: 'todo' }, hint)] : [])];
}

/** Messages of errors stand behind a place elsewhere, and so begin small. */
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
