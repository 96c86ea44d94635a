import type { Scores, Tensors } from '@sensorium/contracts';
import { makeTensor } from '@sensorium/tensors';
import { expectAllClose } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { embedding } from './index.js';

const meter = (...of: string[]) => embedding.create(embedding.options.parse({}), new Map(), of).meter!();

/** Vectors at these angles, in degrees; null: the sample lacks the input. Items: 0 is like nothing. */
function side(name: string, angles: readonly (number | null)[], items = angles.map(() => 0)): Tensors {
  const at = (degrees: number): number[] => [Math.cos((degrees / 180) * Math.PI), Math.sin((degrees / 180) * Math.PI)];
  return {
    [name]: makeTensor(
      'float32',
      [angles.length, 2],
      angles.flatMap((angle) => (angle === null ? [0, 0] : at(angle))),
    ),
    [`${name}.item`]: makeTensor('int64', [angles.length, 1], items),
  };
}

function measure(...sides: Tensors[]): { scores: Scores; badness: Float32Array } {
  const outputs: Tensors = Object.assign({}, ...sides);
  const own = meter(...sides.flatMap((one) => Object.keys(one).filter((name) => !name.endsWith('.item'))));
  return { badness: own.add(outputs, {}), scores: own.result() };
}
const values = ({ metrics }: Scores) =>
  Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));
const rowsOf = ({ panels }: Scores) => (panels![0]!.kind === 'table' ? panels![0]!.rows : expect.fail('no table'));

describe('the meter', () => {
  // Of a the partners stand at the places 1, 2, 2, 3; of b at 1, 2, 1, 4.
  const [a, b] = [side('a', [0, 42, 80, 120]), side('b', [5, 75, 90, 10])];
  const { scores, badness } = measure(a, b);

  it('is the mean of both directions', () => {
    expect(scores.decides).toBe('meanReciprocalRank');
    const { meanReciprocalRank, ...others } = values(scores);
    expect(meanReciprocalRank).toBeCloseTo((7 / 12 + 11 / 16) / 2, 12);
    expect(others).toEqual({ recall1: 0.375, recall5: 1, recall10: 1, medianRank: 1.75 });
    expect(scores.metrics['recall1']).toMatchObject({
      better: 'higher',
      unit: '%',
      baseline: { value: 0.25, title: 'by chance' },
    });
    expect(scores.metrics['medianRank']).toMatchObject({ better: 'lower', baseline: { value: 2.5 } });
    expect(scores.metrics['meanReciprocalRank']?.baseline?.value).toBeCloseTo((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4, 12);
    expect(scores.metrics['recall1']?.interval?.low).toBeLessThan(0.375);
    expect(scores.metrics['recall1']?.interval?.high).toBeGreaterThan(0.375);
  });

  it('shows each direction, and recall at every place', () => {
    expect(rowsOf(scores)).toEqual([
      ['a → b', 4, '25.0 %', '100.0 %', '100.0 %', 2, '0.583'],
      ['b → a', 4, '50.0 %', '100.0 %', '100.0 %', 1.5, '0.688'],
    ]);
    expect(scores.panels![1]).toMatchObject({
      kind: 'curve',
      lines: {
        'a → b': [
          [1, 0.25],
          [2, 0.75],
          [3, 1],
          [4, 1],
        ],
      },
    });
  });

  it('finds those samples bad whose inputs are far from each other: 1 − cosine', () => {
    expectAllClose(
      badness,
      [5, 33, 10, 110].map((degrees) => 1 - Math.cos((degrees / 180) * Math.PI)),
    );
  });

  it('says of samples that are shown together at which place each finds its own', () => {
    const details = (...sides: Tensors[]) => meter('a', 'b').details!(Object.assign({}, ...sides) as Tensors, {});
    expect(details(a, b).map((lines) => lines.map(({ title, text }) => `${title}: ${text}`))).toEqual([
      ['a → b: place 1 of 4 shown', 'b → a: place 1 of 4 shown'],
      ['a → b: place 2 of 4 shown', 'b → a: place 2 of 4 shown'],
      ['a → b: place 2 of 4 shown', 'b → a: place 1 of 4 shown'],
      ['a → b: place 3 of 4 shown', 'b → a: place 4 of 4 shown'],
    ]);
    const [, lacking] = details(side('a', [0, null, 50]), side('b', [5, 75, 90]));
    expect(lacking).toEqual([]);
    expect(details(side('a', [0]), side('b', [5]))).toEqual([[]]);
  });

  it('gives the same batch by batch, though batches are overwritten', () => {
    const own = meter('a', 'b');
    const batch = new Float32Array(2);
    for (let row = 0; row < 4; row++) {
      const part = (given: Tensors, name: string) => {
        const { data } = given[name]!;
        return {
          dtype: 'float32' as const,
          shape: [1, 2],
          data: Float32Array.from(data.slice(row * 2, row * 2 + 2), Number),
        };
      };
      batch.set(part(a, 'a').data);
      const items = makeTensor('int64', [1, 1], [0]);
      own.add({ a: { ...part(a, 'a'), data: batch }, b: part(b, 'b'), 'a.item': items, 'b.item': items }, {});
    }
    expect(own.result()).toEqual(scores);
  });
});

describe('a search', () => {
  it('finds nothing in a space that is one point, or that came apart', () => {
    expect(values(measure(side('a', [30, 30, 30]), side('b', [30, 30, 30])).scores)).toMatchObject({
      recall1: 0,
      medianRank: 3,
    });
    const broken = { ...side('a', [1, 2, 3]), a: makeTensor('float32', [3, 2], new Array<number>(6).fill(NaN)) };
    expect(values(measure(broken, side('b', [1, 2, 3])).scores)).toMatchObject({ recall1: 0, medianRank: 3 });
  });

  it('counts an item once, and all its partners as right', () => {
    // Two texts of one picture, and a text that two pictures share: five pairs, four texts, four pictures.
    const pictures = side('image', [10, 10, 50, 90, 130], [7, 7, 0, 0, 0]);
    const texts = side('en', [14, 12, 52, 110, 110], [0, 0, 0, 9, 9]);
    const { scores } = measure(pictures, texts);
    expect(rowsOf(scores).map(([search, candidates]) => [search, candidates])).toEqual([
      ['image → en', 4],
      ['en → image', 4],
    ]);
    // Nothing but partners is near anything: the two texts of the first picture do not stand in each other's way.
    expect(values(scores)).toMatchObject({ recall1: 1, medianRank: 1 });
  });

  it('leaves out samples that lack one of both', () => {
    const { scores, badness } = measure(side('a', [0, 50, null, 100]), side('b', [1, null, 2, 101]));
    expect(rowsOf(scores).map((row) => row[1])).toEqual([2, 2]);
    expect(values(scores)).toMatchObject({ recall1: 1 });
    expect(badness[1]).toBe(0);
  });

  it('goes between every two of three inputs, where any sample has both', () => {
    const { scores } = measure(side('a', [0, 50]), side('b', [1, null]), side('c', [null, 50]));
    expect(rowsOf(scores).map(([search]) => search)).toEqual(['a → b', 'a → c', 'b → a', 'c → a']);
  });

  it('says where there is nothing to compare', () => {
    expect(() => measure(side('a', [0, null]), side('b', [null, 1]))).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_BAD_TABLE',
        message: 'no row has two of a, b, so that nothing can be compared',
      }),
    );
  });
});
