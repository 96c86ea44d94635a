import type { Row } from '@sensorium/modality-table';
import { conformsAsEncoder, conformsToReadme } from '@sensorium/testkit';
import { table } from './index.js';

const rowOf = (index: number): Row => ({
  age: index % 5 === 4 ? null : String(20 + 7 * index),
  city: index % 7 === 6 ? null : ['Rome', 'Oslo', 'Lima'][index % 3]!,
  member: index % 2 === 0,
  joined: index % 6 === 5 ? null : `2024-0${1 + (index % 9)}-1${index % 9}T0${index % 9}:30Z`,
  title: index % 4 === 3 ? null : `${['red', 'blue', 'green'][index % 3]} thing number ${index}`,
});
const rows = Array.from({ length: 12 }, (_, index) => rowOf(index));
/** Of a kind that the table has not: what is left has other inputs. */
const small = { embedding: 4, width: 6, depth: 1, dim: 5, bins: 3, buckets: 16 };

conformsAsEncoder(table, {
  options: [
    { size: 'tiny', buckets: 16 },
    { ...small, ensemble: 1, dropout: 0.3, kinds: { age: 'category' }, minCount: 1, maxCategories: 2 },
    { ...small, ensemble: 3, dropout: 0, pieces: 3, kinds: { title: 'category', joined: 'text' } },
    { ...small, depth: 2, ensemble: 2, cells: [{ name: 'age', kind: 'number', edges: [20, 40, 80] }] },
  ],
  values: rows,
});
conformsToReadme(table, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);
