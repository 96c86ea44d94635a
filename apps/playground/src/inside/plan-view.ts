import { element } from '../dom.js';
import type { Drawn } from '../worker/plan.js';
import { graphOf, shortName } from './graph.js';

type Row = Drawn['plan']['rows'][number];

/** Narrower than this, the graph runs downwards. */
const NARROW = 460;

/** Shows what a manifest describes. */
export function showPlan(place: HTMLElement, drawn: Drawn): void {
  const { plan, notes } = drawn;
  place.replaceChildren(
    element(
      'dl',
      { class: 'totals' },
      ...figure('Parameters', count(plan.parameters)),
      ...figure('Operations a sample', count(plan.operations)),
      ...figure('The best epoch is that of', plan.decides ?? 'validation loss'),
    ),
    graphOf(drawn, place.clientWidth < NARROW),
    element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Parts' }, table(plan.rows)),
    ...(notes.length > 0 ? [element('ul', { class: 'notes' }, ...notes.map((note) => element('li', {}, note)))] : []),
    element(
      'p',
      { class: 'hint' },
      'Gives: the shape of its numbers, such as samples × places × width. B is the number of samples. There is no data here: lengths, words and labels are those of a small table that is made up for this plan.',
    ),
  );
}

const figure = (name: string, value: string): HTMLElement[] => [
  element('div', {}, element('dt', {}, name), element('dd', {}, value)),
];

function table(rows: readonly Row[]): HTMLTableElement {
  const heads = ['Part', 'Plugin', 'Gives', 'Parameters'];
  return element(
    'table',
    { class: 'parts' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...heads.map((head) => element('th', { scope: 'col', class: head === 'Parameters' && 'number' }, head)),
      ),
    ),
    element('tbody', {}, ...rows.map(rowOf)),
  );
}

function rowOf({ name, plugin, output, parameters }: Row): HTMLTableRowElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    element('td', {}, shortName(plugin)),
    element('td', { class: 'shape' }, output || 'a loss alone'),
    element('td', { class: 'number' }, count(parameters)),
  );
}

const units = ['', ' k', ' M', ' G', ' T'] as const;

/** `212 k`, `1.3 M` */
function count(value: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  const scaled = value / 1000 ** power;
  return `${power > 0 && scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)}${units[power] ?? ''}`;
}
