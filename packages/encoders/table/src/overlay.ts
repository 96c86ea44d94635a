import type { Overlaying, Tensors } from '@sensorium/contracts';
import { numbersIn } from '@sensorium/media';
import type { Row } from '@sensorium/modality-table';
import type { Layout } from './layout.js';
import { CYCLES, specsOf } from './prepare.js';

/** The cells that the graph is fed, and what each of them contributes. */
export const overlay = (layout: Layout): Overlaying<Row> => ({
  of: Object.keys(specsOf(layout)),
  show({ value, weights }) {
    const cells = Object.entries(weightsOf(layout, weights));
    return {
      kind: 'parts',
      parts: cells.map(([name, weight]) => ({ text: `${name} ${String(value[name] ?? '–')}`, weight })),
    };
  },
});

/** By the names of the columns. A number is read with whether it is there, a date with its cycles, a text in pieces. */
function weightsOf({ quantities, dates, choices, texts, pieces }: Layout, weights: Tensors): Record<string, number> {
  const found: Record<string, number> = {};
  const add = (names: readonly string[], tensor: string, each = 1): void => {
    if (names.length === 0) return;
    const own = numbersIn(weights, tensor);
    for (const [place, name] of names.entries()) {
      const part = own.subarray(place * each, (place + 1) * each);
      found[name] = part.reduce((sum, weight) => sum + weight, found[name] ?? 0);
    }
  };
  const namesOf = (columns: readonly { readonly name: string }[]): string[] => columns.map(({ name }) => name);
  add(namesOf(quantities), 'numbers');
  add(namesOf(quantities), 'filled');
  add(namesOf(dates), 'cycles', CYCLES);
  add(namesOf(choices), 'categories');
  add(texts, 'pieces', pieces);
  return found;
}
