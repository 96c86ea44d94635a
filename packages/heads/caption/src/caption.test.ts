import type { Tensor } from '@sensorium/contracts';
import { makeTensor } from '@sensorium/tensors';
import { conformsAsHead, conformsToReadme } from '@sensorium/testkit';
import { share } from '@sensorium/statistics';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { caption } from './index.js';

type Options = z.output<typeof caption.options>;

const texts = ['A small red star.', 'two blue rings', '', 'a small red ring,\na small blue star', 'École 🙂'];

conformsAsHead(caption, {
  options: [
    {},
    { dim: 6, heads: 3, layers: 1, dropout: 0.5, labelSmoothing: 0.1, maxTokens: 5, maxVocabulary: 12, minCount: 1 },
    { dim: 8, heads: 2, layers: 1, tokens: 7, vocabulary: ['a', ' ', 's', 't', 'st'] },
  ],
  values: texts,
});
conformsToReadme(caption, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

async function* table(values: readonly string[]): AsyncGenerator<string> {
  yield* values;
}
const learn = (given: z.input<typeof caption.options>, ...values: string[]): Promise<Options> =>
  caption.learn!(caption.options.parse(given), table(values), new Map());
const create = (options: Options) => caption.create(options, new Map(), ['scene']);
const ids = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data, Number);

describe('learning', () => {
  it('finds pieces, and places for the longest text and its end', async () => {
    const { vocabulary, tokens } = await learn({}, 'red star', 'red star', 'a red star');
    expect(vocabulary).toEqual(expect.arrayContaining(['a', 'red', ' star']));
    // a, space, red, space and star, end
    expect(tokens).toBe(5);
  });

  it('is limited by maxVocabulary, minCount and maxTokens', async () => {
    expect((await learn({ maxVocabulary: 3 }, 'abcabc')).vocabulary).toEqual(['a', 'b', 'c']);
    expect((await learn({ minCount: 3 }, 'abab')).vocabulary).toEqual(['a', 'b']);
    expect((await learn({ maxTokens: 3 }, 'one two three four', 'five')).tokens).toBe(3);
  });

  it('leaves what is given', async () => {
    expect(await learn({ vocabulary: ['z'], tokens: 9 }, 'a text')).toMatchObject({ vocabulary: ['z'], tokens: 9 });
  });

  it('takes a table of empty texts', async () => {
    const options = await learn({}, '', '');
    expect(options).toMatchObject({ vocabulary: [], tokens: 1 });
    expect(ids(create(options).target!.prepare('')['ids'])).toEqual([0]);
  });
});

describe('a text', () => {
  const head = create(caption.options.parse({ tokens: 5, vocabulary: ['a', 'b', ' ', 'ab', ' ab'] }));

  it('becomes ids: 0 behind its end, 1 for unknown characters, then the vocabulary', () => {
    expect(ids(head.target!.prepare('ab ab')['ids'])).toEqual([5, 6, 0, 0, 0]);
    expect(ids(head.target!.prepare('b☃a')['ids'])).toEqual([3, 1, 2, 0, 0]);
  });

  it('is cut at its end, with a note, and unknown characters have one', () => {
    expect(ids(head.target!.prepare('abbbbbb')['ids'])).toEqual([5, 3, 3, 3, 3]);
    expect(head.target!.notes!('abbbbbb')).toEqual(['cut after 5 of 6 pieces']);
    expect(head.target!.notes!('b☃☃c')).toEqual(['unknown characters: ☃, c']);
    expect(head.target!.notes!('ab ab')).toEqual([]);
  });

  it('comes out as it went in, with the geometric mean of the probabilities as confidence', () => {
    const answer = {
      ids: makeTensor('int64', [3, 5], [5, 6, 0, 0, 0, 3, 1, 2, 2, 2, 0, 0, 0, 0, 0]),
      probabilities: makeTensor('float32', [3, 5], [0.5, 0.25, 0.125, 0, 0, 1, 1, 1, 1, 0.03125, 0.5, 0, 0, 0, 0]),
    };
    const [first, second, third] = head.decode!(answer);
    expect(first).toEqual({ text: 'ab ab', tokens: ['ab', ' ab'], confidence: expect.closeTo(0.25, 6) });
    expect(second).toEqual({
      text: 'b\ufffdaaa',
      tokens: ['b', '\ufffd', 'a', 'a', 'a'],
      confidence: expect.closeTo(0.5, 6),
    });
    expect(third).toEqual({ text: '', tokens: [], confidence: expect.closeTo(0.5, 6) });
  });

  it('is in one line where it is printed, and has its line breaks in its tokens', () => {
    const poem = create(caption.options.parse({ tokens: 3, vocabulary: ['a', ' \n'] }));
    const probabilities = makeTensor('float32', [1, 3], [1, 1, 1]);
    const [answer] = poem.decode!({ ids: makeTensor('int64', [1, 3], [2, 3, 2]), probabilities });
    expect(answer).toMatchObject({ text: 'a a', tokens: ['a', ' \n', 'a'] });
  });
});

describe('the meter', () => {
  const vocabulary = ['a', ' cat', ' dog', ' red', ' blue', 'two'];
  const head = create(caption.options.parse({ tokens: 4, vocabulary }));
  const row = (...words: string[]): number[] =>
    Array.from({ length: 4 }, (_, place) => (words[place] === undefined ? 0 : vocabulary.indexOf(words[place]) + 2));
  const pairs = [
    { answer: row('a', ' cat'), truth: row('a', ' cat') },
    { answer: row('a', ' red', ' dog'), truth: row('a', ' blue', ' dog') },
    { answer: row(), truth: row() },
    { answer: row('two', ' red', ' cat'), truth: row('a', ' red', ' cat') },
  ];
  const tensor = (rows: readonly number[][], dtype: 'int64' | 'int32'): Tensor =>
    makeTensor(dtype, [rows.length, 4], rows.flat());
  const judge = (...batches: (typeof pairs)[]) => {
    const meter = head.meter!();
    const badness = batches.flatMap((batch) => [
      ...meter.add(
        {
          ids: tensor(
            batch.map(({ answer }) => answer),
            'int64',
          ),
        },
        {
          ids: tensor(
            batch.map(({ truth }) => truth),
            'int32',
          ),
        },
      ),
    ]);
    return { badness, scores: meter.result() };
  };

  it('says how much answers are like their truths', () => {
    const { badness, scores } = judge(pairs);
    expect(scores.decides).toBe('chrf');
    expect(scores.metrics['exactMatch']!.value).toBe(0.5);
    // Of single words 6 of 8 are right, of pairs 2 of 5, of triples none.
    expect(scores.metrics['bleu']!.value).toBe(0);
    // sacreBLEU 2.6.0
    expect(scores.metrics['chrf']!.value).toBeCloseTo(0.4755747224970355, 9);
    expect([badness[0], badness[2]]).toEqual([0, 0]);
    expect(badness[1]).toBeCloseTo(1 - 0.20911125398748734, 6);
  });

  it('says what always the commonest truth would reach, or of equally common ones the first', () => {
    const { exactMatch, chrf, bleu } = judge([...pairs, pairs[3]!]).scores.metrics;
    expect([exactMatch, chrf, bleu].map((metric) => metric!.baseline!.title)).toEqual(
      Array<string>(3).fill('always “a red cat”'),
    );
    expect(exactMatch!.baseline!.value).toBe(2 / 5);
    const same = judge(pairs.map(({ truth }) => ({ truth, answer: row('a', ' cat') }))).scores.metrics;
    const { metrics } = judge(pairs).scores;
    for (const name of ['exactMatch', 'chrf', 'bleu']) {
      expect(metrics[name]!.baseline).toEqual({ value: same[name]!.value, title: 'always “a cat”' });
    }
  });

  it('has intervals: of the share by Wilson, of the others by resampling', () => {
    const { chrf, bleu, exactMatch } = judge(pairs).scores.metrics;
    expect(exactMatch!.interval).toEqual(share(2, 4).interval);
    for (const { value, interval } of [chrf!, bleu!]) {
      expect(interval!.low).toBeLessThanOrEqual(value);
      expect(interval!.high).toBeGreaterThan(value);
    }
  });

  it('says of a wrong answer how much it is like the truth', () => {
    const ids = (side: 'answer' | 'truth') => ({
      ids: tensor(
        pairs.map((pair) => pair[side]),
        'int64',
      ),
    });
    const details = head.meter!().details!(ids('answer'), ids('truth'));
    expect(details.map((own) => own.length)).toEqual([0, 1, 0, 1]);
    expect(details[1]).toEqual([{ title: 'chrF', text: '20.9 %' }]);
  });

  it('is the same batch by batch', () => {
    expect(judge(pairs.slice(0, 1), pairs.slice(1))).toEqual(judge(pairs));
  });

  it('lists the words that are wrong, and no table where none is', () => {
    expect(judge(pairs).scores.panels).toMatchObject([
      {
        kind: 'table',
        columns: ['word', 'in truths', 'missing', 'invented'],
        rows: [
          ['a', 3, 1, 0],
          ['blue', 1, 1, 0],
          ['red', 1, 0, 1],
          ['two', 0, 0, 1],
        ],
      },
    ]);
    expect(judge(pairs.slice(0, 1)).scores.panels).toEqual([]);
  });
});
