import { defineHead, type Manifest, type Plugin, type SymbolicTensor } from '@sensorium/contracts';
import { text } from '@sensorium/encoder-text';
import { createScope, input } from '@sensorium/graph';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { declared, graphOf } from '../testing/graph-of.js';
import { changedEncoder, estimate, idle, objective, sketch } from '../testing/heads.js';
import { plugins, resolveParts, words } from '../testing/small-model.js';
import { checkModel } from './check.js';
import { openGraph } from './graph.js';
import { mapRecord } from './parts.js';
import { modelInputs } from './tensors.js';

const blind = changedEncoder(text, 'blind', { hides: false });
const atHand: readonly Plugin[] = [...plugins, sketch, objective, estimate, idle, blind];

const manifest = (head: object, encoder: object = {}): Manifest => ({
  sensorium: 1,
  inputs: { title: { ...words, ...encoder }, note: words },
  fusions: { both: { use: 'concat', of: ['title', 'note'] } },
  heads: { one: head as { use: string }, other: { use: 'estimate', of: 'both' } },
});

const open = (head: object, encoder?: object) => graphOf(manifest(head, encoder), 2, atHand);

const errorOf = (build: () => unknown): unknown => {
  try {
    build();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('a head', () => {
  it('has no more built than it reads', async () => {
    const { graph, scope } = await open({ use: 'objective', of: 'note' });
    graph.loss('one', {});
    const places = new Set(declared(scope).map((name) => name.split('/').slice(0, 2).join('/')));
    expect([...places]).toEqual(['inputs/note', 'heads/one']);
  });

  it('sees an input once more with the same weights, and with those of a teacher', async () => {
    const { graph, scope } = await open({ use: 'objective', of: 'note' });
    graph.loss('one', {});
    const own = declared(scope).filter((name) => name.startsWith('inputs/note/'));
    expect(new Set(own).size).toBe(own.length);
    expect(scope.followers.map(({ parameter }) => parameter.name).toSorted()).toEqual(own.toSorted());
    expect(scope.followers.every(({ momentum }) => momentum === 0.9)).toBe(true);
  });

  it('can hide tokens of an encoder that lets it, through a fusion, too', async () => {
    for (const of of ['note', 'both']) {
      const { graph, scope } = await open({ use: 'objective', of, hide: true, input: 'note' });
      expect(graph.loss('one', {}).shape).toEqual([]);
      expect(declared(scope)).toContain('inputs/note/hidden');
    }
  });

  it('is told where an encoder cannot hide tokens', async () => {
    const { graph } = await open({ use: 'objective', of: 'title', hide: true }, { encoder: 'blind' });
    expect(errorOf(() => graph.loss('one', {}))).toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: expect.stringContaining('heads.one hides tokens of "title"'),
      location: { key: 'inputs.title' },
    });
  });

  it('is told where an input is not part of what it reads', async () => {
    const { graph } = await open({ use: 'objective', of: 'title', input: 'note' });
    expect(errorOf(() => graph.loss('one', {}))).toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: expect.stringContaining('heads.one asks for the input "note", which is not part of what it reads.'),
      hint: 'Part of it: title.',
      location: { key: 'heads.one' },
    });
  });

  it('that neither answers nor learns is no head', async () => {
    await expect(open({ use: 'idle', of: 'note' })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_PLUGIN',
      message: '@sensorium/head-idle has neither "answer" nor "loss" nor "graphs"',
      location: { key: 'heads.one' },
    });
  });

  it('sees what stands at each token of lists, too', async () => {
    const read: SymbolicTensor[] = [];
    const looking = defineHead({
      specVersion: 'v1',
      name: 'looking',
      options: z.strictObject({}),
      create: () => ({
        loss(_scope, model) {
          const { content, x, present } = model.input('note');
          if (content && 'ids' in content) read.push(content.ids);
          expect(Object.keys(x)).toEqual(['ids', 'given']);
          expect(present.shape).toEqual([2, 1]);
          return input('zero', 'float32', []);
        },
      }),
    });
    const { parts } = await resolveParts(
      {
        ...manifest({ use: 'looking', of: 'note' }),
        inputs: { title: words, note: { ...words, many: 3 } },
      },
      [...atHand, looking],
    );
    const x = mapRecord(modelInputs(parts), ({ dtype, shape }, name) => input(name, dtype, [2, ...shape]));
    openGraph(parts, createScope(), x).loss('one', {});
    expect(read[0]?.shape).toEqual([2, 18]);
  });
});

describe('what is trained', () => {
  const check = async (head: object): Promise<unknown> => {
    const { parts } = await resolveParts(manifest(head), atHand);
    return errorOf(() => checkModel(parts));
  };

  it('is all that answers need, and may be more', async () => {
    expect(await check({ use: 'estimate', of: 'note' })).toBeUndefined();
    expect(await check({ use: 'objective', of: 'note' })).toBeUndefined();
  });

  it('is not what only an answer has', async () => {
    expect(await check({ use: 'estimate', of: 'note', answer: 'bias' })).toMatchObject({
      code: 'SENSORIUM_BAD_PLUGIN',
      message: 'the parameter "heads/one/bias" is in an answer and in no loss, so that nobody learns it',
      location: { key: 'heads.one' },
    });
  });

  it('has the same shape', async () => {
    expect(await check({ use: 'estimate', of: 'note', width: 2 })).toMatchObject({
      code: 'SENSORIUM_BAD_PLUGIN',
      message: 'the parameter "heads/one/weight" is [8,2] in an answer, and [8,1] in a loss',
    });
  });

  it('is nothing where no head learns', async () => {
    const { parts } = await resolveParts({ sensorium: 1, inputs: { title: words }, heads: { one: 'sketch' } }, atHand);
    expect(errorOf(() => checkModel(parts))).toBeUndefined();
  });

  it('is not what a head without a loss adds to others that learn', async () => {
    expect(await check({ use: 'sketch', of: 'note' })).toMatchObject({
      code: 'SENSORIUM_BAD_PLUGIN',
      message: expect.stringContaining('"heads/one/weight" is in an answer and in no loss'),
    });
  });
});
