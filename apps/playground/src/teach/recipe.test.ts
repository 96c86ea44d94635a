import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom, permutation } from '@sensorium/data';
import { train } from '@sensorium/trainer';
import { describe, expect, it } from 'vitest';
import { missing, readsOf, type Example, type Kind, type Project } from './project.js';
import { ANSWER, recipeOf } from './recipe.js';

const picture = (id: string): Example => ({ id, hasPicture: true, text: '' });
const line = (id: string, text: string): Example => ({ id, hasPicture: false, text });
const kind = (name: string, examples: readonly Example[]): Kind => ({ id: name, name, examples });
const project = (...kinds: Kind[]): Project => ({ kinds, keepsAside: false });
const some = (count: number, make: (id: string) => Example): Example[] =>
  Array.from({ length: count }, (_, index) => make(String(index)));

describe('a project', () => {
  it.each([
    [project(kind('cat', some(9, picture))), 'Give at least two kinds of things to tell apart.'],
    [project(kind('cat', []), kind(' ', [])), 'Give every kind a name.'],
    [project(kind('cat', []), kind('cat ', [])), 'Two kinds are called “cat”. Give them different names.'],
    [project(kind('cat', some(3, picture)), kind('dog', some(2, picture))), '“dog” needs 1 more example.'],
    [project(kind('cat', some(3, picture)), kind('dog', some(3, picture))), null],
  ])('says what it lacks', (given, expected) => {
    expect(missing(given)).toBe(expected);
  });

  it('reads what its examples have', () => {
    const words = some(3, (id) => line(id, 'a cat'));
    const mixed = project(kind('cat', some(3, picture)), kind('dog', words));
    expect(readsOf(mixed)).toEqual({ pictures: true, texts: true });
    const { inputs, fusion } = recipeOf(mixed);
    expect([Object.keys(inputs), fusion]).toEqual([['picture', 'text'], 'concat']);
    expect(recipeOf(project(kind('cat', words), kind('dog', words))).fusion).toBeUndefined();
  });
});

/** Drawings of Quick, Draw!, where the data sets lie beside this repository. */
const doodles = fileURLToPath(new URL('../../../../../shared/data/doodles/', import.meta.url));
const EACH = 20;

function drawn(label: string): { learned: object[]; others: object[] } {
  const rows = readFileSync(`${doodles}train.csv`, 'utf8')
    .trim()
    .split('\n')
    .map((row) => row.split(','))
    .filter((row) => row[1] === label)
    .map(([file]) => ({ picture: `${doodles}${file}`, [ANSWER]: label }));
  const order = [...permutation(rows.length, createRandom(1, label))].map((index) => rows[index]!);
  return { learned: order.slice(0, EACH), others: order.slice(EACH, 2 * EACH) };
}

describe.skipIf(!existsSync(doodles))('of 2 × 20 drawings (skipped where ../shared is missing)', () => {
  it.each([
    ['cat', 'rainbow'],
    ['rainbow', 'train'],
  ])('tells %s from %s in nine of ten others', async (...labels) => {
    const kinds = labels.map(drawn);
    const { metrics } = await train(recipeOf(project(...labels.map((label) => kind(label, some(EACH, picture))))), {
      rows: kinds.flatMap(({ learned }) => learned),
      test: kinds.flatMap(({ others }) => others),
      from: [fileURLToPath(new URL('../../../../packages/cli/package.json', import.meta.url))],
      backend: 'cpu',
    });
    expect(metrics.test?.[ANSWER]?.metrics['accuracy']?.value).toBeGreaterThanOrEqual(0.9);
  });
});
