import type { Head } from '@sensorium/contracts';
import { number } from '@sensorium/modality-number';
import { describe, expect, it } from 'vitest';
import { pickExamples, type Answered, type ExampleOptions } from './examples.js';

const head: Head = { decode: () => [] };

/** A table whose row r has the number 10 r, and the answer r. */
function options(badness: ExampleOptions['badness'], changes: Partial<ExampleOptions> = {}) {
  const looked: number[] = [];
  const asked: number[][] = [];
  const all: ExampleOptions = {
    heads: { answer: head },
    rows: Uint32Array.from({ length: 100 }, (_, index) => 1000 + index),
    badness,
    async look(row) {
      looked.push(row);
      return {
        inputs: { x: [{ modality: number, value: 10 * row }], gone: [] },
        targets: { answer: [{ problem: `p${row}` }] },
      };
    },
    async answer(rows) {
      asked.push([...rows]);
      const predictions = [...rows].map((row): Answered => ({
        prediction: { text: `answer ${row}`, confidence: 0.5 },
        details: [{ title: 'twin', text: String(row + 1) }],
      }));
      return { answer: predictions, other: predictions };
    },
    ...changes,
  };
  return { all, looked, asked };
}

describe('pickExamples', () => {
  it('takes the 24 worst and the 24 best, and looks at those rows alone', async () => {
    const { all, looked, asked } = options({
      answer: Float32Array.from({ length: 100 }, (_, index) => (index * 37) % 100),
    });
    const examples = await pickExamples(all);
    const rankOf = (rank: string) =>
      examples.filter((example) => example.rank === rank).map(({ answer }) => answer.text);
    const rowOf = (badness: number): number =>
      1000 + Array.from({ length: 100 }, (_, index) => (index * 37) % 100).indexOf(badness);
    expect(rankOf('worst')).toEqual(Array.from({ length: 24 }, (_, index) => `answer ${rowOf(99 - index)}`));
    expect(rankOf('best')).toEqual(Array.from({ length: 24 }, (_, index) => `answer ${rowOf(index)}`));
    expect(asked).toHaveLength(1);
    expect(new Set(looked).size).toBe(48);
    expect(looked).toHaveLength(48);
    expect(examples[0]).toEqual({
      head: 'answer',
      rank: 'worst',
      inputs: { x: [{ kind: 'text', text: String(10 * rowOf(99)) }], gone: [] },
      truth: [{ problem: `p${rowOf(99)}` }],
      answer: { text: `answer ${rowOf(99)}`, confidence: 0.5 },
      details: [{ title: 'twin', text: String(rowOf(99) + 1) }],
    });
  });

  it('shows no row of a short table twice for one head, and NaN as the worst', async () => {
    const rows = Uint32Array.of(4, 5, 6);
    const examples = await pickExamples(options({ answer: Float32Array.of(1, NaN, 2) }, { rows }).all);
    expect(examples.map(({ rank, answer }) => `${rank}: ${answer.text}`)).toEqual([
      'worst: answer 5',
      'worst: answer 6',
      'best: answer 4',
    ]);
  });

  it('shows fewer of each of several heads, some of a head without meter, none of one without answers', async () => {
    const heads = { answer: head, other: head, silent: {} };
    const { all, looked } = options({ answer: Float32Array.from({ length: 100 }, (_, index) => index) }, { heads });
    const examples = await pickExamples(all);
    const count = (name: string, rank: string) =>
      examples.filter((one) => one.head === name && one.rank === rank).length;
    expect([count('answer', 'worst'), count('answer', 'best'), count('other', 'some')]).toEqual([12, 12, 12]);
    expect(examples).toHaveLength(36);
    expect(looked).toHaveLength(new Set(looked).size);
  });

  it('shows nothing where there is nothing', async () => {
    expect(await pickExamples(options({}, { heads: { silent: {} } }).all)).toEqual([]);
    expect(await pickExamples(options({}, { rows: new Uint32Array(0) }).all)).toEqual([]);
  });
});
